/** Times of runs, on clocks that the tests move. */
import { afterEach, expect, test, vi } from 'vitest';
import { shortestTime } from '../../src/tools/shortest-time.ts';

afterEach(() => vi.unstubAllGlobals());

let clock = 0;
/** Lets `performance.now` show the clock, in ticks of so many milliseconds. */
const showClock = (tick?: number): void => {
  clock = 0;
  const now = (): number => (tick === undefined ? clock : Math.floor(clock / tick) * tick);
  vi.stubGlobal('performance', { now });
};

test('the best of several samples counts', () => {
  showClock();
  const times = [900, 300, 100, 500, 200, 400];
  let runs = 0;
  const run = (): void => {
    clock += times[runs++ % times.length] as number;
  };
  expect(shortestTime(run, { milliseconds: 1, samples: 6 })).toBe(100);
  expect(runs).toBe(6);
});

test('runs that are short for the clock share a sample', () => {
  showClock(1);
  const run = (): void => {
    clock += 0.068;
  };
  const time = shortestTime(run, { milliseconds: 100, samples: 3 });
  expect(time / 0.068).toBeGreaterThan(0.95);
  expect(time / 0.068).toBeLessThan(1.05);
});

test('after better code has come, some time is left for it to show', () => {
  showClock();
  let runs = 0;
  const run = (): void => {
    clock += runs++ < 20 ? 25 : 10;
  };
  expect(shortestTime(run, { milliseconds: 600, samples: 3 })).toBe(10);
  // It came at 510.
  expect(clock).toBeGreaterThanOrEqual(510 + 300);
});
