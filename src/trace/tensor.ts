/**
 * The public tensor at run time: one class with two lives, symbolic while a function is traced and
 * concrete outside. The static interface `Tensor<S, D>` describes it to users; its methods call the
 * free functions.
 */
import type { Backend, Storage } from '../backends/backend.ts';
import { ArgumentError, DisposedError, ShapeError, TraceError } from '../ir/errors.ts';
import type { Value } from '../ir/graph.ts';
import { decodeNumbers } from '../ir/half.ts';
import {
  allocate,
  type DType,
  type Shape,
  showShape,
  showType,
  sizeOf,
  type TensorType,
  type TypedArray,
} from '../ir/types.ts';
import type { DataOptions } from '../types/methods.ts';
import { defaultBackend } from './default-backend.ts';
import * as functions from './functions/index.ts';
import { type NestedArray, nestedArray, plainNumbers, printElements } from './print-elements.ts';
import { release, retain } from './shared-storage.ts';
import { asksForBits, storedData, storedDataSync } from './stored-data.ts';
import { currentTrace, escapedError, functionName, type Trace } from './trace.ts';

/** What a tensor is just now. */
export type Life =
  | { readonly kind: 'symbolic'; readonly value: Value; readonly trace: Trace }
  | { readonly kind: 'concrete'; readonly storage: Storage; readonly backend: Backend }
  /** `how` says what ended it: "was disposed". */
  | { readonly kind: 'gone'; readonly how: string };
/** The life of a tensor that has ended. */
export type Gone = Extract<Life, { kind: 'gone' }>;
const disposed: Gone = { kind: 'gone', how: 'was disposed' };

/**
 * The one class behind `Tensor<S, D>`. Users get tensors from functions, never from the
 * constructor.
 */
export class TensorImplementation {
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** What the tensor is just now; for the tracer only. */
  life: Life;

  /** Its type as a text, once somebody asked for it. */
  #typeText: string | undefined;

  /** A shape that comes with its text is frozen already. */
  constructor(dtype: DType, shape: Shape, life: Life, typeText?: string) {
    this.dtype = dtype;
    this.shape =
      typeText === undefined ? Object.freeze([...shape]) : (shape as TensorImplementation['shape']);
    this.life = life;
    this.#typeText = typeText;
    if (life.kind === 'concrete') retain(life.storage);
  }

  /** `f32[2,3]`; for the tracer, whose caches ask at each call. */
  get typeText(): string {
    this.#typeText ??= showType(this);
    return this.#typeText;
  }

  /** The number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /**
   * A copy of the elements in row-major order; booleans are bytes 0 and 1, 16 bit floats the
   * numbers they are, or with `bits` their bits. Works on every backend.
   */
  async data(options?: DataOptions): Promise<TypedArray> {
    const isBits = asksForBits('data', this.dtype, options);
    const data = await storedData(this, 'data');
    return isBits ? data : decodeNumbers(this.dtype, data);
  }

  /** The same without waiting; a BackendError on machines that cannot. */
  dataSync(options?: DataOptions): TypedArray {
    const isBits = asksForBits('dataSync', this.dtype, options);
    return isBits ? storedDataSync(this, 'dataSync') : elementsOf(this, 'dataSync');
  }

  /** The only element of a tensor of one element: a number, or a boolean for dtype bool. */
  item(): number | boolean {
    if (this.life.kind === 'concrete' && sizeOf(this.shape) !== 1) {
      throw new ShapeError(`item: the tensor has ${sizeOf(this.shape)} elements, not 1`, {
        got: `${showShape(this.shape)} ${this.dtype}`,
        hint: 'use toArray() or dataSync()',
      });
    }
    const element = elementsOf(this, 'item')[0] as number;
    return this.dtype === 'bool' ? element !== 0 : element;
  }

  /**
   * The elements as nested arrays of numbers (booleans for dtype bool); for rank 0 the element
   * itself.
   */
  toArray(): NestedArray {
    return nestedArray(elementsOf(this, 'toArray'), this.shape, this.dtype);
  }

  /**
   * What `JSON.stringify` writes: nested arrays; numbers that JSON lacks become 'NaN', 'Infinity',
   * '-Infinity'.
   */
  toJSON(): unknown {
    return plainNumbers(nestedArray(elementsOf(this, 'toJSON'), this.shape, this.dtype));
  }

  /**
   * Gives the memory back at once; using the tensor afterwards is a DisposedError. Never needed:
   * tensors that nobody holds are collected. A symbolic tensor has no memory of its own, so nothing
   * happens to it.
   */
  dispose(): void {
    if (this.life.kind === 'concrete') endLife(this, disposed);
  }

  /** `using x = ...` disposes of the tensor at the end of the block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** For people: type and elements, abridged when there are many. */
  toString(): string {
    const { life } = this;
    const type = `Tensor ${showType(this)}`;
    if (life.kind === 'symbolic') return `${type} (symbolic, in ${functionName(life.trace)})`;
    if (life.kind === 'gone') return `${type} (${life.how})`;
    if (life.backend.downloadSync === undefined) return `${type} (on ${life.backend.name})`;
    return `${type} ${printElements(elementsOf(this, 'toString'), this)}`;
  }

