/**
 * Optimizers against loops written from PyTorch's formulas, ten steps each, inside of jit and
 * outside.
 */
import { describe, expect, expectTypeOf, test } from 'vitest';
import { grad, jit, programCounters, sum, type Tensor, tensor, zeros } from '../../src/index.ts';
import * as optim from '../../src/stdlib/optim/index.ts';
import { errorText } from './error-text.ts';

interface Params {
  readonly layer: { readonly w: Tensor<[2, 2], 'f64'>; readonly name: string };
  readonly b: readonly [Tensor<[2], 'f64'>];
}
const first = (): Params => ({
  layer: {
    w: tensor(
      [
        [1, -2],
        [0.5, 3],
      ],
      { dtype: 'f64' },
    ),
    name: 'dense',
  },
  b: [tensor([0.1, -0.7], { dtype: 'f64' })],
});
/** The parameters in the order b, w. */
const flatOf = (p: Params): number[] => [...p.b[0].dataSync(), ...p.layer.w.dataSync()];

/** sum(w^2 * c) + sum((b - 1)^4), whose gradient by hand is `slope`. */
const loss = (p: Params): Tensor<[], 'f64'> => {
  const c = tensor(
    [
      [1, 2],
      [3, 4],
    ],
    { dtype: 'f64' },
  );
  const distance = p.b[0].sub(1);
  const fourth = distance.mul(distance).mul(distance).mul(distance);
  return sum(p.layer.w.mul(p.layer.w).mul(c)).add(sum(fourth));
};
const slope = (x: readonly number[]): number[] =>
  x.map((v, k) => (k < 2 ? 4 * (v - 1) ** 3 : 2 * v * (k - 1)));

/**
 * Ten steps of `step`, which gets a parameter, its gradient, its memory and the number of the step.
 */
const byHand = (step: (p: number, g: number, memory: number[], t: number) => number): number[] => {
  let x = flatOf(first());
  const memories = x.map(() => [0, 0]);
  for (let t = 1; t <= 10; t++) {
    const g = slope(x);
    x = x.map((p, k) => step(p, g[k]!, memories[k]!, t));
  }
  return x;
};
const sgdStep = (p: number, g: number): number => p - 0.02 * g;
const momentumStep =
  (isNesterov: boolean) =>
  (p: number, g: number, memory: number[]): number => {
    memory[0] = 0.8 * memory[0]! + g;
    return p - 0.02 * (isNesterov ? g + 0.8 * memory[0] : memory[0]);
  };
const adamStep =
  (decay: number) =>
  (p: number, g: number, memory: number[], t: number): number => {
    memory[0] = 0.8 * memory[0]! + 0.2 * g;
    memory[1] = 0.99 * memory[1]! + 0.01 * g * g;
    const denominator = Math.sqrt(memory[1]) / Math.sqrt(1 - 0.99 ** t) + 1e-4;
    const shrunk = p * (1 - 0.05 * decay);
    return shrunk - (0.05 / (1 - 0.8 ** t)) * (memory[0] / denominator);
  };
/** g with the share 0.3 of the parameter added. */
const l2 =
  (step: Parameters<typeof byHand>[0]): Parameters<typeof byHand>[0] =>
  (p, g, memory, t) =>
    step(p, g + 0.3 * p, memory, t);
const rmsStep =
  (isCentered: boolean, kept: number) =>
  (p: number, g: number, memory: number[]): number => {
    memory[0] = 0.9 * memory[0]! + 0.1 * g * g;
    memory[1] = 0.9 * memory[1]! + 0.1 * g;
    const spread = memory[0] - (isCentered ? memory[1] ** 2 : 0);
    const direction = g / (Math.sqrt(spread) + 1e-4);
    memory[2] = kept * (memory[2] ?? 0) + direction;
    return p - 0.01 * memory[2];
  };
