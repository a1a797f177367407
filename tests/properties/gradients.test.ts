/**
 * Derivatives of random smooth programs: forward mode against finite differences and reverse mode
 * against forward mode in double precision, and compiled gradients against interpreted ones.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { js } from '../../src/backends/js/index.ts';
import { isFloat, sizeOf, type TypedArray } from '../../src/ir/types.ts';
import { runCompiledSync } from '../../src/testing/run-graph.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import { checkDerivatives, cotangentGraph, type Directions } from '../ops/derivatives.ts';
import { asProgram, excess, expectationsOf } from './accuracy.ts';
import { longTest, type ProgramOptions, randomProgram, settings } from './random-program.ts';
import type { RandomProgram } from './workshop.ts';

const smooth = [
  'neg',
  'sqrt',
  'exp',
  'expm1',
  'log',
  'log1p',
  'sin',
  'cos',
  'tan',
  'tanh',
  'atan',
  'erf',
  'sigmoid',
  'softplus',
  'add',
  'sub',
  'mul',
  'div',
  'pow',
  'select',
  'broadcast',
  'permute',
  'reshape',
  'reverse',
  'slice',
  'pad',
  'concat',
  'window',
  'unwindow',
  'take',
  'scatterAdd',
  'pick',
  'reduceSum',
  'reduceProd',
  'dot',
  'conv',
  'checkpoint',
  'scan',
  'branch',
  'dot',
  'conv',
  'mul',
  'add',
];
const kinked = ['abs', 'relu', 'maximum', 'minimum', 'reduceMax', 'reduceMin'];
const options: ProgramOptions = {
  dtypes: ['f32', 'f32', 'f32', 'i32'],
  extents: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 1, max: 5 }) },
    { weight: 1, arbitrary: fc.constantFrom(0, 9, 17) },
  ),
  isCoarse: false,
  mostSteps: 14,
};

const directionsOf = ({ graph }: RandomProgram): Directions => {
  const floats = (values: typeof graph.inputs): number[] =>
    values.flatMap(({ type }, k) => (isFloat(type.dtype) && sizeOf(type.shape) > 0 ? [k] : []));
  return { sources: floats(graph.inputs), targets: floats(graph.outputs) };
};
const isUseful = ({ sources, targets }: Directions, { nodes }: RandomProgram): boolean =>
  sources.length > 0 &&
  targets.length > 0 &&
  [...nodes.values()].every(({ array }) => !array.some((x: number) => !Number.isFinite(x)));

/** Whether rounding may change which element a gradient belongs to. */
const isKinked = ({ graph }: RandomProgram): boolean =>
  graph.eqns.some(({ op }) => kinked.includes(op.name) && op.name !== 'abs');

test('gradients agree with finite differences', longTest, () => {
  let checked = 0;
  fc.assert(
    fc.property(randomProgram({ ...options, ops: [...smooth, ...kinked] }), (program) => {
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
    fc.property(randomProgram({ ...options, ops: smooth }), (program) => {
      const at = directionsOf(program);
      if (!isUseful(at, program) || isKinked(program)) return;
      const gradient = cotangentGraph(program.graph, at);
      const cotangents = at.targets.map(
        (k): TypedArray => sampleData(program.graph.outputs[k]!.type, 90 + k),
      );
      const arrays = [...program.arrays, ...cotangents];
      const results = runCompiledSync(js, gradient, arrays);
      expectationsOf(asProgram(gradient, arrays)).forEach((one, k) => {
        expect(excess(results[k]!, one), `gradient ${k}`).toBeLessThanOrEqual(1);
      });
      checked++;
    }),
    settings(100),
  );
  expect(checked).toBeGreaterThan(10);
});
