/** What generated JavaScript computes, against the meaning of the instructions. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emitKernel } from '../../src/backends/js/emit-kernel.ts';
import { decodeNumbers, encodeNumbers } from '../../src/ir/half.ts';
import type { Expr, Kernel, KernelBuffer } from '../../src/ir/kernel.ts';
import { parseKernel } from '../../src/ir/parse.ts';
import { binaryNames, compareNames, numbers, unaryNames } from '../../src/ir/scalar.ts';
import { bytesOf, type DType, dtypes } from '../../src/ir/types.ts';
import { verifyKernel } from '../../src/ir/verify.ts';
import { edges, evaluate, index, operands, randomExpression } from '../ir/random-expression.ts';
import { runKernel } from './run-kernel.ts';

const filled = encodeNumbers;

/** Runs `out[i] = body(x[i], y[i])` on all pairs of edge values and compares every element. */
const checkPairs = (
  from: DType,
  to: DType,
  body: (x: Expr, y: Expr) => Expr,
  meaning: (x: number, y: number) => number,
): void => {
  const pairs = edges[from].flatMap((x) => edges[from].map((y) => [x, y] as const));
  const buffer = (id: number, dtype: DType): KernelBuffer => ({ id, dtype, length: pairs.length });
  const [bx, by, out] = [buffer(0, from), buffer(1, from), buffer(2, to)];
  const i = { ...index, range: [0, pairs.length - 1] as const };
  const load = (b: KernelBuffer): Expr => ({ kind: 'load', buffer: b, at: i, dtype: b.dtype });
  const kernel: Kernel = {
    name: 'map0',
    parameters: [
      { buffer: bx, access: 'read' },
      { buffer: by, access: 'read' },
      { buffer: out, access: 'write' },
    ],
    inPlace: [],
    flops: 0,
    body: [
      {
        kind: 'for',
        index: i,
        from: 0,
        to: pairs.length,
        step: 1,
        loop: 'parallel',
        body: [{ kind: 'store', buffer: out, at: i, value: body(load(bx), load(by)) }],
      },
    ],
  };
  verifyKernel(kernel, 'test');
  const xs = filled(
    from,
    pairs.map(([x]) => x),
  );
  const ys = filled(
    from,
    pairs.map(([, y]) => y),
  );
  const [numbersX, numbersY] = [decodeNumbers(from, xs), decodeNumbers(from, ys)];
  const wanted = filled(
    to,
    pairs.map((_, k) => meaning(numbersX[k] as number, numbersY[k] as number)),
  );
  const [got] = runKernel(kernel, [xs, ys]);
  pairs.forEach(([x, y], k) => {
    if (!Object.is(got?.[k], wanted[k])) {
      expect.fail(`${x}, ${y}: ${got?.[k]} instead of ${wanted[k]}`);
    }
  });
};

describe.each(dtypes)('instructions on %s', (dtype) => {
  const s = numbers(dtype);
  test.each(unaryNames)('%s', (name) => {
    checkPairs(
      dtype,
      dtype,
      (x) => ({ kind: 'unary', name, x, dtype }),
      (x) => s[name](x),
    );
  });
  test.each(binaryNames)('%s', (name) => {
    checkPairs(dtype, dtype, (x, y) => ({ kind: 'binary', name, x, y, dtype }), s[name]);
  });
  test.each(compareNames)('%s', (name) => {
    checkPairs(dtype, 'bool', (x, y) => ({ kind: 'compare', name, x, y, dtype: 'bool' }), s[name]);
  });
  test.each(dtypes)('cast to %s', (to) => {
    checkPairs(
      dtype,
      to,
      (x) => ({ kind: 'cast', x, dtype: to }),
      (x) => s.cast(x, to),
    );
  });
  test.each(dtypes.filter((to) => bytesOf[to] === 4 && bytesOf[dtype] === 4))(
    'bits as %s',
    (to) => {
      checkPairs(
        dtype,
        to,
        (x) => ({ kind: 'bitcast', x, dtype: to }),
        (x) => s.bitcast(x, to),
      );
    },
  );
  test('select', () => {
    checkPairs(
      dtype,
      dtype,
      (x, y) => {
        const condition: Expr = { kind: 'compare', name: 'lt', x, y, dtype: 'bool' };
        return { kind: 'select', condition, x, y, dtype };
      },
      (x, y) => (x < y ? x : y),
    );
  });
  test.each(edges[dtype].map((value) => [value]))('extrema with the literal %s', (value) => {
    const literal: Expr = { kind: 'const', value, dtype };
    const c = s.constant(value);
    for (const name of ['min', 'max'] as const) {
      checkPairs(
        dtype,
        dtype,
        (x) => ({ kind: 'binary', name, x, y: literal, dtype }),
        (x) => s[name](x, c),
      );
      checkPairs(
        dtype,
        dtype,
        (x) => ({ kind: 'binary', name, x: literal, y: x, dtype }),
        (x) => s[name](c, x),
      );
    }
  });
});

const product = (x: Expr, y: Expr): Expr => ({ kind: 'binary', name: 'mul', x, y, dtype: 'f32' });
const single = numbers('f32');

