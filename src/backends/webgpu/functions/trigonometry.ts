/**
 * WGSL of circular and hyperbolic functions and their inverses: exact range reduction and
 * polynomials.
 */
import { polynomial, singles } from './singles.ts';

const n = singles({
  pi: Math.PI,
  half: Math.PI / 2,
  halfRest: Math.PI / 2 - Math.fround(Math.PI / 2),
  piRest: Math.PI - Math.fround(Math.PI),
  quarter: Math.PI / 4,
  twoOverPi: 2 / Math.PI,
  // pi / 2 in three parts: multiples of the first two by whole numbers up to 255 are exact.
  first: 1.5703125,
  second: 4.837512969970703e-4,
  third: Math.PI / 2 - 1.5703125 - 4.837512969970703e-4,
  // pi / 2 * 2^-62, applied to a number that was 2^32 times too large.
  scale: (Math.PI / 2) * 2 ** -30,
  ln2: Math.LN2,
});
const sine = polynomial([-1 / 6, 1 / 120, -1 / 5040, 1 / 362880], 'z');
const cosine = polynomial([1 / 24, -1 / 720, 1 / 40320, -1 / 3628800], 'z');
// S. L. Moshier, Cephes Mathematical Library, single precision.
const arctangent = polynomial(
  [-3.33329491539e-1, 1.99777106478e-1, -1.38776856032e-1, 8.05374449538e-2],
  'z',
);
const arcsine = polynomial(
  [1.6666752422e-1, 7.4953002686e-2, 4.5470025998e-2, 2.4181311049e-2, 4.2163199048e-2],
  'z',
);

