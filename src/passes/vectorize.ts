/**
 * Cuts the innermost parallel loops of a kernel into lanes loops, where their iterations can be the
 * lanes of vector instructions and store to neighbouring places; what is left over stays scalar.
 */
import { indexes } from '../ir/expressions.ts';
import { type Kernel, type Stmt, walkStatements } from '../ir/kernel.ts';
import { vectorLanes } from '../ir/lane-strides.ts';
import { newLocal } from './access.ts';
import { mapStatement } from './map-statement.ts';

type For = Stmt & { readonly kind: 'for' };

/** Lanes may store so far apart. */
const mostApart = 4;
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

const isInnermost = (loop: For): boolean => {
  let nested = false;
  walkStatements(loop.body, (stmt) => {
    if (stmt.kind === 'for' && stmt.loop !== 'serial') nested = true;
  });
  return !nested;
};

const cut = (loop: For, lanes: number): readonly Stmt[] => {
  const { index, from, to, step, body } = loop;
  const full = Math.floor((to - from) / lanes) * lanes;
  if (loop.loop !== 'parallel' || step !== 1 || full === 0 || !isInnermost(loop)) return [loop];
  const base = newLocal('i32', [from, from + full - lanes]);
  const lane = newLocal('i32', [0, lanes - 1]);
  const inner: For = {
    kind: 'for',
    index: lane,
    from: 0,
    to: lanes,
    step: 1,
    loop: 'lanes',
    body: [{ kind: 'let', local: index, value: indexes.add(base, lane) }, ...body],
  };
  if (!storesNearby(inner)) return [loop];
  const main: For = { ...loop, index: base, to: from + full, step: lanes, body: [inner] };
  const rest = from + full === to ? [] : [{ ...loop, from: from + full }];
  return [main, ...rest];
};

const vectorizeAll = (body: readonly Stmt[], lanes: number): readonly Stmt[] =>
  body.flatMap((stmt) => {
    if (stmt.kind === 'for' && isInnermost(stmt)) {
      const done = cut(stmt, lanes);
      if (done.length > 1 || done[0] !== stmt) return done;
    }
    const same = mapStatement(
      stmt,
      (e) => e,
      (inner) => vectorizeAll(inner, lanes),
    );
    return [same];
  });

/** The kernel with lanes loops for vectors of so many lanes. What may share memory stays so. */
export const vectorize = (kernel: Kernel, lanes: number): Kernel =>
  lanes === 1 ? kernel : { ...kernel, body: vectorizeAll(kernel.body, lanes) };
