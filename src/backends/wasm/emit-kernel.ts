/**
 * A kernel as a WebAssembly function. Its parameters are the addresses of the kernel's buffers, of
 * its scratch arrays, the steps of the loops around it, and for long kernels a range of iterations.
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
import type { Target } from '../../ir/target.ts';
import type { DType } from '../../ir/types.ts';
import { singlesOf } from '../singles.ts';
import { FunctionCode } from './assembler/module.ts';
import { ExpressionWriter } from './emit-expression.ts';
import { VectorWriter } from './emit-vector.ts';
import { valueType } from './functions.ts';
import { type LaunchParts, partsOf } from './launch-parts.ts';
import { newLoopPointers, visitPlaces } from './pointers.ts';
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
  /** Where it runs in parts: its last two parameters are where one begins and ends. */
  readonly parts: LaunchParts | undefined;
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
  readonly #fusesProducts: boolean;
  #lanes: Lanes | undefined;
  constructor(scope: Scope, vectorLanes: ReadonlyMap<Stmt, LaneStrides>, fusesProducts: boolean) {
    this.#scope = scope;
    this.#fusesProducts = fusesProducts;
    this.#vectorLanes = vectorLanes;
    this.#expressions = new ExpressionWriter(scope);
  }
  #add(name: string, x?: number): void {
    this.#scope.code.add(name, x);
  }
  #assign(index: number, value: Expr, isVector = false): void {
    if (isVector) {
      this.#lanes?.vectors.assign(index, value);
      return;
    }
    this.#expressions.value(value);
    this.#add('local.set', index);
  }
  /** The iterations of a loop from one parameter to another; there is at least one. */
  part(loop: For, from: number, to: number): void {
    this.#scope.bind(loop.index, { index: from });
    this.#iterate(loop, from, () => this.#add('local.get', to));
  }
  /** A loop that runs at least once, until its index is not below a limit. */
  #iterate({ index, step, body }: For, local: number, limit: () => void): void {
    const scope = this.#scope;
    const outside = scope.loop;
    const pointers = newLoopPointers(index, body);
    visitPlaces(
      body,
      (inner) => this.#isLoop(inner),
      (buffer, at) => this.#expressions.preparePointer(buffer, at, pointers),
    );
    scope.loop = pointers;
    this.#add('loop');
    this.statements(body);
    scope.loop = outside;
    this.#add('local.get', local);
    this.#add('i32.const', step);
    this.#add('i32.add');
    this.#add('local.tee', local);
    limit();
    this.#add('i32.lt_s');
    this.#add('br_if', 0);
    this.#add('end');
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
        const lanes =
          this.#lanes?.strides.local(stmt.local) === 'varying' ? this.#lanes : undefined;
        const isVector = lanes !== undefined;
        const index = lanes?.vectors.allocate() ?? scope.code.local(valueType(stmt.local.dtype));
        this.#assign(index, stmt.kind === 'let' ? stmt.value : stmt.init, isVector);
        scope.bind(stmt.local, { index });
        return;
      }
      case 'set': {
        const found = scope.local(stmt.local);
        if ('constant' in found) throw new InternalError('wasm', 'a loop index is set');
        const isVector = this.#lanes?.strides.local(stmt.local) === 'varying';
        if (isVector) this.#lanes?.vectors.update(found.index, stmt.local, stmt.value);
        else this.#assign(found.index, stmt.value);
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
  /** Whether a statement becomes a loop of WebAssembly. */
  #isLoop(stmt: Stmt): boolean {
    if (stmt.kind !== 'for' || stmt.loop === 'unrolled' || this.#vectorLanes.has(stmt))
      return false;
    return stmt.from + stmt.step < stmt.to || stmt.below !== undefined;
  }
  #loop(stmt: For): void {
    const { index, from, to, step, loop, body } = stmt;
    const scope = this.#scope;
    if (loop === 'lanes') {
      const strides = this.#vectorLanes.get(stmt);
      if (strides !== undefined) {
        // What strides along the lanes stands for its value in the first.
        scope.bind(index, { constant: 0 });
        const vectors = new VectorWriter(scope, this.#expressions, strides, {
          count: to / 4,
          fusesProducts: this.#fusesProducts,
        });
        this.#lanes = { strides, vectors };
        this.statements(body);
        this.#lanes = undefined;
        return;
      }
    }
    if (!this.#isLoop(stmt)) {
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
    if (stmt.below === undefined) {
      this.#iterate(stmt, local, () => this.#add('i32.const', to));
      return;
    }
    const limit = this.#limit(to, stmt.below);
    this.#add('local.get', local);
    this.#add('local.get', limit);
    this.#add('i32.lt_s');
    this.#add('if');
    this.#iterate(stmt, local, () => this.#add('local.get', limit));
    this.#add('end');
  }
}

/** Writes a kernel. The same kernel always gives the same code. */
export const emitKernel = (
  kernel: Kernel,
  functions: Functions,
  { fusesProducts = false }: Pick<Target, 'fusesProducts'> = {},
): KernelCode => {
  const allocated: KernelBuffer[] = [];
  const lanes = new Map<Stmt, LaneStrides>();
  walkStatements(kernel.body, (stmt) => {
    if (stmt.kind === 'alloc') allocated.push(stmt.buffer);
    if (stmt.kind !== 'for' || stmt.loop !== 'lanes') return;
    const strides = vectorLanes(stmt);
    if (strides !== undefined) lanes.set(stmt, strides);
  });
  // Vectors hold single precision.
  const scratchType = (dtype: DType): DType =>
    dtype === 'f32' && lanes.size === 0 ? 'f64' : dtype;
  const scratch = new Set(allocated.map(({ id }) => id));
  const counters = kernel.counters ?? [];
  const parts = partsOf(kernel);
  const places = kernel.parameters.length + allocated.length + counters.length;
  const count = places + (parts === undefined ? 0 : 2);
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
  const writer = new StatementWriter(scope, lanes, fusesProducts);
  if (parts === undefined) writer.statements(kernel.body);
  else writer.part(parts.loop, places, places + 1);
  return {
    code,
    parts,
    scratch: allocated.map(({ dtype, length }) => ({ dtype: scratchType(dtype), length })),
  };
};
