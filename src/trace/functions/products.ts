/** Products of vectors, matrices and stacks of them. */
import { ArgumentError, ShapeError } from '../../ir/errors.ts';
import { add } from '../../ir/ops/elementwise.ts';
import { broadcastShapes, normalizeAxis, type Shape, showShape } from '../../ir/types.ts';
import type {
  AnyTensor,
  BroadcastTo,
  Checked,
  Computed,
  Dot,
  DTypeOf,
  Dynamic,
  Linear,
  Ok,
  Outer,
  Product,
  Result,
  SameDTypeThen,
  ShapeOf,
  Tensor,
  TensorDot,
} from '../../types/index.ts';
import { asTensor, type TensorImplementation } from '../tensor.ts';
import { contractLabels } from './contract-labels.ts';
import {
  applyOne,
  broadcastValue,
  located,
  requireDomain,
  requireSameDType,
  requireWhole,
} from './operands.ts';

/** Two tensors of one number dtype. */
const requirePair = (
  name: string,
  a: unknown,
  b: unknown,
): [TensorImplementation, TensorImplementation] => {
  const pair: [TensorImplementation, TensorImplementation] = [asTensor(name, a), asTensor(name, b)];
  requireSameDType(name, pair[0].dtype, pair[1].dtype);
  requireDomain(name, 'number', pair[0].dtype);
  return pair;
};
const applyLabels = (
  name: string,
  [x, y]: readonly [TensorImplementation, TensorImplementation],
  labels: readonly [readonly string[], readonly string[]],
  out: readonly string[],
): Dynamic =>
  applyOne(name, [x, y], ([a, b]) =>
    contractLabels(
      [
        { value: a!, labels: labels[0] },
        { value: b!, labels: labels[1] },
      ],
      out,
    ),
  );
/**
 * Labels of leading axes, numbered from the last, so that those of two operands align at the end.
 */
export const leading = (count: number): string[] =>
  Array.from({ length: count }, (_, k) => `.${count - 1 - k}`);

/**
 * The matrix product by the rules of NumPy: leading axes broadcast, vectors count as a row or a
 * column.
 */
export const matmul = <A extends AnyTensor, B extends AnyTensor>(
  a: Computed<'matmul', A>,
  b: Checked<B, Product<A, B>>,
): Result<Product<A, B>, DTypeOf<A>> =>
  located(() => {
    const [x, y] = requirePair('matmul', a, b);
    if (x.rank === 0 || y.rank === 0) {
      throw new ShapeError(`matmul: operand ${x.rank === 0 ? 1 : 2} is a scalar; use mul`);
    }
    const [k, k2] = [x.shape[x.rank - 1], y.shape[Math.max(0, y.rank - 2)]];
    const [leadX, leadY] = [x.shape.slice(0, -2), y.shape.slice(0, -2)];
    broadcastShapes('matmul (batch dimensions)', leadX, leadY);
    if (k !== k2) {
      throw new ShapeError(
        `matmul: inner dimensions ${k} and ${k2} differ ` +
          `(${showShape(x.shape)} @ ${showShape(y.shape)})`,
      );
    }
    const row = x.rank === 1 ? [] : ['m'];
    const column = y.rank === 1 ? [] : ['n'];
    const batch = leading(Math.max(leadX.length, leadY.length));
    return applyLabels(
      'matmul',
      [x, y],
      [
        [...leading(leadX.length), ...row, 'k'],
        [...leading(leadY.length), 'k', ...column],
      ],
      [...batch, ...row, ...column],
    );
  });

const requireVectors = (name: string, x: Shape, y: Shape): void => {
  if (x.length === 1 && y.length === 1) return;
  throw new ShapeError(`${name}: expected two vectors, got ${showShape(x)} and ${showShape(y)}`);
};
/** The inner product of two vectors. */
export const dot = <A extends AnyTensor, B extends AnyTensor>(
  a: Computed<'dot', A>,
  b: Checked<B, SameDTypeThen<'dot', A, B, Dot<ShapeOf<A>, ShapeOf<B>>>>,
): Tensor<[], DTypeOf<A>> =>
  located(() => {
    const [x, y] = requirePair('dot', a, b);
    requireVectors('dot', x.shape, y.shape);
    if (x.shape[0] !== y.shape[0]) {
      throw new ShapeError(`dot: lengths ${x.shape[0]} and ${y.shape[0]} differ`);
    }
    return applyLabels('dot', [x, y], [['k'], ['k']], []);
  });
/** The products of all pairs of elements of two vectors. */
export const outer = <A extends AnyTensor, B extends AnyTensor>(
  a: Computed<'outer', A>,
  b: Checked<B, SameDTypeThen<'outer', A, B, Outer<ShapeOf<A>, ShapeOf<B>>>>,
): Result<Outer<ShapeOf<A>, ShapeOf<B>>, DTypeOf<A>> =>
  located(() => {
    const [x, y] = requirePair('outer', a, b);
    requireVectors('outer', x.shape, y.shape);
    return applyLabels('outer', [x, y], [['m'], ['n']], ['m', 'n']);
  });

/** How many axes `tensordot` sums over, or which ones of a and of b. */
export type TensordotAxes = number | readonly [readonly number[], readonly number[]];
/**
 * The sum of products over axes: a number says how many of the last of a and the first of b, two
 * lists say which. The result has the other axes of a, then those of b.
 */
export const tensordot = <
  A extends AnyTensor,
  B extends AnyTensor,
  const Axes extends TensordotAxes = 2,
