/**
 * The meaning of elementwise ops against a second opinion, on numbers where implementations differ:
 * zeros of both signs, infinities, NaN, subnormals, the ends of the integers. The interpreter and
 * compiled code are both asked.
 */
import { describe, expect, test } from 'vitest';
import { js } from '../../src/backends/js/index.ts';
import { reference } from '../../src/backends/reference/index.ts';
import { DTypeError } from '../../src/ir/errors.ts';
import { buildGraph, emit, type Graph } from '../../src/ir/graph.ts';
import { decodeNumbers, encodeNumbers, halfFormats } from '../../src/ir/half.ts';
import { registry } from '../../src/ir/ops/registry.ts';
import { allocate, type DType, dtypes, isHalf, type TypedArray } from '../../src/ir/types.ts';
import { mismatch } from '../../src/testing/mismatch.ts';
import { interpret, runCompiledSync } from '../../src/testing/run-graph.ts';
import { nearestHalf } from '../ir/half-oracle.ts';
import { type Oracle, oracles } from './scalar-oracle.ts';

const floats = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  2.5,
  -2.5,
  0.49999997,
  3,
  -7,
  1e-3,
  -1e-30,
  1e30,
  -3e38,
  1e-40,
  8388609.5,
  16777216,
  2147483648,
  -2147483649,
  4294967296,
  Math.PI,
  -1.5707964,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
];
const signed = [0, 1, -1, 2, 5, -7, 31, 32, 65535, -65537, 2147483647, -2147483648];
const unsigned = [0, 1, 2, 7, 31, 32, 65535, 65537, 2147483648, 4294967295];
const specials: Readonly<Record<DType, readonly number[]>> = {
  f32: floats.map(Math.fround),
  f64: [...floats, 1e-310, 1.7e308, 0.1 + 0.2],
  i32: signed,
  u32: unsigned,
  bool: [0, 1],
  f16: floats.map(halfFormats.f16.round),
  bf16: floats.map(halfFormats.bf16.round),
};

/**
 * The largest error in units of the last place; ops made of several instructions round several
 * times.
 */
const allowedUlps: Readonly<Record<string, number>> = {
  sigmoid: 4,
  softplus: 4,
  logaddexp: 4,
  hypot: 2,
  erfInv: 16,
  erfInvSingle: 64,
  erf: 8,
  erfc: 8,
  normalCdf: 40,
  lgamma: 256,
};

const ulpOf = (x: number, dtype: DType): number => {
  const [bits, least] = dtype === 'f32' ? [2 ** -23, 2 ** -149] : [2 ** -52, 2 ** -1074];
  return Math.max(least, 2 ** Math.floor(Math.log2(Math.abs(x) || 1e-320)) * bits);
};
const isNear = (name: string, dtype: DType, actual: number, expected: number): boolean => {
  if (Object.is(actual, expected)) return true;
  const ulps = allowedUlps[name];
  if (ulps === undefined) return false;
  // Single precision polynomials stay single precision in f64.
  const precision: DType = name === 'erfInvSingle' ? 'f32' : dtype;
  return Math.abs(actual - expected) <= ulps * ulpOf(expected, precision);
};

const graphOf = (name: keyof typeof oracles, dtype: DType, arity: number, n: number): Graph =>
  buildGraph(
    name,
    Array.from({ length: arity }, () => ({ dtype, shape: [n] })),
    (values) => emit(registry[name], {}, values),
  );
const takes = (name: keyof typeof oracles, dtype: DType, arity: number): boolean => {
  try {
    graphOf(name, dtype, arity, 1);
    return true;
  } catch (error) {
    if (error instanceof DTypeError) return false;
    throw error;
  }
};
const arityOf = (name: keyof typeof oracles): number => {
  for (const arity of [1, 2]) {
    try {
      graphOf(name, 'f32', arity, 1);
      return arity;
    } catch (error) {
      if (error instanceof DTypeError) return oracles[name].length - 1;
    }
  }
  throw new Error(`${name} takes neither one nor two operands`);
};
const filled = (dtype: DType, values: readonly number[]): TypedArray =>
  encodeNumbers(dtype, values);

const names = Object.keys(oracles) as (keyof typeof oracles)[];
const table = names.flatMap((name) => {
  const arity = ['and', 'or', 'xor', 'shiftLeft', 'shiftRight'].includes(name)
    ? 2
    : name === 'not'
      ? 1
      : arityOf(name);
  return dtypes
    .filter((dtype) => takes(name, dtype, arity))
    .map((dtype) => [name, dtype, arity] as const);
});

test('every elementwise op without attributes has a second opinion', () => {
  const plain = Object.entries(registry).filter(([, { kind }]) => kind === 'elementwise');
  const others = ['select', 'cast', 'bitcast', 'sinc', 'polygamma'];
  expect(
    plain
      .map(([name]) => name)
      .filter((name) => !others.includes(name))
      .sort(),
  ).toEqual([...names].sort());
  expect(table.length).toBeGreaterThan(100);
});

