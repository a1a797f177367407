/**
 * WGSL of the error functions, the gamma functions and the derivatives of sinc, in single
 * precision.
 */
import { polynomial, singles } from './singles.ts';

const n = singles({
  twoOverRootPi: 2 / Math.sqrt(Math.PI),
  rootHalf: Math.SQRT1_2,
  pi: Math.PI,
  euler: 1 - 0.5772156649015329,
  halfLog: 0.9189385332046728 - 0.5,
  // The root of digamma in two parts.
  root: 1.4616321449683622,
  rootRest: 1.4616321449683622 - Math.fround(1.4616321449683622),
});

let factorial = 1;
/** (-1)^k / (k! (2k + 1)): the Taylor coefficients of erf. */
const erfTaylor = Array.from({ length: 12 }, (_, k) => {
  if (k > 0) factorial *= k;
  return (k % 2 === 0 ? 1 : -1) / (factorial * (2 * k + 1));
});
/** ln(erfc(y) e^(y^2) / t) in t = 1 / (1 + y / 2): W. H. Press et al., Numerical Recipes, erfcc. */
const erfcLog = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
  -0.82215223, 0.17087277,
];
// M. Giles, "Approximating the erfinv function", GPU Computing Gems (2011), single precision.
const inverseCentre = [
  1.50140941, 0.246640727, -0.00417768164, -0.00125372503, 0.00021858087, -4.39150654e-6,
  -3.5233877e-6, 3.43273939e-7, 2.81022636e-8,
];
const inverseTail = [
  2.83297682, 1.00167406, 0.00943887047, -0.0076224613, 0.00573950773, -0.00367342844,
  0.00134934322, 0.000100950558, -0.000200214257,
];
/** (-1)^k (zeta(k) - 1) / k from k = 2 on: lgamma(2 + z). */
const nearTwo = [
  0.3224670334241132, -0.0673523010531981, 0.020580808427784546, -0.007385551028673986,
  0.0028905103307415234, -0.001192753911703261, 0.0005096695247430425, -0.00022315475845357939,
  9.945751278180853e-5, -4.492623673813314e-5, 2.050721277567069e-5, -9.439488275268397e-6,
];
const stirling = [
  0.08333333333333333, -0.002777777777777778, 0.0007936507936507937, -0.0005952380952380953,
];
const nearRoot = [
  0.9676722454476212, -0.4427631689835921, 0.258499760955651, -0.16394270544240652,
  0.10782405069126237, -0.07219956125645471, 0.04880428816414311, -0.03316112647484736,
  0.022597648232218104, -0.01542476590494896,
];
const digammaSeries = [
  0.08333333333333333, -0.008333333333333333, 0.003968253968253968, -0.004166666666666667,
];
const eulerMaclaurin = [
  0.08333333333333333, -0.001388888888888889, 3.306878306878307e-5, -8.267195767195768e-7,
  2.08767569878681e-8, -5.284190138687493e-10, 1.3382536530684679e-11,
];

