/**
 * Linear systems and determinants of square matrices. Each is one algorithm per matrix; gradients
 * are systems with the transposed matrix (M. Giles, "Collected matrix derivative results for
 * forward and reverse mode algorithmic differentiation", 2008).
 */
import type { Value } from '../graph.ts';
import { sizeOf } from '../types.ts';
import { constantLike } from './constants.ts';
import type { ParamOp } from './define.ts';
import {
  batchSides,
  cubeOf,
  matrixOp,
  requireMatrices,
  requireSystem,
} from './define-sequential.ts';
import { mul, neg, sub } from './elementwise.ts';
import {
  cell,
  columnsOf,
  copied,
  factor,
  rowsOf,
  substitute,
  type TriangularSolveParams,
  written,
} from './elimination.ts';
import { assemble, product, transposed } from './matrix-values.ts';
import { reduceSum } from './reductions.ts';
import { broadcast } from './views.ts';

type None = Record<string, never>;

/**
 * The x with a x = b (or a^T x = b) for triangular a [..., n, n] and b [..., n, k]; the other
 * triangle of a is not used. A zero on the diagonal divides by zero.
 */
export const triangularSolve: ParamOp<TriangularSolveParams> = matrixOp<TriangularSolveParams>(
  'triangularSolve',
  {
    type: (inputs) => [requireSystem('triangularSolve', inputs)],
    flops: ([a, b]) => rowsOf(a) ** 2 * columnsOf(b),
    run: (m, [a, b], params) => {
      const [n, columns] = [rowsOf(a), columnsOf(b)];
      const matrix = copied(m, 0, n, n);
      const x = copied(m, 1, n, columns);
      substitute(m, matrix, x, n, columns, params);
      written(m, x, n, columns);
    },
    vjp: (ct, [a], params, x) => {
      const back = triangularSolve([a!, ct], { ...params, transpose: !params.transpose });
      const outer = params.transpose ? product(x, transposed(back)) : product(back, transposed(x));
      const sides = params.lower ? { below: neg(outer) } : { above: neg(outer) };
      const diagonal = sides.below ?? (sides.above as Value);
      return [assemble(a!, params.unitDiagonal ? sides : { ...sides, diagonal }), back];
    },
    batch: (inputs, size, params) => [
      batchSides(inputs, size, (values) => triangularSolve(values, params)),
    ],
  },
);

/**
 * The x with a x = b for square a [..., n, n] and b [..., n, k], by elimination with partial
 * pivoting. Where a is singular the result has infinities or NaN.
 */
export const solve: ParamOp<None> = matrixOp<None>('solve', {
  type: (inputs) => [requireSystem('solve', inputs)],
  flops: ([a, b]) => (2 * cubeOf(a)) / 3 + 2 * rowsOf(a) ** 2 * columnsOf(b),
  run: (m, [a, b]) => {
    const [n, columns] = [rowsOf(a), columnsOf(b)];
    const { packed, rows } = factor(m, n);
    const x = m.cells(m.s.dtype, n * columns);
    m.loop(n, (r) => {
      const from = m.bounded(rows.load(r), n);
      m.loop(columns, (c) => x.store(cell(m, r, c, columns), m.read(1, [from, c])));
    });
    const transpose = false;
    substitute(m, packed, x, n, columns, { lower: true, transpose, unitDiagonal: true });
    substitute(m, packed, x, n, columns, { lower: false, transpose, unitDiagonal: false });
    written(m, x, n, columns);
  },
  vjp: (ct, [a], _, x) => {
    const back = solve([transposed(a!), ct], {});
    return [neg(product(back, transposed(x))), back];
  },
  batch: (inputs, size) => [batchSides(inputs, size, (values) => solve(values, {}))],
});

/**
 * The determinant. Its gradient is the adjugate, so that of singular matrices is finite and exact
 * too.
 */
