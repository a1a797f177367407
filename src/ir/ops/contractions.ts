/**
 * Sums of products: matrix products of any rank, and convolution with an explicit group axis. Both
 * are closed under differentiation and batching, so their gradients are the same two ops again.
 */
import { ShapeError } from '../errors.ts';
import type { Value } from '../graph.ts';
import type { BatchInput } from '../op.ts';
import { showShape, sizeOf, type TensorType } from '../types.ts';
import { constantLike } from './constants.ts';
import { batchAll, contract, type ParamOp } from './define.ts';
import { partOfConvolution } from './parts.ts';
import { pad, permute, reshape, reverse, slice } from './views.ts';

/**
 * The attributes of `dot`: axes summed over, and axes that run along in both. The output is [batch,
 * free x, free y].
 */
export interface DotParams {
  readonly contract: readonly [readonly number[], readonly number[]];
  readonly batch: readonly [readonly number[], readonly number[]];
}
const freeAxes = (rank: number, used: readonly (readonly number[])[]): number[] => {
  const free: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    if (!used.some((axes) => axes.includes(axis))) free.push(axis);
  }
  return free;
};
const rankOf = (value: Value | TensorType): number =>
  ('type' in value ? value.type : value).shape.length;

/** The general matrix product: sum over the contracted axes of x times y. */
export const dot: ParamOp<DotParams> = contract<DotParams>('dot', {
  space: ([x, y], { contract: sums, batch }) => {
    const [a, b] = [x as TensorType, y as TensorType];
    const check = (axes: readonly [readonly number[], readonly number[]]): void =>
      axes[0].forEach((axis, k) => {
        if (a.shape[axis] !== b.shape[axes[1][k] ?? -1]) {
          throw new ShapeError(
            `dot: axis ${axis} of ${showShape(a.shape)} does not fit ` +
              `axis ${axes[1][k]} of ${showShape(b.shape)}`,
          );
        }
      });
    check(sums);
    check(batch);
    const lengths = (type: TensorType, axes: readonly number[]): number[] =>
      axes.map((axis) => type.shape[axis] as number);
    return {
      out: [
        ...lengths(a, batch[0]),
        ...lengths(a, freeAxes(rankOf(a), [sums[0], batch[0]])),
        ...lengths(b, freeAxes(rankOf(b), [sums[1], batch[1]])),
      ],
      sum: lengths(a, sums[0]),
    };
  },
  factors: (_, out, sum, { contract: sums, batch }, [x, y]) => {
    const freeX = freeAxes(rankOf(x as TensorType), [sums[0], batch[0]]);
    const freeY = freeAxes(rankOf(y as TensorType), [sums[1], batch[1]]);
    const assemble = (side: 0 | 1, free: readonly number[], offset: number): typeof out => {
      const at = new Array<(typeof out)[0]>(free.length + sums[side].length + batch[side].length);
      batch[side].forEach((axis, k) => {
        at[axis] = out[k] as (typeof out)[0];
      });
      sums[side].forEach((axis, k) => {
        at[axis] = sum[k] as (typeof out)[0];
      });
      free.forEach((axis, k) => {
        at[axis] = out[offset + k] as (typeof out)[0];
      });
      return at;
    };
    return [
      assemble(0, freeX, batch[0].length),
      assemble(1, freeY, batch[0].length + freeX.length),
    ];
  },
  vjp: (ct, [x, y], { contract: sums, batch }) => [
    dotCotangent(ct, x as Value, y as Value, sums, batch, 0),
    dotCotangent(ct, y as Value, x as Value, [sums[1], sums[0]], [batch[1], batch[0]], 1),
  ],
  batch: (inputs, _, { contract: sums, batch }) => {
    const [x, y] = inputs as [BatchInput, BatchInput];
    const shift = (axes: readonly number[], by: BatchInput): number[] =>
      axes.map((axis) => (by.batched ? axis + 1 : axis));
    const contracted: DotParams['contract'] = [shift(sums[0], x), shift(sums[1], y)];
    const along: [number[], number[]] = [shift(batch[0], x), shift(batch[1], y)];
    const values = [x.value, y.value];
    if (x.batched && y.batched) {
      return [
        dot(values, {
          contract: contracted,
          batch: [
            [0, ...along[0]],
            [0, ...along[1]],
          ],
        }),
      ];
    }
    const out = dot(values, { contract: contracted, batch: along });
    // The batch axis is the first free axis of its operand; bring it to the front.
    const at = x.batched
      ? along[0].length
      : along[0].length + freeAxes(rankOf(x.value), [contracted[0], along[0]]).length;
    return [permute(out, { axes: [at, ...freeAxes(rankOf(out), [[at]])] })];
  },
});

