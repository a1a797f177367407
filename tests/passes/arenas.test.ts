/** Arenas that are cut into several, and elements that take a word each. */
import { expect, test } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { js } from '../../src/backends/js/index.ts';
import { buildGraph, type Graph, type Value } from '../../src/ir/graph.ts';
import { dot } from '../../src/ir/ops/contractions.ts';
import { add, exp } from '../../src/ir/ops/elementwise.ts';
import { parsePlan } from '../../src/ir/parse.ts';
import { arenasOf, bytesInArena, type Plan } from '../../src/ir/plan.ts';
import { printPlan } from '../../src/ir/print.ts';
import type { Target } from '../../src/ir/target.ts';
import { verifyPlan } from '../../src/ir/verify.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { runCompiledSync } from '../../src/testing/run-graph.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import { explainGraph } from '../../src/tools/explain-graph.ts';
import { programs } from './golden-programs.ts';

const product = (x: Value, y: Value): Value =>
  dot([x, y], { contract: [[1], [0]], batch: [[], []] });
/** Products of products, all of which are needed at the end. */
const products = (length: number, depth: number): Graph =>
  buildGraph('products', [{ dtype: 'f32', shape: [length, length] }], ([x]) => {
    const all = [product(x!, x!)];
    for (let k = 1; k < depth; k++) all.push(product(exp(all[k - 1]!), x!));
    return [all.reduce((sum, y) => product(exp(add(sum, y)), x!))];
  });

/** The backend on another target. */
const jsFor = (target: Target): Backend => ({
  ...js,
  target,
  compile: (program) => js.compile({ ...program, plan: () => program.plan(target) }),
});

/** Checks that pieces are as short as the target wants, but for single values. */
const checkPieces = (plan: Plan, largestArena: number): void => {
  const longest = plan.buffers
    .filter(({ place }) => place.kind === 'arena')
    .reduce((most, buffer) => Math.max(most, bytesInArena(plan, buffer)), 0);
  const most = Math.max(largestArena, Math.ceil(longest / 64) * 64);
  const pieces = arenasOf(plan);
  for (const { bytes } of pieces) expect(bytes).toBeLessThanOrEqual(most);
  expect(pieces.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(plan.arenaBytes);
};

test('a program in three pieces computes the same', () => {
  const graph = products(16, 6);
  const whole = makeProgram(graph).plan();
  expect(whole.cuts).toBeUndefined();
  expect(whole.arenaBytes).toBeGreaterThanOrEqual(6 * 1024);
  const target = { largestArena: 2 * 1024 + 64 };
  const plan = makeProgram(graph, { verify: true }).plan(target);
  expect(plan.cuts?.length).toBeGreaterThanOrEqual(2);
  checkPieces(plan, target.largestArena);
  // No memory is wasted: the pieces are as large as the whole.
  expect(plan.arenaBytes).toBe(whole.arenaBytes);
  const data = [sampleData(graph.inputs[0]!.type, 1)];
  const cut = jsFor(target);
  expect(runCompiledSync(cut, graph, data)).toEqual(runCompiledSync(js, graph, data));
});

test('the text says where the arena is cut, and explanations do', () => {
  const target = { largestArena: 2048, elementBytes: 4 };
  const plan = makeProgram(products(16, 6)).plan(target);
  const text = printPlan(plan);
  expect(text.split('\n')[0]).toMatch(/arena \d+ elements 4 cut 2048, 4096(, \d+)* \{$/);
  expect(printPlan(parsePlan(text))).toBe(text);
  expect(parsePlan(text).cuts).toEqual(plan.cuts);
  const explanation = explainGraph(products(16, 6), jsFor(target));
  expect(explanation.cuts).toEqual(plan.cuts);
  expect(explanation.text()).toMatch(/in \d pieces/);
  expect(explanation.html().match(/class="cut"/g)).toHaveLength(plan.cuts!.length);
});

test('faults of cuts are found', () => {
  const plan = makeProgram(products(16, 6)).plan({ largestArena: 2048 });
  const check = (change: Partial<Plan>) => () => verifyPlan({ ...plan, ...change }, 'test');
  expect(check({})).not.toThrow();
  expect(check({ cuts: [2112] })).toThrow(/reaches across the cut at 2112/);
  expect(check({ cuts: [2048, 2048] })).toThrow(/growing multiples of 64/);
  expect(check({ cuts: [2050] })).toThrow(/growing multiples of 64/);
  expect(check({ cuts: [plan.arenaBytes] })).toThrow(/growing multiples of 64/);
  expect(check({ elementBytes: 3 })).toThrow(/elements of 3 bytes/);
  // Elements that were planned smaller than that overlap, or leave the arena.
  expect(check({ elementBytes: 8 })).toThrow(/share memory|leaves the arena|reaches across/);
});

test('a value that fits nowhere gets a piece for itself', () => {
  const plan = makeProgram(products(16, 3), { verify: true }).plan({ largestArena: 512 });
  checkPieces(plan, 512);
  expect(arenasOf(plan).every(({ bytes }) => bytes === 1024)).toBe(true);
});

test.each(programs.map(([name, graph, donated = []]) => [name, graph, donated] as const))(
  'pieces of %s',
  (_, graph, donated) => {
    const program = makeProgram(graph, { donated, verify: true });
    for (const largestArena of [64, 256, 1024]) {
      checkPieces(program.plan({ largestArena, elementBytes: 4 }), largestArena);
      checkPieces(program.plan({ largestArena }), largestArena);
    }
  },
);
