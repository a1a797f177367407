/**
 * f16 and bf16 as storage: created, read, moved, chosen, compared and converted on both backends;
 * arithmetic is refused; gradients pass through casts and are summed in f32.
 */
import * as g from 'gradloom';
import { describe, expect, test } from 'vitest';
import type { HalfDType } from '../../src/ir/types.ts';
import { nearestHalf } from '../ir/half-oracle.ts';
import { errorOf } from './naive.ts';

type Half = g.Tensor<g.Dynamic, 'f16'>;
const halves: readonly HalfDType[] = ['f16', 'bf16'];
const backends = [g.js, g.reference] as const;
const table = backends.flatMap((backend) => halves.map((dtype) => [backend.name, dtype] as const));
const onBackend = (name: string): void => g.setDefaultBackend(name === 'js' ? g.js : g.reference);

const special = [
  ...[0, -0, 1, -1.5, 0.1, -1 / 3, 65504, 65519, 65520, -1e5, 3.3e38, 3.4e38],
  ...[6e-8, 3e-8, 2.9e-8, -1e-40, 1e-300, Infinity, -Infinity, Number.NaN],
];
/** Numbers as an f16 tensor of any of the two dtypes; the checker sees f16. */
const make = (data: g.TensorData, dtype: HalfDType): Half =>
  g.tensor(data, { dtype }) as unknown as Half;
const rounded = (dtype: HalfDType, numbers: readonly number[]): number[] =>
  numbers.map((x) => nearestHalf(dtype, x));

