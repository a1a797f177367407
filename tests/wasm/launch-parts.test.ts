/** Long launches run in parts: every iteration once, in the same order, whatever the lengths. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { partsOf } from '../../src/backends/wasm/launch-parts.ts';
import { init, jit, js, matmul, scan, type Tensor, tensor, toBackend } from '../../src/index.ts';
import type { Kernel } from '../../src/ir/kernel.ts';
import { newLocal } from '../../src/passes/access.ts';

type Any = Tensor<any>;

const kernelOf = (from: number, to: number, step: number, flops = 2 ** 20): Kernel => ({
  name: 'k',
  parameters: [],
  body: [{ kind: 'for', index: newLocal('i32'), from, to, step, loop: 'parallel', body: [] }],
  inPlace: [],
  flops,
});

describe('parts of a loop', () => {
  test('are whole steps, and at most sixteen', () => {
    fc.assert(
      fc.property(
        fc.nat(50),
        fc.integer({ min: 2, max: 500 }),
        fc.integer({ min: 1, max: 9 }),
        (from, iterations, step) => {
          const to = from + (iterations - 1) * step + 1;
          const { distance } = partsOf(kernelOf(from, to, step))!;
          expect(distance % step).toBe(0);
          expect(Math.ceil((to - from) / distance)).toBeLessThanOrEqual(16);
        },
      ),
    );
  });
  test('do not exist for short kernels, single iterations and several loops', () => {
    expect(partsOf(kernelOf(0, 100, 1, 1000))).toBeUndefined();
    expect(partsOf(kernelOf(0, 4, 4))).toBeUndefined();
    const kernel = kernelOf(0, 100, 1);
    expect(partsOf({ ...kernel, body: [...kernel.body, ...kernel.body] })).toBeUndefined();
    const [loop] = kernel.body;
    expect(
      partsOf({ ...kernel, body: [{ ...loop, loop: 'serial' } as typeof loop & {}] }),
    ).toBeUndefined();
  });
});

const numbers = (length: number, by: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length }, (_, k) => ((k * by) % 97) / 97 - 0.5);

/** The results on both backends, wasm without vectors, which has the bits of js. */
const both = async (f: (...xs: Any[]) => Any[], shapes: readonly number[][]): Promise<void> => {
  const xs = shapes.map((shape, k) =>
    tensor(
      numbers(
        shape.reduce((a, b) => a * b, 1),
        31 + 2 * k,
      ),
      { shape },
    ),
  ) as Any[];
  const wanted = jit(f as never, { backend: js }) as unknown as typeof f;
  const wasm = await init('wasm', { vectors: false });
  const moved = (await toBackend(xs as never, wasm)) as Any[];
  const computed = jit(f as never) as unknown as typeof f;
  const [there, here] = [
    wanted(...((await toBackend(xs as never, js)) as Any[])),
    computed(...moved),
  ];
  for (const [k, result] of there.entries()) {
    const bytes = (x: Any): Buffer => Buffer.from(x.dataSync().buffer);
    expect(Buffer.compare(bytes(here[k]!), bytes(result))).toBe(0);
    here[k]!.dispose();
  }
};

describe('results are those of whole launches', () => {
  test('of matrix products of any height', async () => {
    for (const rows of [1, 2, 15, 16, 17, 31, 33, 65, 127]) {
      await both(
        (x, y) => [matmul(x, y).relu()],
        [
          [rows, 128],
          [128, 300],
        ],
      );
    }
  });
  test('of two kernels that differ in length alone', async () => {
    await both((x, y) => [x.mul(3).add(1), y.mul(3).add(1)], [[2 ** 20], [2 ** 20 + 70003]]);
  });
  test('in loops', async () => {
    await both(
      (x, xs) => [
        scan((h: Any, row: Any) => [h.matmul(x).add(row), row.sum()], xs.sum(0), xs)[0] as Any,
      ],
      [
        [100, 100],
        [3, 60, 100],
      ],
    );
  });
});
