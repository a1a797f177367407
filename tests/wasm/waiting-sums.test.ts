/** Long computations of many sums, which wait in a result until all of them are there. */
import { afterAll, describe, expect, test } from 'vitest';
import { js } from '../../src/backends/js/index.ts';
import { buildGraph, type Value } from '../../src/ir/graph.ts';
import { walkLoads, walkStatements } from '../../src/ir/kernel.ts';
import { dot } from '../../src/ir/ops/contractions.ts';
import { add, exp, mul, relu } from '../../src/ir/ops/elementwise.ts';
import { gt } from '../../src/ir/ops/logic.ts';
import { tanh } from '../../src/ir/ops/trigonometry.ts';
import { permute, reshape } from '../../src/ir/ops/views.ts';
import type { TypedArray } from '../../src/ir/types.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { mismatch } from '../../src/testing/mismatch.ts';
import { runCompiledSync } from '../../src/testing/run-graph.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import { gelu, of, overRows, scalar } from '../passes/models.ts';
import { endFamilies, openFamilies, runFamily } from './backend-families.ts';
import { vectorTolerance } from './tolerances.ts';

const families = await openFamilies();
afterAll(() => endFamilies(families));

interface Form {
  readonly shape: readonly [m: number, k: number, n: number];
  readonly isWaiting: boolean;
  readonly body: (product: Value, others: Others) => readonly Value[];
}
/** What a computation may read beside the product. */
interface Others {
  readonly row: Value;
  readonly argument: Value;
  /** Another product, of a kernel of its own. */
  readonly before: Value;
}
const forms: Readonly<Record<string, Form>> = {
  'one result': { shape: [512, 5, 512], isWaiting: true, body: (x) => [gelu(x)] },
  'three results': {
    shape: [600, 3, 450],
    isWaiting: true,
    body: (x, { row }) => {
      const sum = add(x, overRows(row, x));
      return [sum, gelu(sum), exp(tanh(sum))];
    },
  },
  'what was computed before': {
    shape: [700, 4, 401],
    isWaiting: true,
    body: (x, { before }) => [mul(exp(tanh(before)), tanh(x))],
  },
  'an argument that may be overwritten': {
    shape: [700, 4, 401],
    isWaiting: false,
    body: (x, { argument }) => [mul(tanh(exp(argument)), tanh(x))],
  },
  'a result in another shape': {
    shape: [512, 4, 514],
    isWaiting: true,
    body: (x) => [reshape(gelu(x), { shape: [1024, 257] })],
  },
  'a result in another order': {
    shape: [512, 4, 514],
    isWaiting: false,
    body: (x) => [permute(gelu(x), { axes: [1, 0] })],
  },
  'a result of another dtype': {
    shape: [512, 5, 512],
    isWaiting: false,
    body: (x) => [gt(exp(tanh(x)), scalar(x, 1))],
  },
  'a short computation': { shape: [512, 5, 512], isWaiting: false, body: (x) => [relu(x)] },
  'few results': { shape: [300, 5, 400], isWaiting: false, body: (x) => [gelu(x)] },
  'few columns': { shape: [2100, 5, 128], isWaiting: false, body: (x) => [gelu(x)] },
};

describe.each(Object.entries(forms))('%s', (_, { shape: [m, k, n], isWaiting, body }) => {
  const types = [of([m, k]), of([k, n]), of([n]), of([m, n]), of([m, k]), of([k, n])];
  const product = (x: Value, w: Value): Value =>
    dot([x, w], { contract: [[1], [0]], batch: [[], []] });
  const graph = buildGraph('program', types, ([x, w, row, argument, other, weights]) => {
    const before = product(other!, weights!);
    return body(product(x!, w!), { row: row!, argument: argument!, before });
  });
  const arrays = types.map((type, at) => sampleData(type, at + 1));

  test(`${isWaiting ? 'waits' : 'does not wait'}`, () => {
    const plan = makeProgram(graph, { verify: true }).plan(families[1].one.target);
    const { kernel } = plan.launches.at(-1)!;
    const results = kernel.parameters.flatMap(({ buffer, access }) =>
      access === 'write' ? [buffer.id] : [],
    );
    const read = new Set<number>();
    walkStatements(kernel.body, (stmt) => walkLoads(stmt, ({ buffer }) => read.add(buffer.id)));
    expect(results.filter((id) => read.has(id)).length).toBe(isWaiting ? 1 : 0);
  });
  test('is computed as by js on any number of threads', () => {
    const expected = runCompiledSync(js, graph, arrays);
    for (const family of families) {
      const actual: TypedArray[] = runFamily(family, makeProgram(graph), arrays);
      actual.forEach((array, at) => {
        expect(mismatch(array, expected[at]!, vectorTolerance), `output ${at}`).toBeUndefined();
      });
    }
  });
});
