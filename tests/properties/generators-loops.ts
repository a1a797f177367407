/**
 * Generators of loops and branches. Their bodies are made of what stays tame whatever the numbers,
 * because only the first step of a loop sees the numbers at hand.
 */
import { buildGraph, type Graph, type Value } from '../../src/ir/graph.ts';
import { branch } from '../../src/ir/ops/branch.ts';
import { constantLike, full } from '../../src/ir/ops/constants.ts';
import { add, maximum, mul, neg, relu, sigmoid, sub } from '../../src/ir/ops/elementwise.ts';
import { and, lt } from '../../src/ir/ops/logic.ts';
import { reduceSum } from '../../src/ir/ops/reductions.ts';
import type { OpName } from '../../src/ir/ops/registry.ts';
import { scan } from '../../src/ir/ops/scan.ts';
import { sin, tanh } from '../../src/ir/ops/trigonometry.ts';
import { broadcast, reverse } from '../../src/ir/ops/views.ts';
import { isFloat, sizeOf, type TensorType } from '../../src/ir/types.ts';
import type { Choices, Generator } from './generators.ts';
import { dtypeOf, type Node, shapeOf, type Workshop } from './workshop.ts';

const i32: TensorType = { dtype: 'i32', shape: [] };

/** Numbers from the choices of a step, as many as a body needs. */
const numbersFrom = ({ a, b, c, p }: Choices): ((count: number) => number) => {
  let state = [a, b, c, ...p].reduce((sum, x) => Math.imul(sum, 31) + x + 7, 1) >>> 0;
  return (count) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 16) % count;
  };
};

/** The mean along the last axis, everywhere along it. */
const spreadMean = (x: Value): Value => {
  const { shape } = x.type;
  const last = shape.length - 1;
  if (last < 0) return neg(x);
  const sums = reduceSum(x, { axes: [last] });
  const mean = mul(sums, constantLike(sums, 1 / Math.max(1, shape[last]!)));
  return broadcast(mean, { shape, axes: shape.slice(0, last).map((_, axis) => axis) });
};
const unary: readonly ((x: Value) => Value)[] = [
  tanh,
  sin,
  relu,
  sigmoid,
  neg,
  spreadMean,
  (x) => (x.type.shape.length === 0 ? tanh(x) : reverse(x, { axes: [0] })),
];
const binary: readonly ((x: Value, y: Value) => Value)[] = [
  add,
  sub,
  maximum,
  (x, y) => mul(tanh(x), tanh(y)),
];

/** Emits a few ops on values of one type; returns the last one. */
const mix = (values: readonly Value[], next: (count: number) => number, steps: number): Value => {
  const pool = [...values];
  const pick = (): Value => pool[pool.length - 1 - next(pool.length)]!;
  for (let k = 0; k < steps; k++) {
    pool.push(
      next(2) === 0
        ? unary[next(unary.length)]!(pick())
        : binary[next(binary.length)]!(pick(), pick()),
    );
  }
  return pool[pool.length - 1]!;
};
const half = (x: Value): Value => tanh(mul(x, constantLike(x, 0.5)));

/** A branch on whether `count` is odd, of two mixtures. */
const alternate = (count: Value, values: readonly Value[], next: (n: number) => number): Value => {
  const types = values.map((value) => value.type);
  const branches = [0, 1].map((k) =>
    buildGraph(`branch${k}`, types, (inner) => [mix(inner, next, 1 + next(3))]),
  );
  return branch([and(count, constantLike(count, 1)), ...values], { branches })[0]!;
};
/** A loop along the first axis of `x` that carries a row. */
const sweep = (x: Value, next: (n: number) => number): Value => {
  const [length, ...rest] = x.type.shape as [number, ...number[]];
  const row = { dtype: x.type.dtype, shape: rest };
  const body = buildGraph('row', [row, row], ([h, r]) => {
    const mixed = half(mix([h!, r!], next, 1 + next(3)));
    return [mixed, sub(mixed, r!)];
  });
  const first = full([], { ...row, value: 0.5 });
  const loop = { body, length, reverse: next(2) === 1, constants: 0, carries: 1 };
  return scan([first, x], loop)[1]!;
};

