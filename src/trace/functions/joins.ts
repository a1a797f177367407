/** Tensors joined along an axis, parted along it, and repeated. */
import { ArgumentError, ShapeError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { concat as concatValues, slice as sliceValue } from '../../ir/ops/views.ts';
import { normalizeAxis, type Shape, sameShape, showShape, sizeOf } from '../../ir/types.ts';
import type {
  AnyTensor,
  Axes,
  Checked,
  Concat,
  DTypeOf,
  Dynamic,
  HasAxis,
  Parts,
  Repeated,
  Result,
  SameShape,
  ShapeOf,
  Split,
  Stack,
  Tensor,
  Tiled,
} from '../../types/index.ts';
import { apply } from '../apply.ts';
import { asTensor, asTyped, describe } from '../tensor.ts';
import { listed, newAxis } from './layout.ts';
import {
  applyOne,
  broadcastValue,
  located,
  requireSameDType,
  requireTensors,
  requireWhole,
  reshapeValue,
} from './operands.ts';

const join = (values: readonly Value[], axis: number): Value =>
  values.length === 1 ? (values[0] as Value) : concatValues(values, { axis });

/** Tensors one after the other along an axis they have; their other axes must agree. */
export const concat = <const Ts extends readonly AnyTensor[], Ax extends number>(
  xs: Ts,
  axis: Checked<Ax, Concat<Ts, Ax>>,
): Result<Concat<Ts, Ax>, DTypeOf<Ts[0]>> =>
  located(() => {
    const tensors = requireTensors('concat', xs);
    const { shape: first, dtype } = tensors[0] as (typeof tensors)[0];
    const at = normalizeAxis('concat', axis as number, first);
    for (const { shape, dtype: other } of tensors) {
      requireSameDType('concat', dtype, other);
      const both = `${showShape(first)} and ${showShape(shape)}`;
      if (shape.length !== first.length) throw new ShapeError(`concat: ranks differ: ${both}`);
      const wrong = shape.findIndex((n, k) => k !== at && n !== first[k]);
      if (wrong >= 0) {
        throw new ShapeError(
          `concat: ${both} differ at axis ${wrong} (${first[wrong]} and ${shape[wrong]}), ` +
            `only axis ${at} may differ`,
        );
      }
    }
    return applyOne('concat', tensors, (values) => join(values, at));
  });

/** Tensors of one shape along a new axis, by default the first of the result. */
export const stack = <const Ts extends readonly AnyTensor[], Ax extends number = 0>(
  xs: Checked<Ts, Stack<Ts, Ax>>,
  axis?: Ax,
): Result<Stack<Ts, Ax>, DTypeOf<Ts[0]>> =>
  located(() => {
    const tensors = requireTensors('stack', xs);
    const { shape, dtype } = tensors[0] as (typeof tensors)[0];
    for (const other of tensors) {
      requireSameDType('stack', dtype, other.dtype);
      if (!sameShape(shape, other.shape)) {
        throw new ShapeError(
          `stack: shapes ${showShape(shape)} and ${showShape(other.shape)} differ`,
        );
      }
    }
    const at = newAxis('stack', axis ?? 0, shape);
    const one = [...shape.slice(0, at), 1, ...shape.slice(at)];
    return applyOne('stack', tensors, (values) =>
      join(
        values.map((value) => reshapeValue(value, one)),
        at,
      ),
    );
  });

/** The elements from `start` on along one axis. */
const cut = (value: Value, axis: number, start: number, length: number): Value => {
  const { shape } = value.type;
  if (start === 0 && length === shape[axis]) return value;
  return sliceValue(value, {
    start: shape.map((_, k) => (k === axis ? start : 0)),
    size: shape.map((n, k) => (k === axis ? length : n)),
    step: shape.map(() => 1),
  });
};

/**
 * Parts along an axis, by default the first: of the sizes listed, or as many equal ones as the
 * number says. ShapeError when the sizes do not add up to the axis, or the number does not part it.
 */
export const split = <
  X extends AnyTensor,
  const P extends number | readonly number[],
  Ax extends number = 0,
>(
  x: X,
  sizes: Checked<P, Split<ShapeOf<X>, P, Ax>>,
  axis?: Checked<Ax, HasAxis<'split', ShapeOf<X>, Ax>>,
): Parts<X, P, Ax> =>
  located((): Dynamic => {
    const tensor = asTensor('split', x);
    const at = normalizeAxis('split', (axis ?? 0) as number, tensor.shape);
    const lengths = partLengths(sizes as P, tensor.shape, at);
    let start = 0;
    const starts = lengths.map((length) => {
      start += length;
      return start - length;
    });
    const parts = apply('split', [asTyped(tensor)], ([value]) =>
      lengths.map((length, k) => cut(value as Value, at, starts[k] as number, length)),
    );
    return parts.map((part) => asTyped(part));
  });
const partLengths = (sizes: number | readonly number[], shape: Shape, axis: number): number[] => {
  const length = shape[axis] as number;
  const where = `axis ${axis} of ${showShape(shape)}`;
  if (typeof sizes === 'number') {
    const count = requireWhole('split', 'the number of parts', sizes, 1);
    if (length % count === 0) return Array.from({ length: count }, () => length / count);
    throw new ShapeError(`split: ${where} does not part into ${count} equal ones`);
  }
  if (!Array.isArray(sizes)) {
    throw new ArgumentError(
      `split: the sizes must be a number or an array, not ${describe(sizes)}`,
    );
  }
  const lengths = Array.from(sizes, (size) => requireWhole('split', 'a size', size, 0));
  const total = lengths.reduce((sum, size) => sum + size, 0);
  if (total === length) return lengths;
  throw new ShapeError(`split: sizes [${lengths.join(', ')}] add up to ${total}, not to ${where}`);
};

/** Every element `times` times along an axis: 1, 2 becomes 1, 1, 2, 2. */
export const repeat = <X extends AnyTensor, const N extends number, Ax extends number>(
  x: X,
  times: N,
  axis: Checked<Ax, HasAxis<'repeat', ShapeOf<X>, Ax>>,
): Tensor<Repeated<ShapeOf<X>, Ax, N>, DTypeOf<X>> =>
  located(() => {
    const tensor = asTensor('repeat', x);
    const count = requireWhole('repeat', 'the number of times', times, 0);
    const at = normalizeAxis('repeat', axis as number, tensor.shape);
    return applyOne('repeat', [tensor], ([value]) => repeatValue(value!, count, at));
  });
/** Every element along an axis `times` times: a view, no data move. */
export const repeatValue = (value: Value, times: number, axis: number): Value => {
  if (times === 1) return value;
  const { shape } = value.type;
  const [before, after] = [shape.slice(0, axis + 1), shape.slice(axis + 1)];
  const spread = broadcastValue(reshapeValue(value, [...before, 1, ...after]), [
    ...before,
    times,
    ...after,
  ]);
  return reshapeValue(
    spread,
    shape.map((n, k) => (k === axis ? n * times : n)),
  );
};

/**
 * x as often as `times` says, per axis or, for a number, along the last: 1, 2 becomes 1, 2, 1, 2.
 */
export const tile = <X extends AnyTensor, const R extends number | readonly number[]>(
  x: X,
  times: R,
): Tensor<Tiled<ShapeOf<X>, R extends number ? [R] : R>, DTypeOf<X>> =>
  located(() => {
    const tensor = asTensor('tile', x);
    if (typeof times !== 'number' && !Array.isArray(times)) {
      throw new ArgumentError(
        `tile: the times must be a number or an array, not ${describe(times)}`,
      );
    }
    const counts = (typeof times === 'number' ? [times] : [...times]).map((n) =>
      requireWhole('tile', 'a number of times', n, 0),
    );
    const rank = Math.max(counts.length, tensor.rank);
    const shape = [...Array<number>(rank - tensor.rank).fill(1), ...tensor.shape];
    const reps = [...Array<number>(rank - counts.length).fill(1), ...counts];
    const out = shape.map((n, k) => n * (reps[k] as number));
    sizeOf(out);
    return applyOne('tile', [tensor], ([value]) => {
      const apart = reshapeValue(
        value!,
        shape.flatMap((n) => [1, n]),
      );
      return reshapeValue(
        broadcastValue(
          apart,
          shape.flatMap((n, k) => [reps[k]!, n]),
        ),
        out,
      );
    });
  });

/**
 * x shifted, what leaves at one end entering at the other: element k goes to k + shift. One shift
 * for all axes listed, or one per axis; an axis listed twice is shifted twice.
 */
export const roll = <X extends AnyTensor, const Ax extends Axes>(
  x: X,
  shift: number | readonly number[],
  axis: Checked<Ax, SameShape<'roll', ShapeOf<X>, Ax>>,
): X =>
  located((): Dynamic => {
    const tensor = asTensor('roll', x);
    const axes = listed(axis as Axes).map((one) => normalizeAxis('roll', one, tensor.shape));
    const shifts = Array.isArray(shift) ? [...shift] : axes.map(() => shift as number);
    const wrong = shifts.find((by) => !Number.isSafeInteger(by));
    if (wrong !== undefined) {
      throw new ArgumentError(`roll: the shift must be a whole number, not ${String(wrong)}`);
    }
    if (shifts.length !== axes.length) {
      throw new ArgumentError(`roll: ${shifts.length} shifts given for ${axes.length} axes`);
    }
    return applyOne('roll', [tensor], ([value]) =>
      axes.reduce((out, at, k) => rollValue(out, shifts[k] as number, at), value!),
    );
  });
const rollValue = (value: Value, shift: number, axis: number): Value => {
  const length = value.type.shape[axis] as number;
  const by = length === 0 ? 0 : ((shift % length) + length) % length;
  if (by === 0) return value;
  return join([cut(value, axis, length - by, by), cut(value, axis, 0, length - by)], axis);
};
