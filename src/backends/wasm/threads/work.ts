/** How much a statement does, roughly: what decides whether threads are worth their meetings. */
import { childrenOf, type Expr, expressionsOf, type Stmt } from '../../../ir/kernel.ts';
import { vectorLanes } from '../../../ir/lane-strides.ts';

/** Instructions that take about as long as an addition. */
const cheap: readonly string[] = ['neg', 'abs', 'not', 'floor', 'ceil', 'trunc', 'sign'];
/** What any other function of one operand takes: an exponential in vectors. */
const functionWork = 16;

const workOfExpression = (e: Expr): number => {
  if (e.kind === 'const' || e.kind === 'local') return 0;
  const own = e.kind === 'unary' && !cheap.includes(e.name) ? functionWork : 1;
  return childrenOf(e).reduce((sum, child) => sum + workOfExpression(child), own);
};

/** The number of iterations of a loop, at most. */
export const iterationsOf = ({ from, to, step }: Stmt & { readonly kind: 'for' }): number =>
  Math.max(0, Math.ceil((to - from) / step));

/** The work of statements: instructions, a vector instruction counting as one. */
export const workOf = (body: readonly Stmt[]): number =>
  body.reduce((sum, stmt) => {
    const own = expressionsOf(stmt).reduce((total, e) => total + workOfExpression(e), 1);
    if (stmt.kind === 'if') return sum + own + workOf(stmt.consequent) + workOf(stmt.otherwise);
    if (stmt.kind !== 'for') return sum + own;
    const isVector = stmt.loop === 'lanes' && vectorLanes(stmt) !== undefined;
    return sum + own + (isVector ? 1 : iterationsOf(stmt)) * workOf(stmt.body);
  }, 0);
