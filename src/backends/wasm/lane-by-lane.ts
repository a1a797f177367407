/** Instructions that vectors have none of: each lane is taken out, computed, and put back. */
import type { Expr, Local } from '../../ir/kernel.ts';
import type { ExpressionWriter } from './emit-expression.ts';
import type { Scope } from './scope.ts';

const lanes = [0, 1, 2, 3] as const;

/** An instruction of one or two operands. */
export type Instruction = Expr & { readonly kind: 'unary' | 'binary' };

/**
 * Leaves the vector of an instruction whose operands are in locals; `name` makes a local that
 * stands for nothing else.
 */
export const writeLaneByLane = (
  scope: Scope,
  scalar: ExpressionWriter,
  e: Instruction,
  vectors: readonly number[],
  name: () => Local,
): void => {
  const { code } = scope;
  const isFloat = e.dtype === 'f32';
  const shape = isFloat ? 'f32x4' : 'i32x4';
  const result = code.local('v128');
  const singles = vectors.map((vector) => {
    const index = code.local(isFloat ? 'f64' : 'i32');
    const local = name();
    scope.bind(local, { index });
    return { vector, index, local };
  });
  const [x, y] = singles.map(({ local }) => local) as [Local, Local];
  const here: Expr = e.kind === 'unary' ? { ...e, x } : { ...e, x, y };
  for (const lane of lanes) {
    for (const { vector, index } of singles) {
      code.add('local.get', vector);
      code.add(`${shape}.extract_lane`, lane);
      if (isFloat) code.add('f64.promote_f32');
      code.add('local.set', index);
    }
    code.add('local.get', result);
    scalar.value(here);
    if (isFloat) code.add('f32.demote_f64');
    code.add(`${shape}.replace_lane`, lane);
    code.add('local.set', result);
  }
  code.add('local.get', result);
};
