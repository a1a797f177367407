/** Samples of the functions of real numbers: angles, powers, quotients and special functions. */
import type * as division from '../../src/ir/ops/division.ts';
import type * as special from '../../src/ir/ops/special.ts';
import type * as trigonometry from '../../src/ir/ops/trigonometry.ts';
import type { DataRange } from '../../src/testing/sample-data.ts';
import type { Sample } from './samples.ts';

const unary = (low: number, high: number): Sample => ({ inputs: [{ shape: [3, 4], low, high }] });
const binary = (x: DataRange = {}, y: DataRange = {}): Sample => ({
  inputs: [
    { shape: [2, 3, 2], ...x },
    { shape: [2, 3, 2], ...y },
  ],
});
const ordered = (low: number, high: number, ...orders: readonly number[]): Sample[] =>
  orders.map((order) => ({ ...unary(low, high), params: { order } }));
const quotient: readonly Sample[] = [
  { ...binary({ low: -5, high: 5 }, { low: 0.7, high: 1.3 }) },
  {
    inputs: [
      { shape: [3, 4], dtype: 'i32', low: -99, high: 99 },
      { shape: [3, 4], dtype: 'i32', low: -9, high: 9 },
    ],
  },
];

type Names =
  | keyof typeof trigonometry
  | keyof typeof special
  | keyof typeof division
  | 'exp2'
  | 'log2'
  | 'log10'
  | 'pow'
  | 'scale'
  | 'unscale'
  | 'hypot'
  | 'logaddexp';
/** The samples of these families. */
export const functionSamples: Readonly<Record<Names, Sample | readonly Sample[]>> = {
  sin: unary(-4, 4),
  cos: unary(-4, 4),
  tan: unary(-1.2, 1.2),
  asin: unary(-0.9, 0.9),
  acos: unary(-0.9, 0.9),
  atan: unary(-3, 3),
  atan2: binary({ low: -2, high: 2 }, { low: -2, high: 1.7 }),
  sinh: unary(-2, 2),
  cosh: unary(-2, 2),
  tanh: unary(-2, 2),
  asinh: unary(-3, 3),
  acosh: unary(1.2, 4),
  atanh: unary(-0.9, 0.9),
  // On both sides of the bounds between series and recurrence.
  sinc: ordered(-1.5, 1.5, 0, 1, 2, 5),

  exp2: unary(-3, 3),
  log2: unary(0.2, 3),
  log10: unary(0.2, 3),
  pow: [
    binary({ low: 0.3, high: 2 }, { low: -1.5, high: 2.5 }),
    // Negative numbers to whole powers; only x moves.
    {
      inputs: [
        { shape: [5], low: -2, high: -0.5 },
        { shape: [5], values: [3, -2, 0, 1, 2] },
      ],
      isConstant: true,
    },
  ],
  scale: binary(),
  unscale: binary({}, { low: 0.5, high: 2 }),
  hypot: binary({ low: 0.2, high: 2 }, { low: -2, high: -0.3 }),
  logaddexp: binary({ low: -4, high: 4 }, { low: -4, high: 4 }),

  erf: unary(-2.5, 2.5),
  erfc: unary(-2, 4),
  erfInv: unary(-0.95, 0.95),
  // A polynomial of single precision, and its exact derivative.
  erfInvSingle: { ...unary(-0.99, 0.99), derivativeError: 1e-4 },
  normalCdf: unary(-3, 3),
  lgamma: [unary(0.3, 3), unary(3, 12), unary(-0.9, -0.1)],
  polygamma: [...ordered(0.4, 5, 0, 1, 2), ...ordered(-1.9, -1.1, 0, 1)],

  truncDivide: quotient,
  floorDivide: quotient,
  fmod: quotient,
  remainder: quotient,
};
