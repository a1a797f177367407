/**
 * Networks of every layer and of the usual kinds, each with a loss: what is compiled to see that all
 * of it becomes valid WGSL. They are large enough for workgroups to share their work.
 */
import * as g from 'gradloom';
import * as nn from 'gradloom/nn';
import * as random from 'gradloom/random';
import type { AnyTensor as Any } from './compare-with-js.ts';

/** Parameters of a model, whatever their names. */
export type Parameters = Record<string, any>;
/** A model that can be trained. */
export interface Model {
  readonly name: string;
  readonly init: (keys: any[]) => Parameters;
  readonly shapes: readonly (readonly number[])[];
  readonly loss: (p: any, ...inputs: any[]) => unknown;
}

const square = (x: unknown): unknown => g.mean(g.square(x as Any) as never);
const ids = (...values: number[]): Any => g.tensor(Int32Array.from(values)) as unknown as Any;

type AnyFunction = (...args: any[]) => unknown;
const recurrent = [
  ['rnn', nn.initRnn, nn.rnn],
  ['lstm', nn.initLstm, nn.lstm],
  ['gru', nn.initGru, nn.gru],
] as unknown as [name: string, init: AnyFunction, layer: AnyFunction][];

/** A model per layer of `gradloom/nn`; the name is that of the layer. */
export const layers: readonly Model[] = [
  {
    name: 'dense',
    init: ([k]) => ({ layer: nn.initDense(k, 70, 35) }),
    shapes: [[33, 70]],
    loss: (p, x) => square(nn.dense(p.layer, x)),
  },
  {
    name: 'conv1d',
    init: ([k]) => ({ layer: nn.initConv1d(k, 9, 10, 3) }),
    shapes: [[2, 9, 150]],
    loss: (p, x) => square(nn.conv1d(p.layer, x, { stride: 2, padding: 1 })),
  },
  {
    name: 'conv2d',
    init: ([k]) => ({ layer: nn.initConv2d(k, 9, 17, [3, 2]) }),
    shapes: [[2, 9, 20, 19]],
    loss: (p, x) => square(nn.conv2d(p.layer, x, { stride: 2, padding: 1 })),
  },
  {
    name: 'batchNorm',
    init: () => ({ layer: nn.initBatchNorm(3)[0] }),
    shapes: [[4, 3, 15, 15]],
    loss: (p, x) =>
      square(nn.batchNorm(p.layer, nn.initBatchNorm(3)[1] as never, x, { training: true })[0]),
  },
  {
    name: 'groupNorm',
    init: () => ({ layer: nn.initGroupNorm(4) }),
    shapes: [[2, 4, 150]],
    loss: (p, x) => square(nn.groupNorm(p.layer, x, { groups: 2 })),
  },
  {
    name: 'layerNorm',
    init: () => ({ layer: nn.initLayerNorm([300]) }),
    shapes: [[9, 300]],
    loss: (p, x) => square(g.sin(nn.layerNorm(p.layer, x) as Any)),
  },
  {
    name: 'rmsNorm',
    init: () => ({ layer: nn.initRmsNorm(300) }),
    shapes: [[9, 300]],
    loss: (p, x) => square(g.sin(nn.rmsNorm(p.layer, x) as Any)),
  },
  {
    name: 'embedding',
    init: ([k]) => ({ layer: nn.initEmbedding(k, 300, 70) }),
    shapes: [],
    loss: (p) => square(nn.embedding(p.layer, ids(1, 299, 1, 0) as never)),
  },
  {
    name: 'multiHeadAttention',
    init: ([k]) => ({ layer: nn.initMultiHeadAttention(k, 32) }),
    shapes: [[2, 70, 32]],
    loss: (p, x) => square(nn.multiHeadAttention(p.layer, x, x, { heads: 2, causal: true })),
  },
  ...recurrent.map(
    ([name, init, layer]): Model => ({
      name,
      init: ([k]) => ({ layer: init(k, 33, 40) }),
      shapes: [[6, 9, 33]],
      loss: (p, x) => square((layer(p.layer, x) as unknown[])[0]),
    }),
  ),
  {
    name: 'dropout',
    init: ([k]) => ({ layer: nn.initDense(k, 70, 35) }),
    shapes: [[33, 70]],
    loss: (p, x) =>
      square(
        nn.dropout(random.key(5), nn.dense(p.layer, x) as never, { rate: 0.5, training: true }),
      ),
  },
];

