/**
 * Innermost loops of products, four iterations at a time: numbers that are spread to all lanes are
 * loaded four at a time, and each is spread from its register. That takes fewer instructions than a
 * load and a pointer for each.
 */
import { type Expr, type Stmt, walkLoads } from '../../ir/kernel.ts';
import type { LaneStrides } from '../../ir/lane-strides.ts';
import type { ElementAddresses } from './element-addresses.ts';
import type { LoopPointers, Walk } from './pointers.ts';

type For = Stmt & { readonly kind: 'for' };

/** Iterations that are written one after the other, and numbers of a vector. */
export const together = 4;
/** Shorter loops stay as they are. */
const leastIterations = 8;
/** Vector registers that compilers may use. */
const mostRegisters = 15;

/** Four neighbouring numbers, from an offset to a walking pointer on, in elements. */
export interface Window {
  readonly key: string;
  readonly offset: number;
}
/** How a loop is written that way. */
export interface Together {
  readonly walks: readonly Walk[];
  readonly windows: readonly Window[];
}

/** Whether an expression computes with a local, other than to find an element. */
const computesWith = (e: Expr, id: number): boolean => {
  if (e.kind === 'local') return e.id === id;
  if (e.kind === 'const' || e.kind === 'load') return false;
  if (e.kind === 'select' && computesWith(e.condition, id)) return true;
  return computesWith(e.x, id) || ('y' in e && computesWith(e.y, id));
};

/** Windows on all the numbers that some walks spread in so many iterations, and on no others. */
const windowsOn = (walks: readonly Walk[]): readonly Window[] | undefined => {
  const offsets = new Map<string, Set<number>>();
  for (const { key, offset, advance } of walks) {
    const known = offsets.get(key) ?? new Set();
    for (let ahead = 0; ahead < together; ahead++) known.add(offset + ahead * advance);
    offsets.set(key, known);
  }
  const windows: Window[] = [];
  for (const [key, all] of offsets) {
    const sorted = [...all].sort((a, b) => a - b);
    for (let k = 0; k < sorted.length; k += together) {
      const offset = sorted[k] as number;
      if (offset < 0 || sorted[k + together - 1] !== offset + together - 1) return undefined;
      windows.push({ key, offset });
    }
  }
  return windows;
};

/** How a loop inside of lanes is written so; undefined where it cannot be, or gains nothing. */
export const planTogether = (
  { index, from, to, step, below, body }: For,
  strides: LaneStrides,
  addresses: ElementAddresses,
  pointers: LoopPointers,
): Together | undefined => {
  if (below !== undefined || to - from < leastIterations * step) return undefined;
  const lines = new Map<string, Walk>();
  const spread = new Map<string, Walk>();
  let sums = 0;
  let fits = true;
  for (const stmt of body) {
    if ((stmt.kind !== 'let' && stmt.kind !== 'set') || computesWith(stmt.value, index.id)) {
      return undefined;
    }
    if (stmt.kind === 'set') sums++;
    walkLoads(stmt, (place) => {
      if (addresses.rests(place, pointers)) return;
      const stride = strides.of(place.at);
      const walk = addresses.walkOf(place, { index, from, step }, pointers, false);
      const isWord = addresses.bytesOf(place.buffer) === 4;
      // Offsets of instructions are not negative.
      if (walk === undefined || walk.offset < 0 || !isWord || (stride !== 0 && stride !== 1)) {
        fits = false;
      } else (stride === 0 ? spread : lines).set(`${walk.key}+${walk.offset}`, walk);
    });
  }
  const windows = fits && spread.size > 0 ? windowsOn([...spread.values()]) : undefined;
  if (windows === undefined) return undefined;
  const registers = sums + windows.length + Math.min(spread.size, lines.size) + 1;
  if (registers > mostRegisters) return undefined;
  const walks = new Map([...spread.values(), ...lines.values()].map((walk) => [walk.key, walk]));
  return { walks: [...walks.values()], windows };
};
