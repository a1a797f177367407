/** Backends whose threads share every kernel that they can, and always wait for each other. */
import { openWasmThreads, type WasmBackend } from '../../src/backends/wasm/index.ts';
import { type ThreadTuning, usualTuning } from '../../src/backends/wasm/threads/tuning.ts';

/**
 * Divides kernels of any size; no call goes on without a thread that is there. Threads sleep early:
 * tests run side by side, on fewer cores than there are threads.
 */
export const eager: ThreadTuning = {
  ...usualTuning,
  leastWork: 0,
  meetingSpins: 500,
  idleSpins: 500,
  patience: 20_000,
};

/** Opens a backend of so many threads; an error where there are fewer. */
export const openThreads = async (
  threads: number,
  options: { readonly vectors?: boolean; readonly mostBytes?: number } = {},
  how: Parameters<typeof openWasmThreads>[1] = {},
): Promise<WasmBackend> => {
  const backend = await openWasmThreads({ ...options, threads }, { tuning: eager, ...how });
  if (backend.threads !== threads) throw new Error(`${backend.threads} threads: no test of more`);
  return backend;
};
