/**
 * Writes the body of a kernel. A value is computed where it is first read: its op's meaning is
 * evaluated there, each intermediate is bound to a local in the outermost scope that knows its
 * operands, and later reads find it.
 */
import { InternalError } from '../ir/errors.ts';
import { bindingExpressions } from '../ir/expressions.ts';
import type { Value } from '../ir/graph.ts';
import {
  type AllocScope,
  constant,
  type Expr,
  type KernelBuffer,
  keyOf,
  type Local,
  type LoopKind,
  type Stmt,
} from '../ir/kernel.ts';
import { vectorExtents, vectorTypes } from '../ir/lane-strides.ts';
import { isElement } from '../ir/op.ts';
import type { Scalars } from '../ir/scalar.ts';
import { type DType, sizeOf } from '../ir/types.ts';
import { type Access, newLocal } from './access.ts';
import { type ElementReader, evaluateElement } from './evaluate-element.ts';
import type { Producers } from './probe.ts';

/** A list of statements being written, and what is known while it is. */
class Scope {
  readonly statements: Stmt[] = [];
  readonly known: Map<string, Expr> = new Map();
  readonly parent: Scope | undefined;
  readonly depth: number;
  /** Whether it runs only under a condition: loads inside must stay inside. */
  readonly isGuard: boolean;
  constructor(parent: Scope | undefined, isGuard = false) {
    this.parent = parent;
    this.depth = (parent?.depth ?? -1) + 1;
    this.isGuard = isGuard;
  }
}

/** What an expression needs: the outermost scope that knows its locals, memory, this very place. */
interface Needs {
  scope: Scope;
  loads: boolean;
  isPinned: boolean;
}

let nextBuffer = 1;
/** A fresh buffer. */
export const newBuffer = (dtype: DType, length: number): KernelBuffer => ({
  id: nextBuffer++,
  dtype,
  length,
});

/** What the emitter must know about the values of a graph. */
export interface Surroundings {
  readonly producers: Producers;
  /** Values that are read from memory because another kernel, or the caller, has put them there. */
  isForeign(value: Value): boolean;
}

/** Writes statements, outer scopes first. */
export class Emitter {
  private scope: Scope;
  readonly root: Scope;
  private readonly home = new Map<number, Scope>();
  private readonly mutable = new Set<number>();
  private readonly surroundings: Surroundings;
  /** The buffers of the values read from memory, in order of first use. */
  readonly loads: Map<Value, KernelBuffer> = new Map();
  /** Values that are read back from scratch instead of being computed again. */
  readonly reload: Map<Value, (access: Access) => Expr> = new Map();
  /** The instructions, every result bound to a local. */
  readonly scalars: (dtype: DType) => Scalars<Expr> = bindingExpressions((e) => this.bind(e));
  private readonly reader: ElementReader;
  private isInLanes = false;
  /**
   * Whether lanes loops are sure to be vectors, told by what was written alone: measuring the
   * strides of all that is in them takes several times as long. Where it is not, strides decide.
   */
  hasPlainLanes = true;

  constructor(surroundings: Surroundings) {
    this.surroundings = surroundings;
    this.root = new Scope(undefined);
    this.scope = this.root;
    this.reader = {
      scalars: this.scalars,
      read: (value, access) => this.read(value, access),
      bounded: (index, length) => this.bounded(index, length),
      when: (condition, body, otherwise) => this.when(condition, body, otherwise),
    };
  }

  /** The statements written so far. */
  get body(): readonly Stmt[] {
    return this.root.statements;
  }

  private push(stmt: Stmt): void {
    this.scope.statements.push(stmt);
  }
  private nested(scope: Scope, body: () => void): readonly Stmt[] {
    const outside = this.scope;
    this.scope = scope;
    body();
    this.scope = outside;
    return scope.statements;
  }

  /** A loop; a literal index (an axis of length 1) runs the body once. */
  loop(index: Expr, extent: number, loop: LoopKind, body: () => void): void {
    if (index.kind !== 'local') {
      body();
      return;
    }
    this.range(index, 0, extent, 1, loop, body);
  }
  /** A loop from `from` to `to` (excluded). */
  range(
    index: Local,
    from: number,
    to: number,
    step: number,
    loop: LoopKind,
    body: () => void,
  ): void {
    if (to <= from) return;
    const scope = new Scope(this.scope);
    this.home.set(index.id, scope);
    const isInLanes = this.isInLanes;
    if (loop === 'lanes') {
      const isVector = from === 0 && step === 1 && vectorExtents.includes(to);
      if (isInLanes || !isVector) this.hasPlainLanes = false;
      this.isInLanes = true;
    }
    const statements = this.nested(scope, body);
    this.isInLanes = isInLanes;
    this.push({ kind: 'for', index, from, to, step, loop, body: statements });
  }
  /** Nested loops over several axes. */
  loops(
    indexes: readonly Expr[],
    extents: readonly number[],
    loop: LoopKind,
    body: () => void,
  ): void {
    const [index, ...rest] = indexes;
    if (index === undefined) body();
    else
      this.loop(index, extents[0] as number, loop, () =>
        this.loops(rest, extents.slice(1), loop, body),
      );
  }

