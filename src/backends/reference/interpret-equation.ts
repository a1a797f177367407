/**
 * What one equation computes, by the definition of its op and nothing else: every output element in
 * turn. Slow and obvious on purpose, because all other backends are compared with it.
 */
import { InternalError } from '../../ir/errors.ts';
import type { Eqn } from '../../ir/graph.ts';
import type { ContractOp, ElementOp, Params, Reader, ReduceOp, ScatterOp } from '../../ir/op.ts';
import { numbers, type Precision } from '../../ir/scalar.ts';
import {
  allocate,
  type DType,
  isHalf,
  type Shape,
  showShape,
  sizeOf,
  stridesOf,
  type TensorType,
  type TypedArray,
} from '../../ir/types.ts';
import { interpretSequential } from './interpret-sequential.ts';

/** The arrays of an equation's inputs, and how floats are rounded. */
export interface EquationContext {
  readonly eqn: Eqn;
  readonly arrays: readonly TypedArray[];
  readonly precision: Precision;
}

/**
 * A zeroed array for values of a dtype: in double precision runs f32 values are kept as doubles.
 * 16 bit floats are kept as the numbers they are; what computes them has rounded them.
 */
export const arrayFor = (dtype: DType, length: number, precision: Precision): TypedArray =>
  allocate(
    dtype === 'f32' && precision === 'double' ? 'f64' : isHalf(dtype) ? 'f32' : dtype,
    length,
  );

const i32 = numbers('i32');

/**
 * Calls `visit` for every index of a shape in row-major order, with the same array each time: `at`,
 * which holds zeros and does so again in the end.
 */
const forEachIndex = (
  shape: Shape,
  visit: (at: readonly number[], position: number) => void,
  at: number[] = shape.map(() => 0),
): void => {
  const size = sizeOf(shape);
  for (let position = 0; position < size; position++) {
    visit(at, position);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (at[axis] as number) + 1;
      if (next < (shape[axis] as number)) {
        at[axis] = next;
        break;
      }
      at[axis] = 0;
    }
  }
};

const outsideError = (eqn: Eqn, at: string, type: TensorType): InternalError =>
  new InternalError(
    'reference',
    `${eqn.op.name}: index ${at} is outside of ${showShape(type.shape)}`,
  );

const positionIn = (eqn: Eqn, type: TensorType, strides: Shape, at: readonly number[]): number => {
  let position = 0;
  let inside = at.length === type.shape.length;
  for (let axis = 0; axis < strides.length; axis++) {
    const index = at[axis] as number;
    inside &&= index >= 0 && index < (type.shape[axis] as number);
    position += index * (strides[axis] as number);
  }
  if (!inside) throw outsideError(eqn, showShape(at), type);
  return position;
};

/** Checked reading of the inputs of an equation. */
const readerOf = ({ eqn, arrays }: EquationContext): Reader<number> => {
  const types = eqn.inputs.map((input) => input.type);
  const strides = types.map((type) => stridesOf(type.shape));
  const readFlat = (input: number, position: number): number => {
    const value = arrays[input]?.[position];
    if (value === undefined) throw outsideError(eqn, String(position), types[input] as TensorType);
    return value;
  };
  return {
    read: (input, at) =>
      readFlat(input, positionIn(eqn, types[input] as TensorType, strides[input] as number[], at)),
    readFlat,
    bounded: (index) => index,
    when: (condition, body, otherwise) => (condition ? body() : otherwise),
  };
};

const interpretElement = (op: ElementOp<Params>, context: EquationContext): TypedArray[] => {
  const { eqn, precision } = context;
  const inputs = eqn.inputs.map((input) => input.type);
  const output = (eqn.outputs[0] as (typeof eqn.outputs)[0]).type;
  const results = eqn.outputs.map(({ type }) =>
    arrayFor(type.dtype, sizeOf(type.shape), precision),
  );
  let position = 0;
  const at = output.shape.map(() => 0);
  const access = {
    ...readerOf(context),
    s: numbers((inputs[0] ?? output).dtype, precision),
    i: i32,
    position: () => position,
    params: eqn.params,
    inputs,
    output,
    out: at,
  };
  forEachIndex(
    output.shape,
    (_, here) => {
      position = here;
      op.element(access).forEach((element, k) => {
        (results[k] as TypedArray)[here] = element;
      });
    },
    at,
  );
  return results;
};

