/**
 * Loops that keep the largest or the smallest of many numbers. `f32x4.max` is eight instructions
 * of x64, for NaN and for zeros of both signs; here a loop keeps what `f32x4.pmax` says, where NaN
 * was, and the sign that a zero has, and all that is put together behind it.
 */
import {
  type Expr,
  expressionsOf,
  type Local,
  type Stmt,
  walkExpression,
  walkStatements,
} from '../../ir/kernel.ts';
import type { LaneStrides } from '../../ir/lane-strides.ts';
import type { FunctionCode } from './assembler/module.ts';
import type { Scope } from './scope.ts';

type For = Stmt & { readonly kind: 'for' };
type Extreme = 'max' | 'min';

/** Shorter loops take longer to begin and end than they save. */
const leastIterations = 8;
const signBit = -0x80000000;

/** What a loop knows of a number that it keeps, besides the number itself: vectors. */
interface ExtremeFold {
  readonly name: Extreme;
  /** Where NaN was. */
  readonly isNaN: number;
  /** Its sign bit is that of a zero among the numbers that wins over others. */
  readonly signs: number;
}

/** The extremes that are being kept, by the locals that keep them in vectors side by side. */
export class ExtremeFolds {
  readonly #scope: Scope;
  readonly #strides: LaneStrides;
  readonly #open = new Map<number, readonly ExtremeFold[]>();
  constructor(scope: Scope, strides: LaneStrides) {
    this.#scope = scope;
    this.#strides = strides;
  }
  /** Begins those of a loop, for so many vectors side by side; what is returned ends them. */
  begin(loop: For, count: number): () => void {
    const { code } = this.#scope;
    const ends: (() => void)[] = [];
    for (const [local, name] of extremesOf(loop, this.#strides)) {
      const bound = this.#scope.local(local);
      if (this.#open.has(local.id) || !('index' in bound)) continue;
      const folds = Array.from({ length: count }, (_, part) =>
        beginExtreme(code, name, bound.index + part),
      );
      this.#open.set(local.id, folds);
      ends.push(() => {
        folds.forEach((fold, part) => {
          endExtreme(code, fold, bound.index + part);
        });
        this.#open.delete(local.id);
      });
    }
    return () => {
      for (const end of ends) end();
    };
  }
  /** Whether a local keeps an extreme. */
  has({ id }: Local): boolean {
    return this.#open.has(id);
  }
  /** Compares the vector in `next` with one of a local's, which is in `best`. */
  fold({ id }: Local, part: number, best: number, next: number): void {
    const fold = this.#open.get(id)?.[part];
    if (fold !== undefined) foldExtreme(this.#scope.code, fold, best, next);
  }
}

/** The number that is compared with a local, where that keeps the larger or smaller one. */
export const comparedWith = ({ id }: Local, value: Expr): Expr | undefined => {
  if (value.kind !== 'binary' || (value.name !== 'max' && value.name !== 'min')) return undefined;
  const { x, y } = value;
  if (x.kind === 'local' && x.id === id) return y;
  return y.kind === 'local' && y.id === id ? x : undefined;
};

/** The locals of a loop inside of lanes that do nothing in it but keep an extreme. */
const extremesOf = (loop: For, strides: LaneStrides): ReadonlyMap<Local, Extreme> => {
  const found = new Map<Local, Extreme>();
  const { from, to, step, below, body } = loop;
  if (below !== undefined || to - from < leastIterations * step) return found;
  for (const stmt of body) {
    if (stmt.kind !== 'set' || stmt.local.dtype !== 'f32') continue;
    if (strides.local(stmt.local) !== 'varying') continue;
    if (comparedWith(stmt.local, stmt.value) === undefined) continue;
    found.set(stmt.local, (stmt.value as { name: Extreme }).name);
  }
  if (found.size === 0) return found;
  const reads = new Map<number, number>();
  walkStatements(body, (stmt) => {
    if (stmt.kind === 'set') reads.set(stmt.local.id, (reads.get(stmt.local.id) ?? 0) + 1);
    for (const whole of expressionsOf(stmt)) {
      walkExpression(whole, (e) => {
        if (e.kind === 'local') reads.set(e.id, (reads.get(e.id) ?? 0) + 1);
      });
    }
  });
  // It is set once, and read once, by itself.
  for (const local of [...found.keys()]) if (reads.get(local.id) !== 2) found.delete(local);
  return found;
};

/** In front of a loop: what is known of the vector in `best`. */
const beginExtreme = (code: FunctionCode, name: Extreme, best: number): ExtremeFold => {
  const [isNaN, signs] = [code.local('v128'), code.local('v128')];
  code.add('local.get', best);
  code.add('local.get', best);
  code.add('f32x4.ne');
  code.add('local.set', isNaN);
  code.add('local.get', best);
  code.add('local.set', signs);
  return { name, isNaN, signs };
};

/** Takes in the vector in `next`. */
const foldExtreme = (
  code: FunctionCode,
  { name, isNaN, signs }: ExtremeFold,
  best: number,
  next: number,
): void => {
  code.add('local.get', next);
  code.add('local.get', best);
  code.add(`f32x4.p${name}`);
  code.add('local.set', best);
  code.add('local.get', isNaN);
  code.add('local.get', next);
  code.add('local.get', next);
  code.add('f32x4.ne');
  code.add('v128.or');
  code.add('local.set', isNaN);
  // The largest is -0 where all are negative; the smallest is where one is.
  code.add('local.get', signs);
  code.add('local.get', next);
  code.add(name === 'max' ? 'v128.and' : 'v128.or');
  code.add('local.set', signs);
};

/** Behind the loop: puts the result into `best`. */
const endExtreme = (code: FunctionCode, { isNaN, signs }: ExtremeFold, best: number): void => {
  code.add('local.get', signs);
  code.add('local.get', best);
  code.add('local.get', code.vectorConstant(signBit, signBit, signBit, signBit));
  code.add('v128.bitselect');
  code.add('local.get', isNaN);
  code.add('v128.or');
  code.add('local.set', best);
};
