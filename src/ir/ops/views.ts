/**
 * Views: each output element is one input element, or a fill. They become index arithmetic and move
 * no data.
 */
import { ShapeError } from '../errors.ts';
import type { Value } from '../graph.ts';
import type { Scalars } from '../scalar.ts';
import { type Shape, sameShape, showShape, sizeOf, type TensorType } from '../types.ts';
import { element, type ParamOp, view } from './define.ts';
import { wideSum } from './logic.ts';
import { partOfDefinition, partOfPadding } from './parts.ts';
import { reduceSum } from './reductions.ts';

const shapeOf = (types: readonly TensorType[]): Shape => types[0]?.shape ?? [];
const typed = (types: readonly TensorType[], shape: Shape): [TensorType] => [
  { dtype: types[0]?.dtype ?? 'f32', shape },
];
const inverse = (axes: readonly number[]): number[] => {
  const out = new Array<number>(axes.length);
  axes.forEach((axis, k) => {
    out[axis] = k;
  });
  return out;
};

const isIdentity = (axes: readonly number[]): boolean => axes.every((axis, k) => axis === k);

/**
 * The attributes of `broadcast`: input axis k becomes output axis `axes[k]`; the other axes repeat.
 */
export interface BroadcastParams {
  readonly shape: Shape;
  readonly axes: readonly number[];
}
/** Repeats along new axes and along axes of length 1. */
export const broadcast: ParamOp<BroadcastParams> = view('broadcast', {
  type: (types, { shape, axes }) => {
    sizeOf(shape);
    const input = shapeOf(types);
    const fits = input.every((n, k) => n === 1 || n === shape[axes[k] ?? -1]);
    if (!fits || axes.length !== input.length) {
      throw new ShapeError(
        `broadcast: ${showShape(input)} does not broadcast to ${showShape(shape)}`,
      );
    }
    return typed(types, shape);
  },
  index: (i, out, { axes }, input) =>
    axes.map((axis, k) => (input.shape[k] === 1 ? i.constant(0) : (out[axis] as (typeof out)[0]))),
  vjp: (ct, [x], { axes, shape }) => {
    const input = (x as Value).type.shape;
    const repeated = shape
      .map((_, axis) => axis)
      .filter(
        (axis) => !axes.includes(axis) || (input[axes.indexOf(axis)] === 1 && shape[axis] !== 1),
      );
    const summed =
      repeated.length === 0 ? ct : wideSum(ct, (wide) => reduceSum(wide, { axes: repeated }));
    return [reshape(orderBy(summed, axes, repeated), { shape: input })];
  },
  batch: ({ shape, axes }, _, size) => ({
    shape: [size, ...shape],
    axes: [0, ...axes.map((axis) => axis + 1)],
  }),
  simplify: ([x], { shape, axes }) =>
    sameShape((x as Value).type.shape, shape) && isIdentity(axes) ? x : undefined,
});
/** Puts the axes that a sum kept into the order in which `axes` lists them. */
const orderBy = (x: Value, axes: readonly number[], gone: readonly number[]): Value => {
  const kept = axes.filter((axis) => !gone.includes(axis));
  const sorted = [...kept].sort((a, b) => a - b);
  return permute(x, { axes: kept.map((axis) => sorted.indexOf(axis)) });
};

/** Reorders axes: output axis k is input axis `axes[k]`. */
export const permute: ParamOp<{ readonly axes: readonly number[] }> = view('permute', {
  type: (types, { axes }) => {
    const input = shapeOf(types);
    if (
      [...axes].sort((a, b) => a - b).some((axis, k) => axis !== k) ||
      axes.length !== input.length
    ) {
      throw new ShapeError(`permute: [${axes.join(', ')}] does not permute ${showShape(input)}`);
    }
    return typed(
      types,
      axes.map((axis) => input[axis] as number),
    );
  },
  index: (_, out, { axes }) => inverse(axes).map((k) => out[k] as (typeof out)[0]),
  vjp: (ct, _, { axes }) => [permute(ct, { axes: inverse(axes) })],
  batch: ({ axes }) => ({ axes: [0, ...axes.map((axis) => axis + 1)] }),
  simplify: ([x], { axes }, { definition }) => {
    if (isIdentity(axes)) return x;
    const inner = definition(x as Value);
    if (inner?.op !== permute) return undefined;
    const before = inner.params.axes as readonly number[];
    return permute(inner.inputs[0] as Value, { axes: axes.map((axis) => before[axis] as number) });
  },
});

