/**
 * Timing inside one process: warm-up, then rounds in turn, so that a machine whose speed drifts
 * slows all alike.
 */

/** One way of doing a task. */
export interface Contender {
  readonly name: string;
  run(): void;
}

/** The median time of each contender in milliseconds, and the least. */
export interface Timing {
  readonly name: string;
  readonly median: number;
  readonly least: number;
}

const warmUp = 300;
const rounds = 15;

/** Times contenders against each other: each runs for a while, then all in turn, `rounds` times. */
export const compare = (contenders: readonly Contender[]): Timing[] => {
  for (const { run } of contenders) {
    const end = performance.now() + warmUp;
    do run();
    while (performance.now() < end);
  }
  const times = contenders.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    contenders.forEach(({ run }, k) => {
      const begin = performance.now();
      run();
      (times[k] as number[]).push(performance.now() - begin);
    });
  }
  return contenders.map(({ name }, k) => {
    const sorted = (times[k] as number[]).sort((a, b) => a - b);
    return {
      name,
      median: sorted[rounds >> 1] as number,
      least: sorted[0] as number,
    };
  });
};

/**
 * Multiply-adds per millisecond of one thread of this engine: eight independent chains of doubles.
 */
export const multiplyAddLimit = (): number => {
  const count = 4_000_000;
  const run = (x: number): number => {
    let [a, b, c, d, e, f, g, h] = [0, 1, 2, 3, 4, 5, 6, 7];
    for (let k = 0; k < count; k++) {
      a = a * x + 1;
      b = b * x + 1;
      c = c * x + 1;
      d = d * x + 1;
      e = e * x + 1;
      f = f * x + 1;
      g = g * x + 1;
      h = h * x + 1;
    }
    return a + b + c + d + e + f + g + h;
  };
  let sum = 0;
  for (let k = 0; k < 5; k++) sum += run(0.5);
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k < 10; k++) {
    const begin = performance.now();
    sum += run(0.5 + k * 1e-3);
    least = Math.min(least, performance.now() - begin);
  }
  if (!Number.isFinite(sum)) throw new Error('the chains must converge');
  return (8 * count) / least;
};
