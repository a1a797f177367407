/**
 * Steps of algorithms on matrices in scratch memory: elimination with partial pivoting, and the
 * substitution that solves a triangular system.
 */
import type { Cells, Machine, Variable } from '../machine.ts';
import type { TensorType } from '../types.ts';

/** The number of rows of the matrices of a type. */
export const rowsOf = (type: TensorType | undefined): number =>
  type?.shape[type.shape.length - 2] ?? 0;

/** The number of columns of the matrices of a type. */
export const columnsOf = (type: TensorType | undefined): number =>
  type?.shape[type.shape.length - 1] ?? 0;

/** The position of an element in cells that hold a matrix of `columns` columns. */
export const cell = <E>({ i }: Machine<E>, row: E, column: E, columns: number): E =>
  i.add(i.mul(row, i.constant(columns)), column);

/** A copy of the matrix in an input. */
export const copied = <E>(
  m: Machine<E>,
  input: number,
  rows: number,
  columns: number,
): Cells<E> => {
  const x = m.cells(m.s.dtype, rows * columns);
  m.loop(rows, (r) => {
    m.loop(columns, (c) => x.store(cell(m, r, c, columns), m.read(input, [r, c])));
  });
  return x;
};

/** Factors of a matrix in one square: those below the diagonal, and the rest. */
export interface Factors<E> {
  readonly packed: Cells<E>;
  /** Row k of the product of the factors is row `rows[k]` of the matrix. */
  readonly rows: Cells<E>;
  /** 1 or -1: whether the order of the rows is an even or an odd permutation. */
  readonly sign: Variable<E>;
}
/**
 * Gaussian elimination with partial pivoting of input 0. A column of zeros leaves a pivot of 0 and
 * factors of 0, so that the factors of a singular matrix are finite.
 */
export const factor = <E>(m: Machine<E>, n: number): Factors<E> => {
  const { s, i } = m;
  const packed = copied(m, 0, n, n);
  const rows = m.cells('i32', n);
  const sign = m.variable(s.constant(1));
  const at = (row: E, column: E): E => cell(m, row, column, n);
  const swap = (x: Cells<E>, a: E, b: E): void => {
    const [first, second] = [x.load(a), x.load(b)];
    x.store(a, second);
    x.store(b, first);
  };
  m.loop(n, (k) => rows.store(k, k));
  m.loop(n, (k) => {
    const most = m.variable(s.abs(packed.load(at(k, k))));
    const found = m.variable(k);
    m.loop(n, (r) => {
      m.when(i.gt(r, k), () => {
        const size = s.abs(packed.load(at(r, k)));
        m.when(s.gt(size, most.get()), () => {
          most.set(size);
          found.set(r);
        });
      });
    });
    const row = m.bounded(found.get(), n);
    m.when(i.ne(row, k), () => {
      m.loop(n, (c) => swap(packed, at(k, c), at(row, c)));
      swap(rows, k, row);
      sign.set(s.neg(sign.get()));
    });
    const pivot = packed.load(at(k, k));
    const isZero = s.eq(pivot, s.constant(0));
    m.loop(n, (r) => {
      m.when(i.gt(r, k), () => {
        const below = packed.load(at(r, k));
        const multiple = s.select(isZero, s.constant(0), s.div(below, pivot));
        packed.store(at(r, k), multiple);
        m.loop(n, (c) => {
          m.when(i.gt(c, k), () => {
            const taken = s.mul(multiple, packed.load(at(k, c)));
            packed.store(at(r, c), s.sub(packed.load(at(r, c)), taken));
          });
        });
      });
    });
  });
  return { packed, rows, sign };
};

/** The attributes of `triangularSolve`. */
export interface TriangularSolveParams {
  /** Whether the lower triangle counts, or the upper one. */
  readonly lower: boolean;
  /** Whether the system is that of the transposed matrix. */
  readonly transpose: boolean;
  /** Whether the diagonal is taken to be 1, whatever stands there. */
  readonly unitDiagonal: boolean;
}

/** Solves a triangular system in place: x (n rows, `columns` columns) becomes the solution. */
export const substitute = <E>(
  m: Machine<E>,
  a: Cells<E>,
  x: Cells<E>,
  n: number,
  columns: number,
  { lower, transpose, unitDiagonal }: TriangularSolveParams,
): void => {
  const { s, i } = m;
  const isForward = lower !== transpose;
  const at = (row: E, column: E): E => a.load(cell(m, row, column, n));
  m.loop(n, (k) => {
    const row = isForward ? k : i.sub(i.constant(n - 1), k);
    m.loop(n, (other) => {
      m.when(isForward ? i.lt(other, row) : i.gt(other, row), () => {
        const multiple = transpose ? at(other, row) : at(row, other);
        m.loop(columns, (c) => {
          const here = cell(m, row, c, columns);
          const taken = s.mul(multiple, x.load(cell(m, other, c, columns)));
          x.store(here, s.sub(x.load(here), taken));
        });
      });
    });
    if (unitDiagonal) return;
    const pivot = at(row, row);
    m.loop(columns, (c) => {
      const here = cell(m, row, c, columns);
      x.store(here, s.div(x.load(here), pivot));
    });
  });
};
/** Makes output 0 of what cells hold. */
export const written = <E>(m: Machine<E>, x: Cells<E>, rows: number, columns: number): void => {
  m.loop(rows, (r) => {
    m.loop(columns, (c) => m.write(0, [r, c], x.load(cell(m, r, c, columns))));
  });
};
