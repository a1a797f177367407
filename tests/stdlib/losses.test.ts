/** Losses against loops written from their formulas, and their gradients against differences. */
import { describe, expect, expectTypeOf, test } from 'vitest';
import { explain, grad, jit, type Tensor, tensor, vmap, zeros } from '../../src/index.ts';
import { crossEntropy, mseLoss } from '../../src/stdlib/losses/index.ts';
import * as random from '../../src/stdlib/random/index.ts';
import { checkGradient } from './check-gradient.ts';
import { errorText } from './error-text.ts';

const seed = random.key(3);
const closeTo = (found: unknown, expected: unknown, digits = 6): void => {
  const [a, b] = [found, expected].map((x) => [x].flat(9) as number[]) as [number[], number[]];
  expect(a.length).toBe(b.length);
  a.forEach((x, i) => {
    expect(x).toBeCloseTo(b[i]!, digits);
  });
};

describe('mseLoss', () => {
  const x = tensor([[1, 2, 3]]);
  const y = tensor([[3, 2, 0]]);
  test('values by reduction', () => {
    expect(mseLoss(x, y, { reduction: 'none' }).toArray()).toEqual([[4, 0, 9]]);
    expect(mseLoss(x, y, { reduction: 'sum' }).item()).toBe(13);
    expect(mseLoss(x, y).item()).toBeCloseTo(13 / 3, 6);
    expectTypeOf(mseLoss(x, y)).toEqualTypeOf<Tensor<[], 'f32'>>();
    expectTypeOf(mseLoss(x, y, { reduction: 'none' })).toEqualTypeOf<Tensor<[1, 3], 'f32'>>();
  });
  test('gradient', () => {
    const params = { x: tensor([1, -2], { dtype: 'f64' }), y: tensor([0.5, 4], { dtype: 'f64' }) };
    checkGradient((p) => mseLoss(p.x, p.y), params);
  });
});

/** -sum over k of weight * target * log softmax, one example at a time. */
const naive = (logits: number[], target: number[], weights: number[]): number => {
  const sum = logits.reduce((total, x) => total + Math.exp(x), 0);
  return logits.reduce((total, x, k) => total - weights[k]! * target[k]! * (x - Math.log(sum)), 0);
};
const smoothed = (target: number[], e: number): number[] =>
  target.map((t) => (1 - e) * t + e / target.length);
const oneHot = (id: number, classes: number): number[] =>
  Array.from({ length: classes }, (_, k) => (k === id ? 1 : 0));

