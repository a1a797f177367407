/**
 * Phases in which an invocation does four neighbouring iterations: what they load and store side by
 * side goes through memory as a vector of four, and the arithmetic between is done for one after
 * the other.
 */
import { factorOf } from '../../ir/index-terms.ts';
import {
  childrenOf,
  type Expr,
  expressionsOf,
  type Kernel,
  keyOf,
  type Local,
  mapExpression,
  type Stmt,
  walkExpression,
} from '../../ir/kernel.ts';
import { type Placed, type Resource, touchedBy } from './bindings.ts';
import {
  bare,
  emitExpression,
  encodedText,
  quadText,
  quadType,
  scalarType,
} from './emit-expression.ts';
import type { StatementWriter } from './emit-statements.ts';
import type { Phase } from './phases.ts';
import type { Scope } from './scope.ts';

type Let = Stmt & { readonly kind: 'let' };
type Store = Stmt & { readonly kind: 'store' };
type Load = Expr & { readonly kind: 'load' };

/** What is done for four iterations at once. */
export interface Lanes {
  /** The index of the innermost loop. */
  readonly index: Local;
  /** What is the same in all four. */
  readonly before: readonly Let[];
  /** What each of them computes. */
  readonly own: readonly Let[];
  /** Loads of neighbours, and the place of the first. */
  readonly loads: ReadonlyMap<Load, Expr>;
  readonly stores: ReadonlyMap<Store, Expr>;
  /** The buffers whose binding is an array of vectors. */
  readonly wide: ReadonlySet<number>;
}

/** How many iterations an invocation does. */
export const laneCount = 4;
/** Shorter loops keep more invocations busy one by one. */
const leastIterations = 4096;
/** What computes much for each element does not wait for memory. */
const mostNodes = 60;

/** Whether a sum in normal form is known to be a multiple of four. */
const isMultiple = (e: Expr): boolean => {
  if (e.kind === 'const') return e.value % laneCount === 0;
  if (e.kind !== 'binary') return false;
  if (e.name === 'add' || e.name === 'sub') return isMultiple(e.x) && isMultiple(e.y);
  return e.name === 'mul' && (isMultiple(e.x) || isMultiple(e.y));
};

/** The lanes of a phase; undefined where its iterations are done one by one. */
export const lanesOf = (
  kernel: Kernel,
  phase: Phase,
  placed: readonly Placed[],
  mostBindings: number,
): Lanes | undefined => {
  const loop = phase.loops[phase.loops.length - 1];
  const total = phase.loops.reduce((n, { from, to, step }) => n * Math.ceil((to - from) / step), 1);
  if (loop === undefined || loop.from !== 0 || loop.step !== 1) return undefined;
  if (loop.to % laneCount !== 0 || total < leastIterations) return undefined;
  const { index } = loop;
  const { loaded, stored } = touchedBy(phase.body);
  const resources = new Set<Resource>();
  for (const [k, { buffer }] of kernel.parameters.entries()) {
    if (!loaded.has(buffer.id) && !stored.has(buffer.id)) continue;
    resources.add((placed[k] as Placed).resource);
    if (loaded.has(buffer.id) && stored.has(buffer.id)) return undefined;
  }
  if (resources.size > mostBindings) return undefined;

  const lets: Let[] = [];
  const stores: Store[] = [];
  for (const stmt of phase.body) {
    // Nothing that is loaded has been stored before, so loads may come first.
    if (stmt.kind === 'let') lets.push(stmt);
    else if (stmt.kind === 'store') stores.push(stmt);
    else return undefined;
  }
  const values = new Map<number, Expr>();
  const dependent = new Set([index.id]);
  let nodes = 0;
  const depends = (e: Expr): boolean => {
    let found = false;
    walkExpression(e, (part) => {
      nodes++;
      if (part.kind === 'local' && dependent.has(part.id)) found = true;
    });
    return found;
  };
  for (const { local, value } of lets) {
    if (depends(value)) dependent.add(local.id);
    // Places are told apart by what they are made of.
    if (local.dtype === 'i32') values.set(local.id, value);
  }
  const resolve = (e: Expr): Expr =>
    mapExpression(e, (part) => {
      const value = part.kind === 'local' ? values.get(part.id) : undefined;
      return value === undefined ? part : resolve(value);
    });
  /** The place of the first of four neighbours, 'same' for one place, undefined for neither. */
  const visit = (at: Expr): Expr | 'same' | undefined => {
    const place = resolve(at);
    const parts = factorOf(place, index);
    if (parts === undefined) return undefined;
    if (parts.factor === 0) return 'same';
    if (parts.factor !== 1) return undefined;
    let hasLoad = false;
    walkExpression(place, (part) => {
      hasLoad ||= part.kind === 'load';
    });
    return !hasLoad && isMultiple(parts.rest) ? place : undefined;
  };
  const wideLoads = new Map<Load, Expr>();
  const wide = new Set<number>();
  const isAligned = ({ buffer }: Load | Store): boolean => {
    const k = kernel.parameters.findIndex((parameter) => parameter.buffer.id === buffer.id);
    return (
      k >= 0 && (placed[k] as Placed).offset % laneCount === 0 && buffer.length % laneCount === 0
    );
  };
  let isFitting = true;
  for (const stmt of [...lets, ...stores]) {
    for (const e of expressionsOf(stmt)) {
      walkExpression(e, (part) => {
        if (part.kind !== 'load') return;
        const place = visit(part.at);
        if (place === 'same') return;
        isFitting &&= place !== undefined && isAligned(part);
        if (place === undefined) return;
        wideLoads.set(part, place);
        wide.add(part.buffer.id);
      });
    }
  }
  const wideStores = new Map<Store, Expr>();
  for (const stmt of stores) {
    const place = visit(stmt.at);
    if (place === undefined || place === 'same' || !isAligned(stmt)) return undefined;
    wideStores.set(stmt, place);
    wide.add(stmt.buffer.id);
    depends(stmt.value);
  }
  if (!isFitting || nodes > mostNodes || stores.length === 0) return undefined;
  return {
    index,
    before: lets.filter(({ local }) => !dependent.has(local.id)),
    own: needed(lets, stores, wideLoads).filter(({ local }) => dependent.has(local.id)),
    loads: wideLoads,
    stores: wideStores,
    wide,
  };
};

