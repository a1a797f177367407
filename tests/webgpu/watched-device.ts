/** A backend on a device of its own that a test can watch, limit and disturb. */
import { init } from 'gradloom';
import type { Backend } from '../../src/backends/backend.ts';
import { openDawn } from './swiftshader.ts';

/** An object of the GPU with other values for some of its properties. */
const withValues = <T extends object>(target: T, values: Readonly<Record<string, unknown>>): T =>
  new Proxy(target, {
    get: (_, key) => {
      if (typeof key === 'string' && key in values) return values[key];
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
    set: (_, key, value) => Reflect.set(target, key, value, target),
  });

/** What a test has in hand; what it assigns to the device is what the backend calls. */
export interface Watched {
  readonly backend: Backend;
  readonly device: GPUDevice;
}

/** Opens a device, with smaller limits where they are given. */
export const openWatched = async (
  limits: Readonly<Record<string, number>> = {},
): Promise<Watched> => {
  const dawn = (await openDawn()) as GPU;
  let device: GPUDevice | undefined;
  const gpu = {
    requestAdapter: async () => {
      const adapter = (await dawn.requestAdapter()) as GPUAdapter;
      const requestDevice = async (options: GPUDeviceDescriptor): Promise<GPUDevice> => {
        const real = await adapter.requestDevice(options);
        device = withValues(real, { limits: withValues(real.limits, limits) });
        return device;
      };
      return withValues(adapter, { requestDevice });
    },
  };
  const backend = await init('webgpu', { gpu });
  return { backend, device: device! };
};

/** Counts the buffers that hold tensors or memory between kernels. */
export const countBuffers = (device: GPUDevice): { count: number } => {
  const counter = { count: 0 };
  const createBuffer = device.createBuffer.bind(device);
  device.createBuffer = (description) => {
    if ((description.usage & 1) === 0) counter.count++;
    return createBuffer(description);
  };
  return counter;
};

/** Counts what is submitted. */
export const countSubmits = (device: GPUDevice): { count: number } => {
  const counter = { count: 0 };
  const { queue } = device;
  const submit = queue.submit.bind(queue);
  queue.submit = (buffers) => {
    counter.count++;
    return submit(buffers);
  };
  return counter;
};
