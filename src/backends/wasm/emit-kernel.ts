/**
 * A kernel as a WebAssembly function. Its parameters are the addresses of the kernel's buffers, of
 * its scratch arrays, the steps of the loops around it, and for long kernels a range of iterations.
 */
import { InternalError } from '../../ir/errors.ts';
import {
  type Expr,
  type Kernel,
  type KernelBuffer,
  readsMemory,
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
import { unlessIdle } from './idle-turns.ts';
import { LateStores } from './late-stores.ts';
import { type LaunchParts, partParameters, partsOf } from './launch-parts.ts';
import { LoopWalkers } from './loop-walkers.ts';
import { newLoopPointers, visitPlaces } from './pointers.ts';
import { type Functions, Scope } from './scope.ts';
import type { Part } from './threads/divide-kernel.ts';
import { threadGlobal } from './threads/meeting.ts';
import { iterationsOf } from './threads/work.ts';
import { spreadLocal } from './uniform-vectors.ts';

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
  /** Where it runs in parts: its last parameters say which one. */
  readonly parts: LaunchParts | undefined;
}

type For = Stmt & { readonly kind: 'for' };

/** The lanes loop that statements stand in. */
interface Lanes {
  readonly strides: LaneStrides;
  readonly vectors: VectorWriter;
  /** Stores that wait for their neighbours; several vectors of one statement are neighbours. */
  readonly stores: LateStores | undefined;
}

