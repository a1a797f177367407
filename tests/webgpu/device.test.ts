/** Devices: opening and losing them, memory that is used again, and kernels of unusual size. */
import {
  add,
  BackendError,
  concat,
  DeviceLostError,
  init,
  jit,
  scan,
  sort,
  type Tensor,
  tensor,
  toBackend,
} from 'gradloom';
import { expect, test } from 'vitest';
import { openSwiftShader } from './swiftshader.ts';
import { openWatched } from './watched-device.ts';

test('what cannot be opened says why', async () => {
  await expect(init('webgpus' as 'webgpu')).rejects.toThrow(/no backend 'webgpus' to open/);
  await expect(init('webgpu', { gpus: {} } as object)).rejects.toThrow(/unknown option 'gpus'/);
  const empty = { requestAdapter: async () => null };
  await expect(init('webgpu', { gpu: empty })).rejects.toThrow(BackendError);
});

test('a lost device is an error of its own', async () => {
  const { backend, device } = await openWatched();
  const x = await toBackend(tensor([1, 2, 3]), backend);
  const sum = add(x, x);
  expect([...(await sum.data())]).toEqual([2, 4, 6]);
  device.destroy();
  await device.lost;
  await expect(sum.data()).rejects.toThrow(DeviceLostError);
  expect(() => add(x, x)).toThrow(DeviceLostError);
});

test('steps use the memory of earlier ones', async () => {
  const { backend, device } = await openWatched();
  let buffers = 0;
  const createBuffer = device.createBuffer.bind(device);
  device.createBuffer = (description) => {
    // Memory to read from is made for each reading.
    if ((description.usage & 1) === 0) buffers++;
    return createBuffer(description);
  };
  const step = jit((x: Tensor<[1000]>, y: Tensor<[1000]>) => add(x, y), { donate: [0] });
  let x = await toBackend(tensor(new Float32Array(1000)), backend);
  const y = await toBackend(tensor(new Float32Array(1000).fill(1)), backend);
  x = step(x as Tensor<[1000]>, y as Tensor<[1000]>);
  await x.data();
  buffers = 0;
  for (let k = 0; k < 20; k++) x = step(x as Tensor<[1000]>, y as Tensor<[1000]>);
  expect((await x.data())[999]).toBe(21);
  expect(buffers).toBe(0);
});

test('more workgroups than one axis holds', async () => {
  const length = 65535 * 64 + 1000;
  const x = await toBackend(tensor(new Float32Array(length).fill(1)), await openSwiftShader());
  const sum = await add(x, x).data();
  expect(sum.every((value) => value === 2)).toBe(true);
});

test('more steps of a loop than one submission holds', async () => {
  const gpu = await openSwiftShader();
  const steps = Float32Array.from({ length: 2500 }, (_, k) => k % 7);
  const x = await toBackend(tensor(steps), gpu);
  const zero = await toBackend(tensor(0), gpu);
  const running = jit((from: Tensor<[]>, xs: Tensor<number[]>) =>
    scan(
      (carry: Tensor<[]>, item: Tensor<[]>) => [add(carry, item), carry] as const,
      from,
      xs as never,
    ),
  );
  const [last] = running(zero as Tensor<[]>, x) as unknown as [Tensor<[]>];
  expect((await last.data())[0]).toBe(steps.reduce((a, b) => a + b, 0));
});

test('arrays that are too long for variables', async () => {
  const values = Float32Array.from({ length: 3 * 1500 }, (_, k) => Math.sin(k * k));
  const x = await toBackend(tensor(values, { shape: [3, 1500] }), await openSwiftShader());
  const sorted = await sort(x)[0].data();
  const rows = [0, 1, 2].flatMap((k) => [...values.slice(k * 1500, (k + 1) * 1500).sort()]);
  expect([...sorted]).toEqual(rows);
});

test('kernels of more arrays than the device binds', async () => {
  const gpu = await openSwiftShader();
  const inputs = Array.from({ length: 40 }, (_, k) => tensor([k, k + 1]));
  const many = await toBackend(inputs, gpu);
  const joined = jit((...xs: Tensor<[2]>[]) => concat(xs, 0));
  const all = await joined(...(many as Tensor<[2]>[])).data();
  expect([...all]).toEqual(inputs.flatMap((_, k) => [k, k + 1]));
  const sums = jit((...xs: Tensor<[2]>[]) => xs.map((x, k) => add(x, xs[(k * 7 + 1) % 40]!)));
  const results = await Promise.all(sums(...(many as Tensor<[2]>[])).map((x) => x.data()));
  results.forEach((result, k) => {
    expect([...result]).toEqual([0, 1].map((j) => k + ((k * 7 + 1) % 40) + 2 * j));
  });
});
