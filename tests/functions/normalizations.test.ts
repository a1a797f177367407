/** Normalisations against loops written from their formulas, also where these are hard. */
import * as g from 'gradloom';
import * as random from 'gradloom/random';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { checkGradient } from '../stdlib/check-gradient.ts';
import { errorText } from '../stdlib/error-text.ts';

const key = random.key(5);
const f64 = { dtype: 'f64' } as const;
const numbers = (x: g.AnyTensor): number[] => Array.from(x.dataSync() as ArrayLike<number>);
const close = (found: g.AnyTensor, wanted: readonly number[], digits = 10): void => {
  const got = numbers(found);
  expect(got.length).toBe(wanted.length);
  wanted.forEach((value, k) => {
    expect(got[k], `element ${k}`).toBeCloseTo(value, digits);
  });
};
const mean = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0) / x.length;
const variance = (x: readonly number[]): number => mean(x.map((v) => (v - mean(x)) ** 2));
const normalized = (x: readonly number[], eps = 1e-5): number[] =>
  x.map((v) => (v - mean(x)) / Math.sqrt(variance(x) + eps));
/** The elements of each group, which `groupOf` gives for positions, normalised in place. */
const normalizeBy = (
  x: readonly number[],
  groupOf: (position: number) => number,
  eps?: number,
): number[] => {
  const groups = new Map<number, number[]>();
  x.forEach((_, k) => {
    groups.set(groupOf(k), [...(groups.get(groupOf(k)) ?? []), k]);
  });
  const out = [...x];
  for (const places of groups.values()) {
    normalized(
      places.map((k) => x[k]!),
      eps,
    ).forEach((v, k) => {
      out[places[k]!] = v;
    });
  }
  return out;
};
/** A scalar that depends on every element differently. */
const probe = (y: g.Tensor<any, any>): g.Tensor<[], any> =>
  g.sum(g.mul(y, random.normal(random.key(99), y.shape, f64)));
/** The gradient of the gradient's own square: what has second derivatives. */
const second =
  (f: (x: any) => g.Tensor<any, any>) =>
  (x: any): g.Tensor<[], any> =>
    g.sum(g.square(g.grad(((v: any) => probe(g.mul(f(v), f(v)))) as never)(x as never) as any));

const x = random.normal(key, [2, 4, 3], { mean: 2, dtype: 'f64' });
const values = numbers(x);
const gamma = g.tensor([1, 2, -1, 0.5], f64);
const beta = g.tensor([0, 1, 2, 3], f64);
const channel = (k: number): number => Math.floor(k / 3) % 4;
const affine = (v: number, c: number): number => v * [1, 2, -1, 0.5][c]! + c;

describe('batchNorm', () => {
  const runningMean = g.tensor([0.1, 0.2, 0.3, 0.4], f64);
  const runningVar = g.tensor([1, 2, 3, 4], f64);
  test('inference', () => {
    const y = g.batchNorm(x, gamma, beta, runningMean, runningVar, { eps: 0.1 });
    expectTypeOf(y).toEqualTypeOf<g.Tensor<[2, 4, 3], 'f64'>>();
    close(
      y,
      values.map((v, k) => {
        const c = channel(k);
        return affine((v - (c + 1) / 10) / Math.sqrt(c + 1 + 0.1), c);
      }),
    );
  });
  test('training gives y and the next running statistics', () => {
    const options = { training: true, momentum: 0.3 } as const;
    const results = g.batchNorm(x, gamma, beta, runningMean, runningVar, options);
    expectTypeOf(results).toEqualTypeOf<
      [y: g.Tensor<[2, 4, 3], 'f64'>, mean: g.Tensor<[4], 'f64'>, variance: g.Tensor<[4], 'f64'>]
    >();
    expect(results.length).toBe(3);
    const expected = normalizeBy(values, channel).map((v, k) => affine(v, channel(k)));
    close(results[0], expected);
    const own = [0, 1, 2, 3].map((c) => values.filter((_, k) => channel(k) === c));
    close(
      results[1],
      own.map((v, c) => (0.7 * (c + 1)) / 10 + 0.3 * mean(v)),
    );
    close(
      results[2],
      own.map((v, c) => 0.7 * (c + 1) + 0.3 * variance(v) * (6 / 5)),
    );
  });
  test('a flag that is not known makes a union', () => {
    const training = Math.random() < 2;
    const results = g.batchNorm(x, gamma, beta, runningMean, runningVar, { training });
    expectTypeOf(results).toExtend<g.Tensor<[2, 4, 3], 'f64'> | readonly unknown[]>();
    expect(Array.isArray(results)).toBe(true);
  });
  test('gradients', () => {
    const of = (q: Record<string, g.Tensor<any, any>>, training: boolean): g.Tensor<[], any> => {
      const y: any = g.batchNorm(q.x!, q.gamma!, q.beta!, runningMean, runningVar, { training });
      return probe(training ? y[0] : y);
    };
    checkGradient((q) => of(q, true), { x, gamma, beta }, 1e-5);
    checkGradient((q) => of(q, false), { x, gamma, beta }, 1e-5);
    const squares = (v: g.Tensor<any, any>): any =>
      g.batchNorm(v, gamma, beta, runningMean, runningVar, { training: true })[0];
    checkGradient(second(squares), x, 1e-4);
  });
});

