/** What is added under a condition: the same sums, to the bit, without the term that may be 0. */
import { describe, expect, test } from 'vitest';
import { parseKernel } from '../../src/ir/parse.ts';
import { printKernel } from '../../src/ir/print.ts';
import { verifyKernel } from '../../src/ir/verify.ts';
import { guardSums } from '../../src/passes/guarded-sums.ts';
import { runKernel } from '../properties/run-plan.ts';

/** A kernel that adds up to four of eight numbers, with these statements around the addition. */
const kernelOf = (statements: string, first = '0_f32', end = 'v1'): string =>
  `kernel rows0(read b0: f32[8], write b1: f32[5]) flops 20 {
  parallel v0 in 0..5 {
    var v1: f32 = ${first}
    for v2 in 0..4 {
${statements
  .trim()
  .split('\n')
  .map((line) => `      ${line}`)
  .join('\n')}
    }
    b1[v0] = ${end}
  }
}`;
/** What becomes of the kernel, once it is known to compute the same bits. */
const guarded = (text: string): string => {
  const kernel = parseKernel(text);
  const after = { ...kernel, body: guardSums(kernel.body) };
  verifyKernel(after, 'test');
  const numbers = [-0, 3, -0, Number.NaN, -3, 1e30, -1e30, 0];
  for (let turn = 0; turn < numbers.length; turn++) {
    const data = Float32Array.from(numbers, (_, k) => numbers[(k + turn) % 8]!);
    const results = [kernel, after].map((one) => {
      const result = new Float32Array(5);
      runKernel(one, [data, result]);
      return new Uint32Array(result.buffer);
    });
    expect(results[1]).toEqual(results[0]);
  }
  return printKernel(after);
};

const term = `var v3: f32 = 0_f32
if v0 + v2 < 6 {
  let v4: f32 = b0[v0 + v2]
  v3 = v4 * 2_f32
}
`;
const outcome = (statements: string): string => printKernel(parseKernel(kernelOf(statements)));

describe('a term under a condition', () => {
  test('is added there', () => {
    const expected = outcome(`if v0 + v2 < 6 {
  let v3: f32 = b0[v0 + v2]
  v1 = v1 + v3 * 2_f32
}`);
    expect(guarded(kernelOf(`${term}v1 = v1 + v3`))).toBe(expected);
    expect(guarded(kernelOf(`${term}let v5: f32 = v3\nv1 = v1 + v5`))).toBe(expected);
  });
  test('is added there with names for it and for the sum, whichever comes first', () => {
    const statements = `${term}let v5: f32 = v3\nlet v6: f32 = v5 + v1\nv1 = v6`;
    expect(guarded(kernelOf(statements))).toBe(
      outcome(`if v0 + v2 < 6 {
  let v3: f32 = b0[v0 + v2]
  let v4: f32 = v3 * 2_f32 + v1
  v1 = v4
}`),
    );
  });
  test.each([
    ['that somebody else reads', `${term}v1 = v1 + v3\nb1[v0] = v3`],
    ['that is subtracted', `${term}v1 = v1 - v3`],
    ['of a product', `${term}v1 = v1 * v3`],
    ['that is added to something else', `${term}v1 = v3 + v3`],
    ['that is 1 elsewhere', `${term.replace('0_f32', '1_f32')}v1 = v1 + v3`],
    [
      'that another condition sets as well',
      `var v3: f32 = 0_f32
if v0 < 6 {
  if v2 < 2 {
    v3 = 1_f32
  }
  v3 = b0[v0]
}
v1 = v1 + v3`,
    ],
    [
      'with an alternative',
      `var v3: f32 = 0_f32
if v0 + v2 < 6 {
  v3 = b0[v0 + v2]
} else {
  v3 = 4_f32
}
v1 = v1 + v3`,
    ],
  ])('%s stays', (_, statements) => {
    const text = kernelOf(statements);
    expect(guarded(text)).toBe(printKernel(parseKernel(text)));
  });
  test('stays where the sum may be -0', () => {
    const ofNegativeZero = kernelOf(`${term}v1 = v1 + v3`, '-0_f32');
    expect(guarded(ofNegativeZero)).toBe(printKernel(parseKernel(ofNegativeZero)));
    const changed = kernelOf(`${term}v1 = v1 + v3\nv1 = neg(v1)`);
    expect(guarded(changed)).toBe(printKernel(parseKernel(changed)));
  });
});
