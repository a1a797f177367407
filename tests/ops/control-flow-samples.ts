/** Samples of the ops that hold graphs. */
import { buildGraph, type Graph, type Value } from '../../src/ir/graph.ts';
import { constantLike, full } from '../../src/ir/ops/constants.ts';
import { add, mul, sub } from '../../src/ir/ops/elementwise.ts';
import { lt } from '../../src/ir/ops/logic.ts';
import { reduceSum } from '../../src/ir/ops/reductions.ts';
import { scan } from '../../src/ir/ops/scan.ts';
import { cos, sin, tanh } from '../../src/ir/ops/trigonometry.ts';
import { broadcast, permute } from '../../src/ir/ops/views.ts';
import type { Shape, TensorType } from '../../src/ir/types.ts';
import type { Sample } from './samples.ts';

const f32 = (...shape: Shape): TensorType => ({ dtype: 'f32', shape });
const i32: TensorType = { dtype: 'i32', shape: [] };

const hold: Graph = buildGraph('hold', [f32(2, 3), f32(3, 2)], ([x, y]) => {
  const product = mul(x!, permute(y!, { axes: [1, 0] }));
  return [add(tanh(product), x!), reduceSum(product, { axes: [0] })];
});

/** Carries a float tensor and a counter; the counter decides nothing that is differentiated. */
const recurrence = buildGraph('recurrence', [f32(3), f32(3), i32, f32(3)], ([w, h, count, x]) => {
  const mixed = add(mul(w!, h!), x!);
  const next = tanh(mixed);
  return [next, add(count!, constantLike(count!, 1)), mul(mixed, mixed), next];
});
/** One carry that gets a tangent, a batch axis and a cotangent only from the other. */
const late = buildGraph('late', [f32(2), f32(2), f32(2)], ([h, g, x]) => [
  mul(sin(h!), x!),
  add(g!, mul(h!, h!)),
]);
/** A loop inside of a loop, over the same sequence in every step. */
const nested = buildGraph('nested', [f32(4, 2), f32(2), f32(2)], ([ys, h, x]) => {
  const inner = { body: late, length: 4, reverse: true, constants: 0, carries: 2 };
  const [a, b] = scan([h!, x!, ys!], inner);
  return [add(tanh(b!), sub(h!, a!)), tanh(b!)];
});

const branches: readonly Graph[] = [
  buildGraph('first', [f32(3), f32(3)], ([x, y]) => [mul(x!, y!), sin(x!)]),
  buildGraph('second', [f32(3), f32(3)], ([, y]) => [y!, full([], { ...f32(3), value: 2 })]),
  buildGraph('third', [f32(3), f32(3)], ([x, y]) => [tanh(add(x!, y!)), mul(x!, mul(x!, x!))]),
];
const onBranches = (index: number): Sample => ({
  inputs: [
    { shape: [], dtype: 'i32', low: -2, high: 4, values: [index] },
    { shape: [3] },
    { shape: [3] },
  ],
  params: { branches },
});

const whole: readonly TensorType[] = [f32(2, 3), f32(3)];
const sine = (x: Value, y: Value): Value => mul(reduceSum(sin(x), { axes: [0] }), y);
const sineVjp = {
  graph: buildGraph('sine', whole, ([x, y]) => [sine(x!, y!)]),
  forward: buildGraph('sineForward', whole, ([x, y]) => [sine(x!, y!), x!, y!]),
  backward: buildGraph('sineBackward', [...whole, f32(3)], ([x, y, ct]) => {
    const product = mul(ct!, y!);
    const spread = broadcast(product, { shape: [2, 3], axes: [1] });
    return [mul(spread, cos(x!)), mul(ct!, reduceSum(sin(x!), { axes: [0] }))];
  }),
  arguments: 2,
};
const sineJvp = {
  graph: sineVjp.graph,
  jvp: buildGraph('sineForward', [...whole, ...whole], ([x, y, u, v]) => [
    sine(x!, y!),
    add(
      mul(reduceSum(mul(cos(x!), u!), { axes: [0] }), y!),
      mul(reduceSum(sin(x!), { axes: [0] }), v!),
    ),
  ]),
  arguments: 2,
};

/** The samples of the ops that hold graphs. */
export const controlFlowSamples: {
  readonly [K in
    | 'checkpoint'
    | 'customVjp'
    | 'customJvp'
    | 'scan'
    | 'branch'
    | 'whileLoop']: readonly Sample[];
} = {
  checkpoint: [{ inputs: [{ shape: [2, 3] }, { shape: [3, 2] }], params: { graph: hold } }],
  customVjp: [{ inputs: [{ shape: [2, 3] }, { shape: [3] }], params: sineVjp, modes: ['reverse'] }],
  customJvp: [{ inputs: [{ shape: [2, 3] }, { shape: [3] }], params: sineJvp }],
  scan: [
    {
      inputs: [{ shape: [3] }, { shape: [3] }, { shape: [], dtype: 'i32' }, { shape: [4, 3] }],
      params: { body: recurrence, length: 4, reverse: false, constants: 1, carries: 2 },
    },
    {
      inputs: [{ shape: [2] }, { shape: [2] }, { shape: [5, 2] }],
      params: { body: late, length: 5, reverse: true, constants: 0, carries: 2 },
    },
    {
      inputs: [{ shape: [4, 2], low: -1, high: 1 }, { shape: [2] }, { shape: [3, 2] }],
      params: { body: nested, length: 3, reverse: false, constants: 1, carries: 1 },
    },
    {
      inputs: [{ shape: [3] }, { shape: [3] }, { shape: [], dtype: 'i32' }, { shape: [0, 3] }],
      params: { body: recurrence, length: 0, reverse: false, constants: 1, carries: 2 },
    },
  ],
  branch: [onBranches(0), onBranches(1), onBranches(-7), onBranches(9)],
  whileLoop: [
    {
      // Halving from 5 until below a limit takes several steps; the count decides.
      inputs: [
        { shape: [], low: 1.5, high: 2.5 },
        { shape: [3] },
        { shape: [], low: 4, high: 30 },
        { shape: [3] },
      ],
      params: {
        condition: buildGraph('above', [f32(), f32(), f32(3)], ([limit, x]) => [lt(limit!, x!)]),
        body: buildGraph('shrink', [f32(3), f32(), f32(3)], ([w, x, y]) => [
          sub(x!, mul(x!, full([], { ...f32(), value: 0.4 }))),
          add(mul(y!, w!), tanh(y!)),
        ]),
        conditionConstants: 1,
        bodyConstants: 1,
      },
      modes: ['forward'],
    },
    {
      // The condition is the same for a whole batch when the counter is.
      inputs: [{ shape: [2] }, { shape: [], dtype: 'i32', values: [0] }, { shape: [2] }],
      params: {
        condition: buildGraph('few', [i32, f32(2)], ([count]) => [
          lt(count!, constantLike(count!, 3)),
        ]),
        body: buildGraph('count', [f32(2), i32, f32(2)], ([w, count, y]) => [
          add(count!, constantLike(count!, 1)),
          sin(mul(w!, y!)),
        ]),
        conditionConstants: 0,
        bodyConstants: 1,
      },
      modes: ['forward'],
    },
  ],
};
