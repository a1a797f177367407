/**
 * Sums of values that stand under conditions: where one does not hold, nothing is added instead
 * of 0. So nothing is left of it in loops where it never holds.
 */
import {
  type Expr,
  expressionsOf,
  type Local,
  type Stmt,
  walkExpression,
  walkStatements,
} from '../ir/kernel.ts';
import { mapNested } from './map-statement.ts';

const isZero = (e: Expr): boolean => e.kind === 'const' && Object.is(e.value, 0);
const isLocal = (e: Expr, { id }: Local): boolean => e.kind === 'local' && e.id === id;

const count = (counts: Map<number, number>, { id }: Local): void => {
  counts.set(id, (counts.get(id) ?? 0) + 1);
};

/** What is known of the locals of a kernel. */
class Locals {
  readonly #uses = new Map<number, number>();
  readonly #changes = new Map<number, number>();
  /** Those that begin with 0 and to which is only added: they are never -0. */
  readonly #sums = new Set<number>();
  readonly #values = new Map<number, Expr>();
  constructor(body: readonly Stmt[]) {
    walkStatements(body, (stmt) => {
      for (const e of expressionsOf(stmt)) {
        walkExpression(e, (part) => {
          if (part.kind === 'local') count(this.#uses, part);
        });
      }
      if (stmt.kind === 'let') this.#values.set(stmt.local.id, stmt.value);
      else if (stmt.kind === 'var' && isZero(stmt.init)) this.#sums.add(stmt.local.id);
      else if (stmt.kind === 'set') {
        count(this.#changes, stmt.local);
        if (!this.#adds(stmt.local, stmt.value)) this.#sums.delete(stmt.local.id);
      }
    });
  }
  #adds(local: Local, value: Expr): boolean {
    const e = value.kind === 'local' ? this.#values.get(value.id) : value;
    if (e?.kind !== 'binary' || e.name !== 'add') return false;
    return isLocal(e.x, local) || isLocal(e.y, local);
  }
  isSum(local: Local): boolean {
    return this.#sums.has(local.id);
  }
  isUsedOnce(local: Local): boolean {
    return this.#uses.get(local.id) === 1;
  }
  isSetOnce(local: Local): boolean {
    return this.#changes.get(local.id) === 1;
  }
}

/** What stands for some statements, and how many these are. */
interface Joined {
  readonly stmt: Stmt;
  readonly count: number;
}

/**
 * What `term = 0; if (...) term = value; sum = sum + term` at a place of a list is without the
 * term; there may be names for the term and for the next sum. Undefined where it is no such thing.
 */
const withoutTerm = (list: readonly Stmt[], from: number, locals: Locals): Joined | undefined => {
  let k = from;
  const [term, guard] = [list[k++], list[k++]];
  if (term?.kind !== 'var' || !isZero(term.init) || guard?.kind !== 'if') return undefined;
  const inside = guard.consequent.at(-1);
  if (guard.otherwise.length > 0 || inside?.kind !== 'set') return undefined;
  if (inside.local.id !== term.local.id || !locals.isSetOnce(term.local)) return undefined;
  const names = [term.local];
  let stmt = list[k++];
  if (stmt?.kind === 'let' && isLocal(stmt.value, term.local)) {
    names.push(stmt.local);
    stmt = list[k++];
  }
  const added = names.at(-1) as Local;
  const next = stmt?.kind === 'let' ? stmt : undefined;
  if (next !== undefined) {
    names.push(next.local);
    stmt = list[k++];
  }
  if (stmt?.kind !== 'set' || !locals.isSum(stmt.local)) return undefined;
  if (next !== undefined && !isLocal(stmt.value, next.local)) return undefined;
  const sum = next?.value ?? stmt.value;
  if (sum.kind !== 'binary' || sum.name !== 'add') return undefined;
  const isFirst = isLocal(sum.x, added) && isLocal(sum.y, stmt.local);
  if (!isFirst && !(isLocal(sum.x, stmt.local) && isLocal(sum.y, added))) return undefined;
  if (!names.every((local) => locals.isUsedOnce(local))) return undefined;
  const value = isFirst ? { ...sum, x: inside.value } : { ...sum, y: inside.value };
  const last = next === undefined ? [{ ...stmt, value }] : [{ ...next, value }, stmt];
  const consequent = [...guard.consequent.slice(0, -1), ...last];
  return { stmt: { ...guard, consequent }, count: k - from };
};

/** The statements of a kernel, in which nothing is added where a condition does not hold. */
export const guardSums = (body: readonly Stmt[]): readonly Stmt[] => {
  const locals = new Locals(body);
  const rewrite = (list: readonly Stmt[]): readonly Stmt[] => {
    const inner = mapNested(list, rewrite);
    const out: Stmt[] = [];
    for (let k = 0; k < inner.length; k++) {
      const joined = withoutTerm(inner, k, locals);
      out.push(joined?.stmt ?? (inner[k] as Stmt));
      if (joined !== undefined) k += joined.count - 1;
    }
    return out.length === inner.length ? inner : out;
  };
  return rewrite(body);
};
