/**
 * Layers, losses, optimizers and random numbers together: a small network learns, inside of one
 * compiled step.
 */
import { expect, expectTypeOf, test } from 'vitest';
import { argmax, eq, fn, jit, mean, type Tensor, valueAndGrad } from '../../src/index.ts';
import * as nn from '../../src/stdlib/nn/index.ts';
import * as optim from '../../src/stdlib/optim/index.ts';
import * as random from '../../src/stdlib/random/index.ts';

interface Params {
  readonly hidden: nn.Dense<2, 16>;
  readonly out: nn.Dense<16, 2>;
}
interface Model {
  readonly params: Params;
  readonly state: optim.AdamState<Params>;
}

const logits = fn((p: Params, x: Tensor<['N', 2]>) =>
  nn.dense(p.out, nn.dense(p.hidden, x).relu()),
);
const loss = (p: Params, x: Tensor<['N', 2]>, y: Tensor<['N'], 'i32'>): Tensor<[]> =>
  nn.crossEntropy(logits(p, x), y);

test('a network learns which points lie outside of a circle', () => {
  const optimizer = optim.adam({ rate: 0.02 });
  const step = jit(({ params, state }: Model, key: random.Key) => {
    const x = random.uniform(key, [64, 2], { min: -1, max: 1 });
    const y = x.mul(x).sum(1).sub(0.6);
    const labels = y.relu().mul(1e6).cast('i32').cast('bool').cast('i32');
    const [value, gradients] = valueAndGrad(loss)(params, x, labels);
    const [next, nextState] = optimizer.update(params, gradients, state);
    const right = mean(eq(argmax(logits(params, x)), labels).cast('f32'));
    return { model: { params: next, state: nextState }, value, right };
  });

  const [first, second, rest] = random.split(random.key(0), 3);
  const params: Params = { hidden: nn.initDense(first, 2, 16), out: nn.initDense(second, 16, 2) };
  let model: Model = { params, state: optimizer.init(params) };
  const losses: number[] = [];
  let right = 0;
  for (let t = 0; t < 200; t++) {
    const result = step(model, random.foldIn(rest, t));
    expectTypeOf(result.value).toEqualTypeOf<Tensor<[], 'f32'>>();
    model = result.model;
    losses.push(result.value.item());
    right = result.right.item();
  }
  expect(losses[0]).toBeGreaterThan(0.4);
  expect(losses.at(-1)).toBeLessThan(0.25);
  expect(right).toBeGreaterThan(0.9);
  expect(model.state.step.item()).toBe(200);
});
