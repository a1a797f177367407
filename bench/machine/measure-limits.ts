/** What one thread of this engine reaches on this machine: multiply-adds and copies. */
import type { Limit } from '../running/results.ts';
import { type Sampling, sample } from '../running/sample.ts';
import { copyModule, flopsPerTurn, multiplyAddModule } from './limit-modules.ts';

type Run = (...numbers: number[]) => void;

const instantiate = (bytes: Uint8Array<ArrayBuffer>, memory: WebAssembly.Memory): Run => {
  const module = new WebAssembly.Module(bytes);
  return new WebAssembly.Instance(module, { memory: { memory } }).exports.run as Run;
};

/** The best of the samples: what the machine can do when nobody disturbs it. */
const leastOf = async (run: () => void, sampling: Sampling): Promise<number> =>
  Math.min(...(await sample(run, sampling)));

const turns = 20_000;
const multiplyAdds = async (relaxed: boolean, sampling: Sampling): Promise<Limit> => {
  const name = relaxed
    ? 'multiply-adds in vectors, fused (relaxed)'
    : 'multiply-adds in vectors, two instructions';
  const bytes = multiplyAddModule(relaxed);
  const unit = 'GFLOP/s';
  if (!WebAssembly.validate(bytes)) return { name, unit, message: 'this engine cannot' };
  const memory = new WebAssembly.Memory({ initial: 1 });
  const run = instantiate(bytes, memory);
  const least = await leastOf(() => run(turns), sampling);
  const [first] = new Float32Array(memory.buffer, 0, 1);
  // All chains go to 1.
  if (!(Math.abs((first ?? Number.NaN) - 10) < 0.1)) throw new Error(`the chains gave ${first}`);
  return { name, unit, value: (flopsPerTurn * turns) / least / 1e6 };
};

const copies = async (bytes: number, size: string, sampling: Sampling): Promise<Limit> => {
  const memory = new WebAssembly.Memory({ initial: Math.ceil((2 * bytes) / 65536) });
  const words = new Float32Array(memory.buffer);
  words.fill(1, 0, bytes / 4);
  const run = instantiate(copyModule(), memory);
  // Small copies are repeated, so that a sample is longer than the clock is coarse.
  const repeats = Math.max(1, Math.floor(2 ** 22 / bytes));
  const least = await leastOf(() => {
    for (let k = 0; k < repeats; k++) run(0, bytes, bytes);
  }, sampling);
  if (words[bytes / 4] !== 1 || words[bytes / 2 - 1] !== 1) throw new Error('nothing was copied');
  const value = (2 * bytes * repeats) / least / 1e6;
  return { name: `copies of ${size}, read and written`, unit: 'GB/s', value };
};

/** Measures the limits, those that shares are of first. */
export const measureLimits = async (sampling: Sampling): Promise<Limit[]> => [
  await multiplyAdds(true, sampling),
  await multiplyAdds(false, sampling),
  await copies(2 ** 26, '64 MiB', sampling),
  await copies(2 ** 22, '4 MiB', sampling),
  await copies(2 ** 18, '256 KiB', sampling),
];
