/** Generators of ops that work on rows and on matrices: running folds and linear algebra. */
import type { OpName } from '../../src/ir/ops/registry.ts';
import { isFloat, isHalf, sizeOf } from '../../src/ir/types.ts';
import type { Choices, Generator } from './generators.ts';
import { dtypeOf, type Node, shapeOf, type Workshop } from './workshop.ts';

type Blocks =
  | 'cumulativeSum'
  | 'cumulativeProduct'
  | 'cumulativeArgMax'
  | 'cumulativeArgMin'
  | 'cumulativeLogSumExp'
  | 'linearRecurrence'
  | 'cholesky'
  | 'lu'
  | 'triangularSolve'
  | 'solve'
  | 'determinant'
  | 'adjugate';

const isRow = (node: Node): boolean => shapeOf(node).length > 0 && !isHalf(dtypeOf(node));
const isNumber = (node: Node): boolean => isRow(node) && dtypeOf(node) !== 'bool';
const isFloatRow = (node: Node): boolean => isRow(node) && isFloat(dtypeOf(node));
const reverseOf = ({ p }: Choices): { reverse: boolean } => ({ reverse: p[0] % 2 === 1 });

const running =
  (name: OpName, fits: (node: Node) => boolean, limit: number): Generator =>
  (w, choices) => {
    const x = w.pick(choices.a, fits);
    if (x === undefined) return;
    w.emit(name, [isFloat(dtypeOf(x)) ? w.tame(x, limit) : x], reverseOf(choices));
  };

/**
 * Square matrices, made of a node, whose diagonal outweighs everything else: they have an inverse
 * and a factor, and rounding does not decide the order of pivots.
 */
const matrices = (w: Workshop, { a, p }: Choices): Node | undefined => {
  const source = w.pick(a, (node) => isFloat(dtypeOf(node)) && sizeOf(shapeOf(node)) > 0);
  const n = 1 + (p[1] % 4);
  const shape = p[2] % 3 === 0 ? [2, n, n] : [n, n];
  const fitted = source && w.fit(source, shape);
  const small = fitted && w.emit('tanh', [fitted]);
  if (small === undefined) return undefined;
  const part = w.emit('mul', [small, w.constant(0.3, small)])!;
  const [row, column] = [1, 2].map((back) =>
    w.emit('iota', [], { shape, axis: shape.length - back, dtype: 'i32' }),
  );
  const isDiagonal = w.emit('eq', [row!, column!])!;
  const diagonal = w.emit('add', [part, w.constant(2, part)])!;
  return w.emit('select', [isDiagonal, diagonal, part]);
};
const sidesFor = (w: Workshop, matrix: Node, { b, p }: Choices): Node | undefined => {
  const source = w.pick(b, (node) => dtypeOf(node) === dtypeOf(matrix));
  const shape = [...shapeOf(matrix).slice(0, -1), 1 + (p[3] % 3)];
  const fitted = source && w.fit(source, shape);
  return fitted && w.tame(fitted, 10);
};
const onMatrix =
  (name: OpName): Generator =>
  (w, choices) => {
    const matrix = matrices(w, choices);
    if (matrix !== undefined) w.emitAll(name, [matrix]);
  };
const onSystem =
  (name: OpName, params: (choices: Choices) => Record<string, boolean>): Generator =>
  (w, choices) => {
    const matrix = matrices(w, choices);
    const sides = matrix && sidesFor(w, matrix, choices);
    if (matrix !== undefined && sides !== undefined) w.emit(name, [matrix, sides], params(choices));
  };

/** The generators. */
export const blocks: Readonly<Record<Blocks & OpName, Generator>> = {
  cumulativeSum: running('cumulativeSum', isNumber, 1e4),
  cumulativeProduct: running(
    'cumulativeProduct',
    (node) => isNumber(node) && (!isFloat(dtypeOf(node)) || shapeOf(node).at(-1)! <= 9),
    2,
  ),
  cumulativeArgMax: running('cumulativeArgMax', (node) => isNumber(node) && node.isExact, 1e30),
  cumulativeArgMin: running('cumulativeArgMin', (node) => isNumber(node) && node.isExact, 1e30),
  cumulativeLogSumExp: running('cumulativeLogSumExp', isFloatRow, 20),
  linearRecurrence: (w, choices) => {
    const x = w.pick(choices.a, isFloatRow);
    const other = x && w.pick(choices.b, (node) => dtypeOf(node) === dtypeOf(x));
    const factors = other && w.fit(other, shapeOf(x));
    if (x === undefined || factors === undefined) return;
    w.emit('linearRecurrence', [w.emit('tanh', [factors])!, w.tame(x, 100)], reverseOf(choices));
  },
  cholesky: onMatrix('cholesky'),
  lu: onMatrix('lu'),
  determinant: onMatrix('determinant'),
  adjugate: onMatrix('adjugate'),
  solve: onSystem('solve', () => ({})),
  triangularSolve: onSystem('triangularSolve', ({ c, p }) => ({
    lower: c % 2 === 0,
    transpose: c % 4 > 1,
    unitDiagonal: p[0] % 2 === 1,
  })),
};