describe('layerNorm', () => {
  test('the last axes', () => {
    const rows = normalizeBy(values, (k) => Math.floor(k / 3));
    close(g.layerNorm(x), rows);
    close(g.layerNorm(x, undefined, undefined, { naxes: 1 }), rows);
    const planes = normalizeBy(values, (k) => Math.floor(k / 12), 1e-3);
    close(g.layerNorm(x, undefined, undefined, { naxes: 2, eps: 1e-3 }), planes);
    const gain = random.normal(key, [4, 3], f64);
    const shift = random.normal(random.key(6), [4, 3], f64);
    const y = g.layerNorm(x, gain, shift, { eps: 1e-3 });
    expectTypeOf(y).toEqualTypeOf<g.Tensor<[2, 4, 3], 'f64'>>();
    const [a, b] = [numbers(gain), numbers(shift)];
    close(
      y,
      planes.map((v, k) => v * a[k % 12]! + b[k % 12]!),
    );
    close(
      g.layerNorm(x, undefined, shift, { eps: 1e-3 }),
      planes.map((v, k) => v + b[k % 12]!),
    );
  });
  test('gradients', () => {
    checkGradient((v) => probe(g.layerNorm(v)), x, 1e-5);
    checkGradient(
      second((v) => g.layerNorm(v)),
      x,
      1e-4,
    );
  });
  test.each([
    ['js', g.js],
    ['reference', g.reference],
  ])('rows of mean 1e4 and deviation 1e-2 stay right on %s', (_, backend) => {
    const data = Array.from({ length: 300 }, (__, k) => Math.fround(1e4 + 0.01 * Math.sin(k * k)));
    const before = g.defaultBackend();
    g.setDefaultBackend(backend);
    try {
      const rows = g.tensor(data, { shape: [3, 100] });
      const expected = normalizeBy(data, (k) => Math.floor(k / 100), 1e-9);
      close(g.layerNorm(rows, undefined, undefined, { eps: 1e-9 }), expected, 5);
      const [y] = g.batchNorm(
        g.reshape(rows, [1, 3, 100]),
        ...([g.ones([3]), g.zeros([3]), g.zeros([3]), g.ones([3])] as const),
        { training: true, eps: 1e-9 },
      );
      close(y, expected, 5);
    } finally {
      g.setDefaultBackend(before);
    }
  });
  test('constant rows give zeros, whatever their size', () => {
    for (const value of [0, 1e-30, 0.1, 16777217, 1e18]) {
      expect(numbers(g.layerNorm(g.full([7], value))).every((v) => v === 0)).toBe(true);
    }
  });
});

