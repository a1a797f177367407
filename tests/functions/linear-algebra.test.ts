/** Matrices: factors, solutions and determinants against plain loops, gradients, singular cases. */
import fc from 'fast-check';
import * as g from 'gradloom';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkGradient } from '../stdlib/check-gradient.ts';
import { type Any, errorOf } from './naive.ts';

beforeAll(() => g.setDefaultBackend(g.js));

type Matrix = number[][];
const naiveProduct = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => (b[0] ?? []).map((_, c) => row.reduce((sum, x, k) => sum + x * b[k]![c]!, 0)));
/** Cofactors along the first row: slow, and with no pivots to choose. */
const naiveDeterminant = (a: Matrix): number =>
  a.length === 0
    ? 1
    : a[0]!.reduce((sum, x, c) => {
        const minor = a.slice(1).map((row) => row.filter((_, k) => k !== c));
        return sum + (c % 2 === 0 ? 1 : -1) * x * naiveDeterminant(minor);
      }, 0);
const naiveAdjugate = (a: Matrix): Matrix =>
  a.map((_, r) =>
    a.map((__, c) => {
      const minor = a.filter((___, k) => k !== c).map((row) => row.filter((___, k) => k !== r));
      return ((r + c) % 2 === 0 ? 1 : -1) * naiveDeterminant(minor);
    }),
  );
const wide = (data: unknown, shape?: number[]): Any =>
  g.tensor(data as number[], {
    dtype: 'f64',
    ...(shape === undefined ? {} : { shape }),
  }) as unknown as Any;
const matrixOf = (x: g.AnyTensor): Matrix => (x as Any).toArray() as Matrix;
const expectMatrix = (got: g.AnyTensor, wanted: Matrix, tolerance = 1e-10): void => {
  const rows = matrixOf(got);
  expect(rows.length).toBe(wanted.length);
  wanted.forEach((row, r) => {
    row.forEach((x, c) => {
      const distance = Math.abs(rows[r]![c]! - x);
      expect(distance, `element ${r}, ${c}`).toBeLessThanOrEqual(tolerance * (1 + Math.abs(x)));
    });
  });
};
const element = fc.integer({ min: -24, max: 24 }).map((k) => k / 8);
const matrices = (rows: number, columns: number): fc.Arbitrary<Matrix> =>
  fc.array(fc.array(element, { minLength: columns, maxLength: columns }), {
    minLength: rows,
    maxLength: rows,
  });
/** A square matrix far from singular, and right-hand sides for it. */
const systems = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 4 }))
  .chain(([n, k]) => fc.record({ a: matrices(n, n), b: matrices(n, k) }))
  .filter(({ a }) => Math.abs(naiveDeterminant(a)) > 0.5);
const square = [
  [0.5, 2, -1],
  [1.5, 0.25, 0.75],
  [-0.5, 1, 1.25],
];
const dominant = [
  [2, 0.5, -1],
  [0.75, 1.5, 0.25],
  [-0.5, 1, 2.5],
];
const definite = [
  [4, 1.2, -0.6],
  [1.2, 5, 0.8],
  [-0.6, 0.8, 3],
];
const singular = [
  [1, 2, 3],
  [2, 4, 6],
  [-1, 0.5, 2],
];
/** Gradients of first and second order by finite differences. */
const checkTwice = (loss: (...xs: Any[]) => g.AnyTensor, x: Any): void => {
  checkGradient(loss as never, x);
  const slope = (v: Any): g.AnyTensor =>
    g.sum(g.sin((g.grad(loss as never) as (v: Any) => Any)(v)));
  checkGradient(slope as never, x, 1e-5);
};
/** A scalar that weighs every element differently. */
const weigh = (y: g.AnyTensor): g.AnyTensor => {
  const size = y.shape.reduce((a, b) => a * b, 1);
  const weights = g.sin(g.add(g.arange(size, undefined, { dtype: 'f64' }), 1));
  return g.sum(g.mul(g.reshape(y as Any, [size]), weights as unknown as Any));
};