class StatementWriter {
  readonly #scope: Scope;
  readonly #code: FunctionCode;
  readonly #expressions: ExpressionWriter;
  readonly #vectorLanes: ReadonlyMap<Stmt, LaneStrides>;
  readonly #fusesProducts: boolean;
  readonly #walkers: LoopWalkers;
  /** The numbers of locals that vectors hold in all their lanes. */
  readonly #shared = new Set<number>();
  #lanes: Lanes | undefined;
  constructor(
    scope: Scope,
    vectorLanes: ReadonlyMap<Stmt, LaneStrides>,
    { fusesProducts = false }: KernelOptions,
  ) {
    this.#scope = scope;
    this.#code = scope.code;
    this.#fusesProducts = fusesProducts;
    this.#vectorLanes = vectorLanes;
    this.#expressions = new ExpressionWriter(scope);
    this.#walkers = new LoopWalkers(scope.code, this.#expressions.addresses);
    for (const { shared } of vectorLanes.values()) for (const id of shared) this.#shared.add(id);
  }
  #assign(index: number, value: Expr, isVector = false): void {
    if (isVector) {
      this.#lanes?.vectors.assign(index, value);
      return;
    }
    this.#expressions.value(value);
    this.#code.add('local.set', index);
  }
  /**
   * A part of a kernel: the iterations of a loop from one parameter to another, of which there is
   * at least one. Other loops run with the first or the last of them. `first` is the first
   * parameter.
   */
  part(body: readonly Stmt[], parts: LaunchParts, first: number): void {
    const { outer, loop } = parts;
    const [from, to] = outer === undefined ? [first, first + 1] : [first + 1, first + 2];
    let isBefore = true;
    for (const stmt of body) {
      if (stmt === outer) {
        this.#scope.bind(outer.index, { index: first });
        this.part(outer.body, parts, first);
      } else if (stmt === loop) {
        this.#scope.bind(loop.index, { index: from });
        this.#iterate(loop, from, () => this.#code.add('local.get', to));
        isBefore = false;
      } else if (stmt.kind === 'for' || stmt.kind === 'store') {
        this.#code.add('local.get', isBefore ? from : to);
        this.#code.add('i32.const', isBefore ? loop.from : loop.to);
        this.#code.add('i32.eq');
        this.#code.add('if');
        this.#statement(stmt);
        this.#code.add('end');
      } else this.#statement(stmt);
    }
  }
  /** A loop that runs at least once, until its index is not below a limit. */
  #iterate(
    stmt: For,
    local: number,
    limit: () => void,
    write = (): void => this.statements(stmt.body),
  ): void {
    const { index, step, body } = stmt;
    const scope = this.#scope;
    const outside = scope.loop;
    const pointers = newLoopPointers(index, body);
    visitPlaces(
      body,
      (inner) => this.#isLoop(inner),
      (buffer, at) => this.#expressions.addresses.preparePointer(buffer, at, pointers),
    );
    let endExtremes: (() => void) | undefined;
    if (this.#lanes !== undefined && this.#isInnermost(stmt)) {
      const { strides, vectors } = this.#lanes;
      this.#walkers.start(strides, stmt, pointers);
      endExtremes = vectors.beginExtremes(stmt);
    }
    scope.loop = pointers;
    this.#code.add('loop');
    write();
    scope.loop = outside;
    this.#walkers.next(local, step, pointers, limit);
    endExtremes?.();
  }
  #isInnermost({ body }: For): boolean {
    let isInnermost = true;
    walkStatements(body, (inner) => {
      if (inner.kind === 'for' && this.#isLoop(inner)) isInnermost = false;
    });
    return isInnermost;
  }
  statements(body: readonly Stmt[]): void {
    for (let k = 0; k < body.length; k++) this.#statement(body[k] as Stmt);
    this.#lanes?.stores?.write();
  }
  /** Writes what one of several threads does. */
  parts(parts: readonly Part[]): void {
    for (const part of parts) {
      switch (part.kind) {
        case 'meet':
          this.#code.add('call', this.#scope.threading('meet'));
          break;
        case 'all':
          this.#statement(part.stmt);
          break;
        case 'one':
          this.#code.add('global.get', threadGlobal);
          this.#code.add('i32.eqz');
          this.#code.add('if');
          this.#statement(part.stmt);
          this.#code.add('end');
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
  #share(loop: For): void {
    const { index, from, step } = loop;
    const [local, limit] = [this.#code.local('i32'), this.#code.local('i32')];
    this.#scope.bind(index, { index: local });
    for (const [end, next] of [
      [local, 0],
      [limit, 1],
    ] as const) {
      this.#code.add('i32.const', iterationsOf(loop));
      this.#code.add('global.get', threadGlobal);
      this.#code.add('i32.const', next);
      this.#code.add('i32.add');
      this.#code.add('call', this.#scope.threading('share'));
      this.#code.add('i32.const', step);
      this.#code.add('i32.mul');
      this.#code.add('i32.const', from);
      this.#code.add('i32.add');
      this.#code.add('local.set', end);
    }
    this.#code.add('local.get', local);
    this.#code.add('local.get', limit);
    this.#code.add('i32.lt_s');
    this.#code.add('if');
    this.#iterate(loop, local, () => this.#code.add('local.get', limit));
    this.#code.add('end');
  }
  #store(lanes: Lanes, { buffer, at, value }: Stmt & { readonly kind: 'store' }): void {
    const { vectors, stores } = lanes;
    if (stores !== undefined && !readsMemory(at) && lanes.strides.of(at) === 1) {
      stores.add(buffer, at, vectors.laterStore(buffer, at, value));
    } else {
      stores?.write();
      vectors.store(buffer, at, value);
    }
  }
  #statement(stmt: Stmt): void {
    const scope = this.#scope;
    this.#lanes?.stores?.before(stmt);
    switch (stmt.kind) {
      case 'for':
        this.#loop(stmt);
        return;
      case 'let':
      case 'var': {
        const lanes =
          this.#lanes?.strides.local(stmt.local) === 'varying' ? this.#lanes : undefined;
        const index = lanes?.vectors.allocate() ?? scope.code.local(valueType(stmt.local.dtype));
        if (stmt.kind === 'let') this.#assign(index, stmt.value, lanes !== undefined);
        else if (lanes === undefined) this.#assign(index, stmt.init);
        else lanes.vectors.begin(index, stmt.init);
        scope.bind(stmt.local, { index });
        if (stmt.kind === 'let' && this.#lanes === undefined && this.#shared.has(stmt.local.id)) {
          spreadLocal(scope, stmt.local, index);
        }
        return;
      }
      case 'set': {
        const found = scope.local(stmt.local);
        if ('constant' in found) throw new InternalError('wasm', 'a loop index is set');
        const isVector = this.#lanes?.strides.local(stmt.local) === 'varying';
        if (isVector) {
          // No address, and nothing that is the same in all lanes, is computed from it.
          this.#lanes?.vectors.update(found.index, stmt.local, stmt.value);
          return;
        }
        this.#assign(found.index, stmt.value);
        scope.changes(stmt.local);
        return;
      }
      case 'store':
        if (this.#lanes !== undefined) this.#store(this.#lanes, stmt);
        else this.#expressions.store(stmt.buffer, stmt.at, stmt.value);
        return;
      case 'alloc':
        return;
      case 'barrier':
      case 'shuffle':
        throw new InternalError('wasm', 'a plan for workgroups was given to one thread');
      case 'if':
        this.#expressions.value(stmt.condition);
        this.#code.add('if');
        this.statements(stmt.consequent);
        if (stmt.otherwise.length > 0) {
          this.#code.add('else');
          this.statements(stmt.otherwise);
        }
        this.#code.add('end');
    }
  }
  /** A local that holds the smaller of a number and a value. */
  #limit(to: number, below: Expr): number {
    const limit = this.#code.local('i32');
    this.#assign(limit, below);
    this.#code.add('local.get', limit);
    this.#code.add('i32.const', to);
    this.#code.add('local.get', limit);
    this.#code.add('i32.const', to);
    this.#code.add('i32.lt_s');
    this.#code.add('select');
    this.#code.add('local.set', limit);
    return limit;
  }
  /** Whether a statement becomes a loop of WebAssembly. */
  #isLoop(stmt: Stmt): boolean {
    if (stmt.kind !== 'for' || stmt.loop === 'unrolled' || this.#vectorLanes.has(stmt))
      return false;
    return stmt.from + stmt.step < stmt.to || stmt.below !== undefined;
  }
  #loop(stmt: For, write = (): void => this.statements(stmt.body)): void {
    const { index, from, to, step, loop } = stmt;
    const scope = this.#scope;
    if (loop === 'lanes') {
      const strides = this.#vectorLanes.get(stmt);
      if (strides !== undefined) {
        // What strides along the lanes stands for its value in the first.
        scope.bind(index, { constant: 0 });
        const count = to / 4;
        const vectors = new VectorWriter(scope, this.#expressions, strides, {
          count,
          fusesProducts: this.#fusesProducts,
        });
        const stores = count === 1 ? new LateStores() : undefined;
        this.#lanes = { strides, vectors, stores };
        write();
        this.#lanes = undefined;
        return;
      }
    }
    if (!this.#isLoop(stmt)) {
      for (let value = from; value < to; value += step) {
        scope.bind(index, { constant: value });
        write();
      }
      return;
    }
    const local = scope.code.local('i32');
    scope.bind(index, { index: local });
    this.#code.add('i32.const', from);
    this.#code.add('local.set', local);
    if (stmt.below === undefined) {
      this.#iterate(stmt, local, () => this.#code.add('i32.const', to), write);
      return;
    }
    const limit = this.#limit(to, stmt.below);
    this.#code.add('local.get', local);
    this.#code.add('local.get', limit);
    this.#code.add('i32.lt_s');
    this.#code.add('if');
    this.#iterate(stmt, local, () => this.#code.add('local.get', limit), write);
    this.#code.add('end');
  }
}

/** How a kernel is written. */
export interface KernelOptions {
  /** Whether products are added in one instruction. */
  readonly fusesProducts?: boolean | undefined;
  /** How threads share it; one of them does all of it unless given. */
  readonly division?: readonly Part[] | undefined;
}

/** Writes a kernel. The same kernel always gives the same code. */
export const emitKernel = (
  kernel: Kernel,
  functions: Functions,
  options: KernelOptions = {},
): KernelCode => {
  const { division } = options;
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
  const parts = division === undefined ? partsOf(kernel) : undefined;
  const places = kernel.parameters.length + allocated.length + counters.length;
  const count = places + (parts === undefined ? 0 : partParameters(parts));
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
  const writer = new StatementWriter(scope, lanes, options);
  if (division !== undefined) writer.parts(division);
  else if (parts !== undefined) {
    unlessIdle(code, count - 2, count - 1, () => writer.part(kernel.body, parts, places));
  } else writer.statements(kernel.body);
  return {
    code,
    parts,
    scratch: allocated.map((buffer) => ({
      dtype: scratchType(buffer.dtype),
      length: buffer.length,
      isPrivate: !shared.has(buffer),
    })),
  };
};
