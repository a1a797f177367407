/**
 * How kernels are divided among threads: parts as text, and that no thread touches an element that
 * another one writes before they meet. For that, each thread's part is interpreted by itself.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FunctionCode, ModuleBuilder } from '../../src/backends/wasm/assembler/module.ts';
import { divideKernel, type Part } from '../../src/backends/wasm/threads/divide-kernel.ts';
import { shareFunction, threadsGlobal } from '../../src/backends/wasm/threads/meeting.ts';
import { buildGraph } from '../../src/ir/graph.ts';
import { type Kernel, walkStatements } from '../../src/ir/kernel.ts';
import { dot } from '../../src/ir/ops/contractions.ts';
import { parseKernel } from '../../src/ir/parse-kernel.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { programs } from '../passes/golden-programs.ts';
import { of } from '../passes/models.ts';
import { longTest, randomProgram, settings } from '../properties/random-program.ts';
import { accessesOf, raceIn } from './divided-accesses.ts';

test('shares of iterations are ranges that follow each other and differ by one at most', () => {
  const builder = new ModuleBuilder();
  builder.hasGlobals = true;
  const share = builder.function(shareFunction());
  const code = new FunctionCode({ parameters: ['i32', 'i32', 'i32'], result: 'i32' });
  code.add('local.get', 2);
  code.add('global.set', threadsGlobal);
  code.add('local.get', 0);
  code.add('local.get', 1);
  code.add('call', share);
  builder.export('run', builder.function(code));
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(builder.encode()), {
    memory: { memory },
  });
  const begin = exports.run as (count: number, thread: number, threads: number) => number;
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 31 - 1 }),
      fc.integer({ min: 1, max: 8 }),
      (n, t) => {
        expect(begin(n, 0, t)).toBe(0);
        expect(begin(n, t, t)).toBe(n);
        for (let k = 0; k < t; k++) {
          const length = begin(n, k + 1, t) - begin(n, k, t);
          expect([Math.floor(n / t), Math.ceil(n / t)]).toContain(length);
        }
      },
    ),
  );
});

const show = (parts: readonly Part[] | undefined): string =>
  parts === undefined
    ? 'whole'
    : parts
        .map((part) => {
          if (part.kind === 'each') return `each ${part.loop.to} (${show(part.parts)})`;
          return part.kind === 'divide' ? `divide ${part.loop.from}..${part.loop.to}` : part.kind;
        })
        .join(', ');

describe('what is divided', () => {
  test.each(programs.map(([name, graph]) => [name, graph] as const))('%s', (_, graph) => {
    const plan = makeProgram(graph, { verify: true }).plan({ lanes: 4 });
    const text = plan.launches.map(
      ({ kernel }) => `${kernel.name}: ${show(divideKernel(kernel, 3, 0))}`,
    );
    expect(text.join('\n')).toMatchSnapshot();
  });
  test.each([
    [255, 256, 257],
    [255, 256, 270],
    [129, 64, 70],
    [63, 70, 131],
  ])('a product of %i x %i by %i, though nothing divides it', (m, k, n) => {
    const graph = buildGraph('product', [of([m, k]), of([k, n])], ([x, y]) => [
      dot([x!, y!], { contract: [[1], [0]], batch: [[], []] }),
    ]);
    const { plan } = makeProgram(graph);
    for (const keepsOrder of [false, true]) {
      const target = { lanes: 4, fusesProducts: true, keepsOrder, tile: { rows: 2, vectors: 4 } };
      const [launch] = plan(target).launches;
      expect(divideKernel(launch!.kernel, 2, 0)).toBeDefined();
    }
  });
  test('little work is left to one thread', () => {
    const { plan } = makeProgram(programs[0]![1]);
    const [launch] = plan({ lanes: 4 }).launches;
    expect(divideKernel(launch!.kernel, 2, 1e9)).toBeUndefined();
  });
});

/** The first race that a division has; undefined where there is none. */
const raceOf = (kernel: Kernel, threads: number): string | undefined => {
  const parts = divideKernel(kernel, threads, 0);
  if (parts === undefined) return undefined;
  const scratch = new Set<number>();
  walkStatements(kernel.body, (stmt) => {
    if (stmt.kind === 'alloc' && stmt.scope === 'private') scratch.add(stmt.buffer.id);
  });
  const alias = new Map(
    kernel.inPlace.map(([read, written]) =>
      [read, written].map((k) => kernel.parameters[k]!.buffer.id),
    ) as [number, number][],
  );
  const all = accessesOf(parts, threads, scratch, kernel.counters).map((phases) =>
    phases.map(({ reads, writes }) => ({
      writes,
      reads: new Set(
        [...reads].flatMap((element) => {
          const [buffer, place] = element.split('.').map(Number) as [number, number];
          const other = alias.get(buffer);
          return other === undefined ? [element] : [element, `${other}.${place}`];
        }),
      ),
    })),
  );
  return raceIn(all);
};

test('no two threads meet at an element that one of them writes', longTest, () => {
  let divided = 0;
  fc.assert(
    fc.property(
      randomProgram({ dtypes: ['f32', 'i32'] }),
      fc.integer({ min: 2, max: 5 }),
      (made, threads) => {
        for (const { kernel } of makeProgram(made.graph).plan({ lanes: 4 }).launches) {
          if (divideKernel(kernel, threads, 0) !== undefined) divided++;
          expect(raceOf(kernel, threads), kernel.name).toBeUndefined();
        }
      },
    ),
    settings(150),
  );
  expect(divided).toBeGreaterThan(50);
});

describe('loops that depend on each other', () => {
  const two = (second: string): Kernel =>
    parseKernel(`kernel k(read b0: f32[8], write b1: f32[8], write b2: f32[8]) flops 8 {
  parallel v0 in 0..8 {
    b1[v0] = b0[v0]
  }
  parallel v1 in 0..8 {
    ${second}
  }
}`);
  test('meet between them', () => {
    const kernel = two('b2[v1] = b1[7 - v1]');
    const parts = divideKernel(kernel, 2, 0);
    expect(show(parts)).toBe('divide 0..8, meet, divide 0..8');
    expect(raceOf(kernel, 2)).toBeUndefined();
    // Without the meeting there is a race, so what looks for races finds them.
    const without = parts!.filter(({ kind }) => kind !== 'meet');
    expect(raceIn(accessesOf(without, 2, new Set()))).toMatch(/threads 0 and 1/);
  });
  test('do not meet where they do not', () => {
    expect(show(divideKernel(two('b2[v1] = b0[7 - v1]'), 2, 0))).toBe('divide 0..8, divide 0..8');
  });
});

describe('private scratch', () => {
  const kernelOf = (second: string): Kernel =>
    parseKernel(`kernel k(read b0: f32[8], write b1: f32[8], write b2: f32[8]) flops 8 {
  alloc b3: f32[1]
  parallel v0 in 0..8 {
    b3[0] = b0[v0]
    b1[v0] = b3[0]
  }
  parallel v1 in 0..8 {
    ${second}
    b2[v1] = b3[0]
  }
}`);
  test('that every loop fills for itself is one per thread', () => {
    const kernel = kernelOf('b3[0] = b0[7 - v1]');
    expect(show(divideKernel(kernel, 2, 0))).toBe('divide 0..8, divide 0..8');
  });
  test('that goes from one loop to the next is left to one thread', () => {
    expect(divideKernel(kernelOf(''), 2, 0)).toBeUndefined();
  });
});
