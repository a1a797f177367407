/**
 * What one run of a kernel reads and writes of its buffers, each element once: what has to pass
 * between memory and processor however well caches work.
 */
import { type Bounds, boundsOf } from '../ir/bounds.ts';
import {
  type Expr,
  expressionsOf,
  type Kernel,
  type KernelBuffer,
  type Local,
  mapExpression,
  type Stmt,
  walkExpression,
} from '../ir/kernel.ts';
import { bytesOf } from '../ir/types.ts';

/** Bytes of one run, and those of all steps of the loops that the kernel is sliced by. */
export interface MemoryTraffic {
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** The memory that one step after the other touches: what a cache would have to hold. */
  readonly workingSet: number;
}

/** Where accesses of one kind to one buffer lie, and how many there are. */
interface Accesses {
  low: number;
  high: number;
  count: number;
}
type AccessesById = Map<number, Accesses>;

/** Follows the accesses of a kernel while the steps of the loops around it stand still. */
class AccessWalk {
  readonly reads: AccessesById = new Map();
  readonly writes: AccessesById = new Map();
  readonly #ranges: Map<number, Bounds>;
  constructor(counters: ReadonlyMap<number, Bounds>) {
    this.#ranges = new Map(counters);
  }
  #bounds(e: Expr): Bounds | undefined {
    return boundsOf(
      mapExpression(e, (part) => {
        const range = part.kind === 'local' ? this.#ranges.get(part.id) : undefined;
        return range === undefined ? part : { ...(part as Local), range };
      }),
    );
  }
  #note(into: AccessesById, { id, length }: KernelBuffer, at: Expr, count: number): void {
    const [low, high] = this.#bounds(at) ?? [0, length - 1];
    const known = into.get(id) ?? { low: length, high: -1, count: 0 };
    // Nothing is read outside of a buffer: what could reach there is behind a condition.
    known.low = Math.min(known.low, Math.max(low, 0));
    known.high = Math.max(known.high, Math.min(high, length - 1));
    known.count += count;
    into.set(id, known);
  }
  /** Notes what statements access that run so many times. */
  walk(body: readonly Stmt[], times: number): void {
    for (const stmt of body) {
      for (const e of expressionsOf(stmt)) {
        walkExpression(e, (part) => {
          if (part.kind === 'load') this.#note(this.reads, part.buffer, part.at, times);
        });
      }
      switch (stmt.kind) {
        case 'store':
          this.#note(this.writes, stmt.buffer, stmt.at, times);
          break;
        case 'let': {
          const bounds = this.#bounds(stmt.value);
          if (bounds !== undefined) this.#ranges.set(stmt.local.id, bounds);
          break;
        }
        case 'for': {
          const { index, from, to, step } = stmt;
          const iterations = Math.max(0, Math.ceil((to - from) / step));
          if (iterations === 0) break;
          this.#ranges.set(index.id, [from, from + (iterations - 1) * step]);
          this.walk(stmt.body, times * iterations);
          break;
        }
        case 'if':
          this.walk(stmt.consequent, times);
          this.walk(stmt.otherwise, times);
          break;
        default:
      }
    }
  }
}

/** The first and the last steps of the loops around a kernel, in all combinations. */
const extremesOf = (counters: readonly Local[]): Map<number, Bounds>[] =>
  counters.reduce<Map<number, Bounds>[]>(
    (all, { id, range: [first, last] = [0, 0] }) =>
      (first === last ? [first] : [first, last]).flatMap((step) =>
        all.map((others) => new Map(others).set(id, [step, step])),
      ),
    [new Map()],
  );

/**
 * The traffic of a kernel, from the places that it reads and writes. Of a buffer count the elements
 * between the first and the last place, but no more than there are accesses: a slice per step of a
 * loop and rows that are looked up count as what they are. Scratch of the kernel counts nothing.
 */
export const memoryTraffic = ({ parameters, counters = [], body }: Kernel): MemoryTraffic => {
  // Places move evenly with the steps, so no step spans more than the first or the last one.
  const walks = extremesOf(counters).map((steps) => {
    const walk = new AccessWalk(steps);
    walk.walk(body, 1);
    return walk;
  });
  const steps = counters.reduce((product, { range }) => product * ((range?.[1] ?? 0) + 1), 1);
  const elementsOf = (id: number, kind: 'reads' | 'writes'): number =>
    Math.max(
      ...walks.map((walk) => {
        const accesses = walk[kind].get(id);
        if (accesses === undefined) return 0;
        return Math.min(accesses.count, Math.max(0, accesses.high - accesses.low + 1));
      }),
    );
  let [bytesRead, bytesWritten, workingSet] = [0, 0, 0];
  for (const { buffer } of parameters) {
    const bytes = bytesOf[buffer.dtype];
    const [read, written] = [elementsOf(buffer.id, 'reads'), elementsOf(buffer.id, 'writes')];
    bytesRead += read * bytes;
    bytesWritten += written * bytes;
    workingSet += Math.min(buffer.length, (read + written) * steps) * bytes;
  }
  return { bytesRead, bytesWritten, workingSet };
};
