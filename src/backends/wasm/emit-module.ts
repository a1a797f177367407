/**
 * A plan as one WebAssembly module: a function per distinct kernel and a `run` that executes the
 * whole plan, loops and branches included. Its parameters are the addresses of the inputs, then
 * those of the outputs; where the arena and scratch arrays are stands in the code.
 */
import type { Kernel } from '../../ir/kernel.ts';
import {
  type BufferSlice,
  isIdleCopy,
  type Plan,
  type PlanBuffer,
  type Step,
} from '../../ir/plan.ts';
import type { Target } from '../../ir/target.ts';
import { bytesOf } from '../../ir/types.ts';
import { FunctionCode, ModuleBuilder } from './assembler/module.ts';
import { emitKernel, type KernelCode } from './emit-kernel.ts';
import { makeOwnFunction, type OwnFunction } from './functions.ts';
import type { LaunchParts } from './launch-parts.ts';
import type { Functions } from './scope.ts';

/** A module and what it needs. */
export interface ModuleCode {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The names of the JavaScript functions that it calls. */
  readonly imports: readonly string[];
  /** The function of each launch, as text. */
  sources(): readonly string[];
}

/** Scratch and arena buffers begin at multiples of this. */
const alignment = 64;

interface KernelFunction extends KernelCode {
  readonly name: string;
  readonly number: number;
  /** Offsets in the scratch memory. */
  readonly scratchOffsets: readonly number[];
}

/** How many outputs a plan writes. */
export const outputCount = ({ buffers }: Plan): number =>
  buffers.reduce(
    (count, { place }) => (place.kind === 'output' ? Math.max(count, place.index + 1) : count),
    0,
  );

/** The kernels of a plan as functions of a module. */
class Kernels {
  readonly builder = new ModuleBuilder();
  /** Scratch memory that the kernels take, in bytes. */
  scratchBytes = 0;
  readonly #own = new Map<OwnFunction, number>();
  readonly #byCode = new Map<string, KernelFunction>();
  readonly #byKernel = new Map<Kernel, KernelFunction>();
  readonly #target: Target;
  constructor(target: Target) {
    this.#target = target;
  }
  readonly #functions: Functions = {
    imported: ({ name, signature }) => this.builder.import(name, signature),
    own: (name) => {
      const known = this.#own.get(name);
      if (known !== undefined) return known;
      const number = this.builder.function(makeOwnFunction(name));
      this.#own.set(name, number);
      return number;
    },
  };
  functionOf(kernel: Kernel): KernelFunction {
    const known = this.#byKernel.get(kernel);
    if (known !== undefined) return known;
    const made = emitKernel(kernel, this.#functions, this.#target);
    const name = `k${this.#byCode.size}`;
    // Where parts begin and end is not in the code.
    const { loop, distance } = made.parts ?? {};
    const key = `${loop?.from},${loop?.to},${distance}:${made.code.key()}`;
    let found = this.#byCode.get(key);
    if (found === undefined) {
      const scratchOffsets = made.scratch.map(({ dtype, length }) => {
        const offset = this.scratchBytes;
        this.scratchBytes += Math.ceil((length * bytesOf[dtype]) / alignment) * alignment;
        return offset;
      });
      const number = this.builder.function(made.code);
      found = { ...made, name, number, scratchOffsets };
      this.#byCode.set(key, found);
    }
    this.#byKernel.set(kernel, found);
    return found;
  }
}

