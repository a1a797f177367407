/** What a call of a compiled program costs beside what the program does. */
import type { Library } from '../libraries/library.ts';
import { type Sampling, sample } from '../running/sample.ts';

/** Microseconds, at the best. */
export interface CallCost {
  /** A call of a compiled function with tensors, to a result that is disposed of. */
  readonly whole: number;
  /** The WebAssembly function in it alone; undefined where the library has called none. */
  readonly bare: number | undefined;
}

/** Calls per sample: a clock is read once for all of them. */
const together = 1000;
/** Microseconds of one call. */
const leastOf = async (run: () => unknown, sampling: Sampling): Promise<number> => {
  const samples = await sample(() => {
    for (let k = 0; k < together; k++) run();
  }, sampling);
  return (1000 * Math.min(...samples)) / together;
};

/**
 * Times a product of two numbers. The function is called with addresses that nobody has given it,
 * where it overwrites what was there: nothing else can be done with the library afterwards.
 * Undefined for libraries whose calls return before they have computed.
 */
export const callCost = async (
  library: Library,
  sampling: Sampling,
): Promise<CallCost | undefined> => {
  const { Instance } = WebAssembly;
  let run: ((...addresses: number[]) => unknown) | undefined;
  WebAssembly.Instance = new Proxy(Instance, {
    construct: (target, [module, imports]) => {
      const instance = new target(module, imports);
      if (typeof instance.exports.run === 'function') run = instance.exports.run as typeof run;
      return instance;
    },
  });
  try {
    // A shape that nothing else has, so that it is compiled here.
    const runner = await library.make({ kind: 'matmul', m: 1, k: 2, n: 1 });
    if (runner.run() instanceof Promise) return undefined;
    const whole = await leastOf(() => runner.run(), sampling);
    if (run === undefined) return { whole, bare: undefined };
    const call = run;
    const bare = await leastOf(() => call(1024, 2048, 4096), sampling);
    return { whole, bare };
  } finally {
    WebAssembly.Instance = Instance;
  }
};