test('comparisons, casts and bits see f32 operands rounded', () => {
  for (const name of compareNames) {
    checkPairs(
      'f32',
      'bool',
      (x, y) => ({ kind: 'compare', name, x: product(x, y), y, dtype: 'bool' }),
      (x, y) => single[name](single.mul(x, y), y),
    );
  }
  for (const name of ['floor', 'ceil', 'round', 'trunc', 'sign'] as const) {
    checkPairs(
      'f32',
      'f32',
      (x, y) => ({ kind: 'unary', name, x: product(x, y), dtype: 'f32' }),
      (x, y) => single[name](single.mul(x, y)),
    );
  }
  for (const to of ['i32', 'u32', 'bool', 'f64', 'f16', 'bf16'] as const) {
    checkPairs(
      'f32',
      to,
      (x, y) => ({ kind: 'cast', x: product(x, y), dtype: to }),
      (x, y) => single.cast(single.mul(x, y), to),
    );
  }
  checkPairs(
    'f32',
    'i32',
    (x, y) => ({ kind: 'bitcast', x: product(x, y), dtype: 'i32' }),
    (x, y) => single.bitcast(single.mul(x, y), 'i32'),
  );
});

test.each(['f16', 'bf16'] as const)('comparisons and casts see %s operands rounded', (half) => {
  const s = numbers(half);
  const inner = (x: Expr): Expr => ({ kind: 'cast', x, dtype: half });
  for (const name of compareNames) {
    checkPairs(
      'f64',
      'bool',
      (x, y) => ({ kind: 'compare', name, x: inner(x), y: inner(y), dtype: 'bool' }),
      (x, y) => s[name](s.constant(x), s.constant(y)),
    );
  }
  for (const to of dtypes) {
    checkPairs(
      'f64',
      to,
      (x) => ({ kind: 'cast', x: inner(x), dtype: to }),
      (x) => s.cast(s.constant(x), to),
    );
  }
});

test('an accumulator of doubles is rounded where it is compared, one of singles is not', () => {
  const kernel = (value: Expr, name: 'add' | 'max'): string => {
    const sum = { kind: 'local', id: 1, dtype: 'f32' } as const;
    const out: KernelBuffer = { id: 1, dtype: 'bool', length: 1 };
    const zero: Expr = { kind: 'const', value: 0, dtype: 'i32' };
    const next: Expr = { kind: 'binary', name, x: sum, y: value, dtype: 'f32' };
    const body: Kernel['body'] = [
      { kind: 'var', local: sum, init: { kind: 'const', value: 0, dtype: 'f32' } },
      { kind: 'set', local: sum, value: next },
      {
        kind: 'store',
        buffer: out,
        at: zero,
        value: { kind: 'compare', name: 'lt', x: sum, y: value, dtype: 'bool' },
      },
    ];
    return emitKernel({
      name: 'k0',
      parameters: [
        { buffer: input, access: 'read' },
        { buffer: out, access: 'write' },
      ],
      inPlace: [],
      flops: 0,
      body,
    }).text;
  };
  const input: KernelBuffer = { id: 0, dtype: 'f32', length: 1 };
  const load: Expr = {
    kind: 'load',
    buffer: input,
    at: { kind: 'const', value: 0, dtype: 'i32' },
    dtype: 'f32',
  };
  expect(kernel(load, 'add')).toContain('Math.fround');
  expect(kernel(load, 'max')).not.toContain('Math.fround');
});

test.each([1, 7])('a loop of at most %i that ends where data say', (most) => {
  const text = `kernel k0(read b0: i32[1], write b1: i32[7]) flops 0 {
  for v0 in 0..7 {
    b1[v0] = 0
  }
  for v1 in 0..${most} below b0[0] {
    b1[v1] = 5
  }
}`;
  const kernel = parseKernel(text);
  verifyKernel(kernel, 'test');
  for (const end of [-1, 0, 1, 3, 6, 7, 9]) {
    const [got] = runKernel(kernel, [Int32Array.of(end)]);
    const filled = Math.max(0, Math.min(end, most));
    expect(Array.from(got!)).toEqual([0, 1, 2, 3, 4, 5, 6].map((k) => (k < filled ? 5 : 0)));
  }
});

test.each(['f64', 'i32', 'u32', 'bool'] as const)('random expressions of %s', (dtype) => {
  const out: KernelBuffer = { id: 8, dtype, length: 1 };
  const result: KernelBuffer = { id: 9, dtype, length: 1 };
  const zero: Expr = { kind: 'const', value: 0, dtype: 'i32' };
  const choice = fc.tuple(
    ...operands.map((buffer) => fc.constantFrom(...edges[buffer.dtype])),
    fc.integer({ min: 0, max: 9 }),
  );
  fc.assert(
    fc.property(randomExpression(dtype), choice, fc.boolean(), (value, values, isUnrolled) => {
      const at = values[operands.length] as number;
      // With the index as a literal, or as a variable whose last value counts.
      const body = [{ kind: 'store', buffer: isUnrolled ? out : result, at: zero, value }] as const;
      const loop = {
        kind: 'for',
        index,
        from: isUnrolled ? at : 0,
        to: at + 1,
        step: 1,
        loop: isUnrolled ? 'unrolled' : 'serial',
        body,
      } as const;
      const kernel: Kernel = {
        name: 'k0',
        parameters: [
          ...operands.map((buffer) => ({ buffer, access: 'read' as const })),
          { buffer: isUnrolled ? out : result, access: 'write' },
        ],
        inPlace: [],
        flops: 0,
        body: [loop],
      };
      const memory = new Map<number, number>([[-1 - index.id, at]]);
      for (const buffer of operands) memory.set(buffer.id, values[buffer.id] as number);
      const inputs = operands.map((buffer) => filled(buffer.dtype, [values[buffer.id] as number]));
      const [got] = runKernel(kernel, inputs);
      const wanted = filled(dtype, [evaluate(value, memory)]);
      expect(got?.[0]).toBe(wanted[0]);
    }),
    { numRuns: 400 },
  );
});
