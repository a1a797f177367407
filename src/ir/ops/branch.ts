/** The choice between graphs. Every transformation of it is a choice between transformed graphs. */
import { ArgumentError, DTypeError } from '../errors.ts';
import {
  buildGraph,
  currentBuilder,
  type Eqn,
  type Graph,
  inline,
  newValue,
  typesOf,
  type Value,
  withBuilder,
} from '../graph.ts';
import type { BatchInput, BranchOp, Cotangents } from '../op.ts';
import { isDifferentiable, showType, type TensorType } from '../types.ts';
import { backward } from './backward.ts';
import { batchGraph } from './batching.ts';
import { constantLike } from './constants.ts';
import { batchAll, type MultiOp, multi } from './define.ts';
import { pushGraph } from './forward.ts';
import { requireInputs, requireOutputs } from './held-graphs.ts';
import { ge, select } from './logic.ts';
import { inlineKeeping, withoutDead } from './reverse.ts';
import { broadcast } from './views.ts';

/** The attributes of `branch`: at least one graph, all of the same type. */
export interface BranchParams {
  readonly branches: readonly Graph[];
}

const present = <T>(list: readonly (T | null)[]): T[] => list.filter((item) => item !== null);

const typeRule = (
  [index, ...inputs]: readonly TensorType[],
  { branches }: BranchParams,
): readonly TensorType[] => {
  const [first, ...others] = branches;
  if (first === undefined) throw new ArgumentError('branch: at least one graph must be given');
  if (index?.dtype !== 'i32' || index.shape.length > 0) {
    const got = index === undefined ? 'nothing' : showType(index);
    throw new DTypeError('branch: the index must be an i32 scalar', { got });
  }
  for (const { inputs: taken } of branches) requireInputs('branch', typesOf(taken), inputs);
  const types = typesOf(first.outputs);
  for (const { outputs } of others) requireOutputs('branch', types, typesOf(outputs));
  return types;
};

/** Derived graphs of the same type, and which of the results that may be zero are among theirs. */
interface Derived {
  readonly branches: readonly Graph[];
  readonly isThere: readonly boolean[];
}

/**
 * Derives a graph from every branch. `body` gives results, and results of the types `zeros` that
 * may be null; those that are null in all branches are left out of all.
 */
const derive = (
  branches: readonly Graph[],
  suffix: string,
  types: readonly TensorType[],
  zeros: readonly TensorType[],
  body: (branch: Graph, values: Value[]) => { own: readonly Value[]; optional: Cotangents },
): Derived => {
  const begun = branches.map((branch) => {
    const inputs = types.map(newValue);
    const builder: { eqns: Eqn[] } = { eqns: [] };
    return { inputs, builder, ...withBuilder(builder, () => body(branch, [...inputs])) };
  });
  const isThere = zeros.map((_, k) => begun.some(({ optional }) => optional[k] !== null));
  const finished = begun.map(({ inputs, builder, own, optional }, which): Graph => {
    const rest = withBuilder(builder, () =>
      zeros.map((type, k) => (isThere[k] ? (optional[k] ?? constantLike(type, 0)) : null)),
    );
    const name = `${branches[which]?.name ?? ''}${suffix}`;
    return withoutDead({ name, inputs, eqns: builder.eqns, outputs: [...own, ...present(rest)] });
  });
  return { branches: finished, isThere };
};

/** The results of a branch that may be zero, with null for those that are left out. */
const spread = (isThere: readonly boolean[], results: Value[]): (Value | null)[] =>
  isThere.map((there) => (there ? (results.shift() as Value) : null));

const definition: BranchOp<BranchParams> = {
  name: 'branch',
  kind: 'branch',
  rebuild: (branches) => ({ branches }),
  branches: ({ branches }) => branches,
  type: typeRule,
  jvp: ([index, ...inputs], [, ...tangents], { branches }) => {
    const outputs = typesOf(branches[0]?.outputs ?? []);
    const given = present(tangents);
    const types = typesOf([...inputs, ...given]);
    const derived = derive(branches, 'Jvp', types, outputs, (one, values) => {
      const primals = values.splice(0, inputs.length);
      const along = tangents.map((tangent) =>
        tangent === null ? null : (values.shift() as Value),
      );
      const pushed = pushGraph(one, primals, along);
      return { own: pushed.outputs, optional: pushed.tangents };
    });
    const results = [
      ...branch([index as Value, ...inputs, ...given], { branches: derived.branches }),
    ];
    return {
      outputs: results.splice(0, outputs.length),
      tangents: spread(derived.isThere, results),
    };
  },
  // Every branch is computed again together with its derivative, so nothing is kept of those that
  // did not run.
  vjp: (cotangents, [index, ...inputs], _, { branches }, wanted) => {
    const marks = inputs.map(
      ({ type }, k) =>
        isDifferentiable(type.dtype) && (wanted === undefined || wanted[k + 1] === true),
    );
    const sources = inputs.filter((_input, k) => marks[k]);
    const given = present(cotangents);
    const types = typesOf([...inputs, ...given]);
    const derived = derive(branches, 'Vjp', types, typesOf(sources), (one, values) => {
      const primals = values.splice(0, inputs.length);
      const outputs = inlineKeeping(one, primals, marks);
      const seeds = cotangents.map((ct) => (ct === null ? null : (values.shift() as Value)));
      const ends = primals.filter((_input, k) => marks[k]);
      const optional = backward([...currentBuilder().eqns], outputs, seeds, ends);
      return { own: [], optional };
    });
    if (!derived.isThere.includes(true)) return [null, ...inputs.map(() => null)];
    const results = [
      ...branch([index as Value, ...inputs, ...given], { branches: derived.branches }),
    ];
    const found = spread(derived.isThere, results);
    return [null, ...marks.map((mark) => (mark ? (found.shift() ?? null) : null))];
  },
  batch: (all, size, { branches }) => {
    const [index, ...inputs] = all as [BatchInput, ...BatchInput[]];
    const batched = (one: Graph): Graph =>
      buildGraph(`${one.name}Vmap`, typesOf(inputs.map(({ value }) => value)), (values) => {
        const own = values.map((value, k) => ({ value, batched: inputs[k]?.batched === true }));
        return batchAll(batchGraph(one, own, size), size);
      });
    const actual = inputs.map(({ value }) => value);
    if (!index.batched)
      return branch([index.value, ...actual], { branches: branches.map(batched) });
    // Every example may go another way: all branches run, and each example takes its own.
    const results = branches.map((one) => inline(batched(one), actual));
    return results.reduce((before, after, which) =>
      before.map((earlier, k) => {
        const later = after[k] as Value;
        const isLater = ge(index.value, constantLike(index.value, which));
        return select(broadcast(isLater, { shape: later.type.shape, axes: [0] }), later, earlier);
      }),
    );
  },
};
/** What one of several graphs computes; the index is clamped to those there are. */
export const branch: MultiOp<BranchParams> = multi(definition);
