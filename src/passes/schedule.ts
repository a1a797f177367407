/**
 * Scheduling: rearranges the loops of a kernel without changing what it computes. Three steps:
 * nested loops that walk memory in order become one; index parts that do not change in an inner
 * loop move out of it; locals used once are written where they are used.
 */
import { indexes } from '../ir/expressions.ts';
import { mapTerms, partition, strideAlong } from '../ir/index-terms.ts';
import {
  bodiesOf,
  constant,
  type Expr,
  expressionsOf,
  type Kernel,
  keyOf,
  type Local,
  mapExpression,
  readsMemory,
  type Stmt,
  walkExpression,
  walkStatements,
} from '../ir/kernel.ts';
import { newLocal } from './access.ts';
import { inPlacePairs } from './in-place.ts';
import { inlineOnce } from './inline-once.ts';
import { mapBodies, mapList, mapStatement } from './map-statement.ts';

type For = Stmt & { kind: 'for' };
const zero = constant(0, 'i32');

/** The expression with the places that it loads from replaced. */
const mapPlaces = (e: Expr, replace: (place: Expr) => Expr): Expr => {
  const replaceIn = (part: Expr): Expr =>
    part.kind === 'load' ? { ...part, at: replace(part.at) } : part;
  // Most expressions have no loads, or are one.
  if (e.kind === 'load' && !readsMemory(e.at)) return replaceIn(e);
  return readsMemory(e) ? mapExpression(e, replaceIn) : e;
};

/** Whether something holds of every place that an expression loads from. */
const everyLoad = (of: Expr, holds: (place: Expr) => boolean): boolean => {
  let e = of;
  for (;;) {
    if (e.kind === 'const' || e.kind === 'local') return true;
    if (e.kind === 'load') {
      if (!holds(e.at)) return false;
      e = e.at;
      continue;
    }
    if (e.kind === 'select' && !everyLoad(e.condition, holds)) return false;
    if ('y' in e && e.y.kind !== 'const' && !everyLoad(e.y, holds)) return false;
    e = e.x;
  }
};

/** Whether something holds of every index of a load or store below a statement list. */
const everyPlace = (body: readonly Stmt[], holds: (place: Expr) => boolean): boolean => {
  for (let k = 0; k < body.length; k++) {
    const stmt = body[k] as Stmt;
    if (stmt.kind === 'store' && !holds(stmt.at)) return false;
    for (const e of expressionsOf(stmt)) if (!everyLoad(e, holds)) return false;
    for (const inner of bodiesOf(stmt)) if (!everyPlace(inner, holds)) return false;
  }
  return true;
};

/** Whether a local occurs outside of the places of loads and stores. */
const occursElsewhere = (body: readonly Stmt[], local: Local): boolean => {
  const isIn = (of: Expr): boolean => {
    let e = of;
    for (;;) {
      if (e.kind === 'local') return e.id === local.id;
      if (e.kind === 'load' || e.kind === 'const') return false;
      if (e.kind === 'select' && isIn(e.condition)) return true;
      if ('y' in e && e.y.kind !== 'const' && isIn(e.y)) return true;
      e = e.x;
    }
  };
  return body.some((stmt) => {
    // A place may be the very expression that is stored there.
    if (stmt.kind === 'store') return isIn(stmt.value);
    return (
      expressionsOf(stmt).some(isIn) ||
      bodiesOf(stmt).some((inner) => occursElsewhere(inner, local))
    );
  });
};