/**
 * The cotangent of operand x: the cotangent times the other operand over that one's free axes, axes
 * put in order.
 */
const dotCotangent = (
  ct: Value,
  x: Value,
  y: Value,
  sums: DotParams['contract'],
  batch: DotParams['batch'],
  side: 0 | 1,
): Value => {
  const freeX = freeAxes(rankOf(x), [sums[0], batch[0]]);
  const freeY = freeAxes(rankOf(y), [sums[1], batch[1]]);
  const count = batch[0].length;
  const first = side === 0 ? freeX.length : freeY.length;
  const ctFreeY = freeY.map((_, k) => count + (side === 0 ? first : 0) + k);
  const product = dot([ct, y], {
    contract: [ctFreeY, freeY],
    batch: [batch[0].map((_, k) => k), batch[1]],
  });
  // Now [batch, free x, contracted in the order of y's own axes].
  const contractedOfY = freeAxes(rankOf(y), [freeY, batch[1]]);
  const order = [
    ...batch[0],
    ...freeX,
    ...contractedOfY.map((axis) => sums[0][sums[1].indexOf(axis)] as number),
  ];
  return permute(product, { axes: x.type.shape.map((_, axis) => order.indexOf(axis)) });
};

/** The attributes of `conv`, per spatial axis. */
export interface ConvParams {
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
}
const swapFirst = (rank: number, a: number, b: number): number[] =>
  Array.from({ length: rank }, (_, axis) => (axis === a ? b : axis === b ? a : axis));

/**
 * Cross-correlation without padding: x [N, G, C, ...spatial], kernel [G, O, C, ...taps] to [N, G,
 * O, ...spatial], place p reading p * stride + tap * dilation. Padding is a `pad` before it.
 */
