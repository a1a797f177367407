/**
 * The GPU of the benchmarks: the machine's own where there is one, else SwiftShader as the tests
 * unpack it. Everything that is compared runs on devices of the same adapter.
 */
import { availableParallelism } from 'node:os';
import process from 'node:process';
import type { Backend } from 'gradloom';
import { countWork, openPrepared, type WorkCounts } from '../tests/webgpu/prepared-device.ts';
import { openDawn } from '../tests/webgpu/swiftshader.ts';

/** What the benchmarks run on. */
export interface Machine {
  readonly backend: Backend;
  readonly device: GPUDevice;
  readonly counts: WorkCounts;
  /** Whether a driver computes on the CPU. */
  readonly isSoftware: boolean;
  /** The machine in words, for the table. */
  readonly title: string;
}

/** Whether the adapter is a driver that computes on the CPU. */
const isSoftwareDriver = ({ architecture, description, device }: GPUAdapterInfo): boolean =>
  /swiftshader|llvmpipe|lavapipe|software/i.test(`${architecture} ${description} ${device}`);

const find = async (): Promise<GPU> => {
  const before = process.env.GRADLOOM_WEBGPU;
  process.env.GRADLOOM_WEBGPU = 'system';
  const own = (await openDawn()) as GPU;
  if ((await own.requestAdapter()) !== null) return own;
  if (before === undefined) delete process.env.GRADLOOM_WEBGPU;
  return (await openDawn()) as GPU;
};

/** Opens the machine, and makes it the one that `navigator.gpu` offers. */
export const openMachine = async (): Promise<Machine> => {
  const gpu = process.env.GRADLOOM_WEBGPU === 'swiftshader' ? await openDawn() : await find();
  const { globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  const navigator = { gpu, userAgent: 'Node.js', hardwareConcurrency: availableParallelism() };
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
  const adapter = (await (gpu as GPU).requestAdapter()) as GPUAdapter;
  const isSoftware = isSoftwareDriver(adapter.info);
  const { backend, device } = await openPrepared(gpu);
  const { description, architecture } = adapter.info;
  const name = description || architecture || 'an unnamed adapter';
  const title = isSoftware
    ? `no GPU was at hand; ${name} on ${availableParallelism()} cores`
    : `${name}`;
  return { backend, device, counts: countWork(device), isSoftware, title };
};
