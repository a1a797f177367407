/**
 * Kernel IR: loop nests over scalars. `lower` writes kernels from fused groups of equations,
 * `schedule` rearranges their loops, backends print them as code. Expressions are pure; everything
 * with an effect or an order is a statement.
 */
import { newMemo } from './memo.ts';
import type { BinaryName, CompareName, UnaryName } from './scalar.ts';
import type { DType } from './types.ts';

/** An array a kernel works on: a parameter, or scratch made by an `alloc` statement. */
export interface KernelBuffer {
  readonly id: number;
  readonly dtype: DType;
  /** In elements. */
  readonly length: number;
}

/** A name for a scalar: a loop index, an immutable `let` or an accumulator `var`. */
export interface Local {
  readonly kind: 'local';
  readonly id: number;
  readonly dtype: DType;
  /** For integers whose range is known: the inclusive bounds. */
  readonly range?: readonly [number, number];
}

/** A scalar expression. */
export type Expr =
  | { readonly kind: 'const'; readonly value: number; readonly dtype: DType }
  | Local
  | {
      readonly kind: 'load';
      readonly buffer: KernelBuffer;
      readonly at: Expr;
      readonly dtype: DType;
    }
  | { readonly kind: 'unary'; readonly name: UnaryName; readonly x: Expr; readonly dtype: DType }
  | {
      readonly kind: 'binary';
      readonly name: BinaryName;
      readonly x: Expr;
      readonly y: Expr;
      readonly dtype: DType;
    }
  | {
      readonly kind: 'compare';
      readonly name: CompareName;
      readonly x: Expr;
      readonly y: Expr;
      readonly dtype: 'bool';
    }
  | {
      readonly kind: 'select';
      readonly condition: Expr;
      readonly x: Expr;
      readonly y: Expr;
      readonly dtype: DType;
    }
  | { readonly kind: 'cast'; readonly x: Expr; readonly dtype: DType }
  | { readonly kind: 'bitcast'; readonly x: Expr; readonly dtype: DType };

/**
 * How a loop may run: `parallel` iterations own disjoint ranges of every buffer they write,
 * `serial` ones run in order, `unrolled` ones are written out (their extent is small and every
 * local in them becomes one per iteration). The iterations of a `workgroup` loop run side by side,
 * share memory and wait for each other at barriers and shuffles; only plans for targets with
 * workgroups have it.
 * The iterations of a `lanes` loop are independent and may be the lanes of vector instructions: its
 * extent is the target's number of lanes, or twice or four times that.
 */
export type LoopKind = 'parallel' | 'serial' | 'unrolled' | 'workgroup' | 'lanes';

/**
 * Who sees an array of scratch memory: whoever runs an iteration (`private`), all iterations of the
 * `workgroup` loops inside of one parallel iteration, or the whole `kernel`, where what one
 * outermost parallel loop stores is there for the next.
 */
export type AllocScope = 'private' | 'workgroup' | 'kernel';

/** A statement. */
export type Stmt =
  | {
      readonly kind: 'for';
      readonly index: Local;
      /** First value, one past the last, and the distance between two iterations. */
      readonly from: number;
      readonly to: number;
      readonly step: number;
      /** For serial loops (i32): the loop ends before this value as well; computed once. */
      readonly below?: Expr | undefined;
      readonly loop: LoopKind;
      readonly body: readonly Stmt[];
    }
  | { readonly kind: 'let'; readonly local: Local; readonly value: Expr }
  | {
      readonly kind: 'var';
      readonly local: Local;
      readonly init: Expr;
      /** A sum of few terms: backends without doubles need not keep what its additions lose. */
      readonly isShort?: boolean | undefined;
    }
  | { readonly kind: 'set'; readonly local: Local; readonly value: Expr }
  | {
      readonly kind: 'store';
      readonly buffer: KernelBuffer;
      readonly at: Expr;
      readonly value: Expr;
    }
  | { readonly kind: 'alloc'; readonly buffer: KernelBuffer; readonly scope: AllocScope }
  | { readonly kind: 'barrier' }
  /** The value that another iteration of the workgroup loop has: its number is xor `distance`. */
  | {
      readonly kind: 'shuffle';
      readonly local: Local;
      readonly value: Expr;
      readonly distance: number;
    }
  | {
      readonly kind: 'if';
      readonly condition: Expr;
      readonly consequent: readonly Stmt[];
      readonly otherwise: readonly Stmt[];
    };

/** How a kernel uses a parameter. */
export type Access = 'read' | 'write' | 'update';

/** A parameter of a kernel. `update` reads and writes the same buffer. */
export interface KernelParameter {
  readonly buffer: KernelBuffer;
  readonly access: Access;
}

