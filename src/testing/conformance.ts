/**
 * What every backend must do, as a list of named checks that any test runner can run: results,
 * memory, errors, determinism.
 */
import type { Backend } from '../backends/backend.ts';
import { reference } from '../backends/reference/index.ts';
import type { DType, TypedArray } from '../ir/types.ts';
import { makeProgram } from '../passes/compile.ts';
import { expectError, fail } from './conformance-error.ts';
import { contractCases } from './contract.ts';
import { mismatch, type Tolerance, toleranceFor } from './mismatch.ts';
import type { ProgramCase } from './program-case.ts';
import { conformancePrograms } from './programs.ts';
import { interpret, runCompiled, runProgram } from './run-graph.ts';
import { sampleData } from './sample-data.ts';

/** One check: `run` throws, or rejects, when the backend does not pass. */
export interface ConformanceCase {
  readonly name: string;
  run(): void | Promise<void>;
}

/** What a backend is held to. */
export interface ConformanceOptions {
  /** Dtypes that the machine has not: uploading and compiling them must be an error. */
  readonly refuses?: readonly DType[] | undefined;
  /** How far f32 results may be from those of the reference backend, instead of the usual bound. */
  readonly tolerance?: Tolerance | undefined;
}

/** The dtypes of all values of a graph, without those of graphs inside of it. */
const dtypesOf = (graph: ProgramCase['graph']): Set<DType> =>
  new Set(
    [...graph.inputs, ...graph.eqns.flatMap(({ outputs }) => outputs)].map(
      ({ type }) => type.dtype,
    ),
  );

const refusal = (backend: Backend, { name, graph, ranges }: ProgramCase): ConformanceCase => ({
  name: `refuses ${name}`,
  run: () => {
    const arrays = graph.inputs.map(({ type }, k) => sampleData(type, k + 1, ranges[k]));
    return expectError(name, () => runCompiled(backend, graph, arrays));
  },
});

const programCase = (
  backend: Backend,
  { name, graph, ranges }: ProgramCase,
  { tolerance }: ConformanceOptions,
): ConformanceCase => ({
  name: `computes ${name}`,
  run: async () => {
    const arrays = graph.inputs.map(({ type }, k) => sampleData(type, k + 1, ranges[k]));
    const expected = interpret(reference, graph, arrays);
    // The backend compiles twice; what it compiles is the same plan anyway.
    const compiled = makeProgram(graph, { verify: true });
    const first = await runProgram(backend, compiled, arrays);
    const second = await runProgram(backend, compiled, arrays);
    expected.forEach((array, k) => {
      const actual = first[k];
      if (actual === undefined) throw fail(`${name}: output ${k} is missing`);
      if (actual.constructor !== array.constructor) {
        throw fail(
          `${name}: output ${k} is a ${actual.constructor.name}, not a ${array.constructor.name}`,
        );
      }
      const wrong = mismatch(actual, array, toleranceFor(array, tolerance));
      if (wrong !== undefined) throw fail(`${name}: output ${k}: ${wrong}`);
      const unstable = mismatch(second[k] as TypedArray, actual);
      if (unstable !== undefined)
        throw fail(`${name}: output ${k} differs the second time: ${unstable}`);
    });
  },
});

/**
 * The checks for a backend: every kind of op alone and fused, in every dtype, lengths around the
 * edges of tiles, empty tensors, what happens to memory that is donated, handed back, shared or
 * freed, the errors, and that a second run gives the same bits. Floats may differ from the
 * reference backend by 8 units in the last place plus 2 of the largest element, 16 bit floats by
 * one unit; everything else must be equal. A backend whose machine has not every dtype says so.
 *
 * @example
 * import { conformance } from 'gradloom/testing';
 * import { test } from 'vitest';
 * import { myBackend } from './my-backend.ts';
 *
 * for (const { name, run } of conformance(myBackend)) test(name, run);
 */
export const conformance = (
  backend: Backend,
  options: ConformanceOptions = {},
): ConformanceCase[] => {
  const { refuses = [] } = options;
  const isRefused = ({ graph }: ProgramCase): boolean =>
    refuses.some((dtype) => dtypesOf(graph).has(dtype));
  return [
    ...conformancePrograms().map((one) =>
      isRefused(one) ? refusal(backend, one) : programCase(backend, one, options),
    ),
    ...contractCases(backend, refuses),
  ];
};