  /**
   * A tensor is no number and no string: comparisons, arithmetic and templates throw and say what
   * to use.
   */
  [Symbol.toPrimitive](hint: string): never {
    const what = hint === 'string' ? 'a string' : hint === 'number' ? 'a number' : 'a plain value';
    if (this.life.kind === 'symbolic') {
      throw new TraceError(`a traced tensor has no value yet and cannot be used as ${what}`, {
        got: symbolicType(this, this.life.trace),
        hint:
          hint === 'string'
            ? 'toString() describes it; return it from the function to see its elements'
            : 'compute with add, mul, lt, gt...; ' +
              'choose with where(condition, x, y) or cond(predicate, f, g)',
      });
    }
    throw new TraceError(`a tensor cannot be used as ${what}`, {
      got: `${showShape(this.shape)} ${this.dtype}`,
      hint:
        hint === 'string'
          ? 'use x.toString()'
          : 'use x.item() for the number in it, or add, mul, lt, gt... to compute with it',
    });
  }

  /** x + y. */
  add(...rest: unknown[]): TensorImplementation {
    return call(functions.add, this, rest);
  }
  /** x - y. */
  sub(...rest: unknown[]): TensorImplementation {
    return call(functions.sub, this, rest);
  }
  /** x * y. */
  mul(...rest: unknown[]): TensorImplementation {
    return call(functions.mul, this, rest);
  }
  /** x / y. */
  div(...rest: unknown[]): TensorImplementation {
    return call(functions.div, this, rest);
  }
  /** -x. */
  neg(...rest: unknown[]): TensorImplementation {
    return call(functions.neg, this, rest);
  }
  /** x to the power y. */
  pow(...rest: unknown[]): TensorImplementation {
    return call(functions.pow, this, rest);
  }
  /** The matrix product. */
  matmul(...rest: unknown[]): TensorImplementation {
    return call(functions.matmul, this, rest);
  }
  /** max(x, 0). */
  relu(...rest: unknown[]): TensorImplementation {
    return call(functions.relu, this, rest);
  }
  /** e^x. */
  exp(...rest: unknown[]): TensorImplementation {
    return call(functions.exp, this, rest);
  }
  /** The natural logarithm. */
  log(...rest: unknown[]): TensorImplementation {
    return call(functions.log, this, rest);
  }
  /** The square root. */
  sqrt(...rest: unknown[]): TensorImplementation {
    return call(functions.sqrt, this, rest);
  }
  /** The hyperbolic tangent. */
  tanh(...rest: unknown[]): TensorImplementation {
    return call(functions.tanh, this, rest);
  }
  /** 1 / (1 + e^-x). */
  sigmoid(...rest: unknown[]): TensorImplementation {
    return call(functions.sigmoid, this, rest);
  }
  /** The sum over axes. */
  sum(...rest: unknown[]): TensorImplementation {
    return call(functions.sum, this, rest);
  }
  /** The mean over axes. */
  mean(...rest: unknown[]): TensorImplementation {
    return call(functions.mean, this, rest);
  }
  /** The largest over axes. */
  max(...rest: unknown[]): TensorImplementation {
    return call(functions.max, this, rest);
  }
  /** The smallest over axes. */
  min(...rest: unknown[]): TensorImplementation {
    return call(functions.min, this, rest);
  }
  /** The index of the largest. */
  argmax(...rest: unknown[]): TensorImplementation {
    return call(functions.argmax, this, rest);
  }
  /** The same elements under another shape. */
  reshape(...rest: unknown[]): TensorImplementation {
    return call(functions.reshape, this, rest);
  }
  /** Axes exchanged. */
  transpose(...rest: unknown[]): TensorImplementation {
    return call(functions.transpose, this, rest);
  }
  /** Axes reordered. */
  permute(...rest: unknown[]): TensorImplementation {
    return call(functions.permute, this, rest);
  }
  /** Another dtype. */
  cast(...rest: unknown[]): TensorImplementation {
    return call(functions.cast, this, rest);
  }
  /** Softmax along an axis. */
  softmax(...rest: unknown[]): TensorImplementation {
    return call(functions.softmax, this, rest);
  }
  /** The logarithm of softmax along an axis. */
  logSoftmax(...rest: unknown[]): TensorImplementation {
    return call(functions.logSoftmax, this, rest);
  }
  /** A rectangular part. */
  slice(...rest: unknown[]): TensorImplementation {
    return call(functions.slice, this, rest);
  }
  /** One place along the leading axis. */
  at(...rest: unknown[]): TensorImplementation {
    return call(functions.at, this, rest);
  }
}

// What the console of Node.js shows; a class body cannot hold a key that is made by a call.
Object.defineProperty(TensorImplementation.prototype, Symbol.for('nodejs.util.inspect.custom'), {
  value(this: TensorImplementation): string {
    return this.toString();
  },
});

// The free functions carry precise static types, which the class does not restate.
const call = (f: unknown, self: TensorImplementation, rest: unknown[]): TensorImplementation =>
  (f as (...all: unknown[]) => TensorImplementation)(self, ...rest);

