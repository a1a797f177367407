/** Reading many tensors at once: one submission, one buffer, and each with its own fate. */
import { add, exp, jit, lt, mul, type Tensor, tensor, toBackend, whileLoop, zeros } from 'gradloom';
import { expect, test } from 'vitest';
import { countSubmits, openWatched } from './watched-device.ts';

type Vector = Tensor<[3]>;

/** Counts the buffers that are made to read from. */
const countReadable = (device: GPUDevice): { count: number } => {
  const counter = { count: 0 };
  const createBuffer = device.createBuffer.bind(device);
  device.createBuffer = (description) => {
    if ((description.usage & 1) === 1) counter.count++;
    return createBuffer(description);
  };
  return counter;
};

test('what is read in one tick is one submission', async () => {
  const { backend, device } = await openWatched();
  const lists = [[1, 2, 3], [4], [5, 6, 7, 8, 9], [], [10, 11]];
  const tensors = await toBackend(
    [...lists.map((list) => tensor(list, { shape: [list.length] })), tensor([true, false, true])],
    backend,
  );
  const submits = countSubmits(device);
  const readable = countReadable(device);
  const expected = [...lists, [1, 0, 1]];
  for (let round = 0; round < 4; round++) {
    const all = await Promise.all(tensors.map((x) => x.data()));
    expect(all.map((data) => [...data].map(Number))).toEqual(expected);
    expect(submits.count).toBe(round + 1);
  }
  expect(readable.count).toBe(1);
  // A break in between makes two.
  const first = tensors[0]!.data();
  await Promise.resolve();
  await Promise.all([first, tensors[1]!.data()]);
  expect(submits.count).toBe(6);
});

test('what is long takes several buffers and still one submission', async () => {
  const { backend, device } = await openWatched();
  const lengths = [6_000_001, 6_000_001, 6_000_001, 1];
  const tensors = await Promise.all(
    lengths.map((length, k) => toBackend(tensor(new Float32Array(length).fill(k)), backend)),
  );
  const [submits, readable] = [countSubmits(device), countReadable(device)];
  const all = await Promise.all(tensors.map((x) => x.data()));
  all.forEach((data, k) => {
    expect([data.length, data[0], data.at(-1)]).toEqual([lengths[k], k, k]);
  });
  expect([submits.count, readable.count]).toEqual([1, 2]);
});

test('readings see what was there when they were asked for', async () => {
  const { backend } = await openWatched();
  const step = jit((x: Vector) => mul(x, x), { donate: [0] });
  let x = (await toBackend(tensor([2, 3, 4]), backend)) as Vector;
  const seen: Promise<ArrayLike<number>>[] = [];
  for (let k = 0; k < 3; k++) {
    seen.push(x.data());
    x = step(x) as Vector;
  }
  const kept = x.data();
  x.dispose();
  const other = (await toBackend(tensor([7, 7, 7]), backend)).data();
  expect((await Promise.all(seen)).map((data) => data[0])).toEqual([2, 4, 16]);
  expect([...(await kept)]).toEqual([256, 6561, 65536]);
  expect([...(await other)]).toEqual([7, 7, 7]);
});

test('one failure is nobody elses', async () => {
  const { backend, device } = await openWatched();
  const x = (await toBackend(tensor([1, 2, 3]), backend)) as Vector;
  const create = device.createBindGroup.bind(device);
  device.createBindGroup = (description) =>
    create(description.label?.includes('exp') ? { ...description, entries: [] } : description);
  const submits = countSubmits(device);
  const results = await Promise.allSettled([x, exp(x), add(x, x), exp(x)].map((y) => y.data()));
  expect(results.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'rejected',
  ]);
  // Three runs and the reading.
  expect(submits.count).toBe(4);
});

test('loops that read a value back are a submission per round', async () => {
  const { backend, device } = await openWatched();
  const count = jit((x: Tensor<[]>) =>
    whileLoop(
      (y: Tensor<[]>) => lt(y, 10),
      (y: Tensor<[]>) => y.add(1),
      x,
    ),
  );
  const start = (await toBackend(zeros([]), backend)) as Tensor<[]>;
  expect((await count(start).data())[0]).toBe(10);
  const [submits, readable] = [countSubmits(device), countReadable(device)];
  expect((await count(start).data())[0]).toBe(10);
  // Eleven tests, the end, and the reading.
  expect(submits.count).toBeLessThanOrEqual(13);
  expect(readable.count).toBe(0);
});