const interpretReduce = (op: ReduceOp<Params>, context: EquationContext): TypedArray[] => {
  const { eqn, arrays, precision } = context;
  const input = (eqn.inputs[0] as (typeof eqn.inputs)[0]).type;
  const output = (eqn.outputs[0] as (typeof eqn.outputs)[0]).type;
  const axes = op.axes(eqn.params);
  const kept = input.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const outStrides = stridesOf(output.shape);
  const foldStrides = stridesOf(axes.map((axis) => input.shape[axis] as number));
  // Accumulators are doubles; the array of results rounds once.
  const s = numbers(input.dtype, 'double');
  const accumulators = Array.from({ length: sizeOf(output.shape) }, () => op.init(s, i32));
  const along = (at: readonly number[], which: readonly number[], strides: Shape): number =>
    which.reduce((sum, axis, k) => sum + (at[axis] as number) * (strides[k] as number), 0);
  forEachIndex(input.shape, (at, position) => {
    const target = along(at, kept, outStrides);
    const x = (arrays[0] as TypedArray)[position] as number;
    const here = along(at, axes, foldStrides);
    accumulators[target] = op.step(s, i32, accumulators[target] as readonly number[], x, here);
  });
  const result = arrayFor(output.dtype, accumulators.length, precision);
  accumulators.forEach((values, k) => {
    result[k] = values[op.result] as number;
  });
  return [result];
};

const interpretContract = (op: ContractOp<Params>, context: EquationContext): TypedArray[] => {
  const { eqn, precision } = context;
  const inputs = eqn.inputs.map((input) => input.type);
  const output = (eqn.outputs[0] as (typeof eqn.outputs)[0]).type;
  const space = op.space(inputs, eqn.params);
  const s = numbers(output.dtype, 'double');
  const { read } = readerOf(context);
  const result = arrayFor(output.dtype, sizeOf(output.shape), precision);
  forEachIndex(space.out, (out, position) => {
    let sum = s.constant(0);
    forEachIndex(space.sum, (at) => {
      const [x, y] = op.factors(i32, out, at, eqn.params, inputs);
      sum = s.add(sum, s.mul(read(0, x), read(1, y)));
    });
    result[position] = sum;
  });
  return [result];
};

const interpretScatter = (op: ScatterOp<Params>, context: EquationContext): TypedArray[] => {
  const { eqn, arrays, precision } = context;
  const inputs = eqn.inputs.map((input) => input.type);
  const output = (eqn.outputs[0] as (typeof eqn.outputs)[0]).type;
  const s = numbers(output.dtype, 'double');
  const shared = {
    ...readerOf(context),
    s: numbers(output.dtype, precision),
    i: i32,
    params: eqn.params,
    inputs,
    output,
  };
  const strides = stridesOf(output.shape);
  const elements = Array.from(arrays[0] as TypedArray);
  const updates = arrays[arrays.length - 1] as TypedArray;
  forEachIndex(op.updates(inputs, eqn.params), (update, position) => {
    const { at, when } = op.target({ ...shared, update });
    if (!when) return;
    const target = positionIn(eqn, output, strides, at);
    const element = updates[position] as number;
    elements[target] = op.combine === 'set' ? element : s.add(elements[target] as number, element);
  });
  const result = arrayFor(output.dtype, elements.length, precision);
  result.set(elements);
  return [result];
};

/** The outputs of an equation of any kind that holds no graph. */
export const interpretEquation = (context: EquationContext): TypedArray[] => {
  const { op } = context.eqn;
  switch (op.kind) {
    case 'reduce':
      return interpretReduce(op, context);
    case 'contract':
      return interpretContract(op, context);
    case 'scatter':
      return interpretScatter(op, context);
    case 'sequential': {
      const { eqn, arrays, precision } = context;
      const results = eqn.outputs.map(({ type }) =>
        arrayFor(type.dtype, sizeOf(type.shape), precision),
      );
      interpretSequential(op, eqn, arrays, results, precision);
      return results;
    }
    case 'region':
    case 'scan':
    case 'branch':
    case 'while':
      throw new InternalError('reference', `${op.name}: what holds graphs is no single equation`);
    default:
      return interpretElement(op, context);
  }
};
