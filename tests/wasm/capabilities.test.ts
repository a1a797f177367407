/** What the engine is found to be able to do, by the instructions themselves. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { FunctionCode, ModuleBuilder } from '../../src/backends/wasm/assembler/module.ts';
import { hasRelaxedFma, hasVectors } from '../../src/backends/wasm/capabilities.ts';

/** A module whose `run` writes x * y + z of four lanes at address 0. */
const fma = (x: number, y: number, z: number): Uint8Array<ArrayBuffer> => {
  const builder = new ModuleBuilder();
  const code = new FunctionCode({ parameters: [] });
  code.add('i32.const', 0);
  for (const value of [x, y, z]) {
    code.add('f32.const', value);
    code.add('f32x4.splat');
  }
  code.add('f32x4.relaxed_madd');
  code.add('v128.store', 0, 0);
  builder.export('run', builder.function(code));
  return builder.encode();
};

test('vectors are there, here', () => expect(hasVectors()).toBe(true));

test('a multiplication with addition is there exactly where its module compiles', () => {
  expect(hasRelaxedFma()).toBe(WebAssembly.validate(fma(1, 2, 3)));
});

test('its encoding is what an engine that knows it computes', () => {
  // Relaxed instructions are behind a flag in Node.js 20, and on in later versions.
  const program = `
    const memory = new WebAssembly.Memory({ initial: 1 });
    const module = new WebAssembly.Module(new Uint8Array([${fma(3, 5, 7)}]));
    new WebAssembly.Instance(module, { memory: { memory } }).exports.run();
    console.log([...new Float32Array(memory.buffer, 0, 4)].join());`;
  const flags = hasRelaxedFma() ? [] : ['--experimental-wasm-relaxed-simd'];
  const printed = execFileSync(process.execPath, [...flags, '-e', program], { encoding: 'utf8' });
  expect(printed.trim()).toBe('22,22,22,22');
});
