/**
 * Addresses that a stretch of code computes once. Engines find by themselves that two are equal,
 * but the pass that joins neighbouring vectors runs before that, and what it takes for neighbours
 * has one and the same address, up to the offsets of the instructions.
 */
import { keyOf, type Local, walkExpression } from '../../ir/kernel.ts';
import type { FunctionCode } from './assembler/module.ts';
import type { Position } from './pointers.ts';

/** An address in a local: that of an element so many elements behind a position without its own. */
export interface SharedAddress {
  readonly index: number;
  readonly constant: number;
}

interface Entry extends SharedAddress {
  /** The locals it was computed from. */
  readonly from: ReadonlySet<number>;
}

const partsOf = ({ moving, resting }: Position): Position['moving'] => [...moving, ...resting];

/** The addresses that are known at the end of the code written so far. */
export class SharedAddresses {
  readonly #code: FunctionCode;
  readonly #entries = new Map<string, Entry>();
  readonly #free: number[] = [];
  #stretch = 0;
  constructor(code: FunctionCode) {
    this.#code = code;
  }
  #forget(key: string, { index }: Entry): void {
    this.#entries.delete(key);
    this.#free.push(index);
  }
  #keyOf(position: Position): string {
    const moving = position.moving.map(({ term, factor }) => `${keyOf(term)}*${factor}`);
    return `${position.key}|${moving.sort().join('+')}`;
  }
  /** The address of a position up to a constant that is not negative, if it is known. */
  find(position: Position): SharedAddress | undefined {
    if (this.#code.stretch !== this.#stretch) {
      for (const [key, entry] of this.#entries) this.#forget(key, entry);
      this.#stretch = this.#code.stretch;
    }
    const found = this.#entries.get(this.#keyOf(position));
    return found !== undefined && found.constant <= position.constant ? found : undefined;
  }
  /** Keeps the address on the stack, that of a position with `constant` for its own. */
  keep(position: Position, constant: number): void {
    const from = new Set<number>();
    let isFixed = true;
    for (const { term } of partsOf(position)) {
      walkExpression(term, (part) => {
        if (part.kind === 'local') from.add(part.id);
        if (part.kind === 'load') isFixed = false;
      });
    }
    if (!isFixed) return;
    const key = this.#keyOf(position);
    const known = this.#entries.get(key);
    if (known !== undefined) this.#forget(key, known);
    const index = this.#free.pop() ?? this.#code.local('i32');
    this.#code.add('local.tee', index);
    this.#entries.set(key, { index, constant, from });
  }
  /** Forgets what was computed from a local that changes. */
  changes(local: Local): void {
    for (const [key, entry] of this.#entries) {
      if (entry.from.has(local.id)) this.#forget(key, entry);
    }
  }
}
