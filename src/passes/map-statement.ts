/** Rebuilding statements of kernels: what every pass over Kernel IR needs. */
import type { Expr, Stmt } from '../ir/kernel.ts';

/** Rebuilds a statement with its expressions and nested statement lists mapped. */
export const mapStatement = (
  stmt: Stmt,
  mapE: (e: Expr) => Expr,
  mapBody: (body: readonly Stmt[]) => readonly Stmt[],
): Stmt => {
  switch (stmt.kind) {
    case 'for': {
      const below = stmt.below === undefined ? {} : { below: mapE(stmt.below) };
      return { ...stmt, ...below, body: mapBody(stmt.body) };
    }
    case 'if':
      return {
        ...stmt,
        condition: mapE(stmt.condition),
        consequent: mapBody(stmt.consequent),
        otherwise: mapBody(stmt.otherwise),
      };
    case 'let':
    case 'set':
    case 'shuffle':
      return { ...stmt, value: mapE(stmt.value) };
    case 'var':
      return { ...stmt, init: mapE(stmt.init) };
    case 'store':
      return { ...stmt, at: mapE(stmt.at), value: mapE(stmt.value) };
    case 'alloc':
    case 'barrier':
      return stmt;
  }
};
