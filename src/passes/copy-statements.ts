/**
 * Copies statements with locals replaced and all that they define named anew. On the way index
 * arithmetic is simplified with what is then known: conditions that became literal disappear, and
 * under a condition places need no quotients that it decides.
 */
import { indexes } from '../ir/expressions.ts';
import { constant, type Expr, keyOf, type Local, type Stmt } from '../ir/kernel.ts';
import { newLocal } from './access.ts';
import {
  type ConditionParts,
  type Fact,
  factsOf,
  isIndex,
  rebuild,
  rebuildCondition,
  underFacts,
} from './index-facts.ts';

/** Which loops are written out, by the numbers of their indexes. */
export type WrittenOut = ReadonlySet<number>;

const itself = (local: Local): Expr => local;

class Copier {
  readonly #replaced: Map<number, Expr>;
  readonly #writtenOut: WrittenOut;
  /** What is known where the conditions around a statement hold. */
  readonly #facts: Fact[] = [];
  constructor(replaced: ReadonlyMap<number, Expr>, writtenOut: WrittenOut) {
    this.#replaced = new Map(replaced);
    this.#writtenOut = writtenOut;
  }
  readonly #replace = (local: Local): Expr => this.#replaced.get(local.id) ?? local;
  #rename(local: Local): Local {
    const fresh = newLocal(local.dtype, local.range);
    this.#replaced.set(local.id, fresh);
    return fresh;
  }
  /** Indexes under the conditions that hold now, by their keys. */
  readonly #simplified = new Map<string, Expr>();
  readonly #parts: ConditionParts = {
    replace: this.#replace,
    facts: this.#facts,
    other: (e) => this.#value(e),
  };
  /** An index with its locals replaced, in its simplest form: as a whole, not part by part. */
  #index(e: Expr, isPlace: boolean): Expr {
    if (this.#facts.length === 0) return rebuild(e, this.#replace, isPlace);
    // What is under a condition is read from the same place of several buffers.
    const key = `${isPlace} ${keyOf(e)}`;
    const known = this.#simplified.get(key);
    if (known !== undefined) return known;
    const simplified = underFacts(rebuild(e, this.#replace, isPlace), this.#facts, isPlace);
    this.#simplified.set(key, simplified);
    return simplified;
  }
  #place(at: Expr): Expr {
    return isIndex(at) ? this.#index(at, true) : this.#other(at, true);
  }
  #value(e: Expr): Expr {
    if (e.kind === 'local') return this.#replace(e);
    return e.kind === 'binary' && e.dtype === 'i32' && isIndex(e)
      ? this.#index(e, false)
      : this.#other(e, false);
  }
  /** The same where the locals are replaced already. */
  #simplest(e: Expr, isPlace: boolean): Expr {
    return e.dtype === 'i32' && isIndex(e)
      ? underFacts(rebuild(e, itself, isPlace), this.#facts, isPlace)
      : e;
  }
  /** What is no index, or becomes one only where its locals are replaced. */
  #other(e: Expr, isPlace: boolean): Expr {
    switch (e.kind) {
      case 'const':
        return e;
      case 'local':
        return this.#simplest(this.#replace(e), isPlace);
      case 'load':
        return { ...e, at: this.#place(e.at) };
      case 'unary':
      case 'cast':
      case 'bitcast':
        return { ...e, x: this.#value(e.x) };
      case 'compare':
        return { ...e, x: this.#value(e.x), y: this.#value(e.y) };
      case 'binary':
        return this.#simplest({ ...e, x: this.#value(e.x), y: this.#value(e.y) }, isPlace);
      case 'select': {
        const condition = this.#value(e.condition);
        return { ...e, condition, x: this.#value(e.x), y: this.#value(e.y) };
      }
    }
  }
  copy(body: readonly Stmt[]): Stmt[] {
    return body.flatMap((stmt) => this.#statement(stmt));
  }
  #statement(stmt: Stmt): readonly Stmt[] {
    switch (stmt.kind) {
      case 'for':
        return this.#loop(stmt);
      case 'let': {
        // Indexes without a range of their own are written where they are used.
        if (stmt.local.range === undefined && stmt.value.dtype === 'i32' && isIndex(stmt.value)) {
          this.#replaced.set(stmt.local.id, rebuild(stmt.value, this.#replace, false));
          return [];
        }
        const value = this.#value(stmt.value);
        return [{ ...stmt, value, local: this.#rename(stmt.local) }];
      }
      case 'var': {
        const init = this.#value(stmt.init);
        return [{ ...stmt, init, local: this.#rename(stmt.local) }];
      }
      case 'set': {
        const local = this.#replace(stmt.local) as Local;
        return [{ ...stmt, local, value: this.#value(stmt.value) }];
      }
      case 'shuffle': {
        const value = this.#value(stmt.value);
        return [{ ...stmt, value, local: this.#rename(stmt.local) }];
      }
      case 'store':
        return [{ ...stmt, at: this.#place(stmt.at), value: this.#value(stmt.value) }];
      case 'if':
        return this.#branch(stmt);
      case 'alloc':
      case 'barrier':
        return [stmt];
    }
  }
  #branch(stmt: Stmt & { readonly kind: 'if' }): readonly Stmt[] {
    const condition = rebuildCondition(stmt.condition, this.#parts);
    const isKnown = condition.kind === 'const';
    if (isKnown && !condition.value) return this.copy(stmt.otherwise);
    // What a condition said is known where it holds, even if ranges have decided it.
    const facts = factsOf(this.#value(stmt.condition));
    this.#simplified.clear();
    this.#facts.push(...facts);
    const consequent = this.copy(stmt.consequent);
    this.#facts.length -= facts.length;
    this.#simplified.clear();
    if (isKnown) return consequent;
    return [{ ...stmt, condition, consequent, otherwise: this.copy(stmt.otherwise) }];
  }
  #loop(stmt: Stmt & { readonly kind: 'for' }): readonly Stmt[] {
    const { index, from, to, step, below } = stmt;
    if (!this.#writtenOut.has(index.id)) {
      const end = below === undefined ? {} : { below: this.#value(below) };
      const fresh = this.#rename(index);
      return [{ ...stmt, ...end, index: fresh, body: this.copy(stmt.body) }];
    }
    const all: Stmt[] = [];
    for (let value = from; value < to; value += step) {
      this.#replaced.set(index.id, constant(value, 'i32'));
      this.#simplified.clear();
      all.push(...this.copy(stmt.body));
    }
    return all;
  }
}

/** Whether there are conditions in a list. */
export const hasConditions = (body: readonly Stmt[]): boolean => {
  for (let k = 0; k < body.length; k++) {
    const stmt = body[k] as Stmt;
    if (stmt.kind === 'if' || (stmt.kind === 'for' && hasConditions(stmt.body))) return true;
  }
  return false;
};

/**
 * The statements with locals replaced, and some loops written out. Where nothing is to be replaced
 * and no condition can say more about an index than its loops did, they stay as they are.
 */
export const copyStatements = (
  body: readonly Stmt[],
  replaced: ReadonlyMap<number, Expr> = new Map(),
  writtenOut: WrittenOut = new Set(),
): readonly Stmt[] => {
  if (replaced.size === 0 && writtenOut.size === 0 && !hasConditions(body)) return body;
  return new Copier(replaced, writtenOut).copy(body);
};

/** A loop over `count` values of its index, `first + distance * number`: a copy of its body. */
export const copyLoop = (
  loop: Stmt & { readonly kind: 'for' },
  { first, distance, count }: { first: number; distance: number; count: number },
  writtenOut: WrittenOut = new Set(),
): Stmt & { readonly kind: 'for' } => {
  const from = distance === 1 ? first : 0;
  const index = newLocal('i32', [from, from + count - 1]);
  const value =
    distance === 1
      ? index
      : indexes.add(indexes.mul(index, constant(distance, 'i32')), constant(first, 'i32'));
  const body = copyStatements(loop.body, new Map([[loop.index.id, value]]), writtenOut);
  return { ...loop, index, from, to: from + count, body };
};
