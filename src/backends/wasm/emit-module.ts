/**
 * A plan as a WebAssembly module: a function per distinct kernel and a `run` that executes the
 * whole plan, loops and branches included. Where the arena and scratch arrays are stands in the
 * code. For threads, kernels that are worth it are divided; a plan without any is as for one
 * thread. The first long kernel has a module of its own, which is loaded at once: engines compile
 * it well while all others are written.
 */
import type { Kernel } from '../../ir/kernel.ts';
import type { Plan } from '../../ir/plan.ts';
import type { Target } from '../../ir/target.ts';
import { bytesOf } from '../../ir/types.ts';
import {
  emitKernel,
  type KernelCode,
  type KernelOptions,
  type ScratchArray,
} from './emit-kernel.ts';
import { type LaunchedFunction, RunWriter } from './emit-run.ts';
import { idleTurns } from './idle-turns.ts';
import { partsOf } from './launch-parts.ts';
import { ModuleFunctions, type ModuleThreads } from './module-functions.ts';
import { divideKernel } from './threads/divide-kernel.ts';
import { shareSteps } from './threads/share-steps.ts';

/** A module and what it needs. */
export interface ModuleBytes {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The names of the functions that it calls: of JavaScript, and of modules loaded before. */
  readonly imports: readonly string[];
}

/** The module of a plan. */
export interface ModuleCode extends ModuleBytes {
  /** The function of each launch, as text. */
  sources(): readonly string[];
  /** Whether several threads run it: `run` takes the number of the thread and of all as well. */
  readonly isThreaded: boolean;
}

/** How the module of a plan is made. */
export interface ModuleOptions {
  /** Says where the arena and the scratch arrays are, which take so many bytes together. */
  place(bytes: number): number;
  /** Whether the memory is one that threads share. */
  readonly isShared?: boolean | undefined;
  readonly threads?: ModuleThreads | undefined;
  /**
   * Loads a module before the rest is written; its functions are there for those that come later.
   * All kernels are in the one module where this is missing.
   */
  readonly loadFirst?: ((module: ModuleBytes) => void) | undefined;
}

/** Scratch and arena buffers begin at multiples of this. */
const alignment = 64;
/** In plans of fewer launches there is nothing to wait for. */
const leastLaunches = 4;

interface KernelFunction extends Omit<LaunchedFunction, 'scratch'> {
  readonly name: string;
  readonly code: KernelCode['code'];
  readonly isDivided: boolean;
  /** Whether it is in a module of its own. */
  readonly isImported: boolean;
  readonly places: readonly ScratchPlace[];
}

/**
 * Where a scratch array is. Launches come one after the other and leave nothing in scratch, so they
 * all have the same memory; of what is private, every thread has its own. What threads share is
 * apart from that, because they do not wait for each other at every launch.
 */
interface ScratchPlace {
  readonly offset: number;
  readonly isApart: boolean;
}

