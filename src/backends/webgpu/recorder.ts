/**
 * Writes the tasks of one run into command encoders: one encoder and one pass as long as nothing
 * has to be read back.
 */
import { BackendError } from '../../ir/errors.ts';
import { describeKernel } from '../../ir/kernel.ts';
import type { Resource } from './bindings.ts';
import type { Device } from './device.ts';
import { mostCounters, type Shader } from './emit-shader.ts';
import { usage } from './memory-pool.ts';
import { wordBytes } from './target.ts';
import type { Place, Task, TaskStep } from './translate-plan.ts';

/** A shader, its pipeline, and the bind groups it was run with. */
export interface Dispatch {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  readonly groups: Map<string, GPUBindGroup>;
}
/** Memory behind a resource. */
export interface Bound {
  readonly buffer: GPUBuffer;
  readonly bytes: number;
}

/** Bind groups that a shader keeps for memory it may meet again. */
const mostGroups = 64;
/** Sets of counters of one submission. */
const mostSlots = 1024;
/** Bytes between two sets of counters: the alignment that every device takes. */
const slotBytes = 256;

/** What messages of the device call the memory of a kernel. */
export const labelOf = (kernel: Shader['kernel']): string => {
  const site = kernel.origin?.site;
  return `${describeKernel(kernel)}${site === undefined ? '' : ` at ${site}`}`;
};

/** The steps that the running loops are at. */
type Loops = ReadonlyMap<number, number>;

/** The word that must be read before it goes on, and where the loops around it are. */
export type Reading = readonly [Place, Loops];

/** The counters of one device: a ring of small uniform buffers. */
export class CounterRing {
  readonly buffer: GPUBuffer;
  readonly words: Int32Array<ArrayBuffer> = new Int32Array((mostSlots * slotBytes) / wordBytes);
  constructor(device: Device) {
    const size = mostSlots * slotBytes;
    this.buffer = device.gpu.createBuffer({ size, usage: usage.uniform | usage.copyTarget });
  }
}

