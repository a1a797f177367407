/** The memory of the wasm backend: what is freed is used again, and what does not fit is an error. */

import fc from 'fast-check';
import { init, jit, tensor, toBackend } from 'gradloom';
import { describe, expect, test, vi } from 'vitest';
import { Heap } from '../../src/backends/wasm/heap.ts';
import { Storages } from '../../src/backends/wasm/storage.ts';
import { BackendError } from '../../src/ir/errors.ts';

describe('the heap', () => {
  test('blocks never meet, and all of them come back', () => {
    const actions = fc.array(
      fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.constant('free' as const)),
      { maxLength: 200 },
    );
    fc.assert(
      fc.property(actions, fc.infiniteStream(fc.nat()), (list, choices) => {
        const heap = new Heap();
        const held: { address: number; bytes: number }[] = [];
        for (const action of list) {
          if (action !== 'free') {
            const address = heap.allocate(action);
            expect(address % 64).toBe(0);
            expect(address).toBeGreaterThan(0);
            expect(address + action).toBeLessThanOrEqual(heap.bytes);
            for (const other of held) {
              const isApart =
                address + action <= other.address || other.address + other.bytes <= address;
              expect(isApart || action === 0 || other.bytes === 0).toBe(true);
            }
            held.push({ address, bytes: action });
          } else if (held.length > 0) {
            const [one] = held.splice(choices.next().value % held.length, 1);
            heap.free(one!.address, one!.bytes);
          }
        }
        for (const { address, bytes } of held) heap.free(address, bytes);
        expect(heap.bytesInUse).toBe(0);
        // Everything is one block again.
        const { bytes } = heap;
        heap.allocate(bytes - 128);
        expect(heap.bytes).toBe(bytes);
      }),
    );
  });
  test('it says when there is no more', () => {
    const heap = new Heap(4 * 65536 + 16 * 65536);
    const before = heap.bytesInUse;
    expect(() => heap.allocate(32 * 65536)).toThrow(BackendError);
    expect(heap.bytesInUse).toBe(before);
    expect(heap.allocate(64)).toBeGreaterThan(0);
  });
});

const megabyte = 2 ** 20;

test('ten thousand donated steps take no more memory than ten', async () => {
  const wasm = await init('wasm');
  const step = jit((x: ReturnType<typeof tensor>) => x.mul(0.5).add(1), { donate: [0] });
  let x = await toBackend(tensor(new Float32Array(10_000)), wasm);
  for (let k = 0; k < 10; k++) x = step(x) as typeof x;
  const before = wasm.memory();
  for (let k = 0; k < 10_000; k++) x = step(x) as typeof x;
  expect(wasm.memory()).toEqual(before);
  expect((await x.data())[0]).toBe(2);
});

test('disposing gives back what was taken', async () => {
  const wasm = await init('wasm');
  const x = await toBackend(tensor(new Float32Array(10_000)), wasm);
  x.add(x).dispose();
  const { inUse } = wasm.memory();
  const results = Array.from({ length: 100 }, () => x.add(x));
  expect(wasm.memory().inUse).toBe(inUse + 100 * 40_000);
  for (const result of results) result.dispose();
  expect(wasm.memory().inUse).toBe(inUse);
});

test('a loop that never waits makes many times what the memory holds, and loses nothing', async () => {
  const wasm = await init('wasm', { mostBytes: 2 * megabyte });
  const kept = [];
  const start = await toBackend(tensor(new Float32Array(10_000).fill(1)), wasm);
  const step = jit((v: typeof start) => v.add(1) as typeof start);
  let x = start;
  for (let k = 1; k <= 2000; k++) {
    x = k % 2 === 0 ? step(x) : x.add(1);
    if (k % 50 === 0) kept.push(x);
  }
  expect(wasm.memory().reserved).toBeLessThanOrEqual(2 * megabyte);
  expect(start.dataSync()[9999]).toBe(1);
  kept.forEach((value, k) => {
    expect([value.dataSync()[0], value.dataSync()[9999]]).toEqual(
      [1, 1].map((y) => y + 50 * (k + 1)),
    );
  });
  // They are 4 MB together, and can all be computed with.
  for (const value of kept) x = x.add(value);
  expect(x.dataSync()[0]).toBe(2001 + kept.reduce((sum, _, k) => sum + 50 * (k + 1) + 1, 0));
  const last = kept.at(-1)!;
  last.dispose();
  expect(() => last.add(1)).toThrow('was disposed');
});