describe('solve and inv', () => {
  test('the product with the solution is the right-hand side', () => {
    fc.assert(
      fc.property(systems, ({ a, b }) => {
        const x = g.solve(wide(a), wide(b));
        expectMatrix(wide(naiveProduct(a, matrixOf(x))), b);
        const inverse = g.inv(wide(a));
        const identity = a.map((_, r) => a.map((__, c) => Number(r === c)));
        expectMatrix(wide(naiveProduct(a, matrixOf(inverse))), identity);
      }),
      { numRuns: 60 },
    );
  });
  test('a vector is one right-hand side, and leading axes broadcast', () => {
    const [a, b] = [wide(square), wide([1, -2, 0.5])];
    expect(g.solve(a, b).shape).toEqual([3]);
    expectMatrix(g.reshape(g.matmul(a, g.solve(a, b)), [3, 1]), [[1], [-2], [0.5]]);
    const stack = g.stack([a, g.mul(a, 2) as Any]) as Any;
    const x = g.solve(stack, b) as Any;
    expect(x.shape).toEqual([2, 3]);
    const many = g.ones([4, 1, 3, 2], { dtype: 'f64' }) as unknown as Any;
    const y = g.solve(stack, many) as Any;
    expect(y.shape).toEqual([4, 2, 3, 2]);
    expectMatrix(
      g.at(g.at(y, 3), 1) as Any,
      matrixOf(g.solve(g.mul(a, 2) as Any, g.at(g.at(many, 0), 0) as Any)),
    );
  });
  test('gradients of first and second order', () => {
    checkTwice(
      (a) =>
        weigh(
          g.solve(
            a,
            wide([
              [1, 2],
              [0.5, -1],
              [0.3, 0.7],
            ]),
          ),
        ),
      wide(square),
    );
    checkTwice((b) => weigh(g.square(g.solve(wide(square), b))), wide([1, 2, -0.5]));
    checkTwice((a) => weigh(g.inv(a)), wide(square));
  });
  test('over a batch of matrices, or of right-hand sides only', () => {
    const a = g.stack([wide(square), wide(definite)]) as Any;
    const b = wide([
      [1, 2, 3],
      [0.5, -1, 2],
    ]);
    const both = g.vmap((m: Any, v: Any) => g.solve(m, v) as Any)(a, b) as Any;
    const one = g.vmap((v: Any) => g.solve(wide(square), v) as Any)(b) as Any;
    [0, 1].forEach((k) => {
      const side = g.at(b, k) as Any;
      expectMatrix(
        g.reshape(g.at(both, k), [3, 1]),
        matrixOf(g.reshape(g.solve(g.at(a, k) as Any, side), [3, 1])),
      );
      expectMatrix(
        g.reshape(g.at(one, k), [3, 1]),
        matrixOf(g.reshape(g.solve(wide(square), side), [3, 1])),
      );
    });
  });
  test('what does not exist is no number', () => {
    const x = g.inv(wide(singular)).toArray().flat() as number[];
    expect(x.some((v) => !Number.isFinite(v))).toBe(true);
    expect(g.solve(g.zeros([1, 1]), g.ones([1])).toArray()).toEqual([Infinity]);
    expect(g.inv(g.zeros([0, 0])).shape).toEqual([0, 0]);
    expect(g.solve(g.zeros([0, 0]), g.zeros([0, 2])).shape).toEqual([0, 2]);
    expect(g.solve(g.ones([1, 1, 1]), g.zeros([0, 1, 3])).shape).toEqual([0, 1, 3]);
  });
});

describe('triangularSolve', () => {
  test.each([
    [true, false, false],
    [true, true, true],
    [false, false, true],
    [false, true, false],
  ])('lower %s, transpose %s, unit diagonal %s', (lower, transpose, unitDiagonal) => {
    const options = { lower, transpose, unitDiagonal };
    const used = dominant.map((row, r) =>
      row.map((x, c) => {
        if (r === c) return unitDiagonal ? 1 : x;
        return lower === r > c ? x : 0;
      }),
    );
    const matrix = transpose ? used.map((_, r) => used.map((row) => row[r]!)) : used;
    const sides = [
      [1, 2],
      [-1, 0.5],
      [0.25, 3],
    ];
    const x = g.triangularSolve(wide(dominant), wide(sides), options);
    expectMatrix(wide(naiveProduct(matrix, matrixOf(x))), sides);
    checkTwice((a) => weigh(g.triangularSolve(a, wide(sides), options)), wide(dominant));
    checkTwice((b) => weigh(g.square(g.triangularSolve(wide(dominant), b, options))), wide(sides));
  });
  test('the other triangle is not read', () => {
    const a = wide([
      [2, Number.NaN],
      [1, 4],
    ]);
    expect(g.triangularSolve(a, wide([2, 9])).toArray()).toEqual([1, 2]);
  });
});

