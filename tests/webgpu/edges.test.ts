/**
 * Extents around the edges of tiles and workgroups, each dimension in turn: the same results as js,
 * and nothing written beside them.
 */
import * as g from 'gradloom';
import { afterEach, describe, expect, test } from 'vitest';
import { type AnyTensor as Any, type Call, expectSameAsJs } from './compare-with-js.ts';
import { openGuarded } from './guarded-device.ts';
import { openDawn } from './swiftshader.ts';

const guarded = await openGuarded(await openDawn());
afterEach(async () => {
  const { behind, broken } = await guarded.survey();
  expect(broken).toBe(0);
  expect(behind).toBeGreaterThan(0);
});

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, k) => from + k);
/** Where a kernel is compiled fast. */
const all = [...range(1, 33), ...range(63, 65), ...range(127, 129), ...range(255, 257)];
/** Where each costs more: the edges of tiles of 4, 8, 16, 32, 64 and 128. */
const some = [1, 3, 5, 7, 8, 9, 15, 17, 31, 32, 33, 63, 65, 127, 129];

const expectAll = async (calls: readonly Call[]): Promise<void> => {
  // At once, so that kernels are compiled side by side.
  await Promise.all(calls.map((one) => expectSameAsJs(one, guarded.backend)));
};
const named = (
  name: string,
  shapes: Call['shapes'],
  call: (...inputs: Any[]) => unknown,
): Call => ({
  name: `${name} ${shapes.map((shape) => shape.join(' x ')).join(', ')}`,
  shapes,
  call,
});
const swap = (x: Any): Any => g.permute(x, [1, 0]) as Any;
const product = (x: Any, y: Any): Any => g.matmul(x, y as never) as Any;

test('elementwise', async () => {
  await expectAll(
    all.map((n) =>
      named('elementwise', [[n], [n]], (x, y) => g.mul(g.add(x!, y!) as Any, x as never)),
    ),
  );
});

describe.each([0, 1])('along axis %i', (axis) => {
  const reductions: [string, (x: Any) => unknown][] = [
    ['sum', (x) => g.sum(x, axis)],
    ['max', (x) => g.max(x, axis)],
    ['argmax', (x) => g.argmax(x, axis)],
    ['softmax', (x) => g.softmax(x, axis)],
  ];
  test.each(reductions)('%s', async (name, call) => {
    const lists = name === 'softmax' ? some : all;
    await expectAll(
      lists.flatMap((n) => [
        named(name, [[n, 5]], (x) => call(x!)),
        named(name, [[5, n]], (x) => call(x!)),
      ]),
    );
  });
});

// Products as they stand are in bounds.test.ts.
describe('products of transposed arrays', () => {
  const forms: [string, (m: number, k: number, n: number) => Call][] = [
    [
      'xT y',
      (m, k, n) =>
        named(
          'xT y',
          [
            [k, m],
            [k, n],
          ],
          (x, y) => product(swap(x!), y!),
        ),
    ],
    [
      'x yT',
      (m, k, n) =>
        named(
          'x yT',
          [
            [m, k],
            [n, k],
          ],
          (x, y) => product(x!, swap(y!)),
        ),
    ],
  ];
  test.each(forms)('%s', async (_, form) => {
    await expectAll(some.flatMap((n) => [form(n, 9, 10), form(9, n, 10), form(9, 10, n)]));
  });
  test('large in all dimensions', async () => {
    await expectAll(forms.map(([, form]) => form(129, 127, 130)));
  });
});

const many = { timeout: 60_000 };
test.each(['height', 'width', 'inputs', 'outputs'])('convolution, %s', many, async (which) => {
  await expectAll(
    some.map((n) => {
      const extent = (name: string, otherwise: number): number => (which === name ? n : otherwise);
      const [height, width] = [extent('height', 5), extent('width', 6)];
      const [inputs, outputs] = [extent('inputs', 2), extent('outputs', 3)];
      return named(
        'conv2d',
        [
          [2, inputs, height, width],
          [outputs, inputs, 3, 3],
        ],
        (x, w) => g.conv2d(x!, w as never, { padding: 1 }),
      );
    }),
  );
});
