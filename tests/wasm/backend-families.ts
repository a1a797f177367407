/**
 * Backends of one, two and three threads, which must give the same bits: with products and sums in
 * two instructions, and in one where the engine has it. The latter have wider tiles.
 */
import v8 from 'node:v8';
import { expect } from 'vitest';
import type { Program } from '../../src/backends/backend.ts';
import { hasRelaxedFma } from '../../src/backends/wasm/capabilities.ts';
import { openWasm, type WasmBackend } from '../../src/backends/wasm/index.ts';
import type { Graph } from '../../src/ir/graph.ts';
import type { TypedArray } from '../../src/ir/types.ts';
import { mismatch } from '../../src/testing/mismatch.ts';
import { runProgramSync } from '../../src/testing/run-graph.ts';
import { openThreads } from './threaded-backends.ts';

/** Backends that differ in nothing but the number of their threads. */
export interface Family {
  readonly name: string;
  readonly one: WasmBackend;
  /** Two and three threads, which share every kernel that they can. */
  readonly others: readonly [two: WasmBackend, three: WasmBackend];
}

const openFamily = async (name: string, keepsOrder: boolean): Promise<Family> => ({
  name,
  one: openWasm({}, { keepsOrder }),
  others: [await openThreads(2, {}, { keepsOrder }), await openThreads(3, {}, { keepsOrder })],
});

const fusedProduct = [0xfd, 0x85, 0x02];
/** Whether a module has f32x4.relaxed_madd. */
const fusesProducts = (module: BufferSource): boolean => {
  const bytes = new Uint8Array(module as ArrayBuffer);
  return bytes.some((_, at) => fusedProduct.every((byte, k) => bytes[at + k] === byte));
};
/** What `open` opens in an engine that knows no instruction for a product and a sum. */
export const withoutFusedProducts = async <T>(open: () => Promise<T>): Promise<T> => {
  const { validate } = WebAssembly;
  WebAssembly.validate = (bytes) => !fusesProducts(bytes) && validate(bytes);
  try {
    return await open();
  } finally {
    WebAssembly.validate = validate;
  }
};

/** Backends that are opened from now on compute products and sums in one instruction. */
export const allowFusedProducts = (): void => {
  // Node.js 20 has the instruction behind a flag; later versions have it, and no flag.
  if (!hasRelaxedFma()) v8.setFlagsFromString('--experimental-wasm-relaxed-simd');
};

/** The family without the instruction, and the one with it. */
export const openFamilies = async (): Promise<readonly [Family, Family]> => {
  const plain = await withoutFusedProducts(() => openFamily('products, then sums', false));
  allowFusedProducts();
  const fused = await openFamily('products with sums', true);
  const found = [plain, fused].map(({ one, others }) =>
    [one, ...others].map(({ target }) => target?.fusesProducts === true),
  );
  expect(found).toEqual([
    [false, false, false],
    [true, true, true],
  ]);
  return [plain, fused];
};

/** Ends the threads of families. */
export const endFamilies = (families: readonly Family[]): void => {
  for (const { others } of families) for (const backend of others) backend.endThreads();
};

/** Whether floats of 32 bits are computed: no other dtype has products with sums. */
export const hasSingles = ({ inputs, eqns }: Graph): boolean =>
  [...inputs, ...eqns.flatMap(({ outputs }) => outputs)].some(({ type }) => type.dtype === 'f32');

/** What a family computes, which is expected to be the same on every number of threads. */
export const runFamily = (
  { name, one, others }: Family,
  program: Program,
  arrays: readonly TypedArray[],
): TypedArray[] => {
  const results = runProgramSync(one, program, arrays);
  for (const backend of others) {
    runProgramSync(backend, program, arrays).forEach((array, k) => {
      const difference = mismatch(array, results[k]!);
      expect(difference, `${name}, ${backend.threads} threads, output ${k}`).toBeUndefined();
    });
  }
  return results;
};
