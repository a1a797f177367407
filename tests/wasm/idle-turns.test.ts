/** Kernels that run in parts can turn idly, so that engines compile them before they work. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FunctionCode, ModuleBuilder } from '../../src/backends/wasm/assembler/module.ts';
import { emitModule } from '../../src/backends/wasm/emit-module.ts';
import { unlessIdle } from '../../src/backends/wasm/idle-turns.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { parametersOf, trainingStep } from '../passes/training-step.ts';

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

const moduleOf = (widths: readonly number[], batch: number): WebAssembly.Module => {
  const program = makeProgram(trainingStep([...widths], batch, 0.1), {
    donated: parametersOf([...widths]),
  });
  const { bytes } = emitModule(program.plan({ lanes: 4 }), { lanes: 4 }, () => 64);
  return new WebAssembly.Module(bytes);
};

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
