/**
 * What the iterations of a lanes loop have in common: how far a value is from one lane to the next.
 * Values of stride 0 are the same in all lanes and are computed once; an index of stride 1 is that
 * of the first lane and names neighbours in memory.
 */
import { type Expr, type Local, type Stmt, walkStatements } from './kernel.ts';
import type { DType } from './types.ts';

/** The distance from lane to lane, or that there is none. */
export type Stride = number | 'varying';

type Lanes = Stmt & { readonly kind: 'for' };

/** One, two or four vectors of four lanes. */
export const vectorExtents: readonly number[] = [4, 8, 16];
/** The dtypes of elements of vectors. */
export const vectorTypes: Readonly<Partial<Record<DType, true>>> = {
  f32: true,
  i32: true,
  u32: true,
  bool: true,
};

/** The strides of expressions in one lanes loop. */
export class LaneStrides {
  readonly #locals = new Map<number, Stride>();
  /** What the latest visit measured; during the last one nothing changes any more. */
  readonly #known = new Map<Expr, Stride>();
  /** The locals that were read while they seemed to be the same in all lanes. */
  readonly #read = new Set<number>();
  #hasChanged = false;
  /** Whether all that was visited can be instructions of vectors of four lanes. */
  #fits = true;
  constructor(loop: Lanes) {
    this.#locals.set(loop.index.id, loop.step);
    do {
      this.#hasChanged = false;
      this.#fits = loop.from === 0 && vectorExtents.includes(loop.to) && loop.step === 1;
      this.#known.clear();
      walkStatements(loop.body, this.#visit);
    } while (this.#hasChanged);
  }
  /**
   * Whether the loop can be instructions of vectors. It cannot where lanes branch apart, or values
   * are not of 32 bits.
   */
  get fits(): boolean {
    return this.#fits;
  }
  /** The numbers of locals that were read as the same in all lanes; they may be from outside. */
  get shared(): ReadonlySet<number> {
    return this.#read;
  }
  #learn(local: Local, stride: Stride): void {
    const known = this.#locals.get(local.id);
    if (known === stride || known === 'varying') return;
    // Whoever read it before it changed must be visited again. Nobody reads what is not defined.
    if (known !== undefined && this.#read.has(local.id)) this.#hasChanged = true;
    this.#locals.set(local.id, known === undefined ? stride : 'varying');
  }
  readonly #visit = (stmt: Stmt): void => {
    switch (stmt.kind) {
      case 'let': {
        const stride = this.of(stmt.value);
        // An element that all lanes share is loaded into all of them: it costs no more than once.
        const isElement = stmt.value.kind === 'load' && stmt.value.dtype === 'f32';
        this.#learn(stmt.local, isElement ? 'varying' : stride);
        return;
      }
      case 'var':
        // Whoever is set is a vector or the same for all.
        this.#learn(stmt.local, this.of(stmt.init) === 0 ? 0 : 'varying');
        return;
      case 'set':
        if (this.#assigned(stmt.local, stmt.value) !== 0) this.#learn(stmt.local, 'varying');
        return;
      case 'store':
        this.#visitStore(stmt.buffer.dtype, this.of(stmt.at));
        this.of(stmt.value);
        return;
      case 'if':
        if (this.of(stmt.condition) !== 0) this.#fits = false;
        return;
      case 'for':
        if (stmt.loop === 'lanes') this.#fits = false;
        if (stmt.below !== undefined && this.of(stmt.below) !== 0) this.#fits = false;
        return;
      default:
        this.#fits = false;
    }
  };
  /** The stride of what a local is set to. */
  #assigned({ id }: Local, value: Expr): Stride {
    // What something varying is added to varies, whatever it was before: no need to look again.
    if (value.kind === 'binary' && value.x.kind === 'local' && value.x.id === id) {
      if (this.of(value.y) === 'varying' && vectorTypes[value.dtype] !== undefined) {
        this.#known.set(value, 'varying');
        return 'varying';
      }
    }
    return this.of(value);
  }
  #visitStore(dtype: DType, at: Stride): void {
    // A store of all lanes to one place keeps the last; nobody writes such loops.
    if (at === 0 || vectorTypes[dtype] === undefined) this.#fits = false;
    if (dtype === 'bool' && at !== 1) this.#fits = false;
  }
  /** Says that a local which was made since the loop was visited is another in every lane. */
  varies(local: Local): void {
    this.#locals.set(local.id, 'varying');
  }
  /** The stride of a local; 0 for those from outside. */
  local(local: Local): Stride {
    return this.#locals.get(local.id) ?? 0;
  }
  /** The stride of an expression. */
  of(e: Expr): Stride {
    if (e.kind === 'const') return 0;
    if (e.kind === 'local') {
      const stride = this.#locals.get(e.id) ?? 0;
      if (stride === 0) this.#read.add(e.id);
      return stride;
    }
    const known = this.#known.get(e);
    if (known !== undefined) return known;
    const stride = this.#measure(e);
    this.#known.set(e, stride);
    if (stride !== 0 && vectorTypes[e.dtype] === undefined) this.#fits = false;
    return stride;
  }
  #measure(e: Exclude<Expr, { kind: 'const' | 'local' }>): Stride {
    switch (e.kind) {
      case 'load': {
        const at = this.of(e.at);
        if (at === 0) return 0;
        if (e.dtype === 'bool' && at !== 1) this.#fits = false;
        return 'varying';
      }
      case 'binary': {
        const x = this.of(e.x);
        const y = e.y.kind === 'const' ? 0 : this.of(e.y);
        if (x === 0 && y === 0) return 0;
        if (e.dtype !== 'i32' || x === 'varying' || y === 'varying') return 'varying';
        if (e.name === 'add') return x + y;
        if (e.name === 'sub') return x - y;
        if (e.name !== 'mul') return 'varying';
        if (e.x.kind === 'const') return y * e.x.value;
        return e.y.kind === 'const' ? x * e.y.value : 'varying';
      }
      case 'unary':
      case 'cast':
      case 'bitcast':
        return this.of(e.x) === 0 ? 0 : 'varying';
      case 'compare':
        return this.of(e.x) === 0 && this.of(e.y) === 0 ? 0 : 'varying';
      case 'select':
        return this.of(e.condition) === 0 && this.of(e.x) === 0 && this.of(e.y) === 0
          ? 0
          : 'varying';
    }
  }
}

/**
 * The strides of a lanes loop that can be instructions of vectors of four lanes; undefined where it
 * must run one lane after the other.
 */
export const vectorLanes = (loop: Lanes): LaneStrides | undefined => {
  const strides = new LaneStrides(loop);
  return strides.fits ? strides : undefined;
};
