/** What names stand for while a kernel is printed as WGSL: locals and the memory behind buffers. */
import { InternalError } from '../../ir/errors.ts';
import type { KernelBuffer, Local } from '../../ir/kernel.ts';

/** The element type of an array in WGSL. */
export type Element = 'f32' | 'i32' | 'u32' | 'bool' | 'f16';

/** Where the elements of a buffer are: `name[offset + at]`. */
export interface Memory {
  readonly name: string;
  readonly element: Element;
  /** In elements; a number or an expression of type i32. */
  readonly offset: number | string;
  /** Whether it is an array of vectors of four elements. */
  readonly isWide?: boolean;
}

/** The names of a kernel, all made from one counter. */
export class Scope {
  readonly #locals = new Map<number, string>();
  readonly #rests = new Map<number, string>();
  readonly #memory = new Map<number, Memory>();
  readonly #loads = new Map<string, string>();
  #count = 0;
  /** A new name: `k1`, `v2`, `r3`, `s4`. */
  fresh(prefix: 'k' | 'q' | 'r' | 's' | 'v'): string {
    return `${prefix}${this.#count++}`;
  }
  /** Makes `text` what a local is read as: its name, or a number where its loop is written out. */
  bind(local: Local, text: string): void {
    this.#locals.set(local.id, text);
  }
  /** Gives a sum a second variable, for what its additions lose. */
  bindRest(local: Local, name: string): void {
    this.#rests.set(local.id, name);
  }
  /** The second variable of a sum. */
  rest(local: Local): string | undefined {
    return this.#rests.get(local.id);
  }
  /** What a local is called. */
  local(local: Local): string {
    const found = this.#locals.get(local.id);
    if (found === undefined) throw new InternalError('webgpu', `local ${local.id} is not defined`);
    return found;
  }
  /** Makes `text` what stands in memory for a load, by its key. */
  bindLoad(key: string, text: string): void {
    this.#loads.set(key, text);
  }
  /** What stands for the load with a key. */
  load(key: string): string | undefined {
    return this.#loads.get(key);
  }
  /** Says where the elements of a buffer are. */
  place(buffer: KernelBuffer, memory: Memory): void {
    this.#memory.set(buffer.id, memory);
  }
  /** Where the elements of a buffer are. */
  memory(buffer: KernelBuffer): Memory {
    const found = this.#memory.get(buffer.id);
    if (found === undefined) {
      throw new InternalError('webgpu', `buffer ${buffer.id} is not defined`);
    }
    return found;
  }
}
