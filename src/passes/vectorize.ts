/**
 * Cuts the innermost parallel loops of a kernel into lanes loops, where their iterations can be the
 * lanes of vector instructions and store to neighbouring places; what is left over stays scalar.
 */
import { indexes } from '../ir/expressions.ts';
import {
  constant,
  type Expr,
  expressionsOf,
  type Kernel,
  type Stmt,
  walkExpression,
  walkStatements,
} from '../ir/kernel.ts';
import { vectorLanes } from '../ir/lane-strides.ts';
import { newLocal } from './access.ts';
import { isInnermost } from './innermost.ts';
import { mapBodies, mapParts } from './map-statement.ts';

type For = Stmt & { readonly kind: 'for' };

/** Lanes may store so far apart. */
const mostApart = 4;
/** Vectors side by side, in loops of at least so many vectors, of bodies not longer than this. */
const [sideBySide, leastWide, longestWide] = [4, 8, 40];
/** Whether all stores of a lanes loop go to places near each other. */
const storesNearby = (loop: For): boolean => {
  const strides = vectorLanes(loop);
  if (strides === undefined) return false;
  let stores = 0;
  let fits = true;
  walkStatements(loop.body, (stmt) => {
    if (stmt.kind !== 'store') return;
    stores++;
    const stride = strides.of(stmt.at);
    if (stride === 'varying' || stride < 1 || stride > mostApart) fits = false;
  });
  return fits && stores > 0;
};

/** The body of a loop as a lanes loop for so many of its iterations, from `base` on. */
const lanesFrom = ({ index, body }: For, base: Expr, lanes: number): For => {
  const lane = newLocal('i32', [0, lanes - 1]);
  return {
    kind: 'for',
    index: lane,
    from: 0,
    to: lanes,
    step: 1,
    loop: 'lanes',
    body: [{ kind: 'let', local: index, value: indexes.add(base, lane) }, ...body],
  };
};

/** How many vectors of iterations run side by side: what one waits for, the others use. */
const vectorsOf = ({ from, to, body }: For, lanes: number): number => {
  let length = 0;
  let loops = 0;
  walkStatements(body, (stmt) => {
    length++;
    if (stmt.kind === 'for') loops++;
  });
  const iterations = (to - from) / lanes;
  if (loops > 0 || length > longestWide || iterations < leastWide) return 1;
  return sideBySide;
};

/** Whether a loop may run again for some of its iterations: it reads nothing that it writes. */
const mayRepeat = (body: readonly Stmt[]): boolean => {
  const [loaded, stored] = [new Set<number>(), new Set<number>()];
  walkStatements(body, (stmt) => {
    if (stmt.kind === 'store') stored.add(stmt.buffer.id);
    for (const e of expressionsOf(stmt)) {
      walkExpression(e, (part) => {
        if (part.kind === 'load') loaded.add(part.buffer.id);
      });
    }
  });
  return [...stored].every((id) => !loaded.has(id));
};

/** A loop of vectors, the last of which begins where it ends with the iterations. */
const inOneLoop = (loop: For, lanes: number): For => {
  const { from, to } = loop;
  const last = to - lanes;
  const end = from + Math.ceil((to - from) / lanes) * lanes;
  const base = newLocal('i32', [from, end - lanes]);
  const start = newLocal('i32', [from, last]);
  const value = indexes.min(base, constant(last, 'i32'));
  const body: Stmt[] = [{ kind: 'let', local: start, value }, lanesFrom(loop, start, lanes)];
  // Two of them write the same elements: no two threads may.
  return { ...loop, loop: 'serial', index: base, from, to: end, step: lanes, body };
};

/**
 * Cuts an innermost loop into one of wide lanes, one of plain ones, and what is left over: in a
 * last vector that begins among those before it where nothing that is read can have been
 * overwritten. Of few vectors that is the last of one loop, whose code stands once.
 */
const cut = (
  loop: For,
  lanes: number,
  isInPlace: boolean,
  isInside: boolean,
): Stmt | readonly Stmt[] => {
  if (loop.loop !== 'parallel' || loop.step !== 1) return loop;
  if (loop.to - loop.from < lanes) return loop;
  if (!storesNearby(lanesFrom(loop, newLocal('i32'), lanes))) return loop;
  const parts: Stmt[] = [];
  let { from } = loop;
  const isEven = (loop.to - from) % lanes === 0;
  const overlaps = !isEven && !isInPlace && mayRepeat(loop.body);
  // What threads may share stays so.
  const isShort = loop.to - from < leastWide * lanes;
  if (overlaps && isInside && isShort) return inOneLoop(loop, lanes);
  for (const width of new Set([vectorsOf(loop, lanes) * lanes, lanes])) {
    const full = Math.floor((loop.to - from) / width) * width;
    if (full === 0) continue;
    const base = newLocal('i32', [from, from + full - width]);
    parts.push({
      ...loop,
      index: base,
      from,
      to: from + full,
      step: width,
      body: [lanesFrom(loop, base, width)],
    });
    from += full;
  }
  if (from === loop.to) return parts;
  if (!overlaps) return [...parts, { ...loop, from }];
  const last = loop.to - lanes;
  const base = newLocal('i32', [last, last]);
  const body = [lanesFrom(loop, base, lanes)];
  return [...parts, { ...loop, index: base, from: last, step: lanes, body }];
};

const vectorizeAll = (
  body: readonly Stmt[],
  lanes: number,
  isInPlace: boolean,
  isInside = false,
): readonly Stmt[] =>
  mapParts(body, (stmt) => {
    if (stmt.kind === 'for' && isInnermost(stmt.body)) return cut(stmt, lanes, isInPlace, isInside);
    return mapBodies(stmt, (inner) =>
      vectorizeAll(inner, lanes, isInPlace, isInside || stmt.kind === 'for'),
    );
  });

/** The kernel with lanes loops for vectors of so many lanes. What may share memory stays so. */
export const vectorize = (kernel: Kernel, lanes: number): Kernel =>
  lanes === 1
    ? kernel
    : { ...kernel, body: vectorizeAll(kernel.body, lanes, kernel.inPlace.length > 0) };
