/** Short loops inside of lanes, which are written out: the taps of convolutions. */
import { expect, test } from 'vitest';
import { js } from '../../src/backends/js/index.ts';
import { openWasm } from '../../src/backends/wasm/index.ts';
import { conv } from '../../src/ir/ops/contractions.ts';
import { parseKernel } from '../../src/ir/parse.ts';
import { printKernel } from '../../src/ir/print.ts';
import { verifyKernel } from '../../src/ir/verify.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { writeOutTaps } from '../../src/passes/write-out-taps.ts';
import { mismatch } from '../../src/testing/mismatch.ts';
import { runCompiledSync } from '../../src/testing/run-graph.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import { runKernel } from '../properties/run-plan.ts';
import { vectorTolerance } from '../wasm/tolerances.ts';
import { of, single } from './models.ts';

interface Form {
  readonly channels?: number;
  readonly taps: number;
  readonly sums?: number;
  readonly below?: string;
  readonly more?: string;
}
/** Channels, and for each a loop over taps that makes so many sums of four lanes. */
const kernelOf = ({ channels = 9, taps, sums = 2, below = '', more = '' }: Form): string => {
  const each = (line: (k: number) => string): string =>
    Array.from({ length: sums }, (_, k) => line(k)).join('\n');
  return `kernel k(read b0: f32[200], read b1: f32[400], write b2: f32[800]) flops 0 {
    lanes v0 in 0..4 {
      ${each((k) => `var v${20 + k}: f32 = 0_f32`)}
      for v1 in 0..${channels} {
        for v2 in 0..${taps}${below} {
          let v3: f32 = b1[v1 * 16 + v2 + v0]
          ${each((k) => `v${20 + k} = v${20 + k} + b0[v1 * ${taps} + v2 + ${k}] * v3`)}
          ${more}
        }
      }
      ${each((k) => `b2[v0 + ${4 * k}] = v${20 + k}`)}
    }
  }`;
};
/** How many loops are inside of lanes once the taps are written out, with the same bits. */
const loopsOf = (form: Form): number => {
  // Numbers that no other local gets.
  const kernel = parseKernel(kernelOf(form).replaceAll(/v(\d+)/g, 'v1000$1'));
  verifyKernel(kernel, 'test');
  const after = writeOutTaps(kernel);
  verifyKernel(after, 'write out');
  const data = kernel.parameters.map(({ buffer: { dtype, length } }, k) =>
    sampleData({ dtype, shape: [length] }, k + 1),
  );
  const [expected, actual] = [data, data.map((array) => array.slice())];
  runKernel(kernel, expected);
  runKernel(after, actual);
  actual.forEach((array, k) => {
    expect(mismatch(array, expected[k]!)).toBeUndefined();
  });
  return printKernel(after).split('for ').length - 1;
};

test.each<[string, Form, number]>([
  ['three taps', { taps: 3 }, 1],
  ['eight taps', { taps: 8 }, 1],
  ['nine taps', { taps: 9 }, 2],
  ['taps of few channels', { channels: 3, taps: 3 }, 0],
  ['taps of few channels that make too many sums', { channels: 5, taps: 5, sums: 4 }, 1],
  ['taps that make too many sums', { taps: 5, sums: 20 }, 2],
  ['taps that are as many as a number says', { taps: 5, below: ' below v1' }, 2],
  ['taps that store something', { taps: 3, more: 'b2[v0 + 700] = v3' }, 2],
])('%s', (_, form, loops) => {
  expect(loopsOf(form)).toBe(loops);
});

const convolution = single('conv', [of([2, 1, 3, 9, 20]), of([1, 4, 3, 5, 5])], (x, w) =>
  conv([x, w], { stride: [1, 1], dilation: [1, 1] }),
);
test('of a convolution are written out where instructions keep their order', () => {
  const textOf = (keepsOrder: boolean): string => {
    const target = { lanes: 4, keepsOrder, tile: { rows: 2, vectors: 4 } };
    const plan = makeProgram(convolution, { verify: true }).plan(target);
    return plan.launches.map(({ kernel }) => printKernel(kernel)).join('\n');
  };
  expect(textOf(false)).toMatch(/for v\d+ in 0\.\.5 \{\s*for v\d+ in 0\.\.5 \{\s*let/);
  expect(textOf(true)).not.toMatch(/for v\d+ in 0\.\.5 \{\s*for v\d+ in 0\.\.5 \{/);
  expect(textOf(true)).toMatch(/for v\d+ in 0\.\.5 \{\s*let/);
});
test('of a convolution compute what js computes', () => {
  const arrays = convolution.inputs.map(({ type }, k) => sampleData(type, k + 1));
  const [expected] = runCompiledSync(js, convolution, arrays);
  for (const keepsOrder of [true, false]) {
    const [actual] = runCompiledSync(openWasm({}, { keepsOrder }), convolution, arrays);
    expect(mismatch(actual!, expected!, vectorTolerance)).toBeUndefined();
  }
});
