/**
 * Whether a lanes loop is sure to be vectors, told by kinds and dtypes alone. Most are, and
 * measuring the strides of all that is in a loop takes several times as long as looking at it.
 */
import { type Expr, expressionsOf, type Stmt } from '../ir/kernel.ts';
import { vectorExtents } from '../ir/lane-strides.ts';

/** Whether an expression fits into vectors wherever its operands are. */
const isPlain = (e: Expr): boolean => {
  if (e.dtype !== 'f32' && e.dtype !== 'i32' && e.dtype !== 'u32') {
    // Masks are plain, bytes in memory are not.
    if (e.dtype !== 'bool' || e.kind === 'load') return false;
  }
  if (e.kind === 'const' || e.kind === 'local') return true;
  if (e.kind === 'load') return isPlain(e.at);
  if (e.kind === 'select' && !isPlain(e.condition)) return false;
  return isPlain(e.x) && (!('y' in e) || isPlain(e.y));
};

/** Whether all statements of a list, in loops of one length for all lanes, fit into vectors. */
const arePlain = (body: readonly Stmt[]): boolean => {
  for (let k = 0; k < body.length; k++) {
    const stmt = body[k] as Stmt;
    if (stmt.kind === 'for') {
      if (stmt.loop === 'lanes' || stmt.below !== undefined) return false;
      if (!arePlain(stmt.body)) return false;
    } else if (stmt.kind === 'let' || stmt.kind === 'var' || stmt.kind === 'set') {
      if (!isPlain(stmt.kind === 'var' ? stmt.init : stmt.value)) return false;
    } else if (stmt.kind === 'store') {
      if (stmt.buffer.dtype === 'bool' || !expressionsOf(stmt).every(isPlain)) return false;
    } else return false;
  }
  return true;
};

/**
 * Whether a lanes loop is sure to be vectors; otherwise its strides decide. That lanes store to
 * places of their own is not asked: backends run a loop that does not one lane after the other.
 */
export const isPlainLanes = ({ from, to, step, body }: Stmt & { readonly kind: 'for' }): boolean =>
  from === 0 && step === 1 && vectorExtents.includes(to) && arePlain(body);