/** What of the user's program a kernel computes. */
export interface Origin {
  /** The names of the ops, each once, in the order of the graph. */
  readonly ops: readonly string[];
  /** The user's own source line that asked for the op that the kernel is shaped by. */
  readonly site?: string | undefined;
}

/**
 * One launch's worth of work: what it does is the body, everything else describes it to people and
 * planners.
 */
export interface Kernel {
  /** Made from a kind and a counter; never from user text. */
  readonly name: string;
  readonly parameters: readonly KernelParameter[];
  /** Scalars (i32 of known range) that come after the buffers: the steps of loops around it. */
  readonly counters?: readonly Local[] | undefined;
  readonly body: readonly Stmt[];
  /**
   * Pairs [read, written] of parameters whose accesses let them share memory: every element is read
   * for the last time before the same element is written.
   */
  readonly inPlace: readonly (readonly [read: number, written: number])[];
  /** Floating point operations of one launch, for reports. */
  readonly flops: number;
  /** For messages. No part of the text: kernels of texts have none. */
  readonly origin?: Origin | undefined;
}

/** The most ops that a message names. */
const mostNamed = 8;
/** A kernel as messages call it: `kernel map3 (mul, add)`. */
export const describeKernel = ({ name, origin }: Pick<Kernel, 'name' | 'origin'>): string => {
  if (origin === undefined) return `kernel ${name}`;
  const rest = origin.ops.length - mostNamed;
  const more = rest > 0 ? ` and ${rest} more` : '';
  return `kernel ${name} (${origin.ops.slice(0, mostNamed).join(', ')}${more})`;
};

/** A literal. */
export const constant = (value: number, dtype: DType): Expr => ({ kind: 'const', value, dtype });

/** The direct subexpressions of an expression. */
export const childrenOf = (e: Expr): readonly Expr[] => {
  switch (e.kind) {
    case 'const':
    case 'local':
      return [];
    case 'load':
      return [e.at];
    case 'unary':
    case 'cast':
    case 'bitcast':
      return [e.x];
    case 'binary':
    case 'compare':
      return [e.x, e.y];
    case 'select':
      return [e.condition, e.x, e.y];
  }
};

const keys = newMemo<Expr, string>();
/** A text that two expressions share exactly when they are structurally equal. */
export const keyOf = (e: Expr): string => {
  switch (e.kind) {
    case 'const':
      return `${Object.is(e.value, -0) ? '-0' : e.value}${e.dtype}`;
    case 'local':
      return `%${e.id}`;
    default:
      return keys.of(e, makeKey);
  }
};
const makeKey = (e: Exclude<Expr, { kind: 'const' | 'local' }>): string => {
  if (e.kind === 'load') return `b${e.buffer.id}[${keyOf(e.at)}]`;
  const name = 'name' in e ? e.name : e.kind;
  // Most are indexes.
  const head = e.dtype === 'i32' ? name : `${name}:${e.dtype}`;
  if (e.kind === 'select') return `${head}(${keyOf(e.condition)},${keyOf(e.x)},${keyOf(e.y)})`;
  return 'y' in e ? `${head}(${keyOf(e.x)},${keyOf(e.y)})` : `${head}(${keyOf(e.x)})`;
};

/** Every expression a statement evaluates itself (not those of nested statements). */
export const expressionsOf = (stmt: Stmt): readonly Expr[] => {
  switch (stmt.kind) {
    case 'for':
      return stmt.below === undefined ? [] : [stmt.below];
    case 'alloc':
    case 'barrier':
      return [];
    case 'let':
    case 'set':
    case 'shuffle':
      return [stmt.value];
    case 'var':
      return [stmt.init];
    case 'store':
      return [stmt.at, stmt.value];
    case 'if':
      return [stmt.condition];
  }
};

/** Visits every load in the expressions that a statement evaluates itself. */
export const walkLoads = (stmt: Stmt, visit: (load: Expr & { kind: 'load' }) => void): void => {
  // This is asked of every statement many times: a list of one expression is a list too many.
  switch (stmt.kind) {
    case 'let':
    case 'set':
      loadsIn(stmt.value, visit);
      return;
    case 'store':
      loadsInPlace(stmt.at, visit);
      loadsIn(stmt.value, visit);
      return;
    default:
      for (const e of expressionsOf(stmt)) loadsIn(e, visit);
  }
};
const loadsIn = (e: Expr, visit: (load: Expr & { kind: 'load' }) => void): void => {
  if (e.kind === 'const' || e.kind === 'local') return;
  if (e.kind === 'load') {
    visit(e);
    loadsInPlace(e.at, visit);
    return;
  }
  if (e.kind === 'select') loadsIn(e.condition, visit);
  // Most operands are leaves.
  if (e.x.kind !== 'local' && e.x.kind !== 'const') loadsIn(e.x, visit);
  if ('y' in e && e.y.kind !== 'local' && e.y.kind !== 'const') loadsIn(e.y, visit);
};

