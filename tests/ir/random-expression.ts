/** Random kernel expressions, and what they mean by `numbers`. */
import * as fc from 'fast-check';
import type { Expr, KernelBuffer, Local } from '../../src/ir/kernel.ts';
import { binaryNames, compareNames, numbers, unaryNames } from '../../src/ir/scalar.ts';
import type { DType } from '../../src/ir/types.ts';

/** Numbers of a dtype at which instructions go wrong. */
export const edges: Readonly<Record<DType, readonly number[]>> = {
  f32: [
    0,
    -0,
    1,
    -1,
    0.5,
    -0.5,
    1.5,
    2.5,
    -2.5,
    3,
    Math.fround(0.1),
    Number.NaN,
    Infinity,
    -Infinity,
    2 ** -149,
    -(2 ** -149),
    2 ** -126,
    Math.fround(3.4028234663852886e38),
    2147483648,
    -2147483648,
    4294967296,
    16777216,
    -40,
    88,
    Math.fround(1e-20),
  ],
  f64: [
    0,
    -0,
    1,
    -1,
    0.5,
    -0.5,
    1.5,
    2.5,
    -2.5,
    3,
    0.1,
    Number.NaN,
    Infinity,
    -Infinity,
    5e-324,
    -5e-324,
    Number.MAX_VALUE,
    2147483647.5,
    -2147483648.5,
    4294967295.5,
    1e-20,
    700,
  ],
  i32: [
    0, 1, -1, 2, -2, 3, 31, 32, 33, 255, 65535, -65536, 46341, 2147483647, -2147483648, -2147483647,
  ],
  u32: [0, 1, 2, 3, 31, 32, 33, 255, 65535, 65537, 2147483647, 2147483648, 4294967294, 4294967295],
  bool: [0, 1],
  f16: [0, -0, 1, 65504, 2 ** -24, Number.NaN, -Infinity],
  bf16: [0, -0, 1, 2 ** -133, Number.NaN, Infinity],
};

/** The value of an expression whose loads all read element 0 of the arrays in `memory`. */
export const evaluate = (e: Expr, memory: ReadonlyMap<number, number>): number => {
  const value = (x: Expr): number => evaluate(x, memory);
  switch (e.kind) {
    case 'const':
      return numbers(e.dtype).constant(e.value);
    case 'local':
      return memory.get(-1 - e.id) as number;
    case 'load':
      return memory.get(e.buffer.id) as number;
    case 'unary':
      return numbers(e.dtype)[e.name](value(e.x));
    case 'binary':
      return numbers(e.dtype)[e.name](value(e.x), value(e.y));
    case 'compare':
      return numbers(e.x.dtype)[e.name](value(e.x), value(e.y));
    case 'select':
      return value(e.condition) ? value(e.x) : value(e.y);
    case 'cast':
      return numbers(e.x.dtype).cast(value(e.x), e.dtype);
    case 'bitcast':
      return numbers(e.x.dtype).bitcast(value(e.x), e.dtype);
  }
};

/** The buffers that random expressions load from: two of each dtype, numbered by place. */
export const operands: readonly KernelBuffer[] = (['f64', 'i32', 'u32', 'bool'] as const).flatMap(
  (dtype, k) => [
    { id: 2 * k, dtype, length: 1 },
    { id: 2 * k + 1, dtype, length: 1 },
  ],
);
/** The loop index that random expressions may use. */
export const index: Local = { kind: 'local', id: 0, dtype: 'i32', range: [0, 9] };

const zero: Expr = { kind: 'const', value: 0, dtype: 'i32' };
const leaf = (dtype: DType): fc.Arbitrary<Expr> =>
  fc.oneof(
    fc.constantFrom(...edges[dtype]).map((value): Expr => ({ kind: 'const', value, dtype })),
    fc
      .constantFrom(...operands.filter((buffer) => buffer.dtype === dtype))
      .map((buffer): Expr => ({ kind: 'load', buffer, at: zero, dtype })),
    ...(dtype === 'i32' ? [fc.constant<Expr>(index)] : []),
  );

// Functions whose double results engines may compute in their own ways are left to the tests of single instructions.
const exactUnary = unaryNames.filter((name) =>
  ['neg', 'abs', 'sign', 'floor', 'ceil', 'round', 'trunc', 'sqrt', 'not'].includes(name),
);
const exactBinary = binaryNames.filter((name) => name !== 'pow' && name !== 'atan2');
const dtypes = ['f64', 'i32', 'u32', 'bool'] as const;

/** A random expression of a dtype. */
export const randomExpression = (dtype: DType, depth: number = 4): fc.Arbitrary<Expr> => {
  if (depth === 0) return leaf(dtype);
  const inner = (of: DType): fc.Arbitrary<Expr> =>
    fc.constant(null).chain(() => randomExpression(of, depth - 1));
  return fc.oneof(
    leaf(dtype),
    fc
      .tuple(fc.constantFrom(...exactUnary), inner(dtype))
      .map(([name, x]): Expr => ({ kind: 'unary', name, x, dtype })),
    fc
      .tuple(fc.constantFrom(...exactBinary), inner(dtype), inner(dtype))
      .map(([name, x, y]): Expr => ({ kind: 'binary', name, x, y, dtype })),
    // Sums and products again, because integers print chains of them as one.
    fc
      .tuple(
        fc.constantFrom('add' as const, 'sub' as const, 'mul' as const),
        inner(dtype),
        inner(dtype),
      )
      .map(([name, x, y]): Expr => ({ kind: 'binary', name, x, y, dtype })),
    fc
      .tuple(inner('bool'), inner(dtype), inner(dtype))
      .map(([condition, x, y]): Expr => ({ kind: 'select', condition, x, y, dtype })),
    fc
      .constantFrom(...dtypes)
      .chain((from) => inner(from).map((x): Expr => ({ kind: 'cast', x, dtype }))),
    ...(dtype === 'bool'
      ? [
          fc
            .constantFrom(...dtypes)
            .chain((of) =>
              fc
                .tuple(fc.constantFrom(...compareNames), inner(of), inner(of))
                .map(([name, x, y]): Expr => ({ kind: 'compare', name, x, y, dtype: 'bool' })),
            ),
        ]
      : []),
  );
};
