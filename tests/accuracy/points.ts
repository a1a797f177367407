/** Where functions are asked: the same points at every run, and the first of them are a sample. */
import type { Interval, Measured } from './measured-functions.ts';

const view = new DataView(new ArrayBuffer(8));
/** The place of a double among all doubles in ascending order. */
const rankOf = (x: number): bigint => {
  view.setFloat64(0, x);
  const bits = view.getBigInt64(0);
  return bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits;
};
const ofRank = (rank: bigint): number => {
  view.setBigInt64(0, rank < 0n ? -rank : rank);
  const size = view.getFloat64(0);
  return rank < 0n ? -size : size;
};

/** Numbers in [0, 1), the same sequence for the same name. */
const randomOf = (name: string): (() => number) => {
  let state = [...name].reduce(
    (hash, c) => Math.imul(hash ^ c.charCodeAt(0), 16777619),
    2166136261,
  );
  const word = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
  return () => (word() * 2 ** 21 + (word() >>> 11)) / 2 ** 53;
};

const largest = { f32: 3.4028234663852886e38, f64: Number.MAX_VALUE } as const;
/** The operands of a function at `count` points, one array per operand. */
export const pointsOf = (
  name: string,
  { domain, core, near }: Measured,
  dtype: 'f32' | 'f64',
  count: number,
): Float64Array[] => {
  const random = randomOf(name);
  const top = largest[dtype];
  const inside = (x: number, [low, high]: Interval): boolean => x >= low && x <= high;
  const draw = (way: number, operand: number): number => {
    const [whole, usual] = [domain[operand] as Interval, core[operand] as Interval];
    switch (way) {
      case 0: {
        // Every float of the domain is as likely as any other.
        const [low, high] = [rankOf(Math.max(whole[0], -top)), rankOf(Math.min(whole[1], top))];
        return ofRank(low + BigInt(Math.floor(random() * Number(high - low))));
      }
      case 1:
        return usual[0] + (usual[1] - usual[0]) * random();
      case 2: {
        const side = random() < 0.5 ? usual[0] : usual[1];
        return side * 2 ** (-30 * random());
      }
      default: {
        const centre = near[Math.floor(random() * near.length)] as number;
        const width = 2 ** (-50 * random()) * Math.max(Math.abs(centre), 1);
        return centre + (random() - 0.5) * width;
      }
    }
  };
  const points = domain.map(() => new Float64Array(count));
  for (let k = 0; k < count; ) {
    const way = k % 4;
    const drawn = domain.map((_, operand) => {
      const x = draw(way, operand);
      return dtype === 'f32' ? Math.fround(x) : x;
    });
    const isValid = drawn.every(
      (x, operand) =>
        x !== 0 &&
        (inside(x, domain[operand] as Interval) || inside(x, core[operand] as Interval)) &&
        // Poles of the gamma function.
        !(x < 0 && Number.isInteger(x) && (name === 'lgamma' || name === 'digamma')),
    );
    if (!isValid) continue;
    drawn.forEach((x, operand) => {
      (points[operand] as Float64Array)[k] = x;
    });
    k++;
  }
  return points;
};
