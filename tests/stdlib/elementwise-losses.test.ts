/** Losses per element against their formulas, at their edges, and their gradients. */
import { describe, expect, expectTypeOf, test } from 'vitest';
import * as g from '../../src/index.ts';
import * as random from '../../src/stdlib/random/index.ts';
import { checkGradient } from './check-gradient.ts';
import { errorText } from './error-text.ts';

const f64 = { dtype: 'f64' } as const;
const numbers = (x: g.AnyTensor): number[] => Array.from(x.dataSync() as ArrayLike<number>);
const wide = (data: readonly number[]): g.Tensor<any, 'f64'> => g.tensor([...data], f64);
const close = (found: readonly number[], wanted: readonly number[], digits = 11): void => {
  expect(found.length).toBe(wanted.length);
  wanted.forEach((value, k) => {
    if (!Number.isFinite(value)) expect(found[k]).toBe(value);
    else expect(found[k], `element ${k}`).toBeCloseTo(value, digits);
  });
};

interface Case {
  readonly name: string;
  readonly call: (tensors: readonly any[], options?: any) => g.Tensor<any, any>;
  readonly naive: (...numbers: number[]) => number;
  /** One list per tensor, of one length, away from kinks. */
  readonly inputs: readonly (readonly number[])[];
  readonly options?: object;
  readonly isSmooth?: boolean;
}
const real = [
  [0.5, -1.5, 3, 0.25, -0.75],
  [0.2, 2, -1, 0.5, 1.5],
];
const clamped = (p: number): number => Math.max(-100, Math.log(p));
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const bce = (p: number, y: number, w = 1): number =>
  -(w * y * clamped(p) + (1 - y) * clamped(1 - p));
const cases: readonly Case[] = [
  {
    name: 'mseLoss',
    call: ([x, y], options) => g.mseLoss(x, y, options),
    naive: (x, y) => (x! - y!) ** 2,
    inputs: real,
    isSmooth: true,
  },
  {
    name: 'l1Loss',
    call: ([x, y], options) => g.l1Loss(x, y, options),
    naive: (x, y) => Math.abs(x! - y!),
    inputs: real,
  },
  {
    name: 'huberLoss',
    call: ([x, y], options) => g.huberLoss(x, y, options),
    naive: (x, y) => {
      const d = Math.abs(x! - y!);
      return d <= 2 ? (d * d) / 2 : 2 * (d - 1);
    },
    inputs: real,
    options: { delta: 2 },
    isSmooth: true,
  },
  {
    name: 'smoothL1Loss',
    call: ([x, y], options) => g.smoothL1Loss(x, y, options),
    naive: (x, y) => {
      const d = Math.abs(x! - y!);
      return d < 0.5 ? d * d : d - 0.25;
    },
    inputs: real,
    options: { beta: 0.5 },
    isSmooth: true,
  },
  {
    name: 'smoothL1Loss with beta 0',
    call: ([x, y], options) => g.smoothL1Loss(x, y, options),
    naive: (x, y) => Math.abs(x! - y!),
    inputs: real,
    options: { beta: 0 },
  },
  {
    name: 'poissonNllLoss',
    call: ([x, y], options) => g.poissonNllLoss(x, y, options),
    naive: (x, y) => Math.exp(x!) - y! * x!,
    inputs: real,
    isSmooth: true,
  },
  {
    name: 'gaussianNllLoss',
    call: ([x, y, v], options) => g.gaussianNllLoss(x, y, v, options),
    naive: (x, y, v) => (Math.log(v!) + (x! - y!) ** 2 / v!) / 2,
    inputs: [...real, [0.5, 1, 2, 0.1, 3]],
    isSmooth: true,
  },
  {
    name: 'bceLoss',
    call: ([x, y], options) => g.bceLoss(x, y, options),
    naive: bce,
    inputs: [
      [0.5, 0.1, 0.9, 0.99, 0.3],
      [0, 1, 0.25, 1, 0.5],
    ],
    isSmooth: true,
  },
  {
    name: 'bceWithLogits',
    call: ([x, y], options) => g.bceWithLogits(x, y, options),
    naive: (x, y) => bce(sigmoid(x!), y!),
    inputs: [real[0]!, [0, 1, 0.25, 1, 0.5]],
    isSmooth: true,
  },
  {
    name: 'klDiv',
    call: ([x, y], options) => g.klDiv(x, y, options),
    naive: (x, t) => t! * (Math.log(t!) - x!),
    inputs: [
      [-0.5, -1.5, -3, -0.25, -0.75],
      [0.2, 0.1, 0.9, 0.5, 0.4],
    ],
    isSmooth: true,
  },
  {
    name: 'klDiv of logarithms',
    call: ([x, y], options) => g.klDiv(x, y, options),
    naive: (x, t) => Math.exp(t!) * (t! - x!),
    inputs: [
      [-0.5, -1.5, -3, -0.25, -0.75],
      [-0.2, -0.1, -0.9, -0.5, -0.4],
    ],
    options: { logTarget: true },
    isSmooth: true,
  },
  {
    name: 'hingeLoss',
    call: ([x, y], options) => g.hingeLoss(x, y, options),
    naive: (x, y) => Math.max(0, 1 - x! * y!),
    inputs: [real[0]!, [1, -1, 1, -1, 1]],
  },
  {
    name: 'squaredHingeLoss',
    call: ([x, y], options) => g.squaredHingeLoss(x, y, options),
    naive: (x, y) => Math.max(0, 1 - x! * y!) ** 2,
    inputs: [real[0]!, [1, -1, 1, -1, 1]],
    isSmooth: true,
  },
  {
    name: 'marginRankingLoss',
    call: ([x, y, sign], options) => g.marginRankingLoss(x, y, sign, options),
    naive: (x, y, sign) => Math.max(0, -sign! * (x! - y!) + 0.5),
    inputs: [...real, [1, -1, -1, 1, 1]],
    options: { margin: 0.5 },
  },
];

