/** Products of many shapes, one dimension after the other: which are slow for their size? */
import type { Library } from '../libraries/library.ts';
import { type Sampling, sample } from '../running/sample.ts';
import { type CallCost, callCost } from './call-cost.ts';

/** The three dimensions of a product. */
export interface Shape {
  readonly m: number;
  readonly k: number;
  readonly n: number;
}
/** A shape and its time. */
export interface SweepPoint {
  readonly shape: Shape;
  /** The dimension that runs. */
  readonly along: keyof Shape;
  /** What the others are. */
  readonly others: number;
  /** Nanoseconds per multiply-add, at the best: of a call, from tensors to tensors. */
  readonly whole: number;
  /** The same without what the call of a program takes that computes nothing worth mentioning. */
  readonly program: number;
}
/** What a sweep saw. */
export interface Sweep {
  readonly points: readonly SweepPoint[];
  readonly call: CallCost | undefined;
}
/** A shape that has no time yet. */
export type SweepShape = Omit<SweepPoint, 'whole' | 'program'>;

const dimensions: readonly (keyof Shape)[] = ['m', 'k', 'n'];
const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, k) => first + k);
/** The next multiple of 16. */
export const alignedOf = (length: number): number => Math.ceil(length / 16) * 16;

/** The lengths that a dimension runs through, and the multiples of 16 they are held against. */
export const sweptLengths: readonly number[] = [
  ...new Set(
    [...range(1, 70), ...range(120, 136), ...range(250, 260)].flatMap((length) => [
      length,
      alignedOf(length),
    ]),
  ),
].sort((a, b) => a - b);

/** All shapes: each dimension in turn, the others 64 and 256. */
export const sweptShapes = (lengths: readonly number[] = sweptLengths): SweepShape[] =>
  [64, 256].flatMap((others) =>
    dimensions.flatMap((along) =>
      lengths.map((length) => {
        const shape = { m: others, k: others, n: others, [along]: length };
        return { shape, along, others };
      }),
    ),
  );

/** Milliseconds of the calls that one sample times: reading the clock must not count. */
const sampled = 0.02;

/** Times the shapes; those that look slow, and what they are held against, once more. */
export const sweep = async (
  library: Library,
  sampling: Sampling,
  shapes: readonly SweepShape[] = sweptShapes(),
): Promise<Sweep> => {
  /** Milliseconds, at the best. */
  const leastOf = async ({ m, k, n }: Shape): Promise<number> => {
    const runner = await library.make({ kind: 'matmul', m, k, n });
    const once = Math.min(...(await sample(() => runner.run(), { ...sampling, time: 0 })));
    const calls = Math.max(1, Math.ceil(sampled / once));
    if (calls === 1 || runner.run() instanceof Promise) {
      return Math.min(...(await sample(() => runner.run(), { ...sampling, warmUp: 0 })));
    }
    const run = runner.run as () => void;
    const repeat = (): void => {
      for (let k = 0; k < calls; k++) run();
    };
    return Math.min(...(await sample(repeat, { ...sampling, warmUp: 0 }))) / calls;
  };
  const each = ({ shape: { m, k, n } }: SweepShape): number => 1e6 / (m * k * n);
  const timed = async (one: SweepShape): Promise<SweepPoint> => {
    const whole = (await leastOf(one.shape)) * each(one);
    return { ...one, whole, program: whole };
  };
  const points: SweepPoint[] = [];
  for (const one of shapes) points.push(await timed(one));
  const suspects = new Set(slowShapes(points).flatMap(({ point, aligned }) => [point, aligned]));
  const confirmed: SweepPoint[] = [];
  for (const one of points) {
    const again = suspects.has(one) ? await timed(one) : one;
    confirmed.push(again.whole < one.whole ? again : one);
  }
  // Last, when the engine has optimised what all calls share.
  const call = await leastOf({ m: 1, k: 1, n: 1 });
  const withPrograms = confirmed.map((one) => ({
    ...one,
    program: Math.max(0, one.whole - call * each(one)),
  }));
  return { points: withPrograms, call: await callCost(library, sampling) };
};

/** A shape that is slow, and the shape that it is held against. */
export interface SlowShape {
  readonly point: SweepPoint;
  readonly aligned: SweepPoint;
  /** Whether its program is, and not only the call of it. */
  readonly isProgram: boolean;
}

/**
 * The shapes that take more than `factor` times as long per multiply-add as their neighbour, with
 * the call or without it.
 */
export const slowShapes = (points: readonly SweepPoint[], factor: number = 2): SlowShape[] =>
  points.flatMap((point) => {
    const wanted = alignedOf(point.shape[point.along]);
    const aligned = points.find(
      ({ along, others, shape }) =>
        along === point.along && others === point.others && shape[along] === wanted,
    );
    if (aligned === undefined) return [];
    const isProgram = point.program > factor * aligned.program;
    return isProgram || point.whole > factor * aligned.whole ? [{ point, aligned, isProgram }] : [];
  });
