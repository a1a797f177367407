/**
 * Random well-typed programs for fast-check. A program is made from a list of small numbers that
 * always means something, so it shrinks by dropping steps and making numbers smaller; a failure
 * shows the program as graph text.
 */
import fc from 'fast-check';
import type { OpName } from '../../src/ir/ops/registry.ts';
import { printGraph } from '../../src/ir/print.ts';
import { type DType, type Shape, sizeOf } from '../../src/ir/types.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import { type Choices, generators } from './generators.ts';
import { type RandomProgram, Workshop } from './workshop.ts';

/** One step: the number of an op among those allowed, and its choices. */
interface Step extends Choices {
  readonly op: number;
}
interface InputRecipe {
  readonly dtype: DType;
  readonly axes: readonly number[];
  /** Whether floats are multiples of 1/8, so that sums and products are exact. */
  readonly isCoarse: boolean;
}
interface Recipe {
  readonly extents: readonly number[];
  readonly inputs: readonly InputRecipe[];
  readonly steps: readonly Step[];
  readonly outputs: readonly number[];
}

/** What programs are made of. */
export interface ProgramOptions {
  /** Names of ops; all when absent. Repeat a name to see it more often. */
  readonly ops?: readonly string[];
  readonly dtypes?: readonly DType[];
  readonly mostSteps?: number;
  /** Extents of input axes; around tile edges when absent. */
  readonly extents?: fc.Arbitrary<number>;
  readonly isCoarse?: boolean;
}

const edges = [15, 16, 17, 31, 32, 33, 63, 64, 65];
/** Lengths: mostly 1 to 9, some around tile edges, few 0. */
const anyExtent: fc.Arbitrary<number> = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 1, max: 9 }) },
  { weight: 5, arbitrary: fc.constantFrom(...edges) },
  { weight: 1, arbitrary: fc.constant(0) },
);
const usualDTypes: readonly DType[] = [
  ...(['f32', 'f32', 'f32', 'f32', 'f32', 'i32', 'i32', 'bool', 'u32', 'f64'] as const),
  ...(['f16', 'bf16'] as const),
];
const mostInput = 700;
const mostEnds = 5;

const everyOp: readonly string[] = [...generators.keys()];
/** What stands in the middle of real programs more often than at its share. */
const frequent = [
  'add',
  'mul',
  'sub',
  'reduceSum',
  'reduceMax',
  'dot',
  'dot',
  'conv',
  'exp',
  'tanh',
  'relu',
  'broadcast',
  'permute',
  'reshape',
];

const build = (recipe: Recipe, ops: readonly string[]): RandomProgram => {
  const w = new Workshop();
  recipe.inputs.forEach(({ dtype, axes, isCoarse }, k) => {
    let shape: Shape = axes.map((axis) => recipe.extents[axis % recipe.extents.length]!);
    while (sizeOf(shape) > mostInput) shape = shape.slice(1);
    const data = sampleData({ dtype, shape }, k + 1);
    const isFloat = dtype === 'f32' || dtype === 'f64';
    if (isFloat && isCoarse) data.set(data.map((x) => Math.round(x * 8) / 8));
    w.input(dtype, shape, data);
  });
  for (const { op, ...choices } of recipe.steps) {
    generators.get(ops[op % ops.length] as OpName)?.(w, choices);
  }
  // Whatever nobody reads is a result, so that all of the program matters.
  const ends = w.unread().slice(-mostEnds);
  const others = recipe.outputs.map((k) => w.nodes[w.nodes.length - 1 - (k % w.nodes.length)]!);
  const chosen = [...ends, ...others];
  return w.finish('random', chosen);
};

/** Random programs; they print as graph text. */
export const randomProgram = (options: ProgramOptions = {}): fc.Arbitrary<RandomProgram> => {
  const ops = options.ops ?? [...everyOp, ...frequent];
  const dtypes = options.dtypes ?? usualDTypes;
  const number = fc.nat({ max: 15 });
  const step: fc.Arbitrary<Step> = fc.record({
    op: fc.nat({ max: ops.length - 1 }),
    a: fc.nat({ max: 3 }),
    b: fc.nat({ max: 9 }),
    c: number,
    p: fc.tuple(number, number, number, number),
  });
  const input: fc.Arbitrary<InputRecipe> = fc.record({
    dtype: fc.constantFrom(...dtypes),
    axes: fc.array(fc.nat({ max: 3 }), { maxLength: 3 }),
    isCoarse: options.isCoarse === undefined ? fc.boolean() : fc.constant(options.isCoarse),
  });
  const recipe: fc.Arbitrary<Recipe> = fc.record({
    extents: fc.array(options.extents ?? anyExtent, { minLength: 1, maxLength: 3 }),
    inputs: fc.array(input, { minLength: 1, maxLength: 4 }),
    steps: fc.array(step, { minLength: 4, maxLength: options.mostSteps ?? 22, size: 'max' }),
    outputs: fc.array(fc.nat({ max: 20 }), { maxLength: 2 }),
  });
  return fc.noBias(recipe).map((made) => {
    const program = build(made, ops);
    return Object.assign(program, { [fc.toStringMethod]: () => `\n${printGraph(program.graph)}` });
  });
};

/** How many programs a property sees: `base`, or as many times more as GRADLOOM_RUNS says. */
export const runs = (base: number): number =>
  Math.ceil(base * Number(process.env.GRADLOOM_RUNS ?? '1'));

/** Room for machines that are busy with other things. */
export const longTest = { timeout: 120_000 * runs(1) };

/**
 * Settings of a property: a fixed seed, so that a run says the same twice; GRADLOOM_SEED gives
 * another.
 */
export const settings = (base: number): fc.Parameters<unknown> => ({
  numRuns: runs(base),
  seed: Number(process.env.GRADLOOM_SEED ?? '20240229'),
  verbose: fc.VerbosityLevel.None,
  // Shrinking a large program must end too.
  interruptAfterTimeLimit: 25_000 * runs(1),
});
