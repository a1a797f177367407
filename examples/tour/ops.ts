/** The six ops of the tour, and what users write with them. Each says shape, meaning, gradient. */
import { emit, type Op, type Shape, type Value } from './graph.ts';

const same = ([first, ...others]: readonly Shape[]): Shape => {
  if (others.some((shape) => `${shape}` !== `${first}`)) {
    throw new RangeError(`shapes [${first}] and [${others.join('] and [')}] differ`);
  }
  return first!;
};

const constantOp: Op = {
  name: 'constant',
  shape: (_, { shape }) => shape!,
  element: (_at, _read, { value }) => String(value),
  vjp: () => [],
};
const addOp: Op = {
  name: 'add',
  shape: same,
  element: (at, read) => `${read(0, at)} + ${read(1, at)}`,
  vjp: (ct) => [ct, ct],
};
const mulOp: Op = {
  name: 'mul',
  shape: same,
  element: (at, read) => `${read(0, at)} * ${read(1, at)}`,
  vjp: (ct, [x, y]) => [mul(ct, y!), mul(ct, x!)],
};
const tanhOp: Op = {
  name: 'tanh',
  shape: same,
  element: (at, read) => `Math.tanh(${read(0, at)})`,
  vjp: (ct, _, y) => [mul(ct, add(like(y, 1), mul(like(y, -1), mul(y, y))))],
  isCostly: true,
};
const without = (shape: Shape, gone: readonly number[]): number[] =>
  shape.map((_, axis) => axis).filter((axis) => !gone.includes(axis));
// Input axis k becomes output axis axes[k]; along the others the input repeats.
const broadcastOp: Op = {
  name: 'broadcast',
  shape: (_, { shape }) => shape!,
  element: (at, read, { axes }) => {
    const place = axes!.map((axis) => at[axis]!);
    return read(0, place);
  },
  vjp: (ct, _inputs, _output, { shape, axes }) => [sum(ct, without(shape!, axes!))],
};
const sumOp: Op = {
  name: 'sum',
  shape: ([x], { axes }) => x!.filter((_, axis) => !axes!.includes(axis)),
  element: 'sum',
  vjp: (ct, [x], _, { axes }) => [broadcast(ct, x!.shape, without(x!.shape, axes!))],
};

/** x + y. */
export const add = (x: Value, y: Value): Value => emit(addOp, [x, y]);
/** x * y. */
export const mul = (x: Value, y: Value): Value => emit(mulOp, [x, y]);
/** The hyperbolic tangent. */
export const tanh = (x: Value): Value => emit(tanhOp, [x]);
/** The sum along axes. */
export const sum = (x: Value, axes: readonly number[]): Value =>
  axes.length === 0 ? x : emit(sumOp, [x], { axes });
/** Repeats along the axes of `shape` that `axes` does not name. */
export const broadcast = (x: Value, shape: Shape, axes: readonly number[]): Value =>
  emit(broadcastOp, [x], { shape, axes });
/** A value everywhere in the shape of x. */
export const like = (x: Value, value: number): Value =>
  emit(constantOp, [], { value, shape: x.shape });

/** x [n, i] times w [i, o]: a sum of products. Fusion sees to it that they are never stored. */
export const matmul = (x: Value, w: Value): Value => {
  const shape = [x.shape[0]!, x.shape[1]!, w.shape[1]!];
  return sum(mul(broadcast(x, shape, [0, 1]), broadcast(w, shape, [1, 2])), [1]);
};
/** x w + b. */
export const dense = (x: Value, w: Value, b: Value): Value => {
  const y = matmul(x, w);
  return add(y, broadcast(b, y.shape, [1]));
};
/** The mean of the squares of x - y. */
export const meanSquare = (x: Value, y: Value): Value => {
  const difference = add(x, mul(like(y, -1), y));
  const total = sum(mul(difference, difference), without(x.shape, []));
  return mul(total, like(total, 1 / x.shape.reduce((product, length) => product * length, 1)));
};
