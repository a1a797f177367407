/** Where results are, for every way in which a plan may say it. */
import { expect, test } from 'vitest';
import { inputsToCopy, placeResults } from '../../src/backends/place-results.ts';
import type { Plan } from '../../src/ir/plan.ts';

const placesOf = (
  sources: readonly string[],
  donations: Plan['donations'],
  donated: readonly number[],
): string[] => {
  const results = sources.map((text) => {
    const kind = text[0] === 'i' ? 'input' : 'output';
    return { type: { dtype: 'f32', shape: [] }, source: { kind, index: Number(text.slice(1)) } };
  }) as unknown as Plan['results'];
  return placeResults({ results, donations }, donated).map((place) =>
    Object.values(place).join(' '),
  );
};

test('results are fresh, moved, copied, taken over or repeated', () => {
  expect(placesOf(['o0', 'o1'], [], [])).toEqual(['fresh 0', 'fresh 1']);
  expect(placesOf(['o0', 'o0'], [], [])).toEqual(['fresh 0', 'repeated 0']);
  expect(placesOf(['i0', 'i0'], [], [])).toEqual(['copied 0', 'copied 0']);
  // A donated argument can be moved once.
  expect(placesOf(['i0', 'i0', 'i1'], [], [0])).toEqual(['moved 0', 'copied 0', 'copied 1']);
  expect(placesOf(['o0', 'i1', 'o0'], [[0, 0]], [0, 1])).toEqual([
    'takenOver 0 0',
    'moved 1',
    'repeated 0',
  ]);
  // What a kernel overwrites is copied before.
  expect(placesOf(['o0', 'i0'], [[0, 0]], [0])).toEqual(['takenOver 0 0', 'copied 0']);
});

test('a tensor given twice is copied where it is donated', () => {
  const [a, b] = [{}, {}];
  expect(inputsToCopy([a, b], [0])).toEqual([]);
  expect(inputsToCopy([a, a], [0])).toEqual([0]);
  expect(inputsToCopy([a, a], [])).toEqual([]);
});
