/** Recurrent cells and sequences against loops from their formulas. */
import * as g from 'gradloom';
import * as nn from 'gradloom/nn';
import * as optim from 'gradloom/optim';
import * as random from 'gradloom/random';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { checkGradient } from '../stdlib/check-gradient.ts';
import { errorText } from '../stdlib/error-text.ts';

const f64 = { dtype: 'f64' } as const;
const [T, N, I, H] = [4, 2, 3, 5] as const;
type Matrix = readonly (readonly number[])[];
const draw = <const S extends readonly number[]>(seed: number, shape: S) =>
  random.normal(random.key(seed), shape, { std: 0.7, dtype: 'f64' });
const close = (found: g.AnyTensor, wanted: readonly unknown[], digits = 11): void => {
  const got = Array.from(found.dataSync() as ArrayLike<number>);
  const flat = wanted.flat(9) as number[];
  expect(got.length).toBe(flat.length);
  flat.forEach((value, k) => {
    expect(got[k], `element ${k}`).toBeCloseTo(value, digits);
  });
};
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const probe = (y: g.Tensor<any, any>): g.Tensor<[], any> =>
  g.sum(g.mul(y, random.normal(random.key(99), y.shape, f64)));

const x = draw(1, [T, N, I]);
const h0 = draw(2, [N, H]);
const c0 = draw(3, [N, H]);
const parameters = (gates: number) => ({
  wih: draw(4, [gates * H, I]),
  whh: draw(5, [gates * H, H]),
  bih: draw(6, [gates * H]),
  bhh: draw(7, [gates * H]),
});
interface Plain {
  readonly wih: Matrix;
  readonly whh: Matrix;
  readonly bih: readonly number[];
  readonly bhh: readonly number[];
}
const plain = (p: ReturnType<typeof parameters>): Plain =>
  ({
    wih: p.wih.toArray(),
    whh: p.whh.toArray(),
    bih: p.bih.toArray(),
    bhh: p.bhh.toArray(),
  }) as never;
const times = (w: Matrix, v: readonly number[], b: readonly number[]): number[] =>
  w.map((row, o) => row.reduce((sum, weight, k) => sum + weight * v[k]!, b[o]!));

/** One step of one example: the states after it. */
type NaiveStep = (p: Plain, v: readonly number[], states: readonly number[][]) => number[][];
const rnnStep =
  (activation: (v: number) => number): NaiveStep =>
  (p, v, [h]) => {
    const [a, b] = [times(p.wih, v, p.bih), times(p.whh, h!, p.bhh)];
    return [a.map((value, k) => activation(value + b[k]!))];
  };
const lstmStep: NaiveStep = (p, v, [h, c]) => {
  const [a, b] = [times(p.wih, v, p.bih), times(p.whh, h!, p.bhh)];
  const gate = (index: number, k: number): number => a[index * H + k]! + b[index * H + k]!;
  const next = c!.map(
    (old, k) => sigmoid(gate(1, k)) * old + sigmoid(gate(0, k)) * Math.tanh(gate(2, k)),
  );
  return [next.map((value, k) => sigmoid(gate(3, k)) * Math.tanh(value)), next];
};
const gruStep: NaiveStep = (p, v, [h]) => {
  const [a, b] = [times(p.wih, v, p.bih), times(p.whh, h!, p.bhh)];
  return [
    h!.map((old, k) => {
      const reset = sigmoid(a[k]! + b[k]!);
      const update = sigmoid(a[H + k]! + b[H + k]!);
      const fresh = Math.tanh(a[2 * H + k]! + reset * b[2 * H + k]!);
      return (1 - update) * fresh + update * old;
    }),
  ];
};
/** All steps of all examples: the states h of every step, and the last states. */
const naive = (
  step: NaiveStep,
  p: Plain,
  init: readonly g.AnyTensor[],
  reverse = false,
): { ys: number[][][]; last: number[][][] } => {
  const ys: number[][][] = Array.from({ length: T }, () => []);
  const last: number[][][] = init.map(() => []);
  const inputs = x.toArray();
  const starts = init.map((one) => (one as g.Tensor<any, 'f64'>).toArray() as number[][]);
  for (let n = 0; n < N; n++) {
    let states = starts.map((rows) => rows[n]!);
    const order = Array.from({ length: T }, (_, t) => (reverse ? T - 1 - t : t));
    for (const t of order) {
      states = step(p, inputs[t]![n]!, states);
      ys[t]![n] = states[0]!;
    }
    states.forEach((row, k) => {
      last[k]![n] = row;
    });
  }
  return { ys, last };
};

