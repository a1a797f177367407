/**
 * Scalar instructions as vector instructions: integers, bools and the arithmetic of f32 exactly as
 * the reference has them; functions that are arithmetic themselves have bounds of their own.
 */
import { describe, expect, test } from 'vitest';
import { openWasm } from '../../src/backends/wasm/index.ts';
import { expand, expandPower, reachOf } from '../../src/ir/expansions.ts';
import type { Expr } from '../../src/ir/kernel.ts';
import { binaryNames, compareNames, numbers, unaryNames } from '../../src/ir/scalar.ts';
import { allocate, type DType, type TypedArray } from '../../src/ir/types.ts';
import { vectorize } from '../../src/passes/vectorize.ts';
import { runInstruction } from '../webgpu/instruction-kernel.ts';

const wasm = openWasm();
const f32 = numbers('f32');

const samples: Readonly<Record<'f32' | 'i32' | 'u32' | 'bool', readonly number[]>> = {
  f32: [0, -0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 3, 1e-30, -1e-40, 3e38, -3e38, 88.7, 16777216]
    .concat([2147483648, -2147483648, 4294967296, 1e20, Number.NaN])
    .concat([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0.1, -7.25]),
  i32: [0, 1, -1, 2, 3, 7, -7, 31, 32, 33, 1e6, -1e6, 2147483647, -2147483648, 65536, -65537],
  u32: [0, 1, 2, 3, 7, 31, 32, 33, 1e6, 2147483647, 2147483648, 4294967295, 65536, 4000000000],
  bool: [0, 1],
};
const dtypes = ['f32', 'i32', 'u32', 'bool'] as const;
type Sampled = (typeof dtypes)[number];

/** Every pair of samples; their number is no multiple of four. */
const pairs = (dtype: Sampled): [TypedArray, TypedArray] => {
  const values = samples[dtype];
  const length = values.length ** 2 + (values.length % 2 === 0 ? 1 : 0);
  const [xs, ys] = [allocate(dtype, length), allocate(dtype, length)];
  for (let k = 0; k < length; k++) {
    xs[k] = values[Math.floor(k / values.length) % values.length]!;
    ys[k] = values[k % values.length]!;
  }
  return [xs, ys];
};
const arrange = (kernel: Parameters<typeof vectorize>[0]) => {
  const made = vectorize(kernel, 4);
  expect(JSON.stringify(made.body)).toContain('"lanes"');
  return made;
};
/** Expects the vectors to give what `right` says of every pair. */
const check = async (
  dtype: Sampled,
  result: DType,
  make: (x: Expr, y: Expr) => Expr,
  right: (x: number, y: number) => number,
): Promise<void> => {
  const [xs, ys] = pairs(dtype);
  const inputs = [
    [dtype, xs],
    [dtype, ys],
  ] as const;
  const body = make as (...operands: Expr[]) => Expr;
  const actual = await runInstruction(wasm, inputs, result, body, arrange);
  const expected = allocate(result, xs.length);
  for (let k = 0; k < xs.length; k++) {
    expected[k] = right(xs[k]!, ys[k]!);
    const isSame = Object.is(actual[k], expected[k]);
    expect(isSame, `of ${xs[k]} and ${ys[k]}: ${actual[k]}, not ${expected[k]}`).toBe(true);
  }
};
/** Only integers and bools have bits to combine. */
const bitwise: readonly string[] = ['and', 'or', 'xor', 'shl', 'shr', 'not'];
const fits = (name: string, dtype: Sampled): boolean =>
  dtype === 'f32' ? !bitwise.includes(name) : true;

describe.each(dtypes)('%s', (dtype) => {
  const s = numbers(dtype);
  const isExact = (name: (typeof unaryNames)[number]): boolean =>
    dtype !== 'f32' || expand(name, f32, 1) === undefined;
  test.each(unaryNames.filter((name) => fits(name, dtype) && isExact(name)))('%s', (name) =>
    check(
      dtype,
      dtype,
      (x) => ({ kind: 'unary', name, x, dtype }),
      (x) => s[name](x),
    ),
  );
  test.each(binaryNames.filter((name) => fits(name, dtype)))('%s', (name) =>
    check(
      dtype,
      dtype,
      (x, y) => ({ kind: 'binary', name, x, y, dtype }),
      (x, y) => s[name](x, y),
    ),
  );
  test.each(compareNames)('%s', (name) =>
    check(
      dtype,
      'bool',
      (x, y) => ({ kind: 'compare', name, x, y, dtype: 'bool' }),
      (x, y) => s[name](x, y),
    ),
  );
  test.each(dtypes)('as %s', (to) =>
    check(
      dtype,
      to,
      (x) => ({ kind: 'cast', x, dtype: to }),
      (x) => s.cast(x, to),
    ),
  );
  test('select', () =>
    check(
      dtype,
      dtype,
      (x, y) => {
        const condition: Expr = { kind: 'compare', name: 'ne', x, y, dtype: 'bool' };
        return { kind: 'select', condition, x, y, dtype };
      },
      (x, y) => (s.ne(x, y) ? x : y),
    ));
});

test.each(unaryNames.filter((name) => reachOf(name) !== undefined))(
  '%s beyond the reach of its arithmetic',
  async (name) => {
    const reach = reachOf(name)!;
    const xs = new Float32Array(9).fill(1);
    const far = [1.01 * reach, -1e9, 3e38, Number.NaN, Number.POSITIVE_INFINITY];
    for (const [k, x] of far.entries()) xs[k + 3] = x;
    const body = (x: Expr): Expr => ({ kind: 'unary', name, x, dtype: 'f32' });
    const actual = await runInstruction(wasm, [['f32', xs]], 'f32', body, arrange);
    // The first lane of the second vector is in reach; whoever is with it gets the same bits.
    for (let k = 3; k < 8; k++)
      expect(Object.is(actual[k], f32[name](xs[k]!)), `${xs[k]}`).toBe(true);
  },
);

test.each([0.5, 3, -2])('the power %d', async (exponent) => {
  const xs = Float32Array.from({ length: 41 }, (_, k) => 0.25 * (k + 1));
  const y: Expr = { kind: 'const', value: exponent, dtype: 'f32' };
  const body = (x: Expr): Expr => ({ kind: 'binary', name: 'pow', x, y, dtype: 'f32' });
  const actual = await runInstruction(wasm, [['f32', xs]], 'f32', body, arrange);
  xs.forEach((x, k) => {
    expect(actual[k]).toBe(expandPower(f32, x, exponent));
  });
});