>(
  a: Computed<'tensordot', A>,
  b: Checked<B, SameDTypeThen<'tensordot', A, B, TensorDot<ShapeOf<A>, ShapeOf<B>, Axes>>>,
  axes?: Axes,
): Result<TensorDot<ShapeOf<A>, ShapeOf<B>, Axes>, DTypeOf<A>> =>
  located(() => {
    const [x, y] = requirePair('tensordot', a, b);
    const [axesX, axesY] = tensordotAxes(axes ?? 2, x.shape, y.shape);
    if (axesX.length !== axesY.length) {
      throw new ArgumentError(
        `tensordot: ${axesX.length} axes of the first operand, ${axesY.length} of the second`,
      );
    }
    const labelsX = x.shape.map((_, k) => `x${k}`);
    const labelsY = y.shape.map((_, k) => `y${k}`);
    axesX.forEach((axis, k) => {
      const other = axesY[k] as number;
      if (x.shape[axis] !== y.shape[other]) {
        throw new ShapeError(
          `tensordot: axis ${axis} of ${showShape(x.shape)} and ` +
            `axis ${other} of ${showShape(y.shape)} differ`,
        );
      }
      if (axesX.indexOf(axis) !== k || axesY.indexOf(other) !== k) {
        throw new ArgumentError('tensordot: an axis is given twice');
      }
      labelsY[other] = labelsX[axis] as string;
    });
    const out = [...labelsX, ...labelsY].filter(
      (label) => !(labelsX.includes(label) && labelsY.includes(label)),
    );
    return applyLabels('tensordot', [x, y], [labelsX, labelsY], out);
  });
const tensordotAxes = (
  axes: unknown,
  x: Shape,
  y: Shape,
): [readonly number[], readonly number[]] => {
  if (Array.isArray(axes)) {
    if (axes.length === 2 && Array.isArray(axes[0]) && Array.isArray(axes[1])) {
      const of = (list: number[], shape: Shape): number[] =>
        list.map((axis) => normalizeAxis('tensordot', axis, shape));
      return [of(axes[0] as number[], x), of(axes[1] as number[], y)];
    }
    throw new ArgumentError('tensordot: axes must be a number or two lists of axes');
  }
  const count = requireWhole('tensordot', 'the number of axes', axes, 0);
  if (count > Math.min(x.length, y.length)) {
    throw new ShapeError(
      `tensordot: ${showShape(x)} and ${showShape(y)} do not have ${count} axes`,
    );
  }
  return [
    Array.from({ length: count }, (_, k) => x.length - count + k),
    Array.from({ length: count }, (_, k) => k),
  ];
};

/**
 * x times the transpose of w, plus b: x [..., in], w [out, in], b [out]. `nn.dense` keeps its
 * weights as [in, out].
 */
export const linear = <
  X extends AnyTensor,
  W extends AnyTensor,
  B extends AnyTensor | undefined = undefined,
>(
  x: Computed<'linear', X>,
  w: Checked<W, SameDTypeThen<'linear', X, W, Linear<ShapeOf<X>, ShapeOf<W>>>>,
  b?: Checked<B, BiasRule<X, W, B>>,
): Result<Linear<ShapeOf<X>, ShapeOf<W>>, DTypeOf<X>> =>
  located(() => {
    const [input, weight] = requirePair('linear', x, w);
    if (weight.rank !== 2) {
      throw new ShapeError(`linear: expected a weight [out, in], got ${showShape(weight.shape)}`);
    }
    if (input.rank === 0) throw new ShapeError('linear: the input is a scalar');
    const [features, wanted] = [input.shape[input.rank - 1], weight.shape[1]];
    if (features !== wanted) {
      throw new ShapeError(
        `linear: the input has ${features} features but the weight expects ${wanted} ` +
          `(input ${showShape(input.shape)}, weight ${showShape(weight.shape)})`,
      );
    }
    const lead = leading(input.rank - 1);
    const bias = b === undefined ? [] : [asTensor('linear', b)];
    const shape = [...input.shape.slice(0, -1), weight.shape[0] as number];
    for (const one of bias) {
      requireSameDType('linear', input.dtype, one.dtype);
      requireBias(one.shape, weight.shape[0] as number);
    }
    return applyOne('linear', [input, weight, ...bias], ([v, m, c]) => {
      const product = contractLabels(
        [
          { value: v!, labels: [...lead, 'k'] },
          { value: m!, labels: ['n', 'k'] },
        ],
        [...lead, 'n'],
      );
      return c === undefined ? product : add(product, broadcastValue(c, shape));
    });
  });
const requireBias = (shape: Shape, features: number): void => {
  const last = shape[0];
  if (shape.length > 1) {
    throw new ShapeError(
      `linear: cannot broadcast ${showShape(shape)} to [${features}]: it has fewer dimensions`,
    );
  }
  if (last !== undefined && last !== 1 && last !== features) {
    throw new ShapeError(
      `linear: cannot broadcast ${showShape(shape)} to [${features}]: ` +
        `dimensions ${last} and ${features} differ`,
    );
  }
};
/** The bias, where there is one, must broadcast to [out]. */
export type BiasRule<X, W, B> = B extends AnyTensor
  ? SameDTypeThen<'linear', X, B, BroadcastTo<'linear', ShapeOf<B>, OutOf<ShapeOf<W>>>>
  : Ok<[]>;
type OutOf<W> = W extends readonly [infer O, unknown] ? [O] : Dynamic;
