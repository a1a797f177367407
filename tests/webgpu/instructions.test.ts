/**
 * Scalar instructions in WGSL, executed: floats within the error that is documented for each,
 * special values and integers exactly as the reference has them.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { BinaryName, UnaryName } from '../../src/ir/scalar.ts';
import { binaryNames, compareNames, numbers, unaryNames } from '../../src/ir/scalar.ts';
import type { DType, TypedArray } from '../../src/ir/types.ts';
import { runInstruction } from './instruction-kernel.ts';
import { openSwiftShader } from './swiftshader.ts';
import { binaryErrors, documentedRows, unaryErrors } from './tolerances.ts';

const gpu = await openSwiftShader();

const special = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  2.5,
  -2.5,
  2,
  -2,
  3,
  1e-30,
  -1e-30,
  1e-10,
  3e38,
  -3e38,
  88.7,
  89,
  -87,
  1e10,
  16777216,
  2147483648,
  -2147483648,
  4294967296,
  1e20,
  -1e20,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
];
/** Numbers of both signs of every size, and evenly spread ones where functions bend. */
const spread = (count: number, seed: number): number[] =>
  Array.from({ length: count }, (_, k) => {
    const x = ((k + 1) * (0.6180339887498949 + seed * 0.01)) % 1;
    const sign = k % 2 === 0 ? 1 : -1;
    if (k % 3 === 0) return sign * 2 ** (x * 60 - 30);
    return sign * x * (k % 3 === 1 ? 12 : 1);
  });
const points = Float32Array.from([...special, ...spread(3000, 0)]);

/** The distance in units in the last place of the f32 nearest to what is right. */
const ulps = (actual: number, right: number): number => {
  const single = Math.fround(right);
  if (Object.is(actual, single) || actual === single) return 0;
  if (Number.isNaN(actual) || Number.isNaN(single)) return Number.POSITIVE_INFINITY;
  if (!Number.isFinite(actual) || !Number.isFinite(single)) {
    // Beside the greatest number either answer is near.
    const [x, y] = [actual, single].map((v) => Math.max(-3.5e38, Math.min(3.5e38, v)));
    return Math.abs(x! - y!) < 1e33 ? 1 : Number.POSITIVE_INFINITY;
  }
  const exponent = Math.max(-126, Math.floor(Math.log2(Math.abs(right) || 1e-45)));
  return Math.abs(actual - right) / 2 ** (exponent - 23);
};
/** The largest error, and where. */
const worst = (
  actual: TypedArray,
  right: (k: number) => number,
  least: number,
): { error: number; at: number } => {
  let found = { error: 0, at: -1 };
  for (let k = 0; k < actual.length; k++) {
    const expected = right(k);
    // GPUs may take subnormal numbers for 0.
    if (Math.abs(expected) < 2 ** -126 && Math.abs(actual[k]!) < 2 ** -125) continue;
    if (Math.abs(actual[k]! - expected) <= least) continue;
    const error = ulps(actual[k]!, expected);
    if (error > found.error) found = { error, at: k };
  }
  return found;
};

const doubles = numbers('f64');
test.each(unaryNames.filter((name) => name !== 'not'))('%s of f32', async (name) => {
  const actual = await runInstruction(gpu, [['f32', points]], 'f32', (x) => ({
    kind: 'unary',
    name,
    x,
    dtype: 'f32',
  }));
  const { error, at } = worst(actual, (k) => doubles[name](points[k]!), unaryErrors[name].absolute);
  const where = `${name}(${points[at]}) = ${actual[at]}, not ${doubles[name](points[at]!)}`;
  expect(error, where).toBeLessThanOrEqual(unaryErrors[name].ulps);
});

const isBitwise = (name: string): boolean => ['and', 'or', 'xor', 'shl', 'shr'].includes(name);
test.each(binaryNames.filter((name) => !isBitwise(name)))('%s of f32', async (name) => {
  const isOrdered = name === 'polygamma' || name === 'sinc';
  const pairs: [number, number][] = special.flatMap((x) =>
    special.map((y): [number, number] => [x, y]),
  );
  const [xs, ys] = [spread(3000, 1), spread(3000, 2)];
  // Doubles hold orders and sizes whose results f32 has not.
  if (isOrdered)
    pairs.splice(0, pairs.length, ...pairs.filter(([x, y]) => !(x > 20 || Math.abs(y) > 1e9)));
  xs.forEach((x, k) => {
    pairs.push([isOrdered ? k % 6 : x, ys[k]!]);
  });
  const [x, y] = [0, 1].map((side) => Float32Array.from(pairs, (pair) => pair[side]!));
  const actual = await runInstruction(
    gpu,
    [
      ['f32', x!],
      ['f32', y!],
    ],
    'f32',
    (a, b) => ({
      kind: 'binary',
      name,
      x: a,
      y: b,
      dtype: 'f32',
    }),
  );
  const right = (k: number): number => doubles[name](x![k]!, y![k]!);
  const { error, at } = worst(actual, right, binaryErrors[name].absolute);
  const where = `${name}(${x![at]}, ${y![at]}) = ${actual[at]}, not ${right(at)}`;
  expect(error, where).toBeLessThanOrEqual(binaryErrors[name].ulps);
});

