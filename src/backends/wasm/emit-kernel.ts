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
import { type LaneStrides, vectorLanes } from '../../ir/lane-strides.ts';
import type { DType } from '../../ir/types.ts';
import { singlesOf } from '../singles.ts';
import { FunctionCode } from './assembler/module.ts';
import { ExpressionWriter } from './emit-expression.ts';
import { VectorWriter } from './emit-vector.ts';
import { valueType } from './functions.ts';
import { type Functions, Scope } from './scope.ts';
import type { Part } from './threads/divide-kernel.ts';
import { threadGlobal } from './threads/meeting.ts';
import { iterationsOf } from './threads/work.ts';

/** A scratch array of a kernel. */
export interface ScratchArray {
  readonly dtype: DType;
  readonly length: number;
  /** Whether every thread has its own. */
  readonly isPrivate: boolean;
}
/** A kernel's function. */
export interface KernelCode {
  readonly code: FunctionCode;
  readonly scratch: readonly ScratchArray[];
}

type For = Stmt & { readonly kind: 'for' };

/** The lanes loop that statements stand in. */
interface Lanes {
  readonly strides: LaneStrides;
  readonly vectors: VectorWriter;
}

class StatementWriter {
  readonly #scope: Scope;
  readonly #expressions: ExpressionWriter;
  readonly #vectorLanes: ReadonlyMap<Stmt, LaneStrides>;
  #lanes: Lanes | undefined;
  constructor(scope: Scope, vectorLanes: ReadonlyMap<Stmt, LaneStrides>) {
    this.#scope = scope;
    this.#vectorLanes = vectorLanes;
    this.#expressions = new ExpressionWriter(scope);
  }
  #add(name: string, ...immediates: number[]): void {
    this.#scope.code.add(name, ...immediates);
  }
  #assign(index: number, value: Expr, isVector = false): void {
    if (isVector) this.#lanes?.vectors.value(value);
    else this.#expressions.value(value);
    this.#add('local.set', index);
  }
  statements(body: readonly Stmt[]): void {
    for (const stmt of body) this.#statement(stmt);
  }
  /** Writes what one of several threads does. */
  parts(parts: readonly Part[]): void {
    for (const part of parts) {
      switch (part.kind) {
        case 'meet':
          this.#add('call', this.#scope.threading('meet'));
          break;
        case 'all':
          this.#statement(part.stmt);
          break;
        case 'one':
          this.#add('global.get', threadGlobal);
          this.#add('i32.eqz');
          this.#add('if');
          this.#statement(part.stmt);
          this.#add('end');
          break;
        case 'each':
          this.#loop(part.loop, () => this.parts(part.parts));
          break;
        case 'divide':
          this.#share(part.loop);
      }
    }
  }
  /** The iterations of a loop that are this thread's. */
  #share({ index, from, to, step, body, ...loop }: For): void {
    const count = iterationsOf({ index, from, to, step, body, ...loop });
    const [local, limit] = [this.#scope.code.local('i32'), this.#scope.code.local('i32')];
    this.#scope.bind(index, { index: local });
    for (const [to, next] of [
      [local, 0],
      [limit, 1],
    ] as const) {
      this.#add('i32.const', count);
      this.#add('global.get', threadGlobal);
      this.#add('i32.const', next);
      this.#add('i32.add');
      this.#add('call', this.#scope.threading('share'));
      this.#add('i32.const', step);
      this.#add('i32.mul');
      this.#add('i32.const', from);
      this.#add('i32.add');
      this.#add('local.set', to);
    }
    this.#add('local.get', local);
    this.#add('local.get', limit);
    this.#add('i32.lt_s');
    this.#add('if');
    this.#add('loop');
    this.statements(body);
    this.#add('local.get', local);
    this.#add('i32.const', step);
    this.#add('i32.add');
    this.#add('local.tee', local);
    this.#add('local.get', limit);
    this.#add('i32.lt_s');
    this.#add('br_if', 0);
    this.#add('end');
    this.#add('end');
  }
  #statement(stmt: Stmt): void {
    const scope = this.#scope;
    switch (stmt.kind) {
      case 'for':
        this.#loop(stmt);
        return;
      case 'let':
      case 'var': {
        const isVector = this.#lanes?.strides.local(stmt.local) === 'varying';
        const index = scope.code.local(isVector ? 'v128' : valueType(stmt.local.dtype));
        this.#assign(index, stmt.kind === 'let' ? stmt.value : stmt.init, isVector);
        scope.bind(stmt.local, { index });
        return;
      }
      case 'set': {
        const found = scope.local(stmt.local);
        if ('constant' in found) throw new InternalError('wasm', 'a loop index is set');
        this.#assign(found.index, stmt.value, this.#lanes?.strides.local(stmt.local) === 'varying');
        return;
      }
      case 'store':
        (this.#lanes?.vectors ?? this.#expressions).store(stmt.buffer, stmt.at, stmt.value);
        return;
      case 'alloc':
        return;
      case 'barrier':
      case 'shuffle':
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
  /** A local that holds the smaller of a number and a value. */
  #limit(to: number, below: Expr): number {
    const limit = this.#scope.code.local('i32');
    this.#assign(limit, below);
    this.#add('local.get', limit);
    this.#add('i32.const', to);
    this.#add('local.get', limit);
    this.#add('i32.const', to);
    this.#add('i32.lt_s');
    this.#add('select');
    this.#add('local.set', limit);
    return limit;
  }
  #loop(stmt: For, body = (): void => this.statements(stmt.body)): void {
    const { index, from, to, step, loop } = stmt;
    const scope = this.#scope;
    if (loop === 'lanes') {
      const strides = this.#vectorLanes.get(stmt);
      if (strides !== undefined) {
        // What strides along the lanes stands for its value in the first.
        scope.bind(index, { constant: 0 });
        this.#lanes = { strides, vectors: new VectorWriter(scope, this.#expressions, strides) };
        body();
        this.#lanes = undefined;
        return;
      }
    }
    if (loop === 'unrolled' || (from + step >= to && stmt.below === undefined)) {
      for (let value = from; value < to; value += step) {
        scope.bind(index, { constant: value });
        body();
      }
      return;
    }
    const local = scope.code.local('i32');
    scope.bind(index, { index: local });
    const limit = stmt.below === undefined ? undefined : this.#limit(to, stmt.below);
    const isBelow = (): void => {
      if (limit === undefined) this.#add('i32.const', to);
      else this.#add('local.get', limit);
      this.#add('i32.lt_s');
    };
    this.#add('i32.const', from);
    this.#add('local.set', local);
    if (limit !== undefined) {
      this.#add('local.get', local);
      isBelow();
      this.#add('if');
    }
    this.#add('loop');
    body();
    this.#add('local.get', local);
    this.#add('i32.const', step);
    this.#add('i32.add');
    this.#add('local.tee', local);
    isBelow();
    this.#add('br_if', 0);
    this.#add('end');
    if (limit !== undefined) this.#add('end');
  }
}

