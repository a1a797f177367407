/** Long launches run in parts: every iteration once, in the same order, whatever the lengths. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { partsOf } from '../../src/backends/wasm/launch-parts.ts';
import { init, jit, js, matmul, scan, type Tensor, tensor, toBackend } from '../../src/index.ts';
import type { Expr, Kernel, KernelBuffer, Stmt } from '../../src/ir/kernel.ts';
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
  test('are whole steps, and at most forty-eight', () => {
    fc.assert(
      fc.property(
        fc.nat(50),
        fc.integer({ min: 2, max: 500 }),
        fc.integer({ min: 1, max: 9 }),
        (from, iterations, step) => {
          const to = from + (iterations - 1) * step + 1;
          const { distance } = partsOf(kernelOf(from, to, step))!;
          expect(distance % step).toBe(0);
          expect(Math.ceil((to - from) / distance)).toBeLessThanOrEqual(48);
        },
      ),
    );
  });
  test('do not exist for short kernels, single iterations and loops one after the other', () => {
    expect(partsOf(kernelOf(0, 100, 1, 1000))).toBeUndefined();
    expect(partsOf(kernelOf(0, 4, 4))).toBeUndefined();
    const kernel = kernelOf(0, 100, 1);
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

describe('of several loops', () => {
  const step: Stmt = { kind: 'barrier' };
  const loop = (to: number, body: readonly Stmt[] = [step]): Stmt & { kind: 'for' } => ({
    kind: 'for',
    index: newLocal('i32'),
    from: 0,
    to,
    step: 1,
    loop: 'parallel',
    body,
  });
  const kernel = (body: readonly Stmt[], inPlace: Kernel['inPlace'] = []): Kernel => ({
    name: 'k',
    parameters: [
      { buffer: read, access: 'read' },
      { buffer: written, access: 'write' },
    ],
    body,
    inPlace,
    flops: 2 ** 20,
  });
  const read: KernelBuffer = { id: 1, dtype: 'f32', length: 8 };
  const written: KernelBuffer = { id: 2, dtype: 'f32', length: 8 };
  const at: Expr = { kind: 'const', value: 0, dtype: 'i32' };
  const load = (buffer: KernelBuffer): Stmt => ({
    kind: 'let',
    local: newLocal('f32'),
    value: { kind: 'load', buffer, at, dtype: 'f32' },
  });
  const store: Stmt = { kind: 'store', buffer: written, at, value: at };

  test('the longest is divided', () => {
    const [short, long] = [loop(40), loop(30, [loop(2)])];
    expect(partsOf(kernel([short, long, store]))?.loop).toBe(long);
  });
  test('the one inside is, where there are few iterations around it', () => {
    const inner = loop(100);
    const outer = loop(3, [loop(5), inner]);
    expect(partsOf(kernel([outer]))).toEqual({ outer, loop: inner, distance: 7 });
    expect(partsOf(kernel([outer, store]))?.loop).toBe(outer);
  });
  test('none is, where what all parts compute may change', () => {
    const body = (buffer: KernelBuffer): Stmt[] => [load(buffer), loop(40, [store])];
    expect(partsOf(kernel(body(read)))).toBeDefined();
    expect(partsOf(kernel(body(read), [[0, 1]]))).toBeUndefined();
    expect(partsOf(kernel(body(written)))).toBeUndefined();
    const sum: Stmt = { kind: 'var', local: newLocal('f32'), init: at };
    expect(partsOf(kernel([sum, loop(40)]))).toBeUndefined();
  });
});

describe('results are those of whole launches', () => {
  test('of matrix products of any height', async () => {
    for (const rows of [1, 2, 15, 16, 17, 31, 33, 47, 49, 65, 127]) {
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
  test('of products that are followed by what their results are read for', async () => {
    const update = (x: Any, y: Any, w: Any, rate: Any): Any[] => {
      const gradient = x.transpose().matmul(y);
      return [w.sub(gradient.mul(rate.add(1))), gradient.mul(0.1)];
    };
    for (const [rows, columns] of [
      [49, 64],
      [130, 65],
      [256, 300],
    ] as const) {
      await both(update as never, [[128, rows], [128, columns], [rows, columns], []]);
    }
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
