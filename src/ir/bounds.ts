/**
 * Bounds of integer expressions by their structure: what affine.ts did not note, as for kernels
 * that were read from text.
 */
import { rangeOf } from './affine.ts';
import { childrenOf, type Expr, type Local } from './kernel.ts';
import { isInteger } from './types.ts';

/** Inclusive bounds. */
export type Bounds = readonly [low: number, high: number];

const limits: Readonly<Record<string, Bounds>> = {
  i32: [-2147483648, 2147483647],
  u32: [0, 4294967295],
};
const known = new WeakMap<Expr, Bounds | null>();

const corners = (f: (x: number, y: number) => number, [a, b]: Bounds, [c, d]: Bounds): Bounds => {
  const values = [f(a, c), f(a, d), f(b, c), f(b, d)];
  return [Math.min(...values), Math.max(...values)];
};

const boundsOfBinary = (name: string, x: Bounds, y: Bounds): Bounds | undefined => {
  switch (name) {
    case 'add':
      return [x[0] + y[0], x[1] + y[1]];
    case 'sub':
      return [x[0] - y[1], x[1] - y[0]];
    case 'mul':
      return corners((a, b) => a * b, x, y);
    case 'div':
      return y[0] > 0 ? corners((a, b) => Math.trunc(a / b), x, y) : undefined;
    case 'rem':
      if (y[0] <= 0) return undefined;
      return [x[0] < 0 ? Math.max(x[0], 1 - y[1]) : 0, x[1] > 0 ? Math.min(x[1], y[1] - 1) : 0];
    case 'min':
      return [Math.min(x[0], y[0]), Math.min(x[1], y[1])];
    case 'max':
      return [Math.max(x[0], y[0]), Math.max(x[1], y[1])];
    case 'and':
      return x[0] >= 0 && y[0] >= 0 ? [0, Math.min(x[1], y[1])] : undefined;
    default:
      return undefined;
  }
};

/** The bounds of locals that do not carry a range themselves. */
export type LocalBounds = (local: Local) => Bounds | undefined;

const structural = (e: Expr, locals: LocalBounds | undefined): Bounds | undefined => {
  const inner = (x: Expr): Bounds | undefined => boundsOf(x, locals);
  switch (e.kind) {
    case 'const':
      return Number.isInteger(e.value) ? [e.value, e.value] : undefined;
    case 'local':
      return e.range ?? locals?.(e);
    case 'binary': {
      const x = inner(e.x);
      // A remainder by a positive number and a mask are bounded whatever they are taken of.
      const other = x ?? (e.name === 'rem' ? limits[e.dtype] : undefined);
      const y = inner(e.y);
      return other === undefined || y === undefined ? undefined : boundsOfBinary(e.name, other, y);
    }
    case 'select': {
      const x = inner(e.x);
      const y = inner(e.y);
      return x && y && [Math.min(x[0], y[0]), Math.max(x[1], y[1])];
    }
    case 'cast':
      return e.x.dtype === 'bool' ? [0, 1] : isInteger(e.x.dtype) ? inner(e.x) : undefined;
    default:
      return undefined;
  }
};

/**
 * The inclusive bounds of an integer expression, or undefined when they are not known or it may
 * wrap.
 */
export const boundsOf = (e: Expr, locals?: LocalBounds): Bounds | undefined => {
  const limit = limits[e.dtype];
  if (limit === undefined) return undefined;
  // What depends on the given locals cannot be remembered with the expression.
  const found = locals === undefined ? known.get(e) : undefined;
  if (found !== undefined) return found ?? undefined;
  const fits = (bounds: Bounds | undefined): bounds is Bounds =>
    bounds !== undefined && bounds[0] >= limit[0] && bounds[1] <= limit[1];
  const noted = rangeOf(e);
  const isNoted = e.dtype === 'i32' && (noted[0] !== limit[0] || noted[1] !== limit[1]);
  const candidates = [isNoted ? noted : undefined, structural(e, locals)].filter(fits);
  const result: Bounds | undefined =
    candidates.length === 0
      ? undefined
      : [
          Math.max(...candidates.map(([low]) => low)),
          Math.min(...candidates.map(([, high]) => high)),
        ];
  if (locals === undefined && childrenOf(e).length > 0) known.set(e, result ?? null);
  return result;
};
