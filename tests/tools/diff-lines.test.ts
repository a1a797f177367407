/** Differences between texts: both can be read back from them, and no shorter script exists. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffLines, matchSequences } from '../../src/tools/diff-lines.ts';

/** The length of a longest common subsequence, by the plain recurrence. */
const commonLength = (a: readonly string[], b: readonly string[]): number => {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const x of a) {
    const next = [0];
    b.forEach((y, k) => {
      next.push(x === y ? (row[k] ?? 0) + 1 : Math.max(row[k + 1] ?? 0, next[k] ?? 0));
    });
    row = next;
  }
  return row[b.length] ?? 0;
};

const sequence = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 14 });

test('matches are common, in order and as many as possible', () => {
  fc.assert(
    fc.property(sequence, sequence, (a, b) => {
      const pairs = matchSequences(a, b);
      let [lastA, lastB] = [-1, -1];
      for (const [i, j] of pairs) {
        expect(a[i]).toBe(b[j]);
        expect(i).toBeGreaterThan(lastA);
        expect(j).toBeGreaterThan(lastB);
        [lastA, lastB] = [i, j];
      }
      expect(pairs).toHaveLength(commonLength(a, b));
    }),
    { numRuns: 500 },
  );
});

test('both texts can be read from the differences', () => {
  fc.assert(
    fc.property(sequence, sequence, (a, b) => {
      const [before, after] = [a.join('\n'), b.join('\n')];
      const lines = diffLines(before, after);
      const without = (kind: string): string =>
        lines
          .filter((line) => line.kind !== kind)
          .map(({ text }) => text)
          .join('\n');
      expect(without('added')).toBe(before);
      expect(without('removed')).toBe(after);
    }),
  );
});

test('texts with nothing in common are replaced without exploring every way', () => {
  const many = (letter: string): string =>
    Array.from({ length: 20000 }, (_, k) => `${letter}${k}`).join('\n');
  const lines = diffLines(many('a'), many('b'));
  expect(lines).toHaveLength(40000);
  expect(lines[0]?.kind).toBe('removed');
  expect(lines[39999]?.kind).toBe('added');
});
