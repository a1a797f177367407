/** The functions whose accuracy is measured, what they truly are, and where they are asked. */
import * as g from 'gradloom';
import * as e from './big-elementary.ts';
import {
  abs,
  add,
  type Big,
  big,
  div,
  mul,
  neg,
  shift,
  signOf,
  sqrt,
  sub,
  toNumber,
} from './big-float.ts';
import * as special from './big-special.ts';

/** A tensor about whose type nothing is known. */
type Any = g.Tensor<g.Dynamic, 'f32'>;
/** From the first to the second, both included. */
export type Interval = readonly [number, number];
/** A function of one or two floats. */
export interface Measured {
  readonly call: (...xs: Any[]) => unknown;
  /** What it should be; a number where that is exact. */
  readonly truth: (...xs: Big[]) => Big | number;
  /** Where its results are neither infinite nor 0 throughout; f32 cuts off what it cannot hold. */
  readonly domain: readonly Interval[];
  /** Where most calls are. */
  readonly core: readonly Interval[];
  /** Points near which formulas change or lose digits. */
  readonly near: readonly number[];
  /** Errors are in ulp of the result or of this, whichever is larger. */
  readonly floor?: number;
}

const all: Interval = [-Number.MAX_VALUE, Number.MAX_VALUE];
const positive: Interval = [5e-324, Number.MAX_VALUE];
const one = (
  call: unknown,
  truth: (x: Big) => Big | number,
  {
    domain = all,
    core = [-10, 10],
    near = [0],
    ...rest
  }: Partial<{
    readonly domain: Interval;
    readonly core: Interval;
    readonly near: readonly number[];
    readonly floor: number;
  }> = {},
): Measured => ({
  call: call as Measured['call'],
  truth: truth as Measured['truth'],
  domain: [domain],
  core: [core],
  near,
  ...rest,
});
const two = (
  call: unknown,
  truth: (x: Big, y: Big) => Big | number,
  {
    domain = [all, all],
    core = [
      [-10, 10],
      [-10, 10],
    ],
    near = [0],
    ...rest
  }: Partial<Pick<Measured, 'domain' | 'core' | 'near' | 'floor'>> = {},
): Measured => ({
  call: call as Measured['call'],
  truth: truth as Measured['truth'],
  domain,
  core,
  near,
  ...rest,
});
const exact =
  (f: (...xs: number[]) => number) =>
  (...xs: Big[]): number =>
    f(...xs.map(toNumber));

const isAbove = (x: Big): boolean => signOf(x) > 0;
const isSmall = (x: Big, bound: number): boolean => Math.abs(toNumber(x)) < bound;
const sigmoid = (x: Big): Big => {
  const t = e.exp(neg(abs(x)));
  return div(signOf(x) < 0 ? t : e.one, add(e.one, t));
};
const softplus = (x: Big): Big => {
  const rest = e.log1p(e.exp(neg(abs(x))));
  return isAbove(x) ? add(x, rest) : rest;
};
const times = (x: Big, factor: number): Big => mul(x, big(factor));
const elu = (x: Big): Big => (isAbove(x) ? x : e.expm1(x));
const halfEven = (x: number): number => {
  const [low, rest] = [Math.floor(x), x - Math.floor(x)];
  return rest < 0.5 || (rest === 0.5 && low % 2 === 0) ? low : low + 1;
};
const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;
/** A slope that f32 holds too: JavaScript numbers take the dtype of the tensor. */
const ALPHA = Math.fround(0.01);
const cubic = (x: Big): Big =>
  mul(sqrt(div(big(8), e.pi)), add(x, mul(mul(x, x), mul(x, div(big(44715), big(1e6))))));
/** The quotient without its fraction, or rounded down, and what remains: all of it exact. */
const divide = (x: Big, y: Big, isFloor: boolean): { quotient: Big; rest: Big } => {
  const by = Math.min(x.e, y.e);
  const [a, b] = [x.m << BigInt(x.e - by), y.m << BigInt(y.e - by)];
  const isLower = isFloor && a % b !== 0n && a < 0n !== b < 0n;
  const q = a / b - (isLower ? 1n : 0n);
  return { quotient: { m: q, e: 0 }, rest: { m: a - q * b, e: by } };
};
const angles = { near: [0, Math.PI / 2, Math.PI, 1e5, 1e22] };
const unit: Interval = [-1, 1];
/** Pairs whose quotient is a number of moderate size. */
const ratios = {
  domain: [
    [-1e6, 1e6],
    [-1e3, 1e3],
  ],
  near: [0.1, 1, 3],
} as const;

