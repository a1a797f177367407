/**
 * The text of every stage, kernel and generated function of a dozen small programs, so that a
 * change of the generated code shows in review. `npx vitest run tests/passes/golden.test.ts -u`
 * writes the files anew.
 */
import { describe, expect, test } from 'vitest';
import { js } from '../../src/backends/js/index.ts';
import { reference } from '../../src/backends/reference/index.ts';
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
import { printGraph, printKernel, printPlan } from '../../src/ir/print.ts';
import { isFloat, type TypedArray } from '../../src/ir/types.ts';
import { makeProgram, type Stage } from '../../src/passes/compile.ts';
import { launchesOf } from '../../src/passes/steps.ts';
import { mismatch, singleTolerance } from '../../src/testing/mismatch.ts';
import { interpret, runCompiledSync } from '../../src/testing/run-graph.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import { choice, doubling, nested, recurrentGradient } from './loop-graphs.ts';
import { convRelu, dense, gelu, layerNorm, of, single, softmax } from './models.ts';
import { parametersOf, trainingStep } from './training-step.ts';

const held = buildGraph('held', [of([4])], ([x]) => [mul(tanh(x!), x!)]);

const programs: readonly (readonly [name: string, graph: Graph, donated?: readonly number[]])[] = [
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
  ['sort', single('sort', [of([2, 5])], (x) => argSort(x))],
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
  ['solve', single('solve', [of([3, 3]), of([3, 2])], (a, b) => solve([a, b], {}))],
  ['recurrent-gradient', recurrentGradient(4)],
  ['loop-in-loop', nested],
  ['while', doubling],
  ['branches', choice],
];

/** The text of a plan without its kernels, which stand under `schedule`. */
const withoutKernels = (text: string): string =>
  text.replaceAll(/^ {2}kernel [\s\S]*?^ {2}\}\n/gm, '');

/**
 * What every stage made, and what was generated; stages that change nothing are named only, and
 * long kernels are shown only as they were scheduled.
 */
const textOf = (graph: Graph, donated: readonly number[]): string => {
  const parts: string[] = [];
  let last = '';
  const onStage = ({ name, result }: Stage): void => {
    const text =
      result.kind === 'graph'
        ? printGraph(result.graph)
        : result.kind === 'kernels'
          ? launchesOf(result.steps)
              .map(({ kernel }) => printKernel(kernel))
              .join('\n')
          : result.kind === 'plan'
            ? withoutKernels(printPlan(result.plan))
            : result.fused.groups
                .map(({ kind, eqns }) => `${kind}: ${eqns.map(({ op }) => op.name).join(' ')}`)
                .join('\n');
    const isLong = name === 'lower' && text.split('\n').length > 60;
    if (isLong) return;
    parts.push(text === last ? `== ${name}: no change` : `== ${name}\n${text}`);
    last = text;
  };
  const program = makeProgram(graph, { donated, verify: true, onStage });
  const { sources } = js.compile(program);
  return `${[...parts, `== javascript\n${sources.join('\n')}`].join('\n\n')}\n`;
};
const dataFor = (graph: Graph): TypedArray[] =>
  graph.inputs.map(({ type }, k) =>
    isFloat(type.dtype) ? sampleData(type, k + 1) : sampleData(type, k + 1, { low: 0, high: 2 }),
  );

describe('the text of every stage', () => {
  const table = programs.map(([name, graph, donated = []]) => [name, graph, donated] as const);
  test.each(table)('%s', async (name, graph, donated) => {
    const text = textOf(graph, donated);
    // Values are numbered anew in each text, so a second compilation says the same.
    expect(textOf(graph, donated)).toBe(text);
    const arrays = dataFor(graph);
    const results = runCompiledSync(js, graph, arrays, { donated });
    interpret(reference, graph, arrays).forEach((array, k) => {
      expect(mismatch(results[k]!, array, singleTolerance)).toBeUndefined();
    });
    await expect(text).toMatchFileSnapshot(`golden/${name}.txt`);
  });
});