const loadless = newMemo<Expr, true>();
/** The same of the index of a load or store; of most it is known that they have none. */
const loadsInPlace = (at: Expr, visit: (load: Expr & { kind: 'load' }) => void): void => {
  if (at.kind === 'const' || at.kind === 'local' || loadless.get(at) === true) return;
  if (readsMemory(at)) loadsIn(at, visit);
  else loadless.set(at, true);
};

/** Whether an expression reads memory. */
export const readsMemory = (of: Expr): boolean => {
  let e = of;
  for (;;) {
    if (e.kind === 'const' || e.kind === 'local') return false;
    if (e.kind === 'load') return true;
    if (e.kind === 'select' && readsMemory(e.condition)) return true;
    if ('y' in e && e.y.kind !== 'const' && e.y.kind !== 'local' && readsMemory(e.y)) return true;
    e = e.x;
  }
};

/** The statement lists inside a statement. */
export const bodiesOf = (stmt: Stmt): readonly (readonly Stmt[])[] =>
  stmt.kind === 'for' ? [stmt.body] : stmt.kind === 'if' ? [stmt.consequent, stmt.otherwise] : [];

/** Visits every statement of a list, outer ones first. */
export const walkStatements = (body: readonly Stmt[], visit: (stmt: Stmt) => void): void => {
  for (let k = 0; k < body.length; k++) {
    const stmt = body[k] as Stmt;
    visit(stmt);
    if (stmt.kind === 'for') walkStatements(stmt.body, visit);
    else if (stmt.kind === 'if') {
      walkStatements(stmt.consequent, visit);
      walkStatements(stmt.otherwise, visit);
    }
  }
};

/** Visits an expression and everything below it. */
export const walkExpression = (e: Expr, visit: (e: Expr) => void): void => {
  visit(e);
  switch (e.kind) {
    case 'const':
    case 'local':
      return;
    case 'load':
      walkExpression(e.at, visit);
      return;
    case 'select':
      walkExpression(e.condition, visit);
      break;
    default:
  }
  // Most operands are leaves.
  if (e.x.kind === 'local' || e.x.kind === 'const') visit(e.x);
  else walkExpression(e.x, visit);
  if (!('y' in e)) return;
  if (e.y.kind === 'local' || e.y.kind === 'const') visit(e.y);
  else walkExpression(e.y, visit);
};

/** Rebuilds an expression with its locals replaced; unchanged parts stay identical. */
export const mapLocals = (e: Expr, replace: (local: Local) => Expr): Expr => {
  switch (e.kind) {
    case 'const':
      return e;
    case 'local':
      return replace(e);
    case 'load': {
      const at = mapLocals(e.at, replace);
      return at === e.at ? e : { ...e, at };
    }
    case 'unary':
    case 'cast':
    case 'bitcast': {
      const x = mapLocals(e.x, replace);
      return x === e.x ? e : { ...e, x };
    }
    case 'binary':
    case 'compare': {
      const x = mapLocals(e.x, replace);
      const y = e.y.kind === 'const' ? e.y : mapLocals(e.y, replace);
      return x === e.x && y === e.y ? e : { ...e, x, y };
    }
    case 'select': {
      const condition = mapLocals(e.condition, replace);
      const x = mapLocals(e.x, replace);
      const y = mapLocals(e.y, replace);
      const same = condition === e.condition && x === e.x && y === e.y;
      return same ? e : { ...e, condition, x, y };
    }
  }
};

/**
 * Rebuilds an expression with `replace` applied to every node from the leaves up; unchanged parts
 * stay identical.
 */
export const mapExpression = (e: Expr, replace: (e: Expr) => Expr): Expr => {
  switch (e.kind) {
    case 'const':
    case 'local':
      return replace(e);
    case 'load': {
      const at = mapExpression(e.at, replace);
      return replace(at === e.at ? e : { ...e, at });
    }
    case 'unary':
    case 'cast':
    case 'bitcast': {
      const x = mapExpression(e.x, replace);
      return replace(x === e.x ? e : { ...e, x });
    }
    case 'binary':
    case 'compare': {
      const x = mapExpression(e.x, replace);
      const y = mapExpression(e.y, replace);
      return replace(x === e.x && y === e.y ? e : { ...e, x, y });
    }
    case 'select': {
      const condition = mapExpression(e.condition, replace);
      const x = mapExpression(e.x, replace);
      const y = mapExpression(e.y, replace);
      const same = condition === e.condition && x === e.x && y === e.y;
      return replace(same ? e : { ...e, condition, x, y });
    }
  }
};