  /** A serial loop over a range that ends at a value known where it runs; `most` is its extent. */
  below(most: number, below: Expr, body: (index: Expr) => void): void {
    const index = newLocal('i32', [0, most - 1]);
    const scope = new Scope(this.scope, true);
    this.hasPlainLanes = false;
    this.home.set(index.id, scope);
    const statements = this.nested(scope, () => body(index));
    const loop = { index, from: 0, to: most, step: 1, below, loop: 'serial' } as const;
    this.push({ kind: 'for', ...loop, body: statements });
  }

  /** Runs `body` where a condition holds, without a test where that is known. */
  guard(condition: Expr, body: () => void): void {
    if (condition.kind !== 'const') this.branch(condition, body);
    else if (condition.value) body();
  }
  /** `if (condition) consequent else otherwise`. */
  branch(condition: Expr, consequent: () => void, otherwise?: () => void): void {
    this.hasPlainLanes = false;
    const yes = this.nested(new Scope(this.scope, true), consequent);
    const no = otherwise === undefined ? [] : this.nested(new Scope(this.scope, true), otherwise);
    if (yes.length + no.length === 0) return;
    this.push({ kind: 'if', condition, consequent: yes, otherwise: no });
  }
  private when(condition: Expr, body: () => Expr, otherwise: Expr): Expr {
    const result = this.variable(otherwise);
    this.branch(condition, () => this.set(result, body()));
    return this.freeze(result);
  }

  /** A local that holds an index known to lie in [0, length): `local`, or a fresh one. */
  bounded(index: Expr, length: number, local: Local = newLocal('i32', [0, length - 1])): Expr {
    if (index.kind === 'const') return index;
    this.push({ kind: 'let', local, value: index });
    this.home.set(local.id, this.scope);
    return local;
  }
  /** A mutable local; a short one is a sum of few terms. */
  variable(init: Expr, isShort = false): Local {
    const local = newLocal(init.dtype);
    if (vectorTypes[init.dtype] === undefined) this.hasPlainLanes = false;
    this.push({ kind: 'var', local, init, ...(isShort ? { isShort } : {}) });
    this.home.set(local.id, this.scope);
    this.mutable.add(local.id);
    return local;
  }
  /** Assigns a mutable local. */
  set(local: Local, value: Expr): void {
    this.push({ kind: 'set', local, value });
  }
  /** The value a mutable local has from here on. */
  freeze(local: Local): Expr {
    const frozen = newLocal(local.dtype);
    this.push({ kind: 'let', local: frozen, value: local });
    this.home.set(frozen.id, this.scope);
    return frozen;
  }
  /** Scratch memory of the kernel. */
  alloc(dtype: DType, length: number, scope: AllocScope = 'private'): KernelBuffer {
    if (vectorTypes[dtype] === undefined || dtype === 'bool') this.hasPlainLanes = false;
    const buffer = newBuffer(dtype, length);
    this.root.statements.unshift({ kind: 'alloc', buffer, scope });
    return buffer;
  }
  /** Makes the iterations of the workgroup loop wait for each other. */
  barrier(): void {
    this.hasPlainLanes = false;
    this.push({ kind: 'barrier' });
  }
  /** What the iteration of the workgroup loop has whose number differs by xor `distance`. */
  shuffle(value: Expr, distance: number): Expr {
    this.hasPlainLanes = false;
    const local = newLocal(value.dtype);
    this.push({ kind: 'shuffle', local, value, distance });
    this.home.set(local.id, this.scope);
    return local;
  }
  /** Writes an element. */
  store(buffer: KernelBuffer, at: Expr, value: Expr): void {
    if (vectorTypes[buffer.dtype] === undefined || buffer.dtype === 'bool') {
      this.hasPlainLanes = false;
    }
    this.push({ kind: 'store', buffer, at, value });
  }
  /** Reads an element that this kernel itself may have changed. */
  loadHere(buffer: KernelBuffer, at: Expr): Expr {
    const local = newLocal(buffer.dtype);
    this.push({ kind: 'let', local, value: { kind: 'load', buffer, at, dtype: buffer.dtype } });
    this.home.set(local.id, this.scope);
    return local;
  }

