/** What follows products: in the code of each vector, or once, in loops over sums in memory. */
import { describe, expect, test } from 'vitest';
import { buildGraph, type Graph, type Value } from '../../src/ir/graph.ts';
import { walkStatements } from '../../src/ir/kernel.ts';
import { add, relu } from '../../src/ir/ops/elementwise.ts';
import { scan } from '../../src/ir/ops/scan.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { product } from './loop-graphs.ts';
import { of, overRows } from './models.ts';
import { vectorTarget } from './vector-target.ts';

/** How many statements store the results of products. */
const storesIn = (graph: Graph): number => {
  const { launches } = makeProgram(graph, { verify: true }).plan(vectorTarget(true));
  const { kernel } = launches.find(({ kernel }) => kernel.name.startsWith('contract'))!;
  const results = new Set(
    kernel.parameters.flatMap(({ buffer, access }) => (access === 'write' ? [buffer.id] : [])),
  );
  let stores = 0;
  walkStatements(kernel.body, (stmt) => {
    if (stmt.kind === 'store' && results.has(stmt.buffer.id)) stores++;
  });
  return stores;
};
type Layer = (x: Value, w: Value, b: Value) => Value;
const biased: Layer = (x, w, b) => {
  const y = product(x, w);
  return add(y, overRows(b, y));
};
const active: Layer = (x, w, b) => relu(biased(x, w, b));
const layer = (rows: number, depth: number, columns: number, body: Layer): Graph =>
  buildGraph('layer', [of([rows, depth]), of([depth, columns]), of([columns])], ([x, w, b]) => [
    body(x!, w!, b!),
  ]);

describe('what is computed of products', () => {
  test.each([
    // Twelve sums of a tile, or a loop.
    ['a bias', 'few', layer(64, 96, 96, biased), 12],
    ['a bias and what is positive', 'few', layer(64, 96, 96, active), 1],
    ['a bias and what is positive', 'many', layer(512, 256, 96, active), 12],
  ])('%s of %s', (_, __, graph, stores) => {
    expect(storesIn(graph)).toBe(stores);
  });
  test.each([
    [4, 1],
    [400, 12],
  ])('few products are many in a loop of %i steps', (length, stores) => {
    const step = buildGraph('step', [of([96, 96]), of([96]), of([64, 96])], ([w, b, state]) => [
      active(state!, w!, b!),
    ]);
    const types = [of([96, 96]), of([96]), of([64, 96])];
    const graph = buildGraph('loop', types, (inputs) =>
      scan(inputs, { body: step, length, reverse: false, constants: 2, carries: 1 }),
    );
    expect(storesIn(graph)).toBe(stores);
  });
});
