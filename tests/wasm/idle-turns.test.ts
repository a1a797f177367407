/** Kernels that run in parts can turn idly, so that engines compile them before they work. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FunctionCode, ModuleBuilder } from '../../src/backends/wasm/assembler/module.ts';
import { emitModule } from '../../src/backends/wasm/emit-module.ts';
import { unlessIdle } from '../../src/backends/wasm/idle-turns.ts';
import { openWasm } from '../../src/backends/wasm/index.ts';
import { buildGraph } from '../../src/ir/graph.ts';
import { dot } from '../../src/ir/ops/contractions.ts';
import { type CompiledProgram, makeProgram } from '../../src/passes/compile.ts';
import { runProgramSync } from '../../src/testing/run-graph.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import { of } from '../passes/models.ts';
import { parametersOf, trainingStep } from '../passes/training-step.ts';
import { openThreads } from './threaded-backends.ts';

type Run = (...numbers: number[]) => void;

const memoryOf = (): { memory: WebAssembly.Memory; words: Int32Array } => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  return { memory, words: new Int32Array(memory.buffer) };
};

test('a range that has iterations is done once, any other is nothing', () => {
  const { memory, words } = memoryOf();
  const code = new FunctionCode({ parameters: ['i32', 'i32'] });
  unlessIdle(code, 0, 1, () => {
    code.add('i32.const', 0);
    code.add('i32.const', 0);
    code.add('i32.load', 2, 0);
    code.add('i32.const', 1);
    code.add('i32.add');
    code.add('i32.store', 2, 0);
  });
  const builder = new ModuleBuilder();
  builder.export('run', builder.function(code));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(builder.encode()), {
    memory: { memory },
  });
  const bound = fc.integer({ min: -50, max: 5000 });
  fc.assert(
    fc.property(bound, bound, (from, to) => {
      words[0] = 0;
      (exports.run as Run)(from, to);
      expect(words[0]).toBe(from < to ? 1 : 0);
    }),
    {
      examples: [
        [0, 0],
        [7, 7],
      ],
    },
  );
});

const programOf = (widths: readonly number[], batch: number): CompiledProgram =>
  makeProgram(trainingStep(widths, batch, 0.1), { donated: parametersOf(widths) });
const target = { lanes: 4 };
const moduleOf = (widths: readonly number[], batch: number): WebAssembly.Module => {
  const { bytes } = emitModule(programOf(widths, batch).plan(target), target, { place: () => 64 });
  return new WebAssembly.Module(bytes);
};
const exportsOf = (bytes: BufferSource): string[] =>
  WebAssembly.Module.exports(new WebAssembly.Module(bytes)).map(({ name }) => name);

test('the kernels of a training step read and write nothing when they turn idly', () => {
  // One page of memory: whoever used an address of the plan would fail.
  const { memory, words } = memoryOf();
  words.forEach((_, k) => {
    words[k] = 7 * k + 1;
  });
  const before = words.slice();
  const { exports } = new WebAssembly.Instance(moduleOf([784, 512, 256, 10], 128), {
    memory: { memory },
  });
  (exports.idle as Run)();
  expect(words).toEqual(before);
});

test('a program without long kernels has no such function', () => {
  const names = WebAssembly.Module.exports(moduleOf([8, 6, 4], 4)).map(({ name }) => name);
  expect(names).toEqual(['run']);
});

describe('the first long kernel', () => {
  test('is loaded before the rest is written', () => {
    const plan = programOf([784, 512, 256, 10], 128).plan(target);
    const seen: string[] = [];
    const { bytes, imports } = emitModule(plan, target, {
      loadFirst: (module) => seen.push(...exportsOf(module.bytes), ...module.imports),
      place: () => {
        seen.push('place');
        return 64;
      },
    });
    expect(seen).toEqual(['k0', 'idle', 'place']);
    expect(imports).toEqual(['k0']);
    expect(exportsOf(bytes)).toEqual(['run', 'idle']);
  });
  const product = buildGraph('product', [of([128, 128]), of([128, 128])], ([x, y]) => [
    dot([x!, y!], { contract: [[1], [0]], batch: [[], []] }),
  ]);
  test.each([
    ['none is long', trainingStep([8, 6, 4], 4, 0.1)],
    ['there is little else', product],
  ])('is in the module of the plan where %s', (_, graph) => {
    const plan = makeProgram(graph).plan(target);
    const { imports } = emitModule(plan, target, {
      place: () => 64,
      loadFirst: () => {
        throw new Error('a module was loaded');
      },
    });
    expect(imports).toEqual([]);
  });
  test('computes what it does for several threads, which have one module', async () => {
    const graph = trainingStep([96, 128, 80, 10], 64, 0.1);
    const arrays = graph.inputs.map(({ type }, k) =>
      sampleData(
        type,
        k + 1,
        type.dtype === 'i32' ? { low: 0, high: 9 } : { low: -0.1, high: 0.1 },
      ),
    );
    const one = openWasm();
    const two = await openThreads(2);
    try {
      const [expected, actual] = [two, one].map((wasm) =>
        runProgramSync(wasm, makeProgram(graph), arrays),
      );
      expect(actual).toEqual(expected);
      const { costs, dispose } = one.compile(makeProgram(graph));
      expect(costs?.bytes).toBeGreaterThan(4000);
      expect(costs?.loading).toBeGreaterThan(0);
      dispose();
    } finally {
      two.endThreads();
    }
  });
});
