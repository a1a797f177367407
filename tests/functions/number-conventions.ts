/** The conventions about integers and about special numbers. */
import * as g from 'gradloom';
import { expect } from 'vitest';
import { type Convention, call, f32, i32, loose, u32, values, withoutMinus } from './convention.ts';
import type { Any } from './naive.ts';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

/** Integers, and what rounds to whole numbers. */
export const integers: readonly Convention[] = [
  [
    'Integer arithmetic wraps at 32 bits.',
    (run) => {
      expect(values(run(call('add'), i32(2147483647), i32(1)))).toEqual([-2147483648]);
      expect(values(run(call('mul'), i32(65536), i32(65536)))).toEqual([0]);
      expect(values(run(call('mul'), i32(1103515245), i32(12345)))).toEqual([-740563387]);
      expect(values(run(call('sub'), u32(0), u32(1)))).toEqual([4294967295]);
      expect(values(run(call('neg'), i32(-2147483648)))).toEqual([-2147483648]);
      expect(values(run(call('sum'), i32(2147483647, 1)))).toBe(-2147483648);
    },
  ],
  [
    'The least integer divided by -1 is itself.',
    (run) => {
      for (const name of ['floorDivide', 'truncDivide']) {
        expect(values(run(call(name), i32(-2147483648), i32(-1)))).toEqual([-2147483648]);
      }
      expect(withoutMinus(values(run(call('remainder'), i32(-2147483648), i32(-1))))).toEqual([0]);
    },
  ],
  [
    'Integers divided by zero give 0, and so do their remainders.',
    (run) => {
      for (const name of ['floorDivide', 'truncDivide', 'fmod', 'remainder']) {
        expect(values(run(call(name), i32(7, -7, 0), i32(0, 0, 0)))).toEqual([0, 0, 0]);
        expect(values(run(call(name), u32(7, 4294967295), u32(0, 0)))).toEqual([0, 0]);
      }
    },
  ],
  [
    '`floorDivide` rounds down and `truncDivide` toward zero.',
    (run) => {
      const [x, y] = [i32(7, -7, 7, -7), i32(2, 2, -2, -2)];
      expect(values(run(call('floorDivide'), x, y))).toEqual([3, -4, -4, 3]);
      expect(values(run(call('truncDivide'), x, y))).toEqual([3, -3, -3, 3]);
      const [big, three] = [u32(4294967295, 4294967294), u32(3, 4294967295)];
      expect(values(run(call('floorDivide'), big, three))).toEqual([1431655765, 0]);
      const odd = i32(2147483647, -2147483647);
      expect(values(run(call('floorDivide'), odd, i32(2, 2)))).toEqual([1073741823, -1073741824]);
      const [a, b] = [f32(7, -7, -1, 5, inf, -0.5), f32(2, 2, inf, 0, 2, 1)];
      expect(values(run(call('floorDivide'), a, b))).toEqual([3, -4, -1, inf, inf, -1]);
      expect(values(run(call('truncDivide'), a, b))).toEqual([3, -3, -0, inf, inf, -0]);
    },
  ],
  [
    'They round the exact quotient',
    (run) => {
      const wide = { dtype: 'f64' } as const;
      for (const name of ['floorDivide', 'truncDivide']) {
        expect(values(run(call(name), f32(1, 3, 16777215), f32(0.1, 0.1, 1)))).toEqual([
          9, 29, 16777215,
        ]);
        const [one, tenth] = [g.tensor([1], wide), g.tensor([0.1], wide)];
        expect(values(run(call(name), one, tenth))).toEqual([9]);
      }
    },
  ],
  [
    '`fmod` has the sign of its first operand and `remainder` that of its second, also where it is zero.',
    (run) => {
      const [x, y] = [f32(7, -7, 7, -7, -6, 6), f32(3, 3, -3, -3, 3, -3)];
      expect(values(run(call('fmod'), x, y))).toEqual([1, -1, 1, -1, -0, 0]);
      expect(values(run(call('remainder'), x, y))).toEqual([1, 2, -2, -1, 0, -0]);
      const [a, b] = [i32(7, -7, 7, -7), i32(3, 3, -3, -3)];
      expect(values(run(call('remainder'), a, b))).toEqual([1, 2, -2, -1]);
    },
  ],
  [
    'Casts from float to integer truncate toward zero and saturate; NaN becomes 0.',
    (run) => {
      const x = f32(3.9, -3.9, 1e20, -1e20, nan, inf);
      const signed = [3, -3, 2147483647, -2147483648, 0, 2147483647];
      expect(values(run(call('cast', 'i32'), x))).toEqual(signed);
      expect(values(run(call('cast', 'u32'), x))).toEqual([3, 0, 4294967295, 0, 0, 4294967295]);
    },
  ],
  [
    '`round` rounds halves to even.',
    (run) => {
      const x = f32(0.5, 1.5, 2.5, -0.5, -1.5, 8388609, 0.49999997);
      expect(values(run(call('round'), x))).toEqual([0, 2, 2, -0, -2, 8388609, 0]);
    },
  ],
  [
    'Shifts take the low 5 bits of their second operand.',
    (run) => {
      expect(values(run(call('shiftLeft'), i32(1, 1, 3), i32(31, 32, 33)))).toEqual([
        -2147483648, 1, 6,
      ]);
      expect(values(run(call('shiftRight'), i32(-8, -8), i32(1, 33)))).toEqual([-4, -4]);
      expect(values(run(call('shiftRight'), u32(4294967288), u32(1)))).toEqual([2147483644]);
    },
  ],
  [
    'an integer remainder is the same under `valueAndGrad`.',
    (run) => {
      const ids = i32(7, -7, 2147483647);
      const f = (x: Any): Any => {
        const rest = loose.cast!(loose.remainder!(ids, 3), 'f32');
        return g.sum(loose.mul!(x, rest)) as unknown as Any;
      };
      const both = (x: Any): unknown => {
        const [value, gradient] = g.valueAndGrad(f as never)(x as never) as unknown as [Any, Any];
        return loose.concat!([loose.reshape!(value, [1]), gradient], 0);
      };
      expect(values(run(both, f32(1, 1, 1)))).toEqual([4, 1, 2, 1]);
    },
  ],
];

