/**
 * The text of every stage, kernel and generated function of a dozen small programs, so that a
 * change of the generated code shows in review. `npx vitest run tests/passes/golden.test.ts -u`
 * writes the files anew.
 */
import { describe, expect, test } from 'vitest';
import { js } from '../../src/backends/js/index.ts';
import { reference } from '../../src/backends/reference/index.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { printGraph, printKernel, printPlan } from '../../src/ir/print.ts';
import { isFloat, type TypedArray } from '../../src/ir/types.ts';
import { makeProgram, type Stage } from '../../src/passes/compile.ts';
import { launchesOf } from '../../src/passes/steps.ts';
import { mismatch, singleTolerance } from '../../src/testing/mismatch.ts';
import { interpret, runCompiledSync } from '../../src/testing/run-graph.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import { programs } from './golden-programs.ts';

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
