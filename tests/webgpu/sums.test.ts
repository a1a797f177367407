/** Sums keep what additions round away, whatever compilers of shaders know about additions. */
import * as g from 'gradloom';
import { expect, test } from 'vitest';
import type { AnyTensor as Any } from './compare-with-js.ts';
import { openSwiftShader } from './swiftshader.ts';

const gpu = await openSwiftShader();
const length = 100_000;
const data = Float32Array.from({ length }, (_, k) => 0.1 + (k % 7) * 1e-3);
const sumIn = (round: (x: number) => number): number => data.reduce((sum, x) => round(sum + x), 0);
const exact = sumIn((x) => x);

test('naive sums of these numbers are not good enough', () => {
  expect(Math.abs(sumIn(Math.fround) / exact - 1)).toBeGreaterThan(1e-4);
});
test.each<[string, number[], (x: Any) => unknown]>([
  ['a sum', [length], (x) => g.sum(x)],
  ['a sum along columns', [length, 1], (x) => g.sum(x, 0)],
  ['a product', [1, length], (x) => g.matmul(x, g.ones([length, 1]) as never)],
])('%s', async (_, shape, call) => {
  const x = await g.toBackend(g.tensor(data, { shape }), gpu);
  g.setDefaultBackend(gpu);
  try {
    const result = g.jit(call as never)(x as never) as Any;
    const [value = Number.NaN] = await result.data();
    expect(Math.abs(Number(value) / exact - 1)).toBeLessThan(1e-6);
  } finally {
    g.setDefaultBackend(g.js);
  }
});