/** NaN, infinities, zeros and nothing. */
export const special: readonly Convention[] = [
  [
    '`maximum`, `minimum`, `max` and `min` give NaN when an operand is NaN.',
    (run) => {
      for (const name of ['maximum', 'minimum']) {
        expect(values(run(call(name), f32(1, nan, nan), f32(nan, 1, nan)))).toEqual([
          nan,
          nan,
          nan,
        ]);
      }
      for (const name of ['max', 'min']) expect(values(run(call(name), f32(1, nan, 3)))).toBe(nan);
    },
  ],
  [
    '`argmax` and `argmin` give the place of the first NaN.',
    (run) => {
      for (const name of ['argmax', 'argmin']) {
        expect(values(run(call(name), f32(1, nan, 3)))).toBe(1);
        expect(values(run(call(name), f32(nan, 0, nan)))).toBe(0);
      }
      expect(values(run(call('argmax'), f32(1, 3, 3)))).toBe(1);
      expect(values(run(call('argmin'), f32(2, 1, 1)))).toBe(1);
    },
  ],
  [
    'Comparisons with NaN are false, but for `ne`.',
    (run) => {
      for (const name of ['eq', 'ne', 'lt', 'le', 'gt', 'ge']) {
        const wanted = name === 'ne';
        const [x, y] = [f32(nan, 1, nan), f32(1, nan, nan)];
        expect(values(run(call(name), x, y))).toEqual([wanted, wanted, wanted]);
      }
    },
  ],
  [
    '`sort` puts NaN last.',
    (run) => {
      const sorted = (x: Any): unknown => (loose.sort!(x) as unknown as readonly Any[])[0];
      expect(values(run(sorted, f32(2, nan, -inf, 1)))).toEqual([-inf, 1, 2, nan]);
    },
  ],
  [
    '`pow(1, NaN)` is 1, as IEEE 754 says and JavaScript does not. `pow(x, 0)` is 1 for every x.',
    (run) => {
      const [x, y] = [f32(1, nan, 0, inf, -1, -1), f32(nan, 0, 0, 0, inf, -inf)];
      expect(values(run(call('pow'), x, y))).toEqual([1, 1, 1, 1, 1, 1]);
    },
  ],
  [
    'The mean of nothing is NaN, the sum of nothing 0, the product of nothing 1.',
    (run) => {
      const nothing = g.zeros([0]);
      expect(values(run(call('mean'), nothing))).toBe(nan);
      expect(values(run(call('sum'), nothing))).toBe(0);
      expect(values(run(call('prod'), nothing))).toBe(1);
    },
  ],
  [
    'The maximum of nothing is an error.',
    (run) => {
      for (const name of ['max', 'min', 'argmax', 'argmin']) {
        expect(() => run(call(name), g.zeros([0]))).toThrow(/no elements to choose from/);
      }
    },
  ],
  [
    'A softmax row that is minus infinity throughout is a row of zeros. Its `logsumexp` is minus infinity.',
    (run) => {
      const rows = g.tensor([
        [-inf, -inf],
        [0, 0],
      ]);
      expect(values(run(call('softmax'), rows))).toEqual([
        [0, 0],
        [0.5, 0.5],
      ]);
      const [masked, plain] = values(run(call('logsumexp', 1), rows)) as number[];
      expect(masked).toBe(-inf);
      expect(plain).toBeCloseTo(Math.LN2, 6);
    },
  ],
  [
    '`logaddexp` and `hypot` of infinities are infinite where they should be, not NaN.',
    (run) => {
      const [x, y] = [f32(-inf, inf, inf, -inf, 5), f32(-inf, inf, -inf, 2, -inf)];
      expect(values(run(call('logaddexp'), x, y))).toEqual([-inf, inf, inf, 2, 5]);
      expect(values(run(call('hypot'), x, y))).toEqual([inf, inf, inf, inf, inf]);
      expect(values(run(call('hypot'), f32(3e38), f32(0)))).toEqual([Math.fround(3e38)]);
      expect(values(run(call('hypot'), f32(3e30), f32(4e30)))).toEqual([Math.fround(5e30)]);
    },
  ],
  [
    'The sign of zero survives every odd function, rounding, data that go in and come out, constants, and static arguments.',
    (run) => {
      const odd =
        'sin tan asin atan sinh tanh asinh atanh expm1 log1p erf erfInv sqrt floor ceil round trunc ' +
        'abs sign identity stopGradient silu mish gelu selu elu celu softsign leakyRelu hardTanh';
      for (const name of odd.split(' ')) {
        const wanted = name === 'abs' ? 0 : -0;
        expect([name, values(run(call(name), f32(-0)))]).toEqual([name, [wanted]]);
      }
      expect(values(f32(-0))).toEqual([-0]);
      const wide = values(run(call('cast', 'f64'), f32(-0)));
      expect(wide).toEqual([-0]);
      expect(values(run((x) => loose.add!(x, g.full([1], -0)), f32(-0)))).toEqual([-0]);
      expect(values(run((x) => loose.mul!(x, -0), f32(3)))).toEqual([-0]);
      expect(values(run(call('maximum'), f32(-0, 0), f32(-0, -0)))).toEqual([-0, 0]);
      expect(values(run(call('minimum'), f32(0, 0), f32(-0, 0)))).toEqual([-0, 0]);
      expect(values(run(call('truncDivide'), f32(-1), f32(2)))).toEqual([-0]);
      expect(values(run(call('atan2'), f32(-0), f32(-1)))).toEqual([Math.fround(-Math.PI)]);
      expect(values(run(call('sum'), f32(-0, -0)))).toBe(0);
      const times = g.jit((x: Any, by: number) => loose.mul!(x, by));
      expect(values(times(f32(1), 0))).toEqual([0]);
      expect(values(times(f32(1), -0))).toEqual([-0]);
    },
  ],
];
