/**
 * Factors, determinants and solutions of square matrices, which stand in the last two axes; leading
 * axes are a batch. Floats are computed with in doubles and results rounded once. Nothing here can
 * know the numbers of a compiled program, so a singular matrix is no error: results that do not
 * exist are infinite or NaN.
 */
import { ShapeError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { constantLike } from '../../ir/ops/constants.ts';
import { abs, add, log, mul, sign as signValue } from '../../ir/ops/elementwise.ts';
import * as factors from '../../ir/ops/factorizations.ts';
import * as systems from '../../ir/ops/linear-systems.ts';
import { lt, select } from '../../ir/ops/logic.ts';
import { assemble } from '../../ir/ops/matrix-values.ts';
import { reduceProd, reduceSum } from '../../ir/ops/reductions.ts';
import { checkOptions } from '../../ir/options.ts';
import { broadcastShapes, type Shape, showShape } from '../../ir/types.ts';
import type {
  Checked,
  DTypeOf,
  Dynamic,
  PerMatrix,
  PerRow,
  Result,
  SameDTypeThen,
  ShapeOf,
  Solution,
  SquareMatrices,
} from '../../types/index.ts';
import { apply } from '../apply.ts';
import { asTensor, asTyped, type TensorImplementation } from '../tensor.ts';
import { diagonalValue } from './diagonals.ts';
import type { FloatTensor } from './function-types.ts';
import {
  applyOne,
  broadcastValue,
  located,
  requireDomain,
  requireFlag,
  requireSameDType,
  reshapeValue,
} from './operands.ts';

/** Square matrices of floats. */
const requireSquare = (name: string, x: unknown): TensorImplementation => {
  const tensor = asTensor(name, x);
  requireDomain(name, 'float', tensor.dtype);
  const { rank, shape } = tensor;
  if (rank < 2 || shape[rank - 1] !== shape[rank - 2]) {
    throw new ShapeError(`${name}: ${showShape(shape)} are no square matrices`);
  }
  return tensor;
};

/**
 * The lower triangular L with L L^T = x, for symmetric positive definite x. Only the lower triangle
 * of x is read, and only it gets a gradient. Where x is not positive definite the columns from the
 * failing one on are NaN.
 */
export const cholesky = <X extends FloatTensor>(
  x: Checked<X, SquareMatrices<'cholesky', ShapeOf<X>>>,
): Result<SquareMatrices<'cholesky', ShapeOf<X>>, DTypeOf<X>> =>
  located(() =>
    applyOne('cholesky', [requireSquare('cholesky', x)], ([value]) => factors.cholesky(value!, {})),
  );

/** What `lu` gives. */
export interface LuFactors<Square, Rows> {
  /** Lower triangular with ones on the diagonal. */
  readonly lower: Square;
  /** Upper triangular. */
  readonly upper: Square;
  /** i32: row k of lower times upper is row `permutation[k]` of the matrix. */
  readonly permutation: Rows;
}
/**
 * Triangular factors by elimination with partial pivoting: `matmul(lower, upper)` has the rows of x
 * in the order that `permutation` says. The gradient exists where `upper` has an inverse.
 */
export const lu = <X extends FloatTensor>(
  x: Checked<X, SquareMatrices<'lu', ShapeOf<X>>>,
): LuFactors<
  Result<SquareMatrices<'lu', ShapeOf<X>>, DTypeOf<X>>,
  Result<PerRow<'lu', ShapeOf<X>>, 'i32'>
> =>
  located((): Dynamic => {
    const tensor = requireSquare('lu', x);
    const [lower, upper, permutation] = apply('lu', [asTyped(tensor)], ([value]) => {
      const [packed, rows] = factors.lu([value!], {}) as [Value, Value];
      const diagonal = constantLike(packed, 1);
      return [
        assemble(packed, { below: packed, diagonal }),
        assemble(packed, { diagonal: packed, above: packed }),
        rows,
      ];
    });
    return { lower, upper, permutation };
  });

/** What stands on the right of a system, and the shapes both sides have in common. */
interface System {
  readonly tensors: readonly [TensorImplementation, TensorImplementation];
  /** The common leading axes. */
  readonly batch: Shape;
  readonly rows: number;
  /** None for vectors. */
  readonly columns: readonly number[];
}
const requireSystem = (name: string, a: unknown, b: unknown): System => {
  const matrix = requireSquare(name, a);
  const sides = asTensor(name, b);
  requireSameDType(name, matrix.dtype, sides.dtype);
  const isVector = sides.rank === 1;
  if (sides.rank === 0) throw new ShapeError(`${name}: the right-hand side is a scalar`);
  const rows = matrix.shape[matrix.rank - 1] as number;
  const given = sides.shape[isVector ? 0 : sides.rank - 2];
  if (given !== rows) {
    throw new ShapeError(
      `${name}: the matrix has ${rows} rows but the right-hand side has ${given} ` +
        `(${showShape(matrix.shape)} and ${showShape(sides.shape)})`,
    );
  }
  const [lead, others] = [matrix.shape.slice(0, -2), sides.shape.slice(0, -2)];
  const batch = broadcastShapes(`${name} (batch dimensions)`, lead, others);
  return {
    tensors: [matrix, sides],
    batch,
    rows,
    columns: isVector ? [] : sides.shape.slice(-1),
  };
};
const applySystem = (
  name: string,
  { tensors, batch, rows, columns }: System,
  solution: (matrix: Value, sides: Value) => Value,
): Dynamic =>
  applyOne(name, tensors, ([matrix, sides]) => {
    const { shape } = (sides as Value).type;
    const wide = reshapeValue(sides!, columns.length === 0 ? [...shape, 1] : shape);
    const x = solution(
      broadcastValue(matrix!, [...batch, rows, rows]),
      broadcastValue(wide, [...batch, rows, ...(columns.length === 0 ? [1] : columns)]),
    );
    return reshapeValue(x, [...batch, rows, ...columns]);
  });

/** What `triangularSolve` takes. */
export interface TriangularSolveOptions {
  /** Whether the lower triangle of a counts (the default) or the upper one. */
  readonly lower?: boolean;
  /** Whether to solve with the transposed matrix; false by default. */
  readonly transpose?: boolean;
  /** Whether the diagonal is taken to be 1 whatever it is; false by default. */
  readonly unitDiagonal?: boolean;
}
/**
 * The x with matmul(a, x) = b for triangular a; the other triangle is not read. b of rank 1 is a
 * vector, else its last two axes are matrices. A 0 on the diagonal gives infinities or NaN.
 */
export const triangularSolve = <A extends FloatTensor, B extends FloatTensor>(
  a: A,
  b: Checked<B, SameDTypeThen<'triangularSolve', A, B, TriangularSolution<A, B>>>,
  options?: TriangularSolveOptions,
): Result<TriangularSolution<A, B>, DTypeOf<A>> =>
  located(() => {
    checkOptions('triangularSolve', options, ['lower', 'transpose', 'unitDiagonal']);
    const flag = (what: keyof TriangularSolveOptions): boolean =>
      requireFlag('triangularSolve', what, options?.[what]);
    const params = {
      lower: options?.lower === undefined ? true : flag('lower'),
      transpose: flag('transpose'),
      unitDiagonal: flag('unitDiagonal'),
    };
    const system = requireSystem('triangularSolve', a, b);
    return applySystem('triangularSolve', system, (matrix, sides) =>
      systems.triangularSolve([matrix, sides], params),
    );
  });
/** The shape of what `triangularSolve` gives: that of b, with the leading axes of both. */
export type TriangularSolution<A, B> = Solution<'triangularSolve', ShapeOf<A>, ShapeOf<B>>;

/**
 * The x with matmul(a, x) = b, by elimination with partial pivoting. b of rank 1 is a vector, else
 * its last two axes are matrices. Where a is singular x has infinities or NaN.
 */
export const solve = <A extends FloatTensor, B extends FloatTensor>(
  a: A,
  b: Checked<B, SameDTypeThen<'solve', A, B, Solution<'solve', ShapeOf<A>, ShapeOf<B>>>>,
): Result<Solution<'solve', ShapeOf<A>, ShapeOf<B>>, DTypeOf<A>> =>
  located(() =>
    applySystem('solve', requireSystem('solve', a, b), (matrix, sides) =>
      systems.solve([matrix, sides], {}),
    ),
  );

/** The inverse; of a singular matrix it has infinities or NaN. */
export const inv = <X extends FloatTensor>(
  x: Checked<X, SquareMatrices<'inv', ShapeOf<X>>>,
): Result<SquareMatrices<'inv', ShapeOf<X>>, DTypeOf<X>> =>
  located(() =>
    applyOne('inv', [requireSquare('inv', x)], ([value]) =>
      systems.solve([value!, assemble(value!, { diagonal: constantLike(value!, 1) })], {}),
    ),
  );

/**
 * The determinant. Its gradient, the transposed adjugate, is exact also for singular matrices; the
 * second derivative divides by the determinant.
 */
export const det = <X extends FloatTensor>(
  x: Checked<X, PerMatrix<'det', ShapeOf<X>>>,
): Result<PerMatrix<'det', ShapeOf<X>>, DTypeOf<X>> =>
  located(() =>
    applyOne('det', [requireSquare('det', x)], ([value]) => systems.determinant(value!, {})),
  );

/** The sign of the determinant (0 for singular matrices) and the logarithm of its magnitude. */
const signAndLog = (value: Value): [Value, Value] => {
  const [packed, , parity] = factors.lu([value], {}) as [Value, Value, Value];
  const diagonal = diagonalValue(packed, 0);
  const axes = [diagonal.type.shape.length - 1];
  const signs = reduceProd(signValue(diagonal), { axes });
  // A sign of 0 is 0 whatever the other signs are.
  const sign = add(mul(parity, signs), constantLike(signs, 0));
  return [sign, reduceSum(log(abs(diagonal)), { axes })];
};
/** What `slogdet` gives. */
export interface SignAndLogarithm<T> {
  /** 1, -1, or 0 for singular matrices. */
  readonly sign: T;
  /** The logarithm of the magnitude of the determinant, -infinity for singular matrices. */
  readonly logarithm: T;
}
/** The determinant as a sign and the logarithm of its magnitude, which neither overflows. */
export const slogdet = <X extends FloatTensor>(
  x: Checked<X, PerMatrix<'slogdet', ShapeOf<X>>>,
): SignAndLogarithm<Result<PerMatrix<'slogdet', ShapeOf<X>>, DTypeOf<X>>> =>
  located((): Dynamic => {
    const tensor = requireSquare('slogdet', x);
    const [sign, logarithm] = apply('slogdet', [asTyped(tensor)], ([value]) => signAndLog(value!));
    return { sign, logarithm };
  });
/** The logarithm of the determinant: NaN where that is negative, -infinity where it is 0. */
export const logdet = <X extends FloatTensor>(
  x: Checked<X, PerMatrix<'logdet', ShapeOf<X>>>,
): Result<PerMatrix<'logdet', ShapeOf<X>>, DTypeOf<X>> =>
  located(() =>
    applyOne('logdet', [requireSquare('logdet', x)], ([value]) => {
      const [sign, logarithm] = signAndLog(value!);
      const isNegative = lt(sign, constantLike(sign, 0));
      return select(isNegative, constantLike(sign, Number.NaN), logarithm);
    }),
  );
