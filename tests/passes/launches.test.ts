/**
 * How many kernels programs become, and how much memory they take: what fusion and planning
 * promise.
 */
import { describe, expect, test } from 'vitest';
import { js } from '../../src/backends/js/index.ts';
import { reference } from '../../src/backends/reference/index.ts';
import { buildGraph, currentBuilder, type Graph, type Value } from '../../src/ir/graph.ts';
import { backward } from '../../src/ir/ops/backward.ts';
import { dot } from '../../src/ir/ops/contractions.ts';
import { add, exp, mul, sub } from '../../src/ir/ops/elementwise.ts';
import { argSort } from '../../src/ir/ops/indexing.ts';
import { cast } from '../../src/ir/ops/logic.ts';
import { reduceMin, reduceSum } from '../../src/ir/ops/reductions.ts';
import { tanh } from '../../src/ir/ops/trigonometry.ts';
import { broadcast, permute, reshape, reverse, slice } from '../../src/ir/ops/views.ts';
import { isFloat, type TypedArray } from '../../src/ir/types.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { mismatch, singleTolerance } from '../../src/testing/mismatch.ts';
import { interpret, runCompiledSync } from '../../src/testing/run-graph.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import {
  convRelu,
  crossEntropy,
  dense,
  gelu,
  layerNorm,
  logSoftmax,
  of,
  overLast,
  overRows,
  scalar,
  single,
  softmax,
} from './models.ts';
import { parametersOf, trainingStep } from './training-step.ts';

const dataFor = (graph: Graph): TypedArray[] =>
  graph.inputs.map(({ type }, k) =>
    isFloat(type.dtype) ? sampleData(type, k + 1) : sampleData(type, k + 1, { low: 0, high: 9 }),
  );
/** The launches of a program, once its results are known to be right. */
const launchesOf = (graph: Graph, donated: readonly number[] = []): number => {
  const arrays = dataFor(graph);
  const results = runCompiledSync(js, graph, arrays, { donated });
  interpret(reference, graph, arrays).forEach((array, k) => {
    expect(mismatch(results[k]!, array, { ...singleTolerance, scaled: 2e-6 })).toBeUndefined();
  });
  return makeProgram(graph, { donated, verify: true }).plan().launches.length;
};

const matmul = (x: Value): Value => dot([x, x], { contract: [[1], [0]], batch: [[], []] });
const rows = of([7, 33]);
const vector = of([33]);
/** The gradient of the loss by the logits. */
const deltaRows = buildGraph('delta', [of([5, 12]), of([5], 'i32')], ([x, labels]) => {
  const loss = crossEntropy(x!, labels!);
  const eqns = [...currentBuilder().eqns];
  return [backward(eqns, [loss], [scalar(loss, 1)], [x!])[0]!];
});

describe('one kernel', () => {
  test.each<[string, Graph]>([
    ['softmax', single('softmax', [rows], (x) => softmax(x))],
    ['softmax of three axes', single('softmax', [of([2, 3, 17])], (x) => softmax(x))],
    ['log softmax', single('logSoftmax', [rows], (x) => logSoftmax(x))],
    ['layer norm', single('layerNorm', [rows, vector, vector], (x, s, b) => layerNorm(x, s, b))],
    [
      'dense, bias and gelu',
      single('dense', [of([9, 18]), of([18, 33]), vector], (x, w, b) => gelu(dense(x, w, b))),
    ],
    ['softmax cross entropy, gradient by the logits', deltaRows],
    [
      'convolution, bias and relu',
      single('conv', [of([2, 3, 8, 9]), of([4, 3, 3, 2]), of([4])], (x, w, b) => convRelu(x, w, b)),
    ],
    [
      'a chain of elementwise ops through views',
      single('chain', [of([6, 4]), of([4])], (x, b) =>
        reshape(mul(tanh(add(x, overRows(b, x))), x), { shape: [3, 8] }),
      ),
    ],
    [
      'a reduction under another shape',
      single('square', [of([16, 5])], (x) =>
        tanh(reshape(reduceSum(x, { axes: [1] }), { shape: [4, 4] })),
      ),
    ],
  ])('%s', (_, graph) => {
    expect(launchesOf(graph)).toBe(1);
  });
});