describe.each(table)('%s: %s', (backend, dtype) => {
  const at = (body: () => void | Promise<void>) => async () => {
    onBackend(backend);
    try {
      await body();
    } finally {
      g.setDefaultBackend(g.js);
    }
  };

  test(
    'numbers are rounded once, to nearest even',
    at(async () => {
      const x = make(special, dtype);
      expect([x.dtype, x.shape]).toEqual([dtype, [special.length]]);
      expect(x.toArray()).toEqual(rounded(dtype, special));
      expect(await x.data()).toEqual(Float32Array.from(rounded(dtype, special)));
      const typed = g.tensor(Float64Array.from(special), { dtype });
      expect(typed.dataSync({ bits: true })).toEqual(x.dataSync({ bits: true }));
      expect(make(1 + 2 ** -11 + 2 ** -40, 'f16').item()).toBe(1 + 2 ** -10);
    }),
  );

  test(
    'bits go in and come out',
    at(async () => {
      const bits = Uint16Array.of(0, 0x8000, 1, 0x3c00, 0x7c00, 0xffff);
      const x = g.tensor(bits, { dtype, bits: true, shape: [2, 3] });
      expect(await x.data({ bits: true })).toEqual(bits);
      expect(x.dataSync({ bits: true })).toEqual(bits);
      expect(x.shape).toEqual([2, 3]);
      const numbers = g.tensor(Uint16Array.of(0, 1, 300), { dtype });
      expect(numbers.toArray()).toEqual([0, 1, 300]);
    }),
  );

  test(
    'made from shapes',
    at(() => {
      expect(g.zeros([2], { dtype }).toArray()).toEqual([0, 0]);
      expect(g.ones([2], { dtype }).toArray()).toEqual([1, 1]);
      expect(g.full([1], 1e6, { dtype }).toArray()).toEqual(rounded(dtype, [1e6]));
      expect(g.eye(2, 2, { dtype }).toArray()).toEqual([
        [1, 0],
        [0, 1],
      ]);
      expect(g.arange(0, 1, { step: 0.3, dtype }).toArray()).toEqual(
        rounded(dtype, [0, 0.3, 0.6, Math.fround(0.9)]),
      );
      const like = make([3, 4], dtype);
      expect(g.onesLike(like).dtype).toBe(dtype);
      expect(g.fullLike(like, 0.1).toArray()).toEqual(rounded(dtype, [0.1, 0.1]));
      const traced = g.jit(() => [g.full([2], 0.1, { dtype }), g.zeros([1], { dtype })] as const);
      expect(traced().map((x) => x.toArray())).toEqual([rounded(dtype, [0.1, 0.1]), [0]]);
    }),
  );

  test(
    'conversions to and from every dtype',
    at(() => {
      const x = g.tensor([1.75, -2.5, 300.5, 0, Number.NaN]);
      const half = g.cast(x, dtype);
      const numbers = rounded(dtype, [1.75, -2.5, 300.5, 0, Number.NaN]);
      expect(half.toArray()).toEqual(numbers);
      expect(g.cast(half, 'f32').toArray()).toEqual(numbers);
      expect(g.cast(half, 'f64').toArray()).toEqual(numbers);
      expect(g.cast(half, 'bool').toArray()).toEqual([true, true, true, false, true]);
      expect(g.cast(half, 'i32').toArray()).toEqual(numbers.map((n) => Math.trunc(n) || 0));
      expect(g.cast(half, 'u32').toArray()).toEqual(
        numbers.map((n) => Math.max(0, Math.trunc(n)) || 0),
      );
      const other = dtype === 'f16' ? 'bf16' : 'f16';
      expect(g.cast(half, other).toArray()).toEqual(rounded(other, numbers));
      expect(g.cast(g.tensor([2049, 70001], { dtype: 'i32' }), dtype).toArray()).toEqual(
        rounded(dtype, [2049, 70001]),
      );
      expect(g.cast(g.tensor([true, false]), dtype).toArray()).toEqual([1, 0]);
      const precise = g.tensor([1 + 2 ** -11 + 2 ** -40], { dtype: 'f64' });
      expect(g.cast(precise, dtype).toArray()).toEqual(rounded(dtype, [1 + 2 ** -11 + 2 ** -40]));
    }),
  );

  test(
    'moved in every way',
    at(() => {
      const x = make(
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        dtype,
      );
      const ids = g.tensor([1, 0, 1], { dtype: 'i32' });
      expect(g.transpose(x).toArray()).toEqual([
        [1, 4],
        [2, 5],
        [3, 6],
      ]);
      expect(g.reshape(x, [6]).toArray()).toEqual([1, 2, 3, 4, 5, 6]);
      expect(g.flip(x, 1).toArray()).toEqual([
        [3, 2, 1],
        [6, 5, 4],
      ]);
      expect(g.slice(x, [null, [1, null]]).toArray()).toEqual([
        [2, 3],
        [5, 6],
      ]);
      expect(g.at(x, 1).toArray()).toEqual([4, 5, 6]);
      expect(g.concat([x, x], 0).shape).toEqual([4, 3]);
      expect(g.stack([g.at(x, 0), g.at(x, 1)], 0).toArray()).toEqual(x.toArray());
      expect(g.pad(g.at(x, 0), [[1, 1]], { value: 0.1 }).toArray()).toEqual(
        rounded(dtype, [0.1, 1, 2, 3, 0.1]),
      );
      expect(g.take(x, ids).toArray()).toEqual([
        [4, 5, 6],
        [1, 2, 3],
        [4, 5, 6],
      ]);
      expect(g.broadcastTo(g.at(x, 0), [2, 3]).toArray()).toEqual([
        [1, 2, 3],
        [1, 2, 3],
      ]);
      expect(g.stopGradient(x).toArray()).toEqual(x.toArray());
      for (const moved of [g.transpose(x), g.take(x, ids), g.concat([x, x], 1)]) {
        expect(moved.dtype).toBe(dtype);
      }
    }),
  );

  test(
    'chosen and compared',
    at(() => {
      const x = make([1, -0, 2, Number.NaN], dtype);
      const y = make([1, 0, 3, Number.NaN], dtype);
      expect(g.eq(x, y).toArray()).toEqual([true, true, false, false]);
      expect(g.ne(x, y).toArray()).toEqual([false, false, true, true]);
      expect(g.eq(x, 2).toArray()).toEqual([false, false, true, false]);
      // A number is rounded to the dtype it takes.
      expect(g.eq(make([0.1], dtype), 0.1).toArray()).toEqual([true]);
      expect(g.where(g.eq(x, y), x, y).toArray()).toEqual([1, -0, 3, Number.NaN]);
      expect(g.where(g.tensor([true, false, false, true]), x, 0.1).toArray()).toEqual(
        rounded(dtype, [1, 0.1, 0.1, Number.NaN]),
      );
      expect(g.maskedFill(x, g.eq(x, y), 0.1).toArray()).toEqual(
        rounded(dtype, [0.1, 0.1, 2, Number.NaN]),
      );
    }),
  );

  test(
    'gradients through a cast have the dtype of the parameter',
    at(() => {
      const x = make([1, -2, 0.1], dtype);
      const f = (w: Half): g.Tensor<g.Dynamic> => g.cast(w, 'f32');
      const squares = (w: Half): g.Tensor<[]> => g.sum(g.square(f(w)));
      const wanted = rounded(
        dtype,
        rounded(dtype, [1, -2, 0.1]).map((w) => 2 * w),
      );
      const both = [g.grad(squares)(x), g.jit(g.grad(squares))(x)];
      for (const gradient of both) {
        expect(gradient.dtype).toBe(dtype);
        expect(gradient.toArray()).toEqual(wanted);
      }
      const unused = g.grad((_w: Half, s: g.Tensor<[]>) => s, { argnums: 0 })(x, g.tensor(1));
      expect([unused.dtype, unused.toArray()]).toEqual([dtype, [0, 0, 0]]);
    }),
  );

  test(
    'cotangents of several uses are summed in f32 and rounded once',
    at(() => {
      // In bf16 1 + 2^-8 is 1, so adding three times one by one would stay at 1.
      const small = dtype === 'bf16' ? 2 ** -8 : 2 ** -11;
      const f = (w: Half): g.Tensor<[]> => {
        const terms = [1, small, small, small].map((by) => g.mul(g.cast(w, 'f32'), by));
        // A view keeps the four casts apart.
        const turned = terms.map((_, k) => g.mul(g.cast(g.flip(w, 0), 'f32'), k === 0 ? 1 : small));
        return g.sum(turned.reduce((sum, term) => g.add(sum, term)));
      };
      expect(
        g
          .grad(f)(make([1, 2], dtype))
          .toArray(),
      ).toEqual(rounded(dtype, [1 + 3 * small, 1 + 3 * small]));
    }),
  );

  test(
    'cotangents of repeated elements are summed in f32 and rounded once',
    at(() => {
      const many = 3000;
      const ids = g.tensor(new Int32Array(many).fill(1));
      const taken = (w: Half): g.Tensor<[]> => g.sum(g.cast(g.take(w, ids), 'f32'));
      const spread = (w: Half): g.Tensor<[]> => g.sum(g.cast(g.broadcastTo(w, [many, 2]), 'f32'));
      const w = make([1, 2], dtype);
      expect(g.grad(taken)(w).toArray()).toEqual(rounded(dtype, [0, many]));
      expect(g.grad(spread)(w).toArray()).toEqual(rounded(dtype, [many, many]));
    }),
  );

  test(
    'jvp, vjp, vmap and donation',
    at(() => {
      const triple = (w: Half): Half =>
        g.cast(g.mul(g.cast(w, 'f32'), 3), dtype) as unknown as Half;
      const x = make([0.1, 2], dtype);
      const [value, tangent] = g.jvp(triple, [x], [make([1, 0.1], dtype)]);
      const tenth = nearestHalf(dtype, 0.1);
      expect(value.toArray()).toEqual(rounded(dtype, [3 * tenth, 6]));
      expect([tangent.dtype, tangent.toArray()]).toEqual([dtype, rounded(dtype, [3, 3 * tenth])]);
      const [, pull] = g.vjp(triple, x);
      const [cotangent] = pull(make([1, 0.1], dtype));
      expect([cotangent.dtype, cotangent.toArray()]).toEqual([
        dtype,
        rounded(dtype, [3, 3 * tenth]),
      ]);
      const rows = make(
        [
          [1, 2],
          [3, 4],
        ],
        dtype,
      );
      expect(g.vmap(triple)(rows).toArray()).toEqual([
        [3, 6],
        [9, 12],
      ]);
      const step = g.jit(triple, { donate: [0] });
      const again = step(step(make([1, -2], dtype)));
      expect(again.toArray()).toEqual([9, -18]);
    }),
  );

  test(
    'shown to people',
    at(() => {
      expect(make([0.1, -0, 1 / 3], dtype).toString()).toBe(
        `Tensor ${dtype}[3] [0.1, -0, ${dtype === 'f16' ? '0.3333' : '0.334'}]`,
      );
      expect(JSON.stringify(make([0.5, Number.NaN], dtype))).toBe('[0.5,"NaN"]');
    }),
  );

  test(
    'copied between backends with every bit',
    at(async () => {
      const x = make(special, dtype);
      const there = await g.toBackend(x, backend === 'js' ? g.reference : g.js);
      expect(there.dataSync({ bits: true })).toEqual(x.dataSync({ bits: true }));
    }),
  );

  test(
    'saved and loaded',
    at(() => {
      const tree = { w: make(special, dtype), b: g.ones([2]) };
      const bytes = g.saveParameters(tree);
      const back = g.loadParameters(bytes, { w: g.zerosLike(tree.w), b: g.zeros([2]) });
      expect(back.w.dataSync({ bits: true })).toEqual(tree.w.dataSync({ bits: true }));
      const wrong = { w: g.zeros([special.length]), b: g.zeros([2]) };
      expect(errorOf(() => g.loadParameters(bytes, wrong))).toContain(
        `parameter "w" must be f32, but the file has ${dtype}`,
      );
    }),
  );
});

