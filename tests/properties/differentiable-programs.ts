/** Random programs that have gradients: what they are made of, and what is watched. */
import fc from 'fast-check';
import { isFloat, sizeOf, type TypedArray } from '../../src/ir/types.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import { cotangentGraph, type Directions } from '../ops/derivatives.ts';
import { asProgram } from './accuracy.ts';
import { type ProgramOptions, randomProgram } from './random-program.ts';
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

/** Inputs and outputs that are floats and have elements. */
export const directionsOf = ({ graph }: RandomProgram): Directions => {
  const floats = (values: typeof graph.inputs): number[] =>
    values.flatMap(({ type }, k) => (isFloat(type.dtype) && sizeOf(type.shape) > 0 ? [k] : []));
  return { sources: floats(graph.inputs), targets: floats(graph.outputs) };
};
/** Whether anything can be compared: something moves, and nothing is infinite. */
export const isUseful = ({ sources, targets }: Directions, { nodes }: RandomProgram): boolean =>
  sources.length > 0 &&
  targets.length > 0 &&
  [...nodes.values()].every(({ array }) => !array.some((x: number) => !Number.isFinite(x)));

/** Whether rounding may change which element a gradient belongs to. */
const isKinked = ({ graph }: RandomProgram): boolean =>
  graph.eqns.some(({ op }) => kinked.includes(op.name) && op.name !== 'abs');

/** Programs whose gradients jump nowhere, or where a kink is. */
export const differentiablePrograms = (mayKink: boolean): fc.Arbitrary<RandomProgram> =>
  randomProgram({ ...options, ops: mayKink ? [...smooth, ...kinked] : smooth });

/** The gradient of a smooth program for some cotangents; undefined where there is nothing to compare. */
export const gradientProgram = (program: RandomProgram): RandomProgram | undefined => {
  const at = directionsOf(program);
  if (!isUseful(at, program) || isKinked(program)) return undefined;
  const gradient = cotangentGraph(program.graph, at);
  const cotangents = at.targets.map(
    (k): TypedArray => sampleData(program.graph.outputs[k]!.type, 90 + k),
  );
  return asProgram(gradient, [...program.arrays, ...cotangents]);
};
