/**
 * What a step costs the host: the time that calls of a compiled step take before they return, by
 * the number of dispatches of the step and by how many steps run ahead of the last reading.
 */
import { jit, matmul, type Tensor, tensor, toBackend } from 'gradloom';
import type { Machine } from './open-gpu.ts';

/** The times of one way of running. */
export interface HostTime {
  readonly launches: number;
  readonly dispatches: number;
  /** Steps between two readings. */
  readonly ahead: number;
  /** The median time of a call, in milliseconds. */
  readonly call: number;
  /** The same until everything was read, per step. */
  readonly total: number;
}

type Square = Tensor<[16, 16]>;
const values = Float32Array.from({ length: 256 }, (_, k) => (k % 17 === 0 ? 1 : 0));

const measure = async (
  { backend, counts }: Machine,
  launches: number,
  steps: number,
): Promise<HostTime[]> => {
  const product = jit(
    (x: Square, w: Square): Square => {
      let y = x;
      for (let k = 0; k < launches; k++) y = matmul(y, w);
      return y;
    },
    { donate: [0], backend },
  );
  const w = (await toBackend(tensor(values, { shape: [16, 16] }), backend)) as Square;
  let x = (await toBackend(tensor(values, { shape: [16, 16] }), backend)) as Square;
  x = product(x, w);
  await x.data();
  const times: HostTime[] = [];
  for (const ahead of [1, 5, 20]) {
    for (let k = 0; k < 2 * ahead; k++) x = product(x, w);
    await x.data();
    const before = counts.dispatches;
    const calls: number[] = [];
    const begin = performance.now();
    for (let done = 0; done < steps; done += ahead) {
      for (let k = 0; k < ahead; k++) {
        const start = performance.now();
        x = product(x, w);
        calls.push(performance.now() - start);
      }
      await x.data();
    }
    const total = (performance.now() - begin) / calls.length;
    const dispatches = (counts.dispatches - before) / calls.length;
    const sorted = calls.sort((a, b) => a - b);
    times.push({ launches, dispatches, ahead, call: sorted[sorted.length >> 1] ?? 0, total });
  }
  return times;
};

/** Steps of 10, 40 and 160 launches, each 1, 5 and 20 steps ahead. */
export const hostTimes = async (machine: Machine, steps = 200): Promise<HostTime[]> => {
  const times: HostTime[] = [];
  for (const launches of [10, 40, 160]) times.push(...(await measure(machine, launches, steps)));
  return times;
};

/** How much more a dispatch may cost in a longer step, or further ahead, before it is a fault. */
const mostGrowth = 2.5;

/** What is wrong with the times; nothing where they grow with dispatches and with nothing else. */
export const hostFaults = (times: readonly HostTime[]): string[] => {
  const perDispatch = ({ call, dispatches }: HostTime): number => call / dispatches;
  const faults: string[] = [];
  for (const one of times) {
    const shorter = times.find(({ ahead }) => ahead === one.ahead);
    if (shorter !== undefined && perDispatch(one) > mostGrowth * perDispatch(shorter)) {
      faults.push(`a dispatch of a step of ${one.launches} costs more than in a shorter step`);
    }
    const nearer = times.find(({ launches }) => launches === one.launches);
    if (nearer !== undefined && one.call > mostGrowth * nearer.call) {
      faults.push(`a step of ${one.launches} costs more ${one.ahead} steps ahead`);
    }
  }
  return faults;
};