test('cast, compute, cast is one kernel without arrays between', () => {
  const f = (x: Half): Half => g.cast(g.exp(g.mul(g.cast(x, 'f32'), 2)), 'f16');
  const { launches } = g.explain(f)(make([1, 2, 3], 'f16'));
  expect(launches.map(({ source }) => source)).toEqual([
    `function k0(b0, b1) {
  for (let i2 = 0; i2 < 3; i2++) {
    b1[i2] = f16Bits(Math.fround(Math.exp(f16Values[b0[i2]] * 2)));
  }
}`,
  ]);
});

test('a conversion back and forth in one kernel rounds', () => {
  const f = g.jit((x: g.Tensor) => g.cast(g.cast(x, 'bf16'), 'f32'));
  expect(f(g.tensor([1.001, Math.PI])).toArray()).toEqual([1, 3.140625]);
});

describe('arithmetic is refused', () => {
  const x = g.zeros([2, 2], { dtype: 'f16' }) as unknown as g.Tensor<g.Dynamic, g.Dynamic>;
  const image = g.reshape(x, [1, 1, 2, 2]);
  const ids = g.tensor([0], { dtype: 'i32' });
  const calls: Readonly<Record<string, () => unknown>> = {
    add: () => g.add(x, x),
    mul: () => g.mul(x, 2),
    lt: () => g.lt(x, x),
    neg: () => g.neg(x),
    exp: () => g.exp(x),
    clamp: () => g.clamp(x, { min: 0 }),
    sum: () => g.sum(x),
    mean: () => x.mean(),
    argmax: () => g.argmax(x),
    softmax: () => g.softmax(x),
    sort: () => g.sort(x)[0],
    cumsum: () => g.cumsum(x, 0),
    matmul: () => g.matmul(x, x),
    einsum: () => g.einsum('ij,jk->ik', x, x),
    conv2d: () => g.conv2d(image, image),
    maxPool2d: () => g.maxPool2d(image, 2),
    scatterAdd: () => g.indexAdd(x, ids, g.take(x, ids)),
    linspace: () => g.linspace(0, 1, 3, { dtype: 'f16' as 'f32' }),
  };
  test.each(Object.entries(calls))('%s', (name, call) => {
    const word = name === 'scatterAdd' ? 'indexAdd' : name;
    const sentence = `${word}: f16 is a storage type; compute in f32 with cast(x, 'f32')`;
    expect(errorOf(call)).toContain(sentence);
    expect(call).toThrow(g.DTypeError);
  });
  test('a loss of 16 bits is no loss', () => {
    const loss = (w: g.Tensor): g.Tensor<g.Dynamic, g.Dynamic> => g.cast(g.sum(w), 'bf16');
    expect(errorOf(() => g.grad(loss)(g.ones([2])))).toContain(
      'grad: the function must return a float scalar, not [] bf16',
    );
  });
});

