/** Random well-typed graphs: a list of numbers chooses an op, its operands and its attributes at every step. */
import * as fc from 'fast-check';
import { buildGraph, type Graph, type Value } from '../../src/ir/graph.ts';
import { full, iota } from '../../src/ir/ops/constants.ts';
import { dot } from '../../src/ir/ops/contractions.ts';
import { add, exp, mul, neg, sub } from '../../src/ir/ops/elementwise.ts';
import { cast, gt, select } from '../../src/ir/ops/logic.ts';
import { threefry2x32 } from '../../src/ir/ops/random.ts';
import { argMax, reduceSum } from '../../src/ir/ops/reductions.ts';
import { checkpoint } from '../../src/ir/ops/regions.ts';
import {
  broadcast,
  concat,
  pad,
  permute,
  reshape,
  reverse,
  slice,
} from '../../src/ir/ops/views.ts';
import { sizeOf } from '../../src/ir/types.ts';

const oddNumbers = [0, -0, 1, 0.1, -2.5, Number.NaN, Infinity, -Infinity, 5e-324, 1e300];

const step = (x: Value, y: Value, choice: number): Value => {
  const { shape } = x.type;
  const axes = shape.map((_, axis) => axis);
  const zeros = axes.map(() => 0);
  const more = choice >> 5;
  switch (choice % 18) {
    case 0:
      return add(x, x);
    case 1:
      return exp(neg(x));
    case 2:
      return reshape(x, { shape: [sizeOf(shape)] });
    case 3:
      return permute(x, { axes: [...axes].reverse() });
    case 4:
      return shape.length > 0 ? reduceSum(x, { axes: [more % shape.length] }) : x;
    case 5:
      return shape.length < 4
        ? broadcast(x, { shape: [2, ...shape], axes: axes.map((a) => a + 1) })
        : x;
    case 6:
      return pad(x, {
        low: zeros,
        high: axes.map(() => more % 2),
        interior: zeros,
        value: oddNumbers[more % oddNumbers.length] as number,
      });
    case 7:
      return slice(x, {
        start: zeros,
        size: shape.map((n) => Math.min(n, 2)),
        step: axes.map(() => 1),
      });
    case 8:
      return reverse(x, { axes: axes.slice(0, 1) });
    case 9:
      return shape.length > 0 ? concat([x, x], { axis: more % shape.length }) : x;
    case 10:
      return select(
        gt(x, neg(x)),
        x,
        full([], { value: oddNumbers[more % oddNumbers.length] as number, ...x.type }),
      );
    case 11:
      return shape.length > 0
        ? cast(argMax(x, { axes: [more % shape.length] }), { dtype: 'f32' })
        : x;
    case 12:
      return shape.length > 0 ? add(x, iota([], { axis: more % shape.length, ...x.type })) : x;
    case 13: {
      const words = cast(x, { dtype: 'u32' });
      return cast(threefry2x32([words, words, words, words], {})[1] as Value, { dtype: 'f32' });
    }
    case 14: {
      const graph = buildGraph('held region', [x.type], ([input]) => [
        mul(input as Value, input as Value),
      ]);
      return checkpoint([x], { graph })[0] as Value;
    }
    case 15:
      return dot([x, y], { contract: [[], []], batch: [[], []] });
    case 16:
      return sub(y, y);
    default:
      return y;
  }
};

const largest = 200;
const makeGraph = (name: string, shape: readonly number[], choices: readonly number[]): Graph =>
  buildGraph(
    name,
    [
      { dtype: 'f32', shape },
      { dtype: 'f32', shape: [3] },
    ],
    (inputs) => {
      const values = [...inputs];
      choices.forEach((choice, k) => {
        const x = values[choice % values.length] as Value;
        const y = values[(choice >> 3) % values.length] as Value;
        if (sizeOf(x.type.shape) * (choice % 18 === 15 ? sizeOf(y.type.shape) : 2) > largest)
          return;
        values.push(step(x, y, choice + k));
      });
      return [values[values.length - 1] as Value, values[choices.length >> 1] as Value];
    },
  );

/** A random graph. */
export const randomGraph: fc.Arbitrary<Graph> = fc
  .tuple(
    fc.oneof(fc.constant('step'), fc.string()),
    fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
    fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 12 }),
  )
  .map(([name, shape, choices]) => makeGraph(name, shape, choices));
