/**
 * A thousand training steps, a thousand closures, a thousand shapes: memory, caches and
 * compilations stay where their bounds say.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { clearPrograms, programCounters } from '../../src/trace/execute.ts';
import {
  add,
  matmul,
  mean,
  mul,
  sub,
  tanh,
  tensor,
  zeros,
} from '../../src/trace/functions/index.ts';
import { compiled, grad, jit, scan } from '../../src/trace/transformations/index.ts';
import type { AnyLeaf } from './dynamic.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes in use: objects and the memory of typed arrays. */
const bytesInUse = async (): Promise<number> => {
  // Arrays are given back after their finalisers have run.
  for (let k = 0; k < 3; k++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

/** The growth from call 300, when caches are full, to call 1300. */
const growth = async (call: (k: number) => void): Promise<number> => {
  for (let k = 0; k < 300; k++) call(k);
  const before = await bytesInUse();
  for (let k = 300; k < 1300; k++) call(k);
  return (await bytesInUse()) - before;
};
const megabyte = 2 ** 20;

type Params = { w: AnyLeaf; u: AnyLeaf };
const loss = (p: Params, xs: AnyLeaf): AnyLeaf => {
  const first = zeros([64, 32]) as unknown as AnyLeaf;
  const step = (h: AnyLeaf, x: AnyLeaf): [AnyLeaf, AnyLeaf] => {
    const next = tanh(add(matmul(h, p.w), matmul(x, p.u))) as AnyLeaf;
    return [next, next];
  };
  const [last] = (scan as (...all: unknown[]) => [AnyLeaf, AnyLeaf])(step, first, xs);
  return mean(mul(last, last)) as AnyLeaf;
};

test('training steps keep nothing', async () => {
  const step = jit((p: Params, xs: AnyLeaf): Params => {
    const g = grad(loss)(p, xs) as Params;
    return {
      w: sub(p.w, mul(g.w, 0.1)) as AnyLeaf,
      u: sub(p.u, mul(g.u, 0.1)) as AnyLeaf,
    };
  });
  const filled = (...shape: number[]): AnyLeaf => add(zeros(shape), 0.01) as unknown as AnyLeaf;
  let p: Params = { w: filled(32, 32), u: filled(16, 32) };
  const xs = filled(4, 64, 16);
  const misses = (): number => programCounters().misses;
  p = step(p, xs);
  const compilations = misses();
  // One step's results alone are 6 kB, its activations 32 kB.
  expect(
    await growth(() => {
      p = step(p, xs);
    }),
  ).toBeLessThan(2 * megabyte);
  expect(misses()).toBe(compilations);
  expect(compiled(step).stats()).toMatchObject({ misses: 1, size: 1 });
}, 120_000);

test('closures are not kept', async () => {
  clearPrograms();
  const x = tensor(new Float32Array(256)) as unknown as AnyLeaf;
  const grown = await growth((k) => {
    // Every closure is a new function, and every tenth one another program.
    jit((y: AnyLeaf) => add(mul(y, y), k % 10) as AnyLeaf)(x);
  });
  expect(grown).toBeLessThan(2 * megabyte);
  expect(programCounters().size).toBe(10);
}, 120_000);

test('shapes push each other out', async () => {
  clearPrograms();
  const f = jit((y: AnyLeaf) => add(mul(y, y), 1) as AnyLeaf);
  const grown = await growth((k) => {
    f(zeros([k + 1]) as unknown as AnyLeaf);
  });
  // What the caches hold is a little larger for longer shapes.
  expect(grown).toBeLessThan(4 * megabyte);
  expect(compiled(f).stats()).toMatchObject({ misses: 1300, size: 64 });
  expect(programCounters().size).toBeLessThanOrEqual(256);
}, 120_000);
