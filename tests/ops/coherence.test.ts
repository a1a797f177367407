/**
 * What one op says about itself must agree: its type with its results, its derivatives with its
 * values, its batch rule with a loop, its compiled code with its meaning. Everything here is
 * generated from the samples.
 */
import { describe, expect, test } from 'vitest';
import { js } from '../../src/backends/js/index.ts';
import { reference } from '../../src/backends/reference/index.ts';
import { type Graph, withBuilder } from '../../src/ir/graph.ts';
import { registry } from '../../src/ir/ops/registry.ts';
import { sameType, sizeOf, type TypedArray } from '../../src/ir/types.ts';
import { interpret, runCompiled } from '../../src/testing/run-graph.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import { batchedGraph, joined, loopOverBatch, markings } from './batches.ts';
import { type Case, caseData, caseGraph, cases } from './cases.ts';
import { checkDerivatives, cotangentGraph } from './derivatives.ts';
import {
  batchSize,
  directionsOf,
  expectNear,
  forwardOf,
  gradientOf,
  hasGradient,
  isDifferentiable,
} from './generated-graphs.ts';
import { samples } from './samples.ts';

const expectCompiled = async (graph: Graph, arrays: readonly TypedArray[]): Promise<void> => {
  expectNear(await runCompiled(js, graph, arrays), interpret(reference, graph, arrays));
};
const table = (list: readonly Case[]): [string, Case][] => list.map((one) => [one.label, one]);

test('every op has samples, and every sample an op', () => {
  expect(Object.keys(samples).sort()).toEqual(Object.keys(registry).sort());
  for (const [name, op] of Object.entries(registry)) expect(op.name).toBe(name);
});

describe('results are what the type rule says', () => {
  test.each(table(cases))('%s', (_, one) => {
    const graph = caseGraph(one);
    const results = interpret(reference, graph, caseData(one));
    const types = one.op.type(one.types, one.params);
    expect(results.length).toBe(types.length);
    types.forEach((type, k) => {
      expect(sameType(type, graph.outputs[k]!.type)).toBe(true);
      expect(results[k]!.length).toBe(sizeOf(type.shape));
      const { dtype } = type;
      if (dtype === 'bool') expect(results[k]!.every((x) => x === 0 || x === 1)).toBe(true);
    });
  });
});

describe('derivatives of first and second order agree with finite differences', () => {
  const differentiable = cases.filter((one) => one.isOriginal && isDifferentiable(one));
  test.each(table(differentiable))('%s', (_, one) => {
    const graph = caseGraph(one);
    const arrays = caseData(one);
    if (one.sample.isConstant && one.op.vjp === 'zero') {
      const at = directionsOf(one, graph);
      const zero = cotangentGraph(graph, at);
      const cotangents = at.targets.map((k) => sampleData(graph.outputs[k]!.type, 5));
      for (const array of interpret(reference, zero, [...arrays, ...cotangents])) {
        expect(array.every((x) => x === 0)).toBe(true);
      }
      return;
    }
    checkDerivatives(graph, arrays, directionsOf(one, graph), {
      error: one.sample.derivativeError ?? 1e-6,
      modes: one.sample.modes ?? ['forward', 'reverse'],
    });
  });
});

describe('batching agrees with a loop over the batch', () => {
  const examplesOf = (one: Case, marks: readonly boolean[], offset = 0): TypedArray[][] => {
    const shared = caseData(one, 50);
    return Array.from({ length: batchSize }, (_, b) => {
      const own = caseData(one, offset + b);
      return own.map((array, k) => (marks[k] ? array : shared[k]!));
    });
  };
  const stack = (examples: readonly TypedArray[][], marks: readonly boolean[]): TypedArray[] =>
    marks.map((mark, k) =>
      mark ? joined(examples.map((arrays) => arrays[k]!)) : examples[0]![k]!,
    );

  test.each(table(cases.filter(({ types }) => types.length > 0)))('%s', async (_, one) => {
    const graph = caseGraph(one);
    for (const marks of markings(one.types.length)) {
      const examples = examplesOf(one, marks);
      const batched = batchedGraph(graph, marks, batchSize);
      const arrays = stack(examples, marks);
      const results = interpret(reference, batched, arrays);
      expectNear(results, loopOverBatch(graph, examples));
      if (one.isOriginal) await expectCompiled(batched, arrays);
    }
  });

  test.each(table(cases.filter((one) => one.isOriginal)))('twice: %s', (_, one) => {
    if (one.types.length === 0) {
      // An op without inputs is only ever batched by repeating it.
      const eqns: Graph['eqns'][number][] = [];
      const outputs = withBuilder({ eqns }, () => one.op.batch([], batchSize, one.params));
      const graph: Graph = { name: 'batched', inputs: [], eqns, outputs };
      const plain = interpret(reference, caseGraph(one), [])[0]!;
      const expected = joined(Array.from({ length: batchSize }, () => plain));
      expectNear(interpret(reference, graph, []), [expected]);
      return;
    }
    const graph = caseGraph(one);
    const marks = one.types.map(() => true);
    const inner = batchedGraph(graph, marks, batchSize);
    const outer = batchedGraph(inner, marks, 2);
    const groups = [0, 1].map((g) => examplesOf(one, marks, g * 10));
    const arrays = stack(groups.flat(), marks);
    const results = interpret(reference, outer, arrays);
    expectNear(results, loopOverBatch(graph, groups.flat()));
  });

  test.each(table(cases.filter((one) => one.isOriginal && hasGradient(one))))(
    'of the gradient: %s',
    (_, one) => {
      const graph = caseGraph(one);
      const gradient = cotangentGraph(graph, directionsOf(one, graph));
      const marks = gradient.inputs.map(() => true);
      const extra = gradient.inputs.slice(one.types.length);
      const examples = Array.from({ length: batchSize }, (_unused, b) => [
        ...caseData(one, b),
        ...extra.map(({ type }, k) => sampleData(type, 60 + 7 * b + k)),
      ]);
      const batched = batchedGraph(gradient, marks, batchSize);
      const results = interpret(reference, batched, stack(examples, marks));
      expectNear(results, loopOverBatch(gradient, examples));
    },
  );
});

describe('compiled code agrees with the meaning', () => {
  test.each(table(cases))('%s', async (_, one) => {
    const { graph, arrays } = forwardOf(one);
    await expectCompiled(graph, arrays);
  });
  test.each(table(cases.filter(hasGradient)))('gradient of %s', async (_, one) => {
    const { graph, arrays } = gradientOf(one);
    await expectCompiled(graph, arrays);
  });
});
