/**
 * Finds out whether the invocations of a workgroup are numbered as those of its subgroups are. WGSL
 * does not promise that, so it is tried once per device.
 */
import { usage } from './memory-pool.ts';

/** The optional feature of devices whose invocations can read each other's values. */
export const subgroupFeature: GPUFeatureName = 'subgroups';

/** Invocations of the workgroup that tries. */
const invocations = 256;
/** WGSL knows no larger subgroups. */
const largest = 128;

/** Every invocation that has the neighbours that it should have stores 1. */
const shaderFor = (size: number): string => {
  const tests = ['size >= least', 'lane == invocation % size'];
  for (let distance = 1; distance < size; distance *= 2) {
    tests.push(`subgroupShuffleXor(invocation, ${distance}u) == (invocation ^ ${distance}u)`);
  }
  return [
    'enable subgroups;',
    '@group(0) @binding(0) var<storage, read_write> fits: array<u32>;',
    `const least = ${size}u;`,
    `@compute @workgroup_size(${invocations})`,
    'fn main(',
    '  @builtin(local_invocation_index) invocation: u32,',
    '  @builtin(subgroup_invocation_id) lane: u32,',
    '  @builtin(subgroup_size) size: u32,',
    ') {',
    '  var fit = true;',
    ...tests.map((test) => `  fit = (${test}) & fit;`),
    '  fits[invocation] = select(0u, 1u, fit);',
    '}',
  ].join('\n');
};

/** Whether all invocations find the neighbours that they should have. */
const areNeighbours = async (gpu: GPUDevice, size: number): Promise<boolean> => {
  const bytes = 4 * invocations;
  // The same kind of memory as that of tensors; it starts as zeros.
  const all = usage.storage | usage.copySource | usage.copyTarget;
  const buffer = gpu.createBuffer({ size: bytes, usage: all });
  const copy = gpu.createBuffer({ size: bytes, usage: usage.mapRead | usage.copyTarget });
  try {
    const module = gpu.createShaderModule({ code: shaderFor(size) });
    const compute = { module, entryPoint: 'main' };
    const pipeline = await gpu.createComputePipelineAsync({ layout: 'auto', compute });
    const layout = pipeline.getBindGroupLayout(0);
    const entries = [{ binding: 0, resource: { buffer, size: bytes } }];
    const encoder = gpu.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, gpu.createBindGroup({ layout, entries }));
    pass.dispatchWorkgroups(1);
    pass.end();
    encoder.copyBufferToBuffer(buffer, 0, copy, 0, bytes);
    gpu.queue.submit([encoder.finish()]);
    await copy.mapAsync(usage.mapRead);
    return new Uint32Array(copy.getMappedRange()).every((fit) => fit === 1);
  } finally {
    buffer.destroy();
    copy.destroy();
  }
};

/**
 * How many neighbouring invocations of a workgroup can shuffle, a power of two: what the adapter
 * says that subgroups have at least, if the device keeps to it. Undefined where none can.
 */
export const measureSubgroup = async (
  gpu: GPUDevice,
  offered: number | undefined,
): Promise<number | undefined> => {
  const size = 2 ** Math.floor(Math.log2(Math.min(offered ?? 1, largest)));
  if (!(size > 1)) return undefined;
  gpu.pushErrorScope('validation');
  // A device that cannot even do this works without; whatever else is wrong with it shows later.
  const fits = await areNeighbours(gpu, size).catch(() => false);
  const fault = await gpu.popErrorScope().catch(() => null);
  return fits && fault === null ? size : undefined;
};
