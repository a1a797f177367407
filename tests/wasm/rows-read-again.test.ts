/** Rows that a later pass reads again, in loops of its own: derivatives of normalisations. */
import { grad, layerNorm, square, sum, tensor, toBackend } from 'gradloom';
import { expect, test } from 'vitest';
import { js } from '../../src/backends/js/index.ts';
import { openWasm } from '../../src/backends/wasm/index.ts';

const data = Float32Array.from({ length: 24 }, (_, k) => Math.sin(3 * k + 1));
const options = { shape: [2, 4, 3] } as const;
type Rows = ReturnType<typeof rows>;
const rows = () => tensor(data, options);

test('the second derivative of layerNorm is that of js', async () => {
  const first = grad((x: Rows) => sum(square(layerNorm(x).add(x))));
  const second = grad((x: Rows) => sum(square(first(x))));
  const [actual, expected] = await Promise.all(
    [openWasm(), js].map(async (backend) => second(await toBackend(rows(), backend)).data()),
  );
  expect(Math.max(...expected!.map(Math.abs))).toBeGreaterThan(1);
  actual!.forEach((value, k) => {
    expect(Math.abs(value - expected![k]!)).toBeLessThan(
      1e-3 * Math.max(1, Math.abs(expected![k]!)),
    );
  });
});
