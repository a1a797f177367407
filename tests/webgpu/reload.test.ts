/** A device that goes away takes nothing along that was saved: training goes on upon a new one. */
import { DeviceLostError, jit, js, type Tensor, tensor, toBackend, valueAndGrad } from 'gradloom';
import * as nn from 'gradloom/nn';
import { adam } from 'gradloom/optim';
import * as random from 'gradloom/random';
import { expect, test } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { openWatched } from './watched-device.ts';

type Model = { hidden: nn.Dense<2, 8>; out: nn.Dense<8, 2> };
type Points = Tensor<['N', 2]>;
type Classes = Tensor<['N'], 'i32'>;

const optimizer = adam({ rate: 0.05 });
type State = ReturnType<typeof optimizer.init<Model>>;
type Saved = { model: Model; state: State };

const loss = (model: Model, x: Points, y: Classes) =>
  nn.crossEntropy(nn.dense(model.out, nn.dense(model.hidden, x).relu()), y);
/** One function for all devices. */
const step = jit(
  ({ model, state }: Saved, x: Points, y: Classes) => {
    const [value, gradients] = valueAndGrad(loss)(model, x, y);
    const [next, nextState] = optimizer.update(model, gradients, state);
    return [{ model: next, state: nextState }, value] as const;
  },
  { donate: [0] },
);

const initial = (): Saved => {
  const [k1, k2] = random.split(random.key(1));
  const model = { hidden: nn.initDense(k1, 2, 8), out: nn.initDense(k2, 8, 2) };
  return { model, state: optimizer.init(model) };
};
const data = async (backend: Backend): Promise<readonly [Points, Classes]> => {
  const x = tensor([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ] as number[][]);
  const y = tensor([0, 1, 1, 0], { dtype: 'i32' });
  return (await toBackend([x, y], backend)) as never;
};

/** Trains some steps; returns what they end with and the losses. */
const train = async (
  saved: Saved,
  backend: Backend,
  steps: number,
): Promise<readonly [Saved, number[]]> => {
  const [x, y] = await data(backend);
  let now = (await toBackend(saved, backend)) as Saved;
  const losses: number[] = [];
  for (let k = 0; k < steps; k++) {
    const [next, value] = step(now, x, y);
    now = next as Saved;
    losses.push((await value.data())[0]!);
  }
  return [now, losses];
};

test('the same function trains on where it was saved', async () => {
  const [, expected] = await train(initial(), js, 12);

  const first = await openWatched();
  const [early, losses] = await train(initial(), first.backend, 6);
  const bytes = nn.saveParameters(await toBackend(early, js));
  const inMemory = await toBackend(early, js);
  const lost = step(early, ...(await data(first.backend)))[1];
  first.device.destroy();
  await expect(lost.data()).rejects.toThrow(DeviceLostError);
  await first.device.lost;
  const stale = inMemory.model.hidden.w;
  await expect(toBackend(stale, first.backend)).rejects.toThrow(DeviceLostError);

  const second = await openWatched();
  const [, later] = await train(nn.loadParameters(bytes, initial()), second.backend, 6);
  [...losses, ...later].forEach((value, k) => {
    expect(Math.abs(value - expected[k]!)).toBeLessThanOrEqual(2e-5 * expected[k]!);
  });
  // What was read from the first device does as well as a file.
  const [, again] = await train(inMemory, second.backend, 6);
  expect(again).toEqual(later);
});