describe.each(cases.map((one): [string, Case] => [one.name, one]))('%s', (_, one) => {
  const tensors = one.inputs.map(wide);
  const { options = {} } = one;
  const each = one.inputs[0]!.map((__, k) => one.naive(...one.inputs.map((list) => list[k]!)));
  const sum = each.reduce((a, b) => a + b, 0);
  test('values by reduction', () => {
    close(numbers(one.call(tensors, { ...options, reduction: 'none' })), each);
    close(numbers(one.call(tensors, { ...options, reduction: 'sum' })), [sum]);
    close(numbers(one.call(tensors, options)), [sum / 5]);
    const matrix = tensors.map((x) => g.reshape(x, [5, 1]));
    expect(one.call(matrix, { ...options, reduction: 'none' }).shape).toEqual([5, 1]);
  });
  test('gradients', () => {
    checkGradient((p) => one.call(p, options), tensors, 1e-6);
    if (one.isSmooth !== true) return;
    const slope = (x: any): g.Tensor<any, any> =>
      g.sum(
        g.square(
          g.grad(((v: any) => one.call([v, ...tensors.slice(1)], options)) as never)(
            x as never,
          ) as any,
        ),
      );
    checkGradient(slope, tensors[0], 1e-5);
  });
  test('over a batch it is a loop', () => {
    const rows = g.vmap(((...row: any[]) => one.call(row, options)) as never) as any;
    const batch = tensors.map((x) => g.stack([x, g.flip(x)]));
    const both = [tensors, tensors.map((x) => g.flip(x))].map((row) => one.call(row, options));
    close(
      numbers(rows(...batch)),
      both.map((loss) => loss.item() as number),
    );
  });
  test('mistakes', () => {
    const short = [tensors[0], ...tensors.slice(1).map(() => g.zeros([4], f64))];
    const name = one.name.split(' ')[0];
    expect(errorText(() => one.call(short, options))).toBe(
      `ShapeError: ${name}: shapes [5] and [4] differ`,
    );
    expect(errorText(() => one.call(tensors, { ...options, weight: 1 }))).toContain(
      `ArgumentError: ${name}: unknown option 'weight'`,
    );
    expect(errorText(() => one.call(tensors, { ...options, reduction: 'all' }))).toBe(
      `ArgumentError: ${name}: reduction must be 'mean', 'sum' or 'none', not 'all'`,
    );
    const counts = tensors.map((x) => g.cast(x, 'i32'));
    expect(errorText(() => one.call(counts, options))).toContain(`DTypeError: ${name}: i32`);
  });
});

