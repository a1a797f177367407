/** Every array function: compiled and interpreted agree, gradients are right, batches are loops. */
import * as g from 'gradloom';
import { describe, expect, test } from 'vitest';
import * as losses from '../../src/stdlib/losses/index.ts';
import * as functions from '../../src/trace/functions/index.ts';
import { type Any, fromTensor, type Naive, toTensor } from './naive.ts';
import { type Sample, samples } from './samples.ts';

/** Distinct numbers spread over an interval, the same at every run; no two are near each other. */
const inputsOf = (sample: Sample, offset = 0): Naive[] => {
  const [low, high] = sample.interval ?? [0.3, 1.7];
  let k = 1 + offset;
  const next = (): number => {
    k++;
    // Multiples of the golden ratio modulo 1 are spread most evenly.
    return low + (high - low) * ((k * 0.6180339887498949) % 1);
  };
  return sample.shapes.map((shape) => ({
    shape,
    data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, next),
  }));
};
const expectClose = (got: Naive, wanted: Naive, tolerance: number): void => {
  expect(got.shape).toEqual(wanted.shape);
  wanted.data.forEach((b, k) => {
    const a = got.data[k]!;
    const most = tolerance * Math.max(1, Math.abs(b));
    if (Object.is(a, b) || Math.abs(a - b) <= most) return;
    expect.fail(`element ${k}: ${a}, not ${b} within ${most}`);
  });
};

/** A scalar of the result with a different weight for every element. */
const weigh = (y: g.AnyTensor): g.Tensor<[]> => {
  const size = y.shape.reduce((a, b) => a * b, 1);
  const weights = g.add(g.mul(g.arange(size, undefined, { dtype: 'f64' }), 0.3), 0.7);
  const wide = g.cast(y, 'f64') as unknown as Any;
  return g.sum(g.mul(g.reshape(wide, [size]), weights as unknown as Any)) as g.Tensor<[]>;
};

describe.each(samples.map((sample): [string, Sample] => [sample.name, sample]))(
  '%s',
  (_, sample) => {
    test('the compiled function computes what the interpreter does', () => {
      const inputs = inputsOf(sample);
      const [interpreted, compiled] = [g.reference, g.js].map((backend) => {
        g.setDefaultBackend(backend);
        const f = backend === g.js ? g.jit(sample.call) : sample.call;
        return fromTensor(f(...inputs.map((x) => toTensor(x) as Any)));
      });
      expectClose(compiled!, interpreted!, 1e-6);
    });

    test('the gradient is the slope', () => {
      g.setDefaultBackend(g.reference);
      const values = inputsOf(sample);
      const loss = (...inputs: Any[]): g.Tensor<[]> => weigh(sample.call(...inputs));
      const argnums = values.map((__, k) => k);
      const wide = (x: Naive): Any => toTensor(x, 'f64') as unknown as Any;
      const differentiate = g.grad(loss, { argnums }) as (...inputs: Any[]) => Any[];
      const gradients = differentiate(...values.map(wide));
      const h = 1e-5;
      values.forEach((x, input) => {
        const slopes = x.data.map((__, element) => {
          if (sample.isFlat === true) return 0;
          const moved = [h, -h].map((by) => {
            const data = x.data.map((v, k) => (k === element ? v + by : v));
            return loss(...values.map((v, k) => wide(k === input ? { ...v, data } : v))).item();
          });
          return (moved[0]! - moved[1]!) / (2 * h);
        });
        const isRounded = sample.name === 'cast';
        expectClose(fromTensor(gradients[input]!), { ...x, data: slopes }, isRounded ? 2e-2 : 1e-6);
      });
    });

    test.skipIf(sample.isFlat || sample.name === 'cast')(
      'the gradient of the gradient is the slope of the gradient',
      () => {
        g.setDefaultBackend(g.reference);
        const values = inputsOf(sample);
        const argnums = values.map((_unused, k) => k);
        const wide = (x: Naive): Any => toTensor(x, 'f64') as unknown as Any;
        const gradient = (...inputs: Any[]): Any[] =>
          g.grad((...xs: Any[]): g.Tensor<[]> => weigh(sample.call(...xs)), { argnums })(
            ...inputs,
          ) as Any[];
        const direction = inputsOf(sample, 77);
        const along = (...inputs: Any[]): g.Tensor<[]> =>
          gradient(...inputs)
            .map((slope, k) => g.sum(g.mul(slope, wide(direction[k]!)) as Any) as g.Tensor<[]>)
            .reduce((a, b) => g.add(a, b) as g.Tensor<[]>);
        const products = g.grad(along, { argnums })(...values.map(wide)) as Any[];
        const h = 1e-5;
        const [ahead, behind] = [h, -h].map((by) =>
          gradient(
            ...values.map((x, k) => {
              const data = x.data.map((v, j) => v + by * direction[k]!.data[j]!);
              return wide({ ...x, data });
            }),
          ).map(fromTensor),
        );
        values.forEach((x, k) => {
          const slopes = x.data.map(
            (_unused, j) => (ahead![k]!.data[j]! - behind![k]!.data[j]!) / (2 * h),
          );
          const largest = slopes.reduce((most, y) => Math.max(most, Math.abs(y)), 1);
          expectClose(fromTensor(products[k]!), { ...x, data: slopes }, 2e-6 * largest);
        });
      },
    );

    test('over a batch it is a loop', () => {
      g.setDefaultBackend(g.reference);
      const rows = [inputsOf(sample), inputsOf(sample, 50)].map((row) =>
        row.map((x) => toTensor(x) as Any),
      );
      const batch = sample.shapes.map((__, k) => g.stack([rows[0]![k]!, rows[1]![k]!]) as Any);
      const results = g.vmap(sample.call)(...batch) as Any;
      rows.forEach((row, k) => {
        expectClose(fromTensor(g.at(results, k)), fromTensor(sample.call(...row)), 1e-6);
      });
    });
  },
);

test('every function has a sample', () => {
  const sampled = new Set(samples.map(({ name }) => name.split(' ')[0]));
  const all = [...Object.keys(functions), ...Object.keys(losses)];
  // `shape` gives numbers, and `shape` alone.
  expect(all.filter((name) => !sampled.has(name))).toEqual(['shape']);
});
