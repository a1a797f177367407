/**
 * Loops split where their conditions change: every kernel computes what it did, and what vectors
 * are to run has no condition left.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseKernel } from '../../src/ir/parse.ts';
import { printKernel } from '../../src/ir/print.ts';
import { allocate, type TypedArray } from '../../src/ir/types.ts';
import { verifyKernel } from '../../src/ir/verify.ts';
import { annotate, schedule } from '../../src/passes/schedule.ts';
import { splitLoops } from '../../src/passes/split-loops.ts';
import { vectorize } from '../../src/passes/vectorize.ts';
import { mismatch } from '../../src/testing/mismatch.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import { runKernel } from '../properties/run-plan.ts';

/** The text of the kernel for vectors, once it is known to compute the same bits. */
const split = (text: string): string => {
  const kernel = parseKernel(text);
  verifyKernel(kernel, 'test');
  const alone = splitLoops(kernel, 4);
  verifyKernel(alone, 'split');
  const after = vectorize(annotate(schedule(alone)), 4);
  verifyKernel(after, 'vectorize');
  const data = (): TypedArray[] =>
    kernel.parameters.map(({ buffer: { dtype, length }, access }, k) =>
      access === 'write' ? allocate(dtype, length) : sampleData({ dtype, shape: [length] }, k + 1),
    );
  const [expected, ...others] = [data(), data(), data()];
  runKernel(kernel, expected!);
  [alone, after].forEach((other, k) => {
    const actual = others[k]!;
    runKernel(other, actual);
    expected!.forEach((array, p) => {
      expect(mismatch(actual[p]!, array), `parameter ${p}`).toBeUndefined();
    });
  });
  return printKernel(after);
};
/** The statements of the lanes loops of a text. */
const lanesIn = (text: string): string => {
  const lines: string[] = [];
  let depth = -1;
  for (const line of text.split('\n')) {
    const indent = line.length - line.trimStart().length;
    if (depth >= 0 && indent <= depth) depth = -1;
    if (depth >= 0) lines.push(line);
    if (line.trimStart().startsWith('lanes ')) depth = indent;
  }
  return lines.join('\n');
};

describe('conditions', () => {
  test('of padding are gone inside, and so are they on the other axis', () => {
    const text = split(`kernel map0(read b0: f32[30], write b1: f32[64]) flops 64 {
  parallel v0 in 0..8 {
    parallel v1 in 0..8 {
      var v2: f32 = 0_f32
      if and(and(and(v0 - 1 >= 0, v0 - 1 < 6), v1 - 2 >= 0), v1 - 2 < 5) {
        v2 = b0[v0 * 5 + v1 - 7]
      }
      b1[v0 * 8 + v1] = v2
    }
  }
}`);
    expect(text).not.toContain('if ');
    expect(lanesIn(text)).toContain('b0[');
  });
  test('of windows stay at the borders only', () => {
    const text = split(`kernel rows0(read b0: f32[40], write b1: f32[40]) flops 120 {
  parallel v0 in 0..40 {
    var v1: f32 = 0_f32
    for v2 in 0..3 {
      var v3: f32 = 0_f32
      if and(v0 + v2 - 1 >= 0, v0 + v2 - 1 < 40) {
        v3 = b0[v0 + v2 - 1]
      }
      v1 = v1 + v3
    }
    b1[v0] = v1
  }
}`);
    expect(text).toContain('if ');
    expect(lanesIn(text)).toContain('b0[');
    expect(lanesIn(text)).not.toMatch(/if |for /);
  });
  test('that ask for remainders make a loop per remainder', () => {
    const text = split(`kernel map0(read b0: f32[10], write b1: f32[20]) flops 20 {
  parallel v0 in 0..20 {
    var v1: f32 = 0_f32
    if v0 % 2 == 0 {
      v1 = b0[v0 / 2]
    }
    b1[v0] = v1
  }
}`);
    expect(text).not.toContain('if ');
    expect(text).not.toContain('%');
    expect(lanesIn(text)).toContain('b0[');
  });
  test('of two axes that ask for remainders make a loop per remainder of each', () => {
    const text = split(`kernel map0(read b0: f32[60], write b1: f32[240]) flops 20 {
  parallel v0 in 0..12 {
    parallel v1 in 0..20 {
      var v2: f32 = 0_f32
      if and(v0 % 2 == 0, v1 % 2 == 0) {
        v2 = b0[v0 / 2 * 10 + v1 / 2]
      }
      b1[v0 * 20 + v1] = v2
    }
  }
}`);
    expect(text).not.toContain('if ');
    expect(text).not.toMatch(/[/%] /);
    expect(lanesIn(text)).toContain('b0[');
    expect(text.split('lanes ').length - 1).toBeGreaterThanOrEqual(4);
  });
  test('decide those inside of them', () => {
    const text =
      split(`kernel map0(read b0: f32[64], read b1: f32[64], write b2: f32[200]) flops 9 {
  parallel v0 in 0..2 {
    parallel v1 in 0..100 {
      var v2: f32 = 0_f32
      if and(v1 - 3 >= 0, v1 - 3 < 64) {
        if v0 + (v1 - 3) / 64 < 1 {
          v2 = b0[(v0 * 64 + v1 - 3) % 64]
        } else {
          v2 = b1[(v0 * 64 + v1 - 3) % 64]
        }
      }
      b2[v0 * 100 + v1] = v2
    }
  }
}`);
    expect(text).not.toMatch(/[/%] /);
    expect(lanesIn(text)).toContain('b1[');
  });
  test('hold for every step of a short loop inside', () => {
    const text = split(`kernel map0(read b0: f32[66], write b1: f32[32]) flops 96 {
  parallel v0 in 0..32 {
    var v1: f32 = 0_f32
    if b0[v0] > 0_f32 {
      for v2 in 0..3 {
        v1 = v1 + b0[v0 + v2 * 17]
      }
    }
    b1[v0] = v1
  }
}`);
    expect(text).toMatch(/b0\[v\d+ \+ 34\]/);
    expect(text).not.toContain('for ');
  });
  test('decide quotients where they hold', () => {
    const text = split(`kernel map0(read b0: f32[96], write b1: f32[160]) flops 160 {
  parallel v0 in 0..4 {
    parallel v1 in 0..40 {
      var v2: f32 = 0_f32
      for v3 in 0..3 {
        var v4: f32 = 0_f32
        if and(v1 - v3 >= 0, v1 - v3 < 24) {
          v4 = b0[(v1 - v3 + 2) / 24]
          v4 = v4 + b0[(v0 * 72 + (v1 - v3) * 3 + v3) / 72 * 24 + (v0 * 72 + (v1 - v3) * 3 + v3) / 3 % 24]
        }
        v2 = v2 + v4
      }
      b1[v0 * 40 + v1] = v2
    }
  }
}`);
    expect(lanesIn(text)).not.toContain('%');
    expect(text.match(/[/] /g)).toHaveLength(text.match(/[/] 24/g)!.length);
  });
});

