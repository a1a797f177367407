/**
 * Times contenders in one process that calls one after the other: a machine whose speed changes
 * from second to second is the same for neighbours.
 */
import type { Contender } from '../contenders.ts';
import type { Library, Runner } from '../libraries/library.ts';
import { digits } from '../report/format.ts';
import { comparedResults } from './compared-results.ts';
import { firstLine, type InTurn } from './messages.ts';
import { differenceOfAll } from './statistics.ts';

/** What one contender took: milliseconds per call, by the number of the turn. */
export interface Turns {
  readonly contender: string;
  readonly times: readonly number[];
  /** Why it has none. */
  readonly refused?: string | undefined;
}

/** Short calls are made several times, so that the clock does not count. */
const leastMilliseconds = 0.2;

const timeOf = async (runner: Runner, calls: number): Promise<number> => {
  const start = performance.now();
  for (let k = 0; k < calls; k++) {
    const running = runner.run();
    if (running instanceof Promise) await running;
  }
  return (performance.now() - start) / calls;
};

/** Times some work by all contenders in turn, from the last to the first in every other round. */
export const inTurn = async (
  { contenders, reference, work, tolerance, sampling }: Omit<InTurn, 'kind'>,
  open: (contender: Contender) => Promise<Library>,
): Promise<Turns[]> => {
  const { warmUp, time, fewest } = sampling;
  const right = await comparedResults(await (await open(reference)).make(work));
  const results: Turns[] = [];
  const ready: { runner: Runner; times: number[]; calls: number }[] = [];
  for (const contender of contenders) {
    const times: number[] = [];
    try {
      const runner = await (await open(contender)).make(work);
      await timeOf(runner, 1);
      const by = differenceOfAll(right, await comparedResults(runner));
      if (!(by <= tolerance)) {
        results.push({ contender: contender.name, times, refused: `differs by ${digits(by)}` });
        continue;
      }
      const calls = Math.ceil(leastMilliseconds / Math.max(1e-6, await timeOf(runner, 2)));
      ready.push({ runner, times, calls: Math.max(1, calls) });
      results.push({ contender: contender.name, times });
    } catch (error) {
      results.push({ contender: contender.name, times, refused: firstLine(error) });
    }
  }
  const round = async (isReversed: boolean, takes: boolean): Promise<void> => {
    for (const { runner, times, calls } of isReversed ? ready.toReversed() : ready) {
      const taken = await timeOf(runner, calls);
      if (takes) times.push(taken);
    }
  };
  const roundsFor = async (milliseconds: number, least: number, takes: boolean): Promise<void> => {
    const end = performance.now() + milliseconds * ready.length;
    for (let k = 0; k < least || performance.now() < end; k++) await round(k % 2 === 1, takes);
  };
  if (ready.length > 0) {
    await roundsFor(warmUp, 1, false);
    await roundsFor(time, fewest, true);
  }
  return results;
};
