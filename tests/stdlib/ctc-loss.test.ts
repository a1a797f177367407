/** The CTC loss against the sum over all alignments, written out, and at its edges. */
import { describe, expect, expectTypeOf, test } from 'vitest';
import * as g from '../../src/index.ts';
import * as random from '../../src/stdlib/random/index.ts';
import { checkGradient } from './check-gradient.ts';
import { errorText } from './error-text.ts';

const f64 = { dtype: 'f64' } as const;
const numbers = (x: g.AnyTensor): number[] => Array.from(x.dataSync() as ArrayLike<number>);
const ids = (rows: number[][]): g.Tensor<g.Dynamic, 'i32'> =>
  g.tensor(rows, { dtype: 'i32', shape: [rows.length, rows[0]!.length] });

/** What a path says: repeated classes once, then without blanks. */
const said = (path: readonly number[]): string =>
  path.filter((label, t) => label !== 0 && label !== path[t - 1]).join();
/** All sequences of `steps` classes. */
const paths = (steps: number, classes: number): number[][] =>
  Array.from({ length: steps }).reduce<number[][]>(
    (all) => all.flatMap((path) => Array.from({ length: classes }, (_, c) => [...path, c])),
    [[]],
  );
/** -log of the sum over all paths that say the labels. */
const naive = (rows: readonly (readonly number[])[], labels: readonly number[]): number => {
  const sum = paths(rows.length, rows[0]?.length ?? 1)
    .filter((path) => said(path) === labels.join())
    .reduce((total, path) => total + Math.exp(path.reduce((s, c, t) => s + rows[t]![c]!, 0)), 0);
  return -Math.log(sum);
};

const [T, N, C] = [5, 3, 3] as const;
const logits = random.normal(random.key(1), [T, N, C], f64);
const logProbabilities = g.logSoftmax(logits);
const table = logProbabilities.toArray();
const example = (n: number, steps: number = T): number[][] =>
  table.slice(0, steps).map((row) => row[n]!);

