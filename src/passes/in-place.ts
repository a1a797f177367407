/**
 * Which parameters of a kernel may share memory: those of which every element is read for the last
 * time before the same element is written.
 */
import {
  type Expr,
  type Kernel,
  type KernelParameter,
  keyOf,
  type Stmt,
  walkLoads,
} from '../ir/kernel.ts';

/** A load or a store. */
interface MemoryAccess {
  readonly key: string;
  readonly isStore: boolean;
  /** Its number among all accesses, in the order in which one iteration makes them. */
  readonly at: number;
  /** The conditions under which it happens. */
  readonly conditions: readonly string[];
}

/** The accesses of every buffer, and whether a workgroup makes them. */
class Accesses {
  readonly #buffers: ReadonlySet<number>;
  readonly #byBuffer = new Map<number, MemoryAccess[]>();
  #count = 0;
  isTogether = false;
  /** Of the buffers with the given numbers. */
  constructor(body: readonly Stmt[], buffers: ReadonlySet<number>) {
    this.#buffers = buffers;
    this.#visit(body, []);
  }
  of(buffer: number): readonly MemoryAccess[] {
    return this.#byBuffer.get(buffer) ?? [];
  }
  #add(buffer: number, place: Expr, isStore: boolean, conditions: readonly string[]): void {
    const at = this.#count++;
    if (!this.#buffers.has(buffer)) return;
    const access = { key: keyOf(place), isStore, at, conditions };
    const known = this.#byBuffer.get(buffer);
    if (known === undefined) this.#byBuffer.set(buffer, [access]);
    else known.push(access);
  }
  #visit(body: readonly Stmt[], conditions: readonly string[]): void {
    for (const stmt of body) {
      walkLoads(stmt, ({ buffer, at }) => this.#add(buffer.id, at, false, conditions));
      if (stmt.kind === 'store') this.#add(stmt.buffer.id, stmt.at, true, conditions);
      if (stmt.kind === 'for') {
        if (stmt.loop === 'workgroup') this.isTogether = true;
        this.#visit(stmt.body, conditions);
      }
      if (stmt.kind === 'if') {
        const key = keyOf(stmt.condition);
        this.#visit(stmt.consequent, [...conditions, key]);
        this.#visit(stmt.otherwise, [...conditions, `not ${key}`]);
      }
    }
  }
}

/** The buffers that are read, or written, and that have one of the same kind of the other use. */
const candidatesOf = (parameters: readonly KernelParameter[]): Set<number> => {
  const found = new Set<number>();
  for (const { buffer: read, access } of parameters) {
    if (access !== 'read') continue;
    for (const { buffer, access: other } of parameters) {
      if (other !== 'write' || buffer.length !== read.length || buffer.dtype !== read.dtype)
        continue;
      found.add(read.id).add(buffer.id);
    }
  }
  return found;
};

/** Pairs of parameters [read, written] of which one may take the memory of the other. */
export const inPlacePairs = (kernel: Kernel): [number, number][] => {
  const candidates = candidatesOf(kernel.parameters);
  if (candidates.size === 0) return [];
  const accesses = new Accesses(kernel.body, candidates);
  // Where a workgroup shares a row and one of its invocations stores for all of them, the others
  // may not have read what was there yet: whoever reads an element must be the one that stores it.
  const isOwn = (load: MemoryAccess, store: MemoryAccess): boolean =>
    !accesses.isTogether || store.conditions.every((key) => load.conditions.includes(key));
  const pairs: [number, number][] = [];
  const written = kernel.parameters.flatMap(({ buffer, access }, w) => {
    if (access !== 'write') return [];
    const firstStores = new Map<string, MemoryAccess>();
    for (const one of accesses.of(buffer.id)) {
      if (one.isStore && !firstStores.has(one.key)) firstStores.set(one.key, one);
    }
    return [{ w, buffer, firstStores }];
  });
  kernel.parameters.forEach(({ buffer: read, access }, r) => {
    if (access !== 'read') return;
    const loads = accesses.of(read.id).filter((one) => !one.isStore);
    const keys = new Set(loads.map((one) => one.key));
    for (const { w, buffer, firstStores } of written) {
      if (read.length !== buffer.length || read.dtype !== buffer.dtype) continue;
      const fits = loads.every((one) => {
        const store = firstStores.get(one.key);
        return store !== undefined && one.at < store.at && isOwn(one, store);
      });
      if (fits && [...firstStores.keys()].every((key) => keys.has(key))) pairs.push([r, w]);
    }
  });
  return pairs;
};
