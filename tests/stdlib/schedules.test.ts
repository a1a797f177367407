/** Learning rates by step, and gradients that are clipped. */
import { describe, expect, expectTypeOf, test } from 'vitest';
import { grad, jit, sum, type Tensor, tensor, zeros } from '../../src/index.ts';
import * as optim from '../../src/stdlib/optim/index.ts';
import { errorText } from './error-text.ts';

const steps = Array.from({ length: 24 }, (_, k) => k);
const cosine = (from: number, to: number, share: number): number =>
  to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share));
const exponential = optim.exponentialDecay({ rate: 0.3, decay: 0.9 });
const schedules: [string, optim.Schedule, (step: number) => number][] = [
  ['exponentialDecay', exponential, (t) => 0.3 * 0.9 ** t],
  [
    'stepDecay',
    optim.stepDecay({ rate: 0.3, every: 7, decay: 0.5 }),
    (t) => 0.3 * 0.5 ** Math.floor(t / 7),
  ],
  [
    'cosineDecay',
    optim.cosineDecay({ rate: 0.3, steps: 10, least: 0.01 }),
    (t) => cosine(0.3, 0.01, Math.min(t, 10) / 10),
  ],
  [
    'oneCycle',
    optim.oneCycle({ rate: 0.5, steps: 20, pctStart: 0.3, divFactor: 10, finalDivFactor: 100 }),
    (t) => {
      const at = Math.min(t, 19);
      return at <= 5 ? cosine(0.05, 0.5, at / 5) : cosine(0.5, 0.0005, (at - 5) / 14);
    },
  ],
  [
    'oneCycle without a rise',
    optim.oneCycle({ rate: 0.5, steps: 3, pctStart: 0 }),
    (t) => cosine(0.5, 0.5 / 25 / 1e4, Math.min(t, 2) / 2),
  ],
  [
    'linearWarmup to a rate',
    optim.linearWarmup(0.2, { steps: 5, start: 0.1 }),
    (t) => (t < 5 ? 0.2 * (0.1 + (0.9 * t) / 5) : 0.2),
  ],
  [
    'linearWarmup to a schedule',
    optim.linearWarmup(exponential, { steps: 4 }),
    (t) => (t < 4 ? (0.3 * t) / 4 : 0.3 * 0.9 ** (t - 4)),
  ],
];
describe.each(schedules)('%s', (_, schedule, expected) => {
  test('of numbers', () => {
    for (const t of steps) expect(schedule(t)).toBeCloseTo(expected(t), 12);
  });
  test('of tensors, inside of jit too', () => {
    const compiled = jit((t: Tensor<[], 'i32'>) => schedule(t));
    for (const t of steps) {
      const step = tensor(t, { dtype: 'i32' });
      const rate = schedule(step);
      expectTypeOf(rate).toEqualTypeOf<Tensor<[], 'f32'>>();
      expect(rate.dtype).toBe('f32');
      expect(rate.item()).toBeCloseTo(expected(t), 6);
      expect(compiled(step).item()).toBeCloseTo(expected(t), 6);
    }
  });
});

test('a schedule of the step of the state drives an optimizer inside of jit', () => {
  const schedule = optim.stepDecay({ rate: 0.5, every: 2, decay: 0.1 });
  const sgd = optim.sgd({ rate: 1 });
  const step = jit((p: Tensor<[2]>, state: optim.SgdState) => {
    const slope = grad((x: Tensor<[2]>) => sum(x))(p);
    return sgd.update(p, slope, state, { rate: schedule(state.step) });
  });
  let [p, state] = step(zeros([2]), sgd.init(zeros([2])));
  for (let k = 0; k < 3; k++) [p, state] = step(p, state);
  expect(p.toArray()[0]).toBeCloseTo(-(0.5 + 0.5 + 0.05 + 0.05), 6);
});

