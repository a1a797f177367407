/** The one place where numbers become text of generated WGSL. */
import { InternalError } from '../../ir/errors.ts';
import { wrapTo } from '../../ir/scalar.ts';
import { type DType, isHalf } from '../../ir/types.ts';

const single = new Float32Array(1);
const word = new Uint32Array(single.buffer);

/**
 * WGSL text of a constant of a dtype, brought into the dtype first. Infinities and NaN are made of
 * their bits at run time, because no WGSL constant may be one of them; so are subnormals. All
 * floats are f32 literals. Takes nothing but numbers.
 */
export const literal = (value: number, dtype: DType): string => {
  if (typeof value !== 'number') {
    throw new InternalError('webgpu', `a literal must be a number, not ${typeof value}`);
  }
  const rounded = wrapTo[dtype](value);
  switch (dtype) {
    case 'bool':
      return String(rounded !== 0);
    case 'u32':
      return `${rounded}u`;
    case 'i32':
      if (rounded === -2147483648) return 'i32(-2147483648)';
      return rounded < 0 ? `(${rounded}i)` : `${rounded}i`;
    default:
      return floatLiteral(isHalf(dtype) ? rounded : Math.fround(rounded));
  }
};

/** The least positive number that is not subnormal. */
const leastNormal = 2 ** -126;

const floatLiteral = (value: number): string => {
  single[0] = value;
  if (!Number.isFinite(value) || (value !== 0 && Math.abs(value) < leastNormal)) {
    const bits = Number.isNaN(value) ? 0x7fc00000 : (word[0] as number);
    return `bitcast<f32>(gl_zero | 0x${bits.toString(16)}u)`;
  }
  const text = Object.is(value, -0) ? '-0' : String(value);
  const full = /[.e]/.test(text) ? text : `${text}.0`;
  return value < 0 || Object.is(value, -0) ? `(${full}f)` : `${full}f`;
};
