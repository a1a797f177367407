/**
 * Scheduling of kernels written by hand: loops merge, places move out and locals are inlined where
 * that keeps the meaning, and nowhere else. Each kernel runs before and after, interpreted.
 */
import { describe, expect, test } from 'vitest';
import { js } from '../../src/backends/js/index.ts';
import { buildGraph } from '../../src/ir/graph.ts';
import { iota } from '../../src/ir/ops/constants.ts';
import { reshape } from '../../src/ir/ops/views.ts';
import { parseKernel } from '../../src/ir/parse.ts';
import { printKernel } from '../../src/ir/print.ts';
import { allocate, type TypedArray } from '../../src/ir/types.ts';
import { verifyKernel } from '../../src/ir/verify.ts';
import { annotate, schedule } from '../../src/passes/schedule.ts';
import { mismatch } from '../../src/testing/mismatch.ts';
import { runCompiledSync } from '../../src/testing/run-graph.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import { runKernel } from '../properties/run-plan.ts';

/** The text of the scheduled kernel, once it is known to compute the same. */
const scheduled = (text: string): string => {
  const kernel = parseKernel(text);
  verifyKernel(kernel, 'test');
  const after = annotate(schedule(kernel));
  verifyKernel(after, 'schedule');
  const data = (): TypedArray[] =>
    kernel.parameters.map(({ buffer: { dtype, length }, access }, k) =>
      access === 'write'
        ? allocate(dtype, length)
        : sampleData({ dtype, shape: [length] }, k + 1, dtype === 'i32' ? { low: 0, high: 3 } : {}),
    );
  const [expected, actual] = [data(), data()];
  runKernel(kernel, expected);
  runKernel(after, actual);
  expected.forEach((array, k) => {
    expect(mismatch(actual[k]!, array), `parameter ${k}`).toBeUndefined();
  });
  return printKernel(after);
};
const loopsIn = (text: string): number =>
  text.split('\n').filter((line) => / in \d/.test(line)).length;

describe('nested loops', () => {
  test('become one where they walk memory in order', () => {
    const text = scheduled(`kernel map0(read b0: f32[12], write b1: f32[12]) flops 12 {
  parallel v0 in 0..3 {
    parallel v1 in 0..4 {
      b1[v0 * 4 + v1] = sin(b0[v0 * 4 + v1])
    }
  }
}`);
    expect(loopsIn(text)).toBe(1);
    expect(text).toContain('0..12');
  });

  test.each([
    ['a transposed read', 'b1[v0 * 4 + v1] = b0[v1 * 3 + v0]'],
    ['a repeated read', 'b1[v0 * 4 + v1] = b0[v1]'],
    ['a row in steps', 'b1[v0 * 4 + v1] = b0[v0 * 5 + v1]'],
    ['an index as a number', 'b1[v0 * 4 + v1] = b0[v0 * 4 + v1] + f32(v1)'],
    ['a gathered place', 'b1[v0 * 4 + v1] = b0[b2[v0 * 4 + v1] * 4 + v1]'],
  ])('stay two for %s', (_, body) => {
    const text = scheduled(
      `kernel map0(read b0: f32[16], write b1: f32[12], read b2: i32[12]) flops 12 {
  parallel v0 in 0..3 {
    parallel v1 in 0..4 {
      ${body}
    }
  }
}`,
    );
    expect(loopsIn(text)).toBe(2);
  });

  test('of different kinds stay two', () => {
    const text = scheduled(`kernel map0(read b0: f32[12], write b1: f32[12]) flops 12 {
  parallel v0 in 0..3 {
    for v1 in 0..4 {
      b1[v0 * 4 + v1] = b0[v0 * 4 + v1]
    }
  }
}`);
    expect(loopsIn(text)).toBe(2);
  });
});

