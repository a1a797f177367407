/**
 * Training steps with gradient descent, the loss read at each: LeNet and a transformer block, by
 * Gradloom and by jax-js from the same parameters.
 */
import * as g from 'gradloom';
import * as nn from 'gradloom/nn';
import { type Lenet, logits } from '../examples/lenet/model.ts';
import type { GpuContender, GpuTask } from './gpu-contender.ts';
import { type Jax, type JaxArray, made, type Sizes } from './gpu-tasks.ts';
import type { Machine } from './open-gpu.ts';

const rate = 0.05;
/** How many losses are compared. */
const compared = 4;
/** Shapes of parameters by name, in groups of layers. */
type Shapes = Record<string, readonly number[]>;
type Arrays = Record<string, { data: Float32Array<ArrayBuffer>; shape: number[] }>;
type Any = g.Tensor<any>;

/** First parameters: weights of the usual size, scales of 1, shifts of 0. */
const firstParameters = (shapes: Shapes): Arrays =>
  Object.fromEntries(
    Object.entries(shapes).map(([name, shape], k) => {
      const length = shape.reduce((a, b) => a * b, 1);
      const inputs = shape.length === 4 ? length / (shape[0] as number) : (shape[0] as number);
      const data = made(length, k);
      if (shape.length === 1) data.fill(name.endsWith('scale') ? 1 : 0);
      else data.set(data.map((x) => x / Math.sqrt(inputs)));
      return [name, { data, shape: [...shape] }];
    }),
  );

const trainGradloom = async (
  { backend }: Machine,
  first: Arrays,
  inputs: readonly Any[],
  loss: (p: Record<string, Any>, ...inputs: Any[]) => g.Tensor<[]>,
): Promise<GpuContender> => {
  const begin = async (): Promise<Record<string, Any>> =>
    g.toBackend(
      Object.fromEntries(
        Object.entries(first).map(([name, { data, shape }]) => [name, g.tensor(data, { shape })]),
      ),
      backend,
    );
  const own = await g.toBackend(inputs, backend);
  const differentiate = g.valueAndGrad as unknown as (
    f: typeof loss,
  ) => (p: Record<string, Any>, ...inputs: Any[]) => [g.Tensor<[]>, Record<string, Any>];
  const step = g.jit(
    ((p: Record<string, Any>, ...data: Any[]) => {
      const [value, gradients] = differentiate(loss)(p, ...data);
      const next = g.tree.map(
        (x: any, d: any) => x.sub(d.mul(rate)),
        p as never,
        gradients as never,
      );
      return [next, value];
    }) as never,
    { donate: [0], backend },
  ) as unknown as (p: Record<string, Any>, ...data: Any[]) => [Record<string, Any>, g.Tensor<[]>];
  let parameters = await begin();
  const once = async (): Promise<number> => {
    const [next, value] = step(parameters, ...own);
    parameters = next;
    const [number = Number.NaN] = await value.data();
    value.dispose();
    return number;
  };
  return {
    name: 'gradloom',
    run: async () => void (await once()),
    result: async () => {
      parameters = await begin();
      const losses: number[] = [];
      for (let k = 0; k < compared; k++) losses.push(await once());
      return losses;
    },
  };
};

