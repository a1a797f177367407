/**
 * Where a value is read: an index per axis, or a row-major position, whichever the reader had; the
 * other is computed when somebody asks. Reshapes hand positions on, so that chains of views need no
 * division.
 */
import {
  divIndex,
  express,
  keyOfForm,
  type Linear,
  linearOf,
  rangeOf,
  remIndex,
  separateAxes,
  sumOf,
} from '../ir/affine.ts';
import { constant, type Expr, type Local } from '../ir/kernel.ts';
import { type Shape, stridesOf } from '../ir/types.ts';

const zero = constant(0, 'i32');

/** A place in a value of a known shape. */
export class Access {
  readonly shape: Shape;
  #at: readonly Expr[] | undefined;
  #position: Expr | undefined;
  /** The position before it is an expression: most are compared and never written. */
  #form: Linear | undefined;
  #key: string | undefined;
  private constructor(shape: Shape, at: readonly Expr[] | undefined, position: Expr | undefined) {
    this.shape = shape;
    this.#at = at;
    this.#position = position;
  }
  /**
   * The place with the given index, one entry per axis; along axes of length 1 the index is 0
   * whatever it says.
   */
  static index(shape: Shape, at: readonly Expr[]): Access {
    if (!shape.includes(1)) return new Access(shape, at, undefined);
    const all = at.slice();
    for (let axis = 0; axis < all.length; axis++) if (shape[axis] === 1) all[axis] = zero;
    return new Access(shape, all, undefined);
  }
  /** The place at a row-major position. */
  static position(shape: Shape, position: Expr): Access {
    return new Access(shape, undefined, position);
  }
  /** The index, one entry per axis. */
  get at(): readonly Expr[] {
    this.#at ??= unravel(this.#position as Expr, this.shape);
    return this.#at;
  }
  /** The row-major position. */
  get position(): Expr {
    this.#position ??= express(this.#sum());
    return this.#position;
  }
  #sum(): Linear {
    this.#form ??=
      this.#at === undefined
        ? linearOf(this.#position as Expr)
        : sumOf(this.#at, stridesOf(this.shape));
    return this.#form;
  }
  /** Equal keys are equal places. */
  get key(): string {
    this.#key ??= keyOfForm(this.#sum());
    return this.#key;
  }
}

const unravel = (position: Expr, shape: Shape): Expr[] => {
  const strides = stridesOf(shape);
  const size = (strides[0] ?? 1) * (shape[0] ?? 1);
  const isInside = rangeOf(position)[1] < size;
  const apart = isInside ? separateAxes(position, strides) : undefined;
  if (apart !== undefined) return apart;
  return shape.map((extent, axis) => {
    if (extent === 1) return constant(0, 'i32');
    const stride = strides[axis] as number;
    const quotient = divIndex(position, stride);
    const isOutermost = extent * stride >= size && isInside;
    return isOutermost ? quotient : remIndex(quotient, extent);
  });
};

let nextLocal = 1;
/** A fresh local. */
export const newLocal = (dtype: Local['dtype'], range?: readonly [number, number]): Local =>
  range === undefined
    ? { kind: 'local', id: nextLocal++, dtype }
    : { kind: 'local', id: nextLocal++, dtype, range };
/**
 * Fresh loop indexes for the axes of a shape: a local per axis, or the literal 0 where the length
 * is 1.
 */
export const newIndexes = (shape: Shape): Expr[] =>
  shape.map((extent) =>
    extent === 1 ? constant(0, 'i32') : newLocal('i32', [0, Math.max(0, extent - 1)]),
  );
