/** Tiles of products in registers: no wider than these allow, and all columns are in one. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PanelTile, panelTile } from '../../src/passes/panel-tile.ts';
import { vectorTarget } from './vector-target.ts';

const [few, many] = [2 ** 20, 2 ** 28];
/** The widths of tiles and how many there are of each. */
const widthsFor = (columns: number, products: number, keepsOrder = true): string =>
  panelTile(vectorTarget(keepsOrder), { rows: 64, columns, products })
    .widths.map(({ length, count }) => `${count} x ${length}`)
    .join(', ');
const vectorsOf = ({ widths }: PanelTile): number =>
  widths.reduce((sum, { length, count }) => sum + length * count, 0);

describe('tiles', () => {
  test.each([
    // One width leaves nothing.
    [24, '1 x 6', '1 x 6'],
    [120, '5 x 6', '5 x 6'],
    [260, '13 x 5', '13 x 5'],
    [20, '1 x 5', '1 x 5'],
    [16, '1 x 4', '1 x 4'],
    [10, '1 x 3', '1 x 3'],
    // Four vectors leave nothing, and six are worth another width for many products.
    [32, '2 x 4', '1 x 6, 1 x 2'],
    [256, '16 x 4', '10 x 6, 1 x 4'],
    [512, '32 x 4', '21 x 6, 1 x 2'],
    // No width is enough.
    [84, '3 x 6, 1 x 3', '3 x 6, 1 x 3'],
    [36, '1 x 6, 1 x 3', '1 x 6, 1 x 3'],
    [28, '1 x 4, 1 x 3', '1 x 4, 1 x 3'],
    [52, '1 x 5, 2 x 4', '1 x 5, 2 x 4'],
  ])('of %i columns', (columns, forFew, forMany) => {
    expect(widthsFor(columns, few)).toBe(forFew);
    expect(widthsFor(columns, many)).toBe(forMany);
  });
  test('are of four vectors where engines do not keep the order of instructions', () => {
    expect(widthsFor(24, many, false)).toBe('1 x 4, 1 x 2');
    expect(widthsFor(512, many, false)).toBe('32 x 4');
  });
  test.each([
    [256, '11 x 6'],
    [255, '11 x 6'],
    [512, '22 x 6'],
    [188, '8 x 6'],
    // Of those that are four vectors without a rest, one of 32 would be too many.
    [128, '8 x 4'],
    // Where there would be two widths, one of six.
    [84, '4 x 6'],
    [36, '2 x 5'],
    [28, '2 x 4'],
    [52, '3 x 5'],
    // Nothing is left over.
    [240, '10 x 6'],
    [260, '13 x 5'],
  ])('of %i columns, some of which may be computed twice', (columns, expected) => {
    for (const repeats of ['tiles', 'blocks'] as const) {
      const size = { rows: 64, columns, products: few, repeats };
      const tile = panelTile(vectorTarget(true), size);
      const [run] = tile.widths;
      expect(tile.widths.map(({ length, count }) => `${count} x ${length}`)).toEqual([expected]);
      const isMore = run!.length * run!.count * 4 >= columns + 4;
      expect(tile.repeats).toBe(isMore ? repeats : undefined);
      // Two widths are as fast, and worth their code.
      expect(panelTile(vectorTarget(true), { ...size, products: many }).repeats).toBeUndefined();
      expect(panelTile(vectorTarget(false), size).repeats).toBeUndefined();
    }
  });
  test.each([
    // A fiftieth of a program is worth the usual width only.
    [24, 1 / 50, '2 x 3'],
    [256, 1 / 50, '16 x 4'],
    [240, 1 / 50, '15 x 4'],
    // Of less there are few sums, in one width if there is one.
    [24, 1 / 400, '3 x 2'],
    [84, 1 / 400, '7 x 3'],
    [10, 1 / 400, '1 x 3'],
    [4, 1 / 400, '1 x 1'],
    [44, 1 / 400, '5 x 2, 1 x 1'],
  ])('of %i columns that are %f of a program', (columns, share, expected) => {
    const tile = panelTile(vectorTarget(true), { rows: 64, columns, products: few, share });
    expect(tile.widths.map(({ length, count }) => `${count} x ${length}`).join(', ')).toBe(
      expected,
    );
    expect(tile.heights(2)[0]).toBe(share === 1 / 400 ? 2 : 4);
  });
  test('have registers for their sums, elements or columns, and one of the others', () => {
    const size = fc.integer({ min: 1, max: 400 });
    fc.assert(
      fc.property(
        size,
        size,
        fc.constantFrom(few, many),
        fc.boolean(),
        fc.constantFrom('tiles', 'blocks', undefined),
        fc.constantFrom(1, 1 / 100, 1 / 1000),
        (rows, columns, products, keepsOrder, repeats, share) => {
          const size = { rows, columns, products, share, repeats } as const;
          const tile = panelTile(vectorTarget(keepsOrder), size);
          const vectors = Math.ceil(columns / 4);
          const twice = vectorsOf(tile) - vectors;
          expect(twice).toBeGreaterThanOrEqual(0);
          const isRepeated = tile.repeats !== undefined;
          // Of narrow tiles one vector may be left.
          const most = share < 1 / 400 ? 1 : vectors / (vectors % 4 === 0 ? 24 : 6);
          expect(twice).toBeLessThanOrEqual(isRepeated ? most : 0);
          let from = 0;
          for (const run of tile.widths) {
            const most = Math.min(rows, tile.heights(run.length)[0]);
            expect(run.length * most + Math.min(run.length, most) + 1).toBeLessThanOrEqual(15);
            expect(run.from).toBe(from);
            from += run.length * run.count;
          }
        },
      ),
    );
  });
});