type JaxTree = Record<string, JaxArray>;
type Differentiated = (p: JaxTree, ...data: JaxArray[]) => [JaxArray, JaxTree];
const trainJax = async (
  jax: Jax,
  first: Arrays,
  inputs: readonly JaxArray[],
  loss: (p: JaxTree, ...inputs: JaxArray[]) => JaxArray,
): Promise<GpuContender> => {
  const begin = (): JaxTree =>
    Object.fromEntries(
      Object.entries(first).map(([name, { data, shape }]) => [
        name,
        jax.numpy.array(data.slice()).reshape(shape),
      ]),
    );
  const step = jax.jit((p: JaxTree, ...data: JaxArray[]) => {
    const copies = jax.tree.ref(p) as JaxTree;
    const [value, gradients] = (jax.valueAndGrad(loss as never) as unknown as Differentiated)(
      copies,
      ...data,
    ) as [JaxArray, JaxTree];
    const next = jax.tree.map(
      ((x: JaxArray, d: JaxArray) => x.sub(d.mul(rate))) as never,
      p as never,
      gradients as never,
    ) as unknown as JaxTree;
    return [next, value] as [JaxTree, JaxArray];
  });
  let parameters = begin();
  const once = async (): Promise<number> => {
    const [next, value] = step(parameters as never, ...(inputs.map((x) => x.ref) as never[])) as [
      JaxTree,
      JaxArray,
    ];
    parameters = next;
    const [number = Number.NaN] = await value.data();
    return number;
  };
  return {
    name: 'jax-js',
    run: async () => void (await once()),
    result: async () => {
      jax.tree.dispose(parameters as never);
      parameters = begin();
      const losses: number[] = [];
      for (let k = 0; k < compared; k++) losses.push(await once());
      return losses;
    },
  };
};

const lenetShapes: Shapes = {
  w1: [6, 1, 5, 5],
  b1: [6],
  w2: [16, 6, 5, 5],
  b2: [16],
  w3: [400, 120],
  b3: [120],
  w4: [120, 84],
  b4: [84],
  w5: [84, 10],
  b5: [10],
};

const lenetTask = (machine: Machine, jax: Jax, pictures: number): GpuTask => {
  const first = firstParameters(lenetShapes);
  const images = made(pictures * 1024, 99);
  const labels = Int32Array.from({ length: pictures }, (_, k) => (7 * k) % 10);
  const loss = (p: Record<string, Any>, x: Any, y: Any): g.Tensor<[]> => {
    const layer = (k: number) => ({ w: p[`w${k}`], b: p[`b${k}`] });
    const [conv1, conv2, dense1, dense2, out] = [1, 2, 3, 4, 5].map(layer);
    const model = { conv1, conv2, dense1, dense2, out } as unknown as Lenet;
    return nn.crossEntropy(logits(model, x), y as never) as g.Tensor<[]>;
  };
  const jaxLoss = (p: JaxTree, x: JaxArray, y: JaxArray): JaxArray => {
    const { lax, nn: layers, numpy: np } = jax;
    const of = (name: string): JaxArray => p[name] as JaxArray;
    const pool = (z: JaxArray): JaxArray => {
      const [n, c, h, w] = z.shape as [number, number, number, number];
      return np.max(np.max(z.reshape([n, c, h / 2, 2, w / 2, 2]), 5), 3);
    };
    const conv = (z: JaxArray, k: number, outputs: number): JaxArray =>
      layers.relu(
        lax.conv(z, of(`w${k}`), [1, 1], 'VALID').add(of(`b${k}`).reshape([1, outputs, 1, 1])),
      );
    const dense = (z: JaxArray, k: number): JaxArray => np.matmul(z, of(`w${k}`)).add(of(`b${k}`));
    const flat = pool(conv(pool(conv(x, 1, 6)), 2, 16)).reshape([pictures, 400]);
    const scores = dense(layers.relu(dense(layers.relu(dense(flat, 3)), 4)), 5);
    return layers
      .logSoftmax(scores, 1)
      .mul(y)
      .sum()
      .mul(-1 / pictures);
  };
  return {
    name: `a step of LeNet, ${pictures} pictures`,
    multiplyAdds: 0,
    bytes: 0,
    tolerance: 1e-3,
    contenders: [
      () =>
        trainGradloom(
          machine,
          first,
          [
            g.tensor(images, { shape: [pictures, 1, 32, 32] }) as Any,
            g.tensor(labels) as unknown as Any,
          ],
          loss,
        ),
      async () => {
        const { numpy: np } = jax;
        const chosen = new Float32Array(pictures * 10);
        for (const [k, label] of labels.entries()) chosen[10 * k + label] = 1;
        const x = np.array(images).reshape([pictures, 1, 32, 32]);
        return trainJax(jax, first, [x, np.array(chosen).reshape([pictures, 10])], jaxLoss);
      },
    ],
  };
};

