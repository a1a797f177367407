/**
 * Simplification: asks every op for an equal, simpler value (its `simplify` rule), folds
 * elementwise ops of constants, and repeats until nothing changes. Exact for floats: no rule may
 * change a bit of the result.
 */
import {
  type Builder,
  type Eqn,
  type Graph,
  type Value,
  withBuilder,
  withSite,
} from '../ir/graph.ts';
import { mapGraphs } from '../ir/map-graphs.ts';
import type { ElementOp, Knowledge, Op, Params } from '../ir/op.ts';
import { constantLike } from '../ir/ops/constants.ts';
import { numbers, type Precision } from '../ir/scalar.ts';

const maximumRounds = 8;

/** The value of an elementwise op on inputs that are the same everywhere. */
const evaluate = (
  op: ElementOp<Params>,
  eqn: Eqn,
  inputs: readonly number[],
  precision: Precision,
): readonly number[] => {
  const output = (eqn.outputs[0] as Value).type;
  const types = eqn.inputs.map((input) => input.type);
  return op.element<number>({
    s: numbers((types[0] ?? output).dtype, precision),
    i: numbers('i32'),
    out: output.shape.map(() => 0),
    position: () => 0,
    params: eqn.params,
    inputs: types,
    output,
    read: (input) => inputs[input] as number,
    readFlat: (input) => inputs[input] as number,
    bounded: (index) => index,
    when: (condition, body, otherwise) => (condition ? body() : otherwise),
  });
};

/**
 * The same, brought into the dtype; undefined for ops of several instructions whose result depends
 * on whether each of them rounds, because backends need not agree on that.
 */
const fold = (
  op: ElementOp<Params>,
  eqn: Eqn,
  inputs: readonly number[],
): readonly number[] | undefined => {
  const exact = evaluate(op, eqn, inputs, 'exact');
  const wide = evaluate(op, eqn, inputs, 'double');
  const isSame = eqn.outputs.every(({ type }, k) =>
    Object.is(exact[k], numbers(type.dtype).constant(wide[k] as number)),
  );
  return isSame ? exact : undefined;
};

/** The values that one equation reads, once. */
const readOnce = ({ eqns, outputs }: Graph): ReadonlySet<Value> => {
  const [once, often] = [new Set<Value>(), new Set(outputs)];
  for (const value of eqns.flatMap(({ inputs }) => inputs)) {
    if (once.has(value)) often.add(value);
    else once.add(value);
  }
  for (const value of often) once.delete(value);
  return once;
};

/** One sweep over the equations. */
const sweep = (graph: Graph): { graph: Graph; changed: boolean } => {
  const builder: Builder & { readonly eqns: Eqn[] } = { eqns: [] };
  const replaced = new Map<Value, Value>();
  const definitions = new Map<Value, Eqn>();
  const lookUp = (value: Value): Value => replaced.get(value) ?? value;
  let changed = false;
  let indexed = 0;
  let once: ReadonlySet<Value> | undefined;
  const knowledge: Knowledge = {
    definition: (value) => definitions.get(value),
    uniform: (value) => {
      const eqn = definitions.get(value);
      if (eqn === undefined) return undefined;
      // Only element ops have it.
      const given = (eqn.op as ElementOp<Params>).uniform?.(eqn.params);
      return given === undefined ? undefined : numbers(value.type.dtype).constant(given);
    },
    isReadOnce: (value) => {
      once ??= readOnce(graph);
      return once.has(value);
    },
  };
  const simplified = (op: Op, eqn: Eqn, inputs: readonly Value[]): readonly Value[] | undefined => {
    const output = eqn.outputs[0];
    if (output !== undefined && eqn.outputs.length === 1) {
      const simpler = op.simplify?.(inputs, eqn.params, knowledge, output);
      if (simpler !== undefined) return [simpler];
    }
    if (!('element' in op) || op.uniform !== undefined || inputs.length === 0) return undefined;
    if (output === undefined || output.type.shape.includes(0)) return undefined;
    const isPlainView = op.kind === 'view' && op.guarded !== true && inputs.length === 1;
    if (!isPlainView && op.kind !== 'elementwise') return undefined;
    const known: number[] = [];
    for (const input of inputs) {
      const value = knowledge.uniform(input);
      if (value === undefined) return undefined;
      known.push(value);
    }
    if (isPlainView) return [constantLike(output, known[0] as number)];
    return fold(op, eqn, known)?.map((value, k) => constantLike(eqn.outputs[k] as Value, value));
  };
  const rewrite = (): void => {
    for (const eqn of graph.eqns) {
      let { inputs } = eqn;
      for (let k = 0; replaced.size > 0 && k < inputs.length; k++) {
        if (!replaced.has(inputs[k] as Value)) continue;
        inputs = inputs.map(lookUp);
        break;
      }
      builder.site = eqn.site;
      const simpler = simplified(eqn.op, eqn, inputs);
      if (simpler === undefined) {
        // Element ops have no graphs.
        const params = 'element' in eqn.op ? eqn.params : mapGraphs(eqn.params, simplify);
        const isSame = params === eqn.params && inputs === eqn.inputs;
        builder.eqns.push(isSame ? eqn : { ...eqn, params, inputs });
      } else {
        changed = true;
        eqn.outputs.forEach((output, k) => {
          replaced.set(output, simpler[k] as Value);
        });
      }
      for (; indexed < builder.eqns.length; indexed++) {
        const added = builder.eqns[indexed] as Eqn;
        const { outputs } = added;
        for (let k = 0; k < outputs.length; k++) definitions.set(outputs[k] as Value, added);
      }
    }
  };
  // Errors name the line of the equation that they are of.
  withBuilder(builder, () => withSite(undefined, rewrite));
  const outputs = graph.outputs.map(lookUp);
  return { graph: { ...graph, eqns: builder.eqns, outputs }, changed };
};

/** The graph with every op replaced by something simpler that gives the same bits. */
export const simplify = (graph: Graph): Graph => {
  let current = graph;
  for (let round = 0; round < maximumRounds; round++) {
    const next = sweep(current);
    current = next.graph;
    if (!next.changed) break;
  }
  return current;
};
