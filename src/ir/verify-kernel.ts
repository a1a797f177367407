/**
 * Checks that a kernel means something and that its parallel loops may run in parallel, as far as
 * that can be seen.
 */
import { type Bounds, boundsOf } from './bounds.ts';
import {
  type AllocScope,
  type Expr,
  type Kernel,
  type KernelBuffer,
  type KernelParameter,
  type Local,
  type Stmt,
  walkExpression,
  walkStatements,
} from './kernel.ts';
import { printKernelLines } from './print-kernel.ts';
import { bytesOf } from './types.ts';
import { type ExpressionScope, faultOfExpression, faultOfIndex } from './verify-expression.ts';
import { reportFault } from './verify-fault.ts';

/** A loop whose iterations must not meet, and what is different in each of them. */
interface ParallelFrame {
  /** Locals that depend on the index. */
  readonly dependents: Set<number>;
  /** Whether its iterations share workgroup memory. */
  readonly isWorkgroup: boolean;
  /** How many iterations it has, where they are numbered one by one from 0; else 0. */
  readonly count: number;
  /** Inside of a condition that depends on the index. */
  isGuarded: boolean;
}
interface Definition {
  readonly local: Local;
  readonly kind: 'index' | 'let' | 'var';
  /** Of the value of a `let`. */
  readonly bounds: Bounds | undefined;
  /** How many parallel loops are around it. */
  readonly depth: number;
}
const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

