/**
 * WGSL of exponentials, logarithms and powers: range reduction in two parts and polynomials,
 * because built-in ones lose digits and special values on some machines.
 */
import { polynomial, singles } from './singles.ts';

/** ln 2 in two parts; multiples of the first by whole numbers up to 4095 are exact. */
const ln2 = { high: 0.693359375, low: -2.121944400546906e-4 };

const n = singles({
  log2e: Math.LOG2E,
  log10e: Math.LOG10E,
  ln2: Math.LN2,
  high: ln2.high,
  low: ln2.low,
  // log10(2) in two parts, the first of 11 bits.
  tenHigh: 0.301025390625,
  tenLow: 4.605038981195214e-6,
});
const logTail = polynomial([2 / 3, 2 / 5, 2 / 7, 2 / 9, 2 / 11, 2 / 13], 'z');
const expTail = polynomial([1 / 2, 1 / 6, 1 / 24, 1 / 120, 1 / 720, 1 / 5040], 'r');

/** The functions, by name. */
export const exponentials: Readonly<Record<string, string>> = {
  // x * 2^n for n from -252 to 254, in two factors.
  gl_ldexp: `fn gl_ldexp(x: f32, n: i32) -> f32 {
  let half = n / 2i;
  let first = bitcast<f32>(u32(half + 127i) << 23u);
  return x * first * bitcast<f32>(u32(n - half + 127i) << 23u);
}`,
  // e^r - 1 for |r| <= ln(2) / 2.
  gl_smallExpm1: `fn gl_smallExpm1(r: f32) -> f32 {
  return r + (r * r) * ${expTail};
}`,
  gl_exp: `fn gl_exp(x: f32) -> f32 {
  if (gl_isNan(x)) { return x; }
  if (x > 89.0f) { return gl_inf(); }
  if (x < -104.0f) { return 0.0f; }
  let n = round(x * ${n.log2e});
  let r = (x - n * ${n.high}) - n * ${n.low};
  return gl_ldexp(1.0f + gl_smallExpm1(r), i32(n));
}`,
  gl_exp2: `fn gl_exp2(x: f32) -> f32 {
  if (gl_isNan(x)) { return x; }
  if (x >= 128.0f) { return gl_inf(); }
  if (x < -150.0f) { return 0.0f; }
  let n = round(x);
  return gl_ldexp(1.0f + gl_smallExpm1((x - n) * ${n.ln2}), i32(n));
}`,
  gl_expm1: `fn gl_expm1(x: f32) -> f32 {
  if (gl_isNan(x) || x == 0.0f) { return x; }
  if (x > 60.0f) { return gl_exp(x); }
  if (x < -18.0f) { return -1.0f; }
  let n = round(x * ${n.log2e});
  let r = (x - n * ${n.high}) - n * ${n.low};
  let k = i32(n);
  return gl_ldexp(gl_smallExpm1(r), k) + (gl_ldexp(1.0f, k) - 1.0f);
}`,
  // x = (1 + first) * 2^second with 1 + first between the roots of 1/2 and 2.
  gl_apart: `fn gl_apart(x: f32) -> vec2<f32> {
  var bits = bitcast<u32>(x);
  var exponent = -127i;
  if (bits < 0x800000u) {
    bits = bitcast<u32>(x * 8388608.0f);
    exponent = -150i;
  }
  bits += 0x3f800000u - 0x3f3504f3u;
  exponent += i32(bits >> 23u);
  bits = (bits & 0x7fffffu) + 0x3f3504f3u;
  return vec2<f32>(bitcast<f32>(bits) - 1.0f, f32(exponent));
}`,
  // 2 atanh(s) - 2s, divided by s.
  gl_logTail: `fn gl_logTail(z: f32) -> f32 {
  return z * ${logTail};
}`,
  // ln(1 + f) for 1 + f between the roots of 1/2 and 2.
  gl_smallLog1p: `fn gl_smallLog1p(f: f32) -> f32 {
  let s = f / (2.0f + f);
  let square = 0.5f * f * f;
  return f - (square - s * (square + gl_logTail(s * s)));
}`,
  // What logarithms answer outside of the positive numbers.
  gl_logSpecial: `fn gl_logSpecial(x: f32) -> f32 {
  if (gl_isNan(x) || x > 0.0f) { return x; }
  if (x < 0.0f) { return gl_nan(); }
  return -gl_inf();
}`,
  gl_isLogSpecial: `fn gl_isLogSpecial(x: f32) -> bool {
  return bitcast<u32>(x) >= 0x7f800000u || bitcast<u32>(x) == 0u;
}`,
  gl_log: `fn gl_log(x: f32) -> f32 {
  if (gl_isLogSpecial(x)) { return gl_logSpecial(x); }
  let p = gl_apart(x);
  return p.y * ${n.high} + (gl_smallLog1p(p.x) + p.y * ${n.low});
}`,
  gl_log2: `fn gl_log2(x: f32) -> f32 {
  if (gl_isLogSpecial(x)) { return gl_logSpecial(x); }
  let p = gl_apart(x);
  return p.y + gl_smallLog1p(p.x) * ${n.log2e};
}`,
  gl_log10: `fn gl_log10(x: f32) -> f32 {
  if (gl_isLogSpecial(x)) { return gl_logSpecial(x); }
  let p = gl_apart(x);
  return p.y * ${n.tenHigh} + (gl_smallLog1p(p.x) * ${n.log10e} + p.y * ${n.tenLow});
}`,
  gl_log1p: `fn gl_log1p(x: f32) -> f32 {
  if (gl_isNan(x) || x == 0.0f || (gl_isInfinite(x) && x > 0.0f)) { return x; }
  if (x <= -1.0f) { return gl_logSpecial(x + 1.0f); }
  if (x > -0.29f && x < 0.41f) { return gl_smallLog1p(x); }
  let sum = gl_opaque(1.0f + x);
  return gl_log(sum) + (x - (sum - 1.0f)) / sum;
}`,
  // What rounding the product of x and y lost: T. J. Dekker, Numer. Math. 18 (1971).
  gl_lostProduct: `fn gl_lostProduct(x: f32, y: f32, product: f32) -> f32 {
  let a = gl_upper(x);
  let b = gl_upper(y);
  return ((a * b - product) + a * (y - b) + (x - a) * b) + (x - a) * (y - b);
}`,
  // x^y for x > 0, both finite: the logarithm and its product with y are kept in two parts.
  gl_positivePow: `fn gl_positivePow(x: f32, y: f32) -> f32 {
  let p = gl_apart(x);
  let d = gl_opaque(2.0f + p.x);
  let s = p.x / d;
  let product = s * d;
  let rest = (p.x - product) - gl_lostProduct(s, d, product) - s * (p.x - (d - 2.0f));
  let low = 2.0f * (rest / d) + s * gl_logTail(s * s);
  let base = p.y * ${n.high};
  let middle = base + 2.0f * s;
  let log = middle + low;
  let logRest = (gl_lost(base, 2.0f * s, middle) + p.y * ${n.low}) + gl_lost(middle, low, log);
  let t = log * y;
  if (t > 90.0f) { return gl_inf(); }
  if (t < -110.0f) { return 0.0f; }
  let k = round(t * ${n.log2e});
  let r = ((t - k * ${n.high}) - k * ${n.low}) + (gl_lostProduct(log, y, t) + y * logRest);
  return gl_ldexp(1.0f + gl_smallExpm1(r), i32(k));
}`,
  gl_pow: `fn gl_pow(x: f32, y: f32) -> f32 {
  if (y == 2.0f) { return x * x; }
  if (x == 1.0f || y == 0.0f) { return 1.0f; }
  if (y == 1.0f) { return x; }
  if (gl_isNan(x) || gl_isNan(y)) { return gl_nan(); }
  let size = abs(x);
  if (gl_isInfinite(y)) {
    if (size == 1.0f) { return 1.0f; }
    return select(0.0f, gl_inf(), (size > 1.0f) == (y > 0.0f));
  }
  let isWhole = floor(y) == y;
  let isOdd = isWhole && abs(y) < 16777216.0f && (i32(abs(y)) & 1i) == 1i;
  let sign = select(1.0f, -1.0f, gl_isNegative(x) && isOdd);
  if (size == 0.0f) { return sign * select(0.0f, gl_inf(), y < 0.0f); }
  if (gl_isInfinite(x)) { return sign * select(gl_inf(), 0.0f, y < 0.0f); }
  if (x < 0.0f && !isWhole) { return gl_nan(); }
  return sign * gl_positivePow(size, y);
}`,
  gl_hypot: `fn gl_hypot(x: f32, y: f32) -> f32 {
  if (gl_isInfinite(x) || gl_isInfinite(y)) { return gl_inf(); }
  if (gl_isNan(x) || gl_isNan(y)) { return gl_nan(); }
  let a = max(abs(x), abs(y));
  let b = min(abs(x), abs(y));
  if (a == 0.0f) { return 0.0f; }
  let r = b / a;
  return a * sqrt(1.0f + r * r);
}`,
};