  /** Binds an expression to a local, as far out as its operands allow. */
  bind(e: Expr): Expr {
    if (e.kind === 'const' || e.kind === 'local') return e;
    const needs: Needs = { scope: this.root, loads: false, isPinned: false };
    this.visit(e, needs);
    const { loads, isPinned } = needs;
    let target = needs.scope;
    if (isPinned) target = this.scope;
    else if (loads) {
      for (
        let s: Scope | undefined = this.scope;
        s !== undefined && s.depth > target.depth;
        s = s.parent
      ) {
        if (s.isGuard) {
          target = s;
          break;
        }
      }
    }
    // What moves out of loops is often the same for many elements.
    const key = target !== this.scope && !loads ? `= ${keyOf(e)}` : undefined;
    const same = key === undefined ? undefined : target.known.get(key);
    if (same !== undefined) return same;
    if (vectorTypes[e.dtype] === undefined || (loads && e.dtype === 'bool')) {
      this.hasPlainLanes = false;
    }
    const local = newLocal(e.dtype);
    target.statements.push({ kind: 'let', local, value: e });
    this.home.set(local.id, target);
    if (key !== undefined) target.known.set(key, local);
    return local;
  }

  /** Finds out what an expression needs. */
  private visit(of: Expr, needs: Needs): void {
    let e = of;
    for (;;) {
      if (e.kind === 'const') return;
      if (e.kind === 'local') {
        if (this.mutable.has(e.id)) needs.isPinned = true;
        const home = this.home.get(e.id);
        if (home !== undefined && home.depth > needs.scope.depth) needs.scope = home;
        return;
      }
      if (e.kind === 'load') {
        needs.loads = true;
        e = e.at;
        continue;
      }
      if (e.kind === 'select') this.visit(e.condition, needs);
      if ('y' in e && e.y.kind !== 'const') this.visit(e.y, needs);
      e = e.x;
    }
  }

  private find(key: string): Expr | undefined {
    for (let s: Scope | undefined = this.scope; s !== undefined; s = s.parent) {
      const known = s.known.get(key);
      if (known !== undefined) return known;
    }
    return undefined;
  }
  /** Says that in the current scope the element of `value` at `access` is `e`. */
  define(value: Value, access: Access, e: Expr): void {
    this.scope.known.set(`${value.id}@${access.key}`, e);
  }

  /** The element of a value, computed or loaded where needed. */
  read(value: Value, access: Access): Expr {
    // Where there are no elements this never runs, and there is no memory that could be named.
    if (value.type.shape.includes(0)) return constant(0, value.type.dtype);
    const key = `${value.id}@${access.key}`;
    const known = this.find(key);
    if (known !== undefined) return known;
    const scratch = this.reload.get(value);
    if (scratch !== undefined) return scratch(access);
    const eqn = this.surroundings.producers.get(value);
    if (eqn === undefined || this.surroundings.isForeign(value)) {
      let buffer = this.loads.get(value);
      if (buffer === undefined) {
        buffer = newBuffer(value.type.dtype, sizeOf(value.type.shape));
        this.loads.set(value, buffer);
      }
      const e = this.bind({ kind: 'load', buffer, at: access.position, dtype: value.type.dtype });
      this.remember(key, e);
      return e;
    }
    if (!isElement(eqn.op)) {
      throw new InternalError('lower', `${eqn.op.name} is read before it is computed`);
    }
    const results = evaluateElement(eqn, eqn.op, access, this.reader);
    const { outputs } = eqn;
    for (let k = 0; k < outputs.length; k++) {
      const output = outputs[k] as Value;
      const own = output === value ? key : `${output.id}@${access.key}`;
      this.remember(own, results[k] as Expr);
    }
    return results[outputs.indexOf(value)] as Expr;
  }
  /** Remembers a result in the scope where its locals live. */
  private remember(key: string, e: Expr): void {
    if (e.kind === 'const') {
      this.root.known.set(key, e);
      return;
    }
    const home = e.kind === 'local' && !this.mutable.has(e.id) ? this.home.get(e.id) : this.scope;
    (home ?? this.scope).known.set(key, e);
  }
}

/** An i32 literal. */
export const integer = (value: number): Expr => ({ kind: 'const', value, dtype: 'i32' });
