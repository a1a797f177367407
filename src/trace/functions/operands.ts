/**
 * What all array functions share: checks of arguments, the common dtype and shape of operands, and
 * broadcasting of the values that stand for them in a graph.
 */
import { ArgumentError, DTypeError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { encodeNumbers, refuseHalf } from '../../ir/half.ts';
import { full } from '../../ir/ops/constants.ts';
import { broadcast, reshape } from '../../ir/ops/views.ts';
import {
  broadcastShapes,
  type DType,
  isDifferentiable,
  isFloat,
  isHalf,
  isInteger,
  type Shape,
  sameShape,
} from '../../ir/types.ts';
import type { AnyTensor, Dynamic } from '../../types/index.ts';
import { apply } from '../apply.ts';
import { locate } from '../call-site.ts';
import {
  asTensor,
  asTyped,
  describe,
  fromData,
  isTensor,
  type TensorImplementation,
} from '../tensor.ts';
import { currentTrace } from '../trace.ts';

/** Which dtypes a function takes. */
export type Domain = 'float' | 'number' | 'integer' | 'bits' | 'any';

/** Runs the checks and the work of a public function; errors get the user's line. */
export const located = <R>(body: () => R): R => {
  try {
    return body();
  } catch (error) {
    throw locate(error, located);
  }
};

/** The tensors behind an array of arguments, at least one. */
export const requireTensors = (name: string, xs: unknown): TensorImplementation[] => {
  if (!Array.isArray(xs)) {
    throw new ArgumentError(`${name}: expected an array of tensors, not ${describe(xs)}`);
  }
  if (xs.length === 0) throw new ArgumentError(`${name}: expected at least one tensor`);
  return Array.from(xs, (x) => asTensor(name, x));
};

/** A tensor, or a JavaScript number that takes the dtype of the others. */
export const requireOperand = (name: string, x: unknown): TensorImplementation | number => {
  if (typeof x === 'number' || isTensor(x)) return x;
  throw new ArgumentError(`${name}: expected a tensor or a number, not ${describe(x)}`);
};

/** A whole number of at least `least`; throws ArgumentError otherwise. */
export const requireWhole = (name: string, what: string, x: unknown, least: number): number => {
  if (typeof x === 'number' && Number.isSafeInteger(x) && x >= least) return x;
  const got = typeof x === 'number' ? `${x}` : describe(x);
  throw new ArgumentError(`${name}: ${what} must be a whole number >= ${least}, not ${got}`);
};

/** A number; throws ArgumentError otherwise. */
export const requireNumber = (name: string, what: string, x: unknown): number => {
  if (typeof x === 'number') return x;
  throw new ArgumentError(`${name}: ${what} must be a number, not ${describe(x)}`);
};

/** True or false; undefined is false. */
export const requireFlag = (name: string, what: string, x: unknown): boolean => {
  if (typeof x === 'boolean' || x === undefined) return x ?? false;
  throw new ArgumentError(`${name}: ${what} must be true or false, not ${describe(x)}`);
};

const admits: Readonly<Record<Domain, (dtype: DType) => boolean>> = {
  float: isFloat,
  number: (dtype) => dtype !== 'bool' && !isHalf(dtype),
  integer: isInteger,
  bits: (dtype) => isInteger(dtype) || dtype === 'bool',
  any: () => true,
};
const hints: Readonly<Record<Domain, string>> = {
  float: "convert with cast(x, 'f32')",
  number: "convert with cast(x, 'f32') or cast(x, 'i32')",
  integer: "convert with cast(x, 'i32')",
  bits: "convert with cast(x, 'i32')",
  any: '',
};
/** Throws DTypeError when a function does not take a dtype: "sqrt: i32 is not supported". */
export const requireDomain = (name: string, domain: Domain, dtype: DType): void => {
  if (admits[domain](dtype)) return;
  refuseHalf(name, dtype);
  throw new DTypeError(`${name}: ${dtype} is not supported`, { hint: hints[domain] });
};

/** Throws DTypeError unless both dtypes are the same. */
export const requireSameDType = (name: string, a: DType, b: DType): void => {
  if (a === b) return;
  throw new DTypeError(`${name}: dtypes ${a} and ${b} differ; convert one with cast`);
};

/** Throws when a number has no exact meaning in a dtype that is not floating point. */
export const requireExact = (name: string, value: number, dtype: DType): void => {
  if (isDifferentiable(dtype)) return;
  const [low, high] =
    dtype === 'i32' ? [-2147483648, 2147483647] : dtype === 'u32' ? [0, 4294967295] : [0, 1];
  if (Number.isInteger(value) && value >= low && value <= high) return;
  const rule = Number.isInteger(value) ? 'is out of range for' : 'is not a value of';
  throw new DTypeError(`${name}: the number ${value} ${rule} ${dtype}`, {
    hint: 'a number takes the dtype of the tensor; cast(x, ...) gives it another one',
  });
};

/**
 * The common dtype of operands: the tensors must agree, numbers take theirs, numbers alone are f32.
 */
export const commonDType = (
  name: string,
  operands: readonly (TensorImplementation | number)[],
): DType => {
  let dtype: DType | undefined;
  for (const operand of operands) {
    if (typeof operand === 'number') continue;
    dtype ??= operand.dtype;
    requireSameDType(name, dtype, operand.dtype);
  }
  for (const operand of operands) {
    if (typeof operand === 'number') requireExact(name, operand, dtype ?? 'f32');
  }
  return dtype ?? 'f32';
};

/**
 * A value repeated to a shape by the rules of NumPy, which it must fit; no equation when it has
 * that shape already.
 */
export const broadcastValue = (value: Value, shape: Shape): Value => {
  const from = value.type.shape;
  if (sameShape(from, shape)) return value;
  const lead = shape.length - from.length;
  return broadcast(value, { shape, axes: from.map((_, axis) => axis + lead) });
};

/** A value under another shape; no equation when it has that shape already. */
export const reshapeValue = (value: Value, shape: Shape): Value =>
  sameShape(value.type.shape, shape) ? value : reshape(value, { shape });

/** The common shape of operands; numbers have the shape []. */
export const commonShape = (
  name: string,
  operands: readonly (TensorImplementation | number)[],
): readonly number[] =>
  operands.reduce<readonly number[]>(
    (shape, operand) =>
      typeof operand === 'number' ? shape : broadcastShapes(name, shape, operand.shape),
    [],
  );

/** One tensor out: what most functions do with `apply`. */
export const applyOne = (
  name: string,
  inputs: readonly TensorImplementation[],
  body: (values: Value[]) => Value,
): Dynamic =>
  asTyped(
    apply(
      name,
      inputs.map((input) => asTyped<AnyTensor>(input)),
      body,
    )[0] as TensorImplementation,
  );

/** A number as a tensor of rank 0 on the backend of the tensors it meets. */
const scalarTensor = (
  value: number,
  dtype: DType,
  others: readonly (TensorImplementation | number)[],
): TensorImplementation => {
  const data = encodeNumbers(dtype, [value]);
  for (const other of others) {
    if (typeof other !== 'number' && other.life.kind === 'concrete') {
      return fromData(data, dtype, [], other.life.backend);
    }
  }
  return fromData(data, dtype, []);
};

/**
 * Emits `body` over operands that were checked: every operand becomes a value of the common shape.
 * In a trace numbers are constants; outside they are inputs, so that one compiled program serves
 * all numbers.
 */
export const applyBroadcast = (
  name: string,
  operands: readonly (TensorImplementation | number)[],
  shape: Shape,
  dtype: DType,
  body: (...values: Value[]) => Value,
): Dynamic => {
  const isTraced = currentTrace() !== undefined;
  const placed = operands.map((operand) =>
    typeof operand === 'number' && !isTraced ? scalarTensor(operand, dtype, operands) : operand,
  );
  const inputs = placed.filter((operand) => typeof operand !== 'number');
  return applyOne(name, inputs, (values) => {
    let next = 0;
    const operate = (operand: TensorImplementation | number): Value =>
      typeof operand === 'number'
        ? full([], { value: operand, shape, dtype })
        : broadcastValue(values[next++] as Value, shape);
    return body(...placed.map(operate));
  });
};

/** A function of tensors and numbers, element by element, with broadcasting. */
export const applyElementwise = (
  name: string,
  domain: Domain,
  xs: readonly unknown[],
  body: (...values: Value[]) => Value,
): Dynamic =>
  located(() => {
    const operands = xs.map((x) => requireOperand(name, x));
    const dtype = commonDType(name, operands);
    requireDomain(name, domain, dtype);
    return applyBroadcast(name, operands, commonShape(name, operands), dtype, body);
  });

/** A function of one tensor, element by element. */
export const applyUnary = (
  name: string,
  domain: Domain,
  x: unknown,
  body: (value: Value) => Value,
): Dynamic =>
  located(() => {
    const tensor = asTensor(name, x);
    requireDomain(name, domain, tensor.dtype);
    return applyOne(name, [tensor], ([value]) => body(value as Value));
  });