/**
 * Writes a kernel, divided among threads where `parts` says how. The same kernel always gives the
 * same code.
 */
export const emitKernel = (
  kernel: Kernel,
  functions: Functions,
  parts?: readonly Part[],
): KernelCode => {
  const allocated: KernelBuffer[] = [];
  const shared = new Set<KernelBuffer>();
  const lanes = new Map<Stmt, LaneStrides>();
  walkStatements(kernel.body, (stmt) => {
    if (stmt.kind === 'alloc') allocated.push(stmt.buffer);
    if (stmt.kind === 'alloc' && stmt.scope === 'kernel') shared.add(stmt.buffer);
    if (stmt.kind !== 'for' || stmt.loop !== 'lanes') return;
    const strides = vectorLanes(stmt);
    if (strides !== undefined) lanes.set(stmt, strides);
  });
  // Vectors hold single precision.
  const scratchType = (dtype: DType): DType =>
    dtype === 'f32' && lanes.size === 0 ? 'f64' : dtype;
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
  const writer = new StatementWriter(scope, lanes);
  if (parts === undefined) writer.statements(kernel.body);
  else writer.parts(parts);
  return {
    code,
    scratch: allocated.map((buffer) => ({
      dtype: scratchType(buffer.dtype),
      length: buffer.length,
      isPrivate: !shared.has(buffer),
    })),
  };
};
