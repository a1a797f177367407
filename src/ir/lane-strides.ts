/**
 * What the iterations of a lanes loop have in common: how far a value is from one lane to the next.
 * Values of stride 0 are the same in all lanes and are computed once; an index of stride 1 is that
 * of the first lane and names neighbours in memory.
 */
import { type Expr, expressionsOf, type Local, type Stmt, walkStatements } from './kernel.ts';

/** The distance from lane to lane, or that there is none. */
export type Stride = number | 'varying';

type Lanes = Stmt & { readonly kind: 'for' };

/** The strides of expressions in one lanes loop. */
export class LaneStrides {
  readonly #locals = new Map<number, Stride>();
  /** What is known once nothing changes any more. */
  #known: Map<Expr, Stride> | undefined;
  constructor(loop: Lanes) {
    this.#locals.set(loop.index.id, loop.step);
    let before: number;
    do {
      before = this.#changes;
      this.#visit(loop.body);
    } while (this.#changes > before);
    this.#known = new Map();
  }
  #changes = 0;
  #learn(local: Local, stride: Stride): void {
    const known = this.#locals.get(local.id);
    if (known === stride || known === 'varying') return;
    // Whoever read it before it changed must be visited again. Nobody reads what is not defined.
    if (known !== undefined) this.#changes++;
    this.#locals.set(local.id, known === undefined ? stride : 'varying');
  }
  #visit(body: readonly Stmt[]): void {
    walkStatements(body, (stmt) => {
      // An element that all lanes share is loaded into all of them, which costs no more than once.
      const isElement = stmt.kind === 'let' && stmt.value.kind === 'load';
      if (isElement && stmt.value.dtype === 'f32') this.#learn(stmt.local, 'varying');
      else if (stmt.kind === 'let') this.#learn(stmt.local, this.of(stmt.value));
      // Whoever is set is a vector or the same for all.
      if (stmt.kind === 'var') this.#learn(stmt.local, this.of(stmt.init) === 0 ? 0 : 'varying');
      if (stmt.kind === 'set' && this.of(stmt.value) !== 0) this.#learn(stmt.local, 'varying');
    });
  }
  /** The stride of a local; 0 for those from outside. */
  local(local: Local): Stride {
    return this.#locals.get(local.id) ?? 0;
  }
  /** The stride of an expression. */
  of(e: Expr): Stride {
    if (e.kind === 'const') return 0;
    if (e.kind === 'local') return this.#locals.get(e.id) ?? 0;
    const known = this.#known?.get(e);
    if (known !== undefined) return known;
    const stride = this.#measure(e);
    this.#known?.set(e, stride);
    return stride;
  }
  #measure(e: Exclude<Expr, { kind: 'const' | 'local' }>): Stride {
    switch (e.kind) {
      case 'load':
        return this.of(e.at) === 0 ? 0 : 'varying';
      case 'binary': {
        const [x, y] = [this.of(e.x), this.of(e.y)];
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

/** One, two or four vectors of four lanes. */
const vectorExtents: readonly number[] = [4, 8, 16];
const vectorTypes: readonly string[] = ['f32', 'i32', 'u32', 'bool'];

/**
 * The strides of a lanes loop that can be instructions of vectors of four lanes; undefined where it
 * must run one lane after the other: lanes that branch apart, and values that are not of 32 bits.
 */
export const vectorLanes = (loop: Lanes): LaneStrides | undefined => {
  if (loop.from !== 0 || !vectorExtents.includes(loop.to) || loop.step !== 1) return undefined;
  const strides = new LaneStrides(loop);
  let fits = true;
  const check = (e: Expr): void => {
    const stride = strides.of(e);
    if (stride === 0) return;
    if (!vectorTypes.includes(e.dtype)) fits = false;
    if (e.kind === 'load') {
      const at = strides.of(e.at);
      if (e.dtype === 'bool' && at !== 1) fits = false;
      if (at === 'varying') check(e.at);
      return;
    }
    if ('x' in e) check(e.x);
    if ('y' in e) check(e.y);
    if (e.kind === 'select') check(e.condition);
  };
  walkStatements(loop.body, (stmt) => {
    if (stmt.kind === 'if' && strides.of(stmt.condition) !== 0) fits = false;
    if (stmt.kind === 'for' && stmt.loop === 'lanes') fits = false;
    const end = stmt.kind === 'for' ? stmt.below : undefined;
    if (end !== undefined && strides.of(end) !== 0) fits = false;
    if (['barrier', 'shuffle', 'alloc'].includes(stmt.kind)) fits = false;
    if (stmt.kind === 'store') {
      const at = strides.of(stmt.at);
      const { dtype } = stmt.buffer;
      // A store of all lanes to one place keeps the last; nobody writes such loops.
      if (at === 0 || !vectorTypes.includes(dtype)) fits = false;
      if (dtype === 'bool' && at !== 1) fits = false;
    }
    for (const e of expressionsOf(stmt)) check(e);
  });
  return fits ? strides : undefined;
};
