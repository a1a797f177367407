/** What goes wrong on a device says which ops of the user at which line are behind it. */
import {
  add,
  BackendError,
  cos,
  exp,
  GradloomError,
  InternalError,
  jit,
  matmul,
  mul,
  type Tensor,
  tensor,
  toBackend,
} from 'gradloom';
import { expect, test } from 'vitest';
import { countBuffers, openWatched, type Watched } from './watched-device.ts';

type Vector = Tensor<[4]>;
type Square = Tensor<[64, 64]>;

/** What a promise is rejected with; fails where it is not. */
const rejection = async (promise: Promise<unknown>): Promise<GradloomError> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(GradloomError);
  return error as GradloomError;
};
/** The line in this file that calls `marker`, as errors show it. */
const here = /\n {2}at: tests\/webgpu\/errors\.test\.ts:\d+:\d+$/;

const vector = async ({ backend }: Watched): Promise<Vector> =>
  (await toBackend(tensor([1, 2, 3, 4]), backend)) as Vector;
const square = async ({ backend }: Watched, length = 64): Promise<Square> =>
  (await toBackend(
    tensor(new Float32Array(length * length).fill(0.01), { shape: [length, length] }),
    backend,
  )) as never;

/** Lets the next new buffer of at least this many bytes find no room on the device. */
const runOutOfMemory = (device: GPUDevice, bytes: number): { happened: number } => {
  const state = { happened: 0 };
  const [push, pop] = [device.pushErrorScope.bind(device), device.popErrorScope.bind(device)];
  const createBuffer = device.createBuffer.bind(device);
  let isShort = false;
  let isInside = false;
  device.pushErrorScope = (filter) => {
    isInside = filter === 'out-of-memory';
    return push(filter);
  };
  device.createBuffer = (description) => {
    if (!isInside || state.happened > 0 || description.size < bytes) {
      return createBuffer(description);
    }
    isShort = true;
    state.happened++;
    // What a device without room hands out: something that cannot be used.
    return createBuffer({ ...description, size: 2 ** 52 });
  };
  device.popErrorScope = () => {
    const isMine = isShort;
    isShort = false;
    isInside = false;
    const answer = pop();
    return isMine ? answer.then(() => ({ message: 'no room' }) as GPUError) : answer;
  };
  return state;
};

test('a kernel that does not compile', async () => {
  const watched = await openWatched();
  const x = await vector(watched);
  const create = watched.device.createShaderModule.bind(watched.device);
  watched.device.createShaderModule = (description) =>
    create({ ...description, code: description.code.replace('fn main', 'fn maim maim') });
  const error = await rejection(jit((y: Vector) => exp(add(y, y)))(x).data());
  expect(error).toBeInstanceOf(InternalError);
  expect(error.message).toMatch(/^webgpu: kernel map0 \(add, exp\) does not compile: \d+:\d+ /);
  expect(error.message).toMatch(here);
  watched.device.createShaderModule = create;
  // Nothing of it is left behind.
  expect([...(await add(x, x).data())]).toEqual([2, 4, 6, 8]);
});

test('a kernel that the driver takes no pipeline of', async () => {
  const watched = await openWatched();
  const x = await vector(watched);
  watched.device.createComputePipelineAsync = async () => {
    throw Object.assign(new Error('too many registers'), { reason: 'internal' });
  };
  const error = await rejection(jit((y: Vector) => exp(mul(y, y)))(x).data());
  expect(error).toBeInstanceOf(BackendError);
  expect(error.rule).toBe('webgpu: the driver cannot make a pipeline of kernel map0 (mul, exp)');
  expect(error.message).toMatch(/got: too many registers/);
  expect(error.message).toMatch(here);
});

test('arguments and results that are too large', async () => {
  const watched = await openWatched({ maxStorageBufferBindingSize: 64 * 64 * 4 });
  const x = await square(watched);
  const column = (await toBackend(
    tensor(new Float32Array(128), { shape: [128, 1] }),
    watched.backend,
  )) as Tensor<[128, 1]>;
  const outer = jit(function outer(y: Tensor<[128, 1]>) {
    return matmul(y, y.transpose());
  });
  expect(() => outer(column)).toThrow(
    /^webgpu: result 0 f32\[128,128\] of outer, made by kernel \w+ \(.*dot.*\) is too large for this device\n {2}got: 65536 bytes; the device allows 16384\n {2}at: tests\/webgpu\/errors/,
  );
  await expect(square(watched, 65)).rejects.toThrow(
    /a tensor of 4225 elements of f32 is too large/,
  );
  expect((await matmul(x, x).data()).length).toBe(4096);
  const between = jit(function between(y: Tensor<[128, 1]>) {
    return matmul(exp(matmul(y, y.transpose())), y);
  });
  expect(() => between(column)).toThrow(
    /^webgpu: the memory between the kernels of between, mostly f32\[16384\], made by kernel contract0 \(.*dot.*\) is too large .*\n.*\n {2}at: tests\/webgpu\/errors/,
  );
});