describe('elementwise ops on special numbers', () => {
  test.each(table)('%s of %s', (name, dtype, arity) => {
    const values = specials[dtype];
    const pairs =
      arity === 1 ? values.map((x) => [x]) : values.flatMap((x) => values.map((y) => [x, y]));
    const graph = graphOf(name, dtype, arity, pairs.length);
    const inputs = Array.from({ length: arity }, (_, k) =>
      filled(
        dtype,
        pairs.map((pair) => pair[k]!),
      ),
    );
    const operands = inputs.map((array) => decodeNumbers(dtype, array));
    const result = graph.outputs[0]!.type.dtype;
    const expected = filled(
      result,
      pairs.map((pair, k) =>
        (oracles[name] as Oracle)(dtype, ...pair.map((_, i) => operands[i]![k]!)),
      ),
    );
    for (const actual of [
      interpret(reference, graph, inputs)[0]!,
      runCompiledSync(js, graph, inputs)[0]!,
    ]) {
      pairs.forEach((pair, k) => {
        const fits = isNear(name, result, actual[k]!, expected[k]!);
        expect(fits, `${name}(${pair.join(', ')}) is ${actual[k]} not ${expected[k]}`).toBe(true);
      });
    }
  });
});

/** What conversions should give, from the documentation. */
const converted = (x: number, from: DType, to: DType): number => {
  if (to === 'bool') return x === 0 ? 0 : 1;
  if (isHalf(to)) return nearestHalf(to, x);
  if (to === 'f32' || to === 'f64') return to === 'f32' ? Math.fround(x) : x;
  const [low, high] = to === 'i32' ? [-2147483648, 2147483647] : [0, 4294967295];
  if (from === 'f32' || from === 'f64' || isHalf(from)) {
    if (Number.isNaN(x)) return 0;
    return Math.min(high, Math.max(low, x < 0 ? Math.ceil(x) : Math.floor(x))) + 0;
  }
  const n = BigInt(x);
  return Number(to === 'i32' ? BigInt.asIntN(32, n) : BigInt.asUintN(32, n));
};

const runBoth = (graph: Graph, inputs: readonly TypedArray[], expected: TypedArray): void => {
  expect(mismatch(interpret(reference, graph, inputs)[0]!, expected)).toBeUndefined();
  expect(mismatch(runCompiledSync(js, graph, inputs)[0]!, expected)).toBeUndefined();
};

describe('conversions of special numbers', () => {
  const both = dtypes.flatMap((from) => dtypes.map((to) => [from, to] as const));
  test.each(both)('%s to %s', (from, to) => {
    const input = filled(from, specials[from]);
    const graph = buildGraph('cast', [{ dtype: from, shape: [input.length] }], (values) =>
      emit(registry.cast, { dtype: to }, values),
    );
    const expected = filled(
      to,
      Array.from(decodeNumbers(from, input), (x) => converted(x, from, to)),
    );
    runBoth(graph, [input], expected);
  });

  const words: readonly DType[] = ['f32', 'i32', 'u32'];
  test.each(words.flatMap((from) => words.map((to) => [from, to] as const)))(
    'the bits of %s as %s',
    (from, to) => {
      // The bits of NaN are not kept by every engine.
      const input = filled(
        from,
        specials[from].filter((x) => !Number.isNaN(x)),
      );
      const graph = buildGraph('bitcast', [{ dtype: from, shape: [input.length] }], (values) =>
        emit(registry.bitcast, { dtype: to }, values),
      );
      const expected = allocate(to, input.length);
      new Uint8Array(expected.buffer).set(new Uint8Array(input.buffer));
      runBoth(graph, [input], expected);
    },
  );
});

describe('reductions of special numbers', () => {
  const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
  const reductions = [
    'reduceSum',
    'reduceMax',
    'reduceMin',
    'reduceProd',
    'argMax',
    'argMin',
  ] as const;
  type Rows = readonly (readonly [readonly number[], ...(readonly number[])])[];
  // Row, then the results in the order above.
  const rows: Rows = [
    [[1, 5, 5, 2], 13, 5, 1, 50, 1, 0],
    [[3, nan, 7, nan], nan, nan, nan, nan, 1, 1],
    [[-inf, 0, inf, -1], nan, inf, -inf, nan, 2, 0],
    [[-2, -2, -3, -3], -10, -2, -3, 36, 0, 2],
    [[nan, 1, 2, 3], nan, nan, nan, nan, 0, 0],
  ];
  test.each(reductions.map((name, k) => [name, k] as const))('%s', (name, k) => {
    const input = filled(
      'f32',
      rows.flatMap(([row]) => row),
    );
    const graph = buildGraph(name, [{ dtype: 'f32', shape: [rows.length, 4] }], (values) =>
      emit(registry[name], { axes: [1] }, values),
    );
    const results = rows.map((row) => row[k + 1] as unknown as number);
    runBoth(graph, [input], filled(graph.outputs[0]!.type.dtype, results));
  });

  const empty: readonly (readonly [keyof typeof registry, DType, number])[] = [
    ['reduceSum', 'f32', 0],
    ['reduceProd', 'f64', 1],
    ['reduceMax', 'f32', -inf],
    ['reduceMin', 'f64', inf],
    ['reduceMax', 'i32', -2147483648],
    ['reduceMin', 'u32', 4294967295],
    ['reduceAnd', 'bool', 1],
    ['reduceOr', 'bool', 0],
  ];
  test.each(empty)('%s of nothing in %s', (name, dtype, value) => {
    const graph = buildGraph(name, [{ dtype, shape: [2, 0] }], (values) =>
      emit(registry[name], { axes: [1] }, values),
    );
    runBoth(graph, [allocate(dtype, 0)], filled(dtype, [value, value]));
  });
});