/** Both ways round. */
const folded = (x: Value): Value => add(x, reverse(x, { axes: [x.type.shape.length - 1] }));
describe('what is read at two places at once is right', () => {
  test.each<[string, Graph]>([
    ['sums of rows', single('sums', [of([5, 4])], (x) => folded(reduceSum(x, { axes: [1] })))],
    ['softmax', single('softmax', [of([5, 7])], (x) => folded(softmax(x)))],
    ['a product', single('product', [of([6, 6])], (x) => folded(matmul(x)))],
    [
      'a product and its transpose',
      single('product', [of([6, 6])], (x) => add(matmul(x), permute(matmul(x), { axes: [1, 0] }))),
    ],
    ['something expensive', single('tanh', [of([9])], (x) => folded(folded(tanh(tanh(x)))))],
    [
      'something expensive, a part of which is folded',
      single('part', [of([6])], (x) => {
        const y = tanh(exp(x));
        const part = slice(y, { start: [0], size: [4], step: [1] });
        return add(y, broadcast(reduceSum(part, { axes: [0] }), { shape: [6], axes: [] }));
      }),
    ],
    [
      'something expensive, one element of which is folded',
      single('one', [of([6])], (x) => {
        const y = tanh(exp(x));
        const one = slice(y, { start: [0], size: [1], step: [1] });
        return add(y, broadcast(reduceSum(one, { axes: [0] }), { shape: [6], axes: [] }));
      }),
    ],
    [
      'orders of repeated rows',
      single('sort', [of([3])], (x) => argSort(broadcast(x, { shape: [2, 3], axes: [1] }))),
    ],
    [
      'sums of nothing, repeated',
      single('nothing', [of([0, 1])], (x) => {
        const sum = reduceSum(x, { axes: [0, 1] });
        const row = broadcast(sum, { shape: [1], axes: [] });
        return broadcast(row, { shape: [1, 1], axes: [1] });
      }),
    ],
    ['orders', single('sort', [of([2, 9])], (x) => folded(argSort(x)))],
    [
      'maxima of rows over columns',
      single('maxima', [of([4, 4])], (x) => {
        const rows = reduceSum(x, { axes: [1] });
        return add(overLast(rows, x), overRows(rows, x));
      }),
    ],
  ])('%s', (_, graph) => {
    expect(launchesOf(graph)).toBeGreaterThan(0);
  });
});

test('a value of which a reduction reads the last element alone is stored whole', () => {
  const graph = buildGraph('last', [of([3])], ([x]) => {
    const doubled = mul(x!, x!);
    const last = slice(doubled, { start: [2], size: [1], step: [1] });
    return [doubled, reduceMin(last, { axes: [0] })];
  });
  expect(launchesOf(graph)).toBeGreaterThan(0);
});

test('a step of training takes few launches and overwrites its parameters', () => {
  const widths = [20, 16, 12, 10];
  const donated = parametersOf(widths);
  const graph = trainingStep(widths, 8, 0.1);
  expect(launchesOf(graph, donated)).toBeLessThanOrEqual(14);

  const large = [784, 256, 128, 10];
  const plan = makeProgram(trainingStep(large, 32, 0.1), { donated }).plan();
  expect(plan.launches.length).toBeLessThanOrEqual(14);
  // Every parameter is updated where it stands.
  expect(plan.donations.length).toBe(donated.length);
});

describe('memory', () => {
  const side = 1024;
  const bytes = side * side * 4;
  const chain = (body: (x: Value) => Value): Graph =>
    buildGraph('chain', [of([side, side])], ([x]) => {
      let y = x!;
      for (let k = 0; k < 33; k++) y = body(y);
      return [y];
    });
  test.each<[string, Graph, number]>([
    // Two live at once: what is read and what is written.
    ['products', chain(matmul), 2],
    ['products with what they are products of added', chain((x) => add(matmul(x), x)), 2],
    // The places of a row's elements in order, and the elements taken at these places.
    ['sorts', chain((x) => mul(cast(argSort(x), { dtype: 'f32' }), x)), 3],
  ])('a chain of 33 %s of 4 MiB reuses its memory', (_, graph, most) => {
    const plan = makeProgram(graph).plan();
    expect(plan.launches.length).toBeGreaterThanOrEqual(33);
    expect(plan.arenaBytes).toBeLessThanOrEqual(most * bytes);
    expect(plan.arenaBytes).toBeLessThanOrEqual(12 * 1024 * 1024);
    const apart = makeProgram(graph, { switches: { planMemory: false } }).plan();
    expect(apart.arenaBytes).toBeGreaterThanOrEqual(32 * bytes);
  });

  test('a fused chain needs no memory of its own', () => {
    const graph = chain((x) => sub(tanh(x), x));
    const plan = makeProgram(graph).plan();
    expect(plan.arenaBytes).toBeLessThanOrEqual(2 * bytes);
  });

  test('a donated input of the right size becomes the output', () => {
    const body = (x: Value, y: Value): Value => add(x, y);
    const same = single('f', [of([64]), of([64])], body);
    expect(makeProgram(same, { donated: [1] }).plan().donations).toEqual([[1, 0]]);
    const plan = makeProgram(same).plan();
    expect(plan.donations).toEqual([]);
    // Read by rows and columns at once, it cannot be overwritten.
    const square = single('f', [of([16, 16])], (x) => matmul(x));
    expect(makeProgram(square, { donated: [0] }).plan().donations).toEqual([]);
    // Another size does not fit.
    const smaller = single('f', [of([16, 16])], (x) => reduceSum(x, { axes: [0] }));
    expect(makeProgram(smaller, { donated: [0] }).plan().donations).toEqual([]);
  });
});
