/** Training steps on the GPU: the losses of an MLP and of LeNet are those of the js backend. */
import {
  type Backend,
  init,
  jit,
  js,
  relu,
  type Tensor,
  tensor,
  toBackend,
  valueAndGrad,
} from 'gradloom';
import * as nn from 'gradloom/nn';
import * as optim from 'gradloom/optim';
import * as random from 'gradloom/random';
import { expect, test } from 'vitest';
import { initLenet, type Lenet, logits } from '../../examples/lenet/model.ts';
import { openDawn, openSwiftShader } from './swiftshader.ts';

const gpu = await openSwiftShader();
/** How far losses may be apart after a step, relative to the loss. */
const lossError = 2e-5;

const numbers = (length: number, seed: number): number[] =>
  Array.from({ length }, (_, k) => Math.sin(k * 0.7 + seed) * Math.cos(k * k * 0.01));

type Images = Tensor<number[]>;
type Labels = Tensor<number[], 'i32'>;
/** A loss and its gradients by the parameters. */
type Gradients<P> = (p: P, x: Images, y: Labels) => readonly [Tensor<[]>, P];

/** The losses of some steps of training on one backend; the state is donated at each step. */
const losses = async <P extends object>(
  backend: Backend,
  parameters: P,
  gradients: Gradients<P>,
  data: readonly [Images, Labels],
  steps: number,
): Promise<number[]> => {
  const optimizer = optim.adam({ rate: 0.01 });
  const step = jit(
    (p: P, state: ReturnType<typeof optimizer.init>, x: Images, y: Labels) => {
      const [value, direction] = gradients(p, x, y);
      const [next, nextState] = optimizer.update(p, direction as never, state as never);
      return [next, nextState, value] as const;
    },
    { donate: [0, 1] },
  );
  let [p, state] = await toBackend([parameters, optimizer.init(parameters)] as const, backend);
  const [x, y] = await toBackend(data, backend);
  const found: number[] = [];
  for (let k = 0; k < steps; k++) {
    const [next, nextState, value] = step(p as P, state, x, y);
    [p, state] = [next as P, nextState];
    found.push((await value.data())[0]!);
  }
  return found;
};
const expectSame = (actual: readonly number[], expected: readonly number[]): void => {
  expect(actual).toHaveLength(expected.length);
  expect(expected.at(-1)!).toBeLessThan(expected[0]!);
  actual.forEach((value, k) => {
    expect(Math.abs(value / expected[k]! - 1), `step ${k}: ${value}`).toBeLessThan(lossError);
  });
};

test('five steps of an MLP', { timeout: 60_000 }, async () => {
  const [a, b] = random.split(random.key(1), 2);
  const parameters = { first: nn.initDense(a, 30, 17), last: nn.initDense(b, 17, 5) };
  const loss = (p: typeof parameters, x: Images, y: Labels) =>
    nn.crossEntropy(
      nn.dense(p.last, relu(nn.dense(p.first, x as Tensor<['N', 30]>))),
      y as Tensor<['N'], 'i32'>,
    ) as Tensor<[]>;
  const gradients = valueAndGrad(loss) as unknown as Gradients<typeof parameters>;
  const data: readonly [Images, Labels] = [
    tensor(Float32Array.from(numbers(33 * 30, 1)), { shape: [33, 30] }),
    tensor(
      Int32Array.from({ length: 33 }, (_, k) => (k * 7) % 5),
      { shape: [33] },
    ),
  ];
  const run = (backend: Backend) => losses(backend, parameters, gradients, data, 5);
  expectSame(await run(gpu), await run(js));
});

/** LeNet, its gradients and four pictures. */
const lenetTask = () => {
  const parameters = initLenet(random.key(2));
  const loss = (p: Lenet, x: Images, y: Labels) =>
    nn.crossEntropy(logits(p, x as Tensor<['N', 1, 32, 32]>), y as Tensor<['N'], 'i32'>) as Tensor<
      []
    >;
  const gradients = valueAndGrad(loss) as unknown as Gradients<typeof parameters>;
  const data: readonly [Images, Labels] = [
    tensor(Float32Array.from(numbers(4 * 1024, 3)), { shape: [4, 1, 32, 32] }),
    tensor(Int32Array.from([3, 1, 4, 1]), { shape: [4] }),
  ];
  return [parameters, gradients, data] as const;
};

test('five steps of LeNet', { timeout: 120_000 }, async () => {
  const run = (backend: Backend) => losses(backend, ...lenetTask(), 5);
  expectSame(await run(gpu), await run(js));
});

test('a step of LeNet is valid at the limits that every device has', async () => {
  // This device checks every shader and every call, and computes nothing.
  const backend = await init('webgpu', { gpu: await openDawn('null') });
  await expect(losses(backend, ...lenetTask(), 1)).resolves.toHaveLength(1);
});
