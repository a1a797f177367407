/**
 * Mixed precision as the documentation teaches it: a step keeps bf16 parameters for the forward
 * pass and f32 master copies for the optimizer, and learns.
 */
import { expect, expectTypeOf, test } from 'vitest';
import {
  cast,
  type Dynamic,
  grad,
  type HalfDType,
  jit,
  loadParameters,
  matmul,
  mean,
  saveParameters,
  square,
  type Tensor,
  tree,
} from '../../src/index.ts';
import * as optim from '../../src/stdlib/optim/index.ts';
import * as random from '../../src/stdlib/random/index.ts';

interface Layers<D> {
  readonly w1: Tensor<[2, 16], D>;
  readonly w2: Tensor<[16, 1], D>;
}
interface Model<D> {
  readonly stored: Layers<D>;
  readonly master: Layers<'f32'>;
  readonly state: optim.AdamState<Layers<'f32'>>;
}

const initial = (): Layers<'f32'> => {
  const [first, second] = random.split(random.key(3), 2);
  return { w1: random.normal(first!, [2, 16]), w2: random.normal(second!, [16, 1], { std: 0.25 }) };
};
const asType = <P>(params: unknown, dtype: 'f32' | HalfDType): P =>
  tree.map((p: Tensor<Dynamic, Dynamic>) => cast(p, dtype), params as never) as P;

/** Computes in f32 whatever the parameters are stored in. */
const loss = (stored: Layers<'bf16'>, x: Tensor<[64, 2]>, y: Tensor<[64, 1]>): Tensor<[]> => {
  const { w1, w2 } = asType<Layers<'f32'>>(stored, 'f32');
  return mean(square(matmul(matmul(x, w1).tanh(), w2).sub(y)));
};

test.each(['bf16', 'f16'] as const)('a network stored in %s learns', (dtype) => {
  const optimizer = optim.adam({ rate: 0.02 });
  const step = jit(({ stored, master, state }: Model<'bf16'>, key: random.Key) => {
    const x = random.uniform(key, [64, 2], { min: -1, max: 1 });
    const [a, b] = [x.slice([null, [0, 1]]), x.slice([null, [1, 2]])];
    const y = a.mul(4).tanh().sub(b.mul(2).tanh());
    const gradients = grad(loss)(stored, x, y);
    const [next, nextState] = optimizer.update(master, asType(gradients, 'f32'), state);
    const model = { stored: asType<Layers<'bf16'>>(next, dtype), master: next, state: nextState };
    return { model, gradients, value: loss(stored, x, y) };
  });
  const master = initial();
  const stored = asType<Layers<'bf16'>>(master, dtype);
  let model: Model<'bf16'> = { stored, master, state: optimizer.init(master) };
  const losses: number[] = [];
  for (let t = 0; t < 300; t++) {
    const result = step(model, random.foldIn(random.key(5), t));
    expectTypeOf(result.gradients.w1).toEqualTypeOf<Tensor<[2, 16], 'bf16'>>();
    expect(result.gradients.w1.dtype).toBe(dtype);
    model = result.model;
    losses.push(result.value.item());
  }
  expect(losses[0]).toBeGreaterThan(0.1);
  expect(losses.at(-1)).toBeLessThan(0.01);

  // What is stored is half of the size, and comes back bit for bit.
  const bytes = saveParameters(model.stored);
  expect(bytes.length).toBeLessThan(saveParameters(model.master).length - 2 * 48 + 8);
  const back = loadParameters(bytes, stored);
  expect(back.w1.dataSync({ bits: true })).toEqual(model.stored.w1.dataSync({ bits: true }));
});