describe('cholesky', () => {
  test('the factor times its transpose is the matrix', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }).chain((n) => matrices(n, n)),
        (m) => {
          const transposed = m.map((_, r) => m.map((row) => row[r]!));
          const a = naiveProduct(m, transposed).map((row, r) =>
            row.map((x, c) => x + Number(r === c)),
          );
          const lower = matrixOf(g.cholesky(wide(a)));
          lower.forEach((row, r) => {
            row.forEach((x, c) => {
              if (c > r) expect(x).toBe(0);
            });
          });
          expectMatrix(
            wide(
              naiveProduct(
                lower,
                lower.map((_, r) => lower.map((row) => row[r]!)),
              ),
            ),
            a,
          );
        },
      ),
      { numRuns: 60 },
    );
  });
  test('only the lower triangle is read', () => {
    const a = wide([
      [4, Number.NaN],
      [2, 10],
    ]);
    expect(g.cholesky(a).toArray()).toEqual([
      [2, 0],
      [1, 3],
    ]);
    const slope = (g.grad((v: Any) => weigh(g.cholesky(v)) as never) as (v: Any) => Any)(a);
    expect(slope.toArray()[0]![1]).toBe(0);
  });
  test('gradients of first and second order', () => {
    checkTwice((a) => weigh(g.cholesky(a)), wide(definite));
    const made = (m: Any): g.AnyTensor =>
      g.cholesky(g.add(g.matmul(m, g.transpose(m)), g.eye(3, 3, { dtype: 'f64' }) as never) as Any);
    checkTwice((m) => weigh(made(m)), wide(square));
  });
  test('where it does not exist it is NaN from there on', () => {
    const lower = g
      .cholesky(
        wide([
          [4, 2, 0],
          [2, 1, 5],
          [0, 5, 9],
        ]),
      )
      .toArray() as Matrix;
    expect(lower.map((row) => row[0])).toEqual([2, 1, 0]);
    expect([lower[1]![1], lower[2]![1], lower[2]![2]]).toEqual([NaN, NaN, NaN]);
  });
});

describe('lu', () => {
  test('the factors give the rows in another order', () => {
    const permuted = fc.integer({ min: 1, max: 6 }).chain((n) => matrices(n, n));
    fc.assert(
      fc.property(permuted, (a) => {
        const { lower, upper, permutation } = g.lu(wide(a));
        const rows = permutation.toArray() as number[];
        expectMatrix(
          g.matmul(lower as Any, upper as Any),
          rows.map((k) => a[k]!),
        );
        matrixOf(lower as Any).forEach((row, r) => {
          expect(row[r]).toBe(1);
          row.forEach((x, c) => {
            if (c > r) expect(x).toBe(0);
            else expect(Math.abs(x)).toBeLessThanOrEqual(1);
          });
        });
      }),
      { numRuns: 60 },
    );
  });
  test('gradients of first and second order', () => {
    checkTwice((a) => weigh(g.lu(a).lower), wide(square));
    checkTwice((a) => weigh(g.lu(a).upper), wide(square));
  });
});