/** Writes `run`. */
class RunWriter {
  readonly #plan: Plan;
  readonly #kernels: Kernels;
  readonly #memory: number;
  readonly #loops = new Map<number, number>();
  readonly code: FunctionCode;
  constructor(plan: Plan, kernels: Kernels, memory: number) {
    this.#plan = plan;
    this.#kernels = kernels;
    this.#memory = memory;
    const count = plan.inputs.length + outputCount(plan);
    this.code = new FunctionCode({ parameters: Array.from({ length: count }, () => 'i32') });
  }
  #address({ place }: PlanBuffer): void {
    if (place.kind === 'arena') this.code.add('i32.const', this.#memory + place.offset);
    else {
      const first = place.kind === 'input' ? 0 : this.#plan.inputs.length;
      this.code.add('local.get', first + place.index);
    }
  }
  /** The address of the first element of a slice. */
  #begin({ buffer, strides }: BufferSlice): void {
    this.#address(buffer);
    for (const { loop, stride } of strides) {
      this.code.add('local.get', this.#loop(loop));
      this.code.add('i32.const', stride * bytesOf[buffer.dtype]);
      this.code.add('i32.mul');
      this.code.add('i32.add');
    }
  }
  #loop(loop: number): number {
    const known = this.#loops.get(loop);
    if (known !== undefined) return known;
    const local = this.code.local('i32');
    this.#loops.set(loop, local);
    return local;
  }
  steps(steps: readonly Step[]): void {
    for (const step of steps) this.#step(step);
  }
  #step(step: Step): void {
    const { code } = this;
    switch (step.kind) {
      case 'launch': {
        const {
          kernel,
          buffers,
          loops = [],
        } = this.#plan.launches[step.launch] as Plan['launches'][0];
        const { number, scratchOffsets, parts } = this.#kernels.functionOf(kernel);
        const launch = (range: () => void): void => {
          for (const buffer of buffers) this.#address(buffer);
          const scratch = this.#memory + this.#plan.arenaBytes;
          for (const offset of scratchOffsets) code.add('i32.const', scratch + offset);
          for (const loop of loops) code.add('local.get', this.#loop(loop));
          range();
          code.add('call', number);
        };
        if (parts === undefined) launch(() => {});
        else this.#inParts(parts, launch);
        return;
      }
      case 'copy':
        if (isIdleCopy(this.#plan, step)) return;
        this.#begin(step.to);
        this.#begin(step.from);
        code.add('i32.const', step.length * bytesOf[step.from.buffer.dtype]);
        code.add('memory.copy');
        return;
      case 'repeat':
        this.#repeat(step);
        return;
      case 'while':
        code.add('block');
        code.add('loop');
        this.steps(step.test);
        this.#begin(step.condition);
        code.add('i32.load8_u', 0, 0);
        code.add('i32.eqz');
        code.add('br_if', 1);
        this.steps(step.body);
        code.add('br', 0);
        code.add('end');
        code.add('end');
        return;
      case 'branch':
        this.#branch(step);
    }
  }
  /** Launches until all iterations of a loop are done. */
  #inParts({ loop, distance }: LaunchParts, launch: (range: () => void) => void): void {
    const { code } = this;
    const [from, to] = [code.local('i32'), code.local('i32')];
    code.add('i32.const', loop.from);
    code.add('local.set', from);
    code.add('loop');
    launch(() => {
      code.add('local.get', from);
      code.add('local.get', from);
      code.add('i32.const', distance);
      code.add('i32.add');
      code.add('local.tee', to);
      code.add('i32.const', loop.to);
      code.add('local.get', to);
      code.add('i32.const', loop.to);
      code.add('i32.lt_s');
      code.add('select');
    });
    code.add('local.get', to);
    code.add('local.tee', from);
    code.add('i32.const', loop.to);
    code.add('i32.lt_s');
    code.add('br_if', 0);
    code.add('end');
  }
  #repeat({ loop, count, reverse, body }: Step & { kind: 'repeat' }): void {
    const { code } = this;
    if (count === 0) return;
    const at = this.#loop(loop);
    code.add('i32.const', reverse ? count - 1 : 0);
    code.add('local.set', at);
    code.add('loop');
    this.steps(body);
    code.add('local.get', at);
    code.add('i32.const', reverse ? -1 : 1);
    code.add('i32.add');
    code.add('local.tee', at);
    code.add('i32.const', reverse ? 0 : count);
    code.add(reverse ? 'i32.ge_s' : 'i32.lt_s');
    code.add('br_if', 0);
    code.add('end');
  }
  #branch({ index, branches }: Step & { kind: 'branch' }): void {
    const { code } = this;
    const last = branches.length - 1;
    branches.forEach((branch, k) => {
      if (k < last) {
        this.#begin(index);
        code.add('i32.load', 2, 0);
        code.add('i32.const', k);
        code.add('i32.le_s');
        code.add('if');
      }
      this.steps(branch);
      if (k < last) code.add('else');
    });
    for (let k = 0; k < last; k++) code.add('end');
  }
}

/**
 * Writes a plan. `place` is told how many bytes the arena and the scratch arrays take together, and
 * says where they are. Kernels that are the same share a function.
 */
export const emitModule = (
  plan: Plan,
  target: Target,
  place: (bytes: number) => number,
): ModuleCode => {
  const kernels = new Kernels(target);
  const functions = plan.launches.map(({ kernel }) => kernels.functionOf(kernel));
  const memory = place(plan.arenaBytes + kernels.scratchBytes);
  const run = new RunWriter(plan, kernels, memory);
  run.steps(plan.steps);
  const { builder } = kernels;
  builder.export('run', builder.function(run.code));
  return {
    bytes: builder.encode(),
    imports: builder.imports,
    sources: () => functions.map(({ code, name }) => code.text(name)),
  };
};