const integers: Record<string, readonly number[]> = {
  i32: [0, 1, -1, 2, -2, 3, 7, -7, 31, 32, 33, 65537, -65536, 2147483647, -2147483648, 123456789],
  u32: [0, 1, 2, 3, 7, 31, 32, 33, 65537, 2147483647, 2147483648, 4294967295, 3123456789],
};
const integerUnary: readonly UnaryName[] = ['neg', 'abs', 'sign', 'not', 'floor', 'round'];
const integerBinary: readonly BinaryName[] = [
  'add',
  'sub',
  'mul',
  'div',
  'rem',
  'min',
  'max',
  'and',
  'or',
  'xor',
  'shl',
  'shr',
];
test.each(['i32', 'u32'] as const)('instructions of %s', async (dtype) => {
  const values = integers[dtype]!;
  const make = dtype === 'i32' ? Int32Array : Uint32Array;
  const x = make.from(values.flatMap((v) => values.map(() => v)));
  const y = make.from(values.flatMap(() => values));
  const s = numbers(dtype);
  for (const name of integerUnary) {
    const actual = await runInstruction(gpu, [[dtype, x]], dtype, (a) => ({
      kind: 'unary',
      name,
      x: a,
      dtype,
    }));
    expect(actual, name).toEqual(x.map((v) => s[name](v)));
  }
  for (const name of integerBinary) {
    const actual = await runInstruction(
      gpu,
      [
        [dtype, x],
        [dtype, y],
      ],
      dtype,
      (a, b) => ({
        kind: 'binary',
        name,
        x: a,
        y: b,
        dtype,
      }),
    );
    expect(actual, name).toEqual(x.map((v, k) => s[name](v, y[k]!)));
  }
});

test.each(['f32', 'i32', 'u32'] as const)('comparisons of %s', async (dtype) => {
  const values = integers[dtype] ?? special;
  const make = { f32: Float32Array, i32: Int32Array, u32: Uint32Array }[dtype];
  const x = make.from(values.flatMap((v) => values.map(() => v)));
  const y = make.from(values.flatMap(() => values));
  for (const name of compareNames) {
    const actual = await runInstruction(
      gpu,
      [
        [dtype, x],
        [dtype, y],
      ],
      'bool',
      (a, b) => ({
        kind: 'compare',
        name,
        x: a,
        y: b,
        dtype: 'bool',
      }),
    );
    const s = numbers(dtype);
    expect(actual, name).toEqual(Uint8Array.from(x, (v, k) => s[name](v, y[k]!)));
  }
});

const casts: readonly (readonly [DType, DType])[] = [
  ['f32', 'i32'],
  ['f32', 'u32'],
  ['f32', 'bool'],
  ['i32', 'f32'],
  ['u32', 'f32'],
  ['i32', 'u32'],
  ['u32', 'i32'],
  ['bool', 'f32'],
  ['bool', 'i32'],
  ['i32', 'bool'],
];
test.each(casts)('casts of %s to %s', async (from, to) => {
  const values = from === 'f32' ? [...points] : from === 'bool' ? [0, 1] : integers[from]!;
  const make = { f32: Float32Array, i32: Int32Array, u32: Uint32Array, bool: Uint8Array } as const;
  const type = (dtype: DType) => make[dtype as keyof typeof make];
  const x = type(from).from(values);
  const actual = await runInstruction(gpu, [[from, x]], to, (a) => ({
    kind: 'cast',
    x: a,
    dtype: to,
  }));
  const s = numbers(from);
  const right = Array.from(x, (v) => s.cast(v, to));
  expect(actual).toEqual(type(to).from(right));
});

test.each(['f16', 'bf16'] as const)('every %s, and rounding to it', async (dtype) => {
  const patterns = Uint16Array.from({ length: 65536 }, (_, k) => k);
  const s = numbers(dtype);
  const { halfFormats } = await import('../../src/ir/half.ts');
  const actual = await runInstruction(gpu, [[dtype, patterns]], 'f32', (a) => ({
    kind: 'cast',
    x: a,
    dtype: 'f32',
  }));
  const right = halfFormats[dtype].values;
  const isTiny = (v: number): boolean => Math.abs(v) < 2 ** -126;
  patterns.forEach((k) => {
    if (!Object.is(actual[k], right[k]) && !isTiny(right[k]!)) {
      expect(actual[k], `pattern ${k}`).toBe(right[k]);
    }
  });
  // Halfway between neighbours, and just beside it.
  const near = Float32Array.from({ length: 60000 }, (_, k) => {
    const [a, b] = [right[k % 31743]!, right[(k % 31743) + 1]!];
    const middle = Math.fround((a + b) / 2);
    return (k % 2 === 0 ? 1 : -1) * middle * [1, 1 + 2 ** -20, 1 - 2 ** -20][k % 3]!;
  }).filter((v) => !isTiny(v));
  const bits = await runInstruction(gpu, [['f32', near]], dtype, (a) => ({
    kind: 'cast',
    x: a,
    dtype,
  }));
  expect(bits).toEqual(Uint16Array.from(near, (v) => halfFormats[dtype].encode(s.constant(v))));
});

test('the documented errors are those that are tested', () => {
  const rows = readFileSync('docs/webgpu.md', 'utf8').match(/^\| `.*\|$/gm);
  expect(rows?.map((row) => row.replaceAll(/ +/g, ' '))).toEqual(
    documentedRows.map((row) => row.replaceAll(/ +/g, ' ')),
  );
});
