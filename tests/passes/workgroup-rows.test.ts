/**
 * Plans for machines with workgroups, read statement by statement: folds that lanes and workgroups
 * share give what the interpreter gives. The machines are so small that small arrays are shared.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reference } from '../../src/backends/reference/index.ts';
import { buildGraph, emit, type Value } from '../../src/ir/graph.ts';
import { walkStatements } from '../../src/ir/kernel.ts';
import { add, mul } from '../../src/ir/ops/elementwise.ts';
import { registry } from '../../src/ir/ops/registry.ts';
import type { Plan } from '../../src/ir/plan.ts';
import type { Target } from '../../src/ir/target.ts';
import type { DType, TypedArray } from '../../src/ir/types.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { mismatch, singleTolerance } from '../../src/testing/mismatch.ts';
import { interpret } from '../../src/testing/run-graph.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import { settings } from '../properties/random-program.ts';
import { runPlan } from '../properties/run-plan.ts';
import { layerNorm, of, overLast, single, softmax } from './models.ts';

const targets: Readonly<Record<string, Target>> = {
  four: { workgroup: { invocations: 4, memory: 64, busy: 3 } },
  sixteen: { workgroup: { invocations: 16, memory: 1024, busy: 4 } },
  wide: { workgroup: { invocations: 64, memory: 256, busy: 2 } },
  pairs: { workgroup: { invocations: 16, memory: 1024, busy: 4, subgroup: 2 } },
  quads: { workgroup: { invocations: 128, memory: 2048, busy: 2, subgroup: 4 } },
  // Its subgroups are larger than the workgroups.
  whole: { workgroup: { invocations: 8, memory: 256, busy: 3, subgroup: 16 } },
};
const names = Object.keys(targets);

/** How often kernels of a plan have a workgroup loop: once per dispatch. */
const dispatchesOf = (plan: Plan): number => {
  let count = 0;
  for (const { kernel } of plan.launches) {
    walkStatements(kernel.body, (stmt) => {
      if (stmt.kind === 'for' && stmt.loop === 'workgroup') count++;
    });
  }
  return count;
};

const reductions: readonly (readonly [keyof typeof registry, DType])[] = [
  ['reduceSum', 'f32'],
  ['reduceSum', 'i32'],
  ['reduceProd', 'f32'],
  ['reduceMax', 'f32'],
  ['reduceMin', 'u32'],
  ['reduceAnd', 'bool'],
  ['reduceOr', 'bool'],
  ['argMax', 'f32'],
  ['argMin', 'i32'],
  ['firstMax', 'f32'],
];
const dataFor = (name: string, dtype: DType, shape: readonly number[]): TypedArray => {
  const type = { dtype, shape };
  if (name === 'reduceProd') return sampleData(type, 3, { low: 0.9, high: 1.1 });
  // Few different numbers: first places have something to decide.
  return sampleData(type, 3, dtype === 'f32' ? {} : { low: 0, high: dtype === 'bool' ? 2 : 3 });
};
const lengths = [1, 3, 4, 5, 15, 16, 17, 31, 32, 33, 64, 100, 257];

describe('reductions of every length', () => {
  test.each(reductions)('%s of %s', (name, dtype) => {
    for (const length of lengths) {
      for (const [shape, axes] of [
        [[length], [0]],
        [[3, length], [1]],
        [[length, 5], [0]],
        [
          [2, length, 3],
          [0, 1],
        ],
        [
          [2, 3, length],
          [0, 2],
        ],
        [
          [9, length],
          [0, 1],
        ],
      ] as const) {
        const graph = single(
          name,
          [of([...shape], dtype)],
          (x) => emit(registry[name], { axes }, [x])[0]!,
        );
        const input = dataFor(name, dtype, shape);
        const [expected] = interpret(reference, graph, [input]);
        const isRounded = name === 'reduceSum' || name === 'reduceProd';
        const program = makeProgram(graph, { verify: true });
        for (const target of names) {
          const plan = program.plan(targets[target]);
          const [actual] = runPlan(plan, [input]);
          const tolerance = isRounded && dtype === 'f32' ? singleTolerance : undefined;
          const label = `${target} [${shape.join(', ')}] over ${axes.join(', ')}`;
          expect(mismatch(actual!, expected!, tolerance), label).toBeUndefined();
        }
      }
    }
  });

  test('first places among equals and NaN, over all workgroups', () => {
    const { NaN: nan } = Number;
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(0, 1, 1, 2, nan), { minLength: 300, maxLength: 300 }),
        fc.nat({ max: 299 }),
        fc.constantFrom(...names),
        (numbers, from, target) => {
          const input = new Float32Array(numbers.map((x, k) => (k < from ? 0 : x)));
          const graph = single(
            'argMax',
            [of([300])],
            (x) => emit(registry.argMax, { axes: [0] }, [x])[0]!,
          );
          const plan = makeProgram(graph, { verify: true }).plan(targets[target]);
          expect(dispatchesOf(plan)).toBe(target === 'four' ? 2 : 1);
          expect(runPlan(plan, [input])).toEqual(interpret(reference, graph, [input]));
        },
      ),
      settings(60),
    );
  });
});

