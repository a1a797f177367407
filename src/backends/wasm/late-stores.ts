/**
 * Stores of vectors that wait until all is computed that is stored beside them: the pass that joins
 * neighbouring vectors wants their stores side by side, with no load between them, and those to one
 * buffer together. A vector waits in registers that it would have taken up before.
 */
import { linearOf } from '../../ir/affine.ts';
import { type Expr, type KernelBuffer, type Stmt, walkLoads } from '../../ir/kernel.ts';
import { keyOfSum } from './pointers.ts';

/** Elements of a vector. */
const width = 4;

/** A place in a buffer: places with equal keys differ by their constants. */
interface Place {
  readonly key: string;
  readonly constant: number;
}
interface Waiting {
  readonly buffer: number;
  readonly place: Place;
  readonly write: () => void;
}

const placeOf = (at: Expr): Place => {
  const { parts, constant } = linearOf(at);
  return { key: keyOfSum(parts), constant };
};
/** Whether vectors that begin at two places are known to have no element in common. */
const areApart = (x: Place, y: Place): boolean =>
  x.key === y.key && Math.abs(x.constant - y.constant) >= width;
const isNext = (x: Place, y: Place): boolean =>
  x.key === y.key && y.constant - x.constant === width;

/** The stores of one lanes loop that are to be written. */
export class LateStores {
  #waiting: Waiting[] = [];
  /** Adds a store whose value is computed already. */
  add({ id: buffer }: KernelBuffer, at: Expr, write: () => void): void {
    const place = placeOf(at);
    if (this.#isTouched(buffer, at)) this.write();
    this.#waiting.push({ buffer, place, write });
  }
  /** Writes them if they must not come behind a statement. */
  before(stmt: Stmt): void {
    if (this.#waiting.length === 0) return;
    let mustGo = stmt.kind !== 'let' && stmt.kind !== 'store';
    walkLoads(stmt, ({ buffer, at }) => {
      mustGo ||= this.#isTouched(buffer.id, at);
    });
    if (mustGo) this.write();
  }
  /**
   * Writes all of them, of two neighbours the second first: behind the first, it would stay a store
   * of its own beside the one of both, which may fail as a whole.
   */
  write(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const id of new Set(waiting.map(({ buffer }) => buffer))) {
      const stores = waiting.filter(({ buffer }) => buffer === id);
      for (let k = 0; k < stores.length; k++) {
        const [first, second] = stores.slice(k, k + 2) as [Waiting, Waiting | undefined];
        if (second !== undefined && isNext(first.place, second.place)) {
          second.write();
          k++;
        }
        first.write();
      }
    }
  }
  #isTouched(buffer: number, at: Expr): boolean {
    let place: Place | undefined;
    for (const one of this.#waiting) {
      if (one.buffer !== buffer) continue;
      place ??= placeOf(at);
      if (!areApart(one.place, place)) return true;
    }
    return false;
  }
}