interface Layer {
  readonly name: string;
  readonly gates: number;
  readonly init: readonly g.AnyTensor[];
  readonly step: NaiveStep;
  readonly options: object;
}
const layers: readonly Layer[] = [
  { name: 'rnn', gates: 1, init: [h0], step: rnnStep(Math.tanh), options: {} },
  {
    name: 'rnn',
    gates: 1,
    init: [h0],
    step: rnnStep((v) => Math.max(0, v)),
    options: { activation: 'relu' },
  },
  { name: 'lstm', gates: 4, init: [h0, c0], step: lstmStep, options: {} },
  { name: 'gru', gates: 3, init: [h0], step: gruStep, options: {} },
];
const functions = g as unknown as Record<string, (...all: unknown[]) => any>;
describe.each(layers.map((layer): [string, Layer] => [layer.name, layer]))('%s', (name, layer) => {
  const p = parameters(layer.gates);
  const list = [p.wih, p.whh, p.bih, p.bhh];
  test.each([
    ['js', g.js],
    ['reference', g.reference],
  ])('sequences in both directions on %s', (_, backend) => {
    const before = g.defaultBackend();
    g.setDefaultBackend(backend);
    try {
      const copy = (t: g.AnyTensor): g.AnyTensor =>
        g.tensor(t.dataSync() as never, { shape: [...t.shape], dtype: 'f64' }) as g.AnyTensor;
      for (const reverse of [false, true]) {
        const { ys, last } = naive(layer.step, plain(p), layer.init, reverse);
        const given = [x, ...layer.init, ...list].map(copy);
        const results = functions[name]!(...given, { ...layer.options, reverse });
        close(results[0], ys);
        expect(results.length).toBe(1 + last.length);
        last.forEach((state, k) => {
          close(results[k + 1], state);
        });
      }
    } finally {
      g.setDefaultBackend(before);
    }
  });
  test('the cell is one step', () => {
    const options = name === 'rnn' ? [layer.options] : [];
    const first = g.at(x, 0);
    const cell = functions[`${name}Cell`]!(first, ...layer.init, ...list, ...options);
    const states: g.AnyTensor[] = Array.isArray(cell) ? cell : [cell];
    layer.init.forEach((_, k) => {
      const wanted = Array.from({ length: N }, (__, n) =>
        layer.step(
          plain(p),
          x.toArray()[0]![n]!,
          layer.init.map((one) => (one as any).toArray()[n]),
        ),
      );
      close(
        states[k]!,
        wanted.map((row) => row[k]!),
      );
    });
  });
  test('gradients by everything', () => {
    const loss = (q: any): g.Tensor<[], any> => {
      const results = functions[name]!(q.x, ...q.init, ...q.list, layer.options);
      return g.add(probe(results[0]), probe(results[results.length - 1]));
    };
    checkGradient(loss, { x, init: [...layer.init], list }, 1e-6);
  });
  test('a sequence of no steps keeps the state', () => {
    const none = g.zeros([0, N, I], f64);
    const results = functions[name]!(none, ...layer.init, ...list);
    expect(results[0].shape).toEqual([0, N, H]);
    layer.init.forEach((state, k) => {
      close(results[k + 1], Array.from(state.dataSync() as Float64Array));
    });
  });
});

describe('layers', () => {
  test('parameters are those of the functions, states start at 0', () => {
    const p = nn.initLstm(random.key(1), I, H, f64);
    expectTypeOf(p).toEqualTypeOf<nn.Lstm<3, 5, 'f64'>>();
    expect([p.wih, p.whh, p.bih, p.bhh].map(({ shape }) => shape)).toEqual([
      [20, 3],
      [20, 5],
      [20],
      [20],
    ]);
    const bound = 1 / Math.sqrt(H);
    expect(p.whh.dataSync().every((v) => Math.abs(v) <= bound)).toBe(true);
    const [ys, h, c] = nn.lstm(p, x);
    expectTypeOf(ys).toEqualTypeOf<g.Tensor<[4, 2, 5], 'f64'>>();
    expectTypeOf(c).toEqualTypeOf<g.Tensor<[2, 5], 'f64'>>();
    const zero = g.zeros([N, H], f64);
    const expected = g.lstm(x, zero, zero, p.wih, p.whh, p.bih, p.bhh);
    expect([ys, h, c].map((y) => y.toArray())).toEqual(expected.map((y) => y.toArray()));
    const [later] = nn.lstm(p, x, { state: [h0, c0], reverse: true });
    const same = g.lstm(x, h0, c0, p.wih, p.whh, p.bih, p.bhh, { reverse: true });
    expect(later.toArray()).toEqual(same[0].toArray());
  });
  test('rnn and gru', () => {
    const plainLayer = nn.initRnn(random.key(1), I, H, {
      init: nn.init.xavierNormal,
      dtype: 'f64',
    });
    expect(plainLayer.bih.dataSync().every((v) => v === 0)).toBe(true);
    const [ys, h] = nn.rnn(plainLayer, x, { activation: 'relu', state: h0 });
    const { wih, whh, bih, bhh } = plainLayer;
    const expected = g.rnn(x, h0, wih, whh, bih, bhh, { activation: 'relu' });
    expect([ys, h].map((y) => y.toArray())).toEqual(expected.map((y) => y.toArray()));
    const gated = nn.initGru(random.key(2), I, H, f64);
    const [all, last] = nn.gru(gated, x);
    expectTypeOf(last).toEqualTypeOf<g.Tensor<[2, 5], 'f64'>>();
    expect(g.at(all, -1).toArray()).toEqual(last.toArray());
  });
  test('a sequence is learnt', () => {
    // The sum of the inputs so far, a state that a cell can carry.
    const p = { cell: nn.initGru(random.key(3), 1, 8), out: nn.initDense(random.key(4), 8, 1) };
    const inputs = random.uniform(random.key(5), [6, 16, 1], { min: -0.3, max: 0.3 });
    const loss = (q: typeof p): g.Tensor<[]> => {
      const [, h] = nn.gru(q.cell, inputs);
      return g.mseLoss(nn.dense(q.out, h), g.sum(inputs, 0));
    };
    const adam = optim.adam({ rate: 0.02 });
    const step = g.jit((q: typeof p, state: optim.AdamState<typeof p>) => {
      const [value, slope] = g.valueAndGrad(loss)(q);
      return [...adam.update(q, slope, state), value] as const;
    });
    let [q, state, value] = step(p, adam.init(p));
    const first = value.item();
    for (let k = 0; k < 60; k++) [q, state, value] = step(q, state);
    expect(value.item()).toBeLessThan(first / 4);
  });
});

