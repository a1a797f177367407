/** What part of a program's products a kernel adds: little of it has short code. */
import { describe, expect, test } from 'vitest';
import { buildGraph, type Graph, inline } from '../../src/ir/graph.ts';
import { walkStatements } from '../../src/ir/kernel.ts';
import { lt } from '../../src/ir/ops/logic.ts';
import { scan } from '../../src/ir/ops/scan.ts';
import { whileLoop } from '../../src/ir/ops/while-loop.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { productsIn } from '../../src/passes/program-products.ts';
import { product, total } from './loop-graphs.ts';
import { of, scalar } from './models.ts';
import { vectorTarget } from './vector-target.ts';

const types = [of([48, 48]), of([48, 48])];
const small = buildGraph('small', types, ([x, w]) => [product(x!, w!)]);
const step = buildGraph('step', types, ([w, state]) => [product(state!, w!)]);
const looped = (length: number): Graph =>
  buildGraph('looped', types, ([x, w]) => [
    product(x!, w!),
    ...scan([w!, x!], { body: step, length, reverse: false, constants: 1, carries: 1 }),
  ]);
const condition = buildGraph('condition', types, ([, state]) => {
  const sum = total(state!);
  return [lt(sum, scalar(sum, 10))];
});
/** The product, and a step that gives back what it got. */
const again = buildGraph('again', types, ([w, state]) => [w!, product(state!, w!)]);
const endless = buildGraph('endless', types, ([x, w]) => [
  product(x!, w!),
  ...whileLoop([w!, x!], { condition, body: again, conditionConstants: 0, bodyConstants: 0 }),
]);

/** The sums of a tile of the first product. */
const sumsIn = (graph: Graph): number => {
  const { launches } = makeProgram(graph, { verify: true }).plan(vectorTarget(true));
  let sums = 0;
  walkStatements(launches[0]!.kernel.body, (stmt) => {
    if (stmt.kind === 'var') sums++;
  });
  return sums;
};

describe('the products of a program', () => {
  test('count as often as loops repeat them', () => {
    expect(productsIn(small)).toBe(48 ** 3);
    expect(productsIn(looped(9))).toBe(10 * 48 ** 3);
    const nested = buildGraph('nested', types, (inputs) => inline(looped(9), inputs));
    expect(productsIn(nested)).toBe(10 * 48 ** 3);
  });
  test('decide how wide a tile is', () => {
    expect(sumsIn(small)).toBe(12);
    expect(sumsIn(looped(9))).toBe(12);
    expect(sumsIn(looped(100))).toBe(8);
    expect(sumsIn(looped(1000))).toBe(4);
    // Nobody knows how often it repeats its product.
    expect(productsIn(endless)).toBe(Number.POSITIVE_INFINITY);
    expect(sumsIn(endless)).toBe(12);
  });
});
