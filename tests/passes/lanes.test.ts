/**
 * Plans for targets with vectors, read by the second reader of plans, which runs lanes one after
 * the other; and products and folds of every length in WebAssembly.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { js } from '../../src/backends/js/index.ts';
import { openWasm } from '../../src/backends/wasm/index.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { dot } from '../../src/ir/ops/contractions.ts';
import { exp, mul } from '../../src/ir/ops/elementwise.ts';
import { reduceSum } from '../../src/ir/ops/reductions.ts';
import { registry } from '../../src/ir/ops/registry.ts';
import { sin, tanh } from '../../src/ir/ops/trigonometry.ts';
import { pad, permute } from '../../src/ir/ops/views.ts';
import { parseKernel, parsePlan } from '../../src/ir/parse.ts';
import { printKernel, printPlan } from '../../src/ir/print.ts';
import { verifyKernel } from '../../src/ir/verify.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { vectorize } from '../../src/passes/vectorize.ts';
import { mismatch } from '../../src/testing/mismatch.ts';
import { runCompiledSync } from '../../src/testing/run-graph.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import { excess, expectationsOf } from '../properties/accuracy.ts';
import { longTest, randomProgram, settings } from '../properties/random-program.ts';
import { runKernel, runPlan } from '../properties/run-plan.ts';
import { vectorTolerance } from '../wasm/tolerances.ts';
import { layerNorm, of, scalar, single, softmax } from './models.ts';

const wasm = openWasm();
const target = { lanes: 4 } as const;

test('random programs give what the interpreter gives, and read back', longTest, () => {
  fc.assert(
    fc.property(randomProgram(), (program) => {
      const expected = expectationsOf(program);
      const plan = makeProgram(program.graph, { verify: true }).plan(target);
      const text = printPlan(plan);
      expect(printPlan(parsePlan(text))).toBe(text);
      runPlan(plan, program.arrays).forEach((array, k) => {
        expect(excess(array, expected[k]!), `output ${k}`).toBeLessThanOrEqual(1);
      });
    }),
    settings(60),
  );
});

/** Numbers of one sign: what sums lose is measured by their size. */
const positive = { low: 0, high: 9 };
const expectSame = (graph: Graph, options?: typeof positive): void => {
  const arrays = graph.inputs.map(({ type }, k) => sampleData(type, k + 1, options));
  const expected = runCompiledSync(js, graph, arrays);
  runCompiledSync(wasm, graph, arrays).forEach((array, k) => {
    expect(mismatch(array, expected[k]!, vectorTolerance), `output ${k}`).toBeUndefined();
  });
};

describe('products of every length', () => {
  const lengths = [1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 13, 16, 17, 31, 33];
  const layouts = [
    ['rows by columns', [0, 1], [0, 1]],
    ['rows by rows', [0, 1], [1, 0]],
    ['columns by columns', [1, 0], [0, 1]],
    ['columns by rows', [1, 0], [1, 0]],
  ] as const;
  test.each(layouts)('%s', (_, xAxes, yAxes) => {
    for (const length of lengths) {
      for (const [m, k, n] of [
        [length, 9, 10],
        [6, length, 13],
        [5, 12, length],
      ] as const) {
        const types = [
          of(xAxes.map((axis) => [m, k][axis]!)),
          of(yAxes.map((axis) => [k, n][axis]!)),
        ];
        expectSame(
          single('product', types, (x, y) =>
            dot([permute(x, { axes: xAxes }), permute(y, { axes: yAxes })], {
              batch: [[], []],
              contract: [[1], [0]],
            }),
          ),
        );
      }
    }
  });
});

