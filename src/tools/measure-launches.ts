/**
 * Takes the time of every kernel of a plan by running it alone, as a program of one launch, on
 * made-up data. Works with every backend that compiles plans and waits for its results.
 */
import type { Backend, Storage } from '../backends/backend.ts';
import type { Graph } from '../ir/graph.ts';
import type { Kernel, Local } from '../ir/kernel.ts';
import type { Launch, Plan, PlanBuffer, Step } from '../ir/plan.ts';
import { allocate, type TensorType } from '../ir/types.ts';
import { shortestTime, type TimeBudget } from './shortest-time.ts';

/** What is spent on one kernel: enough for the engine to optimise it. */
const budget: TimeBudget = { milliseconds: 80, samples: 6 };

/**
 * A plan that runs one kernel: what it reads comes from inputs, what it writes goes to outputs in
 * the memory of further inputs. In its program it finds memory there, too.
 */
const planOf = ({ kernel }: Launch): Plan => {
  const inputs: TensorType[] = [];
  const results: Plan['results'][number][] = [];
  const donations: [input: number, output: number][] = [];
  const buffers = kernel.parameters.map(({ buffer, access }, id): PlanBuffer => {
    const { dtype, length } = buffer;
    const type: TensorType = { dtype, shape: [length] };
    if (access === 'read') {
      return { id, dtype, length, place: { kind: 'input', index: inputs.push(type) - 1 } };
    }
    const index = results.length;
    results.push({ type, source: { kind: 'output', index } });
    donations.push([inputs.push(type) - 1, index]);
    return { id, dtype, length, place: { kind: 'output', index } };
  });
  const counters = kernel.counters ?? [];
  const loops = counters.map((_, loop) => loop);
  const launches = [{ kernel, buffers, loops }];
  // A kernel inside of loops runs for all of their steps.
  const steps = counters.reduceRight<readonly Step[]>(
    (body, counter, loop) => [
      { kind: 'repeat', loop, count: stepsOfLoop(counter), reverse: false, body },
    ],
    [{ kind: 'launch', launch: 0 }],
  );
  const plan = { name: kernel.name, inputs, results, buffers, launches, steps };
  return { ...plan, donations, arenaBytes: 0 };
};
const stepsOfLoop = ({ range }: Local): number => (range?.[1] ?? 0) + 1;

/** Small positive numbers, so that no kernel meets denormals or NaN. */
const fill = (backend: Backend, { dtype, shape }: TensorType): Storage => {
  const data = allocate(dtype, shape[0] ?? 0);
  if (dtype !== 'bool') for (let k = 0; k < data.length; k++) data[k] = 1 / (1 + (k % 7));
  return backend.upload(data, dtype);
};

const measure = (kernelPlan: Plan, backend: Backend, graph: Graph): number => {
  const { donations } = kernelPlan;
  const donated = donations.map(([input]) => input);
  const executable = backend.compile({ graph, donated, plan: () => kernelPlan });
  const inputs = kernelPlan.inputs.map((type) => fill(backend, type));
  try {
    return shortestTime(() => {
      const results = executable.run(inputs);
      for (const [input, output] of donations) inputs[input] = results[output] as Storage;
    }, budget);
  } finally {
    for (const input of inputs) backend.free(input);
    executable.dispose();
  }
};

/**
 * The shortest time of one run of each launch in milliseconds; undefined where the backend runs in
 * the background. `graph` is the program's, for backends that want to see it.
 */
export const measureLaunches = (
  plan: Plan,
  backend: Backend,
  graph: Graph,
): (number | undefined)[] => {
  if (backend.downloadSync === undefined) return plan.launches.map(() => undefined);
  const known = new Map<Kernel, number>();
  return plan.launches.map((launch) => {
    const { kernel } = launch;
    const counters = kernel.counters ?? [];
    const runs = counters.reduce((product, counter) => product * stepsOfLoop(counter), 1);
    const time = known.get(kernel) ?? measure(planOf(launch), backend, graph) / runs;
    known.set(kernel, time);
    return time;
  });
};
