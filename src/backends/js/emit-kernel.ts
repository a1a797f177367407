/** A kernel as a JavaScript function: loops over typed arrays, which are its parameters. */
import { InternalError } from '../../ir/errors.ts';
import type { Expr, Kernel, KernelBuffer, Stmt } from '../../ir/kernel.ts';
import { walkStatements } from '../../ir/kernel.ts';
import type { DType } from '../../ir/types.ts';
import { singlesOf } from '../singles.ts';
import { level, within } from './code.ts';
import { emitExpression } from './emit-expression.ts';
import { halfNames } from './halves.ts';
import { literal } from './literal.ts';
import { Scope } from './scope.ts';

/**
 * The text of a kernel's function without its name, and the scratch arrays it takes after its
 * parameters and before the steps of the loops around it.
 */
export interface KernelCode {
  /** `(b0, b1) {...}`. */
  readonly text: string;
  readonly scratch: readonly ScratchArray[];
}
/** An array a kernel computes in. */
export interface ScratchArray {
  readonly dtype: DType;
  readonly length: number;
}

/**
 * Scratch for f32 is made of doubles: it is rounded when it reaches a parameter, like everything
 * else in a kernel.
 */
const scratchType = (dtype: DType): DType => (dtype === 'f32' ? 'f64' : dtype);

/** Prints statements line by line. */
class Writer {
  readonly scope: Scope;
  readonly lines: string[] = [];
  #indent = '  ';
  constructor(scope: Scope) {
    this.scope = scope;
  }
  line(text: string): void {
    this.lines.push(this.#indent + text);
  }
  block(head: string, body: readonly Stmt[]): void {
    this.line(`${head} {`);
    const before = this.#indent;
    this.#indent += '  ';
    this.statements(body);
    this.#indent = before;
  }
  /** The text of an expression, its temporaries declared on the line before. */
  expression(e: Expr, least: number = level.conditional): string {
    const text = within(emitExpression(e, this.scope), least);
    const temporaries = this.scope.takeTemporaries();
    if (temporaries.length > 0) this.line(`let ${temporaries.join(', ')};`);
    return text;
  }
  statements(body: readonly Stmt[]): void {
    for (const stmt of body) this.statement(stmt);
  }
  statement(stmt: Stmt): void {
    const { scope } = this;
    switch (stmt.kind) {
      case 'for':
        this.loop(stmt);
        return;
      case 'let':
      case 'var': {
        const value = this.expression(stmt.kind === 'let' ? stmt.value : stmt.init);
        const name = scope.fresh('v');
        scope.bind(stmt.local, name);
        this.line(`${stmt.kind === 'let' ? 'const' : 'let'} ${name} = ${value};`);
        return;
      }
      case 'set': {
        const value = this.expression(stmt.value);
        const name = scope.local(stmt.local);
        this.line(`${typeof name === 'number' ? name : name.text} = ${value};`);
        return;
      }
      case 'store': {
        const at = this.expression(stmt.at);
        const { dtype } = stmt.buffer;
        const value = this.expression(stmt.value, dtype === 'bool' ? level.or : level.conditional);
        const bits = halfNames(dtype)?.bits;
        const stored = bits === undefined ? value : `${bits}(${value})`;
        this.line(
          `${scope.buffer(stmt.buffer)}[${at}] = ${stored}${dtype === 'bool' ? ' ? 1 : 0' : ''};`,
        );
        return;
      }
      case 'alloc':
        return;
      case 'barrier':
      case 'shuffle':
        throw new InternalError('js', 'a plan for workgroups was given to one thread');
      case 'if':
        this.block(`if (${this.expression(stmt.condition, level.sequence)})`, stmt.consequent);
        if (stmt.otherwise.length > 0) this.block('} else', stmt.otherwise);
        this.line('}');
        return;
    }
  }
  loop(stmt: Stmt & { readonly kind: 'for' }): void {
    const { index, from, to, step } = stmt;
    const isOnce = from + step >= to && stmt.below === undefined;
    if (stmt.loop === 'unrolled' || isOnce) {
      for (let value = from; value < to; value += step) {
        this.scope.fix(index, value);
        this.statements(stmt.body);
      }
      return;
    }
    const name = this.scope.fresh('i');
    this.scope.bind(index, name);
    const next = step === 1 ? `${name}++` : `${name} += ${literal(step)}`;
    let end = literal(to);
    if (stmt.below !== undefined) {
      end = this.scope.fresh('i');
      const below = this.expression(stmt.below, level.sequence);
      this.line(`const ${end} = Math.min(${literal(to)}, ${below});`);
    }
    this.block(`for (let ${name} = ${literal(from)}; ${name} < ${end}; ${next})`, stmt.body);
    this.line('}');
  }
}

/** Prints a kernel. The same kernel always gives the same text. */
export const emitKernel = (kernel: Kernel): KernelCode => {
  const allocated: KernelBuffer[] = [];
  walkStatements(kernel.body, (stmt) => {
    if (stmt.kind === 'alloc') allocated.push(stmt.buffer);
  });
  const scratch = new Set(allocated.map((buffer) => buffer.id));
  const scope = new Scope(singlesOf(kernel, (buffer) => scratch.has(buffer.id)));
  const names: string[] = [];
  const bind = (buffer: KernelBuffer, prefix: 'b' | 's'): void => {
    const name = scope.fresh(prefix);
    scope.bindBuffer(buffer, name);
    names.push(name);
  };
  for (const { buffer } of kernel.parameters) bind(buffer, 'b');
  for (const buffer of allocated) bind(buffer, 's');
  for (const counter of kernel.counters ?? []) {
    const name = scope.fresh('i');
    scope.bind(counter, name);
    names.push(name);
  }
  const writer = new Writer(scope);
  writer.statements(kernel.body);
  return {
    text: `(${names.join(', ')}) {\n${writer.lines.join('\n')}\n}`,
    scratch: allocated.map(({ dtype, length }) => ({ dtype: scratchType(dtype), length })),
  };
};