describe('values', () => {
  test('different and repeated labels', () => {
    const targets = [
      [1, 2],
      [2, 2],
      [2, 1],
    ];
    const expected = targets.reduce((sum, labels, n) => sum + naive(example(n), labels), 0);
    const loss = g.ctcLoss(logProbabilities, ids(targets));
    expectTypeOf(loss).toEqualTypeOf<g.Tensor<[], 'f64'>>();
    expect(loss.item()).toBeCloseTo(expected, 11);
  });
  test('lengths per example: as numbers, as a tensor, inside of jit; padding does not count', () => {
    const targets = [
      [1, 2, 1],
      [2, -1, -1],
      [99, 0, -7],
    ];
    const [inputLengths, targetLengths] = [
      [5, 4, 3],
      [3, 1, 0],
    ];
    const expected = targets.reduce(
      (sum, labels, n) =>
        sum + naive(example(n, inputLengths[n]!), labels.slice(0, targetLengths[n]!)),
      0,
    );
    const t = ids(targets);
    expect(g.ctcLoss(logProbabilities, t, { inputLengths, targetLengths }).item()).toBeCloseTo(
      expected,
      11,
    );
    const asTensors = {
      inputLengths: g.tensor(inputLengths, { dtype: 'i32' }),
      targetLengths: g.tensor(targetLengths, { dtype: 'i32' }),
    };
    const loss = g.jit((x: typeof logProbabilities, lengths: typeof asTensors) =>
      g.ctcLoss(x, t, lengths),
    );
    expect(loss(logProbabilities, asTensors).item()).toBeCloseTo(expected, 11);
    const slope = g.grad((x: typeof logProbabilities) => g.ctcLoss(x, t, asTensors));
    const rows = slope(logProbabilities).toArray();
    expect(rows.flat(2).every(Number.isFinite)).toBe(true);
    // Steps beyond the length of an example have no gradient.
    expect([...rows[4]![1]!, ...rows[3]![2]!, ...rows[4]![2]!].map(Math.abs)).toEqual(
      Array(9).fill(0),
    );
    checkGradient((x) => g.ctcLoss(x, t, { inputLengths, targetLengths }), logProbabilities);
  });
  test('one length for all, and targets without any label', () => {
    const two = g.ctcLoss(logProbabilities, ids([[1], [2], [1]]), { inputLengths: 2 });
    const expected = [1, 2, 1].reduce((sum, label, n) => sum + naive(example(n, 2), [label]), 0);
    expect(two.item()).toBeCloseTo(expected, 11);
    const blanks = g.ctcLoss(logProbabilities, g.zeros([3, 0], { dtype: 'i32' }));
    const silent = [0, 1, 2].reduce((sum, n) => sum + naive(example(n), []), 0);
    expect(blanks.item()).toBeCloseTo(silent, 11);
  });
  test('what does not fit is infinite with gradient 0', () => {
    const t = ids([[1, 1, 2, 2]]);
    const x = g.slice(logProbabilities, [null, [0, 1]] as never) as g.Tensor<g.Dynamic, 'f64'>;
    expect(g.ctcLoss(x, t).item()).toBe(Number.POSITIVE_INFINITY);
    const slope = g.grad((y: g.Tensor<g.Dynamic, 'f64'>) => g.ctcLoss(y, t))(x);
    expect(numbers(slope).map(Math.abs)).toEqual(Array(15).fill(0));
    const none = g.zeros([0, 1, 3]);
    expect(g.ctcLoss(none, g.zeros([1, 0], { dtype: 'i32' })).item()).toBeCloseTo(0, 12);
    expect(g.ctcLoss(none, ids([[1]])).item()).toBe(Number.POSITIVE_INFINITY);
  });
  test('impossible classes and steps of probability 0 leave finite gradients', () => {
    const never = Number.NEGATIVE_INFINITY;
    const x = g.tensor(
      [[[-0.1, -3, never]], [[never, 0, never]], [[-1, -0.5, never]], [[0, never, never]]],
      f64,
    );
    const t = ids([[1]]);
    const rows = x.toArray().map((row) => row[0]!);
    expect(g.ctcLoss(x, t).item()).toBeCloseTo(naive(rows, [1]), 11);
    const slope = numbers(g.grad((y: typeof x) => g.ctcLoss(y, t))(x));
    expect(slope.every(Number.isFinite)).toBe(true);
    expect(g.ctcLoss(x, ids([[2]])).item()).toBe(Number.POSITIVE_INFINITY);
    const lost = numbers(g.grad((y: typeof x) => g.ctcLoss(y, ids([[2]])))(x));
    expect(lost.every(Number.isFinite)).toBe(true);
  });
  test('ids and lengths out of range give NaN', () => {
    const nan = (targets: number[][], more: object = {}): boolean =>
      Number.isNaN(g.ctcLoss(logProbabilities, ids(targets), more as never).item());
    expect(nan([[1], [2], [1]])).toBe(false);
    expect(nan([[1], [3], [1]])).toBe(true);
    expect(nan([[1], [0], [1]])).toBe(true);
    expect(nan([[1], [-1], [1]])).toBe(true);
    const lengths = (list: number[]) => g.tensor(list, { dtype: 'i32' });
    expect(nan([[1], [2], [1]], { targetLengths: lengths([1, 2, 1]) })).toBe(true);
    expect(nan([[1], [2], [1]], { inputLengths: lengths([5, 6, 5]) })).toBe(true);
    expect(nan([[1], [2], [1]], { inputLengths: lengths([5, -1, 5]) })).toBe(true);
  });
});

