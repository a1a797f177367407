/**
 * Gradients where derivatives do not exist or need care: 0 at kinks, shared at ties, finite where
 * the formula is 0 times infinity.
 */
import { describe, expect, test } from 'vitest';
import { referenceDouble } from '../../src/backends/reference/index.ts';
import { buildGraph, emit, type Value } from '../../src/ir/graph.ts';
import { constantLike } from '../../src/ir/ops/constants.ts';
import { log, relu, sigmoid, softplus } from '../../src/ir/ops/elementwise.ts';
import { gt, select } from '../../src/ir/ops/logic.ts';
import { reduceSum } from '../../src/ir/ops/reductions.ts';
import { type OpName, registry } from '../../src/ir/ops/registry.ts';
import type { TypedArray } from '../../src/ir/types.ts';
import { gradGraph } from '../../src/passes/grad.ts';
import { interpret } from '../../src/testing/run-graph.ts';

const gradients = (
  body: (values: Value[]) => Value,
  inputs: readonly (readonly number[])[],
): number[][] => {
  const graph = buildGraph(
    'sum',
    inputs.map((values) => ({ dtype: 'f32', shape: [values.length] })),
    (values) => [reduceSum(body(values), { axes: [0] })],
  );
  const sources = inputs.map((_, k) => k);
  const arrays = inputs.map((values): TypedArray => Float64Array.from(values));
  return interpret(referenceDouble, gradGraph(graph, sources), arrays)
    .slice(1)
    .map((array) => Array.from(array, (x) => x + 0));
};
const of =
  (name: OpName, params: object = {}) =>
  (values: Value[]): Value =>
    emit(registry[name], params as Record<string, unknown>, values)[0]!;

describe('kinks and ties', () => {
  test.each<[OpName, number[][], number[][]]>([
    ['abs', [[-2, 0, 3]], [[-1, 0, 1]]],
    ['relu', [[-2, 0, -0, 3]], [[0, 0, 0, 1]]],
    [
      'maximum',
      [
        [1, 2, 3],
        [2, 2, 2],
      ],
      [
        [0, 0.5, 1],
        [1, 0.5, 0],
      ],
    ],
    [
      'minimum',
      [
        [1, 2, 3],
        [2, 2, 2],
      ],
      [
        [1, 0.5, 0],
        [0, 0.5, 1],
      ],
    ],
    [
      'pow',
      [
        [0, 0, 0, 2],
        [2, 1, 0, 0],
      ],
      [
        [0, 1, 0, 0],
        [0, 0, 0, Math.log(2)],
      ],
    ],
    ['sqrt', [[4]], [[0.25]]],
  ])('%s at %j', (name, inputs, expected) => {
    expect(gradients(of(name), inputs)).toEqual(expected);
  });

  test('the extremum of equal elements shares its gradient evenly', () => {
    for (const name of ['reduceMax', 'reduceMin'] as const) {
      const sign = name === 'reduceMax' ? 1 : -1;
      const graph = buildGraph('f', [{ dtype: 'f32', shape: [5] }], ([x]) =>
        emit(registry[name], { axes: [0] }, [x!]),
      );
      const data = Float64Array.from([3, 1, 3, 2, 3].map((x) => x * sign));
      const [, gradient] = interpret(referenceDouble, gradGraph(graph, [0]), [data]);
      const third = 1 / 3;
      expect(Array.from(gradient!)).toEqual([third, 0, third, 0, third]);
    }
  });

  test('the first of equal elements gets the gradient of firstMax', () => {
    const graph = buildGraph('f', [{ dtype: 'f32', shape: [2, 3] }], ([x]) =>
      emit(registry.firstMax, { axes: [0, 1] }, [x!]),
    );
    const [, gradient] = interpret(referenceDouble, gradGraph(graph, [0]), [
      Float64Array.from([1, 2, 3, 3, 0, 3]),
    ]);
    expect(Array.from(gradient!)).toEqual([0, 0, 1, 0, 0, 0]);
  });

  test('saturated functions have finite gradients', () => {
    expect(gradients(([x]) => sigmoid(x!), [[-800, 800]])).toEqual([[0, 0]]);
    expect(gradients(([x]) => softplus(x!), [[-800, 800]])).toEqual([[0, 1]]);
    expect(gradients(([x]) => relu(x!), [[Number.NaN]])).toEqual([[0]]);
  });
});

test('the branch that select does not take contributes nothing, not even NaN', () => {
  const body = ([x]: Value[]): Value => {
    const zero = constantLike(x!, 0);
    const isPositive = gt(x!, zero);
    // The logarithm of a negative number is NaN, and so is its derivative times 0.
    return select(isPositive, log(select(isPositive, x!, constantLike(x!, 1))), zero);
  };
  expect(gradients(body, [[-1, 2]])).toEqual([[0, 0.5]]);
});
