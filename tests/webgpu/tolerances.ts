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

/** Instructions of one operand. */
export const unaryErrors: Readonly<Record<UnaryName, Allowed>> = {
  ...(Object.fromEntries(unaryNames.map((name) => [name, of(4)])) as Record<UnaryName, Allowed>),
  erfc: of(8),
  normalCdf: of(12),
  // It passes through 0 between its poles.
  lgamma: of(8, 1e-6),
};
/** Instructions of two operands. */
export const binaryErrors: Readonly<Record<BinaryName, Allowed>> = {
  ...(Object.fromEntries(binaryNames.map((name) => [name, of(4)])) as Record<BinaryName, Allowed>),
  // Orders up to 5: they pass through 0 as differences of larger numbers.
  polygamma: of(16, 1e-4),
  sinc: of(16, 1e-4),
};
