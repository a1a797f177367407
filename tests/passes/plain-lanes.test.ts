/**
 * Lanes loops of a plan are vectors: where something in a kernel cannot be one, it is written
 * without them.
 */
import { expect, test } from 'vitest';
import type { Graph, Value } from '../../src/ir/graph.ts';
import { type Stmt, walkStatements } from '../../src/ir/kernel.ts';
import { vectorLanes } from '../../src/ir/lane-strides.ts';
import { dot } from '../../src/ir/ops/contractions.ts';
import { exp, mul } from '../../src/ir/ops/elementwise.ts';
import { lt, select } from '../../src/ir/ops/logic.ts';
import { reduceMax, reduceSum } from '../../src/ir/ops/reductions.ts';
import { permute } from '../../src/ir/ops/views.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { of, single, softmax } from './models.ts';

type Lanes = Stmt & { readonly kind: 'for' };

const lanesOf = (graph: Graph): Lanes[] => {
  const found: Lanes[] = [];
  for (const { kernel } of makeProgram(graph).plan({ lanes: 4 }).launches) {
    walkStatements(kernel.body, (stmt) => {
      if (stmt.kind === 'for' && stmt.loop === 'lanes') found.push(stmt);
    });
  }
  return found;
};

const matmul = (x: Value, y: Value): Value =>
  dot([x, y], { batch: [[], []], contract: [[1], [0]] });
const transposed = (x: Value): Value => permute(x, { axes: [1, 0] });
const [rows, columns] = [of([20, 9]), of([9, 24])];
const [mask, maskAcross] = [of([20, 24], 'bool'), of([24, 20], 'bool')];
const sums = (x: Value): Value => reduceSum(x, { axes: [1] });

/** Programs, and whether there are vectors in them. */
const programs: Readonly<Record<string, readonly [Graph, hasLanes: boolean]>> = {
  'a product': [single('f', [rows, columns], matmul), true],
  'a product of doubles': [single('f', [of([20, 9], 'f64'), of([9, 24], 'f64')], matmul), false],
  'a product behind a mask': [
    single('f', [rows, columns, mask], (x, y, m) => select(m, matmul(x, y), exp(matmul(x, y)))),
    true,
  ],
  'a product behind a mask that lies across': [
    single('f', [rows, columns, maskAcross], (x, y, m) => {
      const product = matmul(x, y);
      return select(transposed(m), product, exp(product));
    }),
    false,
  ],
  'a comparison of a product': [
    single('f', [rows, columns, of([20, 24])], (x, y, z) => lt(matmul(x, y), z)),
    true,
  ],
  'a softmax': [single('f', [of([5, 64])], softmax), true],
  'a softmax of doubles': [single('f', [of([5, 64], 'f64')], softmax), false],
  'sums behind a mask': [
    single('f', [of([20, 24]), mask], (x, m) => sums(select(m, x, mul(x, x)))),
    true,
  ],
  'sums behind a mask that lies across': [
    single('f', [of([20, 24]), maskAcross], (x, m) => sums(select(transposed(m), x, mul(x, x)))),
    true,
  ],
  'the largest doubles': [
    single('f', [of([20, 24], 'f64')], (x) => reduceMax(x, { axes: [1] })),
    false,
  ],
};

test.each(Object.entries(programs))('%s', (_, [graph, hasLanes]) => {
  const lanes = lanesOf(graph);
  expect(lanes.length > 0).toBe(hasLanes);
  for (const loop of lanes) expect(vectorLanes(loop)).toBeDefined();
});
