/** Running folds in parts: combining parts gives the fold in order, and so do plans for workgroups. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildGraph } from '../../src/ir/graph.ts';
import type { Params, RunningFold, SequentialOp } from '../../src/ir/op.ts';
import { cumulativeSum } from '../../src/ir/ops/cumulative.ts';
import { exp } from '../../src/ir/ops/elementwise.ts';
import { registry } from '../../src/ir/ops/registry.ts';
import { numbers } from '../../src/ir/scalar.ts';
import { type DType, isFloat, type Shape } from '../../src/ir/types.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import { expectPlanned, tinyTarget } from './workgroup-targets.ts';

const dtypes = ['f32', 'i32', 'u32'] as const;
interface Case {
  readonly name: string;
  readonly dtype: DType;
  readonly emit: typeof cumulativeSum;
  readonly fold: RunningFold;
}
/** Every op that says how to do it in parts, by dtype. */
const cases: [string, Case][] = Object.entries(registry).flatMap(([name, value]) => {
  const op = value as SequentialOp<Params>;
  return dtypes.flatMap((dtype): [string, Case][] => {
    const isFit = !/LogSumExp/.test(name) || dtype === 'f32';
    const fold = isFit ? op.running?.({ reverse: false }, dtype) : undefined;
    const emit = value as unknown as typeof cumulativeSum;
    return fold === undefined ? [] : [[`${name} of ${dtype}`, { name, dtype, emit, fold }]];
  });
});

test('the folds that may be done in parts', () => {
  expect(cases.map(([label]) => label)).toEqual([
    ...dtypes.map((dtype) => `cumulativeSum of ${dtype}`),
    ...dtypes.map((dtype) => `linearRecurrence of ${dtype}`),
    ...dtypes.map((dtype) => `cumulativeProduct of ${dtype}`),
    ...dtypes.map((dtype) => `cumulativeArgMax of ${dtype}`),
    ...dtypes.map((dtype) => `cumulativeArgMin of ${dtype}`),
    'cumulativeLogSumExp of f32',
  ]);
});

describe.each(cases)('%s', (_, { name, dtype, emit, fold }) => {
  test('parts combine to the whole', () => {
    const [s, i] = [numbers(dtype, 'double'), numbers('i32')];
    const special = isFloat(dtype) ? [0, -0, Infinity, -Infinity, Number.NaN] : [0, 1];
    const element = fc.oneof(
      fc.integer({ min: dtype === 'u32' ? 0 : -4, max: 5 }),
      fc.constantFrom(...special),
    );
    const run = (list: readonly number[], from: number): readonly number[] =>
      list.reduce<readonly number[]>(
        (state, x, k) => fold.step(s, i, state, Array(fold.inputs).fill(x), from + k),
        fold.init(s, i),
      );
    fc.assert(
      fc.property(
        fc.array(element, { maxLength: 6 }),
        fc.array(element, { maxLength: 6 }),
        (x, y) => {
          const whole = run([...x, ...y], 0);
          const parts = fold.combine(s, i, run(x, 0), run(y, x.length));
          const [a, b] = [fold.take(s, whole), fold.take(s, parts)];
          if (Number.isFinite(a)) expect(b).toBeCloseTo(a, 9);
          // Infinite factors of a recurrence leave nothing to say but that.
          else if (name === 'linearRecurrence') expect(Number.isFinite(b)).toBe(false);
          else expect(b).toBe(a);
        },
      ),
      { numRuns: 400 },
    );
  });

  const lengths = [32, 33, 64, 65, 129, 257, 1000];
  test.each(lengths)('rows of %i', (length) => {
    for (const lead of [[], [2, 2]] as Shape[]) {
      for (const reverse of [false, true]) {
        const type = { dtype, shape: [...lead, length] };
        const graph = buildGraph('running', [type], ([x]) => [
          emit(Array(fold.inputs).fill(x!), { reverse }),
        ]);
        // Products of many numbers wrap; ties are frequent.
        expectPlanned(graph, [sampleData(type, 2, dtype === 'f32' ? {} : { low: 0, high: 3 })]);
      }
    }
  });
});

test('what is computed before and after a fold joins its kernel', () => {
  const type = { dtype: 'f32', shape: [2, 500] } as const;
  const graph = buildGraph('joined', [type], ([x]) => [
    exp(cumulativeSum(exp(x!), { reverse: true })),
  ]);
  expect(makeProgram(graph).plan(tinyTarget).launches.length).toBe(1);
  const data = sampleData(type, 1, { low: -9, high: -6 });
  expectPlanned(graph, [data]);
});