/** The body of a loop: a constant, a state, a counter and a slice to the next ones and a result. */
const bodyOf = (type: TensorType, next: (n: number) => number): Graph =>
  buildGraph('body', [type, type, i32, type], ([c, h, count, x]) => {
    const values = [c!, h!, x!];
    const inner = next(4);
    const extra =
      inner === 0
        ? alternate(count!, values, next)
        : inner === 1 && type.shape.length > 0
          ? sweep(x!, next)
          : mix(values, next, 1);
    const mixed = mix([...values, extra], next, 1 + next(4));
    return [half(mixed), add(count!, constantLike(count!, 1)), mix([mixed, h!], next, next(3))];
  });

const isLoopFloat = (node: Node): boolean => isFloat(dtypeOf(node)) && sizeOf(shapeOf(node)) <= 400;
/** A tame float of a type, made from node number `index`. */
const tameOf = (w: Workshop, index: number, { dtype, shape }: TensorType): Node | undefined => {
  const node = w.pick(index, (one) => dtypeOf(one) === dtype);
  const fitted = node && w.fit(node, shape);
  return fitted && w.emit('tanh', [fitted]);
};

type Holding = 'scan' | 'branch' | 'whileLoop';

/** The generators. */
export const holding: Readonly<Record<Holding & OpName, Generator>> = {
  scan: (w, choices) => {
    const xs = w.pick(choices.a, (node) => isLoopFloat(node) && shapeOf(node).length > 0);
    if (xs === undefined) return;
    const [length, ...shape] = shapeOf(xs) as [number, ...number[]];
    const type = { dtype: dtypeOf(xs), shape };
    const [c, h] = [choices.b, choices.c].map((index) => tameOf(w, index, type));
    if (c === undefined || h === undefined) return;
    const next = numbersFrom(choices);
    const count = w.emit('full', [], { ...i32, value: choices.p[0] })!;
    const inputs = [c, h, count, w.tame(xs, 20)];
    const body = bodyOf(type, next);
    const reverse = choices.p[1] % 2 === 1;
    w.emitAll('scan', inputs, { body, length, reverse, constants: 1, carries: 2 });
  },
  branch: (w, choices) => {
    const x = w.pick(choices.a, isLoopFloat);
    const index = w.of('i32', choices.b);
    if (x === undefined || index === undefined) return;
    const { type } = x.value;
    const y = tameOf(w, choices.c, type);
    const chosen = w.fit(index, []);
    if (y === undefined || chosen === undefined) return;
    const next = numbersFrom(choices);
    const branches = Array.from({ length: 1 + next(3) }, (_, k) =>
      buildGraph(`branch${k}`, [type, type], (values) => [mix(values, next, next(4)), values[1]!]),
    );
    w.emitAll('branch', [chosen, w.tame(x, 20), y], { branches });
  },
  whileLoop: (w, choices) => {
    const x = w.pick(choices.a, isLoopFloat);
    const h = x && tameOf(w, choices.b, x.value.type);
    if (x === undefined || h === undefined) return;
    const { type } = x.value;
    const next = numbersFrom(choices);
    const limit = next(6);
    const condition = buildGraph('few', [i32, type], ([count]) => [
      lt(count!, constantLike(count!, limit)),
    ]);
    const body = buildGraph('step', [type, i32, type], ([c, count, state]) => [
      add(count!, constantLike(count!, 1)),
      half(mix([c!, state!], next, 1 + next(4))),
    ]);
    const count = w.emit('full', [], { ...i32, value: 0 })!;
    const loop = { condition, body, conditionConstants: 0, bodyConstants: 1 };
    w.emitAll('whileLoop', [w.tame(x, 20), count, h], loop);
  },
};
