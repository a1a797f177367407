/** Comparisons, logic and bits of two operands with NumPy broadcasting. */
import type { Value } from '../../ir/graph.ts';
import { constantLike } from '../../ir/ops/constants.ts';
import { abs } from '../../ir/ops/elementwise.ts';
import * as logic from '../../ir/ops/logic.ts';
import type { ShapeOf, Tensor } from '../../types/index.ts';
import type {
  BitArithmetic,
  Comparison,
  ElementFunction,
  ElementTest,
  FloatTensor,
  IntegerArithmetic,
  Matching,
} from './function-types.ts';
import { applyElementwise, applyUnary } from './operands.ts';

/** a == b; false with NaN. */
export const eq: Matching<'eq'> = (a, b) => applyElementwise('eq', 'any', [a, b], logic.eq);
/** a != b; true with NaN. */
export const ne: Matching<'ne'> = (a, b) => applyElementwise('ne', 'any', [a, b], logic.ne);
/** a < b. */
export const lt: Comparison<'lt'> = (a, b) => applyElementwise('lt', 'number', [a, b], logic.lt);
/** a <= b. */
export const le: Comparison<'le'> = (a, b) => applyElementwise('le', 'number', [a, b], logic.le);
/** a > b. */
export const gt: Comparison<'gt'> = (a, b) => applyElementwise('gt', 'number', [a, b], logic.gt);
/** a >= b. */
export const ge: Comparison<'ge'> = (a, b) => applyElementwise('ge', 'number', [a, b], logic.ge);

/** The truth of a value: x != 0. */
export const truthValue = (x: Value): Value =>
  x.type.dtype === 'bool' ? x : logic.ne(x, constantLike(x, 0));
/** Both are not 0. */
export const logicalAnd: Matching<'logicalAnd'> = (a, b) =>
  applyElementwise('logicalAnd', 'any', [a, b], (x, y) => logic.and(truthValue(x), truthValue(y)));
/** At least one is not 0. */
export const logicalOr: Matching<'logicalOr'> = (a, b) =>
  applyElementwise('logicalOr', 'any', [a, b], (x, y) => logic.or(truthValue(x), truthValue(y)));
/** Exactly one is not 0. */
export const logicalXor: Matching<'logicalXor'> = (a, b) =>
  applyElementwise('logicalXor', 'any', [a, b], (x, y) => logic.xor(truthValue(x), truthValue(y)));
/** x == 0. */
export const logicalNot: ElementTest = (x) =>
  applyUnary('logicalNot', 'any', x, (value) => logic.not(truthValue(value)));

/** The bits that both have. */
export const bitwiseAnd: BitArithmetic<'bitwiseAnd'> = (a, b) =>
  applyElementwise('bitwiseAnd', 'bits', [a, b], logic.and);
/** The bits that at least one has. */
export const bitwiseOr: BitArithmetic<'bitwiseOr'> = (a, b) =>
  applyElementwise('bitwiseOr', 'bits', [a, b], logic.or);
/** The bits that exactly one has. */
export const bitwiseXor: BitArithmetic<'bitwiseXor'> = (a, b) =>
  applyElementwise('bitwiseXor', 'bits', [a, b], logic.xor);
/** All bits turned over. */
export const bitwiseNot: ElementFunction = (x) => applyUnary('bitwiseNot', 'bits', x, logic.not);
/** a << b; the low 5 bits of b count. */
export const shiftLeft: IntegerArithmetic<'shiftLeft'> = (a, b) =>
  applyElementwise('shiftLeft', 'integer', [a, b], logic.shiftLeft);
/** a >> b, with the sign for i32 and with zeros for u32; the low 5 bits of b count. */
export const shiftRight: IntegerArithmetic<'shiftRight'> = (a, b) =>
  applyElementwise('shiftRight', 'integer', [a, b], logic.shiftRight);

/** Element by element on floats, to truth values. */
type FloatTest = <T extends FloatTensor>(x: T) => Tensor<ShapeOf<T>, 'bool'>;
/** Whether an element is NaN. */
export const isnan: FloatTest = (x) =>
  applyUnary('isnan', 'float', x, (value) => logic.ne(value, value));
/** Whether an element is infinite. */
export const isinf: FloatTest = (x) =>
  applyUnary('isinf', 'float', x, (value) => logic.eq(abs(value), infinity(value)));
/** Whether an element is neither infinite nor NaN. */
export const isfinite: FloatTest = (x) =>
  applyUnary('isfinite', 'float', x, (value) => logic.lt(abs(value), infinity(value)));

const infinity = (like: Value): Value => constantLike(like, Number.POSITIVE_INFINITY);