describe('folds of every length', () => {
  const lengths = [1, 3, 4, 7, 8, 9, 15, 16, 17, 33, 1023, 1025, 5000];
  const names = ['reduceSum', 'reduceMax', 'reduceMin', 'argMax', 'argMin', 'firstMax'] as const;
  test.each(names)('%s', (name) => {
    for (const length of lengths) {
      for (const axis of [0, 1]) {
        const type = of(axis === 0 ? [length, 9] : [3, length]);
        expectSame(
          single(name, [type], (x) => (registry[name] as never as Fold)(x, { axes: [axis] })),
          name === 'reduceSum' ? positive : undefined,
        );
      }
    }
  });
  test.each([64, 128, 136, 256, 257, 1024, 3000])('long rows of %i', (length) => {
    expectSame(single('softmax', [of([3, length])], (x) => softmax(x)));
    expectSame(
      single('sum', [of([2, length])], (x) => reduceSum(x, { axes: [1] })),
      positive,
    );
  });
  test.each([767, 768, 784, 1000, 1024])('columns of lines of %i', (length) => {
    for (const count of [7, 700]) {
      const graph = single('sum', [of([count, length])], (x) => reduceSum(x, { axes: [0] }));
      expectSame(graph, positive);
      // Twelve vectors of sums side by side.
      const text = printPlan(makeProgram(graph).plan(target));
      expect(/\* 48 \+ v\d+ \+ 44\]/.test(text)).toBe(length >= 768);
    }
  });
  test.each(lengths)('softmax over the first and a middle axis of %i', (length) => {
    for (const shape of [
      [length, 9],
      [2, length, 5],
      [length, 3],
    ]) {
      const axis = shape.length - 2;
      const axes = shape.map((_, k) => k);
      [axes[axis], axes[axis + 1]] = [axis + 1, axis];
      expectSame(
        single('softmax', [of(shape)], (x) => permute(softmax(permute(x, { axes })), { axes })),
      );
    }
  });
  test.each(lengths)('softmax and normalisation of %i', (length) => {
    expectSame(single('softmax', [of([3, length])], (x) => softmax(x)));
    const types = [of([3, length]), of([length]), of([length])];
    expectSame(single('layerNorm', types, (x, s, b) => layerNorm(x, s, b)));
  });
});
describe('short loops in loops', () => {
  const kernelOf = (length: number, inPlace: string): string =>
    `kernel map0(read b0: f32[${3 * length}], write b1: f32[${3 * length}])${inPlace} flops 9 {
  parallel v0 in 0..3 {
    parallel v1 in 0..${length} {
      let v2: f32 = b0[v0 * ${length} + v1]
      b1[v0 * ${length} + v1] = v2 * v2 + f32(v1)
    }
  }
}`;
  test.each([5, 14, 31])('of %i end with a vector that overlaps the one before', (length) => {
    for (const inPlace of ['', ' inPlace (0 -> 1)']) {
      const kernel = parseKernel(kernelOf(length, inPlace));
      const made = vectorize(kernel, 4);
      verifyKernel(made, 'vectorize');
      const text = printKernel(made);
      // In place it would read what the one before has written. Threads would both write there.
      expect(text.includes(`min(`)).toBe(inPlace === '');
      expect(text.split('parallel ').length - 1).toBe(inPlace === '' ? 1 : 3);
      const x = sampleData(of([3 * length]), 1);
      const [expected, actual] = [0, 1].map(() => [x.slice(), new Float32Array(3 * length)]);
      if (inPlace !== '') actual![1] = actual![0]!;
      runKernel(kernel, expected!);
      runKernel(made, actual!);
      expect(mismatch(actual![1]!, expected![1]!)).toBeUndefined();
    }
  });
});

describe('elementwise loops of every length', () => {
  const lengths = [3, 4, 5, 8, 15, 16, 17, 31, 32, 33, 47, 63, 64, 65, 130];
  const kernelOf = (length: number, inPlace: string): string =>
    `kernel map0(read b0: f32[${length}], write b1: f32[${length}])${inPlace} flops 9 {
  parallel v0 in 0..${length} {
    let v1: f32 = b0[v0]
    b1[v0] = v1 * v1 + f32(v0)
  }
}`;
  test.each(lengths)('%i', (length) => {
    for (const inPlace of ['', ' inPlace (0 -> 1)']) {
      const kernel = parseKernel(kernelOf(length, inPlace));
      const made = vectorize(kernel, 4);
      verifyKernel(made, 'vectorize');
      const text = printKernel(made);
      expect(text.includes('lanes ')).toBe(length >= 4);
      expect(text.includes('in 0..16 {')).toBe(length >= 32);
      if (length > 4 && length % 4 !== 0) {
        // A last vector would read what those before it may have overwritten.
        expect(text.includes(`in ${length - 4}..${length} step 4`)).toBe(inPlace === '');
      }
      const x = sampleData(of([length]), 1);
      const [expected, actual] = [0, 1].map(() => [x.slice(), new Float32Array(length)]);
      if (inPlace !== '') actual![1] = actual![0]!;
      runKernel(kernel, expected!);
      runKernel(made, actual!);
      expect(mismatch(actual![1]!, expected![1]!)).toBeUndefined();
    }
    // Several vectors side by side, functions and padding, in WebAssembly.
    expectSame(
      single('chain', [of([length])], (x) => mul(tanh(sin(mul(x, scalar(x, 2)))), exp(x))),
    );
    expectSame(single('strided', [of([length, 3])], (x) => exp(permute(x, { axes: [1, 0] }))));
    expectSame(
      single('padded', [of([2, length])], (x) =>
        tanh(pad(x, { low: [0, 2], high: [1, 3], interior: [0, 0], value: 0.5 })),
      ),
    );
  });
});
type Fold = (x: Parameters<typeof softmax>[0], params: object) => Parameters<typeof softmax>[0];
