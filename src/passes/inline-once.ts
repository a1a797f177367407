/**
 * Writes locals that are used once, in the same statement list, at their use; drops unused ones.
 * Part of scheduling.
 */
import {
  type Expr,
  mapExpression,
  type Stmt,
  walkExpression,
  walkExpressions,
  walkStatements,
} from '../ir/kernel.ts';
import { mapBodies, mapStatement } from './map-statement.ts';

type Let = Stmt & { readonly kind: 'let' };

/** Expressions stay short enough to read. */
const longestExpression = 12;

/** Where a local is used. */
interface Uses {
  count: number;
  /** The statement that used it last. */
  by: Stmt;
}

/** What is known of the locals of a kernel. */
class Locals {
  readonly #uses = new Map<number, Uses>();
  readonly #mutable = new Set<number>();
  constructor(body: readonly Stmt[]) {
    let by: Stmt;
    const count = (part: Expr): void => {
      if (part.kind !== 'local') return;
      const known = this.#uses.get(part.id);
      if (known === undefined) this.#uses.set(part.id, { count: 1, by });
      else {
        known.count++;
        known.by = by;
      }
    };
    walkStatements(body, (stmt) => {
      if (stmt.kind === 'var') this.#mutable.add(stmt.local.id);
      by = stmt;
      walkExpressions(stmt, count);
    });
  }
  /** How often a local is used. */
  count(id: number): number {
    return this.#uses.get(id)?.count ?? 0;
  }
  /** The statement that uses a local once. */
  user(id: number): Stmt | undefined {
    const uses = this.#uses.get(id);
    return uses?.count === 1 ? uses.by : undefined;
  }
  /** Whether an expression is short, and means the same wherever it stands. */
  look(e: Expr): { isShort: boolean; isTimeless: boolean } {
    let size = 0;
    let isTimeless = true;
    walkExpression(e, (part) => {
      size++;
      // Memory and mutable locals change.
      if (part.kind === 'load') isTimeless = false;
      if (part.kind === 'local' && this.#mutable.has(part.id)) isTimeless = false;
    });
    return { isShort: size <= longestExpression, isTimeless };
  }
}

/** Rewrites the statement lists of a kernel. */
export const inlineOnce = (body: readonly Stmt[]): readonly Stmt[] => {
  const locals = new Locals(body);
  const rewrite = (list: readonly Stmt[]): readonly Stmt[] => {
    // Locals waiting to be written at their use. Those that read memory or mutable locals cannot
    // wait past a change.
    const waiting = new Map<number, { stmt: Let; isTimeless: boolean }>();
    const substitute = (e: Expr): Expr =>
      waiting.size === 0
        ? e
        : mapExpression(e, (part) => {
            if (part.kind !== 'local') return part;
            const found = waiting.get(part.id);
            if (found === undefined) return part;
            waiting.delete(part.id);
            return found.stmt.value;
          });
    const here = new Set(list);
    const out: Stmt[] = [];
    for (const stmt of list) {
      if (stmt.kind === 'let') {
        const { id } = stmt.local;
        if (locals.count(id) === 0) continue;
        const value = substitute(stmt.value);
        const kept = value === stmt.value ? stmt : { ...stmt, value };
        const user = locals.user(id);
        // The statements of this very list, not nested ones.
        if (user !== undefined && here.has(user)) {
          const { isShort, isTimeless } = locals.look(value);
          if (isShort) {
            waiting.set(id, { stmt: kept, isTimeless });
            continue;
          }
        }
        out.push(kept);
        continue;
      }
      const next = mapStatement(stmt, substitute, (body) => body);
      for (const [id, { stmt: late, isTimeless }] of waiting) {
        if (isTimeless) continue;
        out.push(late);
        waiting.delete(id);
      }
      out.push(mapBodies(next, rewrite));
    }
    return out;
  };
  return rewrite(body);
};