test('many steps of small probabilities neither underflow nor lose the loss', () => {
  const steps = 400;
  const x = g.full([steps, 1, 2], Math.log(0.5));
  const t = ids([[1]]);
  // Paths that say one label: one run of it, of any length at any place.
  const expected = steps * Math.log(2) - Math.log((steps * (steps + 1)) / 2);
  expect(g.ctcLoss(x, t).item()).toBeCloseTo(expected, 2);
  const slope = numbers(g.grad((y: g.Tensor<[400, 1, 2]>) => g.ctcLoss(y, t))(x));
  // Every step says exactly one class.
  for (let k = 0; k < steps; k++) expect(slope[2 * k]! + slope[2 * k + 1]!).toBeCloseTo(-1, 3);
});

test('gradients through the softmax, by jit and by the interpreter', () => {
  // Made anew at each call, so that they are where the logits are.
  const targets = () =>
    ids([
      [1, 1],
      [2, 1],
      [1, 2],
    ]);
  const loss = (x: typeof logits): g.Tensor<[], 'f64'> => g.ctcLoss(g.logSoftmax(x), targets());
  checkGradient(loss, logits);
  const compiled = g.jit(g.grad(loss))(logits);
  const before = g.defaultBackend();
  g.setDefaultBackend(g.reference);
  const copy = g.tensor(numbers(logits), { shape: [T, N, C], dtype: 'f64' });
  const interpreted = g.grad(loss)(copy);
  g.setDefaultBackend(before);
  numbers(interpreted).forEach((value, k) => {
    expect(numbers(compiled)[k]).toBeCloseTo(value, 11);
  });
});

test('mistakes are one sentence, in the editor and at run time', () => {
  const x = g.zeros([5, 3, 4]);
  const t = g.zeros([3, 2], { dtype: 'i32' });
  // @ts-expect-error: ctcLoss: expected log-probabilities [T, N, C], got [5, 4]
  const wrongRank = () => g.ctcLoss(g.zeros([5, 4]), t);
  // @ts-expect-error: ctcLoss: targets must have shape [3, ?], not [2, 2]
  const wrongCount = () => g.ctcLoss(x, g.zeros([2, 2], { dtype: 'i32' }));
  // @ts-expect-error: ctcLoss: targets are class ids i32, not f32
  const wrongIds = () => g.ctcLoss(x, g.zeros([3, 2]));
  const texts = [
    wrongRank,
    wrongCount,
    wrongIds,
    () => g.ctcLoss(x, t, { inputLengths: 6 }),
    () => g.ctcLoss(x, t, { inputLengths: [5, 5] }),
    () => g.ctcLoss(x, t, { targetLengths: [1, 2, 3] }),
    () => g.ctcLoss(x, t, { targetLengths: [1, 2, 0.5] }),
    () => g.ctcLoss(x, t, { targetLengths: g.zeros([2], { dtype: 'i32' }) }),
    () => g.ctcLoss(x, t, { targetLengths: g.zeros([3]) as never }),
    () => g.ctcLoss(x, t, { reduction: 'mean' } as never),
    () => g.ctcLoss(x, t, { inputLengths: '5' as never }),
  ].map(errorText);
  expect(texts.join('\n')).toMatchInlineSnapshot(`
    "ShapeError: ctcLoss: expected log-probabilities [T, N, C], got [5, 4]
    ShapeError: ctcLoss: targets must have shape [3, ?], not [2, 2]
      got: log-probabilities [5, 3, 4]
    DTypeError: ctcLoss: targets are class ids i32, not f32
      hint: convert them with cast(x, 'i32')
    ArgumentError: ctcLoss: inputLengths must be at most 5, not 6
    ShapeError: ctcLoss: inputLengths has 2 numbers for 3 examples
    ArgumentError: ctcLoss: targetLengths must be at most 2, not 3
    ArgumentError: ctcLoss: targetLengths must be a whole number >= 0, not 0.5
    ShapeError: ctcLoss: targetLengths must have shape [3], not [2]
    DTypeError: ctcLoss: targetLengths must be i32, not f32
    ArgumentError: ctcLoss: unknown option 'reduction'
      hint: valid options: inputLengths, targetLengths
    ArgumentError: ctcLoss: inputLengths must be a whole number >= 0, not a string"
  `);
});
