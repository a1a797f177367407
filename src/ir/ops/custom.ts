/**
 * Regions whose derivative is the user's. `customVjp` brings its own reverse mode and has no
 * forward mode; `customJvp` brings forward mode, and reverse mode is its transpose.
 */
import { DifferentiationError } from '../errors.ts';
import {
  buildGraph,
  currentBuilder,
  type Eqn,
  type Graph,
  inline,
  typesOf,
  type Value,
} from '../graph.ts';
import type { Cotangents, OpBase, RegionOp } from '../op.ts';
import { isDifferentiable, type TensorType } from '../types.ts';
import { backward } from './backward.ts';
import { batchGraph } from './batching.ts';
import { constantLike } from './constants.ts';
import { batchAll, type MultiOp, multi } from './define.ts';
import { pushGraph } from './forward.ts';
import { requireInputs, requireOutputs } from './held-graphs.ts';
import { inlineKeeping, vjpGraphs, withoutDead } from './reverse.ts';

/** The attributes of `customVjp`. */
export interface CustomVjpParams {
  /** What the function computes. */
  readonly graph: Graph;
  /** The inputs to the outputs followed by what the backward graph reads. */
  readonly forward: Graph;
  /**
   * What `forward` gave behind its outputs, then the cotangents of the float outputs, to the
   * cotangents of the float ones among the first `arguments` inputs.
   */
  readonly backward: Graph;
  /** How many inputs are arguments; the others are values that the function captured. */
  readonly arguments: number;
  /**
   * Set where reverse mode has begun: `graph` is then `forward`, and so many of its outputs are
   * what the backward graph reads.
   */
  readonly residuals?: number | undefined;
}

/** The attributes of `customJvp`. */
export interface CustomJvpParams {
  /** What the function computes. */
  readonly graph: Graph;
  /**
   * The inputs, then the tangents of the float ones among the first `arguments` inputs, to the
   * outputs, then the tangents of the float outputs.
   */
  readonly jvp: Graph;
  /** How many inputs are arguments; the others are values that the function captured. */
  readonly arguments: number;
}

const floats = <T extends { readonly type: TensorType }>(values: readonly T[]): T[] =>
  values.filter(({ type }) => isDifferentiable(type.dtype));

const refuseCaptured = (name: string, count: number, moving: readonly boolean[]): void => {
  if (!moving.slice(count).includes(true)) return;
  throw new DifferentiationError(
    `${name}: a value that the function captured is differentiated, ` +
      'and its rule says nothing of it',
    { hint: 'pass the value as an argument, or use stopGradient on it' },
  );
};

/** A graph over a batch on all of its inputs and outputs. */
const batchWhole = (graph: Graph, size: number): Graph => {
  const types = typesOf(graph.inputs).map(({ dtype, shape }) => ({
    dtype,
    shape: [size, ...shape],
  }));
  return buildGraph(`${graph.name}Vmap`, types, (values) => {
    const own = values.map((value) => ({ value, batched: true }));
    return batchAll(batchGraph(graph, own, size), size);
  });
};

const customVjpType: OpBase<CustomVjpParams>['type'] = (inputs, params) => {
  const { graph, forward, backward: rule, arguments: count } = params;
  const outputs = typesOf(graph.outputs);
  requireInputs('customVjp', typesOf(graph.inputs), inputs);
  requireInputs('customVjp', typesOf(forward.inputs), inputs);
  const given = typesOf(forward.outputs);
  const own = outputs.slice(0, outputs.length - (params.residuals ?? 0));
  requireOutputs('customVjp', outputs, given.slice(0, outputs.length));
  const cotangents = own.filter(({ dtype }) => isDifferentiable(dtype));
  requireInputs('customVjp', typesOf(rule.inputs), [...given.slice(own.length), ...cotangents]);
  const wanted = inputs.slice(0, count).filter(({ dtype }) => isDifferentiable(dtype));
  requireOutputs('customVjp', wanted, typesOf(rule.outputs));
  return outputs;
};

/** The cotangents of the inputs when what the rule reads is at hand. */
const applyBackward = (
  { backward: rule, arguments: count }: CustomVjpParams,
  inputs: readonly Value[],
  outputs: readonly Value[],
  cotangents: Cotangents,
  residuals: readonly Value[],
): Cotangents => {
  const seeds = floats(outputs).map(
    (output) => cotangents[outputs.indexOf(output)] ?? constantLike(output, 0),
  );
  const results = inline(rule, [...residuals, ...seeds]);
  return inputs.map(({ type }, k) =>
    k < count && isDifferentiable(type.dtype) ? (results.shift() as Value) : null,
  );
};

