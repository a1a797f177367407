/**
 * The same elements in another arrangement: shapes and orders of axes. No data move until something
 * needs them to.
 */
import { ArgumentError, ShapeError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { permute as permuteValue, reverse } from '../../ir/ops/views.ts';
import { normalizeAxes, normalizeAxis, type Shape, showShape, sizeOf } from '../../ir/types.ts';
import type {
  AnyTensor,
  Axes,
  BroadcastTo,
  Checked,
  DimsOf,
  DTypeOf,
  Dynamic,
  MoveAxis,
  Permute,
  Reshape,
  Result,
  SameShape,
  ShapeOf,
  Squeeze,
  Transpose,
  Unsqueeze,
} from '../../types/index.ts';
import { asTensor, describe } from '../tensor.ts';
import { applyOne, broadcastValue, located, reshapeValue } from './operands.ts';
import { requireBroadcasts } from './parameters.ts';
import type { AxesArgument } from './reductions.ts';
import { requireShape } from './require-shape.ts';

/** The shape asked for with its -1 filled in; throws when the numbers of elements differ. */
export const resolveShape = (from: Shape, asked: unknown): number[] => {
  if (!Array.isArray(asked)) {
    throw new ArgumentError(`reshape: the shape must be an array, not ${describe(asked)}`);
  }
  const wild = asked.indexOf(-1);
  const rest = requireShape(
    'reshape',
    asked.filter((_, k) => k !== wild),
  );
  const [have, need] = [sizeOf(from), sizeOf(rest)];
  const [old, text] = [showShape(from), showShape(asked as number[])];
  if (wild < 0) {
    if (have === need) return rest;
    throw new ShapeError(`reshape: ${old} has ${have} elements but ${text} has ${need}`);
  }
  if (need === 0 || have % need !== 0) {
    throw new ShapeError(
      `reshape: ${old} has ${have} elements, not a multiple of ${need} as ${text} needs`,
    );
  }
  return asked.map((size: number, k) => (k === wild ? have / need : size));
};
/**
 * The same elements in row-major order under another shape; one entry may be -1 and takes what is
 * left.
 */
export const reshape = <X extends AnyTensor, const T extends readonly number[]>(
  x: X,
  shape: Checked<T, Reshape<ShapeOf<X>, DimsOf<T>>>,
): Result<Reshape<ShapeOf<X>, DimsOf<T>>, DTypeOf<X>> =>
  located(() => {
    const tensor = asTensor('reshape', x);
    const to = resolveShape(tensor.shape, shape);
    return applyOne('reshape', [tensor], ([value]) => reshapeValue(value!, to));
  });

const reorder = (value: Value, axes: readonly number[]): Value =>
  axes.every((axis, k) => axis === k) ? value : permuteValue(value, { axes });

/** Two axes exchanged, by default the last two. */
export const transpose = <X extends AnyTensor, I extends number = -2, J extends number = -1>(
  x: Checked<X, Transpose<ShapeOf<X>, I, J>>,
  first?: I,
  second?: J,
): Result<Transpose<ShapeOf<X>, I, J>, DTypeOf<X>> =>
  located(() => {
    const tensor = asTensor('transpose', x);
    const { shape } = tensor;
    if (first === undefined && second === undefined && shape.length < 2) {
      throw new ShapeError(`transpose: shape ${showShape(shape)} has fewer than 2 dimensions`);
    }
    const i = normalizeAxis('transpose', first ?? -2, shape);
    const j = normalizeAxis('transpose', second ?? -1, shape);
    const axes = shape.map((_, k) => (k === i ? j : k === j ? i : k));
    return applyOne('transpose', [tensor], ([value]) => reorder(value!, axes));
  });

/** The axes in another order: axis k of the result is axis `axes[k]` of x. */
export const permute = <X extends AnyTensor, const P extends readonly number[] | []>(
  x: X,
  axes: Checked<P, Permute<ShapeOf<X>, P>>,
): Result<Permute<ShapeOf<X>, P>, DTypeOf<X>> =>
  located(() => {
    const tensor = asTensor('permute', x);
    const { shape } = tensor;
    if (!Array.isArray(axes)) {
      throw new ArgumentError(`permute: the axes must be an array, not ${describe(axes)}`);
    }
    if (axes.length !== shape.length) {
      throw new ShapeError(
        `permute: ${axes.length} axes given for shape ${showShape(shape)} (rank ${shape.length})`,
      );
    }
    const order = axes.map((axis: number) => (axis < 0 ? axis + shape.length : axis));
    if ([...order].sort((a, b) => a - b).some((axis, k) => axis !== k)) {
      throw new ShapeError(
        `permute: [${axes.join(', ')}] is not a permutation of the axes of ${showShape(shape)}`,
      );
    }
    return applyOne('permute', [tensor], ([value]) => reorder(value!, order));
  });

/** Axes of length 1 taken out: those given, or all. */
export const squeeze = <X extends AnyTensor, const Ax extends Axes | undefined = undefined>(
  x: X,
  axis?: Checked<Ax, Squeeze<ShapeOf<X>, Ax>>,
): Result<Squeeze<ShapeOf<X>, Ax>, DTypeOf<X>> =>
  located(() => {
    const tensor = asTensor('squeeze', x);
    const { shape } = tensor;
    const asked = axis as AxesArgument;
    const axes =
      asked === undefined || asked === null
        ? shape.flatMap((n, k) => (n === 1 ? [k] : []))
        : normalizeAxes('squeeze', asked, shape);
    const wrong = axes.find((k) => shape[k] !== 1);
    if (wrong !== undefined) {
      throw new ShapeError(`squeeze: axis ${wrong} of ${showShape(shape)} is not of length 1`);
    }
    const to = shape.filter((_, k) => !axes.includes(k));
    return applyOne('squeeze', [tensor], ([value]) => reshapeValue(value!, to));
  });

/**
 * New axes of length 1 at `axis`, one place of the result or several; -1 is after the last. A place
 * that the result does not have, or one given twice, is a ShapeError.
 */
export const unsqueeze = <X extends AnyTensor, const Ax extends Axes>(
  x: X,
  axis: Checked<Ax, Unsqueeze<ShapeOf<X>, Ax>>,
): Result<Unsqueeze<ShapeOf<X>, Ax>, DTypeOf<X>> =>
  located(() => {
    const tensor = asTensor('unsqueeze', x);
    const list = listed(axis as Axes);
    const places = list.map((at) => newAxis('unsqueeze', at, tensor.shape, list.length));
    const rest = [...tensor.shape];
    const to = Array.from({ length: rest.length + list.length }, (_, k) =>
      places.includes(k) ? 1 : (rest.shift() as number),
    );
    if (new Set(places).size < places.length) {
      throw new ShapeError(`unsqueeze: [${list.join(', ')}] names an axis of the result twice`);
    }
    return applyOne('unsqueeze', [tensor], ([value]) => reshapeValue(value!, to));
  });
/** One axis or several as a list. */
export const listed = (axes: Axes): readonly number[] =>
  Array.isArray(axes) ? axes : [axes as number];
/** The place of an axis that a function adds to a shape, one of `added`, counted from the front. */
export const newAxis = (name: string, axis: number, shape: Shape, added = 1): number => {
  const rank = shape.length + added;
  if (Number.isInteger(axis) && axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
  throw new ShapeError(
    `${name}: axis ${axis} is out of range for shape ${showShape(shape)} (rank ${shape.length})`,
  );
};

/** Axis `from` in place `to` of the result; the others keep their order. Both may be negative. */
export const moveAxis = <X extends AnyTensor, A extends number, B extends number>(
  x: Checked<X, MoveAxis<ShapeOf<X>, A, B>>,
  from: A,
  to: B,
): Result<MoveAxis<ShapeOf<X>, A, B>, DTypeOf<X>> =>
  located(() => {
    const tensor = asTensor('moveAxis', x);
    const [source, target] = [from, to].map((axis) =>
      normalizeAxis('moveAxis', axis, tensor.shape),
    ) as [number, number];
    const axes = [...tensor.shape.keys()].filter((axis) => axis !== source);
    axes.splice(target, 0, source);
    return applyOne('moveAxis', [tensor], ([value]) => reorder(value!, axes));
  });

/** x repeated to a shape that it broadcasts to by the rules of NumPy. */
export const broadcastTo = <X extends AnyTensor, const T extends readonly number[]>(
  x: X,
  shape: Checked<T, BroadcastTo<'broadcastTo', ShapeOf<X>, DimsOf<T>>>,
): Result<BroadcastTo<'broadcastTo', ShapeOf<X>, DimsOf<T>>, DTypeOf<X>> =>
  located(() => {
    const tensor = asTensor('broadcastTo', x);
    const to = requireShape('broadcastTo', shape);
    requireBroadcasts('broadcastTo', tensor.shape, to);
    return applyOne('broadcastTo', [tensor], ([value]) => broadcastValue(value!, to));
  });

/** Axes in reverse order, by default all. */
export const flip = <X extends AnyTensor, const Ax extends Axes | undefined = undefined>(
  x: X,
  axis?: Checked<Ax, SameShape<'flip', ShapeOf<X>, Ax>>,
): X =>
  located((): Dynamic => {
    const tensor = asTensor('flip', x);
    const axes = normalizeAxes('flip', axis as AxesArgument, tensor.shape);
    return applyOne('flip', [tensor], ([value]) => reverse(value!, { axes }));
  });
