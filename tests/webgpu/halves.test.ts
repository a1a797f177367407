/**
 * Tensors of f16 on devices whose shaders know f16: two bytes per element. The shaders are validated
 * on Dawn's null device; where the driver of the tests has the feature, the programs run as well.
 */
import {
  cast,
  concat,
  grad,
  init,
  jit,
  scan,
  sort,
  sum,
  type Tensor,
  take,
  tensor,
  toBackend,
  where,
} from 'gradloom';
import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { js } from '../../src/backends/js/index.ts';
import { emitShader } from '../../src/backends/webgpu/emit-shader.ts';
import { phasesOf } from '../../src/backends/webgpu/phases.ts';
import { parseKernel } from '../../src/ir/parse.ts';
import { openDawn } from './swiftshader.ts';

type Half = Tensor<[5], 'f16'>;
type Many = readonly Half[];

/** A backend on a device, what it was told, and whether its shaders know f16. */
interface Told {
  readonly backend: Backend;
  readonly hasHalf: boolean;
  /** The texts of all shaders, and the bytes of all uploads. */
  readonly texts: string[];
  readonly uploads: number[];
}
const openNew = async (kind: 'null' | 'vulkan', isAllowed: boolean): Promise<Told> => {
  const gpu = (await openDawn(kind)) as GPU;
  const adapter = (await gpu.requestAdapter()) as GPUAdapter;
  const texts: string[] = [];
  const uploads: number[] = [];
  const hasHalf = isAllowed && adapter.features.has('shader-f16');
  const requestDevice = async (options: GPUDeviceDescriptor): Promise<GPUDevice> => {
    const device = await adapter.requestDevice(options);
    const create = device.createShaderModule.bind(device);
    device.createShaderModule = (description) => {
      texts.push(description.code);
      return create(description);
    };
    const { queue } = device;
    const write = queue.writeBuffer.bind(queue);
    queue.writeBuffer = (...all: Parameters<typeof write>) => {
      uploads.push((all[2] as ArrayBufferView).byteLength);
      write(...all);
    };
    return device;
  };
  const features = new Set(hasHalf ? ['shader-f16'] : []);
  const offered = { limits: adapter.limits, features, requestDevice, adapter };
  const backend = await init('webgpu', { gpu: { requestAdapter: async () => offered, gpu } });
  return { backend, hasHalf, texts, uploads };
};
const opened = new Map<string, Promise<Told>>();
/** One device of each kind for all tests, which has been told nothing yet. */
const open = async (kind: 'null' | 'vulkan', isAllowed: boolean): Promise<Told> => {
  const key = `${kind} ${isAllowed}`;
  const told = opened.get(key) ?? openNew(kind, isAllowed);
  opened.set(key, told);
  const { texts, uploads } = await told;
  texts.length = 0;
  uploads.length = 0;
  return told;
};

const numbers = (seed: number): Half =>
  tensor(
    Float32Array.from({ length: 5 }, (_, k) => Math.sin(seed * 5 + k) * 10 ** ((k % 5) - 2)),
    { dtype: 'f16', shape: [5] },
  ) as Half;

/** Programs that keep 16 bit floats, with the number of arguments of [5] f16. */
const programs: Readonly<Record<string, readonly [number, (xs: Many) => readonly Tensor[]]>> = {
  'computing in f32': [2, ([x, y]) => [cast(cast(x!, 'f32').mul(cast(y!, 'f32')), 'f16')] as never],
  'odd parts of joined arrays': [3, (xs) => [concat(xs, 0), concat([...xs].reverse(), 0)] as never],
  'elements that are chosen': [
    2,
    ([x, y]) =>
      [
        where(tensor([true, false, true, true, false]), x!, y!),
        take(x!, tensor([4, 0, 3], { dtype: 'i32' }), 0),
      ] as never,
  ],
  'a loop over a sequence': [
    3,
    (xs) =>
      scan(
        (h: Tensor<[5]>, x: Half) => {
          const next = h.add(cast(x, 'f32'));
          return [next, cast(next, 'f16')] as const;
        },
        cast(xs[0]!, 'f32') as Tensor<[5]>,
        concat(xs, 0).reshape([3, 5]) as never,
      ) as never,
  ],
  'values between kernels': [
    1,
    ([x]) => {
      const sorted = sort(cast(x!, 'f32'))[0];
      return [cast(sorted, 'f16'), sum(sorted), cast(sort(sorted.mul(-1))[0], 'f16')] as never;
    },
  ],
  'gradients that are rounded once': [
    1,
    ([x]) => [grad((y: Half) => sum(cast(y, 'f32').mul(cast(y, 'f32'))))(x!)] as never,
  ],
  'more arrays than bindings': [
    14,
    (xs) =>
      xs.map((x, k) =>
        cast(cast(x, 'f32').add(cast(xs[(k * 5 + 3) % 14]!, 'f32')), 'f16'),
      ) as never,
  ],
  'bf16 beside it': [
    1,
    ([x]) => [cast(x!, 'bf16'), cast(cast(x!, 'bf16'), 'f16'), x!, x!] as never,
  ],
};