/** The definitions that are used for more than the places of neighbours. */
const needed = (
  lets: readonly Let[],
  stores: readonly Store[],
  loads: ReadonlyMap<Load, Expr>,
): readonly Let[] => {
  const used = new Set<number>();
  const use = (e: Expr): void => {
    if (e.kind === 'local') used.add(e.id);
    if (e.kind !== 'load' || !loads.has(e)) childrenOf(e).forEach(use);
  };
  for (const { value } of stores) use(value);
  for (const { local, value } of [...lets].reverse()) if (used.has(local.id)) use(value);
  return lets.filter(({ local }) => used.has(local.id));
};

/** Prints what an invocation does; the index has the name of the first of four iterations. */
export const emitLanes = (lanes: Lanes, scope: Scope, writer: StatementWriter): void => {
  const { index, before, own, loads, stores } = lanes;
  writer.statements(before);
  const first = scope.local(index);
  const quads = new Map<string, string>();
  for (const [load, place] of loads) {
    const key = keyOf(load);
    if (quads.has(key)) continue;
    const name = scope.fresh('q');
    writer.line(
      `let ${name}: ${quadType(load.buffer, scope)} = ${quadText(load.buffer, place, scope)};`,
    );
    quads.set(key, name);
  }
  const stored = [...stores].map(([stmt, place]) => ({ stmt, place, names: [] as string[] }));
  for (let lane = 0; lane < laneCount; lane++) {
    scope.bind(index, lane === 0 ? first : `(${first} + ${lane}i)`);
    for (const [key, name] of quads) scope.bindLoad(key, `${name}.${'xyzw'[lane]}`);
    writer.statements(own);
    for (const { stmt, names } of stored) {
      const name = scope.fresh('v');
      const value = bare(emitExpression(stmt.value, scope));
      writer.line(`let ${name}: ${scalarType(stmt.value.dtype)} = ${value};`);
      names.push(encodedText(stmt.buffer, name, scope));
    }
  }
  scope.bind(index, first);
  for (const { stmt, place, names } of stored) {
    const { buffer } = stmt;
    const quad = `${quadType(buffer, scope)}(${names.join(', ')})`;
    writer.line(`${quadText(buffer, place, scope)} = ${quad};`);
  }
};