const adagradStep = (p: number, g: number, memory: number[], t: number): number => {
  memory[2] = (memory[2] ?? 0.5) + g * g;
  return p - ((0.1 / (1 + (t - 1) * 0.2)) * g) / (Math.sqrt(memory[2]) + 1e-4);
};
const rms = { rate: 0.01, alpha: 0.9, eps: 1e-4 };
const adamSettings = { rate: 0.05, beta1: 0.8, beta2: 0.99, eps: 1e-4 };

/** The part of the interface of all optimizers that the tests use. */
interface AnyOptimizer {
  init(params: Params): any;
  update(p: Params, g: any, state: any, options?: optim.UpdateOptions): [Params, any];
}
describe.each([
  ['sgd', optim.sgd({ rate: 0.02 }), sgdStep],
  ['momentum', optim.momentum({ rate: 0.02, momentum: 0.8 }), momentumStep(false)],
  ['nesterov', optim.momentum({ rate: 0.02, momentum: 0.8, nesterov: true }), momentumStep(true)],
  ['adam', optim.adam(adamSettings), adamStep(0)],
  ['adamW', optim.adamW({ ...adamSettings, weightDecay: 0.3 }), adamStep(0.3)],
  ['sgd, weight decay', optim.sgd({ rate: 0.02, weightDecay: 0.3 }), l2(sgdStep)],
  [
    'momentum, weight decay',
    optim.momentum({ rate: 0.02, momentum: 0.8, weightDecay: 0.3 }),
    l2(momentumStep(false)),
  ],
  ['adam, weight decay', optim.adam({ ...adamSettings, weightDecay: 0.3 }), l2(adamStep(0))],
  ['rmsProp', optim.rmsProp(rms), rmsStep(false, 0)],
  ['rmsProp, centered', optim.rmsProp({ ...rms, centered: true }), rmsStep(true, 0)],
  [
    'rmsProp, all options',
    optim.rmsProp({ ...rms, centered: true, momentum: 0.7, weightDecay: 0.3 }),
    l2(rmsStep(true, 0.7)),
  ],
  [
    'adagrad',
    optim.adagrad({ rate: 0.1, rateDecay: 0.2, initialSum: 0.5, eps: 1e-4 }),
    adagradStep,
  ],
] as [string, AnyOptimizer, Parameters<typeof byHand>[0]][])('%s', (_, optimizer, step) => {
  const expected = byHand(step);
  const update = (p: Params, state: unknown): [Params, any] =>
    optimizer.update(p, grad(loss)(p), state);
  const run = (next: typeof update): [Params, any] => {
    let [p, state] = [first(), optimizer.init(first())];
    for (let t = 0; t < 10; t++) [p, state] = next(p, state);
    return [p, state];
  };

  test('ten steps', () => {
    const [p, state] = run(update);
    flatOf(p).forEach((x, k) => {
      expect(x).toBeCloseTo(expected[k]!, 11);
    });
    expect(state.step.item()).toBe(10);
    expect(p.layer.name).toBe('dense');
  });
  test('ten steps inside of jit', () => {
    const [p] = run(jit(update));
    flatOf(p).forEach((x, k) => {
      expect(x).toBeCloseTo(expected[k]!, 11);
    });
  });
  test('the rate may be a tensor or change with every call', () => {
    const state = optimizer.init(first());
    const gradients = grad(loss)(first());
    const plain = optimizer.update(first(), gradients, state, { rate: 0.005 })[0];
    const rate = tensor(0.005, { dtype: 'f64' });
    const scheduled = optimizer.update(first(), gradients, state, { rate })[0];
    expect(flatOf(scheduled)).toEqual(flatOf(plain));
    expect(flatOf(plain)).not.toEqual(flatOf(optimizer.update(first(), gradients, state)[0]));
  });
});

test('a rate that changes with every step compiles nothing new', () => {
  const optimizer = optim.adam();
  const p = { w: tensor([1, 2]) };
  const gradients = { w: tensor([0.1, 0.2]) };
  let [params, state] = optimizer.update(p, gradients, optimizer.init(p), { rate: 0.1 });
  const before = programCounters().misses;
  for (let t = 1; t < 5; t++) {
    [params, state] = optimizer.update(params, gradients, state, { rate: 0.1 / t });
  }
  expect(programCounters().misses).toBe(before);
  expectTypeOf(state).toEqualTypeOf<optim.AdamState<{ w: Tensor<[2], 'f32'> }>>();
});

