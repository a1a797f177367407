/** Rectangular parts of tensors, and frames around them. */
import { ArgumentError, ShapeError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { concat, pad as padValue, reverse, slice as sliceValue } from '../../ir/ops/views.ts';
import { checkOptions } from '../../ir/options.ts';
import { type Shape, showShape, sizeOf } from '../../ir/types.ts';
import type {
  AnyTensor,
  Checked,
  DTypeOf,
  Pad,
  PadPair,
  Result,
  ShapeOf,
  Slice,
  SliceSpec,
} from '../../types/index.ts';
import { asTensor, describe } from '../tensor.ts';
import { repeatValue } from './joins.ts';
import {
  applyOne,
  broadcastValue,
  located,
  requireExact,
  requireNumber,
  reshapeValue,
} from './operands.ts';

/**
 * What is left of one axis: `count` elements from `start` by `step`; no axis at all when dropped.
 */
interface Cut {
  readonly start: number;
  readonly count: number;
  readonly step: number;
  readonly isDropped: boolean;
}

const requireInteger = (name: string, x: unknown, what = 'an index'): number => {
  if (typeof x === 'number' && Number.isSafeInteger(x)) return x;
  const got = typeof x === 'number' ? String(x) : describe(x);
  throw new ArgumentError(`${name}: ${what} must be a whole number, not ${got}`);
};

/**
 * Python's rules: negative numbers count from the end, ends beyond the axis are moved to its ends.
 */
const cutRange = (name: string, range: readonly unknown[], length: number): Cut => {
  if (range.length < 2 || range.length > 3) {
    throw new ArgumentError(`${name}: a range is [start, stop] or [start, stop, step]`);
  }
  const step = requireInteger(name, range[2] ?? 1);
  if (step === 0) throw new ArgumentError(`${name}: the step must not be 0`);
  const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
  const place = (x: unknown, otherwise: number): number => {
    if (x === null || x === undefined) return otherwise;
    const at = requireInteger(name, x);
    return at < 0 ? Math.max(at + length, low) : Math.min(at, high);
  };
  const start = place(range[0], step > 0 ? low : high);
  const stop = place(range[1], step > 0 ? high : low);
  const count = Math.max(0, Math.ceil((stop - start) / step));
  return { start: count === 0 ? 0 : start, count, step, isDropped: false };
};

const cutsOf = (name: string, spec: unknown, shape: Shape): Cut[] => {
  if (!Array.isArray(spec)) {
    throw new ArgumentError(`${name}: the spec must be an array, not ${describe(spec)}`);
  }
  if (spec.length > shape.length) {
    throw new ShapeError(`${name}: more entries than the rank of ${showShape(shape)}`);
  }
  return shape.map((length, axis) => {
    const entry: unknown = spec[axis] ?? null;
    if (entry === null) return { start: 0, count: length, step: 1, isDropped: false };
    if (Array.isArray(entry)) return cutRange(name, entry, length);
    const index = requireInteger(name, entry);
    const start = index < 0 ? index + length : index;
    if (start < 0 || start >= length) {
      throw new ShapeError(
        `${name}: index ${index} is out of range for axis ${axis} of ${showShape(shape)}`,
      );
    }
    return { start, count: 1, step: 1, isDropped: true };
  });
};

/** Emits a cut: negative steps are a forward cut turned round. */
const emitCuts = (value: Value, cuts: readonly Cut[]): Value => {
  const { shape } = value.type;
  const isWhole = cuts.every(({ count, step }, k) => step === 1 && count === shape[k]);
  const part = isWhole
    ? value
    : sliceValue(value, {
        start: cuts.map(({ start, count, step }) =>
          step < 0 && count > 0 ? start + (count - 1) * step : start,
        ),
        size: cuts.map(({ count }) => count),
        step: cuts.map(({ step }) => Math.abs(step)),
      });
  const axes = cuts.flatMap(({ step }, k) => (step < 0 ? [k] : []));
  const turned = axes.length === 0 ? part : reverse(part, { axes });
  return reshapeValue(
    turned,
    cuts.flatMap(({ count, isDropped }) => (isDropped ? [] : [count])),
  );
};

/**
 * A part of x: per axis a number drops the axis, [start, stop] or [start, stop, step] cuts it by
 * Python's rules, null keeps it; axes without an entry stay. A single index out of range is an
 * error.
 */
export const slice = <X extends AnyTensor, const P extends SliceSpec>(
  x: X,
  spec: Checked<P, Slice<ShapeOf<X>, P>>,
): Result<Slice<ShapeOf<X>, P>, DTypeOf<X>> =>
  located(() => {
    const tensor = asTensor('slice', x);
    const cuts = cutsOf('slice', spec, tensor.shape);
    return applyOne('slice', [tensor], ([value]) => emitCuts(value!, cuts));
  });

/** The part of x at one index of the leading axis; negative indexes count from the end. */
export const at = <X extends AnyTensor, I extends number>(
  x: X,
  index: Checked<I, Slice<ShapeOf<X>, [I], 'at'>>,
): Result<Slice<ShapeOf<X>, [I], 'at'>, DTypeOf<X>> =>
  located(() => {
    const tensor = asTensor('at', x);
    const cuts = cutsOf('at', [requireInteger('at', index)], tensor.shape);
    return applyOne('at', [tensor], ([value]) => emitCuts(value!, cuts));
  });

/** How `pad` fills the frame: one value, a mirror image, copies of the edge, or the other end. */
export type PadMode = 'constant' | 'reflect' | 'edge' | 'wrap';
/** What `pad` takes. */
export interface PadOptions {
  /** 'constant' by default; 'reflect' mirrors without repeating the edge. */
  readonly mode?: PadMode;
  /** The value of mode 'constant', 0 by default. */
  readonly value?: number;
}
/**
 * x with elements added before and after every axis. With mode 'constant' negative numbers cut; the
 * other modes go round as often as needed, and an axis without elements is a ShapeError.
 */
export const pad = <X extends AnyTensor, const P extends readonly PadPair[]>(
  x: X,
  pads: Checked<P, Pad<ShapeOf<X>, P>>,
  options?: PadOptions,
): Result<Pad<ShapeOf<X>, P>, DTypeOf<X>> =>
  located(() => {
    checkOptions('pad', options, ['mode', 'value']);
    const tensor = asTensor('pad', x);
    const pairs = pairsOf(pads, tensor.shape);
    const mode = options?.mode ?? 'constant';
    const value = requireNumber('pad', 'value', options?.value ?? 0);
    if (mode === 'constant') {
      requireExact('pad', value, tensor.dtype);
      return applyOne('pad', [tensor], ([v]) => padConstant(v!, pairs, value));
    }
    if (modes[mode] === undefined) {
      throw new ArgumentError(`pad: no mode '${String(mode)}'`, {
        hint: `modes are constant, ${Object.keys(modes).join(', ')}`,
      });
    }
    pairs.forEach(([low, high], axis) => {
      const where = `axis ${axis} of ${showShape(tensor.shape)}`;
      if (Math.min(low, high) < 0) {
        throw new ShapeError(`pad: mode ${mode} cuts nothing from ${where}, not [${low}, ${high}]`);
      }
      if (tensor.shape[axis] === 0 && Math.max(low, high) > 0) {
        throw new ShapeError(`pad: ${where} has no elements for mode ${mode} to repeat`);
      }
    });
    sizeOf(tensor.shape.map((n, k) => n + pairs[k]![0] + pairs[k]![1]));
    return applyOne('pad', [tensor], ([v]) =>
      pairs.reduce((out, pair, axis) => padAxis(out, axis, pair, mode), v!),
    );
  });

const pairsOf = (pads: unknown, shape: Shape): [number, number][] => {
  if (!Array.isArray(pads)) {
    throw new ArgumentError(`pad: the pads must be an array, not ${describe(pads)}`);
  }
  if (pads.length !== shape.length) {
    throw new ShapeError(
      `pad: ${pads.length} pairs given for shape ${showShape(shape)} (rank ${shape.length})`,
    );
  }
  return pads.map((pair: unknown) => {
    if (Array.isArray(pair) && pair.length === 2) {
      return [requireInteger('pad', pair[0], 'a pad'), requireInteger('pad', pair[1], 'a pad')];
    }
    throw new ArgumentError('pad: a pair is [before, after]');
  });
};

/** Negative pads cut first, so that what is added never stands beyond what is cut. */
const padConstant = (value: Value, pairs: readonly PadPair[], fill: number): Value => {
  const { shape } = value.type;
  const cuts = pairs.map(([low, high], axis): Cut => {
    const start = Math.max(0, -low);
    const count = (shape[axis] as number) - start - Math.max(0, -high);
    if (count < 0) {
      throw new ShapeError(
        `pad: [${low}, ${high}] cuts more than axis ${axis} of ${showShape(shape)} has`,
      );
    }
    return { start: count === 0 ? 0 : start, count, step: 1, isDropped: false };
  });
  const part = emitCuts(value, cuts);
  if (pairs.every(([low, high]) => low <= 0 && high <= 0)) return part;
  const low = pairs.map(([before]) => Math.max(0, before));
  const high = pairs.map(([, after]) => Math.max(0, after));
  sizeOf(part.type.shape.map((n, k) => n + (low[k] as number) + (high[k] as number)));
  return padValue(part, { low, high, interior: low.map(() => 0), value: fill });
};

/** For `count` elements at an end of an axis of length n: the ranges they come from. */
type Sources = (n: number, low: number, high: number) => readonly [Cut, Cut];
const range = (start: number, count: number, step: number): Cut => ({
  start,
  count,
  step,
  isDropped: false,
});
const modes: Readonly<Record<string, Sources>> = {
  reflect: (n, low, high) => [range(low, low, -1), range(n - 2, high, -1)],
  edge: (n, low, high) => [range(0, low, 0), range(n - 1, high, 0)],
  wrap: (n, low, high) => [range(n - low, low, 1), range(0, high, 1)],
};
/** How much one copy of an axis of length n gives; further frames repeat it. */
const roomOf = (mode: string, n: number): number =>
  mode === 'reflect' ? n - 1 : mode === 'wrap' ? n : Number.POSITIVE_INFINITY;
/** A cut of one axis; step 0 repeats one element. */
const cutAlong = (value: Value, axis: number, cut: Cut): Value => {
  const once = cut.step === 0 ? { ...cut, count: 1, step: 1 } : cut;
  const part = emitCuts(
    value,
    value.type.shape.map((n, k) => (k === axis ? once : range(0, n, 1))),
  );
  return cut.step === 0 ? repeatValue(part, cut.count, axis) : part;
};
const padAxis = (value: Value, axis: number, [low, high]: PadPair, asked: string): Value => {
  const n = value.type.shape[axis] as number;
  if (low === 0 && high === 0) return value;
  // A mirror of one element shows that element, as the edge does.
  const mode = asked === 'reflect' && n === 1 ? 'edge' : asked;
  if (Math.max(low, high) > roomOf(mode, n)) return repeatAround(value, axis, [low, high], mode);
  const ends = (modes[mode] as Sources)(n, low, high);
  const [before, after] = ends.map((end) => (end.count > 0 ? [cutAlong(value, axis, end)] : []));
  return concat([...before!, value, ...after!], { axis });
};
/** A frame wider than the axis: the axis, or it and its mirror image, again and again. */
const repeatAround = (value: Value, axis: number, [low, high]: PadPair, mode: string): Value => {
  const n = value.type.shape[axis] as number;
  const inner = n > 2 ? [cutAlong(value, axis, range(n - 2, n - 2, -1))] : [];
  const isMirrored = mode === 'reflect' && inner.length > 0;
  const period = isMirrored ? concat([value, ...inner], { axis }) : value;
  const { shape } = period.type;
  const length = shape[axis] as number;
  const first = (length - (low % length)) % length;
  const times = Math.ceil((first + low + n + high) / length);
  const [before, after] = [shape.slice(0, axis), shape.slice(axis)];
  const apart = broadcastValue(reshapeValue(period, [...before, 1, ...after]), [
    ...before,
    times,
    ...after,
  ]);
  const all = reshapeValue(apart, [...before, times * length, ...after.slice(1)]);
  return cutAlong(all, axis, range(first, low + n + high, 1));
};