describe('rows that several passes visit', () => {
  const cases = lengths.flatMap((length) => [1, 3, 40].map((rows) => [rows, length] as const));
  test.each(cases)('%i rows of %i', (rows, length) => {
    const vector = of([length]);
    for (const graph of [
      single('softmax', [of([rows, length])], (x) => softmax(x)),
      single('layerNorm', [of([rows, length]), vector, vector], (x, s, b) => layerNorm(x, s, b)),
    ]) {
      const inputs = graph.inputs.map(({ type }, k) => sampleData(type, k + 1));
      const [expected] = interpret(reference, graph, inputs);
      // The result takes the memory of an input that is not needed any more.
      const program = makeProgram(graph, { verify: true, donated: [0] });
      for (const target of names) {
        const plan = program.plan(targets[target]);
        const [actual] = runPlan(plan, inputs);
        const tolerance = { ...singleTolerance, scaled: 2e-6 };
        expect(mismatch(actual!, expected!, tolerance), `${graph.name} ${target}`).toBeUndefined();
      }
    }
  });
});

test('what one lane stores for a row does not take the place of what the others read', () => {
  const graph = buildGraph('shift', [of([9, 40]), of([9])], ([x, c]) => {
    const total = emit(registry.reduceSum, { axes: [1] }, [x!])[0]!;
    return [add(mul(x!, overLast(c!, x!)), overLast(total, x!)), add(c!, total)];
  });
  const inputs = graph.inputs.map(({ type }, k) => sampleData(type, k + 1));
  const expected = interpret(reference, graph, inputs);
  for (const name of names) {
    const program = makeProgram(graph, { verify: true, donated: [0, 1] });
    const plan = program.plan(targets[name]);
    expect(plan.donations.map(([input]) => input)).not.toContain(1);
    runPlan(plan, inputs).forEach((array, k) => {
      expect(mismatch(array, expected[k]!, singleTolerance), `${name} ${k}`).toBeUndefined();
    });
  }
});

describe('shuffles', () => {
  /** How far the values of a plan are handed. */
  const distancesOf = (shape: readonly number[], axis: number, target: Target): Set<number> => {
    const distances = new Set<number>();
    const sum = (x: Value) => emit(registry.reduceSum, { axes: [axis] }, [x])[0]!;
    const plan = makeProgram(single('sum', [of(shape)], sum), { verify: true }).plan(target);
    expect(dispatchesOf(plan)).toBeGreaterThan(0);
    for (const { kernel } of plan.launches) {
      walkStatements(kernel.body, (stmt) => {
        if (stmt.kind === 'shuffle') distances.add(stmt.distance);
      });
    }
    return distances;
  };
  test.each([
    ['sixteen', []],
    ['pairs', [1]],
    ['quads', [1, 2]],
    ['whole', [1, 2, 4]],
  ])('stay inside of the subgroups of %s', (name, distances) => {
    expect([...distancesOf([3, 1000], 1, targets[name]!)]).toEqual(distances);
  });
  test('are not for lanes that are no neighbours', () => {
    expect([...distancesOf([1000, 3], 0, targets.quads!)]).toEqual([]);
  });
  test('take the place of memory', () => {
    const lengths = ['sixteen', 'pairs', 'quads', 'whole'].map((name) => {
      const graph = single('softmax', [of([40, 257])], (x) => softmax(x));
      const [launch] = makeProgram(graph, { verify: true }).plan(targets[name]).launches;
      const shared = launch!.kernel.body.flatMap((stmt) =>
        stmt.kind === 'alloc' && stmt.scope === 'workgroup' ? [stmt.buffer.length] : [],
      );
      return [name, ...shared];
    });
    expect(lengths).toEqual([
      ['sixteen', 16],
      ['pairs', 8],
      ['quads', 32],
      ['whole', 1],
    ]);
  });
});

describe('dispatches', () => {
  const sum = (length: number): Plan =>
    makeProgram(
      single('sum', [of([length])], (x) => emit(registry.reduceSum, { axes: [0] }, [x])[0]!),
      {
        verify: true,
      },
    ).plan({ workgroup: { invocations: 256, memory: 16384, busy: 128 } });
  test.each([
    [8, 0],
    [31, 0],
    [32, 1],
    [65_535, 1],
    [65_536, 2],
    [4_194_304, 2],
  ])('a sum of %i', (length, dispatches) => {
    expect(dispatchesOf(sum(length))).toBe(dispatches);
  });
});
