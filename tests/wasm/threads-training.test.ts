/** Gradients of layers and steps of training on one, two and three threads: the same bits. */
import {
  type Backend,
  jit,
  relu,
  type Tensor,
  tensor,
  toBackend,
  tree,
  valueAndGrad,
} from 'gradloom';
import * as nn from 'gradloom/nn';
import * as optim from 'gradloom/optim';
import * as random from 'gradloom/random';
import { afterAll, expect, test } from 'vitest';
import { initLenet, type Lenet, logits } from '../../examples/lenet/model.ts';
import { openWasm } from '../../src/backends/wasm/index.ts';
import { mismatch } from '../../src/testing/mismatch.ts';
import { layers, networks } from '../webgpu/compiled-models.ts';
import { openThreads } from './threaded-backends.ts';

type AnyTensor = Tensor<any>;
const one = openWasm();
const [two, three] = [await openThreads(2), await openThreads(3)];
afterAll(() => {
  for (const backend of [two, three]) backend.endThreads();
});

const numbers = (length: number, seed: number): number[] =>
  Array.from({ length }, (_, k) => Math.sin(k * 0.7 + seed) * Math.cos(k * k * 0.01));

/** The elements of every tensor of a tree, in order. */
const elementsOf = async (of: unknown): Promise<ReturnType<typeof Float32Array.from>[]> => {
  const found: AnyTensor[] = [];
  tree.map((leaf: AnyTensor) => {
    found.push(leaf);
    return leaf;
  }, of as never);
  return (await Promise.all(found.map((leaf) => leaf.data()))) as never;
};
/** Expects what a function gives to have the same bits on all backends. */
const expectSame = async (run: (backend: Backend) => Promise<unknown>): Promise<void> => {
  const expected = await elementsOf(await run(one));
  expect(expected.length).toBeGreaterThan(0);
  for (const backend of [two, three]) {
    const actual = await elementsOf(await run(backend));
    expect(actual).toHaveLength(expected.length);
    actual.forEach((array, k) => {
      expect(mismatch(array, expected[k]!), `result ${k}`).toBeUndefined();
    });
  }
};

test.each([...layers, ...networks].map((model) => [model.name, model] as const))(
  'the gradients of %s',
  async (_, { init, shapes, loss }) => {
    const parameters = init(random.split(random.key(3), 8) as never);
    const inputs = shapes.map((shape, k) =>
      tensor(
        numbers(
          shape.reduce((a, b) => a * b, 1),
          k,
        ),
        { shape: [...shape] },
      ),
    );
    await expectSame(async (backend) => {
      const [p, data] = await toBackend([parameters, inputs] as const, backend);
      const step = jit(valueAndGrad(loss as never), { backend }) as (...all: unknown[]) => unknown;
      return step(p, ...data);
    });
  },
  120_000,
);

/** Steps of Adam; the state is donated at each. */
const train = async <P extends object>(
  backend: Backend,
  parameters: P,
  loss: (p: P, x: AnyTensor, y: AnyTensor) => unknown,
  data: readonly [AnyTensor, AnyTensor],
): Promise<unknown> => {
  const optimizer = optim.adam({ rate: 0.01 });
  const step = jit(
    ((p: P, state: unknown, x: AnyTensor, y: AnyTensor) => {
      const [value, direction] = (valueAndGrad(loss as never) as (...all: unknown[]) => unknown[])(
        p,
        x,
        y,
      );
      return [...optimizer.update(p as never, direction as never, state as never), value];
    }) as never,
    { donate: [0, 1] },
  ) as unknown as (...all: unknown[]) => [P, object, AnyTensor];
  let [p, state]: [P, object] = (await toBackend(
    [parameters, optimizer.init(parameters as never)] as const,
    backend,
  )) as never;
  const [x, y] = await toBackend(data, backend);
  const values: AnyTensor[] = [];
  for (let k = 0; k < 5; k++) {
    let value: AnyTensor;
    [p, state, value] = step(p, state, x, y);
    values.push(value);
  }
  return { p, values };
};
const labelsOf = (count: number): AnyTensor =>
  tensor(Int32Array.from({ length: count }, (_, k) => (k * 7) % 10)) as never;

test('steps of an MLP', async () => {
  const [k1, k2] = random.split(random.key(1), 2);
  const parameters = { hidden: nn.initDense(k1, 50, 37), out: nn.initDense(k2, 37, 10) };
  const images = tensor(numbers(33 * 50, 1), { shape: [33, 50] }) as AnyTensor;
  const dense = nn.dense as (p: unknown, x: unknown) => AnyTensor;
  const loss = (p: typeof parameters, x: AnyTensor, y: AnyTensor): unknown =>
    nn.crossEntropy(dense(p.out, relu(dense(p.hidden, x))) as never, y as never);
  await expectSame((backend) => train(backend, parameters, loss, [images, labelsOf(33)]));
}, 120_000);

test('steps of LeNet', async () => {
  const images = tensor(numbers(5 * 1024, 2), { shape: [5, 1, 32, 32] }) as AnyTensor;
  const loss = (p: Lenet, x: AnyTensor, y: AnyTensor): unknown =>
    nn.crossEntropy(logits(p, x as never) as never, y as never);
  await expectSame((backend) =>
    train(backend, initLenet(random.key(2)), loss, [images, labelsOf(5)]),
  );
}, 120_000);
