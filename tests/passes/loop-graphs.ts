/** Graphs with loops and branches for the tests of the compiler. */
import { buildGraph, type Graph, inline, type Value } from '../../src/ir/graph.ts';
import { branch } from '../../src/ir/ops/branch.ts';
import { constantLike } from '../../src/ir/ops/constants.ts';
import { dot } from '../../src/ir/ops/contractions.ts';
import { add, mul } from '../../src/ir/ops/elementwise.ts';
import { lt } from '../../src/ir/ops/logic.ts';
import { reduceSum } from '../../src/ir/ops/reductions.ts';
import { scan } from '../../src/ir/ops/scan.ts';
import { sin, tanh } from '../../src/ir/ops/trigonometry.ts';
import { reshape } from '../../src/ir/ops/views.ts';
import { whileLoop } from '../../src/ir/ops/while-loop.ts';
import { gradGraph } from '../../src/passes/grad.ts';
import { of } from './models.ts';

/** x @ y. */
export const product = (x: Value, y: Value): Value =>
  dot([x, y], { contract: [[1], [0]], batch: [[], []] });
/** The sum of all elements. */
export const total = (x: Value): Value =>
  reduceSum(x, { axes: x.type.shape.map((_, axis) => axis) });

const cell = buildGraph('cell', [of([4, 4]), of([3, 4]), of([3, 4])], ([w, h, x]) => {
  const sum = add(product(h!, w!), x!);
  // Where tanh saturates, one rounding more changes its derivative a lot.
  const next = tanh(mul(sum, constantLike(sum, 0.25)));
  return [next, next];
});
/** A recurrent network: weights, first state and inputs to the last state and all states. */
export const recurrent = (length: number, reverse = false): Graph =>
  buildGraph('recurrent', [of([4, 4]), of([3, 4]), of([length, 3, 4])], (inputs) =>
    scan(inputs, { body: cell, length, reverse, constants: 1, carries: 1 }),
  );
/** A loss of the network and its gradients with respect to everything. */
export const recurrentGradient = (length: number, reverse = false): Graph => {
  const forward = recurrent(length, reverse);
  const types = forward.inputs.map((input) => input.type);
  const loss = buildGraph('loss', types, (inputs) => {
    const [last, all] = inline(forward, inputs) as [Value, Value];
    return [add(total(mul(last, last)), total(sin(all)))];
  });
  return gradGraph(loss, [0, 1, 2]);
};

const pair = buildGraph('pair', [of([]), of([]), of([])], ([a, b, c]) => [
  b!,
  add(a!, b!),
  c!,
  add(a!, c!),
]);
/** Two carries that change places, one that stays, and a stacked result. */
export const exchange: Graph = buildGraph('exchange', [of([]), of([]), of([])], (inputs) =>
  scan(inputs, { body: pair, length: 7, reverse: false, constants: 0, carries: 3 }),
);

const turn = buildGraph('turn', [of([4]), of([4]), of([4])], ([a, b, c]) => [b!, c!, a!]);
/** Three carries that take each other's place. */
export const rotation: Graph = buildGraph('rotation', [of([4]), of([4]), of([4])], (inputs) =>
  scan(inputs, { body: turn, length: 5, reverse: false, constants: 0, carries: 3 }),
);

const growth = buildGraph('growth', [of([4]), of([4])], ([a, b]) => [add(a!, b!), mul(b!, b!)]);
/** A carry that grows by another one, whose own end nobody asks for. */
export const growing: Graph = buildGraph('growing', [of([4]), of([4])], (inputs) =>
  scan(inputs, { body: growth, length: 3, reverse: false, constants: 0, carries: 2 }).slice(0, 1),
);

const double = buildGraph('double', [of([5]), of([5])], ([x, y]) => {
  const next = add(mul(x!, constantLike(x!, 2)), constantLike(x!, 1));
  return [next, add(y!, x!)];
});
/** A loop in a loop: each step of the outer one sums a row of a matrix. */
export const nested: Graph = buildGraph('nested', [of([5]), of([4, 3, 5])], (inputs) => {
  const inner = buildGraph('inner', [of([5]), of([5])], ([sum, x]) => {
    const next = add(mul(sum!, constantLike(sum!, 0.5)), x!);
    return [next, mul(next, next)];
  });
  const outer = buildGraph('outer', [of([5]), of([3, 5])], (values) => {
    const loop = { body: inner, length: 3, reverse: true, constants: 0, carries: 1 };
    const [sum, squares] = scan(values, loop) as [Value, Value];
    return [sum, squares, reshape(squares, { shape: [15] })];
  });
  return scan(inputs, { body: outer, length: 4, reverse: false, constants: 0, carries: 1 });
});

/** Doubles until the first element reaches 100. */
export const doubling: Graph = buildGraph('doubling', [of([5]), of([5])], (inputs) => {
  const below = buildGraph('below', [of([5]), of([5])], ([x]) => [
    lt(total(x!), constantLike(total(x!), 100)),
  ]);
  const loop = { condition: below, body: double, conditionConstants: 0, bodyConstants: 0 };
  return whileLoop(inputs, loop);
});

/** Three branches, some of which hand operands on. */
export const choice: Graph = buildGraph(
  'choice',
  [{ dtype: 'i32', shape: [] }, of([3]), of([3])],
  (inputs) => {
    const types = [of([3]), of([3])];
    const first = buildGraph('first', types, ([x, y]) => [sin(x!), y!]);
    const second = buildGraph('second', types, ([x, y]) => [mul(x!, y!), tanh(x!)]);
    const third = buildGraph('third', types, ([x]) => [x!, x!]);
    return branch(inputs, { branches: [first, second, third] });
  },
);