describe('edges', () => {
  const gradient = (f: (x: g.Tensor<any, any>) => g.Tensor<any, any>, x: g.AnyTensor): number[] =>
    numbers(g.grad(f as never)(x as never) as g.AnyTensor);
  const none = { reduction: 'none' } as const;

  test('bceLoss at probabilities 0 and 1', () => {
    const p = wide([0, 0, 1, 1, 0, 1]);
    const y = wide([0, 1, 0, 1, 0.5, 0.5]);
    expect(numbers(g.bceLoss(p, y, none))).toEqual([0, 100, 100, 0, 50, 50]);
    // Of what is not cut off the derivative stays: 1 / (1 - p) at 0, -1 / p at 1.
    const loss = (x: g.Tensor<any, any>) => g.bceLoss(x, y, { reduction: 'sum' });
    expect(gradient(loss, p)).toEqual([1, 0, 0, -1, 0.5, -0.5]);
    expect(gradient((t) => g.bceLoss(p, t, { reduction: 'sum' }), y)).toEqual([
      100, 100, -100, -100, 100, -100,
    ]);
    expect(numbers(g.bceLoss(wide([-0.1, 1.1, Number.NaN]), wide([1, 1, 1]), none))).toEqual([
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
    const tiny = g.tensor([1e-45, 1.2e-38, 0.1]);
    const found = numbers(g.bceLoss(tiny, g.tensor([1, 1, 0]), none));
    close(found, [100, -Math.log(1.2e-38), -Math.log1p(-Math.fround(0.1))], 4);
  });
  test('bceWithLogits of logits of +-1e4', () => {
    const x = g.tensor([1e4, 1e4, -1e4, -1e4, 88, -88]);
    const y = g.tensor([1, 0, 1, 0, 1, 0]);
    close(numbers(g.bceWithLogits(x, y, none)), [0, 1e4, 1e4, 0, Math.exp(-88), Math.exp(-88)]);
    const slopes = gradient((v) => g.bceWithLogits(v, y, { reduction: 'sum' }), x);
    close(slopes, [0, 1, -1, 0, 0, 0], 6);
  });
  test('bceWithLogits with a weight of positives', () => {
    const x = random.normal(random.key(1), [3, 2], f64);
    const y = g.tensor(
      [
        [1, 0.5],
        [0, 1],
        [0.25, 0],
      ],
      f64,
    );
    const posWeight = g.tensor([2, 0.5], f64);
    const each = numbers(x).map((v, k) => bce(sigmoid(v), numbers(y)[k]!, [2, 0.5][k % 2]));
    close(numbers(g.bceWithLogits(x, y, { posWeight, reduction: 'none' })), each);
    const loss = (p: any) => g.bceWithLogits(p.x, p.y, { posWeight: p.posWeight });
    checkGradient(loss, { x, y, posWeight });
  });
  test('klDiv at targets 0, also against logarithms of 0', () => {
    const x = wide([-1, Number.NEGATIVE_INFINITY, -2]);
    const t = wide([0, 0, 1]);
    expect(numbers(g.klDiv(x, t, none))).toEqual([0, 0, 2]);
    expect(gradient((v) => g.klDiv(v, t, { reduction: 'sum' }), x)).toEqual([-0, -0, -1]);
    expect(gradient((v) => g.klDiv(x, v, { reduction: 'sum' }), t)).toEqual([0, 0, 3]);
    const log = wide([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, 0]);
    const logTarget = true;
    expect(numbers(g.klDiv(x, log, { logTarget, reduction: 'none' }))).toEqual([0, 0, 2]);
    const slopes = gradient((v) => g.klDiv(x, v, { logTarget, reduction: 'sum' }), log);
    expect(slopes).toEqual([0, 0, 3]);
  });
  test('equal numbers, and very large ones', () => {
    const x = wide([1, 2]);
    for (const loss of [g.l1Loss, g.huberLoss, g.smoothL1Loss, g.mseLoss]) {
      expect(numbers(loss(x, x))).toEqual([0]);
      expect(gradient((v) => loss(v, x), x).map(Math.abs)).toEqual([0, 0]);
    }
    const far = g.tensor([1e30, -1e30]);
    const near = g.tensor([0, 0]);
    expect(numbers(g.huberLoss(far, near))).toEqual([Math.fround(1e30)]);
    expect(gradient((v) => g.huberLoss(v, near), far)).toEqual([0.5, -0.5]);
    expect(gradient((v) => g.smoothL1Loss(v, near), far)).toEqual([0.5, -0.5]);
  });
});

test('static types', () => {
  const x = g.zeros([4, 3]);
  expectTypeOf(g.huberLoss(x, x)).toEqualTypeOf<g.Tensor<[], 'f32'>>();
  const each = g.bceLoss(x, x, { reduction: 'none' });
  expectTypeOf(each).toEqualTypeOf<g.Tensor<[4, 3], 'f32'>>();
  const weighted = g.bceWithLogits(x, x, { posWeight: g.ones([3]), reduction: 'none' });
  expectTypeOf(weighted).toEqualTypeOf<g.Tensor<[4, 3], 'f32'>>();
  // @ts-expect-error: l1Loss: shapes [4, 3] and [3] differ
  const wrongShape = () => g.l1Loss(x, g.zeros([3]));
  // @ts-expect-error: gaussianNllLoss: shapes [4, 3] and [4] differ
  const wrongThird = () => g.gaussianNllLoss(x, x, g.zeros([4]));
  // @ts-expect-error: klDiv: dtypes f32 and f64 differ; convert one with cast
  const wrongDType = () => g.klDiv(x, g.zeros([4, 3], f64));
  // @ts-expect-error: bceWithLogits: cannot broadcast [4] to [4, 3]: dimensions 4 and 3 differ
  const wrongWeight = () => g.bceWithLogits(x, x, { posWeight: g.ones([4]) });
  const texts = [
    wrongShape,
    wrongThird,
    wrongDType,
    wrongWeight,
    () => g.huberLoss(x, x, { delta: 0 }),
    () => g.smoothL1Loss(x, x, { beta: -1 }),
    () => g.marginRankingLoss(x, x, x, { margin: Number.NaN }),
    () => g.klDiv(x, x, { logTarget: 1 as never }),
    () => g.bceWithLogits(x, x, { posWeight: g.ones([3], f64) as never }),
  ].map(errorText);
  expect(texts.join('\n')).toMatchInlineSnapshot(`
    "ShapeError: l1Loss: shapes [4, 3] and [3] differ
    ShapeError: gaussianNllLoss: shapes [4, 3] and [4] differ
    DTypeError: klDiv: dtypes f32 and f64 differ; convert one with cast
    ShapeError: bceWithLogits: cannot broadcast [4] to [4, 3]: dimensions 4 and 3 differ
    ArgumentError: huberLoss: delta must be more than 0
    ArgumentError: smoothL1Loss: beta must be a finite number >= 0, not -1
    ArgumentError: marginRankingLoss: margin must be a finite number, not NaN
    ArgumentError: klDiv: logTarget must be true or false, not a number
    DTypeError: bceWithLogits: dtypes f32 and f64 differ; convert one with cast"
  `);
});