/** The same elements in row-major order under another shape. */
export const reshape: ParamOp<{ readonly shape: Shape }> = element('reshape', 'view', {
  type: (types, { shape }) => {
    if (sizeOf(shape) !== sizeOf(shapeOf(types))) {
      throw new ShapeError(`reshape: ${showShape(shapeOf(types))} to ${showShape(shape)}`);
    }
    return typed(types, shape);
  },
  element: (c) => [c.readFlat(0, c.position())],
  vjp: (ct, [x]) => [reshape(ct, { shape: (x as Value).type.shape })],
  batch: ({ shape }, _, size) => ({ shape: [size, ...shape] }),
  simplify: ([x], { shape }, { definition }) => {
    if (sameShape((x as Value).type.shape, shape)) return x;
    const inner = definition(x as Value);
    return inner?.op === reshape ? reshape(inner.inputs[0] as Value, { shape }) : undefined;
  },
});

/** Reverses axes. */
export const reverse: ParamOp<{ readonly axes: readonly number[] }> = view('reverse', {
  type: (types) => typed(types, shapeOf(types)),
  index: (i, out, { axes }, input) =>
    out.map((index, axis) =>
      axes.includes(axis) ? i.sub(i.constant((input.shape[axis] ?? 1) - 1), index) : index,
    ),
  vjp: (ct, _, params) => [reverse(ct, params)],
  batch: ({ axes }) => ({ axes: axes.map((axis) => axis + 1) }),
});

/**
 * The attributes of `slice`: per axis the first index, the number of elements and the distance
 * between them (> 0).
 */
export interface SliceParams {
  readonly start: readonly number[];
  readonly size: readonly number[];
  readonly step: readonly number[];
}
/** A rectangular part. */
export const slice: ParamOp<SliceParams> = view('slice', {
  type: (types, { start, size, step }) => {
    const input = shapeOf(types);
    input.forEach((n, axis) => {
      const [first, count, by] = [start[axis] ?? -1, size[axis] ?? -1, step[axis] ?? 0];
      if (first < 0 || count < 0 || by < 1 || (count > 0 && first + (count - 1) * by >= n)) {
        throw new ShapeError(
          `slice: ${count} elements from ${first} by ${by} do not fit ` +
            `axis ${axis} of ${showShape(input)}`,
        );
      }
    });
    return typed(types, size);
  },
  index: (i, out, { start, step }) =>
    out.map((index, axis) =>
      i.add(i.mul(index, i.constant(step[axis] ?? 1)), i.constant(start[axis] ?? 0)),
    ),
  vjp: (ct, [x], { start, size, step }) => {
    const input = (x as Value).type.shape;
    // A cotangent of no elements has nothing to space out, so its padding alone must make up the
    // shape.
    const span = size.map((n, axis) => (n === 0 ? 0 : (n - 1) * (step[axis] ?? 1) + 1));
    const high = input.map((n, axis) => n - (start[axis] ?? 0) - (span[axis] ?? 0));
    return [pad(ct, { low: start, high, interior: step.map((by) => by - 1), value: 0 })];
  },
  simplify: partOfDefinition,
  batch: ({ start, size, step }, _, batch) => ({
    start: [0, ...start],
    size: [batch, ...size],
    step: [1, ...step],
  }),
});

/**
 * The attributes of `pad`: elements added before, after and between the elements of each axis, and
 * their value.
 */