test('the first step of adam in f32 is the rate, whatever the gradient', () => {
  const optimizer = optim.adam({ rate: 0.01 });
  const p = zeros([3]);
  const gradients = tensor([1e-3, -5, 1e4]);
  const [next] = optimizer.update(p, gradients, optimizer.init(p));
  next.toArray().forEach((x, k) => {
    expect(x / [-0.01, 0.01, -0.01][k]!).toBeCloseTo(1, 4);
  });
  expect(Math.abs(next.toArray()[1]! - 0.01)).toBeLessThan(2e-9);
});

test('errors', () => {
  const p = { w: zeros([2]) };
  const adam = optim.adam();
  const state = adam.init(p);
  const g = { w: zeros([2]) };
  const texts = [
    () => optim.sgd({} as never),
    () => optim.sgd({ rate: -1 }),
    () => optim.sgd({ rate: Number.NaN }),
    () => optim.sgd({ rate: zeros([2]) as never }),
    () => optim.sgd({ lr: 1 } as never),
    () => optim.momentum({ rate: 1, momentum: 1 }),
    () => optim.momentum({ rate: 1, nesterov: 1 as never }),
    () => optim.adam({ beta2: 1 }),
    () => optim.adam({ eps: -1 }),
    () => optim.adamW({ weightDecay: Number.POSITIVE_INFINITY }),
    () => optim.rmsProp({ momentum: 1 }),
    () => optim.rmsProp({ centred: true } as never),
    () => optim.adagrad({ rateDecay: -1 }),
    () => adam.init({ w: zeros([2], { dtype: 'i32' }) }),
    () => adam.update(p, { w: zeros([3]) as never }, state),
    () => adam.update(p, { v: zeros([2]) } as never, state),
    () => adam.update(p, g, undefined as never),
    () => adam.update(p, g, { ...state, mean: { w: zeros([3]) as never } }),
    () => adam.update(p, g, { ...state, step: zeros([]) as never }),
    () => adam.update(p, g, state, { rate: -1 }),
    () => adam.update(p, g, state, { rates: 1 } as never),
  ].map(errorText);
  expect(texts.join('\n')).toMatchInlineSnapshot(`
    "ArgumentError: sgd: rate must be a number, not undefined
    ArgumentError: sgd: rate must be a finite number >= 0, not -1
    ArgumentError: sgd: rate must be a finite number >= 0, not NaN
    ShapeError: sgd: rate must be a scalar, not [2]
    ArgumentError: sgd: unknown option 'lr'
      hint: valid options: rate, weightDecay
    ArgumentError: momentum: momentum must be in [0, 1), not 1
    ArgumentError: momentum: nesterov must be true or false, not a number
    ArgumentError: adam: beta2 must be in [0, 1), not 1
    ArgumentError: adam: eps must be a finite number >= 0, not -1
    ArgumentError: adamW: weightDecay must be a finite number >= 0, not Infinity
    ArgumentError: rmsProp: momentum must be in [0, 1), not 1
    ArgumentError: rmsProp: unknown option 'centred'
      hint: did you mean 'centered'?
    ArgumentError: adagrad: rateDecay must be a finite number >= 0, not -1
    DTypeError: adam: a parameter must be f32 or f64, not i32
      got: w
    ShapeError: adam: the gradient must have shape [2]
      got: w: [3] f32
    ArgumentError: adam: the gradient must have the structure of the value
      got: the whole: the key 'v' is not in the value
    ArgumentError: adam: the state must be an object, not undefined
    ShapeError: adam: the state must have shape [2]
      got: w: [3] f32
    ArgumentError: adam: the step of the state must be an i32 scalar
      got: [] f32
      hint: the state is what init and update of adam return
    ArgumentError: adam: rate must be a finite number >= 0, not -1
    ArgumentError: adam: unknown option 'rates'
      hint: did you mean 'rate'?"
  `);
});
