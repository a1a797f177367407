/**
 * The backend that compiles a plan to WGSL and runs it on a GPU: in browsers and workers through
 * `navigator.gpu`, in Node.js through the package `webgpu`.
 */
import { BackendError } from '../../ir/errors.ts';
import type { Backend } from '../backend.ts';
import type { WebgpuOptions } from '../init.ts';
import { Device, halfFeature } from './device.ts';
import { compileProgram } from './executable.ts';
import { measureSubgroup, subgroupFeature } from './measure-subgroup.ts';
import { CounterRing } from './recorder.ts';
import { asGpuStorage, upload } from './storage.ts';

/** What the package for Node.js exports. */
interface WebgpuPackage {
  create(options: readonly string[]): GPU;
}

const installHint = 'in Node.js: npm install webgpu; in browsers: one with WebGPU, over https';

/** Imports a package that may be missing; bundlers do not follow a name that is a parameter. */
const importPeer = (name: string): Promise<unknown> => import(/* @vite-ignore */ name);

const findGpu = async ({ gpu }: WebgpuOptions): Promise<GPU> => {
  if (gpu !== undefined) return gpu as GPU;
  const found = (globalThis.navigator as Navigator | undefined)?.gpu;
  if (found !== undefined) return found;
  let webgpu: WebgpuPackage;
  try {
    webgpu = (await importPeer('webgpu')) as WebgpuPackage;
  } catch (cause) {
    throw new BackendError('webgpu: there is no WebGPU here', {
      got: cause instanceof Error ? cause.message : String(cause),
      hint: installHint,
    });
  }
  return webgpu.create([]);
};

/** Limits that are raised to what the adapter has. */
const raised = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
] as const;

/** Opens a device as a backend; throws BackendError where there is none. */
export const openWebgpu = async (options: WebgpuOptions = {}): Promise<Backend> => {
  const gpu = await findGpu(options);
  const { powerPreference } = options;
  const adapter = await gpu.requestAdapter(
    powerPreference === undefined ? {} : { powerPreference },
  );
  if (adapter === null) {
    throw new BackendError('webgpu: there is no GPU, and no driver that stands in for one', {
      hint: 'choose the backend js, or install a Vulkan driver such as Mesa lavapipe',
    });
  }
  const requiredLimits = Object.fromEntries(raised.map((name) => [name, adapter.limits[name]]));
  const requiredFeatures = [halfFeature, subgroupFeature].filter((feature) =>
    adapter.features?.has(feature),
  );
  const opened = await adapter.requestDevice({ requiredLimits, requiredFeatures });
  const offered = requiredFeatures.includes(subgroupFeature) ? adapter.info?.subgroupMinSize : 1;
  const device = new Device(opened, [gpu, adapter], await measureSubgroup(opened, offered));
  const ring = new CounterRing(device);
  return {
    name: 'webgpu',
    target: device.target,
    compile: (program) => compileProgram(device, ring, program),
    upload: (data, dtype) => upload(device, data, dtype),
    download: async (storage) => device.reader.read(asGpuStorage(device, storage)),
    free: (storage) => {
      const memory = asGpuStorage(device, storage);
      memory.check();
      memory.release();
      device.enqueue(() => {
        const buffer = memory.takeBuffer();
        if (buffer !== undefined) device.memory.release(buffer);
      });
    },
  };
};