describe('parts of places', () => {
  test('that do not change move out of the innermost loop', () => {
    const text = scheduled(`kernel rows0(read b0: f32[12], write b1: f32[3]) flops 12 {
  parallel v0 in 0..3 {
    var v1: f32 = 0_f32
    for v2 in 0..4 {
      v1 = v1 + b0[v0 * 4 + v2]
    }
    b1[v0] = v1
  }
}`);
    expect(text).toMatch(/let v2: i32 = v0 \* 4\n {4}for v3 in 0\.\.4/);
  });

  test('that a loop itself changes stay inside', () => {
    scheduled(`kernel rows0(read b0: f32[16], write b1: f32[4]) flops 12 {
  var v0: i32 = 0
  for v1 in 0..4 {
    b1[v1] = b0[v0 * 2 + 1 + v1]
    v0 = v0 + v1
  }
}`);
  });
});

describe('locals that are used once', () => {
  test('are written at their use', () => {
    const text = scheduled(`kernel map0(read b0: f32[4], write b1: f32[4]) flops 4 {
  parallel v0 in 0..4 {
    let v1: f32 = b0[v0]
    let v2: f32 = v1 * 2_f32
    b1[v0] = v2
  }
}`);
    expect(text).toContain('b1[v0] = b0[v0] * 2_f32');
  });

  test('and read memory do not wait past a store', () => {
    const text = scheduled(`kernel map0(update b0: f32[4]) flops 4 {
  let v0: f32 = b0[0]
  b0[0] = 7_f32
  b0[1] = v0
}`);
    expect(text).toContain('let v0: f32 = b0[0]');
  });

  test('and read an accumulator do not wait past its change', () => {
    const text = scheduled(`kernel rows0(read b0: f32[4], write b1: f32[2]) flops 4 {
  var v0: f32 = 1_f32
  let v1: f32 = v0 + 1_f32
  v0 = b0[2]
  b1[0] = v1
  b1[1] = v0
}`);
    expect(text).toMatch(/let v1: f32 = v0 \+ 1_f32/);
  });
});

describe('memory may be shared', () => {
  const pairsOf = (body: string, extra = ''): string => {
    const text = `kernel map0(read b0: f32[8], write b1: f32[8]${extra}) flops 8 {\n${body}\n}`;
    return /inPlace \(([^)]*)\)/.exec(scheduled(text))?.[1] ?? 'none';
  };
  test.each([
    [
      'an element is read before it is written',
      'parallel v0 in 0..8 {\n b1[v0] = b0[v0] * 2_f32\n}',
      '0 -> 1',
    ],
    ['another one is read', 'parallel v0 in 0..8 {\n b1[v0] = b0[7 - v0]\n}', 'none'],
    [
      'it is read by the next iteration',
      'for v0 in 0..7 {\n b1[v0] = b0[v0] + b0[v0 + 1]\n}',
      'none',
    ],
    [
      'it is read after it is written',
      'parallel v0 in 0..8 {\n b1[v0] = 1_f32\n b1[v0] = b0[v0]\n}',
      'none',
    ],
    ['one element is read by all', 'parallel v0 in 0..8 {\n b1[v0] = b0[v0] + b0[0]\n}', 'none'],
    [
      'only a part is read',
      'parallel v0 in 0..8 {\n b1[v0] = 2_f32\n}\nparallel v1 in 0..4 {\n b1[v1] = b0[v1]\n}',
      'none',
    ],
  ])('%s', (_, body, expected) => {
    expect(pairsOf(body)).toBe(expected);
  });
  test('lengths and dtypes must be equal', () => {
    const body =
      'parallel v0 in 0..8 {\n b1[v0] = b0[v0]\n b2[v0] = f64(b0[v0])\n b3[v0] = b0[v0]\n}';
    expect(pairsOf(body, ', write b2: f64[8], write b3: f32[9]')).toBe('none');
  });
});

test('a place that is also what is stored there keeps its loops', () => {
  const graph = buildGraph('numbered', [], () => {
    const count = iota([], { axis: 0, dtype: 'i32', shape: [15] });
    return [reshape(count, { shape: [3, 5] })];
  });
  const [result] = runCompiledSync(js, graph, []);
  expect(Array.from(result!)).toEqual(Array.from({ length: 15 }, (_, k) => k));
});