export interface PadParams {
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly interior: readonly number[];
  readonly value: number;
}
/** Surrounds and spaces out with a constant. */
export const pad: ParamOp<PadParams> = element('pad', 'view', {
  guarded: true,
  type: (types, { low, high, interior }) => {
    const shape = shapeOf(types).map((n, axis) => {
      const span = n === 0 ? 0 : (n - 1) * ((interior[axis] ?? 0) + 1) + 1;
      const [before, after] = [low[axis] ?? -1, high[axis] ?? -1];
      if (before < 0 || after < 0) throw new ShapeError('pad: amounts must not be negative');
      return before + span + after;
    });
    sizeOf(shape);
    return typed(types, shape);
  },
  element: (c) => {
    const { i, out, params } = c;
    let inside: (typeof out)[0] | undefined;
    const require = (condition: (typeof out)[0]): void => {
      inside = inside === undefined ? condition : i.as('bool').and(inside, condition);
    };
    const at = out.map((index, axis) => {
      const n = c.inputs[0]?.shape[axis] ?? 0;
      const low = params.low[axis] ?? 0;
      const step = (params.interior[axis] ?? 0) + 1;
      const span = n === 0 ? 0 : (n - 1) * step + 1;
      const shifted = i.sub(index, i.constant(low));
      if (low > 0) require(i.ge(shifted, i.constant(0)));
      if ((params.high[axis] ?? 0) > 0) require(i.lt(shifted, i.constant(span)));
      if (step === 1) return shifted;
      require(i.eq(i.rem(shifted, i.constant(step)), i.constant(0)));
      return i.div(shifted, i.constant(step));
    });
    if (inside === undefined) return [c.read(0, at)];
    return [c.when(inside, () => c.read(0, at), c.s.constant(params.value))];
  },
  vjp: (ct, [x], { low, interior }) => [
    slice(ct, {
      start: low,
      size: (x as Value).type.shape,
      step: interior.map((between) => between + 1),
    }),
  ],
  simplify: ([x], _params, _knowledge, y) =>
    sameShape((x as Value).type.shape, y.type.shape) ? x : undefined,
  part: partOfPadding,
  batch: ({ low, high, interior, value }) => ({
    low: [0, ...low],
    high: [0, ...high],
    interior: [0, ...interior],
    value,
  }),
});

/** Joins along an existing axis. */
export const concat: ParamOp<{ readonly axis: number }> = element('concat', 'view', {
  guarded: true,
  type: (types, { axis }) => {
    const first = shapeOf(types);
    const total = types.reduce((sum, type) => sum + (type.shape[axis] ?? 0), 0);
    for (const { shape } of types) {
      if (shape.length !== first.length || shape.some((n, k) => k !== axis && n !== first[k])) {
        throw new ShapeError(`concat: ${showShape(first)} and ${showShape(shape)} along ${axis}`);
      }
    }
    const shape = first.map((n, k) => (k === axis ? total : n));
    sizeOf(shape);
    return typed(types, shape);
  },
  element: (c) => {
    const { axis } = c.params;
    const index = c.out[axis] as (typeof c.out)[0];
    const piece = (input: number, start: number): (typeof c.out)[0] => {
      const end = start + (c.inputs[input]?.shape[axis] ?? 0);
      const at = c.out.map((x, k) => (k === axis ? c.i.sub(x, c.i.constant(start)) : x));
      if (input === c.inputs.length - 1) return c.read(input, at);
      const isHere = c.i.lt(index, c.i.constant(end));
      // The rest is itself guarded, so that no input is read outside of its own range.
      const rest = c.when(c.i.as('bool').not(isHere), () => piece(input + 1, end), c.s.constant(0));
      return c.when(isHere, () => c.read(input, at), rest);
    };
    return [piece(0, 0)];
  },
  vjp: (ct, inputs, { axis }) => {
    let start = 0;
    return inputs.map(({ type: { shape } }) => {
      const from = shape.map((_, k) => (k === axis ? start : 0));
      start += shape[axis] ?? 0;
      return slice(ct, { start: from, size: shape, step: shape.map(() => 1) });
    });
  },
  batch: ({ axis }) => ({ axis: axis + 1 }),
  simplify: (inputs) => (inputs.length === 1 ? inputs[0] : undefined),
});

