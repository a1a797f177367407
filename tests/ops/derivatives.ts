/** Derivatives of graphs, checked numerically in double precision. */
import { expect } from 'vitest';
import { referenceDouble } from '../../src/backends/reference/index.ts';
import { buildGraph, currentBuilder, type Graph, inline } from '../../src/ir/graph.ts';
import { backward } from '../../src/ir/ops/backward.ts';
import { constantLike } from '../../src/ir/ops/constants.ts';
import { sizeOf, type TypedArray } from '../../src/ir/types.ts';
import { jvpGraph } from '../../src/passes/jvp.ts';
import { scaleOf } from '../../src/testing/mismatch.ts';
import { interpret } from '../../src/testing/run-graph.ts';
import { sampleData } from '../../src/testing/sample-data.ts';

/** The inputs that move and the outputs that are watched. */
export interface Directions {
  readonly sources: readonly number[];
  readonly targets: readonly number[];
}

/** Takes the inputs of `graph` and a cotangent per target; gives the cotangents of the sources. */
export const cotangentGraph = (graph: Graph, { sources, targets }: Directions): Graph => {
  const types = graph.inputs.map(({ type }) => type);
  const extra = targets.map((k) => graph.outputs[k]!.type);
  return buildGraph(`${graph.name}Vjp`, [...types, ...extra], (values) => {
    const inputs = values.slice(0, types.length);
    const outputs = inline(graph, inputs);
    const wanted = sources.map((k) => inputs[k]!);
    const ends = targets.map((k) => outputs[k]!);
    const eqns = [...currentBuilder().eqns];
    return backward(eqns, ends, values.slice(types.length), wanted).map(
      (cotangent, k) => cotangent ?? constantLike(wanted[k]!, 0),
    );
  });
};

const doubles = (array: TypedArray): TypedArray =>
  array instanceof Float32Array ? Float64Array.from(array) : array;
const moved = (x: TypedArray, direction: TypedArray, by: number): TypedArray =>
  doubles(x).map((value, k) => value + by * direction[k]!) as TypedArray;
const dotProduct = (a: readonly TypedArray[], b: readonly TypedArray[]): number =>
  a.reduce((sum, x, k) => {
    let inner = sum;
    for (let i = 0; i < x.length; i++) inner += x[i]! * b[k]![i]!;
    return inner;
  }, 0);

/** A direction per value: numbers in [-1, 1]. */
const directions = (
  graph: Graph,
  which: 'inputs' | 'outputs',
  at: readonly number[],
): TypedArray[] =>
  at.map((k) => {
    const { shape } = graph[which][k]!.type;
    const seed = which === 'inputs' ? k + 40 : k + 80;
    return sampleData({ dtype: 'f64', shape }, seed, { low: -1, high: 1 });
  });

/** (f(x + h t) - f(x - h t)) / 2h of the targets. */
const finiteDifferences = (
  graph: Graph,
  arrays: readonly TypedArray[],
  { sources, targets }: Directions,
  tangents: readonly TypedArray[],
  h: number,
): TypedArray[] => {
  const at = (by: number): TypedArray[] => {
    const point = [...arrays];
    sources.forEach((k, i) => {
      point[k] = moved(arrays[k]!, tangents[i]!, by);
    });
    return interpret(referenceDouble, graph, point);
  };
  const [high, low] = [at(h), at(-h)];
  return targets.map((k) => high[k]!.map((x, i) => (x - low[k]![i]!) / (2 * h)) as TypedArray);
};

/** How to check; `h` is the step of the differences. */
export interface Check {
  readonly order?: number;
  readonly error?: number;
  readonly h?: number;
  readonly modes?: readonly ('forward' | 'reverse')[];
}

/**
 * Checks forward mode against central differences, and reverse mode against forward mode by <u, J
 * t> = <vjp u, t>. With `order` 2 it then does the same to the cotangents as functions of the
 * inputs.
 */
export const checkDerivatives = (
  graph: Graph,
  arrays: readonly TypedArray[],
  at: Directions,
  { order = 2, error = 1e-6, h = 1e-5, modes = ['forward', 'reverse'] }: Check = {},
): void => {
  const tangents = directions(graph, 'inputs', at.sources);
  const cotangents = directions(graph, 'outputs', at.targets);
  const wide = arrays.map(doubles);
  const expected = finiteDifferences(graph, wide, at, tangents, h);
  const pushed = modes.includes('forward')
    ? interpret(referenceDouble, jvpGraph(graph, at.sources, at.targets), [
        ...wide,
        ...tangents,
      ]).slice(graph.outputs.length)
    : expected;
  // Where the differences themselves depend on the step, they say less.
  const halved = finiteDifferences(graph, wide, at, tangents, h / 2);
  pushed.forEach((actual, k) => {
    const scale = error * Math.max(1, scaleOf(expected[k]!));
    actual.forEach((x, i) => {
      const [y, z] = [expected[k]![i]!, halved[k]![i]!];
      const isNear = Math.abs(x - y) <= scale + 4 * Math.min(Math.abs(y - z), scale * 100);
      expect(isNear, `${graph.name}: tangent ${k}, element ${i}: ${x}, difference ${y}`).toBe(true);
    });
  });

  if (!modes.includes('reverse')) return;
  const reverse = cotangentGraph(graph, at);
  const pulled = interpret(referenceDouble, reverse, [...wide, ...cotangents]);
  const [left, right] = [dotProduct(cotangents, pushed), dotProduct(pulled, tangents)];
  const size = pushed.reduce((sum, x) => sum + scaleOf(x) * x.length, 1e-3);
  // Finite differences stand in where there is no forward mode.
  const nearness = modes.includes('forward') ? 1e-11 : error;
  const isAdjoint = Math.abs(left - right) <= nearness * size;
  expect(isAdjoint, `${graph.name}: <u, J t> is ${left} and <vjp u, t> is ${right}`).toBe(true);

  const isEmpty = at.sources.every((k) => sizeOf(graph.inputs[k]!.type.shape) === 0);
  if (order > 1 && !isEmpty) {
    const targets = at.sources.map((_, k) => k);
    const point = [...arrays, ...cotangents];
    checkDerivatives(
      reverse,
      point,
      { sources: at.sources, targets },
      {
        order: order - 1,
        error: error * 10,
        h,
        modes,
      },
    );
  }
};