describe('the others', () => {
  test('groupNorm', () => {
    const y = g.groupNorm(x, gamma, beta, { groups: 2 });
    expectTypeOf(y).toEqualTypeOf<g.Tensor<[2, 4, 3], 'f64'>>();
    const grouped = normalizeBy(values, (k) => Math.floor(k / 6));
    close(
      y,
      grouped.map((v, k) => affine(v, channel(k))),
    );
    close(g.groupNorm(x, undefined, undefined, { groups: 2 }), grouped);
    checkGradient(
      (q) => probe(g.groupNorm(q.x, q.gamma, q.beta, { groups: 2 })),
      { x, gamma, beta },
      1e-5,
    );
  });
  test('instanceNorm', () => {
    const own = normalizeBy(values, (k) => Math.floor(k / 3));
    close(
      g.instanceNorm(x, gamma, beta),
      own.map((v, k) => affine(v, channel(k))),
    );
    close(g.instanceNorm(x), own);
    checkGradient((q) => probe(g.instanceNorm(q.x, q.gamma)), { x, gamma }, 1e-5);
  });
  test('rmsNorm', () => {
    const gain = g.tensor([1, -2, 3], f64);
    const expected = values.map((v, k) => {
      const row = values.slice(k - (k % 3), k - (k % 3) + 3);
      return (v / Math.sqrt(mean(row.map((w) => w * w)) + 1e-6)) * [1, -2, 3][k % 3]!;
    });
    close(g.rmsNorm(x, gain), expected);
    checkGradient((q) => probe(g.rmsNorm(q.x, q.gain)), { x, gain }, 1e-5);
  });
  test('l2Normalize', () => {
    const expected = values.map((v, k) => {
      const row = values.slice(k - (k % 3), k - (k % 3) + 3);
      return v / Math.sqrt(row.reduce((sum, w) => sum + w * w, 0) + 0.1);
    });
    close(g.l2Normalize(x, -1, { eps: 0.1 }), expected);
    close(g.l2Normalize(x, [0, 1, 2]), normalizeAll(values));
    expect(numbers(g.l2Normalize(g.zeros([3])))).toEqual([0, 0, 0]);
    const atZero = g.grad((v: g.Tensor<[3]>) => g.sum(g.l2Normalize(v)))(g.zeros([3]));
    expect(numbers(atZero).every(Number.isFinite)).toBe(true);
    checkGradient((v) => probe(g.l2Normalize(v, 1)), x, 1e-5);
  });
  test.each([1, 2, 3, 5, 9])('localResponseNorm of %i channels', (size) => {
    const options = { size, alpha: 0.5, beta: 0.6, k: 1.5 };
    const expected = values.map((v, position) => {
      let sum = 0;
      for (let offset = 0; offset < size; offset++) {
        const other = channel(position) - Math.floor(size / 2) + offset;
        if (other < 0 || other > 3) continue;
        sum += values[position + (other - channel(position)) * 3]! ** 2;
      }
      return v / (1.5 + (0.5 / size) * sum) ** 0.6;
    });
    close(g.localResponseNorm(x, options), expected);
    checkGradient((v) => probe(g.localResponseNorm(v, options)), x, 1e-5);
  });
});
const normalizeAll = (x: readonly number[]): number[] => {
  const length = Math.sqrt(x.reduce((sum, v) => sum + v * v, 0) + 1e-12);
  return x.map((v) => v / length);
};

test('normalisations are one kernel', () => {
  const rows = random.normal(key, [8, 64]);
  const wide = g.ones([64]);
  const image = random.normal(key, [4, 6, 5, 5]);
  const six = g.ones([6]);
  const launches = (f: (...all: any[]) => unknown, ...inputs: g.AnyTensor[]): number =>
    g.explain(f as never)(...(inputs as never[])).launches.length;
  expect(launches((v, a) => g.layerNorm(v, a, a), rows, wide)).toBe(1);
  expect(launches((v, a) => g.rmsNorm(v, a), rows, wide)).toBe(1);
  expect(launches((v) => g.l2Normalize(v), rows)).toBe(1);
  expect(launches((v, a) => g.instanceNorm(v, a, a), image, six)).toBe(1);
  const train = (v: g.Tensor<[4, 6, 5, 5]>, a: g.Tensor<[6]>): unknown =>
    g.batchNorm(v, a, a, a, a, { training: true });
  expect(launches(train, image, six)).toBe(1);
});