test('memory that runs out for a result', async () => {
  const watched = await openWatched();
  const x = await square(watched);
  const state = runOutOfMemory(watched.device, 64 * 64 * 4);
  const step = jit(function step(y: Square) {
    return [exp(y), y] as const;
  });
  const [grown, same] = step(x);
  // It is read together with others before anybody knows.
  const [whole, failing] = [x.data(), rejection(grown.data())];
  const after = add(grown as Square, grown as Square);
  const error = await failing;
  expect((await whole)[0]).toBeCloseTo(0.01);
  expect(state.happened).toBe(1);
  expect(error).toBeInstanceOf(BackendError);
  expect(error.rule).toBe(
    'webgpu: the device has no memory left for result 0 f32[64,64] of step, made by kernel map0 (exp)',
  );
  expect(error.message).toMatch(here);
  // Who waits for what was never computed is told the same; nobody else is.
  expect(await rejection(after.data())).toBe(error);
  expect(await rejection(same.data())).toBe(error);
  expect((await x.data())[0]).toBeCloseTo(0.01);
  expect((await step(x)[0].data())[0]).toBeCloseTo(Math.exp(0.01));
});

test('memory that runs out between kernels, and for data', async () => {
  const watched = await openWatched();
  const x = await square(watched);
  runOutOfMemory(watched.device, 64 * 64 * 4);
  const chain = jit(function chain(y: Square) {
    return matmul(matmul(y, y).relu(), y).sum();
  });
  const error = await rejection(chain(x).data());
  expect(error.rule).toMatch(
    /^webgpu: .* no memory left for the memory between the kernels of chain, mostly f32\[4096\], made by kernel contract0 \(dot, relu\)$/,
  );
  expect(error.message).toMatch(here);
  expect((await chain(x).data())[0]).toBeCloseTo(64 * 64 * 64 * 64 * 1e-6, 1);
  runOutOfMemory(watched.device, 65 * 65 * 4);
  const y = await square(watched, 100);
  expect((await rejection(y.data())).rule).toMatch(/for a tensor of 10000 elements of f32$/);
  expect((await x.data())[0]).toBeCloseTo(0.01);
});

/** Makes bind groups of the kernels whose label matches something that is none. */
const spoilBindGroups = (device: GPUDevice, label: RegExp): void => {
  const create = device.createBindGroup.bind(device);
  device.createBindGroup = (description) =>
    create(label.test(description.label ?? '') ? { ...description, entries: [] } : description);
};

test('calls that the device does not take', async () => {
  const watched = await openWatched();
  const x = await vector(watched);
  spoilBindGroups(watched.device, /\(exp\)/);
  const good = add(x, x);
  const bad = jit((y: Vector) => exp(y))(x);
  const later = add(bad, x);
  const [first, second, third] = [good.data(), rejection(bad.data()), rejection(later.data())];
  expect([...(await first)]).toEqual([2, 4, 6, 8]);
  const error = await second;
  expect(error).toBeInstanceOf(InternalError);
  expect(error.message).toContain('kernel map0 (exp) at tests/webgpu/errors.test.ts:');
  expect(error.message).toMatch(here);
  expect(await third).toBe(error);
  expect([...(await good.data())]).toEqual([2, 4, 6, 8]);
});

test('runs that fail give their memory back', async () => {
  const watched = await openWatched();
  const x = await square(watched);
  spoilBindGroups(watched.device, /cos/);
  const step = jit(
    (state: Square, y: Square) => [cos(matmul(state, y)), exp(state).sum()] as const,
    {
      donate: [0],
    },
  );
  const late = jit((y: Square) => [exp(y), y] as const);
  const buffers = countBuffers(watched.device);
  let settled = 0;
  for (let k = 0; k < 100; k++) {
    const state = await square(watched);
    const [next, sum] = step(state, x);
    const [other] = late(next as Square);
    // Some are let go without being read.
    if (k % 3 > 0) await rejection(k % 3 === 1 ? sum.data() : other.data());
    if (k === 5) settled = buffers.count;
  }
  expect(buffers.count).toBe(settled);
  expect(settled).toBeLessThan(20);
  const broken = jit((state: Square) => cos(state), { donate: [0] });
  watched.device.createComputePipelineAsync = async () => {
    throw new Error('no');
  };
  const before = buffers.count;
  for (let k = 0; k < 30; k++) await rejection(broken(await square(watched)).data());
  expect(buffers.count).toBe(before);
});