/** The kernels of a plan as functions of a module. */
class Kernels {
  readonly module: ModuleFunctions;
  /** The most scratch memory that a launch takes, and what threads share of all, in bytes. */
  #mostBytes = 0;
  #apartBytes = 0;
  /** How kernels are written that are not divided. */
  readonly #usual: KernelOptions;
  readonly #isShared: boolean;
  readonly #threads: ModuleThreads | undefined;
  readonly #byCode = new Map<string, KernelFunction[]>();
  readonly #byKernel = new Map<Kernel, KernelFunction>();
  #count = 0;
  constructor({ fusesProducts }: Target, isShared: boolean, threads: ModuleThreads | undefined) {
    this.#usual = { fusesProducts };
    this.#isShared = isShared;
    this.#threads = threads;
    this.module = new ModuleFunctions(isShared, threads);
  }
  #emit(kernel: Kernel): KernelCode & { readonly isDivided: boolean } {
    const threads = this.#threads;
    this.module.callsJavaScript = false;
    const whole = { ...emitKernel(kernel, this.module, this.#usual), isDivided: false };
    if (threads === undefined || this.module.callsJavaScript) return whole;
    const division = divideKernel(kernel, threads.count, threads.tuning.leastWork);
    if (division === undefined) return whole;
    const options = { ...this.#usual, division };
    return { ...emitKernel(kernel, this.module, options), isDivided: true };
  }
  #places(scratch: readonly ScratchArray[]): readonly ScratchPlace[] {
    let own = 0;
    const places = scratch.map(({ dtype, length, isPrivate }) => {
      const bytes = Math.ceil((length * bytesOf[dtype]) / alignment) * alignment;
      const isApart = this.#threads !== undefined && !isPrivate;
      const offset = isApart ? this.#apartBytes : own;
      if (isApart) this.#apartBytes += bytes;
      else own += bytes;
      return { offset, isApart };
    });
    this.#mostBytes = Math.max(this.#mostBytes, own);
    return places;
  }
  /** Scratch memory that all kernels take together, once all are written. */
  get scratchBytes(): number {
    return this.#mostBytes * (this.#threads?.count ?? 1) + this.#apartBytes;
  }
  /** How a function is launched, once all are written. */
  launched({ number, parts, places, isDivided }: KernelFunction): LaunchedFunction {
    const copies = this.#threads?.count ?? 1;
    const scratch = places.map(({ offset, isApart }) => ({
      offset: isApart ? this.#mostBytes * copies + offset : offset,
      perThread: isDivided && !isApart && copies > 1 ? this.#mostBytes : 0,
    }));
    return { number, parts, scratch };
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
      const places = this.#places(scratch);
      const number = this.module.builder.function(code);
      found = { name, code, isDivided, isImported: false, number, parts, places };
      this.#byCode.set(key, [...alike, found]);
    }
    this.#byKernel.set(kernel, found);
    return found;
  }
  /** Writes a long kernel as a module of its own and has that loaded. */
  loadFirst(kernel: Kernel, load: (module: ModuleBytes) => void): void {
    const module = new ModuleFunctions(this.#isShared);
    const { code, scratch, parts } = emitKernel(kernel, module, this.#usual);
    const name = `k${this.#count++}`;
    const { builder } = module;
    const number = builder.function(code);
    builder.export(name, number);
    addIdleTurns(module, [{ number, code, parts }]);
    load({ bytes: builder.encode(), imports: builder.imports });
    this.#byKernel.set(kernel, {
      name,
      code,
      isDivided: false,
      isImported: true,
      number: this.module.builder.import(name, code.signature),
      parts,
      places: this.#places(scratch),
    });
  }
}

const addIdleTurns = (
  { builder }: ModuleFunctions,
  functions: Parameters<typeof idleTurns>[0],
): void => {
  const idle = idleTurns(functions);
  if (idle !== undefined) builder.export('idle', builder.function(idle));
};

/** Writes a plan. Kernels that are the same share a function. */
export const emitModule = (plan: Plan, target: Target, options: ModuleOptions): ModuleCode => {
  const { place, isShared = false, threads, loadFirst } = options;
  const kernels = new Kernels(target, isShared, threads);
  if (loadFirst !== undefined && plan.launches.length >= leastLaunches) {
    const first = plan.launches.find(({ kernel }) => partsOf(kernel) !== undefined);
    if (first !== undefined) kernels.loadFirst(first.kernel, loadFirst);
  }
  const functions = plan.launches.map(({ kernel }) => kernels.functionOf(kernel));
  const memory = place(plan.arenaBytes + kernels.scratchBytes);
  const isThreaded = functions.some(({ isDivided }) => isDivided);
  const launched = functions.map((one) => kernels.launched(one));
  const run = new RunWriter(plan, launched, memory, isThreaded);
  const { builder } = kernels.module;
  if (isThreaded) {
    const steps = shareSteps(plan, (launch) => functions[launch]?.isDivided === true);
    run.shared(steps, kernels.module.threading('meet'));
    builder.hasGlobals = true;
  } else run.steps(plan.steps);
  builder.export('run', builder.function(run.code));
  addIdleTurns(kernels.module, new Set(functions.filter(({ isImported }) => !isImported)));
  return {
    bytes: builder.encode(),
    imports: builder.imports,
    sources: () => functions.map(({ name, code }) => code.text(name)),
    isThreaded,
  };
};