describe('crossEntropy', () => {
  const rows = [
    [1, 2, 3, 0.5],
    [-1, 0, 4, 2],
    [0.1, 0.2, 0.3, 0.4],
  ];
  const ids = [2, 0, 3];
  const weights = [0.5, 1, 2, 3];
  const x = tensor(rows, { dtype: 'f64' });
  const y = tensor(ids, { dtype: 'i32' });
  const w = tensor(weights, { dtype: 'f64' });
  const even = [1, 1, 1, 1];

  test('class ids', () => {
    const each = rows.map((row, n) => naive(row, oneHot(ids[n]!, 4), even));
    closeTo(crossEntropy(x, y, { reduction: 'none' }).toArray(), each, 12);
    closeTo(crossEntropy(x, y, { reduction: 'sum' }).item(), each[0]! + each[1]! + each[2]!, 12);
    closeTo(crossEntropy(x, y).item(), (each[0]! + each[1]! + each[2]!) / 3, 12);
  });

  test('weights, smoothing and an ignored class id', () => {
    const e = 0.1;
    const options = { weights: w, labelSmoothing: e, ignoreIndex: 0 };
    const each = rows.map((row, n) =>
      n === 1 ? 0 : naive(row, smoothed(oneHot(ids[n]!, 4), e), weights),
    );
    closeTo(crossEntropy(x, y, { ...options, reduction: 'none' }).toArray(), each, 12);
    closeTo(crossEntropy(x, y, options).item(), (each[0]! + each[2]!) / (2 + 3), 12);
    const unweighted = rows.map((row, n) => naive(row, oneHot(ids[n]!, 4), even));
    const mean = (unweighted[0]! + unweighted[2]!) / 2;
    closeTo(crossEntropy(x, y, { ignoreIndex: 0 }).item(), mean, 12);
  });

  test('probabilities', () => {
    const targets = [
      [0.1, 0.2, 0.3, 0.4],
      [1, 0, 0, 0],
      [0, 0.5, 0.5, 0],
    ];
    const t = tensor(targets, { dtype: 'f64' });
    const options = { weights: w, labelSmoothing: 0.2 };
    const each = rows.map((row, n) => naive(row, smoothed(targets[n]!, 0.2), weights));
    closeTo(crossEntropy(x, t, { ...options, reduction: 'none' }).toArray(), each, 12);
    closeTo(crossEntropy(x, t, options).item(), (each[0]! + each[1]! + each[2]!) / 3, 12);
    const hot = tensor(
      ids.map((id) => oneHot(id, 4)),
      { dtype: 'f64' },
    );
    closeTo(crossEntropy(x, hot).item(), crossEntropy(x, y).item(), 12);
  });

  test('axes behind the classes, and one example alone', () => {
    const logits = random.normal(seed, [2, 3, 2, 2], { dtype: 'f64' });
    const classes = random.randint(seed, [2, 2, 2], { max: 3 });
    const found = crossEntropy(logits, classes, { reduction: 'none' });
    expectTypeOf(found).toEqualTypeOf<Tensor<[2, 2, 2], 'f64'>>();
    const [a, c] = [logits.toArray(), classes.toArray()];
    const expected = c.map((plane, n) =>
      plane.map((line, i) =>
        line.map((id, j) => {
          const row = a[n]!.map((channel) => channel[i]![j]!);
          return naive(row, oneHot(id, 3), [1, 1, 1]);
        }),
      ),
    );
    closeTo(found.toArray(), expected, 12);
    const one = crossEntropy(tensor([1, 2, 3]), tensor(1, { dtype: 'i32' }));
    expectTypeOf(one).toEqualTypeOf<Tensor<[], 'f32'>>();
    closeTo(one.item(), naive([1, 2, 3], [0, 1, 0], [1, 1, 1]));
    const each = vmap((row: Tensor<[4], 'f64'>, id: Tensor<[], 'i32'>) => crossEntropy(row, id));
    closeTo(each(x, y).toArray(), crossEntropy(x, y, { reduction: 'none' }).toArray(), 12);
  });

  test('large logits neither overflow nor lose the loss', () => {
    const logits = tensor([[1000, -1000, 0]]);
    expect(crossEntropy(logits, tensor([0], { dtype: 'i32' })).item()).toBe(0);
    expect(crossEntropy(logits, tensor([1], { dtype: 'i32' })).item()).toBe(2000);
    const masked = tensor([[Number.NEGATIVE_INFINITY, 1, 1]]);
    closeTo(crossEntropy(masked, tensor([1], { dtype: 'i32' })).item(), Math.log(2));
  });

  test('class ids out of range give NaN, also negative ones', () => {
    const logits = zeros([3, 2]);
    const losses = crossEntropy(logits, tensor([0, 2, -1], { dtype: 'i32' }), {
      reduction: 'none',
    });
    expect(losses.toArray().map(Number.isNaN)).toEqual([false, true, true]);
    const ignored = { reduction: 'none', ignoreIndex: -1 } as const;
    const rest = crossEntropy(logits, tensor([0, 1, -1], { dtype: 'i32' }), ignored);
    closeTo(rest.toArray(), [Math.LN2, Math.LN2, 0]);
  });

  test('gradients', () => {
    const options = { weights: w, labelSmoothing: 0.1, ignoreIndex: 0 };
    checkGradient((p) => crossEntropy(p, y), x);
    checkGradient((p) => crossEntropy(p.x, y, { ...options, weights: p.w }), { x, w });
    const t = tensor([[0.1, 0.2, 0.3, 0.4]], { dtype: 'f64' });
    const one = tensor([rows[0]!], { dtype: 'f64' });
    checkGradient((p) => crossEntropy(p.one, p.t, { labelSmoothing: 0.3 }), { one, t });
    const image = random.normal(seed, [2, 3, 2], { dtype: 'f64' });
    const classes = random.randint(seed, [2, 2], { max: 3 });
    checkGradient((p) => crossEntropy(p, classes), image);
  });

  test('the gradient is softmax minus target over N, in one launch', () => {
    const logits = tensor(rows);
    const gradient = jit(grad((p: Tensor<[3, 4]>) => crossEntropy(p, y)));
    const expected = rows.map((row, n) => {
      const sum = row.reduce((total, v) => total + Math.exp(v), 0);
      return row.map((v, k) => (Math.exp(v) / sum - oneHot(ids[n]!, 4)[k]!) / 3);
    });
    closeTo(gradient(logits).toArray(), expected);
    expect(explain(gradient)(logits).launches.length).toBe(1);
  });

  test('mistakes are one sentence, in the editor and at run time', () => {
    const logits = zeros([32, 10]);
    // @ts-expect-error: crossEntropy: logits [32, 10] need class ids [32], got [31]
    const wrongCount = () => crossEntropy(logits, zeros([31], { dtype: 'i32' }));
    // @ts-expect-error: crossEntropy: logits [32, 10] need probabilities [32, 10], got [32]
    const wrongRank = () => crossEntropy(logits, zeros([32]));
    // @ts-expect-error: crossEntropy: targets are class ids i32 or probabilities, not u32
    const wrongType = () => crossEntropy(logits, zeros([32], { dtype: 'u32' }));
    // @ts-expect-error: mseLoss: shapes [3] and [4] differ
    const wrongShapes = () => mseLoss(zeros([3]), zeros([4]));
    const ids32 = zeros([32], { dtype: 'i32' });
    const texts = [
      wrongCount,
      wrongRank,
      wrongType,
      wrongShapes,
      () => crossEntropy(logits, ids32, { reduction: 'average' as never }),
      () => crossEntropy(logits, ids32, { smoothing: 0.1 } as never),
      () => crossEntropy(logits, ids32, { labelSmoothing: 2 }),
      () => crossEntropy(logits, ids32, { ignoreIndex: 0.5 }),
      () => crossEntropy(logits, ids32, { weights: zeros([9]) }),
      () => crossEntropy(logits, logits, { ignoreIndex: 1 }),
      () => crossEntropy(zeros([]) as never, zeros([], { dtype: 'i32' }) as never),
      () => crossEntropy(zeros([2, 3], { dtype: 'i32' }) as never, ids32 as never),
      () => mseLoss(zeros([3]), zeros([3], { dtype: 'f64' }) as never),
      () => mseLoss(zeros([3]), zeros([3]), { reduction: 'all' as never }),
    ].map(errorText);
    expect(texts.join('\n')).toMatchInlineSnapshot(`
      "ShapeError: crossEntropy: logits [32, 10] need class ids [32], got [31]
      ShapeError: crossEntropy: logits [32, 10] need probabilities [32, 10], got [32]
      DTypeError: crossEntropy: targets are class ids i32 or probabilities, not u32
        hint: convert class ids with cast(x, 'i32')
      ShapeError: mseLoss: shapes [3] and [4] differ
      ArgumentError: crossEntropy: reduction must be 'mean', 'sum' or 'none', not 'average'
      ArgumentError: crossEntropy: unknown option 'smoothing'
        hint: valid options: reduction, labelSmoothing, ignoreIndex, weights
      ArgumentError: crossEntropy: labelSmoothing must be in [0, 1], not 2
      ArgumentError: crossEntropy: ignoreIndex must be an integer, not 0.5
      ShapeError: crossEntropy: weights must have shape [10], one per class, not [9]
      ArgumentError: crossEntropy: ignoreIndex is for class ids, not for probabilities
      ShapeError: crossEntropy: logits are [N, K] or [N, K, ...], not []
      DTypeError: crossEntropy: i32 is not supported
        hint: convert with cast(x, 'f32')
      DTypeError: mseLoss: dtypes f32 and f64 differ; convert one with cast
      ArgumentError: mseLoss: reduction must be 'mean', 'sum' or 'none', not 'all'"
    `);
  });
});
