/**
 * Triangular factors of square matrices. Gradients: M. Giles, "Collected matrix derivative results
 * for forward and reverse mode algorithmic differentiation" (2008), and I. Murray, "Differentiation
 * of the Cholesky decomposition" (2016).
 */
import type { Value } from '../graph.ts';
import type { SequentialOp } from '../op.ts';
import { constantLike } from './constants.ts';
import { batchAll, type MultiOp, multi, type ParamOp } from './define.ts';
import { cubeOf, matrixOp, requireMatrices } from './define-sequential.ts';
import { add, mul } from './elementwise.ts';
import { cell, factor, rowsOf } from './elimination.ts';
import { scatterAdd } from './indexing.ts';
import { triangularSolve } from './linear-systems.ts';
import { assemble, product, transposed } from './matrix-values.ts';

type None = Record<string, never>;

/** A value that is half of another. */
const half = (x: Value): Value => mul(x, constantLike(x, 0.5));

/**
 * The lower triangular L with L L^T = a; reads only the lower triangle of a. Where a is not
 * positive definite the columns from the failing one on are NaN. The cotangent is 0 above the
 * diagonal, which is not read.
 */
export const cholesky: ParamOp<None> = matrixOp<None>('cholesky', {
  type: ([a]) => [requireMatrices('cholesky', a)],
  flops: ([a]) => cubeOf(a) / 3,
  run: (m, [a]) => {
    const { s, i } = m;
    const n = rowsOf(a);
    const lower = m.cells(s.dtype, n * n);
    const at = (row: typeof zero, column: typeof zero): typeof zero => cell(m, row, column, n);
    const zero = s.constant(0);
    m.loop(n, (c) => {
      const root = m.variable(zero);
      m.loop(n, (r) => {
        m.when(i.ge(r, c), () => {
          const rest = m.variable(m.read(0, [r, c]));
          m.loop(n, (k) => {
            m.when(i.lt(k, c), () => {
              const taken = s.mul(lower.load(at(r, k)), lower.load(at(c, k)));
              rest.set(s.sub(rest.get(), taken));
            });
          });
          m.when(i.eq(r, c), () => {
            const isPositive = s.gt(rest.get(), zero);
            root.set(s.sqrt(s.select(isPositive, rest.get(), s.constant(Number.NaN))));
          });
          const isDiagonal = i.eq(r, c);
          lower.store(at(r, c), s.select(isDiagonal, root.get(), s.div(rest.get(), root.get())));
        });
      });
    });
    m.loop(n, (r) => {
      m.loop(n, (c) => m.write(0, [r, c], s.select(i.ge(r, c), lower.load(at(r, c)), zero)));
    });
  },
  vjp: (ct, _, _params, lower) => {
    const inner = product(transposed(lower), assemble(lower, { below: ct, diagonal: ct }));
    const middle = assemble(lower, { below: inner, diagonal: half(inner) });
    const solve = (x: Value): Value =>
      triangularSolve([lower, x], { lower: true, transpose: true, unitDiagonal: false });
    // L^-T middle L^-1.
    const outer = transposed(solve(transposed(solve(middle))));
    return [assemble(lower, { below: add(outer, transposed(outer)), diagonal: outer })];
  },
});

const luDefinition: SequentialOp<None> = {
  name: 'lu',
  kind: 'sequential',
  rank: 2,
  type: ([a]) => {
    const type = requireMatrices('lu', a);
    const { shape, dtype } = type;
    return [
      type,
      { dtype: 'i32', shape: shape.slice(0, -1) },
      { dtype, shape: shape.slice(0, -2) },
    ];
  },
  flops: ([a]) => (2 * cubeOf(a)) / 3,
  run: (m, [a]) => {
    const n = rowsOf(a);
    const { packed, rows, sign } = factor(m, n);
    m.loop(n, (r) => {
      m.loop(n, (c) => m.write(0, [r, c], packed.load(cell(m, r, c, n))));
      m.write(1, [r], rows.load(r));
    });
    m.write(2, [], sign.get());
  },
  vjp: ([ct], [a], [packed, rows]) => {
    if (ct == null || a === undefined || packed === undefined) return [null];
    const one = constantLike(packed, 1);
    const lower = assemble(packed, { below: packed, diagonal: one });
    const upper = assemble(packed, { diagonal: packed, above: packed });
    const fromLower = product(transposed(lower), assemble(ct, { below: ct }));
    const fromUpper = product(assemble(ct, { diagonal: ct, above: ct }), transposed(upper));
    const middle = assemble(ct, { below: fromLower, diagonal: fromUpper, above: fromUpper });
    // L^-T middle U^-T, its rows put back where those of a were.
    const left = triangularSolve([packed, middle], {
      lower: true,
      transpose: true,
      unitDiagonal: true,
    });
    const both = triangularSolve([packed, transposed(left)], {
      lower: false,
      transpose: false,
      unitDiagonal: false,
    });
    const axis = a.type.shape.length - 2;
    const zeros = constantLike(a, 0);
    return [scatterAdd([zeros, rows as Value, transposed(both)], { axis, batch: axis })];
  },
  batch: (inputs, size) => lu(batchAll(inputs, size), {}),
};
/**
 * The factors of a by elimination with partial pivoting, in one square: U on and above the diagonal
 * and below it L, whose diagonal is 1. Row k of L U is row `rows[k]` of a: the second output (i32).
 * The third is the sign of that permutation. The gradient needs U to have an inverse.
 */
export const lu: MultiOp<None> = multi(luDefinition);
