/**
 * Stores of vectors that wait until all is computed that is stored beside them: the pass that joins
 * neighbouring vectors wants their stores side by side, with no load between them, and those to one
 * buffer together. A vector waits in registers that it would have taken up before.
 */
import { indexes } from '../../ir/expressions.ts';
import {
  type Expr,
  expressionsOf,
  type KernelBuffer,
  type Stmt,
  walkExpression,
} from '../../ir/kernel.ts';

/** Elements of a vector. */
const width = 4;

interface Waiting {
  readonly buffer: KernelBuffer;
  readonly at: Expr;
  readonly write: () => void;
}

/** Whether vectors that begin at two places have no element in common. */
const areApart = (x: Expr, y: Expr): boolean => {
  const distance = indexes.sub(x, y);
  return distance.kind === 'const' && Math.abs(distance.value) >= width;
};

/** The stores of one lanes loop that are to be written. */
export class LateStores {
  #waiting: Waiting[] = [];
  /** Adds a store whose value is computed already. */
  add(store: Waiting): void {
    const isFree = ({ buffer, at }: Waiting): boolean =>
      buffer.id !== store.buffer.id || areApart(at, store.at);
    if (!this.#waiting.every(isFree)) this.write();
    this.#waiting.push(store);
  }
  /** Writes those that must not come behind a statement. */
  before(stmt: Stmt): void {
    if (this.#waiting.length === 0) return;
    const isStraight = stmt.kind === 'let' || stmt.kind === 'store';
    if (!isStraight || expressionsOf(stmt).some((e) => this.#isReadBy(e))) this.write();
  }
  /**
   * Writes all of them, the last of a buffer first: where the first of two neighbours is stored
   * before the second, both must not become one store that fails as a whole.
   */
  write(): void {
    const waiting = this.#waiting.reverse();
    this.#waiting = [];
    for (const id of new Set(waiting.map(({ buffer }) => buffer.id))) {
      for (const { buffer, write } of waiting) if (buffer.id === id) write();
    }
  }
  #isReadBy(e: Expr): boolean {
    let isRead = false;
    walkExpression(e, (part) => {
      if (part.kind !== 'load') return;
      isRead ||= this.#waiting.some(
        ({ buffer, at }) => buffer.id === part.buffer.id && !areApart(at, part.at),
      );
    });
    return isRead;
  }
}

/** Whether a place can be computed later as well as now. */
export const canWait = (at: Expr): boolean => {
  let reads = false;
  walkExpression(at, (part) => {
    reads ||= part.kind === 'load';
  });
  return !reads;
};
