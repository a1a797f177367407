/**
 * A backend whose every binding is longer than its tensor: words behind it, inside of the same
 * binding, must survive. WGSL drops or moves accesses outside of a binding, so that a wrong index
 * would not be seen otherwise. Arrays of the arena stand apart, with such words between them.
 */
import type { Backend, Program } from 'gradloom';
import { bytesInArena, type Plan, type PlanBuffer } from '../../src/ir/plan.ts';
import { verifyPlan } from '../../src/ir/verify.ts';
import { openPrepared } from './prepared-device.ts';

/** Bytes behind every binding; more than the invocations of a workgroup can miss by. */
const behind = 4096;
/** Bytes between two arrays of the arena. */
const between = 512;
/**
 * The word behind a binding, different for each, so that it is noticed where one is computed from
 * another; about 10,000 in f32, so that it is noticed in sums, too.
 */
const canaryOf = (number: number): number => 0x461c_4000 + 3 * number;
const canaries = (number: number, bytes: number): Uint32Array<ArrayBuffer> =>
  new Uint32Array(bytes / 4).fill(canaryOf(number));

interface Range {
  readonly buffer: GPUBuffer;
  readonly from: number;
  readonly to: number;
}
/** A part of the arena that no array is in, in bytes. */
type Hole = readonly [from: number, to: number];

type Changeable<T> = { -readonly [K in keyof T]: T[K] };

/** Moves the arrays of the arena apart, into one piece, and says what is between them. */
const spread = (plan: Plan, number: number): { bytes: number; holes: Hole[] } => {
  const own = plan.buffers.filter(({ place }) => place.kind === 'arena');
  const holes: Hole[] = [];
  let end = 0;
  for (const buffer of own) {
    (buffer as Changeable<PlanBuffer>).place = { kind: 'arena', offset: end };
    const begin = end + bytesInArena(plan, buffer);
    end = Math.ceil((begin + between) / 64) * 64;
    holes.push([Math.ceil(begin / 4) * 4, end]);
  }
  if (own.length > 0) {
    // No tensor of the tests is as long as this, so that the device can tell the arena by its size.
    const arenaBytes = end + 64 * (1000 + number);
    Object.assign(plan as Changeable<Plan>, { arenaBytes, cuts: undefined });
  }
  return { bytes: plan.arenaBytes, holes };
};

/** What became of the words, in total. */
export interface Survey {
  /** Words that were looked at behind bindings and between arrays of the arena. */
  readonly behind: number;
  readonly between: number;
  /** Words that are not what they were. */
  readonly broken: number;
}
/** The backend, and its words since the last time. */
export interface Guarded {
  readonly backend: Backend;
  survey(): Promise<Survey>;
}

/** Opens such a backend; `change` may rewrite the text of shaders. */
export const openGuarded = async (
  dawn: object,
  change: (text: string) => string = (text) => text,
): Promise<Guarded> => {
  const arenas = new Map<number, readonly Hole[]>();
  const groups = new WeakMap<GPUBindGroup, readonly Range[]>();
  let bound: Range[] = [];
  let readings: { staging: GPUBuffer; isArena: boolean; expected: number }[] = [];

  const prepare = (device: GPUDevice): void => {
    const { queue } = device;
    const createBuffer = device.createBuffer.bind(device);
    device.createBuffer = (description) => {
      const isStorage = (description.usage & 128) !== 0;
      if (!isStorage) return createBuffer(description);
      const buffer = createBuffer({ ...description, size: description.size + behind });
      Object.defineProperty(buffer, 'size', { value: description.size });
      return buffer;
    };
    const createBindGroup = device.createBindGroup.bind(device);
    device.createBindGroup = (description) => {
      const ranges: Range[] = [];
      const entries = [...description.entries].map((entry) => {
        const { buffer, size = 0 } = entry.resource as GPUBufferBinding;
        if ((buffer.usage & 128) === 0) return entry;
        const from = Math.ceil(size / 4) * 4;
        ranges.push({ buffer, from, to: from + behind });
        return { ...entry, resource: { buffer, size: from + behind } };
      });
      const group = createBindGroup({ ...description, entries });
      groups.set(group, ranges);
      return group;
    };
    const createShaderModule = device.createShaderModule.bind(device);
    device.createShaderModule = (description) =>
      createShaderModule({ ...description, code: change(description.code) });
    const createEncoder = device.createCommandEncoder.bind(device);
    device.createCommandEncoder = (description) => {
      const encoder = createEncoder(description);
      const beginPass = encoder.beginComputePass.bind(encoder);
      encoder.beginComputePass = (descriptionOfPass) => {
        const pass = beginPass(descriptionOfPass);
        const setBindGroup = pass.setBindGroup.bind(pass) as (...all: unknown[]) => undefined;
        pass.setBindGroup = (...all: unknown[]): undefined => {
          bound.push(...(groups.get(all[1] as GPUBindGroup) ?? []));
          setBindGroup(...all);
        };
        return pass;
      };
      return encoder;
    };
    const submit = queue.submit.bind(queue);
    queue.submit = (commands) => {
      const ends = new Map<GPUBuffer, Range>();
      for (const range of bound) ends.set(range.buffer, range);
      bound = [];
      const ranges = [...ends.values()].flatMap((range) => {
        const holes = (arenas.get(range.from) ?? []).map(([from, to]) => ({
          ...range,
          from,
          to,
          isArena: true,
        }));
        return [{ ...range, isArena: false }, ...holes];
      });
      ranges.forEach(({ buffer, from, to }, k) => {
        queue.writeBuffer(buffer, from, canaries(k, to - from));
      });
      submit(commands);
      if (ranges.length === 0) return;
      const encoder = createEncoder();
      ranges.forEach(({ buffer, from, to, isArena }, k) => {
        const staging = createBuffer({ size: to - from, usage: 1 | 8 });
        encoder.copyBufferToBuffer(buffer, from, staging, 0, to - from);
        readings.push({ staging, isArena, expected: canaryOf(k) });
      });
      submit([encoder.finish()]);
    };
  };

  const { backend } = await openPrepared(dawn, prepare);
  let programs = 0;
  const spreadPlans = new WeakSet<Plan>();
  const compile = (program: Program): ReturnType<Backend['compile']> =>
    backend.compile({
      ...program,
      plan: (...target) => {
        const plan = program.plan(...target);
        if (spreadPlans.has(plan)) return plan;
        spreadPlans.add(plan);
        const { bytes, holes } = spread(plan, programs++);
        verifyPlan(plan, 'spread');
        if (holes.length > 0) arenas.set(bytes, holes);
        return plan;
      },
    });
  const survey = async (): Promise<Survey> => {
    const found = { behind: 0, between: 0, broken: 0 };
    const list = readings;
    readings = [];
    for (const { staging, isArena, expected } of list) {
      await staging.mapAsync(1);
      const words = new Uint32Array(staging.getMappedRange());
      found[isArena ? 'between' : 'behind'] += words.length;
      for (const word of words) if (word !== expected) found.broken++;
      staging.destroy();
    }
    return found;
  };
  return { backend: { ...backend, compile }, survey };
};