export const determinant: ParamOp<None> = matrixOp<None>('determinant', {
  type: ([a]) => {
    const { dtype, shape } = requireMatrices('determinant', a);
    return [{ dtype, shape: shape.slice(0, -2) }];
  },
  flops: ([a]) => (2 * cubeOf(a)) / 3,
  run: (m, [a]) => {
    const n = rowsOf(a);
    const { packed, sign } = factor(m, n);
    m.loop(n, (k) => sign.set(m.s.mul(sign.get(), packed.load(cell(m, k, k, n)))));
    // A product of 0 is 0 whatever the signs.
    m.write(0, [], m.s.add(sign.get(), m.s.constant(0)));
  },
  vjp: (ct, [a]) => [mul(overMatrices(ct, a!), transposed(adjugate(a!, {})))],
});
/** A value per matrix, at every element of the matrices of `like`. */
const overMatrices = (x: Value, like: Value): Value =>
  broadcast(x, { shape: like.type.shape, axes: x.type.shape.map((_, axis) => axis) });

/**
 * The adjugate: the transposed matrix of cofactors, which is the determinant times the inverse
 * where there is one. With P a = L U it is sign(P) adj(U) L^-1 P, and no step of that divides: each
 * element of adj(U) is, up to the diagonal elements beside it, the determinant of a Hessenberg
 * matrix, expanded along its first row. The gradient is that of the determinant times the inverse.
 */
export const adjugate: ParamOp<None> = matrixOp<None>('adjugate', {
  type: ([a]) => [requireMatrices('adjugate', a)],
  flops: ([a]) => 2 * cubeOf(a),
  run: (m, [a]) => {
    type E = ReturnType<typeof m.s.constant>;
    const { s, i } = m;
    const n = rowsOf(a);
    const { packed, rows, sign } = factor(m, n);
    const x = m.cells(s.dtype, n * n);
    const at = (row: E, column: E): E => cell(m, row, column, n);
    const diagonal = (k: E): E => packed.load(at(k, k));
    const backwards = (k: E): E => i.sub(i.constant(n - 1), k);
    // Without the diagonal elements outside of r..c.
    m.loop(n, (c) => {
      m.loop(n, (k) => {
        const r = backwards(k);
        const sum = m.variable(s.select(i.eq(r, c), s.constant(1), s.constant(0)));
        const between = m.variable(s.constant(1));
        m.loop(n, (j) => {
          m.when(s.as('bool').and(i.gt(j, r), i.le(j, c)), () => {
            const minor = s.mul(between.get(), x.load(at(j, c)));
            sum.set(s.sub(sum.get(), s.mul(packed.load(at(r, j)), minor)));
            between.set(s.mul(between.get(), diagonal(j)));
          });
        });
        x.store(at(r, c), sum.get());
      });
    });
    // The diagonal elements before r and after c, and the sign.
    const before = m.variable(sign.get());
    m.loop(n, (r) => {
      m.loop(n, (c) => x.store(at(r, c), s.mul(x.load(at(r, c)), before.get())));
      before.set(s.mul(before.get(), diagonal(r)));
    });
    const after = m.variable(s.constant(1));
    m.loop(n, (k) => {
      const c = backwards(k);
      m.loop(n, (r) => x.store(at(r, c), s.mul(x.load(at(r, c)), after.get())));
      after.set(s.mul(after.get(), diagonal(c)));
    });
    // Times L^-1, whose columns are found from the last to the first; then times P.
    m.loop(n, (k) => {
      const c = backwards(k);
      const to = m.bounded(rows.load(c), n);
      m.loop(n, (r) => {
        const rest = m.variable(x.load(at(r, c)));
        m.loop(n, (j) => {
          m.when(i.gt(j, c), () => {
            rest.set(s.sub(rest.get(), s.mul(x.load(at(r, j)), packed.load(at(j, c)))));
          });
        });
        x.store(at(r, c), rest.get());
        m.write(0, [r, to], rest.get());
      });
    });
  },
  vjp: (ct, [a], _, y) => {
    const rank = ct.type.shape.length;
    const inner = reduceSum(mul(ct, y), { axes: [rank - 2, rank - 1] });
    const scaled = assemble(ct, { diagonal: overMatrices(inner, ct) });
    const right = sub(scaled, product(ct, transposed(y)));
    if (sizeOf(right.type.shape) === 0) return [constantLike(a!, 0)];
    return [solve([transposed(a!), right], {})];
  },
});
