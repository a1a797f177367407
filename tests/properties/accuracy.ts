/**
 * How far a correct result may be from the exact one. The program is run in double precision with
 * every value that can round moved by a few units in the last place; how far the results move says
 * how much rounding matters here. This scales with cancellation, large intermediate values and
 * steep functions, as no fixed tolerance does.
 */
import { interpretHeld } from '../../src/backends/reference/interpret-held.ts';
import type { Eqn, Graph, Value } from '../../src/ir/graph.ts';
import { encodeNumbers } from '../../src/ir/half.ts';
import { isFloat, isHalf, type TypedArray } from '../../src/ir/types.ts';
import { addsUp, evaluateDouble, type Node, type RandomProgram } from './workshop.ts';

/** Values are moved by up to 4 units in the last place (f32), 16 (f64). */
const noiseOf = { f32: 2 ** -22, f64: 2 ** -49 } as const;
const noisyRuns = 4;
/** How many times the largest movement seen is allowed. */
const margin = 8;

/**
 * Pseudo-random numbers of either sign and of magnitude 1/2 to 1, so that no movement is small by
 * chance.
 */
const noise = (seed: number): (() => number) => {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 31 === 0 ? 0.5 : -0.5) * (1 + (state & 0x3fffffff) / 2 ** 30);
  };
};

/** Moves every float of an array by up to `size` of itself. */
const move = (array: TypedArray, size: number, next: () => number): void => {
  for (let i = 0; i < array.length; i++) array[i] = array[i]! * (1 + size * next());
};
const sizeFor = (value: Value): number => noiseOf[value.type.dtype as 'f32' | 'f64'];

const runNoisy = (
  graph: Graph,
  arrays: readonly TypedArray[],
  isExact: (value: Value) => boolean,
  next: () => number,
): TypedArray[] => {
  const known = new Map<Value, TypedArray>();
  graph.inputs.forEach((input, k) => {
    known.set(input, arrays[k]!);
  });
  const evaluate = (eqn: Eqn): void => {
    const inputs = eqn.inputs.map((input) => known.get(input)!);
    const rounds = (output: Value): boolean => isFloat(output.type.dtype) && !isExact(output);
    // Nothing is known of the values inside of graphs.
    const held = interpretHeld(eqn, inputs, 'double', (inner, given) =>
      runNoisy(inner, given, () => false, next),
    );
    if (held !== undefined) {
      eqn.outputs.forEach((output, k) => {
        known.set(output, held[k]!);
      });
      return;
    }
    if (eqn.op.kind === 'scatter' && rounds(eqn.outputs[0]!)) {
      // Sums are rounded after every update, so what is added matters and not only the result.
      const [into, updates] = [inputs[0]!, inputs[inputs.length - 1]!.slice()];
      const repeats = 1 + updates.length / Math.max(1, into.length);
      move(updates, sizeFor(eqn.outputs[0]!) * repeats, next);
      inputs[inputs.length - 1] = updates;
    }
    if ((addsUp(eqn.op) || eqn.op.name === 'logaddexp') && rounds(eqn.outputs[0]!)) {
      // So are partial sums of all others, and the larger operand to which a logarithm is added:
      // these may be larger than the result.
      inputs[0] = inputs[0]!.slice();
      move(inputs[0], sizeFor(eqn.outputs[0]!), next);
    }
    const results = evaluateDouble(eqn, inputs);
    eqn.outputs.forEach((output, k) => {
      if (rounds(output)) move(results[k]!, sizeFor(output), next);
      known.set(output, results[k]!);
    });
  };
  for (const eqn of graph.eqns) evaluate(eqn);
  return graph.outputs.map((output) => known.get(output)!);
};

/**
 * A program of which nothing is known but the data of its inputs: every float may have been
 * rounded.
 */
export const asProgram = (graph: Graph, arrays: readonly TypedArray[]): RandomProgram => {
  const nodes = new Map<Value, Node>();
  const add = (value: Value, array: TypedArray, isExact: boolean): void => {
    nodes.set(value, { value, array, isExact });
  };
  graph.inputs.forEach((input, k) => {
    const array = arrays[k]!;
    add(input, array instanceof Float32Array ? Float64Array.from(array) : array, true);
  });
  for (const eqn of graph.eqns) {
    const results = evaluateDouble(
      eqn,
      eqn.inputs.map((input) => nodes.get(input)!.array),
    );
    eqn.outputs.forEach((output, k) => {
      add(output, results[k]!, !isFloat(output.type.dtype) || eqn.inputs.length === 0);
    });
  }
  return { graph, arrays, nodes };
};

/**
 * For every output: the exact results and how far each element may be from them; 0 where nothing
 * rounds.
 */
export interface Expectation {
  readonly values: TypedArray;
  readonly allowed: Float64Array;
  readonly isExact: boolean;
}

/** What every correct way of running a program gives, up to what is allowed. */
export const expectationsOf = ({ graph, nodes }: RandomProgram): Expectation[] => {
  const node = (value: Value): Node => nodes.get(value)!;
  const arrays = graph.inputs.map((input) => node(input).array);
  const isExact = (value: Value): boolean => node(value).isExact;
  const expectations = graph.outputs.map((output): Expectation => {
    const { array } = node(output);
    // 16 bit floats are compared by their bits: nothing rounds that decides them.
    const { dtype } = output.type;
    const values = isHalf(dtype) ? encodeNumbers(dtype, array) : array;
    return { values, allowed: new Float64Array(array.length), isExact: isExact(output) };
  });
  if (expectations.every((one) => one.isExact)) return expectations;
  for (let run = 0; run < noisyRuns; run++) {
    const moved = runNoisy(graph, arrays, isExact, noise(run + 1));
    expectations.forEach(({ values, allowed }, k) => {
      for (let i = 0; i < allowed.length; i++) {
        const by = Math.abs(moved[k]![i]! - values[i]!) * margin;
        if (by > allowed[i]!) allowed[i] = by;
      }
    });
  }
  for (const { values, allowed } of expectations) raiseToTypical(values, allowed);
  return expectations;
};
/**
 * Movements may cancel by chance. Elements of one tensor have much the same history, so each may be
 * as far off, relative to its size, as half of the elements are.
 */
const raiseToTypical = (values: TypedArray, allowed: Float64Array): void => {
  const ratios = Array.from(allowed, (by, i) => by / Math.abs(values[i]!)).filter(Number.isFinite);
  const typical = ratios.sort((a, b) => a - b)[ratios.length >> 1] ?? 0;
  for (let i = 0; i < allowed.length; i++) {
    const by = typical * Math.abs(values[i]!);
    if (by > allowed[i]!) allowed[i] = by;
  }
};

/**
 * How far results are from the expectation, as a part of what is allowed; undefined for NaN in the
 * wrong place.
 */
export const excess = (actual: TypedArray, { values, allowed, isExact }: Expectation): number => {
  if (actual.length !== values.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < values.length; i++) {
    const [x, y] = [actual[i]!, values[i]!];
    if (Object.is(x, y)) continue;
    if (isExact || !Number.isFinite(y)) return Number.POSITIVE_INFINITY;
    const distance = Math.abs(x - y);
    if (distance > 0) worst = Math.max(worst, distance / (allowed[i]! + 1e-30));
  }
  return worst;
};
