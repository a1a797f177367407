/** Functions with derivatives of their own: `customVjp` and `customJvp`. */
import { TraceError } from '../../ir/errors.ts';
import type { Graph } from '../../ir/graph.ts';
import { customJvp as customJvpOp, customVjp as customVjpOp } from '../../ir/ops/custom.ts';
import { checkOptions } from '../../ir/options.ts';
import { isDifferentiable, type TensorType } from '../../ir/types.ts';
import type { Gradient, Params } from '../../types/tree.ts';
import { apply } from '../apply.ts';
import { type Flattened, flatten, type TreeStructure, unflatten } from '../flatten.ts';
import { asTyped, describe, type TensorImplementation } from '../tensor.ts';
import { currentTrace, type Traced, trace } from '../trace.ts';
import { captureTogether, requirePair, requireSameTrees } from './held-functions.ts';
import { leavesAlong } from './leaves-along.ts';
import {
  type AnyFunction,
  checkFunction,
  flattenArguments,
  flattenResult,
  named,
  nameOf,
  traceCall,
} from './traced-call.ts';

/** The cotangents that a backward rule returns: one per argument, null for zero. */
export type CotangentsOf<A extends unknown[]> = { [K in keyof A]: Gradient<A[K]> | null };

/** The two halves of a reverse mode. */
export interface VjpRules<A extends unknown[], R, Residuals> {
  /** The result, and what `backward` will need: a tree of tensors. */
  readonly forward: (...args: A) => readonly [result: R, residuals: Residuals];
  /** The cotangents of all arguments, for the cotangent of the result. */
  readonly backward: (residuals: Residuals, cotangent: Gradient<R>) => CotangentsOf<A>;
}

const typesOf = (leaves: readonly TensorType[]): TensorType[] =>
  leaves.map(({ dtype, shape }) => ({ dtype, shape }));

const floats = <T extends TensorType>(leaves: readonly T[]): T[] =>
  leaves.filter(({ dtype }) => isDifferentiable(dtype));

/** A tree with `tensors` where the float leaves are, and null elsewhere. */
const alongFloats = (
  structure: TreeStructure,
  leaves: readonly TensorType[],
  tensors: TensorImplementation[],
): unknown =>
  unflatten(
    structure,
    leaves.map(({ dtype }) => (isDifferentiable(dtype) ? tensors.shift() : null)),
    () => null,
  );

/** The tensors of a tree of tangents or cotangents. */
const givenAlong = (
  name: string,
  what: string,
  { structure, leaves }: Flattened,
  given: unknown,
): TensorImplementation[] =>
  leavesAlong(name, what, structure, typesOf(leaves), given).map(({ tensor }) => tensor);

const requireSameResult = (name: string, who: string, f: Flattened, other: Flattened): void =>
  requireSameTrees(
    name,
    'the result',
    f,
    other,
    `the result of ${who} has another structure than that of the function`,
    (place, a, b) => `${place} is ${a}, but ${b} from ${who}`,
  );

const zip = (args: readonly Flattened[], symbols: readonly TensorImplementation[]): unknown[] => {
  const rest = [...symbols];
  return args.map(({ structure, leaves }) => unflatten(structure, rest.splice(0, leaves.length)));
};

/** The backward graph, from residuals and cotangents of the float results. */
const traceBackward = (
  backward: AnyFunction,
  args: readonly Flattened[],
  residuals: Flattened,
  result: Flattened,
): Traced => {
  const given = floats(result.leaves);
  const types = typesOf([...residuals.leaves, ...given]);
  return trace(
    nameOf(backward),
    (symbols) => {
      const own = unflatten(residuals.structure, symbols.splice(0, residuals.leaves.length));
      const cotangent = alongFloats(result.structure, result.leaves, symbols);
      const returned = backward(own as never, cotangent as never);
      if (!Array.isArray(returned) || returned.length !== args.length) {
        const got = Array.isArray(returned) ? `${returned.length} entries` : describe(returned);
        throw new TraceError(
          `customVjp: backward must return an array with one cotangent per argument`,
          { got: `${got} for ${args.length} argument${args.length === 1 ? '' : 's'}` },
        );
      }
      return args.flatMap((argument, k) =>
        givenAlong('customVjp', `the cotangent of argument ${k}`, argument, returned[k]),
      );
    },
    types,
  );
};

/**
 * Runs `rule` unless it is running already: inside of its own rules a function is the plain one.
 */
const guarded = (
  f: AnyFunction,
  rule: (args: readonly Flattened[]) => unknown,
  name: string,
): AnyFunction => {
  let isOpen = false;
  return named<AnyFunction>(nameOf(f), (values) => {
    // Outside of any trace nothing is being differentiated.
    if (isOpen || currentTrace() === undefined) return f(...(values as never[]));
    const args = flattenArguments(name, values);
    isOpen = true;
    try {
      return rule(args);
    } finally {
      isOpen = false;
    }
  });
};

/** Emits a function with a rule: `held` are its graphs, the first one the function itself. */
const emitCustom = (
  f: AnyFunction,
  args: readonly Flattened[],
  result: Flattened,
  captured: readonly TensorImplementation[],
  emit: Parameters<typeof apply>[2],
): unknown => {
  const declared = args.flatMap(({ leaves }) => leaves);
  const tensors = [...declared, ...captured].map(asTyped<never>);
  const results = result.leaves.length === 0 ? [] : apply(nameOf(f), tensors, emit);
  return unflatten(result.structure, results);
};