const transformerTask = (machine: Machine, jax: Jax, sizes: Sizes['transformer']): GpuTask => {
  const { batch, length, features, heads, hidden } = sizes;
  const depth = features / heads;
  const square = [features, features];
  const first = firstParameters({
    'before scale': [features],
    'before shift': [features],
    wq: square,
    bq: [features],
    wk: square,
    bk: [features],
    wv: square,
    bv: [features],
    wo: square,
    bo: [features],
    'between scale': [features],
    'between shift': [features],
    wu: [features, hidden],
    bu: [hidden],
    wd: [hidden, features],
    bd: [features],
  });
  const data = made(batch * length * features, 99);
  const shape = [batch, length, features];
  const loss = (p: Record<string, Any>, x: Any): g.Tensor<[]> => {
    const dense = (z: Any, k: string): Any =>
      z.matmul(p[`w${k}`] as Any).add(p[`b${k}`] as Any) as Any;
    const normal = (z: Any, k: string): Any =>
      g.layerNorm(z, p[`${k} scale`] as Any, p[`${k} shift`] as Any) as Any;
    const split = (z: Any): Any =>
      g.permute(g.reshape(z, [batch, length, heads, depth]) as Any, [0, 2, 1, 3]) as Any;
    const inner = normal(x, 'before');
    const [q, k, v] = ['q', 'k', 'v'].map((name) => split(dense(inner, name))) as [Any, Any, Any];
    const mixed = g.permute(g.attention(q, k, v) as Any, [0, 2, 1, 3]) as Any;
    const y = x.add(dense(g.reshape(mixed, shape) as Any, 'o')) as Any;
    const z = y.add(dense(g.gelu(dense(normal(y, 'between'), 'u')) as Any, 'd')) as Any;
    return g.mean(g.square(z) as Any) as unknown as g.Tensor<[]>;
  };
  const jaxLoss = (p: JaxTree, x: JaxArray): JaxArray => {
    const { nn: layers, numpy: np } = jax;
    const of = (name: string): JaxArray => p[name] as JaxArray;
    const dense = (z: JaxArray, k: string): JaxArray => np.matmul(z, of(`w${k}`)).add(of(`b${k}`));
    const normal = (z: JaxArray, k: string): JaxArray =>
      layers
        .standardize(z, -1)
        .mul(of(`${k} scale`))
        .add(of(`${k} shift`));
    const inner = normal(x.ref, 'before');
    const split = (z: JaxArray, axes: number[]): JaxArray =>
      np.transpose(z.reshape([batch, length, heads, depth]), axes);
    // Not its `dotProductAttention`, which needs a newer Node.js than 20.
    const q = split(dense(inner.ref, 'q'), [0, 2, 1, 3]);
    const k = split(dense(inner.ref, 'k'), [0, 2, 3, 1]);
    const v = split(dense(inner, 'v'), [0, 2, 1, 3]);
    const weights = layers.softmax(np.matmul(q, k).mul(1 / Math.sqrt(depth)), -1);
    const mixed = np.transpose(np.matmul(weights, v), [0, 2, 1, 3]);
    const y = x.add(dense(mixed.reshape(shape), 'o'));
    const up = layers.gelu(dense(normal(y.ref, 'between'), 'u'), { approximate: false });
    const z = y.add(dense(up, 'd'));
    return np.mean(np.square(z));
  };
  return {
    name: `a step of a transformer block, ${shape.join(' x ')}`,
    multiplyAdds: 0,
    bytes: 0,
    tolerance: 1e-3,
    contenders: [
      () => trainGradloom(machine, first, [g.tensor(data, { shape }) as Any], loss),
      () => trainJax(jax, first, [jax.numpy.array(data).reshape(shape)], jaxLoss),
    ],
  };
};

/** The training steps. */
export const trainingTasks = (machine: Machine, jax: Jax, sizes: Sizes): GpuTask[] => [
  lenetTask(machine, jax, sizes.pictures),
  transformerTask(machine, jax, sizes.transformer),
];
