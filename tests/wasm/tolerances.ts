/** What the wasm backend promises where it computes in vectors of single precision. */
import type { Tolerance } from '../../src/testing/mismatch.ts';

/** Whole programs against the reference backend, which rounds to f32 too. */
export const vectorTolerance: Tolerance = { relative: 4e-6, scaled: 2e-6 };