/** By name; `gelu tanh` is `gelu` with that option. */
export const measuredFunctions: Readonly<Record<string, Measured>> = {
  abs: one(g.abs, exact(Math.abs)),
  neg: one(g.neg, neg),
  sign: one(g.sign, exact(Math.sign)),
  floor: one(g.floor, exact(Math.floor)),
  ceil: one(g.ceil, exact(Math.ceil)),
  round: one(g.round, exact(halfEven)),
  trunc: one(g.trunc, exact(Math.trunc)),
  square: one(g.square, (x) => mul(x, x)),
  sqrt: one(g.sqrt, sqrt, { domain: positive, core: [0, 10] }),
  rsqrt: one(g.rsqrt, (x) => div(e.one, sqrt(x)), { domain: positive, core: [0.01, 10] }),
  reciprocal: one(g.reciprocal, (x) => div(e.one, x)),
  exp: one(g.exp, e.exp, { domain: [-745.1, 709.7] }),
  exp2: one(g.exp2, (x) => e.exp(mul(x, e.log(e.two))), { domain: [-1074.9, 1023.9] }),
  expm1: one(g.expm1, e.expm1, { domain: [-800, 709.7] }),
  log: one(g.log, e.log, { domain: positive, core: [0, 10], near: [1] }),
  log2: one(g.log2, (x) => div(e.log(x), e.log(e.two)), {
    domain: positive,
    core: [0, 10],
    near: [1],
  }),
  log10: one(g.log10, (x) => div(e.log(x), e.log(big(10))), {
    domain: positive,
    core: [0, 10],
    near: [1],
  }),
  log1p: one(g.log1p, e.log1p, { domain: [-1 + 2 ** -24, 1.7e308], core: [-0.99, 10] }),

  sin: one(g.sin, (x) => e.sinCos(x)[0], angles),
  cos: one(g.cos, (x) => e.sinCos(x)[1], angles),
  tan: one(g.tan, (x) => div(...e.sinCos(x)), angles),
  asin: one(g.asin, e.asin, { domain: unit, core: unit, near: [0, 0.5, 1] }),
  acos: one(g.acos, e.acos, { domain: unit, core: unit, near: [0, 0.5, 1] }),
  atan: one(g.atan, e.atan, { near: [0, 1] }),
  sinh: one(g.sinh, e.sinh, { domain: [-710, 710], near: [0, 1] }),
  cosh: one(g.cosh, e.cosh, { domain: [-710, 710], near: [0, 1] }),
  tanh: one(g.tanh, (x) => (isSmall(x, 200) ? e.tanh(x) : signOf(x)), { near: [0, 0.5, 22] }),
  asinh: one(g.asinh, e.asinh, { near: [0, 1] }),
  acosh: one(g.acosh, e.acosh, { domain: [1, 1e300], core: [1, 10], near: [1, 2] }),
  atanh: one(g.atanh, e.atanh, { domain: [-1 + 2 ** -24, 1 - 2 ** -24], core: [-0.99, 0.99] }),
  sinc: one(
    g.sinc,
    (x) => {
      const angle = mul(e.pi, x);
      return signOf(x) === 0 ? 1 : div(e.sinCosPi(x)[0], angle);
    },
    { domain: [-1e15, 1e15], near: [0, 1, 2] },
  ),

  erf: one(g.erf, (x) => (isSmall(x, 30) ? special.erf(x) : signOf(x)), {
    core: [-6, 6],
    near: [0, 0.47, 4],
  }),
  erfc: one(g.erfc, special.erfc, { domain: [-30, 26.5], core: [-6, 26], near: [0, 0.47, 4] }),
  erfInv: one(
    g.erfInv,
    (x) => {
      const guess = g.erfInv(g.tensor(toNumber(x), { dtype: 'f64' })).item();
      return special.erfInv(x, guess);
    },
    { domain: [-1 + 2 ** -24, 1 - 2 ** -24], core: unit, near: [0, 0.85, 1 - 2 ** -24] },
  ),
  lgamma: one(g.lgamma, special.lgamma, {
    domain: [2 ** -1000, 1e300],
    core: [-30, 30],
    near: [1, 2, 0.5, 1.5, 2.5, 8],
    floor: 1,
  }),
  digamma: one(g.digamma, special.digamma, {
    domain: [2 ** -1000, 1e300],
    core: [-30, 30],
    near: [1, 1.4616321449683622, 2, 8],
    floor: 1,
  }),

  relu: one(
    g.relu,
    exact((x) => Math.max(x, 0)),
  ),
  relu6: one(
    g.relu6,
    exact((x) => Math.min(Math.max(x, 0), 6)),
    { near: [0, 6] },
  ),
  sigmoid: one(g.sigmoid, sigmoid, { domain: [-745, 800] }),
  logSigmoid: one(g.logSigmoid, (x) => neg(softplus(neg(x))), { domain: [-1e300, 740] }),
  softplus: one(g.softplus, softplus, { domain: [-740, 1e300] }),
  silu: one(g.silu, (x) => mul(x, sigmoid(x)), { domain: [-745, 1e300] }),
  mish: one(g.mish, (x) => mul(x, e.tanh(softplus(x))), { domain: [-740, 1e3], core: [-30, 30] }),
  softsign: one(g.softsign, (x) => div(x, add(e.one, abs(x)))),
  hardSigmoid: one(
    g.hardSigmoid,
    (x) => (isSmall(x, 3) ? add(div(x, big(6)), big(0.5)) : isAbove(x) ? 1 : 0),
    { near: [0, 3, -3] },
  ),
  hardSwish: one(
    g.hardSwish,
    (x) => (isSmall(x, 3) ? div(mul(x, add(x, big(3))), big(6)) : isAbove(x) ? x : 0),
    { near: [0, 3, -3] },
  ),
  hardTanh: one(
    g.hardTanh,
    exact((x) => Math.min(Math.max(x, -1), 1)),
    { near: [1, -1] },
  ),
  leakyRelu: one(
    (x: Any) => g.leakyRelu(x, { alpha: ALPHA }),
    (x) => (isAbove(x) ? x : times(x, ALPHA)),
  ),
  elu: one(g.elu, elu, { domain: [-800, 1e300] }),
  celu: one(
    (x: Any) => g.celu(x, { alpha: 2 }),
    (x) => (isAbove(x) ? x : shift(e.expm1(shift(x, -1)), 1)),
    { domain: [-800, 1e300] },
  ),
  selu: one(
    g.selu,
    (x) => mul(big(SELU_SCALE), isAbove(x) ? x : mul(big(SELU_ALPHA), e.expm1(x))),
    { domain: [-800, 1e300] },
  ),
  gelu: one(g.gelu, (x) => mul(x, special.normalCdf(x)), { domain: [-37, 1e3], near: [0, -3, 3] }),
  'gelu tanh': one(
    (x: Any) => g.gelu(x, { approximate: 'tanh' }),
    (x) => mul(x, sigmoid(cubic(x))),
    { domain: [-20, 1e3], near: [0, -3, 3] },
  ),

  add: two(g.add, add),
  sub: two(g.sub, sub),
  mul: two(g.mul, mul),
  div: two(g.div, div),
  pow: two(g.pow, (x, y) => e.exp(mul(y, e.log(x))), {
    domain: [
      [1e-30, 1e30],
      [-10, 10],
    ],
    core: [
      [0.01, 10],
      [-20, 20],
    ],
    near: [1, 2],
  }),
  maximum: two(g.maximum, exact(Math.max)),
  minimum: two(g.minimum, exact(Math.min)),
  squaredDifference: two(g.squaredDifference, (x, y) => mul(sub(x, y), sub(x, y))),
  atan2: two(g.atan2, e.atan2, {
    domain: [
      [-1e300, 1e300],
      [-1e300, 1e300],
    ],
    near: [1, -1],
  }),
  hypot: two(g.hypot, (x, y) => sqrt(add(mul(x, x), mul(y, y))), { near: [1, 1e-160] }),
  logaddexp: two(
    g.logaddexp,
    (x, y) => {
      const gap = abs(sub(x, y));
      const large = signOf(sub(x, y)) > 0 ? x : y;
      return isSmall(gap, 800) ? add(large, e.log1p(e.exp(neg(gap)))) : large;
    },
    {
      domain: [
        [-1e5, 1e5],
        [-1e5, 1e5],
      ],
      near: [0, -0.69],
      floor: 1,
    },
  ),
  fmod: two(
    g.fmod,
    exact((x, y) => x % y),
    ratios,
  ),
  remainder: two(g.remainder, (x, y) => divide(x, y, true).rest, ratios),
  floorDivide: two(g.floorDivide, (x, y) => divide(x, y, true).quotient, ratios),
  truncDivide: two(g.truncDivide, (x, y) => divide(x, y, false).quotient, ratios),
};