/** The functions, by name. */
export const trigonometry: Readonly<Record<string, string>> = {
  gl_highProduct: `fn gl_highProduct(x: u32, y: u32) -> u32 {
  let a = x >> 16u;
  let b = x & 0xffffu;
  let c = y >> 16u;
  let d = y & 0xffffu;
  let low = b * d;
  let first = a * d + (low >> 16u);
  let second = b * c + (first & 0xffffu);
  return a * c + (first >> 16u) + (second >> 16u);
}`,
  // M. H. Payne, R. N. Hanek, SIGNUM Newsletter 18 (1983): only the bits of 2 / pi that matter.
  gl_reduceLarge: `fn gl_reduceLarge(x: f32) -> vec2<f32> {
  var words = array<u32, 8>(0u, 0x28be60dbu, 0x9391054au, 0x7f09d5f4u, 0x7d4d3770u, 0x36d8a566u,
    0x4f10e410u, 0u);
  let bits = bitcast<u32>(x);
  let fraction = (bits << 8u) | 0x80000000u;
  let exponent = ((bits >> 23u) & 0xffu) - 126u;
  let at = exponent >> 5u;
  let shift = exponent & 31u;
  var high = words[at];
  var middle = words[at + 1u];
  var low = words[at + 2u];
  if (shift != 0u) {
    high = (high << shift) | (middle >> (32u - shift));
    middle = (middle << shift) | (low >> (32u - shift));
    low = (low << shift) | (words[at + 3u] >> (32u - shift));
  }
  let carried = gl_highProduct(fraction, low);
  var lower = fraction * middle + carried;
  var upper = gl_highProduct(fraction, middle) + select(0u, 1u, lower < carried);
  upper += fraction * high;
  var quadrant = upper >> 30u;
  upper &= 0x3fffffffu;
  var sign = 1.0f;
  if ((upper & 0x20000000u) != 0u) {
    quadrant += 1u;
    sign = -1.0f;
    lower = ~lower + 1u;
    upper = (0x40000000u - upper) - select(1u, 0u, lower == 0u);
  }
  if (upper == 0u && lower == 0u) { return vec2<f32>(0.0f, f32(quadrant & 3u)); }
  let zeros = select(32u + countLeadingZeros(lower), countLeadingZeros(upper), upper != 0u);
  var top = upper;
  if (zeros >= 32u) { top = lower << (zeros - 32u); }
  else if (zeros > 0u) { top = (upper << zeros) | (lower >> (32u - zeros)); }
  let r = sign * gl_ldexp(f32(top) * ${n.scale}, -i32(zeros));
  if (gl_isNegative(x)) { return vec2<f32>(-r, f32((4u - quadrant) & 3u)); }
  return vec2<f32>(r, f32(quadrant & 3u));
}`,
  // x less a multiple of pi / 2, and that multiple modulo 4.
  gl_reduce: `fn gl_reduce(x: f32) -> vec2<f32> {
  if (abs(x) > 200.0f) { return gl_reduceLarge(x); }
  let n = round(x * ${n.twoOverPi});
  let r = ((x - n * ${n.first}) - n * ${n.second}) - n * ${n.third};
  return vec2<f32>(r, f32(u32(i32(n) & 3i)));
}`,
  gl_smallSin: `fn gl_smallSin(r: f32) -> f32 {
  let z = r * r;
  return r + r * z * ${sine};
}`,
  gl_smallCos: `fn gl_smallCos(r: f32) -> f32 {
  let z = r * r;
  return 1.0f - (0.5f * z - z * z * ${cosine});
}`,
  gl_quadrantSin: `fn gl_quadrantSin(r: f32, quadrant: u32) -> f32 {
  let size = select(gl_smallSin(r), gl_smallCos(r), (quadrant & 1u) == 1u);
  return select(size, -size, (quadrant & 2u) == 2u);
}`,
  gl_sin: `fn gl_sin(x: f32) -> f32 {
  if (!gl_isFinite(x)) { return gl_nan(); }
  if (abs(x) < 1e-4f) { return x; }
  let p = gl_reduce(x);
  return gl_quadrantSin(p.x, u32(p.y));
}`,
  gl_cos: `fn gl_cos(x: f32) -> f32 {
  if (!gl_isFinite(x)) { return gl_nan(); }
  let p = gl_reduce(x);
  return gl_quadrantSin(p.x, u32(p.y) + 1u);
}`,
  gl_tan: `fn gl_tan(x: f32) -> f32 {
  if (!gl_isFinite(x)) { return gl_nan(); }
  if (abs(x) < 1e-4f) { return x; }
  let p = gl_reduce(x);
  let s = gl_smallSin(p.x);
  let c = gl_smallCos(p.x);
  if ((u32(p.y) & 1u) == 1u) { return -c / s; }
  return s / c;
}`,
  // sin(pi x), exact where it is 0 or 1.
  gl_sinPi: `fn gl_sinPi(x: f32) -> f32 {
  if (!gl_isFinite(x)) { return gl_nan(); }
  let reduced = x - 2.0f * round(0.5f * x);
  let half = round(2.0f * reduced);
  return gl_quadrantSin((reduced - 0.5f * half) * ${n.pi}, u32(i32(half) & 3i));
}`,
  gl_atan: `fn gl_atan(x: f32) -> f32 {
  if (gl_isNan(x)) { return x; }
  var a = abs(x);
  var base = 0.0f;
  if (a > 2.414213562373095f) {
    base = ${n.half};
    a = -1.0f / a;
  } else if (a > 0.4142135623730950f) {
    base = ${n.quarter};
    a = (a - 1.0f) / (a + 1.0f);
  }
  let z = a * a;
  return gl_copySign(base + (a + a * z * ${arctangent}), x);
}`,
  gl_atan2: `fn gl_atan2(y: f32, x: f32) -> f32 {
  if (gl_isNan(x) || gl_isNan(y)) { return gl_nan(); }
  let a = abs(x);
  let b = abs(y);
  var r = 0.0f;
  if (a == b) { r = select(${n.quarter}, 0.0f, a == 0.0f); }
  else if (gl_isInfinite(x)) { r = 0.0f; }
  else if (gl_isInfinite(y)) { r = ${n.half}; }
  else if (b > a) { r = (${n.half} - gl_atan(a / b)) + ${n.halfRest}; }
  else { r = gl_atan(b / a); }
  if (gl_isNegative(x)) { r = (${n.pi} - r) + ${n.piRest}; }
  return gl_copySign(r, y);
}`,
  gl_smallAsin: `fn gl_smallAsin(x: f32) -> f32 {
  let z = x * x;
  return x + x * z * ${arcsine};
}`,
  gl_asin: `fn gl_asin(x: f32) -> f32 {
  let a = abs(x);
  if (gl_isNan(x) || a > 1.0f) { return gl_nan(); }
  if (a <= 0.5f) { return gl_smallAsin(x); }
  let rest = 2.0f * gl_smallAsin(sqrt(0.5f * (1.0f - a)));
  return gl_copySign((${n.half} - rest) + ${n.halfRest}, x);
}`,
  gl_acos: `fn gl_acos(x: f32) -> f32 {
  if (gl_isNan(x) || abs(x) > 1.0f) { return gl_nan(); }
  if (x > 0.5f) { return 2.0f * gl_smallAsin(sqrt(0.5f * (1.0f - x))); }
  if (x < -0.5f) {
    return (${n.pi} - 2.0f * gl_smallAsin(sqrt(0.5f * (1.0f + x)))) + ${n.piRest};
  }
  return (${n.half} - gl_smallAsin(x)) + ${n.halfRest};
}`,
  gl_sinh: `fn gl_sinh(x: f32) -> f32 {
  if (!gl_isFinite(x)) { return x; }
  let a = abs(x);
  if (a > 60.0f) {
    let root = gl_exp(0.5f * a);
    return gl_copySign((0.5f * root) * root, x);
  }
  let t = gl_expm1(a);
  return gl_copySign(0.5f * (t + t / (t + 1.0f)), x);
}`,
  gl_cosh: `fn gl_cosh(x: f32) -> f32 {
  if (gl_isNan(x)) { return x; }
  let a = abs(x);
  if (a > 60.0f) {
    let root = gl_exp(0.5f * a);
    return (0.5f * root) * root;
  }
  let power = gl_exp(a);
  return 0.5f * power + 0.5f / power;
}`,
  gl_tanh: `fn gl_tanh(x: f32) -> f32 {
  if (gl_isNan(x)) { return x; }
  let a = abs(x);
  if (a > 9.1f) { return gl_copySign(1.0f, x); }
  let t = gl_expm1(2.0f * a);
  return gl_copySign(t / (t + 2.0f), x);
}`,
  gl_asinh: `fn gl_asinh(x: f32) -> f32 {
  if (!gl_isFinite(x)) { return x; }
  let a = abs(x);
  if (a > 1e4f) { return gl_copySign(gl_log(a) + ${n.ln2}, x); }
  let z = a * a;
  return gl_copySign(gl_log1p(a + z / (1.0f + sqrt(1.0f + z))), x);
}`,
  gl_acosh: `fn gl_acosh(x: f32) -> f32 {
  if (gl_isNan(x) || x < 1.0f) { return gl_nan(); }
  if (x > 1e4f) { return gl_log(x) + ${n.ln2}; }
  let t = x - 1.0f;
  return gl_log1p(t + sqrt(2.0f * t + t * t));
}`,
  gl_atanh: `fn gl_atanh(x: f32) -> f32 {
  let a = abs(x);
  if (gl_isNan(x) || a > 1.0f) { return gl_nan(); }
  if (a == 1.0f) { return gl_copySign(gl_inf(), x); }
  return gl_copySign(0.5f * gl_log1p(2.0f * a / (1.0f - a)), x);
}`,
};
