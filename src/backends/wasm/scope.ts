/** What names stand for while a kernel is written: locals, buffers, and functions it calls. */
import { InternalError } from '../../ir/errors.ts';
import type { Expr, KernelBuffer, Local } from '../../ir/kernel.ts';
import { bytesOf, type DType } from '../../ir/types.ts';
import type { IsSingle } from '../singles.ts';
import type { FunctionCode } from './assembler/module.ts';
import type { Asked, OwnFunction } from './functions.ts';
import { KnownValues } from './known-values.ts';
import type { LoopPointers } from './pointers.ts';

/** A local of the kernel: one of the function, or a number where its loop is written out. */
export type Bound = { readonly index: number } | { readonly constant: number };

/** The functions that code may call, by their numbers. */
export interface Functions {
  imported(asked: Asked): number;
  own(name: OwnFunction): number;
  /** The functions of threads: see threads/meeting.ts. */
  threading(name: 'share' | 'meet'): number;
}

/** The names of one kernel. */
export class Scope {
  readonly code: FunctionCode;
  readonly isSingle: IsSingle;
  /** Addresses of elements, and numbers in all lanes of a vector. */
  readonly addresses: KnownValues;
  readonly splats: KnownValues;
  /** The innermost loop that is being written, if it has pointers. */
  loop: LoopPointers | undefined;
  readonly #functions: Functions;
  readonly #locals = new Map<number, Bound>();
  readonly #bases = new Map<number, number>();
  readonly #stored = new Map<number, DType>();
  readonly #shifts = new Map<number, number>();
  readonly #spread = new Map<number, number>();
  constructor(code: FunctionCode, functions: Functions, isSingle: IsSingle) {
    this.code = code;
    this.addresses = new KnownValues(code, 'i32');
    this.splats = new KnownValues(code, 'v128');
    this.#functions = functions;
    this.isSingle = isSingle;
  }
  /** The number of an imported function. */
  imported(asked: Asked): number {
    return this.#functions.imported(asked);
  }
  /** The number of a function of the module. */
  own(name: OwnFunction): number {
    return this.#functions.own(name);
  }
  /** The number of a function of threads. */
  threading(name: 'share' | 'meet'): number {
    return this.#functions.threading(name);
  }
  /** Says what a local is. */
  bind(local: Local, bound: Bound): void {
    const isNew = !this.#locals.has(local.id);
    this.#locals.set(local.id, bound);
    if ('constant' in bound) this.loop?.positions.clear();
    if (!isNew) this.changes(local);
  }
  /** Says that a local gets another value. */
  changes(local: Local): void {
    this.addresses.changes(local);
    this.splats.changes(local);
  }
  /** The number that a local stands for, if it does. */
  constantOf(local: Local): number | undefined {
    const bound = this.#locals.get(local.id);
    return bound !== undefined && 'constant' in bound ? bound.constant : undefined;
  }
  /** What a local is. */
  local(local: Expr & { kind: 'local' }): Bound {
    const found = this.#locals.get(local.id);
    if (found === undefined) throw new InternalError('wasm', `local ${local.id} is not defined`);
    return found;
  }
  /** Says which vector holds a local that never changes in all its lanes. */
  spread(local: Local, vector: number): void {
    this.#spread.set(local.id, vector);
  }
  /** The vector that holds a local in all its lanes, if there is one. */
  spreadOf(local: Local): number | undefined {
    return this.#spread.get(local.id);
  }
  /** Says which local holds the address of a buffer, and the dtype of its elements in memory. */
  place(buffer: KernelBuffer, local: number, dtype: DType): void {
    this.#bases.set(buffer.id, local);
    this.#stored.set(buffer.id, dtype);
    this.#shifts.set(buffer.id, Math.log2(bytesOf[dtype]));
  }
  /** The local that holds the address of a buffer. */
  base(buffer: number): number {
    const found = this.#bases.get(buffer);
    if (found === undefined) throw new InternalError('wasm', `buffer ${buffer} is not defined`);
    return found;
  }
  /** How often the number of an element is doubled for its distance in bytes. */
  shiftOf(buffer: KernelBuffer): number {
    return this.#shifts.get(buffer.id) as number;
  }
  /** The dtype that the elements of a buffer stand in memory as. */
  storedAs(buffer: KernelBuffer): DType {
    return this.#stored.get(buffer.id) ?? buffer.dtype;
  }
}