/** Whether `x` is a tensor of this library. */
export const isTensor = (x: unknown): x is TensorImplementation =>
  x instanceof TensorImplementation;

/** Gives a tensor its static type; the caller has checked or computed the shape. */
export const asTyped = <T>(tensor: TensorImplementation): T => tensor as unknown as T;

/** How messages call a thing that should have been a tensor: `a number`, `null`, `an array`. */
export const describe = (x: unknown): string => {
  if (x === null || x === undefined) return String(x);
  if (Array.isArray(x)) return 'an array';
  if (isTensor(x)) return `a tensor ${showShape(x.shape)} ${x.dtype}`;
  if (x instanceof Promise) return 'a promise';
  if (typeof x !== 'object') return `a ${typeof x}`;
  const name: unknown = (Object.getPrototypeOf(x) as object | null)?.constructor?.name;
  return typeof name === 'string' && name !== '' && name !== 'Object' ? `a ${name}` : 'an object';
};

/** `x` as a tensor; an ArgumentError that names the function when it is none. */
export const asTensor = (name: string, x: unknown): TensorImplementation => {
  if (isTensor(x)) return x;
  throw new ArgumentError(`${name}: expected a tensor, not ${describe(x)}`, {
    hint: x instanceof Promise ? 'await it' : 'make one with tensor(data)',
  });
};

/** The error for a tensor whose memory is gone; `name` says who wanted to use it. */
export const goneError = (name: string, tensor: TensorImplementation): DisposedError => {
  const how = tensor.life.kind === 'gone' ? tensor.life.how : 'is gone';
  return new DisposedError(`${name}: the tensor ${how} and cannot be used any more`, {
    got: `${showShape(tensor.shape)} ${tensor.dtype}`,
    hint: 'keep the tensor until its last use; dispose() and donate are optional',
  });
};

const symbolicType = (tensor: TensorImplementation, trace: Trace): string =>
  `${showShape(tensor.shape)} ${tensor.dtype}, symbolic while ${functionName(trace)} is traced`;

/**
 * The storage of a concrete tensor; TraceError for symbolic ones, DisposedError for those that are
 * gone.
 */
export const concreteLife = (
  tensor: TensorImplementation,
  name: string,
): Extract<Life, { kind: 'concrete' }> => {
  const { life } = tensor;
  if (life.kind === 'concrete') return life;
  if (life.kind === 'gone') throw goneError(name, tensor);
  if (!life.trace.isOpen) throw escapedError(name, tensor);
  throw new TraceError(`${name}: a traced tensor has no elements yet`, {
    got: symbolicType(tensor, life.trace),
    hint: 'return it from the traced function and read the result',
  });
};

/**
 * Ends the life of a concrete tensor; frees its memory (unless told not to) when no other tensor
 * shares it.
 */
export const endLife = (tensor: TensorImplementation, end: Gone, isFreed = true): void => {
  const { life } = tensor;
  if (life.kind !== 'concrete') return;
  tensor.life = end;
  if (release(life.storage) && isFreed) life.backend.free(life.storage);
};

const elementsOf = (tensor: TensorImplementation, name: string): TypedArray =>
  decodeNumbers(tensor.dtype, storedDataSync(tensor, name));

/** A type of results, made ready for many tensors. */
export interface ResultType {
  readonly dtype: DType;
  /** Frozen. */
  readonly shape: Shape;
  readonly text: string;
}
/** Makes a type ready for many results. */
export const resultType = ({ dtype, shape }: TensorType): ResultType => ({
  dtype,
  shape: Object.freeze([...shape]),
  text: showType({ dtype, shape }),
});
/** A concrete tensor around the storage of a result. */
export const fromResult = (
  storage: Storage,
  { dtype, shape, text }: ResultType,
  backend: Backend,
): TensorImplementation =>
  new TensorImplementation(dtype, shape, { kind: 'concrete', storage, backend }, text);

/**
 * A concrete tensor with a copy of `data`, on `backend` (else the one of the function being traced,
 * else the default). ArgumentError when the array is not the one of the dtype, ShapeError when its
 * length does not fit the shape.
 */
export const fromData = (
  data: TypedArray,
  dtype: DType,
  shape: Shape,
  backend: Backend = currentTrace()?.home.backend ?? defaultBackend(),
): TensorImplementation => {
  const wanted = allocate(dtype, 0).constructor.name;
  if (Object.prototype.toString.call(data) !== `[object ${wanted}]`) {
    throw new ArgumentError(`tensor: data of dtype ${dtype} come as ${wanted}`, {
      got: describe(data),
    });
  }
  const size = sizeOf(shape);
  if (data.length !== size) {
    throw new ShapeError(
      `tensor: ${data.length} elements do not fill shape ${showShape(shape)} (${size} elements)`,
    );
  }
  const isClean = dtype !== 'bool' || data.every((element) => element <= 1);
  const clean = isClean ? data : Uint8Array.from(data, (element) => (element === 0 ? 0 : 1));
  return fromResult(backend.upload(clean, dtype), resultType({ dtype, shape }), backend);
};
