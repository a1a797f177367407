/**
 * What names stand for while a kernel is printed: locals, buffers, and temporaries of the statement
 * at hand.
 */
import { InternalError } from '../../ir/errors.ts';
import type { Expr, KernelBuffer, Local } from '../../ir/kernel.ts';
import type { IsSingle } from '../singles.ts';
import { type Code, level, primary, within } from './code.ts';
import { literal } from './literal.ts';

/** The names of a kernel, all made from one counter. */
export class Scope {
  readonly isSingle: IsSingle;
  readonly #locals = new Map<number, Code | number>();
  readonly #buffers = new Map<number, string>();
  #temporaries: string[] = [];
  #count = 0;
  constructor(isSingle: IsSingle) {
    this.isSingle = isSingle;
  }
  /** A new name: `b0`, `i1`, `v2`, `t3`. */
  fresh(prefix: 'b' | 'i' | 'v' | 't' | 's'): string {
    return `${prefix}${this.#count++}`;
  }
  /** Makes `name` the name of a local. */
  bind(local: Local, name: string): void {
    this.#locals.set(local.id, primary(name));
  }
  /** Makes a loop index stand for a number, in loops that are written out. */
  fix(local: Local, value: number): void {
    this.#locals.set(local.id, value);
  }
  /** Makes `name` the name of a buffer. */
  bindBuffer(buffer: KernelBuffer, name: string): void {
    this.#buffers.set(buffer.id, name);
  }
  /** The name of a buffer. */
  buffer(buffer: KernelBuffer): string {
    const name = this.#buffers.get(buffer.id);
    if (name === undefined) throw new InternalError('js', `buffer ${buffer.id} is not defined`);
    return name;
  }
  /** What a local is: code, or a number where its loop is written out. */
  local(local: Local): Code | number {
    const found = this.#locals.get(local.id);
    if (found === undefined) throw new InternalError('js', `local ${local.id} is not defined`);
    return found;
  }
  /**
   * The number an index is known to be here: literals, and arithmetic of indexes of loops that are
   * written out.
   */
  known(e: Expr): number | undefined {
    if (e.dtype !== 'i32') return undefined;
    if (e.kind === 'const') return e.value | 0;
    if (e.kind === 'local') {
      const found = this.#locals.get(e.id);
      return typeof found === 'number' ? found : undefined;
    }
    if (e.kind !== 'binary') return undefined;
    const x = this.known(e.x);
    if (x === undefined) return undefined;
    const y = this.known(e.y);
    if (y === undefined) return undefined;
    switch (e.name) {
      case 'add':
        return (x + y) | 0;
      case 'sub':
        return (x - y) | 0;
      case 'mul':
        return Math.imul(x, y);
      case 'div':
        return (x / y) | 0;
      case 'rem':
        return (x % y) | 0;
      default:
        return undefined;
    }
  }
  /**
   * Code to be used several times: the assignments to make first, and what to write then. Names and
   * literals are repeated as they are, everything else goes through a temporary.
   */
  repeat(code: Code): { readonly first: readonly string[]; readonly again: Code } {
    if (/^(-?\d[\d.e+-]*|[a-z]\d+|-?Infinity|NaN)$/.test(code.text))
      return { first: [], again: code };
    const name = this.fresh('t');
    this.#temporaries.push(name);
    return { first: [`${name} = ${within(code, level.conditional)}`], again: primary(name) };
  }
  /** Temporaries made since the last call: to be declared before the statement that uses them. */
  takeTemporaries(): readonly string[] {
    const taken = this.#temporaries;
    this.#temporaries = [];
    return taken;
  }
}

/** `(t0 = x, t1 = y, result)`; without assignments just the result. */
export const sequence = (assignments: readonly string[], result: Code): Code =>
  assignments.length === 0
    ? result
    : { text: [...assignments, result.text].join(', '), level: level.sequence };

/** A number as code. */
export const numberCode = (value: number): Code => ({
  text: literal(value),
  level: value < 0 || Object.is(value, -0) ? level.unary : level.primary,
});
