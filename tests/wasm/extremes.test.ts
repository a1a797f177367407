/** The largest and the smallest of many numbers in vectors: NaN, infinities and both zeros. */
import fc from 'fast-check';
import * as g from 'gradloom';
import { expect, test } from 'vitest';
import { openWasm } from '../../src/backends/wasm/index.ts';
import { longTest, settings } from '../properties/random-program.ts';

const wasm = openWasm();
const special = [Number.NaN, 0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
/** Numbers of one sign and zeros of both: what is left when a few of them are NaN or not. */
const element = (sign: number): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(0, -0).map((zero) => zero * sign) },
    { weight: 2, arbitrary: fc.float({ min: 0, max: 4, noNaN: true }).map((x) => x * sign) },
  );
const matrices = fc
  .record({
    rows: fc.integer({ min: 1, max: 40 }),
    columns: fc.constantFrom(8, 32, 33, 64, 100, 256),
    sign: fc.constantFrom(1, -1),
    odd: fc.array(fc.tuple(fc.nat(), fc.constantFrom(...special)), { maxLength: 2 }),
  })
  .chain(({ rows, columns, sign, odd }) => {
    const length = rows * columns;
    return fc.array(element(sign), { minLength: length, maxLength: length }).map((data) => {
      for (const [at, value] of odd) data[at % length] = value;
      return { rows, columns, data };
    });
  });

const folds = { max: [g.max, Math.max], min: [g.min, Math.min] } as const;

test('are those of Math, bit for bit', longTest, async () => {
  await fc.assert(
    fc.asyncProperty(
      matrices,
      fc.constantFrom('max', 'min'),
      async ({ rows, columns, data }, name) => {
        const [fold, exact] = folds[name];
        const f = g.jit((x: g.Tensor<[number, number]>) => [fold(x, 1), fold(x, 0)] as never, {
          backend: wasm,
        }) as unknown as (x: unknown) => [g.Tensor<[number]>, g.Tensor<[number]>];
        const [x] = await g.toBackend(
          [g.tensor(Float32Array.from(data), { shape: [rows, columns] })],
          wasm,
        );
        const [ofRows, ofColumns] = f(x);
        const at = (r: number, c: number): number => Math.fround(data[r * columns + c] as number);
        const row = (r: number): number =>
          exact(...Array.from({ length: columns }, (_, c) => at(r, c)));
        const column = (c: number): number =>
          exact(...Array.from({ length: rows }, (_, r) => at(r, c)));
        expect([...ofRows.dataSync()]).toEqual(Array.from({ length: rows }, (_, r) => row(r)));
        expect([...ofColumns.dataSync()]).toEqual(
          Array.from({ length: columns }, (_, c) => column(c)),
        );
      },
    ),
    settings(60),
  );
});
