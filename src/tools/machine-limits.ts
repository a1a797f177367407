/**
 * What a backend reaches on this machine at the best: multiply-adds per second, and bytes copied
 * per second, by how many they are. Measured when first asked for, with programs of its own.
 */
import type { Backend, Storage } from '../backends/backend.ts';
import type { Graph } from '../ir/graph.ts';
import type { Plan } from '../ir/plan.ts';
import { allocate, type TypedArray } from '../ir/types.ts';
import { copyPlan, multiplyAddPlan } from './limit-plans.ts';
import { shortestTime, type TimeBudget } from './shortest-time.ts';

/** How fast copies are whose source and target are so long together. */
export interface CopyLimit {
  readonly bytes: number;
  /** Bytes read and bytes written. */
  readonly bytesPerSecond: number;
}

/** The limits that programs are held against. */
export interface MachineLimits {
  /** Floating point operations per second, two for a multiply-add in f32. */
  readonly flopsPerSecond: number;
  /** Copies of some sizes, smallest first: at least one. */
  readonly copies: readonly CopyLimit[];
}

/** The sizes of copies: the smallest fits any first cache, the largest leaves most last ones. */
const sizes: readonly number[] = [2 ** 14, 2 ** 17, 2 ** 20, 2 ** 23, 2 ** 26];
/** Short copies are repeated until they have moved so much. */
const bytesOfRun = 2 ** 22;

/** Together about a tenth of a second, however many sizes are asked for. */
const arithmeticBudget: TimeBudget = { milliseconds: 40, samples: 3 };
const copyBudget: TimeBudget = { milliseconds: 12, samples: 3 };

/** Chains x + x * factor shrink slowly; they do not get so small that arithmetic slows down. */
const factor = -1e-4;

/** The size of the copy that memory of so many bytes is held against: the largest no larger. */
export const copySizeFor = (bytes: number): number =>
  sizes.reduce((best, size) => (size <= bytes ? size : best));

const noGraph: Graph = { name: 'limit', inputs: [], eqns: [], outputs: [] };

/** Milliseconds of a plan whose second argument becomes its result. */
const timeOf = (backend: Backend, plan: Plan, budget: TimeBudget): number => {
  const executable = backend.compile({ graph: noGraph, donated: [1], plan: () => plan });
  const arrays = new Map<number, TypedArray>();
  const [source, target] = plan.inputs.map(({ dtype, shape }): Storage => {
    const length = shape[0] as number;
    const data = arrays.get(length) ?? allocate(dtype, length).fill(factor);
    arrays.set(length, data);
    return backend.upload(data, dtype);
  }) as [Storage, Storage];
  let result = target;
  try {
    return shortestTime(() => {
      [result] = executable.run([source, result]) as [Storage];
    }, budget);
  } finally {
    backend.free(source);
    backend.free(result);
    executable.dispose();
  }
};

/** What is known of the limits of one backend. */
class LimitsOfBackend {
  readonly #backend: Backend;
  readonly #copies = new Map<number, CopyLimit>();
  #flopsPerSecond: number | undefined;
  constructor(backend: Backend) {
    this.#backend = backend;
  }
  get flopsPerSecond(): number {
    const { target = {} } = this.#backend;
    const plan = multiplyAddPlan(target);
    const flops = plan.launches.reduce((sum, { kernel }) => sum + kernel.flops, 0);
    this.#flopsPerSecond ??= (1000 * flops) / timeOf(this.#backend, plan, arithmeticBudget);
    return this.#flopsPerSecond;
  }
  copy(bytes: number): CopyLimit {
    const known = this.#copies.get(bytes);
    if (known !== undefined) return known;
    const runs = Math.max(1, bytesOfRun / bytes);
    const plan = copyPlan(this.#backend.target ?? {}, bytes, runs);
    const seconds = timeOf(this.#backend, plan, copyBudget) / 1000;
    const limit = { bytes, bytesPerSecond: (bytes * runs) / seconds };
    this.#copies.set(bytes, limit);
    return limit;
  }
}

const known = new WeakMap<Backend, LimitsOfBackend>();

/**
 * The limits of a backend for launches that touch so many bytes each: copies are measured that are
 * no larger, so nothing takes more memory than the launches do. Every number is measured once per
 * backend. It has to be one that waits for its results.
 */
export const machineLimits = (backend: Backend, workingSets: readonly number[]): MachineLimits => {
  const limits = known.get(backend) ?? new LimitsOfBackend(backend);
  known.set(backend, limits);
  const wanted = [...new Set(workingSets.map(copySizeFor))].sort((a, b) => a - b);
  return {
    flopsPerSecond: limits.flopsPerSecond,
    copies: wanted.map((bytes) => limits.copy(bytes)),
  };
};