test('a loop of many small calls neither waits nor grows', async () => {
  const wasm = await init('wasm');
  let x = await toBackend(tensor([0]), wasm);
  for (let k = 0; k < 50_000; k++) x = x.add(1);
  expect(x.item()).toBe(50_000);
  expect(wasm.memory().reserved).toBeLessThan(16 * megabyte);
});

test('results that nobody disposes of stay within a bound of the memory', async () => {
  const wasm = await init('wasm');
  const x = await toBackend(tensor(new Float32Array(megabyte)), wasm);
  let y = x;
  for (let k = 0; k < 400; k++) y = y.add(1);
  expect(y.dataSync()[5]).toBe(400);
  // They take 1,600 megabytes together; the collector sees those that moved out.
  expect(wasm.memory().reserved).toBeLessThan(200 * megabyte);
  expect(process.memoryUsage().arrayBuffers).toBeLessThan(800 * megabyte);
});

test('a donated tensor that moved out is donated all the same', async () => {
  const wasm = await init('wasm', { mostBytes: 2 * megabyte });
  const x = await toBackend(tensor(new Float32Array(50_000).fill(2)), wasm);
  let y = x;
  for (let k = 0; k < 20; k++) y = y.add(1);
  const double = jit((v: typeof x) => v.mul(2), { donate: [0] });
  const doubled = double(x);
  expect(doubled.dataSync()[49_999]).toBe(4);
  expect(() => x.add(1)).toThrow('was donated');
  expect(y.dataSync()[0]).toBe(22);
});

test('memory that is not there is an error, and the next call works', async () => {
  const wasm = await init('wasm', { mostBytes: 2 * megabyte });
  const x = await toBackend(tensor(new Float32Array(300_000).fill(1)), wasm);
  // Argument and result are not there at the same time.
  const double = jit((v: typeof x) => v.add(v));
  expect(() => double(x)).toThrow('wasm: no memory left');
  expect(() => double(x)).toThrow(BackendError);
  expect(x.dataSync()[299_999]).toBe(1);
  const small = await toBackend(tensor([1, 2]), wasm);
  expect(await jit((v: typeof small) => v.add(v))(small).data()).toEqual(new Float32Array([2, 4]));
});

test('programs share what they compute in', async () => {
  const wasm = await init('wasm');
  const x = await toBackend(tensor(new Float32Array(100_000)), wasm);
  const { inUse } = wasm.memory();
  for (let k = 0; k < 20; k++) {
    // Two products with a sum between them, so that something is put down.
    const f = jit((v: typeof x) =>
      v.reshape([100, 1000]).softmax(0).sum(1).softmax(0).mul(k).sum(),
    );
    f(x).dispose();
  }
  expect(wasm.memory().inUse).toBeLessThan(inUse + megabyte);
});

test('the next tensor of a type has the block of the last that was disposed of', () => {
  const register = vi.spyOn(FinalizationRegistry.prototype, 'register');
  try {
    const storages = new Storages(new Heap());
    const first = storages.make('f32', 100);
    const other = storages.make('i32', 100);
    const { address } = first;
    storages.end(first);
    storages.end(other);
    const { bytesInUse } = storages;
    for (let k = 0; k < 10; k++) {
      const next = storages.make('f32', 100);
      expect(next.address).toBe(address);
      expect(next).not.toBe(first);
      expect(() => first.address).toThrow('cannot be used again');
      expect(storages.bytesInUse).toBe(bytesInUse + 448);
      storages.end(next);
    }
    // The collector knows of both blocks, and was told of each once.
    expect(register).toHaveBeenCalledTimes(2);
  } finally {
    register.mockRestore();
  }
});

