/** Functions in vectors: the largest error of each, in units in the last place, and special values. */
import { describe, expect, test } from 'vitest';
import { openWasm } from '../../src/backends/wasm/index.ts';
import { expand, expandPower, reachOf } from '../../src/ir/expansions.ts';
import type { Expr, Kernel } from '../../src/ir/kernel.ts';
import { floatUnary, numbers, type UnaryName, unaryNames } from '../../src/ir/scalar.ts';
import { vectorize } from '../../src/passes/vectorize.ts';
import { runInstruction } from '../webgpu/instruction-kernel.ts';
import { allowFusedProducts } from './backend-families.ts';

/** The errors that are allowed. */
const allowed: Readonly<Partial<Record<UnaryName, number>>> = {
  sign: 0,
  exp: 1.5,
  exp2: 1.5,
  expm1: 2.5,
  log: 1.5,
  log2: 2.5,
  log10: 2.5,
  log1p: 1.5,
  sin: 2.5,
  cos: 2.5,
  tan: 4,
  asin: 2.5,
  acos: 1.5,
  atan: 2,
  sinh: 2,
  cosh: 1.5,
  tanh: 2.5,
  asinh: 2.5,
  acosh: 2.5,
  atanh: 2.5,
  erf: 3,
  erfc: 4,
  erfInv: 4,
  normalCdf: 4,
};
const f32 = numbers('f32');
const special = [0, -0, 1, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
const edges = [
  0.99999994, -0.99999994, 89.41598, 89.416, 127.99999, 128, -149, -149.5, -150.5, 88.72283,
  88.7229, -87.3365, -103.97, -104.1, 1e-40, -1e-40, 1.17549435e-38, 3.4e38,
];

/** Numbers of every size and sign, and more of them where functions bend. */
const samples = function* (): Generator<number> {
  yield* [...special, ...edges].map(Math.fround);
  // Beside multiples of a quarter turn what is left is small.
  const bits = new Int32Array(1);
  const float = new Float32Array(bits.buffer);
  for (let k = 1; k < 1020; k++) {
    for (const step of [-1, 0, 1]) {
      float[0] = (k * Math.PI) / 2;
      bits[0]! += step;
      yield float[0]!;
    }
  }
  for (let k = 0; k < 60_000; k++) {
    yield Math.fround(((k * 0.45) % 1) * 3200 - 1600);
    const wide = 2 ** (((k * 0.61803398875) % 1) * 80 - 40);
    yield Math.fround(k % 2 === 0 ? wide : -wide);
    yield Math.fround(((k * 0.7548776662) % 1) * 220 - 110);
    yield Math.fround(((k * 0.56984029) % 1) * 4 - 2);
  }
};
const unitOf = (x: number): number =>
  Math.max(2 ** -149, 2 ** (Math.floor(Math.log2(Math.abs(x))) - 23));

const names = unaryNames.filter((name) => expand(name, f32, 1) !== undefined);
const inputs = Float32Array.from(samples());

/** Expects `actual` to hold a function of each input, within its bound. */
const expectBound = (name: UnaryName, actual: ArrayLike<number>): void => {
  const exact = floatUnary[name as Exclude<UnaryName, 'not'>];
  let worst = 0;
  const reach = reachOf(name) ?? Number.POSITIVE_INFINITY;
  inputs.forEach((x, k) => {
    if (Math.abs(x) > reach) return;
    const [result, wanted] = [actual[k]!, exact(x)];
    const rounded = Math.fround(wanted);
    if (Number.isNaN(wanted) || !Number.isFinite(rounded) || wanted === 0) {
      const isNear = Number.isNaN(rounded) ? Number.isNaN(result) : Object.is(result, rounded);
      // Beyond the largest number half a unit decides.
      const isAtEdge = Math.abs(wanted) > 3.4e38 && Math.abs(result) > 3.4e38;
      if (!isNear && !isAtEdge) expect.fail(`${name}(${x}) is ${result}, not ${rounded}`);
      return;
    }
    worst = Math.max(worst, Math.abs(result - wanted) / unitOf(wanted));
  });
  expect(worst).toBeLessThanOrEqual(allowed[name]!);
};

describe('functions as arithmetic', () => {
  test('each has a bound', () => {
    expect(names).toEqual(unaryNames.filter((name) => allowed[name] !== undefined));
  });
  test.each(names)('%s', (name) => {
    expectBound(
      name,
      inputs.map((x) => expand(name, f32, x)!),
    );
  });
});

describe('functions in vectors that add products in one instruction', () => {
  allowFusedProducts();
  const wasm = openWasm();
  test('there is the instruction', () => expect(wasm.target?.fusesProducts).toBe(true));
  test.each(names)('%s', async (name) => {
    const make = (x: Expr): Expr => ({ kind: 'unary', name, x, dtype: 'f32' });
    const arrange = (kernel: Kernel): Kernel => vectorize(kernel, 4);
    const operands = [['f32', inputs]] as const;
    const actual = await runInstruction(wasm, operands, 'f32', make as never, arrange);
    expectBound(name, actual);
  });
});

test.each([0.5, 1, 2, 3, 4, -1, -2])('the power %d', (exponent) => {
  let worst = 0;
  for (const x of samples()) {
    const [actual, wanted] = [expandPower(f32, x, exponent)!, numbers('f64').pow(x, exponent)];
    const rounded = Math.fround(wanted);
    if (Object.is(actual, rounded)) continue;
    const isFinite = Math.abs(rounded) < 3.5e38;
    if (!isFinite) expect.fail(`${x} to the power of ${exponent} is ${actual}, not ${rounded}`);
    worst = Math.max(worst, Math.abs(actual - wanted) / unitOf(wanted));
  }
  expect(worst).toBeLessThanOrEqual(2);
});