/**
 * The attributes of `window` and `unwindow` over tensors [..., spatial, offsets]: the number of
 * leading axes, and per spatial axis its length outside, the number of windows, the stride and the
 * dilation.
 */
export interface WindowParams {
  readonly leading: number;
  readonly length: readonly number[];
  readonly windows: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
}
const rank = (params: WindowParams): number => params.length.length;
const batchWindow = (params: WindowParams): WindowParams => ({
  ...params,
  leading: params.leading + 1,
});
/**
 * The type rule; `from` is what the spatial axes of the input count, `to` what those of the output
 * do.
 */
const windowType =
  (from: 'length' | 'windows', to: 'length' | 'windows') =>
  (types: readonly TensorType[], params: WindowParams): [TensorType] => {
    const { leading, length, windows, stride, dilation } = params;
    const input = shapeOf(types);
    const shape = [...input];
    length.forEach((n, k) => {
      const count = windows[k] ?? -1;
      const offsets = input[leading + length.length + k] ?? -1;
      const last = (count - 1) * (stride[k] ?? 0) + (offsets - 1) * (dilation[k] ?? 0);
      const isOutside = count > 0 && offsets > 0 && last >= n;
      if (input[leading + k] !== params[from][k] || count < 0 || offsets < 0 || isOutside) {
        throw new ShapeError(
          `window: ${count} windows of ${offsets} offsets do not fit axis ${leading + k} of ${n}`,
          { got: showShape(input) },
        );
      }
      shape[leading + k] = params[to][k] as number;
    });
    return typed(types, shape);
  };
const windowIndex = <E>(
  i: Scalars<E>,
  out: readonly E[],
  params: WindowParams,
  k: number,
): [E, E] => [
  out[params.leading + k] as E,
  i.mul(out[params.leading + rank(params) + k] as E, i.constant(params.dilation[k] ?? 1)),
];

/**
 * [..., length, offsets] to [..., windows, offsets]: window o reads place o * stride + offset *
 * dilation.
 */
export const window: ParamOp<WindowParams> = view('window', {
  type: windowType('length', 'windows'),
  index: (i, out, params) => {
    const at = [...out];
    for (let k = 0; k < rank(params); k++) {
      const [o, offset] = windowIndex(i, out, params, k);
      at[params.leading + k] = i.add(i.mul(o, i.constant(params.stride[k] ?? 1)), offset);
    }
    return at;
  },
  vjp: (ct, _, params) => [unwindow(ct, params)],
  batch: batchWindow,
});

/**
 * The transpose of `window`: place p holds, per offset, what the window that covers it there held,
 * else 0.
 */
export const unwindow: ParamOp<WindowParams> = element('unwindow', 'view', {
  guarded: true,
  type: windowType('windows', 'length'),
  element: (c) => {
    const { i, params } = c;
    const at = [...c.out];
    let inside: (typeof at)[0] | undefined;
    const require = (condition: (typeof at)[0]): void => {
      inside = inside === undefined ? condition : i.as('bool').and(inside, condition);
    };
    for (let k = 0; k < rank(params); k++) {
      const [place, offset] = windowIndex(i, c.out, params, k);
      const stride = params.stride[k] ?? 1;
      const start = i.sub(place, offset);
      require(i.ge(start, i.constant(0)));
      require(i.lt(start, i.constant(((params.windows[k] ?? 0) - 1) * stride + 1)));
      if (stride > 1) require(i.eq(i.rem(start, i.constant(stride)), i.constant(0)));
      at[params.leading + k] = stride > 1 ? i.div(start, i.constant(stride)) : start;
    }
    if (inside === undefined) return [c.read(0, at)];
    return [c.when(inside, () => c.read(0, at), c.s.constant(0))];
  },
  vjp: (ct, _, params) => [window(ct, params)],
  batch: batchWindow,
});
