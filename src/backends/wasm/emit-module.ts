/**
 * A plan as one WebAssembly module: a function per distinct kernel and a `run` that executes the
 * whole plan, loops and branches included. Where the arena and scratch arrays are stands in the
 * code. For threads, kernels that are worth it are divided; a plan without any is as for one
 * thread.
 */
import type { Kernel } from '../../ir/kernel.ts';
import type { Plan } from '../../ir/plan.ts';
import type { Target } from '../../ir/target.ts';
import { bytesOf } from '../../ir/types.ts';
import { ModuleBuilder } from './assembler/module.ts';
import { emitKernel, type KernelCode } from './emit-kernel.ts';
import { type LaunchedFunction, RunWriter } from './emit-run.ts';
import { makeOwnFunction, type OwnFunction } from './functions.ts';
import { idleTurns } from './idle-turns.ts';
import type { Functions } from './scope.ts';
import { divideKernel } from './threads/divide-kernel.ts';
import { meetFunction, shareFunction, waitImport } from './threads/meeting.ts';
import { shareSteps } from './threads/share-steps.ts';
import type { ThreadTuning } from './threads/tuning.ts';

/** A module and what it needs. */
export interface ModuleCode {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The names of the JavaScript functions that it calls. */
  readonly imports: readonly string[];
  /** The function of each launch, as text. */
  sources(): readonly string[];
  /** Whether several threads run it: `run` takes the number of the thread and of all as well. */
  readonly isThreaded: boolean;
}

/** The threads that a module is made for. */
export interface ModuleThreads {
  readonly count: number;
  /** The address of the control words. */
  readonly control: number;
  readonly tuning: ThreadTuning;
}

/** Scratch and arena buffers begin at multiples of this. */
const alignment = 64;

interface KernelFunction extends LaunchedFunction {
  readonly name: string;
  readonly code: KernelCode['code'];
  readonly isDivided: boolean;
}

/** The kernels of a plan as functions of a module. */
class Kernels {
  readonly builder: ModuleBuilder;
  /** Scratch memory that the kernels take, in bytes. */
  scratchBytes = 0;
  readonly #target: Target;
  readonly #threads: ModuleThreads | undefined;
  readonly #own = new Map<OwnFunction | 'share' | 'meet', number>();
  readonly #byCode = new Map<string, KernelFunction[]>();
  readonly #byKernel = new Map<Kernel, KernelFunction>();
  #count = 0;
  /** Whether the kernel that is written calls JavaScript, which only the first thread can. */
  #callsJavaScript = false;
  readonly #functions: Functions = {
    imported: ({ name, signature }) => {
      this.#callsJavaScript = true;
      return this.builder.import(name, signature);
    },
    own: (name) => this.#function(name, () => makeOwnFunction(name)),
    threading: (name) => this.threading(name),
  };
  constructor(target: Target, isShared: boolean, threads: ModuleThreads | undefined) {
    this.#target = target;
    this.builder = new ModuleBuilder(isShared);
    this.#threads = threads;
  }
  #function(
    name: OwnFunction | 'share' | 'meet',
    make: () => ReturnType<typeof makeOwnFunction>,
  ): number {
    const known = this.#own.get(name);
    if (known !== undefined) return known;
    const number = this.builder.function(make());
    this.#own.set(name, number);
    return number;
  }
  threading(name: 'share' | 'meet'): number {
    const { control = 0, tuning } = this.#threads ?? {};
    return this.#function(name, () => {
      if (name === 'share') return shareFunction();
      const wait = this.builder.import(waitImport.name, waitImport.signature);
      return meetFunction(control, wait, tuning?.meetingSpins ?? 1);
    });
  }
  #emit(kernel: Kernel): KernelCode & { readonly isDivided: boolean } {
    const threads = this.#threads;
    this.#callsJavaScript = false;
    const { fusesProducts, keepsOrder } = this.#target;
    const usual = { fusesProducts, keepsOrder };
    const whole = { ...emitKernel(kernel, this.#functions, usual), isDivided: false };
    if (threads === undefined || this.#callsJavaScript) return whole;
    const division = divideKernel(kernel, threads.count, threads.tuning.leastWork);
    if (division === undefined) return whole;
    const options = { ...usual, division };
    return { ...emitKernel(kernel, this.#functions, options), isDivided: true };
  }
  functionOf(kernel: Kernel): KernelFunction {
    const known = this.#byKernel.get(kernel);
    if (known !== undefined) return known;
    const { code, isDivided, scratch, parts } = this.#emit(kernel);
    // Where parts begin and end is not in the code.
    const { outer, loop, distance } = parts ?? {};
    const ends = [outer?.from, outer?.to, outer?.step, loop?.from, loop?.to, distance];
    const key = `${ends.join()}:${code.key()}`;
    const alike = this.#byCode.get(key) ?? [];
    let found = alike.find((one) => one.code.hasCodeOf(code));
    if (found === undefined) {
      const name = `k${this.#count++}`;
      const places = scratch.map(({ dtype, length, isPrivate }) => {
        const offset = this.scratchBytes;
        const bytes = Math.ceil((length * bytesOf[dtype]) / alignment) * alignment;
        const copies = isDivided && isPrivate ? (this.#threads?.count ?? 1) : 1;
        this.scratchBytes += bytes * copies;
        return { offset, perThread: copies > 1 ? bytes : 0 };
      });
      const number = this.builder.function(code);
      found = { name, code, isDivided, number, parts, scratch: places };
      this.#byCode.set(key, [...alike, found]);
    }
    this.#byKernel.set(kernel, found);
    return found;
  }
}

/**
 * Writes a plan. `place` is told how many bytes the arena and the scratch arrays take together, and
 * says where they are. Kernels that are the same share a function. `isShared` says that the memory
 * is one that threads share.
 */
export const emitModule = (
  plan: Plan,
  target: Target,
  place: (bytes: number) => number,
  isShared = false,
  threads?: ModuleThreads,
): ModuleCode => {
  const kernels = new Kernels(target, isShared, threads);
  const functions = plan.launches.map(({ kernel }) => kernels.functionOf(kernel));
  const memory = place(plan.arenaBytes + kernels.scratchBytes);
  const isThreaded = functions.some(({ isDivided }) => isDivided);
  const run = new RunWriter(plan, functions, memory, isThreaded);
  const { builder } = kernels;
  if (isThreaded) {
    const steps = shareSteps(plan, (launch) => functions[launch]?.isDivided === true);
    run.shared(steps, kernels.threading('meet'));
    builder.hasGlobals = true;
  } else run.steps(plan.steps);
  builder.export('run', builder.function(run.code));
  const idle = idleTurns(new Set(functions));
  if (idle !== undefined) builder.export('idle', builder.function(idle));
  return {
    bytes: builder.encode(),
    imports: builder.imports,
    sources: () => functions.map(({ name, code }) => code.text(name)),
    isThreaded,
  };
};
