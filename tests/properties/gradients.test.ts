/**
 * Derivatives of random smooth programs: forward mode against finite differences and reverse mode
 * against forward mode in double precision, and compiled gradients against interpreted ones.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { js } from '../../src/backends/js/index.ts';
import { runCompiledSync } from '../../src/testing/run-graph.ts';
import { checkDerivatives } from '../ops/derivatives.ts';
import { excess, expectationsOf } from './accuracy.ts';
import {
  differentiablePrograms,
  directionsOf,
  gradientProgram,
  isUseful,
} from './differentiable-programs.ts';
import { longTest, settings } from './random-program.ts';

test('gradients agree with finite differences', longTest, () => {
  let checked = 0;
  fc.assert(
    fc.property(differentiablePrograms(true), (program) => {
      const at = directionsOf(program);
      if (!isUseful(at, program)) return;
      checkDerivatives(program.graph, program.arrays, at, { order: 1, error: 2e-6 });
      checked++;
    }),
    settings(100),
  );
  expect(checked).toBeGreaterThan(10);
});

test('compiled gradients agree with the exact ones', longTest, () => {
  let checked = 0;
  fc.assert(
    fc.property(differentiablePrograms(false), (program) => {
      const gradient = gradientProgram(program);
      if (gradient === undefined) return;
      const results = runCompiledSync(js, gradient.graph, gradient.arrays);
      expectationsOf(gradient).forEach((one, k) => {
        expect(excess(results[k]!, one), `gradient ${k}`).toBeLessThanOrEqual(1);
      });
      checked++;
    }),
    settings(100),
  );
  expect(checked).toBeGreaterThan(10);
});
