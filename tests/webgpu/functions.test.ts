/** Every public array function and loss on webgpu: the same as on js, up to rounding. */
import * as g from 'gradloom';
import { expect, test } from 'vitest';
import type { Any } from '../functions/naive.ts';
import { type Sample, samples } from '../functions/samples.ts';
import { openSwiftShader } from './swiftshader.ts';

const gpu = await openSwiftShader();

/** Distinct numbers spread over the interval of a sample. */
const inputsOf = ({ shapes, interval: [low, high] = [0.3, 1.7] }: Sample): Any[] =>
  shapes.map((shape, input) => {
    const length = shape.reduce((product, extent) => product * extent, 1);
    const place = (k: number): number => ((k + 2 + 31 * input) * 0.6180339887498949) % 1;
    const data = Float32Array.from({ length }, (_, k) => low + (high - low) * place(k));
    return g.tensor(data, { shape: [...shape] }) as Any;
  });
const run = async (sample: Sample, backend: g.Backend): Promise<Any> => {
  const inputs = await g.toBackend(inputsOf(sample), backend);
  g.setDefaultBackend(backend);
  try {
    return g.jit(sample.call)(...inputs) as Any;
  } finally {
    g.setDefaultBackend(g.js);
  }
};

// Its sample goes through f64.
const table = samples.filter(({ name }) => name !== 'cast');
test.each(table.map((sample) => [sample.name, sample] as const))('%s', async (_, sample) => {
  const [expected, actual] = [await run(sample, g.js), await run(sample, gpu)];
  expect([actual.shape, actual.dtype]).toEqual([expected.shape, expected.dtype]);
  const [wanted, got] = [Array.from(await expected.data()), Array.from(await actual.data())];
  const scale = wanted.reduce(
    (most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most),
    1,
  );
  wanted.forEach((x, k) => {
    if (Object.is(x, got[k])) return;
    expect(Math.abs(got[k]! - x), `element ${k}: ${got[k]}, not ${x}`).toBeLessThan(2e-5 * scale);
  });
});
