/** Numbers for tests: the same at every run, all different, spread evenly, exact in every dtype. */
import { encodeNumbers } from '../ir/half.ts';
import {
  allocate,
  type DType,
  isDifferentiable,
  isHalf,
  type Shape,
  sizeOf,
  type TypedArray,
} from '../ir/types.ts';

/** What the elements of an input are drawn from; bounds are inclusive. */
export interface DataRange {
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

const defaults: Readonly<Record<DType, readonly [low: number, high: number]>> = {
  f32: [-2, 2],
  f64: [-2, 2],
  i32: [-9, 9],
  u32: [0, 19],
  bool: [0, 1],
  f16: [-2, 2],
  bf16: [-2, 2],
};

/**
 * Square roots whose multiples modulo 1 never come near each other. Inputs take different ones, so
 * that their sums and differences do not repeat either.
 */
const steps = [5, 2, 3, 7, 13, 6, 11, 10, 14, 15].map(Math.sqrt);
const fraction = (k: number, seed: number): number => {
  const x = (k + 1) * (steps[seed % steps.length] as number) + seed * 0.7548776662466927;
  return x - Math.floor(x);
};

/** Elements of a tensor: floats fill the range without repeating, integers and bools repeat. */
export const sampleData = (
  { dtype, shape }: { readonly dtype: DType; readonly shape: Shape },
  seed: number,
  range: DataRange = {},
): TypedArray => {
  const data = allocate(isHalf(dtype) ? 'f32' : dtype, sizeOf(shape));
  const [low, high] = [range.low ?? defaults[dtype][0], range.high ?? defaults[dtype][1]];
  const isFloat = isDifferentiable(dtype);
  for (let k = 0; k < data.length; k++) {
    const x = fraction(k, seed);
    // Doubles hold single precision numbers too, so that both precisions start from the same point.
    data[k] = isFloat
      ? Math.fround(low + x * (high - low))
      : Math.floor(low + x * (high - low + 1));
  }
  return isHalf(dtype) ? encodeNumbers(dtype, data) : data;
};
