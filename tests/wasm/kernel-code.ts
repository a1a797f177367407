/** The code of kernels that are written by hand, and what it computes. */
import { expect } from 'vitest';
import type { WasmBackend } from '../../src/backends/wasm/index.ts';
import { parseKernel } from '../../src/ir/parse.ts';
import type { TypedArray } from '../../src/ir/types.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import { planOf, programOf, runKernel } from '../backends/run-kernel.ts';

/** The instructions of a kernel. */
export const linesOf = (wasm: WasmBackend, text: string): readonly string[] => {
  const { sources } = wasm.compile(programOf(planOf(parseKernel(text))));
  return sources.flatMap((source) => source.split('\n')).map((line) => line.trim());
};

/** Numbers whose products and sums are exact. */
const samples = (length: number, by: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length }, (_, k) => ((k * by) % 31) / 8 - 1.5);

/** Expects of a kernel what the reader of kernels computes. */
export const expectSame = (wasm: WasmBackend, text: string): void => {
  const kernel = parseKernel(text);
  const plan = planOf(kernel);
  const inputs = plan.inputs.map(({ shape, dtype }, k) =>
    dtype === 'f32' ? samples(shape[0] as number, 7 + 6 * k) : sampleData({ shape, dtype }, k + 1),
  );
  const executable = wasm.compile(programOf(plan));
  const storages = inputs.map((data, k) =>
    wasm.upload(data, (plan.inputs[k] as (typeof plan.inputs)[number]).dtype),
  );
  const results = executable.run(storages).map((one) => wasm.downloadSync?.(one) as TypedArray);
  expect(results).toEqual(runKernel(kernel, inputs));
  executable.dispose();
};
