/**
 * Writes out the short loops inside of lanes: the taps of convolutions. Counting to five takes as
 * long as a few products, and what is written out shares its pointers.
 */
import type { Kernel, Stmt } from '../ir/kernel.ts';
import { copyStatements } from './copy-statements.ts';
import { mapBodies, mapParts } from './map-statement.ts';

type For = Stmt & { readonly kind: 'for' };

/** Steps of a loop that is written out at most, and sums in what it becomes. */
const [mostSteps, mostSums] = [8, 96];

/** Which loops of a list are written out, and the sums that it then has. */
class Taps {
  readonly writtenOut: Set<number> = new Set();
  /** The sums that a list makes; undefined where it does anything else. */
  sumsOf(body: readonly Stmt[]): number | undefined {
    let sums = 0;
    for (let k = 0; k < body.length; k++) {
      const stmt = body[k] as Stmt;
      const more = stmt.kind === 'for' ? this.loop(stmt) : stmt.kind === 'set' ? 1 : 0;
      if (more === undefined || !['for', 'set', 'let'].includes(stmt.kind)) return undefined;
      sums += more;
    }
    return sums;
  }
  /** Looks at a loop; the sums that it makes where it is written out. */
  loop({ index, from, to, step, loop, below, body }: For): number | undefined {
    const inner = this.sumsOf(body);
    const steps = Math.ceil((to - from) / step);
    const isShort = loop === 'serial' && below === undefined && steps <= mostSteps;
    if (inner === undefined || !isShort || steps * inner > mostSums) return undefined;
    this.writtenOut.add(index.id);
    return steps * inner;
  }
}

/** The statements inside of a lanes loop with short loops written out. */
const inLanes = (body: readonly Stmt[]): readonly Stmt[] => {
  const taps = new Taps();
  for (const stmt of body) if (stmt.kind === 'for') taps.loop(stmt);
  if (taps.writtenOut.size === 0) return body;
  const write = (list: readonly Stmt[]): readonly Stmt[] =>
    mapParts(list, (stmt) =>
      stmt.kind === 'for' && taps.writtenOut.has(stmt.index.id)
        ? copyStatements([stmt], new Map(), taps.writtenOut)
        : mapBodies(stmt, write),
    );
  return write(body);
};

const all = (body: readonly Stmt[]): readonly Stmt[] =>
  mapParts(body, (stmt) =>
    stmt.kind === 'for' || stmt.kind === 'if'
      ? mapBodies(stmt, stmt.kind === 'for' && stmt.loop === 'lanes' ? inLanes : all)
      : stmt,
  );

/** The kernel with short loops inside of lanes written out. */
export const writeOutTaps = (kernel: Kernel): Kernel => {
  const body = all(kernel.body);
  return body === kernel.body ? kernel : { ...kernel, body };
};
