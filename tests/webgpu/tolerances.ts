/**
 * What the webgpu backend promises of each instruction of f32: the largest error in units in the
 * last place, or an absolute one where the result passes through 0. docs/webgpu.md shows them.
 */

import { type BinaryName, binaryNames, type UnaryName, unaryNames } from '../../src/ir/scalar.ts';
import type { Tolerance } from '../../src/testing/mismatch.ts';

/** The error that is allowed: `ulps`, or `absolute` where that is more. */
export interface Allowed {
  readonly ulps: number;
  readonly absolute: number;
}
/**
 * Whole programs in f32 against the reference backend, which rounds to f32 too: how far elements
 * may be apart.
 */
export const programTolerance: Tolerance = { relative: 4e-6, scaled: 2e-6 };

const of = (ulps: number, absolute = 0): Allowed => ({ ulps, absolute });

/** What SwiftShader is seen to keep, with a margin; other machines may divide less exactly. */
const unary: Readonly<Partial<Record<UnaryName, Allowed>>> = {
  sqrt: of(1),
  exp: of(1.5),
  exp2: of(1.5),
  expm1: of(2.5),
  log: of(1.5),
  log2: of(2.5),
  log10: of(2.5),
  log1p: of(2.5),
  sin: of(2.5),
  cos: of(3),
  tan: of(4),
  asin: of(3),
  acos: of(2),
  atan: of(3),
  sinh: of(2.5),
  cosh: of(2.5),
  tanh: of(2.5),
  asinh: of(3.5),
  acosh: of(2.5),
  atanh: of(3.5),
  erf: of(3),
  erfc: of(8),
  erfInv: of(5),
  normalCdf: of(12),
  // It passes through 0 between its poles.
  lgamma: of(8, 1e-6),
};
const binary: Readonly<Partial<Record<BinaryName, Allowed>>> = {
  add: of(0.5),
  sub: of(0.5),
  mul: of(0.5),
  div: of(2.5),
  scale: of(0.5),
  unscale: of(2.5),
  pow: of(2),
  hypot: of(2.5),
  atan2: of(4),
  // Orders up to 5: they pass through 0 as differences of larger numbers.
  polygamma: of(16, 1e-4),
  sinc: of(16, 1e-4),
};

/** Instructions of one operand; those that are not listed are exact. */
export const unaryErrors: Readonly<Record<UnaryName, Allowed>> = {
  ...(Object.fromEntries(unaryNames.map((name) => [name, of(0)])) as Record<UnaryName, Allowed>),
  ...unary,
};
/** Instructions of two operands; those that are not listed are exact. */
export const binaryErrors: Readonly<Record<BinaryName, Allowed>> = {
  ...(Object.fromEntries(binaryNames.map((name) => [name, of(0)])) as Record<BinaryName, Allowed>),
  ...binary,
};
/** The rows of the table in docs/webgpu.md. */
export const documentedRows: readonly string[] = Object.entries({ ...unary, ...binary }).map(
  ([name, { ulps, absolute }]) =>
    `| \`${name}\` | ${ulps} |${absolute === 0 ? '' : ` ${absolute.toExponential()}`} |`,
);