test('few and small blocks are kept, those of the latest tensors', () => {
  const heap = new Heap();
  const storages = new Storages(heap);
  const list = Array.from({ length: 40 }, (_, k) => storages.make('f32', 16 * (k + 1)));
  const addresses = list.map(({ address }) => address);
  const large = storages.make('f32', 2 ** 16);
  for (const storage of [...list, large]) storages.end(storage);
  expect(storages.bytesInUse).toBe(0);
  const kept = Array.from({ length: 16 }, (_, k) => 64 * (40 - k)).reduce((x, y) => x + y);
  expect(heap.bytesInUse).toBe(kept);
  expect(storages.make('f32', 16 * 40).address).toBe(addresses[39]);
  expect(storages.make('f32', 16 * 25).address).toBe(addresses[24]);
});

test('what nobody has goes before what somebody has moves out', () => {
  const withSpares = () => {
    const heap = new Heap(4 * megabyte);
    const storages = new Storages(heap);
    const held = storages.make('f32', 2 ** 17);
    const others = Array.from({ length: 16 }, () => storages.make('f32', 2 ** 14));
    for (const one of others) storages.end(one);
    expect(heap.bytesInUse).toBe(1.5 * megabyte);
    storages.begin([]);
    return { heap, storages, held };
  };
  // Half of the memory is what tensors may have without a question.
  const limited = withSpares();
  limited.storages.make('f32', 2 ** 18);
  expect(limited.held.address).toBe(64);
  expect(limited.heap.bytesInUse).toBe(1.5 * megabyte);
  // Programs take their part of it, too.
  const full = withSpares();
  full.heap.allocate(2 * megabyte);
  full.storages.make('f32', 2 ** 17);
  expect(full.held.address).toBe(64);
  expect(full.heap.bytesInUse).toBe(3 * megabyte);
});

test('blocks that move out and come back hold what was written', () => {
  const actions = fc.array(
    fc.oneof(
      fc.record({
        kind: fc.constant('make' as const),
        // Often one of a few: then a block is there that was another storage's.
        length: fc.oneof(fc.integer({ min: 0, max: 30_000 }), fc.constantFrom(8, 5000, 16_384)),
        dtype: fc.constantFrom('f32' as const, 'i32' as const),
      }),
      fc.record({ kind: fc.constant('succeed' as const), which: fc.nat() }),
      fc.record({ kind: fc.constant('use' as const), which: fc.nat(), other: fc.nat() }),
      fc.record({ kind: fc.constant('end' as const), which: fc.nat() }),
    ),
    { maxLength: 120 },
  );
  fc.assert(
    fc.property(actions, (list) => {
      const heap = new Heap(8 * 65536 + 16 * 65536);
      const storages = new Storages(heap);
      const held: { storage: ReturnType<Storages['make']>; value: number }[] = [];
      let next = 1;
      for (const action of list) {
        if (action.kind === 'make') {
          storages.begin([]);
          const storage = storages.make(action.dtype, action.length);
          expect([storage.dtype, storage.length]).toEqual([action.dtype, action.length]);
          storage.view.fill(next);
          held.push({ storage, value: next++ });
        } else if (held.length > 0 && action.kind === 'succeed') {
          const one = held[action.which % held.length]!;
          const before = one.storage;
          one.storage = storages.succeed(before);
          expect(() => before.copy).toThrow('cannot be used again');
        } else if (held.length > 0 && action.kind === 'use') {
          const used = [held[action.which % held.length]!, held[action.other % held.length]!];
          storages.begin(used.map(({ storage }) => storage));
          const made = storages.make('f32', 1000);
          made.view.fill(next);
          held.push({ storage: made, value: next++ });
          for (const { storage, value } of used) {
            expect(storage.address).toBeGreaterThan(0);
            expect(storage.view.every((element) => element === value)).toBe(true);
          }
        } else if (held.length > 0 && action.kind === 'end') {
          const [one] = held.splice(action.which % held.length, 1);
          storages.end(one!.storage);
          expect(() => one!.storage.copy).toThrow('cannot be used again');
        }
      }
      for (const { storage, value } of held) {
        expect(storage.copy).toHaveLength(storage.length);
        expect(storage.copy.every((element) => element === value)).toBe(true);
        storages.end(storage);
      }
      expect(storages.bytesInUse).toBe(0);
      // What is kept for later gives way to a block that needs all of the memory.
      expect(storages.make('f32', (heap.mostBytes - 64) / 4).address).toBe(64);
    }),
  );
});