const customVjpDefinition: RegionOp<CustomVjpParams> = {
  name: 'customVjp',
  kind: 'region',
  graph: ({ graph }) => graph,
  type: customVjpType,
  keep: (inputs, params, wanted) => {
    const { forward, graph, residuals } = params;
    // Once the rule has been applied, what it computes is differentiated like anything else.
    if (residuals !== undefined) return inlineKeeping(forward, inputs, wanted);
    const kept = forward.outputs.length - graph.outputs.length;
    return customVjp(inputs, { ...params, graph: forward, residuals: kept });
  },
  vjp: (cotangents, inputs, outputs, params, wanted) => {
    const { forward, residuals, arguments: count } = params;
    if (residuals === undefined) {
      if (wanted !== undefined) refuseCaptured('customVjp', count, wanted);
      const results = inline(forward, inputs);
      const kept = results.slice(outputs.length);
      return applyBackward(params, inputs, outputs, cotangents, kept);
    }
    const own = outputs.length - residuals;
    if (cotangents.slice(own).every((cotangent) => cotangent === null)) {
      if (wanted !== undefined) refuseCaptured('customVjp', count, wanted);
      const kept = outputs.slice(own);
      return applyBackward(params, inputs, outputs.slice(0, own), cotangents, kept);
    }
    const { eqns } = currentBuilder();
    const start = eqns.length;
    const marks = wanted ?? inputs.map(({ type }) => isDifferentiable(type.dtype));
    const results = inlineKeeping(forward, inputs, marks);
    const sources = inputs.filter((_, k) => marks[k]);
    const found = backward(eqns.slice(start) as Eqn[], results, cotangents, sources);
    return marks.map((mark) => (mark ? (found.shift() ?? null) : null));
  },
  jvp: (inputs, tangents, params) => {
    if (params.residuals !== undefined) return pushGraph(params.forward, inputs, tangents);
    throw new DifferentiationError('customVjp: forward mode cannot use a rule of reverse mode', {
      hint: 'give the function a forward rule with customJvp, which serves both modes',
    });
  },
  batch: (inputs, size, params) => {
    const { graph, forward, residuals } = params;
    const batched = batchWhole(forward, size);
    return customVjp(batchAll(inputs, size), {
      ...params,
      graph: residuals === undefined ? batchWhole(graph, size) : batched,
      forward: batched,
      backward: batchWhole(params.backward, size),
    });
  },
};
/** What its graph computes, with a reverse mode of its own. */
export const customVjp: MultiOp<CustomVjpParams> = multi(customVjpDefinition);

const customJvpType: OpBase<CustomJvpParams>['type'] = (inputs, params) => {
  const { graph, jvp, arguments: count } = params;
  const outputs = typesOf(graph.outputs);
  requireInputs('customJvp', typesOf(graph.inputs), inputs);
  const moving = inputs.slice(0, count).filter(({ dtype }) => isDifferentiable(dtype));
  requireInputs('customJvp', typesOf(jvp.inputs), [...inputs, ...moving]);
  const tangents = outputs.filter(({ dtype }) => isDifferentiable(dtype));
  requireOutputs('customJvp', [...outputs, ...tangents], typesOf(jvp.outputs));
  return outputs;
};

/** The values of a graph that depend in any way on the inputs from number `start` on. */
const tainted = (graph: Graph, start: number): Set<Value> => {
  const found = new Set(graph.inputs.slice(start));
  for (const { inputs, outputs } of graph.eqns) {
    if (inputs.some((input) => found.has(input))) for (const output of outputs) found.add(output);
  }
  return found;
};

/** The forward rule transposed: the same function with a reverse mode of its own. */
const transposed = (params: CustomJvpParams): CustomVjpParams => {
  const { graph, jvp, arguments: count } = params;
  const [taken, given] = [graph.inputs.length, graph.outputs.length];
  const numbers = (from: number, to: number): number[] =>
    Array.from({ length: to - from }, (_, k) => from + k);
  const parts = vjpGraphs(
    jvp,
    numbers(taken, jvp.inputs.length),
    numbers(given, jvp.outputs.length),
  );
  const { forward, needed } = parts;
  const read = [
    ...needed.map((input) => forward.inputs[input] as Value),
    ...forward.outputs.slice(jvp.outputs.length),
  ];
  const outputs = [...forward.outputs.slice(0, given), ...read];
  const moving = tainted(forward, taken);
  if (outputs.some((value) => moving.has(value))) {
    throw new DifferentiationError('customJvp: the rule must be linear in the tangents', {
      hint: 'multiply tangents by values of the primals only, and add such products',
    });
  }
  const whole = withoutDead({ ...forward, inputs: forward.inputs.slice(0, taken), outputs });
  return {
    graph: whole,
    forward: whole,
    backward: withoutDead(parts.backward),
    arguments: count,
    residuals: read.length,
  };
};

const customJvpDefinition: RegionOp<CustomJvpParams> = {
  name: 'customJvp',
  kind: 'region',
  graph: ({ graph }) => graph,
  type: customJvpType,
  keep: (inputs, params, wanted) => {
    refuseCaptured('customJvp', params.arguments, wanted);
    return customVjp(inputs, transposed(params));
  },
  vjp: (cotangents, inputs, outputs, params, wanted) => {
    if (wanted !== undefined) refuseCaptured('customJvp', params.arguments, wanted);
    const rule = transposed(params);
    const kept = inline(rule.forward, inputs).slice(outputs.length);
    return applyBackward(rule, inputs, outputs, cotangents, kept);
  },
  jvp: (inputs, tangents, { graph, jvp, arguments: count }) => {
    refuseCaptured(
      'customJvp',
      count,
      tangents.map((tangent) => tangent !== null),
    );
    const moving = inputs.flatMap((input, k) =>
      k < count && isDifferentiable(input.type.dtype)
        ? [tangents[k] ?? constantLike(input, 0)]
        : [],
    );
    const results = inline(jvp, [...inputs, ...moving]);
    const outputs = results.splice(0, graph.outputs.length);
    return {
      outputs,
      tangents: outputs.map(({ type }) =>
        isDifferentiable(type.dtype) ? (results.shift() as Value) : null,
      ),
    };
  },
  batch: (inputs, size, params) =>
    customJvp(batchAll(inputs, size), {
      ...params,
      graph: batchWhole(params.graph, size),
      jvp: batchWhole(params.jvp, size),
    }),
};
/** What its graph computes, with a derivative of its own. */
export const customJvp: MultiOp<CustomJvpParams> = multi(customJvpDefinition);
