/**
 * Writes locals that are used once, in the same statement list, at their use; drops unused ones.
 * Part of scheduling.
 */
import {
  type Expr,
  expressionsOf,
  type Local,
  mapLocals,
  type Stmt,
  walkStatements,
} from '../ir/kernel.ts';
import { mapBodies, mapNested, mapStatement } from './map-statement.ts';

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
    walkStatements(body, (stmt) => {
      switch (stmt.kind) {
        case 'let':
        case 'set':
          this.#count(stmt.value, stmt);
          return;
        case 'store':
          this.#count(stmt.at, stmt);
          this.#count(stmt.value, stmt);
          return;
        case 'var':
          this.#mutable.add(stmt.local.id);
      }
      for (const e of expressionsOf(stmt)) this.#count(e, stmt);
    });
  }
  /** Counts the locals in an expression. */
  #count(of: Expr, by: Stmt): void {
    let e = of;
    for (;;) {
      switch (e.kind) {
        case 'const':
          return;
        case 'local': {
          const known = this.#uses.get(e.id);
          if (known === undefined) this.#uses.set(e.id, { count: 1, by });
          else {
            known.count++;
            known.by = by;
          }
          return;
        }
        case 'load':
          e = e.at;
          break;
        case 'select':
          this.#count(e.condition, by);
          this.#count(e.y, by);
          e = e.x;
          break;
        default:
          if ('y' in e && e.y.kind !== 'const') this.#count(e.y, by);
          e = e.x;
      }
    }
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
  /** Whether an expression is short, and if so whether it means the same wherever it stands. */
  look(e: Expr): { isShort: boolean; isTimeless: boolean } {
    const seen = { size: 0, isTimeless: true };
    this.#measure(e, seen);
    return { isShort: seen.size <= longestExpression, isTimeless: seen.isTimeless };
  }
  #measure(of: Expr, seen: { size: number; isTimeless: boolean }): void {
    let e = of;
    for (;;) {
      seen.size++;
      if (e.kind === 'const' || seen.size > longestExpression) return;
      // Memory and mutable locals change.
      if (e.kind === 'local') {
        if (this.#mutable.has(e.id)) seen.isTimeless = false;
        return;
      }
      if (e.kind === 'load') {
        seen.isTimeless = false;
        e = e.at;
        continue;
      }
      if (e.kind === 'select') this.#measure(e.condition, seen);
      if ('y' in e) {
        if (e.y.kind === 'const') seen.size++;
        else this.#measure(e.y, seen);
      }
      e = e.x;
    }
  }
}

const isLet = ({ kind }: Stmt): boolean => kind === 'let';

/** Rewrites the statement lists of a kernel. */
export const inlineOnce = (body: readonly Stmt[]): readonly Stmt[] => {
  const locals = new Locals(body);
  const rewrite = (list: readonly Stmt[]): readonly Stmt[] => {
    if (!list.some(isLet)) return mapNested(list, rewrite);
    // Locals waiting to be written at their use. Those that read memory or mutable locals cannot
    // wait past a change.
    const waiting = new Map<number, { stmt: Let; isTimeless: boolean }>();
    // The statements that some have waited for: all others stay as they are.
    const users = new Set<Stmt>();
    const put = (local: Local): Expr => {
      const found = waiting.get(local.id);
      if (found === undefined) return local;
      waiting.delete(local.id);
      return found.stmt.value;
    };
    const substitute = (e: Expr): Expr => mapLocals(e, put);
    /** Writes what cannot wait past a change. */
    const writeBefore = (out: Stmt[]): void => {
      for (const [id, { stmt, isTimeless }] of waiting) {
        if (isTimeless) continue;
        out.push(stmt);
        waiting.delete(id);
      }
    };
    const here = new Set(list);
    const out: Stmt[] = [];
    for (const stmt of list) {
      const isUser = users.has(stmt);
      if (stmt.kind === 'let') {
        const { id } = stmt.local;
        if (locals.count(id) === 0) continue;
        const value = isUser ? substitute(stmt.value) : stmt.value;
        const kept = value === stmt.value ? stmt : { ...stmt, value };
        const user = locals.user(id);
        // The statements of this very list, not nested ones.
        if (user !== undefined && here.has(user)) {
          const { isShort, isTimeless } = locals.look(value);
          if (isShort) {
            waiting.set(id, { stmt: kept, isTimeless });
            users.add(user);
            continue;
          }
        }
        out.push(kept);
        continue;
      }
      const next = isUser ? mapStatement(stmt, substitute, (body) => body) : stmt;
      if (waiting.size > 0) writeBefore(out);
      out.push(mapBodies(next, rewrite));
    }
    return out;
  };
  return rewrite(body);
};
