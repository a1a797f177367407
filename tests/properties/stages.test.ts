/**
 * Random programs stage by stage: switching a stage off keeps every bit, every text reads back, and
 * the memory plan holds when a second reader runs it with poison in all memory that should be free.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { js } from '../../src/backends/js/index.ts';
import { bytesOf, sizeOf, type TypedArray } from '../../src/ir/types.ts';
import { makeProgram, type Switches } from '../../src/passes/compile.ts';
import { mismatch } from '../../src/testing/mismatch.ts';
import { runCompiledSync } from '../../src/testing/run-graph.ts';
import { longTest, randomProgram, settings } from './random-program.ts';
import { runPlan } from './run-plan.ts';
import type { RandomProgram } from './workshop.ts';

/** Machines with short arenas, and with a word for every element. */
const targets = fc.record({
  largestArena: fc.integer({ min: 1, max: 40 }).map((lines) => lines * 64),
  elementBytes: fc.constantFrom(1, 4),
});

const run = (program: RandomProgram, switches: Partial<Switches> = {}): TypedArray[] =>
  runCompiledSync(js, program.graph, program.arrays, { switches });
const expectSame = (actual: readonly TypedArray[], expected: readonly TypedArray[]): void => {
  expect(actual.length).toBe(expected.length);
  expected.forEach((array, k) => {
    expect(mismatch(actual[k]!, array), `output ${k}`).toBeUndefined();
  });
};

test('rewrites of the graph keep every bit', longTest, () => {
  // Without fusion every value is rounded where it stands, so nothing may change.
  const names = ['simplify', 'commonSubexpressions', 'deadCode'] as const;
  fc.assert(
    fc.property(randomProgram(), fc.subarray([...names], { minLength: 1 }), (program, off) => {
      const switches = Object.fromEntries(off.map((name) => [name, false]));
      expectSame(run(program, { ...switches, fuse: false }), run(program, { fuse: false }));
    }),
    settings(60),
  );
});

test('the order of loops and the places of buffers keep every bit', longTest, () => {
  fc.assert(
    fc.property(randomProgram(), (program) => {
      const plain = run(program);
      expectSame(run(program, { schedule: false }), plain);
      expectSame(run(program, { planMemory: false }), plain);
    }),
    settings(60),
  );
});

describe('memory', () => {
  const isFree = ({ graph }: RandomProgram, input: number): boolean =>
    graph.inputs[input] !== undefined && sizeOf(graph.inputs[input].type.shape) > 0;

  test('a plan read by somebody else, poison in all free memory, gives the same', longTest, () => {
    fc.assert(
      fc.property(randomProgram(), fc.boolean(), targets, (program, isFused, target) => {
        const { graph, arrays } = program;
        const switches = { fuse: isFused };
        const plan = makeProgram(graph, { switches, verify: true }).plan();
        expectSame(runPlan(plan, arrays), run(program, switches));
        const cut = makeProgram(graph, { switches, verify: true }).plan(target);
        expectSame(runPlan(cut, arrays), run(program, switches));
        const all = plan.buffers.filter(({ place }) => place.kind === 'arena');
        const total = all.reduce(
          (n, { length, dtype }) => n + Math.ceil((length * bytesOf[dtype]) / 64) * 64,
          0,
        );
        expect(plan.arenaBytes).toBeLessThanOrEqual(total);
      }),
      settings(60),
    );
  });

  test('donated inputs may be overwritten, others stay', longTest, () => {
    const donations = fc.subarray([0, 1, 2, 3], { minLength: 1 });
    fc.assert(
      fc.property(randomProgram(), donations, (program, wanted) => {
        const { graph, arrays } = program;
        const donated = wanted.filter((input) => isFree(program, input));
        const plain = run(program);
        const compiled = makeProgram(graph, { donated, verify: true });
        expectSame(runPlan(compiled.plan(), arrays), plain);

        const executable = js.compile(compiled);
        const storages = graph.inputs.map(({ type }, k) => js.upload(arrays[k]!, type.dtype));
        const results = executable.run(storages).map((storage) => js.downloadSync!(storage));
        expectSame(results, plain);
        graph.inputs.forEach((_, k) => {
          if (donated.includes(k)) expect(() => js.downloadSync!(storages[k]!)).toThrow();
          else expect(mismatch(js.downloadSync!(storages[k]!), arrays[k]!)).toBeUndefined();
        });
      }),
      settings(60),
    );
  });
});
