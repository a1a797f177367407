/**
 * A kernel as a WebAssembly function. Its parameters are the addresses of the kernel's buffers, of
 * its scratch arrays, and the steps of the loops around it.
 */
import { InternalError } from '../../ir/errors.ts';
import {
  type Expr,
  type Kernel,
  type KernelBuffer,
  type Stmt,
  walkStatements,
} from '../../ir/kernel.ts';
import type { DType } from '../../ir/types.ts';
import { singlesOf } from '../singles.ts';
import { FunctionCode } from './assembler/module.ts';
import { ExpressionWriter } from './emit-expression.ts';
import { valueType } from './functions.ts';
import { type Functions, Scope } from './scope.ts';

/** A scratch array of a kernel. */
export interface ScratchArray {
  readonly dtype: DType;
  readonly length: number;
}
/** A kernel's function. */
export interface KernelCode {
  readonly code: FunctionCode;
  readonly scratch: readonly ScratchArray[];
}

/** Scratch for f32 is made of doubles, like all else that a kernel computes with. */
const scratchType = (dtype: DType): DType => (dtype === 'f32' ? 'f64' : dtype);

class StatementWriter {
  readonly #scope: Scope;
  readonly #expressions: ExpressionWriter;
  constructor(scope: Scope) {
    this.#scope = scope;
    this.#expressions = new ExpressionWriter(scope);
  }
  #add(name: string, ...immediates: number[]): void {
    this.#scope.code.add(name, ...immediates);
  }
  #assign(index: number, value: Expr): void {
    this.#expressions.value(value);
    this.#add('local.set', index);
  }
  statements(body: readonly Stmt[]): void {
    for (const stmt of body) this.#statement(stmt);
  }
  #statement(stmt: Stmt): void {
    const scope = this.#scope;
    switch (stmt.kind) {
      case 'for':
        this.#loop(stmt);
        return;
      case 'let':
      case 'var': {
        const index = scope.code.local(valueType(stmt.local.dtype));
        this.#assign(index, stmt.kind === 'let' ? stmt.value : stmt.init);
        scope.bind(stmt.local, { index });
        return;
      }
      case 'set': {
        const found = scope.local(stmt.local);
        if ('constant' in found) throw new InternalError('wasm', 'a loop index is set');
        this.#assign(found.index, stmt.value);
        return;
      }
      case 'store':
        this.#expressions.store(stmt.buffer, stmt.at, stmt.value);
        return;
      case 'alloc':
        return;
      case 'barrier':
        throw new InternalError('wasm', 'a plan for workgroups was given to one thread');
      case 'if':
        this.#expressions.value(stmt.condition);
        this.#add('if');
        this.statements(stmt.consequent);
        if (stmt.otherwise.length > 0) {
          this.#add('else');
          this.statements(stmt.otherwise);
        }
        this.#add('end');
    }
  }
  #loop({ index, from, to, step, loop, body }: Stmt & { kind: 'for' }): void {
    const scope = this.#scope;
    if (loop === 'unrolled' || from + step >= to) {
      for (let value = from; value < to; value += step) {
        scope.bind(index, { constant: value });
        this.statements(body);
      }
      return;
    }
    const local = scope.code.local('i32');
    scope.bind(index, { index: local });
    this.#add('i32.const', from);
    this.#add('local.set', local);
    this.#add('loop');
    this.statements(body);
    this.#add('local.get', local);
    this.#add('i32.const', step);
    this.#add('i32.add');
    this.#add('local.tee', local);
    this.#add('i32.const', to);
    this.#add('i32.lt_s');
    this.#add('br_if', 0);
    this.#add('end');
  }
}

/** Writes a kernel. The same kernel always gives the same code. */
export const emitKernel = (kernel: Kernel, functions: Functions): KernelCode => {
  const allocated: KernelBuffer[] = [];
  walkStatements(kernel.body, (stmt) => {
    if (stmt.kind === 'alloc') allocated.push(stmt.buffer);
  });
  const scratch = new Set(allocated.map(({ id }) => id));
  const counters = kernel.counters ?? [];
  const count = kernel.parameters.length + allocated.length + counters.length;
  const code = new FunctionCode({
    parameters: Array.from({ length: count }, () => 'i32' as const),
  });
  const scope = new Scope(
    code,
    functions,
    singlesOf(kernel, ({ id }) => scratch.has(id)),
  );
  let next = 0;
  for (const { buffer } of kernel.parameters) scope.place(buffer, next++, buffer.dtype);
  for (const buffer of allocated) scope.place(buffer, next++, scratchType(buffer.dtype));
  for (const counter of counters) scope.bind(counter, { index: next++ });
  new StatementWriter(scope).statements(kernel.body);
  return {
    code,
    scratch: allocated.map(({ dtype, length }) => ({ dtype: scratchType(dtype), length })),
  };
};
