/**
 * What a stretch of code has computed already, in locals. Engines find by themselves that two
 * computations are the same, but the pass that joins neighbouring vectors runs before that, and
 * what it takes for neighbours has the same operands.
 */
import type { Expr, Local } from '../../ir/kernel.ts';
import type { ValueType } from './assembler/instructions.ts';
import type { FunctionCode } from './assembler/module.ts';

/** A value in a local, and a number that its user wants back with it. */
export interface Known {
  readonly index: number;
  readonly note: number;
}
interface Entry extends Known {
  /** The locals it was computed from. */
  readonly from: ReadonlySet<number>;
}

/** Adds the locals of an expression to a set; false where it reads memory. */
const addLocals = (of: Expr, to: Set<number>): boolean => {
  let e = of;
  for (;;) {
    if (e.kind === 'const') return true;
    if (e.kind === 'local') {
      to.add(e.id);
      return true;
    }
    if (e.kind === 'load') return false;
    if (e.kind === 'select' && !addLocals(e.condition, to)) return false;
    if ('y' in e && e.y.kind !== 'const' && !addLocals(e.y, to)) return false;
    e = e.x;
  }
};

/** Values of one type that are known at the end of the code written so far, by their keys. */
export class KnownValues {
  readonly #code: FunctionCode;
  readonly #type: ValueType;
  readonly #known = new Map<string, Entry>();
  /** The keys of values that were computed from a local, and perhaps are forgotten. */
  readonly #users = new Map<number, string[]>();
  readonly #free: number[] = [];
  #stretch = 0;
  constructor(code: FunctionCode, type: ValueType) {
    this.#code = code;
    this.#type = type;
  }
  /** The local that holds a value. */
  find(key: string): Known | undefined {
    if (this.#code.stretch !== this.#stretch) {
      for (const known of this.#known.keys()) this.#forget(known);
      this.#stretch = this.#code.stretch;
    }
    return this.#known.get(key);
  }
  /** Keeps the value on the stack, which was computed from some terms. */
  keep(key: string, terms: readonly Expr[], note = 0): void {
    const from = new Set<number>();
    for (const term of terms) {
      // Memory may change without notice.
      if (!addLocals(term, from)) return;
    }
    if (this.#known.has(key)) this.#forget(key);
    const index = this.#free.pop() ?? this.#code.local(this.#type);
    this.#code.add('local.tee', index);
    this.#known.set(key, { index, note, from });
    for (const id of from) {
      const users = this.#users.get(id);
      if (users === undefined) this.#users.set(id, [key]);
      else users.push(key);
    }
  }
  /** Forgets what was computed from a local that changes. */
  changes(local: Local): void {
    const users = this.#users.get(local.id);
    if (users === undefined) return;
    for (const key of users) if (this.#known.get(key)?.from.has(local.id)) this.#forget(key);
    this.#users.delete(local.id);
  }
  #forget(key: string): void {
    this.#free.push((this.#known.get(key) as Entry).index);
    this.#known.delete(key);
  }
}
