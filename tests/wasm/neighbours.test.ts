/**
 * Neighbouring vectors as the pass of the engine wants them that joins them: one address for both,
 * nothing between their stores, numbers spread once. And what moves for that must not change what a
 * kernel computes.
 */
import { describe, expect, test } from 'vitest';
import { openWasm } from '../../src/backends/wasm/index.ts';
import { parseKernel } from '../../src/ir/parse.ts';
import type { TensorType, TypedArray } from '../../src/ir/types.ts';
import { planOf, programOf, runKernel } from '../backends/run-kernel.ts';

const wasm = openWasm();
const samples = (length: number, by: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length }, (_, k) => ((k * by) % 31) / 8 - 1.5);

/** The code of a kernel, one instruction per line. */
const linesOf = (text: string): readonly string[] => {
  const { sources } = wasm.compile(programOf(planOf(parseKernel(text))));
  return sources
    .join('\n')
    .split('\n')
    .map((line) => line.trim());
};
/** The code between the first store of a vector and the last. */
const storesOf = (text: string): readonly string[] => {
  const lines = linesOf(text);
  const stores = lines.flatMap((line, k) => (line.startsWith('v128.store') ? [k] : []));
  return lines.slice(stores[0], (stores.at(-1) as number) + 1);
};
/** Runs a kernel here and on js: single arithmetic of numbers with few bits, so bits are equal. */
const expectSame = (text: string): void => {
  const kernel = parseKernel(text);
  const plan = planOf(kernel);
  const inputs = plan.inputs.map(({ shape }, k) => samples(shape[0] as number, 7 + 6 * k));
  const executable = wasm.compile(programOf(plan));
  const storages = inputs.map((data, k) => wasm.upload(data, (plan.inputs[k] as TensorType).dtype));
  const results = executable.run(storages).map((one) => wasm.downloadSync?.(one) as TypedArray);
  expect(results).toEqual(runKernel(kernel, inputs));
  executable.dispose();
};

const head = 'kernel k(read b0: f32[64], read b1: f32[64], write b2: f32[64]) flops 0';

describe('stores', () => {
  const between = `${head} {
    parallel v0: [0, 48] in 0..64 step 16 {
      lanes v1 in 0..4 {
        b2[v0 + v1] = b0[v0 + v1] + b1[v1]
        b2[v0 + v1 + 4] = b0[v0 + v1 + 4] + b1[v1 + 4]
        b2[v0 + v1 + 8] = b0[v0 + v1 + 8] + b1[v1 + 8]
        b2[v0 + v1 + 12] = b0[v0 + v1 + 12] + b1[v1 + 12]
      }
    }
  }`;
  test('stand together, of two neighbours the second first, at one address', () => {
    const stores = storesOf(between);
    expect(stores.filter((line) => line.startsWith('v128.store'))).toEqual([
      'v128.store offset=16',
      'v128.store',
      'v128.store offset=48',
      'v128.store offset=32',
    ]);
    expect(stores.filter((line) => !/^(v128.store|local.get)/.test(line))).toEqual([]);
    // Every store takes an address and a vector.
    const addresses = stores
      .filter((line) => line.startsWith('local.get'))
      .filter((_, k) => !(k % 2));
    expect(new Set(addresses).size).toBe(1);
    expectSame(between);
  });
  test('to two buffers are sorted', () => {
    const text = `kernel k(read b0: f32[8], write b1: f32[8], write b2: f32[8]) flops 0 {
      lanes v1 in 0..4 {
        let v2: f32 = b0[v1]
        let v3: f32 = b0[v1 + 4]
        b1[v1] = v2 + v3
        b2[v1] = v2 - v3
        b1[v1 + 4] = v2 * v3
        b2[v1 + 4] = v3
      }
    }`;
    expect(storesOf(text).filter((line) => !line.startsWith('local.get'))).toEqual([
      'v128.store offset=16',
      'v128.store',
      'v128.store offset=16',
      'v128.store',
    ]);
    expectSame(text);
  });
  test.each([
    [
      'that are read again',
      `lanes v1 in 0..4 {
        b2[v1] = b0[v1] + 1_f32
        let v2: f32 = b2[v1]
        b2[v1 + 4] = v2 * 2_f32
        let v3: f32 = b2[v1 + 4]
        b2[v1 + 8] = v3
      }`,
    ],
    [
      'over each other',
      `lanes v1 in 0..4 {
        b2[v1] = b0[v1]
        b2[v1 + 4] = b0[v1 + 8]
        b2[v1] = b1[v1]
      }`,
    ],
    [
      'in a loop',
      `lanes v1 in 0..4 {
        for v2 in 0..6 {
          b2[v1 + v2 * 8] = b0[v1 + v2 * 4]
          b2[v1 + v2 * 8 + 4] = b1[v1 + v2 * 4]
        }
      }`,
    ],
    [
      'in a loop that is written out',
      `lanes v1 in 0..4 {
        unrolled v2 in 0..6 {
          b2[v1 + v2 * 8] = b0[v1 + v2 * 4]
          b2[v1 + v2 * 8 + 4] = b1[v1 + v2 * 4]
        }
      }`,
    ],
    [
      'of a sum that goes on',
      `lanes v1 in 0..4 {
        var v2: f32 = b0[v1]
        b2[v1] = v2
        v2 = v2 + b1[v1]
        b2[v1 + 4] = v2
      }`,
    ],
  ])('%s', (_, body) => expectSame(`${head} {\n${body}\n}`));
});

