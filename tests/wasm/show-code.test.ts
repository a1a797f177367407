/** Texts of WebAssembly functions, which are read from their bytes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { table } from '../../src/backends/wasm/assembler/instructions.ts';
import { FunctionCode, ModuleBuilder } from '../../src/backends/wasm/assembler/module.ts';

const lineOf = (name: string, ...immediates: number[]): string => {
  const code = new FunctionCode({ parameters: [] });
  code.add(name, ...(immediates as [number?, number?, number?, number?]));
  return code.text('f').split('\n')[1]!.trim();
};

describe('reads back', () => {
  test('every instruction by its name', () => {
    for (const name of table.keys()) {
      if (name === 'end' || name === 'else') continue;
      expect(lineOf(name).split(' ')[0]).toBe(name);
    }
  });
  test('no two instructions share an opcode', () => {
    expect(new Set([...table.values()].map(([opcode]) => opcode)).size).toBe(table.size);
  });
  test('signed integers', () => {
    const extremes = [0, 63, 64, -64, -65, 8191, 8192, -8193, 2147483647, -2147483648, -1];
    for (const value of extremes) expect(lineOf('i32.const', value)).toBe(`i32.const ${value}`);
    fc.assert(
      fc.property(fc.integer(), (value) => {
        expect(lineOf('i32.const', value)).toBe(`i32.const ${value}`);
      }),
    );
  });
  test('floats', () => {
    expect(lineOf('f64.const', -0)).toBe('f64.const -0');
    expect(lineOf('f64.const', Number.NEGATIVE_INFINITY)).toBe('f64.const -inf');
    expect(lineOf('f32.const', 0.5)).toBe('f32.const 0.5');
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (value) => {
        const shown = lineOf('f64.const', value).split(' ')[1]!;
        expect(Number(shown.replace('inf', 'Infinity'))).toBe(value);
      }),
    );
  });
  test('offsets, lanes and words', () => {
    expect(lineOf('f32.load', 2, 0)).toBe('f32.load');
    expect(lineOf('f32.load', 2, 300)).toBe('f32.load offset=300');
    expect(lineOf('v128.load32_lane', 2, 128, 3)).toBe('v128.load32_lane offset=128 3');
    expect(lineOf('v128.const', 0, -1, 255, 2 ** 31)).toBe(
      'v128.const i32x4 0x0 0xffffffff 0xff 0x80000000',
    );
    fc.assert(
      fc.property(fc.nat(), (index) => {
        expect(lineOf('local.get', index)).toBe(`local.get ${index}`);
      }),
    );
  });
});

test('calls find their functions however many imports are asked for later', () => {
  const builder = new ModuleBuilder();
  const double = new FunctionCode({ parameters: ['f64'], result: 'f64' });
  double.add('local.get', 0);
  double.add('local.get', 0);
  double.add('f64.add');
  const number = builder.function(double);
  const run = new FunctionCode({ parameters: ['f64'], result: 'f64' });
  run.add('local.get', 0);
  run.add('call', number);
  run.add('call', builder.import('half', { parameters: ['f64'], result: 'f64' }));
  run.add('call', number);
  run.add('call', builder.import('third', { parameters: ['f64'], result: 'f64' }));
  builder.export('run', builder.function(run));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(builder.encode()), {
    memory: { memory: new WebAssembly.Memory({ initial: 1 }) },
    functions: { half: (x: number) => x / 2, third: (x: number) => x / 3 },
  });
  expect((exports.run as (x: number) => number)(9)).toBe(6);
});
