/** The memory of the wasm backend: what is freed is used again, and what does not fit is an error. */

import fc from 'fast-check';
import { init, jit, tensor, toBackend } from 'gradloom';
import { describe, expect, test } from 'vitest';
import { Heap } from '../../src/backends/wasm/heap.ts';
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

test('ten thousand steps take no more memory than ten', async () => {
  const wasm = await init('wasm', { mostBytes: 2 ** 21 });
  const step = jit((x: ReturnType<typeof tensor>) => x.mul(0.5).add(1), { donate: [0] });
  let x = await toBackend(tensor(new Float32Array(10_000)), wasm);
  for (let k = 0; k < 10_000; k++) x = step(x) as typeof x;
  expect((await x.data())[0]).toBe(2);
});

test('memory that is not there is an error, and the next call works', async () => {
  const wasm = await init('wasm', { mostBytes: 2 ** 21 });
  const x = await toBackend(tensor(new Float32Array(200_000)), wasm);
  const double = jit((v: typeof x) => v.add(v));
  expect(() => [double(x), double(x), double(x)]).toThrow('wasm: no memory left');
  const small = await toBackend(tensor([1, 2]), wasm);
  expect(await jit((v: typeof small) => v.add(v))(small).data()).toEqual(new Float32Array([2, 4]));
});
