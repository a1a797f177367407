/**
 * What can be wrong with a kernel expression: dtypes that do not fit, indexes known to leave their
 * buffer.
 */
import { boundsOf, type LocalBounds } from './bounds.ts';
import { childrenOf, type Expr, type KernelBuffer, type Local } from './kernel.ts';
import { bytesOf, isDifferentiable } from './types.ts';

/** What expressions may refer to where they stand. */
export interface ExpressionScope {
  /** The local of that id, if it is in scope. */
  readonly local: (id: number) => Local | undefined;
  /** What is known of locals without a range. */
  readonly bounds: LocalBounds;
  /** Why the buffer cannot be read here, if so. */
  readonly unreadable: (buffer: KernelBuffer) => string | undefined;
}

/** What is wrong with an index into a buffer; where a condition guards it, bounds say nothing. */
export const faultOfIndex = (
  at: Expr,
  buffer: KernelBuffer,
  locals: LocalBounds,
  isGuarded: boolean,
): string | undefined => {
  if (at.dtype !== 'i32') return `an index must be i32, not ${at.dtype}`;
  const bounds = isGuarded ? undefined : boundsOf(at, locals);
  if (bounds === undefined || (bounds[0] >= 0 && bounds[1] < buffer.length)) return undefined;
  return `an index in [${bounds[0]}, ${bounds[1]}] leaves a buffer of ${buffer.length} elements`;
};

const faultOfConstant = ({
  value,
  dtype,
}: Expr & { readonly kind: 'const' }): string | undefined => {
  if (typeof value !== 'number') return 'a literal must be a number';
  const [low, high] =
    dtype === 'bool' ? [0, 1] : dtype === 'i32' ? [-2147483648, 2147483647] : [0, 4294967295];
  if (isDifferentiable(dtype)) return undefined;
  const fits = Number.isInteger(value) && !Object.is(value, -0) && value >= low && value <= high;
  return fits ? undefined : `${value} is no ${dtype}`;
};

const faultOfNode = (e: Expr, scope: ExpressionScope, isGuarded: boolean): string | undefined => {
  const expect = (what: string, x: Expr, dtype: string): string | undefined =>
    x.dtype === dtype ? undefined : `${what} must be ${dtype}, not ${x.dtype}`;
  switch (e.kind) {
    case 'const':
      return faultOfConstant(e);
    case 'local': {
      const local = scope.local(e.id);
      if (local === undefined) return `local ${e.id} is not in scope`;
      return expect(`local ${e.id}`, e, local.dtype);
    }
    case 'load':
      return (
        scope.unreadable(e.buffer) ??
        expect('a load', e, e.buffer.dtype) ??
        faultOfIndex(e.at, e.buffer, scope.bounds, isGuarded)
      );
    case 'unary':
      return expect(`the operand of ${e.name}`, e.x, e.dtype);
    case 'binary':
      return (
        expect(`the first operand of ${e.name}`, e.x, e.dtype) ??
        expect(`the second operand of ${e.name}`, e.y, e.dtype)
      );
    case 'compare':
      return expect(`the second operand of ${e.name}`, e.y, e.x.dtype) ?? expect(e.name, e, 'bool');
    case 'select':
      return (
        expect('the condition of select', e.condition, 'bool') ??
        expect('the first choice of select', e.x, e.dtype) ??
        expect('the second choice of select', e.y, e.dtype)
      );
    case 'cast':
      return undefined;
    case 'bitcast':
      return bytesOf[e.x.dtype] === 4 && bytesOf[e.dtype] === 4
        ? undefined
        : `no bitcast from ${e.x.dtype} to ${e.dtype}`;
  }
};

/**
 * What is wrong with an expression, or undefined. The choices of a select are guarded by its
 * condition.
 */
export const faultOfExpression = (
  e: Expr,
  scope: ExpressionScope,
  isGuarded: boolean,
): string | undefined => {
  for (const child of childrenOf(e)) {
    const isChoice = e.kind === 'select' && child !== e.condition;
    const inner = faultOfExpression(child, scope, isGuarded || isChoice);
    if (inner !== undefined) return inner;
  }
  return faultOfNode(e, scope, isGuarded);
};
