/** The programs whose texts are kept: one or more of every kind of kernel. */
import { buildGraph, currentBuilder, type Graph } from '../../src/ir/graph.ts';
import { backward } from '../../src/ir/ops/backward.ts';
import { cumulativeSum } from '../../src/ir/ops/cumulative.ts';
import { add, mul, sub } from '../../src/ir/ops/elementwise.ts';
import { argSort, scatterAdd, take } from '../../src/ir/ops/indexing.ts';
import { solve } from '../../src/ir/ops/linear-systems.ts';
import { threefry2x32 } from '../../src/ir/ops/random.ts';
import { argMax, reduceSum } from '../../src/ir/ops/reductions.ts';
import { checkpoint } from '../../src/ir/ops/regions.ts';
import { tanh } from '../../src/ir/ops/trigonometry.ts';
import { concat, pad, permute, reshape } from '../../src/ir/ops/views.ts';
import { choice, doubling, nested, recurrentGradient } from './loop-graphs.ts';
import { convRelu, dense, gelu, layerNorm, of, single, softmax } from './models.ts';
import { parametersOf, trainingStep } from './training-step.ts';

const held = buildGraph('held', [of([4])], ([x]) => [mul(tanh(x!), x!)]);

/** The programs, and which of their arguments are donated. */
export const programs: readonly (readonly [
  name: string,
  graph: Graph,
  donated?: readonly number[],
])[] = [
  [
    'elementwise',
    single('elementwise', [of([3, 4]), of([3, 4])], (x, y) => add(mul(x, y), tanh(x))),
  ],
  ['in-place', single('inPlace', [of([64]), of([64])], (x, y) => sub(x, y)), [0]],
  [
    'views',
    single('views', [of([4, 6])], (x) =>
      concat([permute(x, { axes: [1, 0] }), reshape(x, { shape: [6, 4] })], { axis: 1 }),
    ),
  ],
  [
    'padding',
    single('padding', [of([5])], (x) =>
      mul(
        pad(x, { low: [1], high: [2], interior: [1], value: 2 }),
        pad(x, { low: [2], high: [1], interior: [1], value: 0 }),
      ),
    ),
  ],
  ['softmax', single('softmax', [of([8, 10])], (x) => softmax(x))],
  [
    'layer-norm',
    single('layerNorm', [of([4, 9]), of([9]), of([9])], (x, s, b) => layerNorm(x, s, b)),
  ],
  ['columns', single('columns', [of([5, 10])], (x) => reduceSum(x, { axes: [0] }))],
  ['arg-max', single('argMax', [of([3, 7])], (x) => argMax(x, { axes: [1] }))],
  [
    'dense-gelu',
    single('dense', [of([4, 6]), of([6, 5]), of([5])], (x, w, b) => gelu(dense(x, w, b))),
  ],
  [
    'conv-relu',
    single('conv', [of([1, 2, 4, 6]), of([4, 2, 2, 3]), of([4])], (x, w, b) => convRelu(x, w, b)),
  ],
  [
    'gather',
    single('gather', [of([7, 3]), of([5], 'i32')], (x, ids) =>
      take([x, ids], { axis: 0, batch: 0 }),
    ),
  ],
  [
    'scatter',
    single('scatter', [of([7, 3]), of([5], 'i32'), of([5, 3])], (x, ids, updates) =>
      scatterAdd([x, ids, updates], { axis: 0, batch: 0 }),
    ),
  ],
  [
    'scatter-buckets',
    single('scatter', [of([50, 3]), of([40], 'i32'), of([40, 3])], (x, ids, updates) =>
      scatterAdd([x, ids, updates], { axis: 0, batch: 0 }),
    ),
  ],
  [
    'histogram',
    single('histogram', [of([4], 'i32'), of([40], 'i32'), of([40], 'i32')], (x, ids, updates) =>
      scatterAdd([x, ids, updates], { axis: 0, batch: 0 }),
    ),
  ],
  ['sort', single('sort', [of([2, 5])], (x) => argSort(x))],
  ['long-sort', single('sort', [of([40])], (x) => argSort(x))],
  ['wide', single('wide', [of([64, 64]), of([64, 64])], (x, y) => sub(mul(x, y), x))],
  [
    'random',
    buildGraph(
      'random',
      [1, 2, 3, 4].map(() => of([4], 'u32')),
      (words) => threefry2x32(words, {}),
    ),
  ],
  [
    'checkpoint',
    buildGraph('checkpointed', [of([4])], ([x]) => {
      const [y] = checkpoint([x!], { graph: held });
      const eqns = [...currentBuilder().eqns];
      return [backward(eqns, [y!], [x!], [x!])[0]!];
    }),
  ],
  ['training-step', trainingStep([2, 3, 2], 2, 0.1), parametersOf([2, 3, 2])],
  ['running-fold', single('fold', [of([3, 5])], (x) => cumulativeSum(tanh(x), { reverse: true }))],
  ['long-running-fold', single('fold', [of([40])], (x) => cumulativeSum(x, { reverse: false }))],
  ['solve', single('solve', [of([3, 3]), of([3, 2])], (a, b) => solve([a, b], {}))],
  ['recurrent-gradient', recurrentGradient(4)],
  ['loop-in-loop', nested],
  ['while', doubling],
  ['branches', choice],
];