/** Makes one loop of two that together walk every place in order; undefined where they do not. */
const collapse = (outer: For): For | undefined => {
  const [inner, ...others] = outer.body;
  if (inner?.kind !== 'for' || others.length > 0) return undefined;
  if (outer.loop !== inner.loop || outer.loop === 'unrolled') return undefined;
  if (outer.below !== undefined || inner.below !== undefined) return undefined;
  if (outer.from !== 0 || inner.from !== 0 || outer.step !== 1 || inner.step !== 1)
    return undefined;
  const { body } = inner;
  const index = newLocal('i32', [0, outer.to * inner.to - 1]);
  const withoutBoth = (term: Expr): Expr =>
    term.kind === 'local' && (term.id === outer.index.id || term.id === inner.index.id)
      ? zero
      : term;
  const replaced = new Map<Expr, Expr>();
  const joins = everyPlace(body, (place) => {
    if (replaced.has(place)) return true;
    const far = strideAlong(place, outer.index);
    const near = strideAlong(place, inner.index);
    if (far === undefined || near === undefined || far !== near * inner.to) return false;
    const rest = near === 0 ? place : mapTerms(place, withoutBoth);
    replaced.set(place, indexes.add(rest, indexes.mul(index, constant(near, 'i32'))));
    return true;
  });
  if (!joins) return undefined;
  // Most loops have failed before: this looks at all of the body.
  if (occursElsewhere(body, outer.index) || occursElsewhere(body, inner.index)) return undefined;
  const placeOf = (place: Expr): Expr => replaced.get(place) ?? place;
  const mapE = (e: Expr): Expr => mapPlaces(e, placeOf);
  const mapBody = (list: readonly Stmt[]): readonly Stmt[] =>
    list.map((stmt) => {
      const mapped = mapStatement(stmt, mapE, mapBody);
      return mapped.kind === 'store' && stmt.kind === 'store'
        ? { ...mapped, at: replaced.get(stmt.at) ?? stmt.at }
        : mapped;
    });
  return { ...outer, index, to: outer.to * inner.to, body: mapBody(body) };
};

const collapseAll = (body: readonly Stmt[]): readonly Stmt[] =>
  mapList(body, (stmt) => {
    if (stmt.kind !== 'for' && stmt.kind !== 'if') return stmt;
    const mapped = mapBodies(stmt, collapseAll);
    return mapped.kind === 'for' ? (collapse(mapped) ?? mapped) : mapped;
  });

/** The locals that a loop and the statements in it introduce or set. */
const localsOf = (loop: For): Set<number> => {
  const locals = new Set([loop.index.id]);
  walkStatements(loop.body, (stmt) => {
    if (stmt.kind === 'for') locals.add(stmt.index.id);
    else if ('local' in stmt) locals.add(stmt.local.id);
  });
  return locals;
};

const isInnermost = (loop: For): boolean => {
  let nested = false;
  walkStatements(loop.body, (stmt) => {
    if (stmt.kind === 'for') nested = true;
  });
  return !nested;
};

/** Moves the parts of places that do not change in an innermost loop in front of it. */
const hoist = (loop: For): readonly Stmt[] => {
  if (!isInnermost(loop)) return [loop];
  const inside = localsOf(loop);
  const moves = (term: Expr): boolean => {
    let found = false;
    walkExpression(term, (part) => {
      if (part.kind === 'local' && inside.has(part.id)) found = true;
      if (part.kind === 'load') found = true;
    });
    return found;
  };
  const hoisted = new Map<string, Local>();
  const before: Stmt[] = [];
  const rewritePlace = (place: Expr): Expr => {
    const { moving, resting } = partition(place, moves);
    if (resting.kind !== 'binary' || moving.kind === 'const') return place;
    const key = keyOf(resting);
    let local = hoisted.get(key);
    if (local === undefined) {
      local = newLocal('i32');
      hoisted.set(key, local);
      before.push({ kind: 'let', local, value: resting });
    }
    return { kind: 'binary', name: 'add', x: local, y: moving, dtype: 'i32' };
  };
  const mapE = (e: Expr): Expr => mapPlaces(e, rewritePlace);
  const mapBody = (list: readonly Stmt[]): readonly Stmt[] =>
    list.map((stmt) => {
      const mapped = mapStatement(stmt, mapE, mapBody);
      return mapped.kind === 'store' ? { ...mapped, at: rewritePlace(mapped.at) } : mapped;
    });
  const body = mapBody(loop.body);
  return [...before, { ...loop, body }];
};

const hoistAll = (body: readonly Stmt[]): readonly Stmt[] =>
  body.flatMap((stmt) => {
    const mapped = mapBodies(stmt, hoistAll);
    return mapped.kind === 'for' ? hoist(mapped) : [mapped];
  });

/**
 * What must hold of every kernel that is to be planned, rearranged or not: which buffers may share
 * memory.
 */
export const annotate = (kernel: Kernel): Kernel => ({ ...kernel, inPlace: inPlacePairs(kernel) });

/**
 * The kernel with its loops rearranged. Backends with lanes take index parts out of loops when they
 * know what a vector is.
 */
export const schedule = (kernel: Kernel, lanes = 1): Kernel => {
  const body = collapseAll(inlineOnce(kernel.body));
  return { ...kernel, body: lanes === 1 ? hoistAll(body) : body };
};