test('bad input has clear errors', () => {
  const numbers = g.zeros([2]) as unknown as Half;
  const says = (body: () => unknown): string =>
    errorOf(body)
      .replace(/^\w+: /, '')
      .replace(/ \((got|hint): .*$/, '');
  expect(says(() => g.tensor([1], { dtype: 'f16', bits: true }))).toBe(
    'tensor: bits of f16 come as a Uint16Array',
  );
  expect(says(() => g.tensor(new Float32Array(1), { dtype: 'bf16', bits: true }))).toBe(
    'tensor: bits of bf16 come as a Uint16Array',
  );
  expect(says(() => g.tensor(new Uint16Array(1), { dtype: 'f32', bits: true }))).toBe(
    'tensor: bits are those of f16 and bf16, not f32',
  );
  expect(says(() => g.tensor(new Uint16Array(1), { bits: true }))).toBe(
    'tensor: bits are those of f16 and bf16; say which with dtype',
  );
  expect(says(() => numbers.dataSync({ bits: true }))).toBe(
    'dataSync: bits are those of f16 and bf16, not f32',
  );
  expect(says(() => g.tensor(new Uint16Array(1)))).toBe(
    'tensor: a Uint16Array has no dtype of its own',
  );
  expect(says(() => g.js.upload(new Float32Array(1), 'f16'))).toBe(
    'js: f16 data must be a Uint16Array',
  );
  expect(
    says(() => g.add(g.zeros([1], { dtype: 'f16' }) as unknown as g.Tensor, g.zeros([1]))),
  ).toBe('add: dtypes f16 and f32 differ; convert one with cast');
});
