/**
 * A backend that computes nothing: it knows how long each plan takes on a machine of known speed
 * and moves a clock of its own forward.
 */
import { vi } from 'vitest';
import type { Backend, Storage } from '../../src/backends/backend.ts';
import type { Plan, Step } from '../../src/ir/plan.ts';
import { stepsInside } from '../../src/ir/plan.ts';
import { sizeOf } from '../../src/ir/types.ts';
import { memoryTraffic } from '../../src/tools/memory-traffic.ts';

/** How fast the machine is. */
export interface Speed {
  readonly flopsPerSecond: number;
  /** Bytes per second of working sets up to `cacheBytes`, and of others. */
  readonly cached: number;
  readonly uncached: number;
  readonly cacheBytes: number;
  /** Kernels of programs take so many times what the machine needs. */
  readonly slowness: number;
}

/** The machine, with the names of the plans that it compiled. */
export interface FakeMachine {
  readonly backend: Backend;
  readonly compiled: readonly string[];
}

const limitPlans = ['multiplyAdds', 'copy'];
const stepsOf = (steps: readonly Step[], visit: (step: Step, runs: number) => void, runs = 1) => {
  for (const step of steps) {
    visit(step, runs);
    const inner = step.kind === 'repeat' ? runs * step.count : runs;
    for (const body of stepsInside(step)) stepsOf(body, visit, inner);
  }
};

/** Makes a machine; `performance.now` tells its time until `vi.unstubAllGlobals` is called. */
export const fakeMachine = (speed: Speed): FakeMachine => {
  const { flopsPerSecond, cached, uncached, cacheBytes, slowness } = speed;
  let clock = 0;
  vi.stubGlobal('performance', { now: () => clock });
  const secondsOf = (plan: Plan): number => {
    let seconds = 0;
    stepsOf(plan.steps, (step, runs) => {
      if (step.kind !== 'launch') return;
      const { kernel } = plan.launches[step.launch] as Plan['launches'][number];
      const { bytesRead, bytesWritten, workingSet } = memoryTraffic(kernel);
      const bytesPerSecond = workingSet <= cacheBytes ? cached : uncached;
      const memory = (bytesRead + bytesWritten) / bytesPerSecond;
      seconds += runs * Math.max(kernel.flops / flopsPerSecond, memory);
    });
    return seconds * (limitPlans.includes(plan.name) ? 1 : slowness);
  };
  const compiled: string[] = [];
  const backend: Backend = {
    name: 'fake',
    compile: (program) => {
      const plan = program.plan();
      compiled.push(plan.name);
      const milliseconds = 1000 * secondsOf(plan);
      return {
        sources: plan.launches.map(({ kernel }) => `// ${kernel.name}`),
        run: (inputs) => {
          clock += milliseconds;
          const sources = new Map(plan.donations.map(([input, output]) => [output, input]));
          return plan.results.map(({ type, source }): Storage => {
            const input = source.kind === 'input' ? source.index : sources.get(source.index);
            const { dtype, shape } = type;
            return inputs[input ?? -1] ?? { dtype, length: sizeOf(shape) };
          });
        },
        dispose: () => {},
      };
    },
    upload: (data, dtype) => ({ dtype, length: data.length }),
    download: async () => new Float32Array(0),
    downloadSync: () => new Float32Array(0),
    free: () => {},
  };
  return { backend, compiled };
};