class KernelVerifier {
  readonly kernel: Kernel;
  readonly stage: string;
  readonly #locals = new Map<number, Definition>();
  readonly #buffers = new Map<
    number,
    { buffer: KernelBuffer; access: KernelParameter['access'] }
  >();
  /** Buffers stored to so far, and those stored to anywhere. */
  readonly #stored = new Set<number>();
  readonly #everStored = new Set<number>();
  /** Allocated buffers. */
  readonly #scratch = new Map<number, AllocScope>();
  readonly #parallel: ParallelFrame[] = [];
  #conditions = 0;
  #statement: Stmt | undefined;
  readonly #scope: ExpressionScope = {
    local: (id) => this.#locals.get(id)?.local,
    bounds: (local) => this.#locals.get(local.id)?.bounds,
    unreadable: (buffer) => this.#unreadable(buffer),
  };
  constructor(kernel: Kernel, stage: string) {
    this.kernel = kernel;
    this.stage = stage;
  }
  fault(rule: string): never {
    const { lines, lineOf } = printKernelLines(this.kernel);
    const line = this.#statement === undefined ? 0 : (lineOf.get(this.#statement) ?? 0);
    return reportFault(this.stage, `${this.kernel.name}: ${rule}`, lines, line);
  }
  #require(condition: boolean, rule: string): void {
    if (!condition) this.fault(rule);
  }
  #mismatch(buffer: KernelBuffer): string | undefined {
    const known = this.#buffers.get(buffer.id)?.buffer;
    if (known === undefined) return `buffer ${buffer.id} is no parameter and not allocated here`;
    const isSame = known.dtype === buffer.dtype && known.length === buffer.length;
    return isSame ? undefined : `buffer ${buffer.id} is not what its definition says`;
  }
  #unreadable(buffer: KernelBuffer): string | undefined {
    const isEmpty =
      this.#buffers.get(buffer.id)?.access === 'write' && !this.#stored.has(buffer.id);
    return (
      this.#mismatch(buffer) ??
      (isEmpty ? 'a write parameter is read before it is stored to' : undefined)
    );
  }
  verify(): void {
    const { kernel } = this;
    this.#require(/^[A-Za-z][\w]*$/.test(kernel.name), 'a kernel is named by letters and digits');
    this.#require(kernel.flops >= 0, 'the count of operations is negative or NaN');
    this.#require(kernel.origin?.ops.length !== 0, 'the origin names no op');
    for (const { buffer, access } of kernel.parameters) this.#declare(buffer, access);
    for (const [read, written] of kernel.inPlace) this.#verifyPair(read, written);
    for (const counter of kernel.counters ?? []) {
      const isCounter = counter.dtype === 'i32' && counter.range?.[0] === 0;
      this.#require(isCounter, `step ${counter.id} is no i32 from 0 on`);
      this.#define(counter, 'let', []);
    }
    walkStatements(kernel.body, (stmt) => {
      if (stmt.kind === 'store') this.#everStored.add(stmt.buffer.id);
    });
    this.#block(kernel.body);
    this.#statement = undefined;
    for (const { buffer, access } of kernel.parameters) {
      const isIdle = access !== 'read' && buffer.length > 0 && !this.#everStored.has(buffer.id);
      this.#require(!isIdle, `${access} parameter ${buffer.id} is never stored to`);
    }
  }
  #declare(buffer: KernelBuffer, access: KernelParameter['access']): void {
    this.#require(!this.#buffers.has(buffer.id), `buffer ${buffer.id} is defined twice`);
    this.#require(isCount(buffer.length), `buffer ${buffer.id} has no possible length`);
    this.#buffers.set(buffer.id, { buffer, access });
  }
  #verifyPair(read: number, written: number): void {
    const [from, to] = [this.kernel.parameters[read], this.kernel.parameters[written]];
    const fits = from?.access === 'read' && to !== undefined && to.access !== 'read';
    this.#require(
      fits,
      `inPlace ${read} -> ${written} is no pair of a read and a written parameter`,
    );
    const size = (p?: KernelParameter): number =>
      p ? p.buffer.length * bytesOf[p.buffer.dtype] : 0;
    this.#require(size(from) === size(to), `inPlace ${read} -> ${written} differ in size`);
  }
  #block(body: readonly Stmt[]): void {
    const mine: number[] = [];
    for (const stmt of body) {
      this.#statement = stmt;
      this.#visit(stmt, mine);
    }
    for (const id of mine) this.#locals.delete(id);
  }
  #define(local: Local, kind: Definition['kind'], block: number[], bounds?: Bounds): void {
    this.#require(!this.#locals.has(local.id), `local ${local.id} is defined twice`);
    this.#locals.set(local.id, { local, kind, bounds, depth: this.#parallel.length });
    block.push(local.id);
  }
  #expression(e: Expr): void {
    const fault = faultOfExpression(e, this.#scope, this.#conditions > 0);
    if (fault !== undefined) this.fault(fault);
  }
  /** Whether an expression may differ between iterations of a parallel loop. */
  #depends(e: Expr, frame: ParallelFrame): boolean {
    let found = false;
    walkExpression(e, (x) => {
      if (x.kind === 'local') found ||= frame.dependents.has(x.id);
      if (x.kind === 'load') found ||= this.#everStored.has(x.buffer.id);
    });
    return found;
  }
  #assign(local: Local, value: Expr): void {
    this.#expression(value);
    this.#require(
      local.dtype === value.dtype,
      `local ${local.id} of ${local.dtype} is given a value of ${value.dtype}`,
    );
    for (const frame of this.#parallel) {
      if (frame.isGuarded || this.#depends(value, frame)) frame.dependents.add(local.id);
    }
  }
  #visit(stmt: Stmt, block: number[]): void {
    switch (stmt.kind) {
      case 'for':
        this.#loop(stmt);
        return;
      case 'let':
        this.#assign(stmt.local, stmt.value);
        this.#define(stmt.local, 'let', block, boundsOf(stmt.value, this.#scope.bounds));
        return;
      case 'var':
        this.#assign(stmt.local, stmt.init);
        this.#define(stmt.local, 'var', block);
        return;
      case 'set': {
        const found = this.#locals.get(stmt.local.id);
        if (found === undefined) this.fault(`local ${stmt.local.id} is not in scope`);
        this.#require(found.kind === 'var', `local ${stmt.local.id} is no var and cannot be set`);
        this.#require(
          found.depth === this.#parallel.length,
          `var ${stmt.local.id} is set from inside of a parallel loop it stands outside of`,
        );
        this.#assign(found.local, stmt.value);
        return;
      }
      case 'store':
        this.#store(stmt);
        return;
      case 'alloc':
        this.#declare(stmt.buffer, 'update');
        this.#scratch.set(stmt.buffer.id, stmt.scope);
        return;
      case 'barrier':
        this.#verifyMeeting('barrier');
        return;
      case 'shuffle': {
        const frame = this.#verifyMeeting('shuffle');
        const { local, value, distance } = stmt;
        const isPaired = frame.count > 0 && frame.count % (2 * distance) === 0;
        const fits = isCount(Math.log2(distance)) && isPaired;
        this.#require(fits, `a shuffle by ${distance} has no partner for each of ${frame.count}`);
        this.#assign(local, value);
        this.#define(local, 'let', block);
        frame.dependents.add(local.id);
        return;
      }
      case 'if': {
        this.#expression(stmt.condition);
        this.#require(stmt.condition.dtype === 'bool', 'the condition of an if must be bool');
        const before = this.#parallel.map((frame) => frame.isGuarded);
        for (const frame of this.#parallel)
          frame.isGuarded ||= this.#depends(stmt.condition, frame);
        this.#conditions++;
        this.#block(stmt.consequent);
        this.#block(stmt.otherwise);
        this.#conditions--;
        before.forEach((isGuarded, k) => {
          (this.#parallel[k] as ParallelFrame).isGuarded = isGuarded;
        });
        return;
      }
    }
  }
  /** The frame of the workgroup loop in which all reach a statement. */
  #verifyMeeting(what: string): ParallelFrame {
    const frame = this.#parallel[this.#parallel.length - 1];
    if (frame?.isWorkgroup !== true) this.fault(`a ${what} stands outside of a workgroup loop`);
    this.#require(!frame.isGuarded, `not all of a workgroup reach a ${what}`);
    return frame;
  }
  #store({ buffer, at, value }: Stmt & { readonly kind: 'store' }): void {
    const mismatch = this.#mismatch(buffer);
    if (mismatch !== undefined) this.fault(mismatch);
    this.#require(this.#buffers.get(buffer.id)?.access !== 'read', 'a read parameter is stored to');
    this.#expression(at);
    this.#expression(value);
    this.#require(
      value.dtype === buffer.dtype,
      `${value.dtype} is stored to a buffer of ${buffer.dtype}`,
    );
    const fault = faultOfIndex(at, buffer, this.#scope.bounds, this.#conditions > 0);
    if (fault !== undefined) this.fault(fault);
    for (const frame of this.#parallel) {
      const scope = this.#scratch.get(buffer.id);
      const isPrivate = scope === 'private' || (scope === 'workgroup' && !frame.isWorkgroup);
      const isOwn = isPrivate || frame.isGuarded || this.#depends(at, frame);
      this.#require(isOwn, 'all iterations of a parallel loop store to the same place');
    }
    this.#stored.add(buffer.id);
  }
  #loop({ index, from, to, step, below, loop, body }: Stmt & { readonly kind: 'for' }): void {
    const isWhole = [from, to, step].every(Number.isSafeInteger) && step > 0;
    this.#require(isWhole, `a loop from ${from} to ${to} by ${step} does not end`);
    this.#require(index.dtype === 'i32', `a loop index must be i32, not ${index.dtype}`);
    const last = from + Math.floor((to - 1 - from) / step) * step;
    const { range } = index;
    const isCovered = range === undefined || to <= from || (range[0] <= from && range[1] >= last);
    this.#require(isCovered, `the loop runs from ${from} to ${last}, outside of its index's range`);
    const isGuarded = this.#parallel.map((frame) => frame.isGuarded);
    if (below !== undefined) {
      this.#require(loop === 'serial', 'only a serial loop may end where it runs');
      this.#expression(below);
      this.#require(below.dtype === 'i32', 'the end of a loop must be i32');
      for (const frame of this.#parallel) frame.isGuarded ||= this.#depends(below, frame);
    }
    const isWorkgroup = loop === 'workgroup';
    const isInside = this.#parallel.some((frame) => frame.isWorkgroup);
    this.#require(
      !(isInside && (isWorkgroup || loop === 'parallel')),
      'a workgroup loop holds another loop that runs in parallel',
    );
    const isApart = ((loop === 'parallel' || loop === 'lanes') && last > from) || isWorkgroup;
    const mine: number[] = [];
    if (isApart) {
      const dependents = new Set([index.id]);
      const count = from === 0 && step === 1 ? to : 0;
      this.#parallel.push({ dependents, isWorkgroup, count, isGuarded: false });
    }
    this.#define(index, 'index', mine);
    this.#block(body);
    for (const id of mine) this.#locals.delete(id);
    if (isApart) this.#parallel.pop();
    isGuarded.forEach((before, k) => {
      (this.#parallel[k] as ParallelFrame).isGuarded = before;
    });
  }
}

/**
 * Throws an InternalError that names `stage` when locals are used out of scope or set though they
 * are no `var`, dtypes do not fit, an index is known to leave its buffer (outside of conditions), a
 * read parameter is stored to, the iterations of a parallel or workgroup loop store to one place or
 * share an accumulator, or only some of a workgroup reach a barrier or shuffle.
 */
export const verifyKernel = (kernel: Kernel, stage: string): void => {
  new KernelVerifier(kernel, stage).verify();
};