/** The bits of the results of a program on a backend. */
const run = async (backend: Backend, name: string): Promise<number[][]> => {
  const [count, body] = programs[name]!;
  const inputs = await toBackend(
    Array.from({ length: count }, (_, k) => numbers(k)),
    backend,
  );
  const f = jit((...xs: Half[]) => body(xs) as never, { donate: [0] });
  const results = f(...(inputs as Half[])) as unknown as Tensor[];
  const all = await Promise.all(
    results.map((y) => y.data(y.dtype === 'f32' ? {} : ({ bits: true } as object))),
  );
  return all.map((data) => [...data]);
};

describe.each(Object.keys(programs))('%s', (name) => {
  test('is valid where shaders know f16', async () => {
    const { backend, hasHalf, texts, uploads } = await open('null', true);
    expect(hasHalf).toBe(true);
    const count = programs[name]![0];
    // What is no WGSL, or no binding, rejects; nothing computes here.
    await run(backend, name);
    expect(texts.some((text) => text.startsWith('enable f16;'))).toBe(true);
    for (const text of texts) {
      expect(text.includes('array<f16>')).toBe(text.startsWith('enable f16;'));
      // Conversions to f16 are not left to the compiler.
      expect(text).not.toMatch(/\bf16\(/);
    }
    expect(uploads.slice(0, count)).toEqual(new Array(count).fill(12));
  });

  test('is the same as on js', async () => {
    const { backend, hasHalf, texts, uploads } = await open('vulkan', true);
    const expected = await run(js, name);
    expect(await run(backend, name)).toEqual(expected);
    expect(texts.some((text) => text.includes('f16;'))).toBe(hasHalf);
    expect(uploads[0]).toBe(hasHalf ? 12 : 20);
  });

  test('is the same without the feature', async () => {
    const { backend, texts, uploads } = await open('vulkan', false);
    expect(await run(backend, name)).toEqual(await run(js, name));
    expect(texts.some((text) => text.includes('f16;'))).toBe(false);
    expect(uploads[0]).toBe(20);
  });
});

test('odd lengths go in and out', async () => {
  for (const isAllowed of [true, false]) {
    const { backend } = await open('vulkan', isAllowed);
    for (const length of [0, 1, 2, 3, 257]) {
      const bits = Uint16Array.from({ length }, (_, k) => (k * 977) % 0x7c00);
      const all = [backend.upload(bits, 'f16'), backend.upload(bits, 'f16')];
      const data = await Promise.all(all.map((storage) => backend.download(storage)));
      expect(data).toEqual([bits, bits]);
    }
  }
});

test('arrays without a binding of their own are copied by their kind', () => {
  const kernel = parseKernel(`kernel map0(read b0: f16[5], read b1: f32[5], read b2: f16[5],
    read b3: f16[7], read b4: bf16[3], write b5: f16[5]) flops 0 {
  parallel v0 in 0..5 {
    b5[v0] = f16(f32(b0[v0]) + b1[v0] + f32(b2[v0]) + f32(b3[v0]) + f32(b4[0]))
  }
}
`);
  const placed = kernel.parameters.map((_, k) => ({ resource: `input ${k}`, offset: 0 }));
  const emit = (most: number, hasHalf: boolean) =>
    emitShader(kernel, phasesOf(kernel)[0]!, placed, most, hasHalf);
  const { bindings, packed, text } = emit(4, true);
  expect(bindings.map(({ resource, isWritten }) => `${resource} ${isWritten}`)).toEqual([
    'input 0 false',
    'input 1 false',
    'packed false',
    'packed f16 true',
  ]);
  expect(packed.map(({ target, start, length }) => [target, start, length])).toEqual([
    ['packed f16', 0, 12],
    ['packed f16', 12, 16],
    ['packed', 0, 12],
    ['packed f16', 28, 12],
  ]);
  expect(text).toMatch(/m3\[14i \+ k0\] = bitcast<vec2<f16>>/);
  expect(text).toMatch(/f32\(m3\[6i \+ k0\]\)/);
  // Where f16 is a word as well, one memory does.
  expect(emit(4, false).bindings.map(({ resource }) => resource)).toEqual([
    'input 0',
    'input 1',
    'input 2',
    'packed',
  ]);
  expect(emit(4, false).packed.map(({ start, length }) => [start, length])).toEqual([
    [0, 28],
    [28, 12],
    [40, 20],
  ]);
  expect(emit(6, true).packed).toEqual([]);
});
