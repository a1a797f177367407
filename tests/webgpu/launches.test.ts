/**
 * How many dispatches a training step is, as the device sees them, and how many launches it is for
 * the js backend. The device checks every call and computes nothing.
 */
import {
  attention,
  explain,
  jit,
  relu,
  type Tensor,
  tensor,
  toBackend,
  valueAndGrad,
} from 'gradloom';
import * as nn from 'gradloom/nn';
import * as optim from 'gradloom/optim';
import * as random from 'gradloom/random';
import { describe, expect, test } from 'vitest';
import { initLenet } from '../../examples/lenet/model.ts';
import { step as lenetStep } from '../../examples/lenet/train.ts';
import { optimizer as lenetOptimizer } from '../../examples/lenet/training-state.ts';
import { countWork, openPrepared } from './prepared-device.ts';
import { openDawn } from './swiftshader.ts';

const { backend, device } = await openPrepared(await openDawn('null'));
const counts = countWork(device);

type AnyFunction = (...args: any[]) => unknown;
type Readable = { data(): Promise<unknown> };
/** What running a compiled function makes the device do, once it is compiled. */
const workOf = async (step: AnyFunction, makeArguments: () => unknown[]) => {
  const run = async () => {
    const inputs = await toBackend(makeArguments(), backend);
    const before = { ...counts };
    const last = [step(...inputs)].flat(2).at(-1) as Readable;
    // A run that need not wait for its pipelines is recorded when its results are handed out.
    const { dispatches, submits } = counts;
    await last.data();
    return { dispatches: dispatches - before.dispatches, submits: submits - before.submits };
  };
  await run();
  return run();
};

const zeros = (...shape: number[]): Tensor<any> =>
  tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)), { shape });
const labels = (length: number): Tensor<any, 'i32'> =>
  tensor(Int32Array.from({ length }, (_, k) => k % 10));

const keys = random.split(random.key(1), 3);
const initMlp = () => ({
  first: nn.initDense(keys[0], 784, 256),
  second: nn.initDense(keys[1], 256, 128),
  last: nn.initDense(keys[2], 128, 10),
});
type Mlp = ReturnType<typeof initMlp>;
const descent = optim.sgd({ rate: 0.1 });
const mlpStep = jit(
  (p: Mlp, state: optim.SgdState, x: Tensor<['N', 784]>, y: Tensor<['N'], 'i32'>) => {
    const loss = (q: Mlp) =>
      nn.crossEntropy(
        nn.dense(q.last, relu(nn.dense(q.second, relu(nn.dense(q.first, x))))),
        y,
      ) as Tensor<[]>;
    const [value, gradients] = valueAndGrad(loss)(p);
    const [next, nextState] = descent.update(p, gradients, state);
    return [next, nextState, value] as const;
  },
  { donate: [0, 1] },
);

const attend = jit((q: Tensor<any>, k: Tensor<any>, v: Tensor<any>) =>
  attention(q, k, v, { causal: true }),
) as AnyFunction;
const large = (): unknown[] => [0, 1, 2].map(() => zeros(8, 128, 64));

const table: [name: string, most: number, step: AnyFunction, makeArguments: () => unknown[]][] = [
  [
    'a step of an MLP with gradient descent',
    14,
    mlpStep as AnyFunction,
    () => {
      const p = initMlp();
      return [p, descent.init(p), zeros(32, 784), labels(32)];
    },
  ],
  [
    'a step of LeNet with Adam',
    30,
    lenetStep as AnyFunction,
    () => {
      const p = initLenet(random.key(2));
      return [p, lenetOptimizer.init(p), zeros(64, 1, 32, 32), labels(64), tensor(0.01)];
    },
  ],
  ['attention', 4, attend, large],
];

describe.each(table)('%s', (_, most, step, makeArguments) => {
  test(`takes at most ${most} dispatches in one submission`, async () => {
    const work = await workOf(step, makeArguments);
    expect(work.dispatches).toBeGreaterThan(0);
    expect(work.dispatches).toBeLessThanOrEqual(most);
    expect(work.submits).toBe(1);
  });
  test(`takes at most ${most} launches on js`, () => {
    const { launches } = explain(step as (...args: unknown[]) => never)(...makeArguments());
    expect(launches.length).toBeGreaterThan(0);
    expect(launches.length).toBeLessThanOrEqual(most);
  });
});