describe('addresses', () => {
  test('are computed again where what they are made of changes', () => {
    expectSame(`${head} {
      lanes v1 in 0..4 {
        unrolled v2 in 0..3 {
          let v3: i32 = min(v2 * 5, 8)
          b2[v1 + v3 * 4] = b0[v1 + v3 * 4] * b1[v1 + v3]
        }
      }
    }`);
  });
  test('below the first element are no offsets', () => {
    expectSame(`${head} {
      for v0: [4, 12] in 4..13 step 4 {
        lanes v1 in 0..4 {
          b2[v1 + v0] = b0[v1 + v0 - 4] + b0[v1 + v0 - 1] * b1[v1 + v0 - 2]
          b2[v1 + v0 + 4] = b0[v1 + v0 - 3] - b1[v1 + v0 - 4]
        }
      }
    }`);
  });
});

test('numbers are spread once, and what counts up differs by constants alone', () => {
  const text = `${head} {
    parallel v0: [0, 56] in 0..64 step 8 {
      let v2: f32 = b1[v0] * 2_f32
      lanes v1 in 0..4 {
        b2[v0 + v1] = b0[v0 + v1] * v2 + select(v0 + v1 < 13, 1_f32, 0_f32)
        b2[v0 + v1 + 4] = b0[v0 + v1 + 4] * v2 + select(v0 + v1 + 4 < 13, 1_f32, 0_f32)
      }
    }
  }`;
  const lines = linesOf(text);
  for (const name of ['f32x4.splat', 'i32x4.splat']) {
    expect(lines.filter((line) => line === name)).toHaveLength(1);
  }
  expectSame(text);
});

test('a number that a loop of vectors wants is spread where it is defined', () => {
  const text = `${head} {
    for v0 in 0..4 {
      let v1: f32 = b1[v0]
      let v2: f32 = b1[v0 + 8] + v1
      for v3: [0, 48] in 0..64 step 16 {
        lanes v4 in 0..16 {
          b2[v3 + v4] = b0[v3 + v4] * v1 + v2
        }
      }
      b2[v0] = v2 * v1
    }
  }`;
  const code = linesOf(text);
  const loops = code.flatMap((line, k) => (line === 'loop' ? [k] : []));
  const splats = code.flatMap((line, k) => (line === 'f32x4.splat' ? [k] : []));
  expect(loops).toHaveLength(2);
  expect(splats).toHaveLength(2);
  for (const splat of splats) expect(splat).toBeLessThan(loops[1] as number);
  // What is not of vectors has the numbers unrounded still.
  expect(code.filter((line) => line === 'f64.mul')).toHaveLength(1);
  expectSame(text);
});