test('data that wraps or is negative keeps its meaning', () => {
  split(`kernel map0(read b0: f32[20], write b1: i32[20], write b2: i32[20]) flops 20 {
  parallel v0 in 0..20 {
    var v1: i32 = 0
    if v0 - 4 >= 0 {
      v1 = i32(b0[v0 - 4]) + (v0 * 2 - 25) % 2 + (v0 * 2 - 25) / 2
    }
    b1[v0] = v1
    b2[v0] = v0 * 1000000007 % 77
  }
}`);
});

test('kernels without conditions stay as they are', () => {
  const kernel = parseKernel(`kernel map0(read b0: f32[20], write b1: f32[20]) flops 20 {
  parallel v0 in 0..20 {
    let v1: f32 = b0[v0]
    b1[v0] = v1 + v1
  }
}`);
  expect(splitLoops(kernel, 4)).toBe(kernel);
});

test('windows of every stride, dilation and padding compute the same bits', () => {
  const sizes = fc.record({
    length: fc.integer({ min: 1, max: 30 }),
    taps: fc.integer({ min: 1, max: 5 }),
    stride: fc.integer({ min: 1, max: 5 }),
    dilation: fc.integer({ min: 1, max: 3 }),
    shift: fc.integer({ min: -4, max: 9 }),
    extent: fc.integer({ min: 1, max: 70 }),
    sign: fc.constantFrom(-1, 1),
    isTransposed: fc.boolean(),
  });
  fc.assert(
    fc.property(sizes, ({ length, taps, stride, dilation, shift, extent, sign, isTransposed }) => {
      const step = isTransposed ? 1 : stride;
      const start = `v1 * ${step} ${sign < 0 ? '-' : '+'} v3 * ${dilation} - ${shift}`;
      const limit = isTransposed ? (length - 1) * stride + 1 : length;
      const parts = [`${start} >= 0`, `${start} < ${limit}`];
      if (isTransposed && stride > 1) parts.push(`(${start}) % ${stride} == 0`);
      const condition = parts.reduce((all, part) => `and(${all}, ${part})`);
      const place = isTransposed ? `(${start}) / ${stride}` : start;
      split(`kernel rows0(read b0: f32[${3 * length}], write b1: f32[${3 * extent}]) flops 9 {
  parallel v0 in 0..3 {
    parallel v1 in 0..${extent} {
      var v2: f32 = 0_f32
      for v3 in 0..${taps} {
        var v4: f32 = 0_f32
        if ${condition} {
          v4 = b0[v0 * ${length} + ${isTransposed && stride === 1 ? start : place}]
        }
        v2 = v2 + v4 * 0.5_f32
      }
      b1[v0 * ${extent} + v1] = v2
    }
  }
}`);
    }),
    { numRuns: 300 },
  );
});
