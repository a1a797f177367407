/**
 * What is measured on a GPU: matrix products, elementwise work and reductions, each done by
 * Gradloom and by jax-js on the same data.
 */
import { createRequire } from 'node:module';
import type * as JaxModule from '@jax-js/jax';
import { jit, matmul, sum, type Tensor, tensor, toBackend } from 'gradloom';
import type { GpuContender, GpuTask } from './gpu-contender.ts';
import type { Machine } from './open-gpu.ts';

/** The module `@jax-js/jax`. */
export type Jax = typeof JaxModule;
/** Its arrays. */
export type JaxArray = JaxModule.Array;

/** How large the tasks are. */
export interface Sizes {
  readonly products: readonly number[];
  /** Elements of large arrays. */
  readonly elements: number;
  /** Pictures of a step of LeNet. */
  readonly pictures: number;
  readonly transformer: {
    readonly batch: number;
    readonly length: number;
    readonly features: number;
    readonly heads: number;
    readonly hidden: number;
  };
}

/** What a GPU is measured with. */
export const fullSizes: Sizes = {
  products: [256, 512, 1024, 2048, 4096],
  elements: 2 ** 26,
  pictures: 64,
  transformer: { batch: 8, length: 128, features: 256, heads: 8, hidden: 1024 },
};
/** What a driver that computes on the CPU is measured with. */
export const smallSizes: Sizes = {
  products: [64, 128, 256, 512],
  elements: 2 ** 21,
  pictures: 8,
  transformer: { batch: 2, length: 32, features: 64, heads: 4, hidden: 256 },
};

/** Loads jax-js, which is installed beside this file, and starts it on `navigator.gpu`. */
export const loadJax = async (): Promise<Jax> => {
  const jax: Jax = createRequire(import.meta.url)('@jax-js/jax');
  const started = await jax.init('webgpu');
  if (!started.includes('webgpu')) throw new Error('jax-js found no WebGPU');
  jax.defaultDevice('webgpu');
  return jax;
};

/** Numbers between -1 and 1, the same at every run. */
export const made = (length: number, seed: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length }, (_, k) => (((k + 31 * seed) * 0.6180339887498949) % 1) * 2 - 1);

/** Waits until the device did everything: reads one word that is written by nobody. */
export const fenceOf = async ({ backend }: Machine): Promise<() => Promise<void>> => {
  const word = await toBackend(tensor(Float32Array.of(0)), backend);
  return async () => {
    await word.data();
  };
};

type Any = Tensor<any>;
/** A compiled function of arrays on the device as a contender. */
const ofGradloom = async (
  machine: Machine,
  f: (...inputs: Any[]) => Any,
  inputs: readonly Any[],
): Promise<GpuContender> => {
  const fence = await fenceOf(machine);
  const compiled = jit(f as never, { backend: machine.backend }) as unknown as typeof f;
  const own = (await toBackend(inputs, machine.backend)) as Any[];
  return {
    name: 'gradloom',
    run: async () => {
      compiled(...own).dispose();
      await fence();
    },
    result: async () => (await compiled(...own).data()) as Float32Array,
  };
};
const ofJax = (
  jax: Jax,
  f: (...inputs: JaxArray[]) => JaxArray,
  inputs: readonly (readonly [Float32Array<ArrayBuffer>, number[]])[],
): GpuContender => {
  const compiled = jax.jit(f);
  const own = inputs.map(([data, shape]) => jax.numpy.array(data).reshape(shape));
  const call = (): JaxArray => compiled(...own.map((x) => x.ref));
  return {
    name: 'jax-js',
    run: async () => {
      const y = call();
      await y.blockUntilReady();
      y.dispose();
    },
    result: async () => (await call().data()) as Float32Array,
  };
};

const product = (machine: Machine, jax: Jax, n: number): GpuTask => {
  const [a, b] = [made(n * n, 0), made(n * n, 1)];
  const shape = [n, n];
  return {
    name: `matmul ${n}`,
    multiplyAdds: n ** 3,
    bytes: 0,
    tolerance: 1e-4,
    contenders: [
      () =>
        ofGradloom(machine, (x, y) => matmul(x, y), [tensor(a, { shape }), tensor(b, { shape })]),
      async () =>
        ofJax(jax, (x, y) => jax.numpy.matmul(x, y), [
          [a, shape],
          [b, shape],
        ]),
    ],
  };
};

/** Tasks that take as long as memory does: the share of the bandwidth of copies says how long. */
const moving = (machine: Machine, jax: Jax, elements: number): GpuTask[] => {
  const side = 2 ** Math.floor(Math.log2(elements) / 2);
  const shape = [elements / side, side];
  const [a, b] = [made(elements, 0), made(elements, 1)];
  const task = (
    name: string,
    bytes: number,
    f: (...inputs: Any[]) => Any,
    g: (...inputs: JaxArray[]) => JaxArray,
    both = false,
  ): GpuTask => ({
    name: `${name}, ${shape.join(' x ')}`,
    multiplyAdds: 0,
    bytes,
    tolerance: 1e-4,
    contenders: [
      () => ofGradloom(machine, f, [tensor(a, { shape }), ...(both ? [tensor(b, { shape })] : [])]),
      async () =>
        ofJax(
          jax,
          g,
          both
            ? [
                [a, shape],
                [b, shape],
              ]
            : [[a, shape]],
        ),
    ],
  });
  const array = 4 * elements;
  return [
    task(
      '2 x + 1',
      2 * array,
      (x) => x.mul(2).add(1),
      (x) => x.mul(2).add(1),
    ),
    task(
      'x y + x',
      3 * array,
      (x, y) => x.mul(y).add(x),
      (x, y) => x.ref.mul(y).add(x),
      true,
    ),
    task(
      'sums of rows',
      array,
      (x) => sum(x, 1),
      (x) => x.sum(1),
    ),
    task(
      'sums of columns',
      array,
      (x) => sum(x, 0),
      (x) => x.sum(0),
    ),
    task(
      'sum',
      array,
      (x) => sum(x.mul(x)),
      (x) => x.ref.mul(x).sum(),
    ),
  ];
};

/** Products and what moves memory. */
export const kernelTasks = (machine: Machine, jax: Jax, sizes: Sizes): GpuTask[] => [
  ...sizes.products.map((n) => product(machine, jax, n)),
  ...moving(machine, jax, sizes.elements),
];

/** Bytes read and written per millisecond by copies of the device, the best of some. */
export const copyBandwidth = async ({ device }: Machine, elements: number): Promise<number> => {
  const size = 4 * elements;
  const [from, to] = [0, 1].map(() => device.createBuffer({ size, usage: 4 | 8 })) as [
    GPUBuffer,
    GPUBuffer,
  ];
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k < 8; k++) {
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(from, 0, to, 0, size);
    const begin = performance.now();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    // The first ones touch memory for the first time.
    if (k > 2) least = Math.min(least, performance.now() - begin);
  }
  from.destroy();
  to.destroy();
  return (2 * size) / least;
};