describe('determinants', () => {
  test('agree with cofactors', () => {
    const any = fc.integer({ min: 0, max: 5 }).chain((n) => matrices(n, n));
    fc.assert(
      fc.property(any, (a) => {
        const wanted = naiveDeterminant(a);
        const x = wide(a.flat(), [a.length, a.length]);
        expect(g.det(x).item()).toBeCloseTo(wanted, 8);
        const { sign, logarithm } = g.slogdet(x);
        const got = (sign.item() as number) * Math.exp(logarithm.item() as number);
        expect(got).toBeCloseTo(wanted, 7);
      }),
      { numRuns: 60 },
    );
  });
  test('the gradient is the transposed adjugate, also of singular matrices', () => {
    const twice = [
      [1, 2, 3],
      [2, 4, 6],
      [3, 6, 9],
    ];
    const zero = [
      [0, 0],
      [0, 0],
    ];
    for (const a of [square, singular, twice, zero, [[0]]]) {
      const slope = (g.grad((v: Any) => g.det(v) as never) as (v: Any) => Any)(wide(a));
      const adjugate = naiveAdjugate(a);
      expectMatrix(
        slope,
        adjugate.map((_, r) => adjugate.map((row) => row[r]!)),
      );
    }
  });
  test('gradients of first and second order', () => {
    const stack = wide([square, definite]);
    checkTwice((a) => weigh(g.det(a)), stack);
    checkTwice((a) => weigh(g.slogdet(a).logarithm), stack);
    checkTwice((a) => g.logdet(a), wide(definite));
  });
  test('logarithms of what is negative, singular, or too large', () => {
    expect(
      g
        .logdet(
          wide([
            [0, 1],
            [1, 0],
          ]),
        )
        .item(),
    ).toBeNaN();
    const { sign, logarithm } = g.slogdet(
      wide([
        [1, 2],
        [2, 4],
      ]),
    );
    expect([sign.item(), logarithm.item()]).toEqual([0, -Infinity]);
    expect(
      g
        .logdet(
          wide([
            [1, 2],
            [2, 4],
          ]),
        )
        .item(),
    ).toBe(-Infinity);
    const huge = g.mul(g.eye(200), 1e30);
    expect(g.slogdet(huge).logarithm.item()).toBeCloseTo(200 * Math.log(1e30), 1);
    expect(g.det(g.eye(0)).item()).toBe(1);
    expect(g.det(g.stack([g.eye(2), g.mul(g.eye(2), 3)])).toArray()).toEqual([1, 9]);
  });
});

test('a system of single precision is solved to single precision', () => {
  const n = 50;
  let seed = 7;
  const next = (): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.fround(seed / 1073741824 - 1);
  };
  const a = Array.from({ length: n }, () => Array.from({ length: n }, next));
  const b = Array.from({ length: n }, () => [next()]);
  const x = matrixOf(g.solve(g.tensor(a), g.tensor(b)));
  const residual = naiveProduct(a, x).map((row, r) => Math.abs(row[0]! - b[r]![0]!));
  const scale = Math.max(...x.map(([v]) => Math.abs(v!))) * n;
  expect(Math.max(...residual) / scale).toBeLessThan(6e-8);
});

test('what is wrong is said', () => {
  const loose = g as unknown as Record<string, (...all: unknown[]) => unknown>;
  const calls = [
    () => loose.inv!(g.zeros([2, 3])),
    () => loose.det!(g.zeros([3])),
    () => loose.cholesky!(g.zeros([2, 2], { dtype: 'i32' })),
    () => loose.solve!(g.zeros([3, 3]), g.zeros([4])),
    () => loose.solve!(g.zeros([3, 3]), g.zeros([2, 4, 1])),
    () => loose.solve!(g.zeros([3, 3]), g.zeros([])),
    () => loose.solve!(g.zeros([2, 3, 3]), g.zeros([4, 3, 1])),
    () => loose.solve!(g.zeros([3, 3]), g.zeros([3], { dtype: 'f64' })),
    () => loose.triangularSolve!(g.zeros([3, 3]), g.zeros([3]), { upper: true }),
    () => loose.triangularSolve!(g.zeros([3, 3]), g.zeros([3]), { lower: 1 }),
  ];
  expect(calls.map(errorOf).join('\n')).toMatchInlineSnapshot(`
    "ShapeError: inv: [2, 3] are no square matrices
    ShapeError: det: [3] are no square matrices
    DTypeError: cholesky: i32 is not supported (hint: convert with cast(x, 'f32'))
    ShapeError: solve: the matrix has 3 rows but the right-hand side has 4 ([3, 3] and [4])
    ShapeError: solve: the matrix has 3 rows but the right-hand side has 4 ([3, 3] and [2, 4, 1])
    ShapeError: solve: the right-hand side is a scalar
    ShapeError: solve (batch dimensions): cannot broadcast [2] with [4]: dimensions 2 and 4 differ
    DTypeError: solve: dtypes f32 and f64 differ; convert one with cast
    ArgumentError: triangularSolve: unknown option 'upper' (hint: valid options: lower, transpose, unitDiagonal)
    ArgumentError: triangularSolve: lower must be true or false, not a number"
  `);
});
