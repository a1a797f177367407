/** Rectangular parts of tensors, and frames around them. */
import { ArgumentError, ShapeError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { constantLike, iota } from '../../ir/ops/constants.ts';
import { sub } from '../../ir/ops/elementwise.ts';
import { ge, le, select } from '../../ir/ops/logic.ts';
import { concat, pad as padValue, reverse, slice as sliceValue } from '../../ir/ops/views.ts';
import { checkOptions } from '../../ir/options.ts';
import { type Shape, showShape, sizeOf } from '../../ir/types.ts';
import type {
  AnyTensor,
  Checked,
  DTypeOf,
  Dynamic,
  Pad,
  PadPair,
  Result,
  ShapeOf,
  Slice,
  SliceSpec,
} from '../../types/index.ts';
import { asTensor, describe } from '../tensor.ts';
import { repeatValue } from './joins.ts';
import { applyOne, located, requireExact, requireNumber, reshapeValue } from './operands.ts';

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
/** x with elements added before and after every axis; with mode 'constant' negative numbers cut. */
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
    const sources = modes[mode];
    if (sources === undefined) {
      throw new ArgumentError(`pad: no mode '${String(mode)}'`, {
        hint: `modes are constant, ${Object.keys(modes).join(', ')}`,
      });
    }
    pairs.forEach(([low, high], axis) => {
      const room = roomOf(mode, tensor.shape[axis] as number);
      if (Math.min(low, high) < 0 || Math.max(low, high) > room) {
        throw new ShapeError(
          `pad: mode ${mode} adds 0 to ${room} elements to axis ${axis} ` +
            `of ${showShape(tensor.shape)}, not [${low}, ${high}]`,
        );
      }
    });
    return applyOne('pad', [tensor], ([v]) =>
      pairs.reduce((out, pair, axis) => padAxis(out, axis, pair, sources), v!),
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
const roomOf = (mode: PadMode, length: number): number => {
  if (mode === 'reflect') return Math.max(0, length - 1);
  return mode === 'wrap' ? length : length === 0 ? 0 : Number.MAX_SAFE_INTEGER;
};
const padAxis = (value: Value, axis: number, [low, high]: PadPair, sources: Sources): Value => {
  const { shape } = value.type;
  const keep = (n: number): Cut => range(0, n, 1);
  const piece = (source: Cut): Value[] => {
    if (source.count === 0) return [];
    // Step 0 repeats one element.
    const once = source.step === 0 ? { ...source, count: 1, step: 1 } : source;
    const part = emitCuts(
      value,
      shape.map((n, k) => (k === axis ? once : keep(n))),
    );
    return [source.step === 0 ? repeatValue(part, source.count, axis) : part];
  };
  const [before, after] = sources(shape[axis] as number, low, high);
  const pieces = [...piece(before), value, ...piece(after)];
  return pieces.length === 1 ? value : concat(pieces, { axis });
};

/** Keeps elements by the distance of the column from the row over the last two axes. */
const triangle = (
  name: string,
  x: unknown,
  diagonal: number,
  keeps: (distance: Value, limit: Value) => Value,
): Dynamic =>
  located(() => {
    const tensor = asTensor(name, x);
    const { shape } = tensor;
    if (shape.length < 2) {
      throw new ShapeError(`${name}: shape ${showShape(shape)} has fewer than 2 dimensions`);
    }
    const limit = requireInteger(name, diagonal, 'the diagonal');
    return applyOne(name, [tensor], ([value]) => {
      const place = (axis: number): Value => iota([], { axis, shape, dtype: 'i32' });
      const distance = sub(place(shape.length - 1), place(shape.length - 2));
      return select(
        keeps(distance, constantLike(distance, limit)),
        value!,
        constantLike(value!, 0),
      );
    });
  });
/**
 * The lower triangle of the last two axes, zeros above it; `diagonal` moves its border to the
 * right.
 */
export const tril = <T extends AnyTensor>(x: T, diagonal = 0): T =>
  triangle('tril', x, diagonal, le);
/**
 * The upper triangle of the last two axes, zeros below it; `diagonal` moves its border to the
 * right.
 */
export const triu = <T extends AnyTensor>(x: T, diagonal = 0): T =>
  triangle('triu', x, diagonal, ge);