/** The functions, by name. */
export const specialFunctions: Readonly<Record<string, string>> = {
  // e^(-weight y^2) erfc-like tail without the rounding error of y^2; the weight is 1 or 1/2.
  gl_tail: `fn gl_tail(y: f32, weight: f32, u: f32) -> f32 {
  let t = 1.0f / (1.0f + 0.5f * u);
  let s = gl_upper(y);
  let rest = weight * ((s - y) * (s + y));
  return t * (gl_exp(-weight * (s * s)) * gl_exp(rest + ${polynomial(erfcLog, 't')}));
}`,
  gl_smallErf: `fn gl_smallErf(x: f32) -> f32 {
  let z = x * x;
  return ${n.twoOverRootPi} * x * ${polynomial(erfTaylor, 'z')};
}`,
  gl_erf: `fn gl_erf(x: f32) -> f32 {
  if (gl_isNan(x)) { return x; }
  let a = abs(x);
  if (a <= 1.0f) { return gl_smallErf(x); }
  if (a > 4.0f) { return gl_copySign(1.0f, x); }
  return gl_copySign(1.0f - gl_tail(a, 1.0f, a), x);
}`,
  gl_erfc: `fn gl_erfc(x: f32) -> f32 {
  if (gl_isNan(x)) { return x; }
  let a = abs(x);
  if (a <= 0.5f) { return 1.0f - gl_smallErf(x); }
  if (a > 11.0f) { return select(2.0f, 0.0f, x > 0.0f); }
  let tail = gl_tail(a, 1.0f, a);
  return select(2.0f - tail, tail, x > 0.0f);
}`,
  gl_normalCdf: `fn gl_normalCdf(x: f32) -> f32 {
  if (gl_isNan(x)) { return x; }
  let a = abs(x);
  let y = a * ${n.rootHalf};
  if (y <= 0.5f) { return 0.5f + 0.5f * gl_smallErf(x * ${n.rootHalf}); }
  if (a > 15.0f) { return select(0.0f, 1.0f, x > 0.0f); }
  let tail = 0.5f * gl_tail(a, 0.5f, y);
  return select(tail, 1.0f - tail, x > 0.0f);
}`,
  gl_erfInv: `fn gl_erfInv(x: f32) -> f32 {
  let a = abs(x);
  if (gl_isNan(x) || a > 1.0f) { return gl_nan(); }
  if (a == 1.0f) { return gl_copySign(gl_inf(), x); }
  let w = -gl_log((1.0f - x) * (1.0f + x));
  if (w < 5.0f) {
    let c = w - 2.5f;
    return x * ${polynomial(inverseCentre, 'c')};
  }
  let r = sqrt(w) - 3.0f;
  return x * ${polynomial(inverseTail, 'r')};
}`,
  gl_lgammaNearTwo: `fn gl_lgammaNearTwo(z: f32) -> f32 {
  return z * (${n.euler} + z * ${polynomial(nearTwo, 'z')});
}`,
  gl_positiveLgamma: `fn gl_positiveLgamma(x: f32) -> f32 {
  if (gl_isInfinite(x)) { return x; }
  if (x <= 1.5f) { return gl_lgammaNearTwo(x - 1.0f) - gl_log1p(x - 1.0f); }
  if (x < 8.0f) {
    var rest = x;
    var product = 1.0f;
    while (rest > 2.5f) {
      rest -= 1.0f;
      product *= rest;
    }
    return gl_log(product) + gl_lgammaNearTwo(rest - 2.0f);
  }
  let z = 1.0f / (x * x);
  return (x - 0.5f) * (gl_log(x) - 1.0f) + (${n.halfLog} + ${polynomial(stirling, 'z')} / x);
}`,
  gl_lgamma: `fn gl_lgamma(x: f32) -> f32 {
  if (gl_isNan(x)) { return x; }
  if (x >= 0.5f) { return gl_positiveLgamma(x); }
  if (x == 0.0f) { return gl_inf(); }
  if (x > -0.5f) { return gl_positiveLgamma(x + 1.0f) - gl_log(abs(x)); }
  if (floor(x) == x) { return gl_inf(); }
  return gl_log(${n.pi} / abs(x * gl_sinPi(x))) - gl_positiveLgamma(-x);
}`,
  gl_positiveDigamma: `fn gl_positiveDigamma(x: f32) -> f32 {
  if (gl_isInfinite(x)) { return x; }
  let t = (x - ${n.root}) - ${n.rootRest};
  if (abs(t) < 0.25f) { return t * ${polynomial(nearRoot, 't')}; }
  var at = x;
  var below = 0.0f;
  while (at < 8.0f) {
    below += 1.0f / at;
    at += 1.0f;
  }
  let z = 1.0f / (at * at);
  return (gl_log(at) - (0.5f / at + z * ${polynomial(digammaSeries, 'z')})) - below;
}`,
  gl_digamma: `fn gl_digamma(x: f32) -> f32 {
  if (gl_isNan(x)) { return x; }
  if (x == 0.0f) { return gl_copySign(gl_inf(), -x); }
  if (x > 0.0f) { return gl_positiveDigamma(x); }
  if (floor(x) == x) { return gl_nan(); }
  return gl_positiveDigamma(1.0f - x) - ${n.pi} / gl_tan(${n.pi} * (x - round(x)));
}`,
  // n! / x^(n + 1), multiplied up so that neither part overflows.
  gl_factorialPower: `fn gl_factorialPower(n: i32, x: f32) -> f32 {
  var product = 1.0f / x;
  for (var k = 1i; k <= n; k += 1i) { product *= f32(k) / x; }
  return product;
}`,
  // n! times the zeta function of Hurwitz at n + 1.
  gl_hurwitz: `fn gl_hurwitz(n: i32, a: f32) -> f32 {
  var at = a;
  var sum = 0.0f;
  let end = max(10.0f, f32(n + 1i));
  while (at < end) {
    sum += gl_factorialPower(n, at);
    at += 1.0f;
  }
  if (gl_isInfinite(at)) { return 0.0f; }
  let last = gl_factorialPower(n, at);
  var coefficients = array<f32, ${eulerMaclaurin.length}>(${eulerMaclaurin.join('f, ')}f);
  var term = (last / at) * f32(n + 1i);
  var tail = last * (at / f32(n)) + 0.5f * last;
  for (var k = 0i; k < ${eulerMaclaurin.length}i; k += 1i) {
    tail += term * coefficients[k];
    term *= (f32(n + 2i * k + 2i) / at) * (f32(n + 2i * k + 3i) / at);
  }
  return sum + tail;
}`,
  gl_polygamma: `fn gl_polygamma(order: f32, x: f32) -> f32 {
  if (gl_isNan(x) || !(order >= 0.0f && order <= 170.0f) || floor(order) != order) {
    return gl_nan();
  }
  if (order == 0.0f) { return gl_digamma(x); }
  let n = i32(order);
  let sign = select(-1.0f, 1.0f, (n & 1i) == 1i);
  if (x > 0.0f) { return sign * gl_hurwitz(n, x); }
  if (gl_isInfinite(x)) { return gl_nan(); }
  let rest = x - round(x);
  if (x == 0.0f) {
    return sign * select(gl_copySign(gl_inf(), x), gl_inf(), (n & 1i) == 1i);
  }
  if (rest == 0.0f) { return select(gl_nan(), gl_inf(), sign > 0.0f); }
  let right = gl_factorialPower(n, rest) + gl_hurwitz(n, 1.0f + rest);
  var left = 0.0f;
  if (x != rest) { left = gl_hurwitz(n, 1.0f - rest) - gl_hurwitz(n, 1.0f - x); }
  return sign * (right + sign * left);
}`,
  // The derivative of order n of sin(u) / u: recurrence where it is stable, else its series.
  gl_cardinalSine: `fn gl_cardinalSine(n: i32, u: f32, sine: f32, cosine: f32) -> f32 {
  if (abs(u) > max(f32(n), 1.5f)) {
    var cycle = array<f32, 4>(sine, cosine, -sine, -cosine);
    var f = sine / u;
    for (var k = 1i; k <= n; k += 1i) { f = (cycle[k & 3i] - f32(k) * f) / u; }
    return f;
  }
  let first = (n + 1i) / 2i;
  var power = select(-1.0f, 1.0f, (first & 1i) == 0i);
  if ((n & 1i) == 1i) { power *= u; }
  var sum = 0.0f;
  var lost = 0.0f;
  for (var k = first; k < first + 400i; k += 1i) {
    let term = power / f32(2i * k + 1i);
    let next = sum + term;
    let j = f32(2i * k - n);
    if (next == sum && j > abs(u)) { break; }
    lost += gl_lost(sum, term, next);
    sum = next;
    power *= -(u * u) / ((j + 1.0f) * (j + 2.0f));
  }
  return sum + lost;
}`,
  gl_sinc: `fn gl_sinc(order: f32, x: f32) -> f32 {
  if (gl_isNan(x) || !(order >= 0.0f && order <= 170.0f) || floor(order) != order) {
    return gl_nan();
  }
  if (gl_isInfinite(x)) { return 0.0f; }
  let u = ${n.pi} * x;
  if (order == 0.0f) {
    if (x == 0.0f) { return 1.0f; }
    return gl_sinPi(x) / u;
  }
  let n = i32(order);
  var value = gl_cardinalSine(n, u, gl_sinPi(x), gl_cosPi(x));
  for (var k = 0i; k < n; k += 1i) { value *= ${n.pi}; }
  return value;
}`,
  // cos(pi x), exact where it is 0 or 1.
  gl_cosPi: `fn gl_cosPi(x: f32) -> f32 {
  let reduced = x - 2.0f * round(0.5f * x);
  let half = round(2.0f * reduced);
  return gl_quadrantSin((reduced - 0.5f * half) * ${n.pi}, u32(i32(half) & 3i) + 1u);
}`,
};