/** Records one run. */
export class Recorder {
  readonly #device: Device;
  readonly #ring: CounterRing;
  readonly #dispatches: ReadonlyMap<Shader, Dispatch>;
  readonly #resources: ReadonlyMap<Resource, Bound>;
  #encoder: GPUCommandEncoder | undefined;
  #pass: GPUComputePassEncoder | undefined;
  #slots = new Map<string, number>();
  constructor(
    device: Device,
    ring: CounterRing,
    dispatches: ReadonlyMap<Shader, Dispatch>,
    resources: ReadonlyMap<Resource, Bound>,
  ) {
    this.#device = device;
    this.#ring = ring;
    this.#dispatches = dispatches;
    this.#resources = resources;
  }
  /** Copies memory from one buffer to another, in its turn. */
  copy(from: GPUBuffer, to: GPUBuffer, bytes: number): void {
    if (bytes === 0) return;
    this.#endPass();
    this.#encoding().copyBufferToBuffer(from, 0, to, 0, bytes);
  }
  /** Hands over what was recorded since the last time. */
  submit(): void {
    this.#endPass();
    if (this.#encoder === undefined) return;
    const { queue } = this.#device.gpu;
    const words = (this.#slots.size * slotBytes) / wordBytes;
    if (words > 0) queue.writeBuffer(this.#ring.buffer, 0, this.#ring.words, 0, words);
    queue.submit([this.#encoder.finish()]);
    this.#encoder = undefined;
    this.#slots = new Map();
  }
  /** Records steps. Where it stops, the word at that place must be read and passed on. */
  *steps(steps: readonly TaskStep[], loops: Loops): Generator<Reading, void, number> {
    for (const step of steps) {
      switch (step.kind) {
        case 'task':
          this.#task(step.task, loops);
          break;
        case 'repeat':
          for (let k = 0; k < step.count; k++) {
            const at = step.reverse ? step.count - 1 - k : k;
            yield* this.steps(step.body, new Map(loops).set(step.loop, at));
          }
          break;
        case 'while':
          for (;;) {
            yield* this.steps(step.test, loops);
            if ((yield [step.condition, loops]) === 0) break;
            yield* this.steps(step.body, loops);
          }
          break;
        case 'branch': {
          const last = step.branches.length - 1;
          const index = Math.min(Math.max(yield [step.index, loops], 0), last);
          yield* this.steps(step.branches[index] ?? [], loops);
        }
      }
    }
  }
  /** Submits, and reads one word as an i32 once it is there. */
  read([{ resource, offset, strides }, loops]: Reading): Promise<number> {
    const at = strides.reduce(
      (sum, { loop, stride }) => sum + (loops.get(loop) ?? 0) * stride,
      offset,
    );
    const { buffer } = this.#bound(resource);
    const staging = this.#device.reader.take(wordBytes);
    this.#endPass();
    this.#encoding().copyBufferToBuffer(buffer, at * wordBytes, staging, 0, wordBytes);
    this.submit();
    return this.#device.reader.look(
      staging,
      wordBytes,
      () => new Int32Array(staging.getMappedRange(0, wordBytes))[0] as number,
    );
  }
  #encoding(): GPUCommandEncoder {
    this.#encoder ??= this.#device.gpu.createCommandEncoder();
    return this.#encoder;
  }
  #endPass(): void {
    this.#pass?.end();
    this.#pass = undefined;
  }
  #bound(resource: Resource): Bound {
    const found = this.#resources.get(resource);
    if (found === undefined) throw new BackendError(`webgpu: '${resource}' has no memory`);
    return found;
  }
  #task({ shaders, loops: counters }: Task, loops: Loops): void {
    const slot = counters.length === 0 ? 0 : this.#slot(counters.map((k) => loops.get(k) ?? 0));
    for (const shader of shaders) {
      const dispatch = this.#dispatches.get(shader) as Dispatch;
      const group = this.#group(shader, dispatch);
      this.#pack(shader, true);
      this.#pass ??= this.#encoding().beginComputePass();
      this.#pass.setPipeline(dispatch.pipeline);
      this.#pass.setBindGroup(0, group, shader.hasCounters ? [slot * slotBytes] : []);
      this.#pass.dispatchWorkgroups(...shader.groups);
      this.#pack(shader, false);
    }
  }
  /** Copies arrays that have no binding of their own to packed memory, or back from it. */
  #pack({ packed }: Shader, isBefore: boolean): void {
    for (const { resource, from, target, start, length, isWritten } of packed) {
      if ((!isBefore && !isWritten) || length === 0) continue;
      this.#endPass();
      const [own, shared] = [this.#bound(resource).buffer, this.#bound(target).buffer];
      if (isBefore) this.#encoding().copyBufferToBuffer(own, from, shared, start, length);
      else this.#encoding().copyBufferToBuffer(shared, start, own, from, length);
    }
  }
  /** The place of a set of counters in the ring. */
  #slot(counters: readonly number[]): number {
    const key = counters.join();
    const known = this.#slots.get(key);
    if (known !== undefined) return known;
    if (this.#slots.size === mostSlots) this.submit();
    const slot = this.#slots.size;
    this.#slots.set(key, slot);
    this.#ring.words.set(counters, (slot * slotBytes) / wordBytes);
    return slot;
  }
  #group({ kernel, bindings, hasCounters }: Shader, { layout, groups }: Dispatch): GPUBindGroup {
    const bound = bindings.map(({ resource }) => this.#bound(resource));
    const key = bound.map(({ buffer }) => this.#device.memory.numberOf(buffer)).join();
    const known = groups.get(key);
    if (known !== undefined) return known;
    const entries: GPUBindGroupEntry[] = bound.map(({ buffer, bytes }, binding) => ({
      binding,
      resource: { buffer, size: Math.max(bytes, wordBytes) },
    }));
    if (hasCounters) {
      const resource = { buffer: this.#ring.buffer, size: mostCounters * wordBytes };
      entries.push({ binding: bindings.length, resource });
    }
    const group = this.#device.gpu.createBindGroup({
      label: labelOf(kernel),
      layout,
      entries,
    });
    if (groups.size >= mostGroups) groups.clear();
    groups.set(key, group);
    return group;
  }
}
