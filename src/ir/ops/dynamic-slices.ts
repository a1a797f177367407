/**
 * Rectangular parts that begin where data say, and parts replaced there. Both read element by
 * element, and each is the gradient of the other.
 */
import { DTypeError, ShapeError } from '../errors.ts';
import type { Value } from '../graph.ts';
import type { ElementContext } from '../op.ts';
import { sameShape, showShape, type TensorType } from '../types.ts';
import { constantLike } from './constants.ts';
import { element, type ParamOp } from './define.ts';

/** The attributes of `dynamicUpdateSlice`: how many leading axes all operands share. */
export interface DynamicParams {
  readonly batch: number;
}
/** The attributes of `dynamicSlice`: also the lengths of the part, beside the shared axes. */
export interface DynamicSliceParams extends DynamicParams {
  readonly sizes: readonly number[];
}

/** Throws unless `starts` names a place for a part of `sizes` in x behind the shared axes. */
const requirePart = (
  name: string,
  x: TensorType,
  starts: TensorType | undefined,
  sizes: readonly number[],
  batch: number,
): void => {
  if (starts?.dtype !== 'i32') {
    throw new DTypeError(`${name}: starts must be i32, not ${starts?.dtype}`);
  }
  const rest = x.shape.slice(batch);
  const wanted = [...x.shape.slice(0, batch), rest.length];
  const isPart = sizes.length === rest.length && sizes.every((n, k) => n <= (rest[k] as number));
  if (!isPart || !sameShape(starts.shape, wanted)) {
    throw new ShapeError(
      `${name}: a part ${showShape(sizes)} of ${showShape(x.shape)} ` +
        `at starts ${showShape(starts.shape)}`,
    );
  }
};

/**
 * Where the part begins on an axis of length n: negative starts count from the end, and all are
 * moved so that the part lies inside.
 */
const startOf = <E, P extends DynamicParams>(
  c: ElementContext<E, P>,
  input: number,
  axis: number,
  room: number,
  n: number,
): E => {
  if (room === 0) return c.i.constant(0);
  const { batch } = c.params;
  const start = c.read(input, [...c.out.slice(0, batch), c.i.constant(axis)]);
  const zero = c.i.constant(0);
  const fromFront = c.i.select(c.i.lt(start, zero), c.i.add(start, c.i.constant(n)), start);
  return c.bounded(c.i.max(zero, c.i.min(fromFront, c.i.constant(room))), room + 1);
};

/** The part of x [...shared, ...axes] of lengths `sizes` that begins at starts [...shared, n]. */
export const dynamicSlice: ParamOp<DynamicSliceParams> = element<DynamicSliceParams>(
  'dynamicSlice',
  'gather',
  {
    type: ([x, starts], { sizes, batch }) => {
      const { dtype, shape } = x as TensorType;
      requirePart('dynamicSlice', x as TensorType, starts, sizes, batch);
      return [{ dtype, shape: [...shape.slice(0, batch), ...sizes] }];
    },
    element: (c) => {
      const { sizes, batch } = c.params;
      const lengths = (c.inputs[0] as TensorType).shape.slice(batch);
      const at = c.out.map((index, axis) => {
        const n = lengths[axis - batch];
        if (n === undefined || axis < batch) return index;
        const start = startOf(c, 1, axis - batch, n - (sizes[axis - batch] as number), n);
        return c.i.add(index, start);
      });
      return [c.read(0, at)];
    },
    vjp: (ct, [x, starts], { batch }) => [
      dynamicUpdateSlice([constantLike(x as Value, 0), ct, starts as Value], { batch }),
      null,
    ],
    batch: ({ sizes, batch }) => ({ sizes, batch: batch + 1 }),
  },
);

/**
 * x [...shared, ...axes] with `update` in place of its part that begins at starts [...shared, n].
 * Starts are moved so that the part lies inside.
 */
export const dynamicUpdateSlice: ParamOp<DynamicParams> = element<DynamicParams>(
  'dynamicUpdateSlice',
  'gather',
  {
    type: ([x, update, starts], { batch }) => {
      const [whole, part] = [x as TensorType, update as TensorType];
      const shared = showShape(part.shape.slice(0, batch));
      if (part.dtype !== whole.dtype || shared !== showShape(whole.shape.slice(0, batch))) {
        throw new ShapeError(
          `dynamicUpdateSlice: an update ${showShape(part.shape)} of ${showShape(whole.shape)}`,
        );
      }
      requirePart('dynamicUpdateSlice', whole, starts, part.shape.slice(batch), batch);
      return [whole];
    },
    element: (c) => {
      const { batch } = c.params;
      const [{ shape }, part] = c.inputs as readonly [TensorType, TensorType];
      type E = (typeof c.out)[0];
      let inside: E | undefined;
      const require = (condition: E): void => {
        inside = inside === undefined ? condition : c.i.as('bool').and(inside, condition);
      };
      const offsets = c.out.map((index, axis) => {
        const [n, size] = [shape[axis] as number, part.shape[axis] as number];
        if (axis < batch || n === size) return index;
        const offset = c.i.sub(index, startOf(c, 2, axis - batch, n - size, n));
        require(c.i.ge(offset, c.i.constant(0)));
        require(c.i.lt(offset, c.i.constant(size)));
        return offset;
      });
      if (inside === undefined) return [c.read(1, offsets)];
      const body = (): E =>
        c.read(
          1,
          offsets.map((offset, axis) =>
            offset === c.out[axis] ? offset : c.bounded(offset, part.shape[axis] as number),
          ),
        );
      return [c.when(inside, body, c.read(0, c.out))];
    },
    vjp: (ct, [, update, starts], { batch }) => {
      const part = update as Value;
      return [
        dynamicUpdateSlice([ct, constantLike(part, 0), starts as Value], { batch }),
        dynamicSlice([ct, starts as Value], { sizes: part.type.shape.slice(batch), batch }),
        null,
      ];
    },
    batch: ({ batch }) => ({ batch: batch + 1 }),
  },
);