test('mistakes are one sentence, in the editor and at run time', () => {
  const image = g.zeros([2, 4, 5, 5]);
  const four = g.ones([4]);
  const three = g.ones([3]);
  // @ts-expect-error: batchNorm: gamma must have shape [4], not [3]
  const wrongGamma = () => g.batchNorm(image, three, four, four, four);
  // @ts-expect-error: batchNorm: expected an input [N, C, ...], got [4]
  const wrongInput = () => g.batchNorm(four, four, four, four, four);
  // @ts-expect-error: batchNorm: dtypes f32 and f64 differ; convert one with cast
  const wrongDType = () => g.batchNorm(image, four, g.ones([4], f64), four, four);
  // @ts-expect-error: layerNorm: gamma must have shape [5], not [4]
  const wrongLast = () => g.layerNorm(image, four);
  // @ts-expect-error: layerNorm: gamma must have shape [5, 5], not [5]
  const wrongCount = () => g.layerNorm(image, g.ones([5]), undefined, { naxes: 2 });
  // @ts-expect-error: groupNorm: 3 groups do not divide 4 channels
  const wrongGroups = () => g.groupNorm(image, four, four, { groups: 3 });
  // @ts-expect-error: instanceNorm: expected an input [N, C, ...spatial], got [2, 4]
  const wrongSpace = () => g.instanceNorm(g.zeros([2, 4]));
  // @ts-expect-error: rmsNorm: gamma must have shape [5], not [4]
  const wrongGain = () => g.rmsNorm(image, four);
  // @ts-expect-error: l2Normalize: axis 4 is out of range for shape [2, 4, 5, 5] (rank 4)
  const wrongAxis = () => g.l2Normalize(image, 4);
  // @ts-expect-error: localResponseNorm: expected an input [N, C, ...], got [4]
  const wrongChannels = () => g.localResponseNorm(four, { size: 3 });
  const texts = [
    wrongGamma,
    wrongInput,
    wrongDType,
    wrongLast,
    wrongCount,
    wrongGroups,
    wrongSpace,
    wrongGain,
    wrongAxis,
    wrongChannels,
    () => g.batchNorm(g.zeros([1, 4]), four, four, four, four, { training: true }),
    () => g.batchNorm(image, four, four, four, four, { momentum: 2 }),
    () => g.batchNorm(image, four, four, four, four, { epsilon: 1 } as never),
    () => g.batchNorm(image, four, four, four, four, { training: 1 as never }),
    () => g.layerNorm(image, undefined, undefined, { naxes: 5 }),
    () => g.layerNorm(image, undefined, undefined, { naxes: 0 }),
    () => g.layerNorm(image, undefined, undefined, { eps: -1 }),
    () => g.layerNorm(g.zeros([])),
    () => g.layerNorm(g.zeros([3], { dtype: 'i32' }) as never),
    () => g.groupNorm(image, four, four, {} as never),
    () => g.localResponseNorm(image, { size: 0 }),
    () => g.localResponseNorm(image, { size: 2, gamma: 1 } as never),
  ].map(errorText);
  expect(texts.join('\n')).toMatchInlineSnapshot(`
    "ShapeError: batchNorm: gamma must have shape [4], not [3]
      got: input [2, 4, 5, 5]
    ShapeError: batchNorm: expected an input [N, C, ...], got [4]
    DTypeError: batchNorm: dtypes f32 and f64 differ; convert one with cast
    ShapeError: layerNorm: gamma must have shape [5], not [4]
      got: input [2, 4, 5, 5]
    ShapeError: layerNorm: gamma must have shape [5, 5], not [5]
      got: input [2, 4, 5, 5]
    ShapeError: groupNorm: 3 groups do not divide 4 channels
    ShapeError: instanceNorm: expected an input [N, C, ...spatial], got [2, 4]
    ShapeError: rmsNorm: gamma must have shape [5], not [4]
      got: input [2, 4, 5, 5]
    ShapeError: l2Normalize: axis 4 is out of range for shape [2, 4, 5, 5] (rank 4)
    ShapeError: localResponseNorm: expected an input [N, C, ...], got [4]
    ShapeError: batchNorm: training needs more than 1 values per channel
      got: input [1, 4]
    ArgumentError: batchNorm: momentum must be in [0, 1], not 2
    ArgumentError: batchNorm: unknown option 'epsilon'
      hint: valid options: eps, momentum, training
    ArgumentError: batchNorm: training must be true or false, not a number
    ArgumentError: layerNorm: naxes must be at most 4, not 5
      got: input [2, 4, 5, 5]
    ArgumentError: layerNorm: naxes must be a whole number >= 1, not 0
    ArgumentError: layerNorm: eps must be a number >= 0, not -1
    ShapeError: layerNorm: the input is a scalar
    DTypeError: layerNorm: i32 is not supported
      hint: convert with cast(x, 'f32')
    ArgumentError: groupNorm: groups must be a whole number >= 1, not undefined
    ArgumentError: localResponseNorm: size must be a whole number >= 1, not 0
    ArgumentError: localResponseNorm: unknown option 'gamma'
      hint: valid options: size, alpha, beta, k"
  `);
});