/**
 * `f` with a reverse mode of its own. `forward` takes the arguments and returns [result,
 * residuals]; `backward` takes the residuals and the cotangent of the result and returns an array
 * with one cotangent per argument (null for zero, and for what is no float tensor). Forward mode is
 * then a DifferentiationError. Tensors that the functions capture may be used but not
 * differentiated.
 */
export function customVjp<A extends unknown[], R, Residuals>(
  f: (...args: A) => R,
  rules: VjpRules<A, NoInfer<R>, Residuals>,
): (...args: Params<A>) => R;
export function customVjp(
  f: AnyFunction,
  rules: { readonly forward: AnyFunction; readonly backward: AnyFunction },
): AnyFunction {
  checkFunction('customVjp', f);
  checkOptions('customVjp', rules, ['forward', 'backward']);
  const { forward, backward } = rules;
  checkFunction('customVjp', forward);
  checkFunction('customVjp', backward);
  const rule = (args: readonly Flattened[]): unknown => {
    const count = args.reduce((sum, { leaves }) => sum + leaves.length, 0);
    const plain = traceCall('customVjp', f, args);
    let residuals: Flattened | undefined;
    const ahead = traceCall(
      'customVjp',
      (...values: never[]) => {
        const returned = forward(...values);
        flattenResult('customVjp', returned);
        const pair = requirePair('customVjp', 'forward', '[result, residuals]', returned);
        requireSameResult('customVjp', 'forward', plain.result, flatten(pair[0], 'customVjp'));
        residuals = flatten(pair[1], 'customVjp', 'the residuals');
        return pair;
      },
      args,
    );
    const kept = residuals as unknown as Flattened;
    const back = traceBackward(backward, args, kept, plain.result);
    const cotangents = floats(plain.result.leaves).length;
    const held = [plain, ahead].map(({ graph, tensors }) => ({
      graph,
      captured: tensors.slice(count),
    }));
    const { graphs, captured } = captureTogether(
      [...held, { graph: back.graph, captured: back.captured }],
      [count, count, kept.leaves.length + cotangents],
    );
    const [own, first, last] = graphs as [Graph, Graph, Graph];
    // What backward captured is handed on like a residual.
    const cut = kept.leaves.length;
    const params = {
      graph: own,
      forward: { ...first, outputs: [...first.outputs, ...first.inputs.slice(count)] },
      backward: {
        ...last,
        inputs: [
          ...last.inputs.slice(0, cut),
          ...last.inputs.slice(cut + cotangents),
          ...last.inputs.slice(cut, cut + cotangents),
        ],
      },
      arguments: count,
    };
    return emitCustom(f, args, plain.result, captured, (values) => customVjpOp(values, params));
  };
  return guarded(f, rule, 'customVjp');
}

/**
 * `f` with a derivative of its own: `rule` takes the tuple of arguments and the tuple of their
 * tangents (null for what is no float tensor) and returns [result, tangent of the result]. The rule
 * must be linear in the tangents; reverse mode transposes it. Tensors that the functions capture
 * may be used but not differentiated.
 */
export function customJvp<A extends unknown[], R>(
  f: (...args: A) => R,
  rule: (
    primals: Params<A>,
    tangents: Gradient<Params<A>>,
  ) => readonly [result: NoInfer<R>, tangent: Gradient<NoInfer<R>>],
): (...args: Params<A>) => R;
export function customJvp(f: AnyFunction, rule: AnyFunction): AnyFunction {
  checkFunction('customJvp', f);
  checkFunction('customJvp', rule);
  const run = (args: readonly Flattened[]): unknown => {
    const leaves = args.flatMap((argument) => argument.leaves);
    const plain = traceCall('customJvp', f, args);
    const types = typesOf([...leaves, ...floats(leaves)]);
    const pushed = trace(
      nameOf(rule),
      (symbols) => {
        const primals = zip(args, symbols.splice(0, leaves.length));
        const tangents = args.map(({ structure, leaves: own }) =>
          alongFloats(structure, own, symbols),
        );
        const returned = rule(primals as never, tangents as never);
        flattenResult('customJvp', returned);
        const pair = requirePair('customJvp', 'the rule', '[result, tangent]', returned);
        const result = flatten(pair[0], 'customJvp', 'the result');
        requireSameResult('customJvp', 'the rule', plain.result, result);
        const along = givenAlong('customJvp', 'the tangent of the result', result, pair[1]);
        return [...result.leaves, ...along];
      },
      types,
    );
    const { graphs, captured } = captureTogether(
      [{ graph: plain.graph, captured: plain.tensors.slice(leaves.length) }, pushed],
      [leaves.length, types.length],
    );
    const [graph, jvp] = graphs as [Graph, Graph];
    const { inputs } = jvp;
    const moved = inputs.slice(leaves.length, types.length);
    const params = {
      graph,
      jvp: {
        ...jvp,
        inputs: [...inputs.slice(0, leaves.length), ...inputs.slice(types.length), ...moved],
      },
      arguments: leaves.length,
    };
    return emitCustom(f, args, plain.result, captured, (values) => customJvpOp(values, params));
  };
  return guarded(f, run, 'customJvp');
}