/** Networks of several layers. */
export const networks: readonly Model[] = [
  {
    name: 'a classifier',
    init: ([a, b]) => ({ first: nn.initDense(a, 12, 9), last: nn.initDense(b, 9, 4) }),
    shapes: [[5, 12]],
    loss: (p, x) =>
      nn.crossEntropy(
        nn.dense(p.last, g.relu(nn.dense(p.first, x) as Any) as never) as never,
        ids(0, 3, 1, 2, 2) as never,
      ),
  },
  {
    name: 'a residual convolutional network',
    init: ([a, b, c, d]) => ({
      stem: nn.initConv2d(a, 3, 8, 3),
      norm: nn.initGroupNorm(8),
      block: nn.initConv2d(b, 8, 8, 3),
      down: nn.initConv2d(c, 8, 12, 2),
      last: nn.initDense(d, 12, 4),
    }),
    shapes: [[2, 3, 12, 12]],
    loss: (p, x) => {
      const a = nn.maxPool2d(nn.conv2d(p.stem, x, { padding: 1 }) as never, 2) as Any;
      const inner = g.relu(nn.groupNorm(p.norm, a as never, { groups: 4 }) as Any);
      const b = g.add(a, nn.conv2d(p.block, inner as never, { padding: 1 }) as never);
      const c = g.silu(nn.conv2d(p.down, b as never, { stride: 2 }) as Any);
      const flat = g.mean(c as never, [2, 3] as never);
      return nn.crossEntropy(nn.dense(p.last, flat as never) as never, ids(1, 3) as never);
    },
  },
  {
    name: 'an autoencoder',
    init: ([a, b]) => ({ encode: nn.initConv2d(a, 1, 4, 3), decode: nn.initConv2d(b, 1, 4, 2) }),
    shapes: [[2, 1, 8, 8]],
    loss: (p, x) => {
      const code = g.relu(nn.conv2d(p.encode, x, { stride: 2, padding: 1 }) as Any);
      const weights = g.permute(p.decode.w, [0, 1, 2, 3] as never);
      const image = g.convTranspose2d(code as never, weights as never, { stride: 2 });
      return g.bceWithLogits(image as never, g.sigmoid(x) as never);
    },
  },
  {
    name: 'a transformer block',
    init: ([a, b, c]) => ({
      before: nn.initLayerNorm([32]),
      attention: nn.initMultiHeadAttention(a, 32),
      between: nn.initLayerNorm([32]),
      up: nn.initDense(b, 32, 64),
      down: nn.initDense(c, 64, 32),
    }),
    shapes: [[2, 70, 32]],
    loss: (p, x) => {
      const normal = nn.layerNorm(p.before, x) as Any;
      const options = { heads: 2, causal: true } as const;
      const mixed = g.add(
        x,
        nn.multiHeadAttention(p.attention, normal as never, normal as never, options) as never,
      ) as Any;
      const inner = g.gelu(nn.dense(p.up, nn.layerNorm(p.between, mixed as never) as never) as Any);
      return square(g.sin(g.add(mixed, nn.dense(p.down, inner as never) as never) as Any));
    },
  },
  {
    name: 'messages along the edges of a graph',
    init: ([a, b]) => ({ send: nn.initDense(a, 4, 6), keep: nn.initDense(b, 4, 6) }),
    shapes: [[5, 4]],
    loss: (p, x) => {
      const sent = g.take(nn.dense(p.send, x) as Any, ids(0, 1, 2, 3, 4, 0, 2) as never, 0);
      const kept = nn.dense(p.keep, x) as Any;
      return square(
        g.relu(
          g.indexAdd(kept, ids(1, 2, 3, 4, 0, 2, 1) as never, sent as never, 0 as never) as Any,
        ),
      );
    },
  },
  {
    name: 'least squares, and the largest errors',
    init: ([a]) => ({ w: random.normal(a, [4, 2]) }),
    shapes: [
      [6, 4],
      [6, 2],
    ],
    loss: (p, x, y) => {
      const t = g.permute(x, [1, 0]) as Any;
      const gram = g.add(g.matmul(t, x) as Any, g.eye(4, 4) as never) as Any;
      const best = g.solve(gram as never, g.matmul(t, y) as never) as Any;
      const errors = g.abs(g.sub(g.matmul(x, g.add(best, p.w) as never) as Any, y) as Any);
      return square(g.topk(g.reshape(errors as never, [-1]) as never, 3)[0]);
    },
  },
  {
    name: 'a loop with a checkpoint',
    init: ([a]) => ({ cell: nn.initDense(a, 4, 4) }),
    shapes: [
      [2, 4],
      [7, 2, 4],
    ],
    loss: (p, h, xs) => {
      const body = g.checkpoint((state: any, x: any) =>
        g.tanh(nn.dense(p.cell, g.add(state, x) as never) as Any),
      ) as any;
      const step = (state: any, x: any) => [body(state, x), state] as const;
      const [last] = (g.scan as any)(step, h, xs);
      return square(last);
    },
  },
];