describe('clipping', () => {
  const gradients = { w: tensor([3, -4]), rest: [tensor(12, { dtype: 'f64' }), null] as const };
  test('by the norm of all', () => {
    expect(optim.globalNorm(gradients).item()).toBe(13);
    expect(optim.globalNorm(gradients).dtype).toBe('f64');
    const clipped = optim.clipByGlobalNorm(gradients, 6.5);
    expectTypeOf(clipped).toEqualTypeOf<typeof gradients>();
    const factor = 6.5 / (13 + 1e-6);
    expect(clipped.rest[0].item()).toBeCloseTo(12 * factor, 12);
    clipped.w.toArray().forEach((v, k) => {
      expect(v).toBeCloseTo([3, -4][k]! * factor, 6);
    });
    expect(clipped.rest[1]).toBe(null);
    const same = optim.clipByGlobalNorm(gradients, 100);
    expect(same.w.toArray()).toEqual([3, -4]);
    expect(optim.clipByGlobalNorm({ w: zeros([2]) }, 1).w.toArray()).toEqual([0, 0]);
    expect(optim.clipByGlobalNorm([null], 1)).toEqual([null]);
    expect(optim.globalNorm([]).item()).toBe(0);
  });
  test('element by element', () => {
    const clipped = optim.clipByValue(gradients, 3.5);
    expect(clipped.w.toArray()).toEqual([3, -3.5]);
    expect(clipped.rest[0].item()).toBe(3.5);
    expect(optim.clipByValue(tensor([Number.NaN]), 1).toArray()).toEqual([Number.NaN]);
  });
});

test('errors', () => {
  const texts = [
    () => optim.exponentialDecay({ rate: 1 } as never),
    () => optim.exponentialDecay({ rate: 1, decay: 0 }),
    () => optim.stepDecay({ rate: 1, every: 0 }),
    () => optim.stepDecay({ rate: 1, gamma: 1 } as never),
    () => optim.cosineDecay({ rate: -1, steps: 3 }),
    () => optim.cosineDecay(undefined as never),
    () => optim.oneCycle({ rate: 1, steps: 1 }),
    () => optim.oneCycle({ rate: 1, steps: 5, pctStart: 1 }),
    () => optim.linearWarmup('0.1' as never, { steps: 3 }),
    () => optim.linearWarmup(0.1, {} as never),
    () => exponential(-1),
    () => exponential(zeros([2]) as never),
    () => exponential(tensor(true) as never),
    () => optim.clipByGlobalNorm({ w: zeros([2]) }, 0),
    () => optim.clipByGlobalNorm({ w: zeros([2], { dtype: 'i32' }) }, 1),
    () => optim.clipByValue({ w: zeros([2]) }, Number.NaN),
  ].map(errorText);
  expect(texts.join('\n')).toMatchInlineSnapshot(`
    "ArgumentError: exponentialDecay: decay must be a number, not undefined
    ArgumentError: exponentialDecay: decay must be more than 0
    ArgumentError: stepDecay: every must be a whole number >= 1, not 0
    ArgumentError: stepDecay: unknown option 'gamma'
      hint: valid options: rate, every, decay
    ArgumentError: cosineDecay: rate must be a finite number >= 0, not -1
    ArgumentError: cosineDecay: rate must be a number, not undefined
    ArgumentError: oneCycle: steps must be a whole number >= 2, not 1
    ArgumentError: oneCycle: pctStart must be in [0, 1), not 1
    ArgumentError: linearWarmup: expected a schedule or a rate, not a string
    ArgumentError: linearWarmup: steps must be a whole number >= 1, not undefined
    ArgumentError: exponentialDecay: the step must be a finite number >= 0, not -1
    ShapeError: exponentialDecay: the step must be a scalar, not [2]
    DTypeError: exponentialDecay: the step must be a number, not bool
    ArgumentError: clipByGlobalNorm: maxNorm must be a number > 0, not 0
    DTypeError: clipByGlobalNorm: a gradient must be f32 or f64, not i32
      got: w
    ArgumentError: clipByValue: limit must be a number > 0, not NaN"
  `);
});