export const conv: ParamOp<ConvParams> = contract<ConvParams>('conv', {
  space: ([x, w], { stride, dilation }) => {
    const [a, b] = [(x as TensorType).shape, (w as TensorType).shape];
    const spatial = stride.map((by, k) => {
      const span = ((b[3 + k] ?? 0) - 1) * (dilation[k] ?? 1) + 1;
      const room = (a[3 + k] ?? 0) - span;
      return room < 0 ? 0 : Math.floor(room / by) + 1;
    });
    if (a.length !== b.length || a.length !== 3 + stride.length || a[1] !== b[0] || a[2] !== b[2]) {
      throw new ShapeError(`conv: input ${showShape(a)} and kernel ${showShape(b)} do not fit`);
    }
    return {
      out: [a[0] as number, a[1] as number, b[1] as number, ...spatial],
      sum: [a[2] as number, ...b.slice(3)],
    };
  },
  factors: (i, out, sum, { stride, dilation }) => {
    type E = (typeof out)[0];
    const places = stride.map((by, k) =>
      i.add(
        i.mul(out[3 + k] as E, i.constant(by)),
        i.mul(sum[1 + k] as E, i.constant(dilation[k] ?? 1)),
      ),
    );
    return [
      [out[0] as E, out[1] as E, sum[0] as E, ...places],
      [out[1] as E, out[2] as E, ...sum],
    ];
  },
  vjp: (ct, operands, params) => {
    const [x, w] = operands as readonly [Value, Value];
    // Without an element there is no product, and no window to count.
    const isEmpty = [ct, x, w].some(({ type: { shape } }) => sizeOf(shape) === 0);
    if (isEmpty) return [constantLike(x, 0), constantLike(w, 0)];
    return [inputCotangent(ct, x, w, params), kernelCotangent(ct, x, w, params)];
  },
  part: partOfConvolution,
  batch: (inputs, size, params) => {
    const [x, w] = inputs as [BatchInput, BatchInput];
    if (x.batched && !w.batched) {
      const [b, n, ...rest] = x.value.type.shape as [number, number, ...number[]];
      const out = conv([reshape(x.value, { shape: [b * n, ...rest] }), w.value], params);
      return [reshape(out, { shape: [b, n, ...out.type.shape.slice(1)] })];
    }
    // The batch joins the groups: x [B, N, G, ...] to [N, B * G, ...], kernel [B, G, ...] to [B *
    // G, ...].
    const [xs, ws] = batchAll(inputs, size) as [Value, Value];
    const front = permute(xs, { axes: swapFirst(xs.type.shape.length, 0, 1) });
    const [n, b, g, ...rest] = front.type.shape as [number, number, number, ...number[]];
    const out = conv(
      [
        reshape(front, { shape: [n, b * g, ...rest] }),
        reshape(ws, { shape: [b * g, ...ws.type.shape.slice(2)] }),
      ],
      params,
    );
    const split = reshape(out, { shape: [n, b, g, ...out.type.shape.slice(2)] });
    return [permute(split, { axes: swapFirst(split.type.shape.length, 0, 1) })];
  },
});

/** d/dx: the cotangent, spaced out by the stride and padded, against the kernel turned round. */
const inputCotangent = (ct: Value, x: Value, w: Value, { stride, dilation }: ConvParams): Value => {
  const shape = x.type.shape;
  const taps = w.type.shape.slice(3);
  const axes = taps.map((_, k) => 3 + k);
  const none = [0, 0, 0];
  const reach = taps.map((n, k) => (n - 1) * (dilation[k] ?? 1));
  const high = taps.map((_, k) => {
    const n = ct.type.shape[3 + k] ?? 0;
    const span = n === 0 ? 0 : (n - 1) * (stride[k] ?? 1) + 1;
    return (shape[3 + k] ?? 0) - span;
  });
  const spaced = pad(ct, {
    low: [...none, ...reach],
    high: [...none, ...high],
    interior: [...none, ...stride.map((by) => by - 1)],
    value: 0,
  });
  const turned = permute(reverse(w, { axes }), { axes: swapFirst(shape.length, 1, 2) });
  return conv([spaced, turned], { stride: stride.map(() => 1), dilation });
};

/**
 * d/dkernel: x against the cotangent, batch and channels trading places, stride and dilation
 * trading roles.
 */
const kernelCotangent = (
  ct: Value,
  x: Value,
  w: Value,
  { stride, dilation }: ConvParams,
): Value => {
  const rank = x.type.shape.length;
  const images = permute(x, { axes: swapFirst(rank, 0, 2) });
  const taps = permute(ct, { axes: [1, 2, 0, ...freeAxes(rank, [[0, 1, 2]])] });
  const full = conv([images, taps], { stride: dilation, dilation: stride });
  // Places of x that no window reaches make the result longer than the kernel; what lies beyond it
  // is not used.
  const size = [
    full.type.shape[0],
    full.type.shape[1],
    full.type.shape[2],
    ...w.type.shape.slice(3),
  ];
  const used = slice(full, {
    start: size.map(() => 0),
    size: size as number[],
    step: size.map(() => 1),
  });
  return permute(used, { axes: [1, 2, 0, ...freeAxes(rank, [[0, 1, 2]])] });
};
