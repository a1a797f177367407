/** Folds of columns and what is computed of them: where that is much, in a loop over the columns. */
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { js } from '../../src/backends/js/index.ts';
import { buildGraph, type Graph, type Value } from '../../src/ir/graph.ts';
import { walkStatements } from '../../src/ir/kernel.ts';
import { add, div, mul, sqrt, sub } from '../../src/ir/ops/elementwise.ts';
import { argMax, reduceMax, reduceSum } from '../../src/ir/ops/reductions.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { mismatch } from '../../src/testing/mismatch.ts';
import { runCompiledSync } from '../../src/testing/run-graph.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import { of, scalar } from '../passes/models.ts';
import { endFamilies, openFamilies, runFamily } from './backend-families.ts';
import { vectorTolerance } from './tolerances.ts';

const families = await openFamilies();
afterAll(() => endFamilies(families));

const columns = { axes: [0] };
const times = (x: Value, by: number): Value => mul(x, scalar(x, by));
/** A step of Adam for what stands in three rows. */
const adam = (gradient: Value, [first, second, weights]: readonly Value[]): Value[] => {
  const mean = add(times(first!, 0.75), times(gradient, 0.25));
  const square = add(times(second!, 0.5), times(mul(gradient, gradient), 0.5));
  return [mean, square, sub(weights!, div(mean, add(sqrt(square), scalar(square, 0.5))))];
};

interface Form {
  readonly isLong: boolean;
  readonly body: (x: Value, rows: readonly Value[]) => readonly Value[];
}
const forms: Readonly<Record<string, Form>> = {
  'three values of a sum': { isLong: true, body: (x, rows) => adam(reduceSum(x, columns), rows) },
  'the sum as well': {
    isLong: true,
    body: (x, rows) => {
      const sum = reduceSum(x, columns);
      return [sum, ...adam(sum, rows)];
    },
  },
  'three values of what is greatest': {
    isLong: true,
    body: (x, rows) => adam(reduceMax(x, columns), rows),
  },
  'three places of what is greatest': {
    isLong: true,
    body: (x) => {
      const place = argMax(x, columns);
      return [1, 2, 3].map((by) => add(times(place, by), scalar(place, by)));
    },
  },
  'two values of a sum': {
    isLong: true,
    body: (x, [velocity, weights]) => {
      const next = add(times(velocity!, 0.75), reduceSum(x, columns));
      return [next, sub(weights!, times(next, 0.25))];
    },
  },
  'a sum alone': { isLong: false, body: (x) => [reduceSum(x, columns)] },
  'one value of a sum': {
    isLong: false,
    body: (x, [row]) => [sub(row!, times(reduceSum(x, columns), 0.5))],
  },
};

const graphOf = ({ body }: Form, height: number, width: number): Graph =>
  buildGraph('program', [of([height, width]), of([width]), of([width]), of([width])], (values) =>
    body(values[0]!, values.slice(1)),
  );

describe('blocks of columns', () => {
  test.each([
    [20, 84, [7]],
    [20, 120, [10]],
    [20, 64, [4]],
    // Of many elements two lines of the cache are read at a time.
    [5000, 64, [2]],
    [5000, 84, [3]],
    // No width leaves nothing: 16 columns, or 8 where there are no more, and the rest alone.
    [20, 82, [5]],
    [20, 58, [3]],
    [20, 26, []],
  ])('of %i x %i', (height, width, counts) => {
    const graph = graphOf(forms['two values of a sum']!, height, width);
    const plan = makeProgram(graph, { verify: true }).plan(families[1].one.target);
    const found: number[] = [];
    walkStatements(plan.launches[0]!.kernel.body, (stmt) => {
      if (stmt.kind === 'for' && stmt.loop === 'parallel') found.push(stmt.to);
    });
    expect(found).toEqual(counts);
  });
});

describe.each(Object.entries(forms))('%s', (_, form) => {
  test('in a loop of its own or not', () => {
    const plan = makeProgram(graphOf(form, 20, 64), { verify: true }).plan(families[1].one.target);
    expect(plan.launches.length).toBe(1);
    let loops = 0;
    walkStatements(plan.launches[0]!.kernel.body, (stmt) => {
      if (stmt.kind === 'for' && stmt.loop === 'lanes' && stmt.to === 8) loops++;
    });
    expect(loops).toBe(form.isLong ? 1 : 0);
  });
  test('is computed as by js on any number of threads, in place or not', () => {
    const size = fc.integer({ min: 1, max: 130 });
    fc.assert(
      fc.property(size, size, fc.boolean(), (height, width, isInPlace) => {
        const graph = graphOf(form, height, width);
        const arrays = graph.inputs.map(({ type }, at) =>
          sampleData(type, at + 1, { low: 0.25, high: 2 }),
        );
        const expected = runCompiledSync(js, graph, arrays);
        const donated = isInPlace ? [1, 2, 3] : [];
        for (const family of families) {
          runFamily(family, makeProgram(graph, { donated, verify: true }), arrays).forEach(
            (array, at) => {
              const difference = mismatch(array, expected[at]!, vectorTolerance);
              expect(difference, `output ${at}`).toBeUndefined();
            },
          );
        }
      }),
      {
        numRuns: 40,
        examples: [
          [128, 32, true],
          [3, 1000, true],
          [9, 815, false],
        ],
      },
    );
  });
});