test('mistakes are one sentence, in the editor and at run time', () => {
  const p = parameters(4);
  const [a, b] = [g.zeros([4, 2, 3]), g.zeros([2, 5])];
  const [w, u, v] = [g.zeros([20, 3]), g.zeros([20, 5]), g.zeros([20])];
  // @ts-expect-error: lstm: expected an input [T, N, I], got [2, 3]
  const wrongInput = () => g.lstm(g.zeros([2, 3]), b, b, w, u, v, v);
  // @ts-expect-error: lstm: h0 must have shape [2, ?], not [3, 5]
  const wrongState = () => g.lstm(a, g.zeros([3, 5]), b, w, u, v, v);
  // @ts-expect-error: lstm: c0 must have shape [2, 5], not [2, 6]
  const wrongCell = () => g.lstm(a, b, g.zeros([2, 6]), w, u, v, v);
  // @ts-expect-error: lstm: wih must have shape [20, 3], not [20, 4]
  const wrongWeights = () => g.lstm(a, b, b, g.zeros([20, 4]), u, v, v);
  // @ts-expect-error: gru: wih must have shape [15, 3], not [20, 3]
  const wrongGates = () => g.gru(a, b, w, u, v, v);
  // @ts-expect-error: rnnCell: expected an input [N, I], got [4, 2, 3]
  const wrongRank = () => g.rnnCell(a, b, w, u, v, v);
  const layer = nn.initRnn(random.key(1), 3, 5);
  // @ts-expect-error: rnn: the input must have shape [?, ?, 3], not [4, 2, 7]
  const wrongFeatures = () => nn.rnn(layer, g.zeros([4, 2, 7]));
  const texts = [
    wrongInput,
    wrongState,
    wrongCell,
    wrongWeights,
    wrongGates,
    wrongRank,
    wrongFeatures,
    () => g.lstm(a, b, b, w, u, v, g.zeros([19]) as never),
    () => g.lstm(a, b, b, p.wih as never, u, v, v),
    () => g.lstm(a, b, b, w, u, v, v, { bidirectional: true } as never),
    () =>
      g.rnn(a, b, w as never, u as never, v as never, v as never, { activation: 'elu' as never }),
    () => nn.initGru(random.key(1), 0, 3),
    () => nn.gru(undefined as never, a as never),
    () => nn.lstm(nn.initLstm(random.key(1), 3, 5), a, { state: 3 as never }),
  ].map(errorText);
  expect(texts.join('\n')).toMatchInlineSnapshot(`
    "ShapeError: lstm: expected an input [T, N, I], got [2, 3]
    ShapeError: lstm: h0 must have shape [2, ?], not [3, 5]
      got: input [4, 2, 3]
    ShapeError: lstm: c0 must have shape [2, 5], not [2, 6]
      got: input [4, 2, 3]
    ShapeError: lstm: wih must have shape [20, 3], not [20, 4]
      got: input [4, 2, 3]
    ShapeError: gru: wih must have shape [15, 3], not [20, 3]
      got: input [4, 2, 3]
    ShapeError: rnnCell: expected an input [N, I], got [4, 2, 3]
    ShapeError: rnn: the input must have shape [?, ?, 3], not [4, 2, 7]
      got: input [4, 2, 7]
    ShapeError: lstm: bhh must have shape [20], not [19]
      got: input [4, 2, 3]
    DTypeError: lstm: dtypes f32 and f64 differ; convert one with cast
    ArgumentError: lstm: unknown option 'bidirectional'
      hint: valid options: reverse
    ArgumentError: rnn: activation must be 'tanh' or 'relu', not 'elu'
    ArgumentError: initGru: the number of inputs must be a whole number >= 1, not 0
    ArgumentError: gru: the parameters must be an object, not undefined
    ArgumentError: lstm: the state must be an object, not a number"
  `);
});
