/** Tiles of products in registers: no wider than these allow, and such that nothing is left over. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Target } from '../../src/ir/target.ts';
import { panelTile } from '../../src/passes/panel-tile.ts';

const target = (keepsOrder: boolean): Target => ({
  lanes: 4,
  joined: 1,
  fusesProducts: true,
  keepsOrder,
  tile: { rows: 2, vectors: 4 },
});
const vectorsFor = (columns: number, keepsOrder: boolean, rows = 64): number =>
  panelTile(target(keepsOrder), rows, columns).vectors;

describe('a tile', () => {
  test.each([20, 40, 60, 120, 260])('of five vectors leaves nothing of %i columns', (columns) => {
    expect(vectorsFor(columns, true)).toBe(5);
    expect(vectorsFor(columns, false)).toBe(4);
  });
  test.each([16, 80, 84, 128, 257])('of four is as good for %i columns', (columns) => {
    expect(vectorsFor(columns, true)).toBe(4);
  });
  test('has registers for its sums, two elements and a vector of columns', () => {
    const size = fc.integer({ min: 1, max: 400 });
    fc.assert(
      fc.property(size, size, fc.boolean(), fc.boolean(), (rows, columns, keepsOrder, isTall) => {
        const { vectors, heights } = panelTile(target(keepsOrder), rows, columns, isTall);
        const most = Math.min(rows, heights(vectors)[0]);
        expect(vectors * most + Math.min(vectors, most) + 1).toBeLessThanOrEqual(15);
        expect(vectors).toBeLessThanOrEqual(Math.ceil(columns / 4));
      }),
    );
  });
});
