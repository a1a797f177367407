/** Writes the addresses of elements: see pointers.ts. */
import type { Part } from '../../ir/affine.ts';
import type { Expr, KernelBuffer, Stmt } from '../../ir/kernel.ts';
import type { FunctionCode } from './assembler/module.ts';
import {
  addressKey,
  elementKey,
  factorOf,
  type LoopPointers,
  type Position,
  positionOf,
  type Walk,
} from './pointers.ts';
import type { Scope } from './scope.ts';

/** An element of a buffer. */
export interface Place {
  readonly buffer: KernelBuffer;
  readonly at: Expr;
}

/** Writes the addresses of one kernel's elements, each to the stack. */
export class ElementAddresses {
  readonly #scope: Scope;
  readonly #code: FunctionCode;
  /** Leaves the value of a term. */
  readonly #value: (term: Expr) => void;
  constructor(scope: Scope, value: (term: Expr) => void) {
    this.#scope = scope;
    this.#code = scope.code;
    this.#value = value;
  }
  /** Leaves the address of an element, up to an offset. */
  own(buffer: KernelBuffer, at: Expr): { offset: number } {
    return this.#address(buffer, this.#position(buffer, at));
  }
  /** The same of an element whose neighbours may be asked for next: it is computed once for all. */
  shared(buffer: KernelBuffer, at: Expr): { offset: number } {
    const { addresses } = this.#scope;
    const position = this.#position(buffer, at);
    const { moving, resting, constant } = position;
    const bytes = 2 ** this.#scope.shiftOf(buffer);
    const key = addressKey(position);
    const walking = this.#scope.loop?.walking.get(key);
    if (walking !== undefined && position.isPositive && constant >= 0) {
      this.#code.add('local.get', walking.local);
      return { offset: constant * bytes };
    }
    const known = addresses.find(key);
    // Of the known one the constant is a note.
    if (known !== undefined && known.note <= constant) {
      this.#code.add('local.get', known.index);
      return { offset: (constant - known.note) * bytes };
    }
    const { offset } = this.#address(buffer, position);
    const own = constant - offset / bytes;
    const parts = [...moving, ...resting].map(({ term }) => term);
    if (moving.length > 0 || own !== 0) addresses.keep(key, parts, own);
    return { offset };
  }
  /** Leaves the whole address of an element, where a pointer to it walks along with the loop. */
  walking(buffer: KernelBuffer, at: Expr): boolean {
    const walking = this.#scope.loop?.walking;
    if (walking === undefined || walking.size === 0) return false;
    const pointer = walking.get(elementKey(this.#position(buffer, at)));
    if (pointer !== undefined) this.#code.add('local.get', pointer.local);
    return pointer !== undefined;
  }
  #address(buffer: KernelBuffer, position: Position): { offset: number } {
    const shift = this.#scope.shiftOf(buffer);
    this.#rest(buffer, position, this.#scope.loop);
    const { moving } = position;
    for (let k = 0; k < moving.length; k++) this.#step(moving[k] as Part, shift);
    const bytes = position.constant * 2 ** shift;
    // Addresses are unsigned: an offset must not make up for a sum below 0.
    if (position.isPositive && bytes >= 0) return { offset: bytes };
    this.#code.add('i32.const', bytes);
    this.#code.add('i32.add');
    return { offset: 0 };
  }
  /** Leaves the part of an address that rests in a loop. */
  #rest(
    buffer: KernelBuffer,
    { key, resting }: Pick<Position, 'key' | 'resting'>,
    loop: LoopPointers | undefined,
  ): void {
    const pointer = loop?.pointers.get(key);
    this.#code.add('local.get', pointer ?? this.#scope.base(buffer.id));
    if (pointer !== undefined) return;
    for (const part of resting) this.#step(part, this.#scope.shiftOf(buffer));
  }
  /** Computes the pointer of a place in front of a loop, where it has something to compute. */
  preparePointer(buffer: KernelBuffer, at: Expr, loop: LoopPointers): void {
    const position = this.#position(buffer, at, loop);
    const { resting, key } = position;
    if (resting.length === 0 || loop.pointers.has(key)) return;
    this.#rest(buffer, position, loop);
    const pointer = this.#code.local('i32');
    this.#code.add('local.set', pointer);
    loop.pointers.set(key, pointer);
  }
  /**
   * What a pointer that walks along with a loop would point to, where an element's address moves
   * with the loop's index alone. The pointer of an element that is spread to all lanes is its whole
   * address: engines compute the sum of the memory's address and an offset anew in such
   * instructions. Others share a pointer for all offsets.
   */
  walkOf(
    { buffer, at }: Place,
    { index, from, step }: Pick<Stmt & { readonly kind: 'for' }, 'index' | 'from' | 'step'>,
    loop: LoopPointers,
    isSpread: boolean,
  ): Walk | undefined {
    const position = this.#position(buffer, at, loop);
    const factor = factorOf(position, index);
    if (factor === undefined || !(isSpread || position.isPositive)) return undefined;
    const { constant } = position;
    return {
      key: isSpread ? elementKey(position) : addressKey(position),
      buffer,
      rest: position,
      begin: factor * from + (isSpread ? constant : 0),
      advance: factor * step,
    };
  }
  /** Starts a pointer in front of a loop. */
  startWalk({ key, buffer, rest, begin, advance }: Walk, loop: LoopPointers): void {
    const bytes = 2 ** this.#scope.shiftOf(buffer);
    this.#rest(buffer, rest, loop);
    if (begin !== 0) {
      this.#code.add('i32.const', begin * bytes);
      this.#code.add('i32.add');
    }
    const local = this.#code.local('i32');
    this.#code.add('local.set', local);
    loop.walking.set(key, { local, bytes: advance * bytes });
  }
  #position(buffer: KernelBuffer, at: Expr, loop = this.#scope.loop): Position {
    const known = loop?.positions.get(at);
    // A place may be one of several buffers.
    if (known?.buffer === buffer) return known;
    const position = positionOf(buffer, at, loop, this.#scope);
    loop?.positions.set(at, position);
    return position;
  }
  /** Adds a multiple of a term, in elements of 2 ** shift bytes, to what is on the stack. */
  #step({ term, factor }: { term: Expr; factor: number }, shift: number): void {
    const bytes = Math.abs(factor) * 2 ** shift;
    this.#value(term);
    if (bytes !== 1) {
      const isPower = Number.isInteger(Math.log2(bytes));
      this.#code.add('i32.const', isPower ? Math.log2(bytes) : bytes);
      this.#code.add(isPower ? 'i32.shl' : 'i32.mul');
    }
    this.#code.add(factor < 0 ? 'i32.sub' : 'i32.add');
  }
}
