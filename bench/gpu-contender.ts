/** Timing of work that a device does: after a warm-up, rounds in turn, each waited for. */

/** One way of doing a task. */
export interface GpuContender {
  readonly name: string;
  /** Does the task once and waits for the device. */
  run(): Promise<void>;
  /** The result of the task, for comparison. */
  result(): Promise<ArrayLike<number>>;
}
/** A task and what it moves or computes; 0 where that is not what it costs. */
export interface GpuTask {
  readonly name: string;
  readonly multiplyAdds: number;
  /** Bytes read and written at least. */
  readonly bytes: number;
  /** How far results may be apart, relative to the largest element. */
  readonly tolerance: number;
  readonly contenders: readonly (() => Promise<GpuContender>)[];
}
/** What was seen of a contender; an error where it could not do the task. */
export interface GpuTiming {
  readonly name: string;
  readonly median: number;
  readonly least: number;
  readonly error?: string;
}

/** The largest difference of two results, relative to the largest element. */
export const difference = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let [most, scale] = [0, 0];
  for (let k = 0; k < a.length; k++) {
    const [x, y] = [a[k] as number, b[k] as number];
    const apart = Math.abs(x - y);
    // NaN is a difference, too.
    most = apart <= most ? most : apart;
    scale = Math.max(scale, Math.abs(x), Math.abs(y));
  }
  return scale === 0 ? most : most / scale;
};

const describe = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]?.slice(0, 100) ?? '';

/** Times the contenders of a task in turn; whoever computes something else is told so. */
export const compareOnGpu = async (task: GpuTask, rounds: number): Promise<GpuTiming[]> => {
  const names: string[] = [];
  const ready: (GpuContender | undefined)[] = [];
  const errors: (string | undefined)[] = [];
  let expected: ArrayLike<number> | undefined;
  for (const make of task.contenders) {
    let contender: GpuContender | undefined;
    try {
      contender = await make();
      const result = await contender.result();
      expected ??= result;
      const apart = difference(expected, result);
      if (!(apart <= task.tolerance)) {
        throw new Error(`its result differs by ${apart.toExponential(1)}`);
      }
      await contender.run();
      await contender.run();
      ready.push(contender);
      errors.push(undefined);
    } catch (error) {
      ready.push(undefined);
      errors.push(describe(error));
    }
    names.push(contender?.name ?? `contender ${names.length + 1}`);
  }
  const times = ready.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [k, contender] of ready.entries()) {
      if (contender === undefined) continue;
      const begin = performance.now();
      await contender.run();
      times[k]?.push(performance.now() - begin);
    }
  }
  return names.map((name, k) => {
    const sorted = (times[k] ?? []).sort((a, b) => a - b);
    const error = errors[k];
    const [median = Number.NaN, least = Number.NaN] = [sorted[rounds >> 1], sorted[0]];
    return error === undefined ? { name, median, least } : { name, median, least, error };
  });
};
