/**
 * Whether splitting could change any loop of a kernel. Most have nothing to split, and finding out
 * by trying takes several looks at all of it.
 */
import type { Stmt } from '../ir/kernel.ts';

/** Whether a list holds a parallel loop with conditions, where it splits, or with serial loops. */
export const maySplit = (body: readonly Stmt[], isInside = false): boolean => {
  for (let k = 0; k < body.length; k++) {
    const stmt = body[k] as Stmt;
    if (stmt.kind === 'if') {
      if (isInside || maySplit(stmt.consequent) || maySplit(stmt.otherwise)) return true;
    } else if (stmt.kind === 'for') {
      if (isInside && stmt.loop === 'serial') return true;
      const isSplittable = stmt.loop === 'parallel' && stmt.step === 1;
      if (maySplit(stmt.body, isInside || isSplittable)) return true;
    }
  }
  return false;
};
