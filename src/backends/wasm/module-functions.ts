/** The functions that the kernels of one module call: each is in the module once, if at all. */
import { ModuleBuilder } from './assembler/module.ts';
import { type Asked, makeOwnFunction, type OwnFunction } from './functions.ts';
import type { Functions } from './scope.ts';
import { meetFunction, shareFunction, waitImport } from './threads/meeting.ts';
import type { ThreadTuning } from './threads/tuning.ts';

/** The threads that a module is made for. */
export interface ModuleThreads {
  readonly count: number;
  /** The address of the control words. */
  readonly control: number;
  readonly tuning: ThreadTuning;
}

/** A module in the making and the functions in it that kernels ask for. */
export class ModuleFunctions implements Functions {
  readonly builder: ModuleBuilder;
  /** Whether JavaScript is called, which only the first thread can. Whoever asks sets it back. */
  callsJavaScript = false;
  readonly #threads: ModuleThreads | undefined;
  readonly #own = new Map<OwnFunction | 'share' | 'meet', number>();
  constructor(isShared: boolean, threads?: ModuleThreads) {
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
  imported({ name, signature }: Asked): number {
    this.callsJavaScript = true;
    return this.builder.import(name, signature);
  }
  own(name: OwnFunction): number {
    return this.#function(name, () => makeOwnFunction(name));
  }
  threading(name: 'share' | 'meet'): number {
    const { control = 0, tuning } = this.#threads ?? {};
    return this.#function(name, () => {
      if (name === 'share') return shareFunction();
      const wait = this.builder.import(waitImport.name, waitImport.signature);
      return meetFunction(control, wait, tuning?.meetingSpins ?? 1);
    });
  }
}
