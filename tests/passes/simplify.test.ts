/**
 * Every simplification keeps the value bit for bit, on the numbers where a wrong one would show;
 * and fires.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reference } from '../../src/backends/reference/index.ts';
import { buildGraph, type Graph, type Value } from '../../src/ir/graph.ts';
import { constantLike, full } from '../../src/ir/ops/constants.ts';
import {
  add,
  div,
  exp,
  maximum,
  mul,
  neg,
  pow,
  scale,
  sigmoid,
  sub,
  unscale,
} from '../../src/ir/ops/elementwise.ts';
import { cast, gt, select } from '../../src/ir/ops/logic.ts';
import { reduceSum } from '../../src/ir/ops/reductions.ts';
import { registry } from '../../src/ir/ops/registry.ts';
import {
  broadcast,
  concat,
  pad,
  permute,
  reshape,
  reverse,
  slice,
} from '../../src/ir/ops/views.ts';
import type { DType } from '../../src/ir/types.ts';
import { eliminateCommonSubexpressions, eliminateDeadCode } from '../../src/passes/eliminate.ts';
import { simplify } from '../../src/passes/simplify.ts';
import { mismatch } from '../../src/testing/mismatch.ts';
import { interpret } from '../../src/testing/run-graph.ts';
import { longTest, randomProgram, settings } from '../properties/random-program.ts';

const specials = Float32Array.of(
  0,
  -0,
  1,
  -1,
  1.5,
  1e-40,
  -1e-40,
  3e38,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  7,
);
const of = (dtype: DType, body: (x: Value) => Value): Graph =>
  buildGraph('f', [{ dtype, shape: [3, 4] }], ([x]) => [body(x!)]);
const like = constantLike;

const expectKept = (graph: Graph, after: Graph): void => {
  const data = graph.inputs[0]!.type.dtype === 'i32' ? Int32Array.from(specials) : specials;
  const [before, now] = [graph, after].map((one) => interpret(reference, one, [data])[0]!);
  expect(mismatch(now!, before!)).toBeUndefined();
};
const ones = { start: [0, 0], size: [3, 4], step: [1, 1] };
const nothing = { low: [0, 0], high: [0, 0], interior: [0, 0], value: 3 };

describe('rules that apply', () => {
  // The name of the op whose rule it is, the program, how many equations are left.
  const table: readonly [string, Graph, number][] = [
    ['neg', of('f32', (x) => neg(neg(x))), 0],
    ['add', of('f32', (x) => add(x, like(x, -0))), 0],
    ['add', of('f32', (x) => add(like(x, -0), x)), 0],
    ['add', of('i32', (x) => add(x, like(x, 0))), 0],
    ['sub', of('f32', (x) => sub(x, like(x, 0))), 0],
    ['mul', of('f32', (x) => mul(x, like(x, 1))), 0],
    ['mul', of('f32', (x) => mul(like(x, 1), x)), 0],
    ['div', of('f32', (x) => div(x, like(x, 1))), 0],
    ['scale', of('f32', (x) => scale(x, like(x, 1))), 0],
    ['unscale', of('f32', (x) => unscale(x, like(x, 1))), 0],
    ['pow', of('f32', (x) => pow(x, like(x, 1))), 0],
    ['pow', of('f32', (x) => pow(x, like(x, 2))), 1],
    ['pow', of('f32', (x) => mul(x, pow(x, like(x, 0)))), 0],
    ['select', of('f32', (x) => select(gt(x, like(x, 0)), x, x)), 0],
    ['select', of('f32', (x) => select(gt(like(x, 1), like(x, 0)), x, exp(x))), 0],
    ['cast', of('f32', (x) => cast(x, { dtype: 'f32' })), 0],
    ['broadcast', of('f32', (x) => broadcast(x, { shape: [3, 4], axes: [0, 1] })), 0],
    ['permute', of('f32', (x) => permute(x, { axes: [0, 1] })), 0],
    ['permute', of('f32', (x) => permute(permute(x, { axes: [1, 0] }), { axes: [1, 0] })), 0],
    ['reshape', of('f32', (x) => reshape(x, { shape: [3, 4] })), 0],
    ['reshape', of('f32', (x) => reshape(reshape(x, { shape: [12] }), { shape: [2, 6] })), 1],
    ['slice', of('f32', (x) => slice(x, ones)), 0],
    ['pad', of('f32', (x) => pad(x, nothing)), 0],
    ['concat', of('f32', (x) => concat(x, { axis: 1 })), 0],
    ['reduceSum', of('i32', (x) => reduceSum(x, { axes: [] })), 0],
    // A sum starts from 0, so -0 does not stay.
    ['reduceSum', of('f32', (x) => reduceSum(x, { axes: [] })), 2],
    // Constants are computed now.
    ['maximum', of('f32', (x) => mul(x, exp(maximum(like(x, 0), like(x, -0))))), 0],
    ['reverse', of('f32', (x) => mul(x, reverse(like(x, 2), { axes: [0] }))), 2],
  ];
  test.each(table)('%s', (_, graph, left) => {
    const after = eliminateDeadCode(simplify(graph));
    expect(after.eqns.length).toBe(left);
    expectKept(graph, after);
  });
  test('every op with a rule is here', () => {
    const names = Object.entries(registry).filter(([, op]) => op.simplify !== undefined);
    const shown = new Set(table.map(([name]) => name));
    expect(names.map(([name]) => name).filter((name) => !shown.has(name))).toEqual([]);
  });
});

describe('what looks like a rule and is none for floats', () => {
  test.each<[string, Graph]>([
    ['x + 0 makes 0 of -0', of('f32', (x) => add(x, like(x, 0)))],
    ['x - -0 makes 0 of -0', of('f32', (x) => sub(x, like(x, -0)))],
    ['0 x is NaN or -0', of('f32', (x) => mul(x, like(x, 0)))],
    ['x - x is NaN', of('f32', (x) => sub(x, x))],
    ['x / x is NaN', of('f32', (x) => div(x, x))],
    ['zero wins over infinity', of('f32', (x) => scale(x, like(x, Infinity)))],
    ['zero over zero is zero', of('f32', (x) => unscale(like(x, 0), x))],
    ['a root is no product', of('f32', (x) => pow(x, like(x, 0.5)))],
    ['a pad with values adds', of('f32', (x) => pad(x, { ...nothing, low: [1, 0] }))],
    [
      'a permutation of equal lengths',
      of('f32', (x) => {
        const square = slice(x, { ...ones, size: [3, 3] });
        return permute(square, { axes: [1, 0] });
      }),
    ],
    [
      'a broadcast that swaps equal lengths',
      of('f32', (x) => {
        const square = slice(x, { ...ones, size: [3, 3] });
        return broadcast(square, { shape: [3, 3], axes: [1, 0] });
      }),
    ],
  ])('%s', (_, graph) => {
    const after = simplify(graph);
    expectKept(graph, after);
    const last = after.outputs[0];
    expect(last).not.toBe(after.inputs[0]);
    expect(after.eqns.some((eqn) => eqn.outputs[0] === last && eqn.inputs.length > 0)).toBe(true);
  });
});

test('folded constants are what would have been computed', () => {
  const graph = of('f32', (x) => {
    // Neither is a number of single precision, and the sum of the doubles rounds to another one.
    const sum = add(like(x, 0.1), like(x, 0.6));
    return mul(x, div(sum, like(x, 0.3)));
  });
  const after = eliminateDeadCode(simplify(graph));
  expect(after.eqns.length).toBe(2);
  expectKept(graph, after);
  const whole = of('i32', (x) => mul(x, add(like(x, 2.9), like(x, -1.9))));
  expectKept(whole, eliminateDeadCode(simplify(whole)));
  // What backends may round differently stays for them to compute.
  const several = of('f32', (x) => mul(x, sigmoid(like(x, 0.7))));
  expect(eliminateDeadCode(simplify(several)).eqns.length).toBe(3);
});

test('constants differ by their sign and their dtype', () => {
  const graph = buildGraph('f', [], () => [
    full([], { value: 0, shape: [], dtype: 'f32' }),
    full([], { value: -0, shape: [], dtype: 'f32' }),
    full([], { value: 0, shape: [], dtype: 'f64' }),
    full([], { value: 0, shape: [], dtype: 'f32' }),
    full([], { value: Number.NaN, shape: [], dtype: 'f32' }),
    full([], { value: Number.POSITIVE_INFINITY, shape: [], dtype: 'f32' }),
  ]);
  const merged = eliminateCommonSubexpressions(graph);
  expect(merged.eqns.length).toBe(5);
  expect(merged.outputs[3]).toBe(merged.outputs[0]);
  const values = interpret(reference, merged, []).map(([value]) => value);
  expect(values).toEqual([0, -0, 0, 0, Number.NaN, Number.POSITIVE_INFINITY]);
});

test('random programs keep every bit', longTest, () => {
  fc.assert(
    fc.property(randomProgram({ mostSteps: 14 }), ({ graph, arrays }) => {
      const expected = interpret(reference, graph, arrays);
      const rewritten = eliminateDeadCode(eliminateCommonSubexpressions(simplify(graph)));
      const once = interpret(reference, rewritten, arrays);
      once.forEach((array, k) => {
        expect(mismatch(array, expected[k]!), `output ${k}`).toBeUndefined();
      });
    }),
    settings(60),
  );
});
