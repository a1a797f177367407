/** Which loops hold no others: those are split for conditions and cut into vectors. */
import type { Stmt } from '../ir/kernel.ts';

/** Whether no loop stands in a list of statements, at any depth, but serial ones. */
export const isInnermost = (body: readonly Stmt[]): boolean => {
  for (let k = 0; k < body.length; k++) {
    const stmt = body[k] as Stmt;
    if (stmt.kind === 'for') {
      if (stmt.loop !== 'serial' || !isInnermost(stmt.body)) return false;
    } else if (stmt.kind === 'if') {
      if (!isInnermost(stmt.consequent) || !isInnermost(stmt.otherwise)) return false;
    }
  }
  return true;
};
