/** Loops and branches for the conformance suite. */
import { buildGraph, type Graph, inline, type Value } from '../ir/graph.ts';
import { branch } from '../ir/ops/branch.ts';
import { constantLike, full } from '../ir/ops/constants.ts';
import { dot } from '../ir/ops/contractions.ts';
import { add, mul, sub } from '../ir/ops/elementwise.ts';
import { lt } from '../ir/ops/logic.ts';
import { reduceSum } from '../ir/ops/reductions.ts';
import { scan } from '../ir/ops/scan.ts';
import { sin, tanh } from '../ir/ops/trigonometry.ts';
import { whileLoop } from '../ir/ops/while-loop.ts';
import type { Shape, TensorType } from '../ir/types.ts';
import { gradGraph } from '../passes/grad.ts';
import { type ProgramCase, program } from './program-case.ts';

const f32 = (...shape: Shape): TensorType => ({ dtype: 'f32', shape });
const total = (x: Value): Value => reduceSum(x, { axes: x.type.shape.map((_, axis) => axis) });
const product = (x: Value, y: Value): Value =>
  dot([x, y], { contract: [[1], [0]], batch: [[], []] });

const cell: Graph = buildGraph('cell', [f32(5, 5), f32(3, 5), f32(3, 5)], ([w, h, x]) => {
  const next = tanh(add(product(h as Value, w as Value), x as Value));
  return [next, mul(next, next)];
});
const recurrence = (inputs: readonly Value[], length: number, reverse: boolean): Value[] =>
  scan(inputs, { body: cell, length, reverse, constants: 1, carries: 1 });

const turn: Graph = buildGraph('turn', [f32(4), f32(4), f32(4)], ([a, b, x]) => [
  b as Value,
  a as Value,
  add(a as Value, x as Value),
]);
const row: Graph = buildGraph('row', [f32(5), f32(5)], ([h, x]) => {
  const next = sub(mul(h as Value, constantLike(h as Value, 0.5)), x as Value);
  return [next, sin(next)];
});
const matrix: Graph = buildGraph('matrix', [f32(5), f32(3, 5)], (values) =>
  scan(values, { body: row, length: 3, reverse: true, constants: 0, carries: 1 }),
);
const i32: TensorType = { dtype: 'i32', shape: [] };

const choose = (index: number, x: Value, y: Value): readonly Value[] => {
  const types = [x.type, y.type];
  const branches = [
    buildGraph('first', types, ([a, b]) => [add(a as Value, b as Value), a as Value]),
    buildGraph('second', types, ([a, b]) => [sin(a as Value), mul(a as Value, b as Value)]),
    buildGraph('third', types, ([, b]) => [b as Value, b as Value]),
  ];
  return branch([full([], { ...i32, value: index }), x, y], { branches });
};

/** The programs. */
export const loopPrograms = (): ProgramCase[] => [
  ...[0, 1, 2, 7].map((length) =>
    program(`a recurrence of ${length} steps`, [[[5, 5]], [[3, 5]], [[length, 3, 5]]], (...x) =>
      recurrence(x, length, false),
    ),
  ),
  program('a recurrence from the end', [[[5, 5]], [[3, 5]], [[4, 3, 5]]], (...x) =>
    recurrence(x, 4, true),
  ),
  program('the gradients of a recurrence', [[[5, 5]], [[3, 5]], [[4, 3, 5]]], (...x) => {
    const types = x.map((value) => value.type);
    const loss = buildGraph('loss', types, (values) => {
      const [last, all] = recurrence(values, 4, false) as [Value, Value];
      return [add(total(last), total(all))];
    });
    return inline(gradGraph(loss, [0, 1, 2]), x);
  }),
  program('states that change places', [[[4]], [[4]], [[5, 4]]], (...x) =>
    scan(x, { body: turn, length: 5, reverse: false, constants: 0, carries: 2 }),
  ),
  program('a loop in a loop', [[[5]], [[4, 3, 5]]], (...x) =>
    scan(x, { body: matrix, length: 4, reverse: false, constants: 0, carries: 1 }),
  ),
  program('a loop that ends by itself', [[[6], 'f32', { low: 1, high: 2 }]], (x) => {
    const condition = buildGraph('below', [i32, x.type], ([, y]) => [
      lt(total(y as Value), constantLike(total(y as Value), 50)),
    ]);
    const body = buildGraph('grow', [i32, x.type], ([count, y]) => [
      add(count as Value, constantLike(count as Value, 1)),
      add(y as Value, y as Value),
    ]);
    const loop = { condition, body, conditionConstants: 0, bodyConstants: 0 };
    return whileLoop([full([], { ...i32, value: 0 }), x], loop);
  }),
  ...[-3, 0, 1, 2, 9].map((index) =>
    program(`branch ${index} of three`, [[[7]], [[7]]], (x, y) => choose(index, x, y)),
  ),
];
