/**
 * WGSL of what is decided by bits: NaN and infinities, minimum and maximum, conversions to
 * integers, and the 16 bit floats. Comparisons with NaN and its literals are not to be relied on.
 */

/** The functions, by name. `gl_zero` is 0, which compilers of shaders cannot know. */
export const bitFunctions: Readonly<Record<string, string>> = {
  gl_zero: 'var<private> gl_zero: u32;',
  // A number of whose origin compilers know nothing: to some of them (x + y) - x is y.
  gl_opaque: 'fn gl_opaque(x: f32) -> f32 { return bitcast<f32>(bitcast<u32>(x) | gl_zero); }',
  gl_inf: 'fn gl_inf() -> f32 { return bitcast<f32>(gl_zero | 0x7f800000u); }',
  gl_nan: 'fn gl_nan() -> f32 { return bitcast<f32>(gl_zero | 0x7fc00000u); }',
  gl_isNan: `fn gl_isNan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}`,
  gl_isFinite: `fn gl_isFinite(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}`,
  gl_isInfinite: `fn gl_isInfinite(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) == 0x7f800000u;
}`,
  gl_isNegative: 'fn gl_isNegative(x: f32) -> bool { return (bitcast<u32>(x) >> 31u) == 1u; }',
  gl_copySign: `fn gl_copySign(x: f32, sign: f32) -> f32 {
  let bits = (bitcast<u32>(x) & 0x7fffffffu) | (bitcast<u32>(sign) & 0x80000000u);
  return bitcast<f32>(bits);
}`,
  // The upper 12 bits of a fraction, whose products are exact.
  gl_upper: 'fn gl_upper(x: f32) -> f32 { return bitcast<f32>(bitcast<u32>(x) & 0xfffff000u); }',
  gl_ne: `fn gl_ne(x: f32, y: f32) -> bool {
  return x != y || gl_isNan(x) || gl_isNan(y);
}`,
  gl_truth: 'fn gl_truth(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) != 0u; }',
  // NaN wins; of two zeros the bits decide, and equal numbers have equal bits.
  gl_max: `fn gl_max(x: f32, y: f32) -> f32 {
  if (gl_isNan(x)) { return x; }
  if (gl_isNan(y)) { return y; }
  if (x == y) { return bitcast<f32>(bitcast<u32>(x) & bitcast<u32>(y)); }
  return select(y, x, x > y);
}`,
  gl_min: `fn gl_min(x: f32, y: f32) -> f32 {
  if (gl_isNan(x)) { return x; }
  if (gl_isNan(y)) { return y; }
  if (x == y) { return bitcast<f32>(bitcast<u32>(x) | bitcast<u32>(y)); }
  return select(y, x, x < y);
}`,
  gl_sign: `fn gl_sign(x: f32) -> f32 {
  if (x > 0.0f) { return 1.0f; }
  if (x < 0.0f) { return -1.0f; }
  return x;
}`,
  gl_scale: `fn gl_scale(x: f32, y: f32) -> f32 {
  let product = x * y;
  return select(product, 0.0f, gl_isNan(product) && (x == 0.0f || y == 0.0f));
}`,
  gl_unscale: `fn gl_unscale(x: f32, y: f32) -> f32 {
  let quotient = x / y;
  if (x == 0.0f && (gl_isNan(y) || y == 0.0f)) { return 0.0f; }
  return quotient;
}`,
  // A sum and the rounding errors that were left over; these are NaN where the sum is infinite.
  gl_total: `fn gl_total(sum: f32, rest: f32) -> f32 {
  return select(sum, sum + rest, gl_isFinite(rest));
}`,
  // What the addition of x to a sum lost: D. E. Knuth, The Art of Computer Programming 2, 4.2.2.
  gl_lost: `fn gl_lost(sum: f32, x: f32, next: f32) -> f32 {
  let result = gl_opaque(next);
  let part = gl_opaque(result - sum);
  return (sum - (result - part)) + (x - part);
}`,
  gl_toI32: `fn gl_toI32(x: f32) -> i32 {
  if (gl_isNan(x)) { return 0i; }
  if (x >= 2147483648.0f) { return 2147483647i; }
  if (x <= -2147483648.0f) { return i32(-2147483648); }
  return i32(x);
}`,
  gl_toU32: `fn gl_toU32(x: f32) -> u32 {
  if (gl_isNan(x) || x <= 0.0f) { return 0u; }
  if (x >= 4294967296.0f) { return 4294967295u; }
  return u32(x);
}`,
  gl_divI32: `fn gl_divI32(x: i32, y: i32) -> i32 {
  if (y == 0i) { return 0i; }
  if (y == -1i) { return 0i - x; }
  return x / y;
}`,
  gl_divU32: `fn gl_divU32(x: u32, y: u32) -> u32 {
  if (y == 0u) { return 0u; }
  return x / y;
}`,
  gl_remI32: `fn gl_remI32(x: i32, y: i32) -> i32 {
  if (y == 0i || y == -1i) { return 0i; }
  return x - (x / y) * y;
}`,
  gl_remU32: `fn gl_remU32(x: u32, y: u32) -> u32 {
  if (y == 0u) { return 0u; }
  return x % y;
}`,
  // The exact remainder: long division of the fractions, eight bits at a time.
  gl_rem: `fn gl_rem(x: f32, y: f32) -> f32 {
  if (gl_isNan(x) || gl_isNan(y) || gl_isInfinite(x)) { return gl_nan(); }
  let a = bitcast<u32>(x) & 0x7fffffffu;
  let b = bitcast<u32>(y) & 0x7fffffffu;
  if (b == 0u) { return gl_nan(); }
  if (a < b) { return x; }
  let divisor = select(b & 0x7fffffu, (b & 0x7fffffu) | 0x800000u, b >= 0x800000u);
  var rest = select(a & 0x7fffffu, (a & 0x7fffffu) | 0x800000u, a >= 0x800000u) % divisor;
  let exponent = max(b >> 23u, 1u);
  var left = max(a >> 23u, 1u) - exponent;
  while (left > 0u && rest > 0u) {
    let count = min(left, 8u);
    rest = (rest << count) % divisor;
    left -= count;
  }
  return gl_copySign(gl_ldexp(f32(rest), i32(exponent) - 150i), x);
}`,
  gl_f16Value: `fn gl_f16Value(bits: u32) -> f32 {
  let sign = (bits & 0x8000u) << 16u;
  let exponent = (bits >> 10u) & 31u;
  let fraction = bits & 0x3ffu;
  if (exponent == 31u) { return bitcast<f32>(sign | 0x7f800000u | (fraction << 13u)); }
  if (exponent == 0u) {
    return bitcast<f32>(sign | bitcast<u32>(f32(fraction) * 5.960464477539063e-8f));
  }
  return bitcast<f32>(sign | ((exponent + 112u) << 23u) | (fraction << 13u));
}`,
  gl_f16Bits: `fn gl_f16Bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  let sign = (bits >> 16u) & 0x8000u;
  let size = bits & 0x7fffffffu;
  if (size > 0x7f800000u) { return 0x7e00u; }
  if (size >= 0x477ff000u) { return sign | 0x7c00u; }
  if (size >= 0x38800000u) {
    return sign | ((size - 0x38000000u + 0xfffu + ((size >> 13u) & 1u)) >> 13u);
  }
  if (size <= 0x33000000u) { return sign; }
  let shift = 126u - (size >> 23u);
  let whole = (size & 0x7fffffu) | 0x800000u;
  let kept = whole >> shift;
  let rest = whole & ((1u << shift) - 1u);
  let half = 1u << (shift - 1u);
  return sign | (kept + select(0u, 1u, rest > half || (rest == half && (kept & 1u) == 1u)));
}`,
  gl_bf16Value: 'fn gl_bf16Value(bits: u32) -> f32 { return bitcast<f32>(bits << 16u); }',
  gl_bf16Bits: `fn gl_bf16Bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  if ((bits & 0x7fffffffu) > 0x7f800000u) { return 0x7fc0u; }
  return (bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u;
}`,
};
