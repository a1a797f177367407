/** Rows of a contraction that are copied once, before all tiles read them. */
import type { Expr } from '../ir/kernel.ts';
import type { Shape } from '../ir/types.ts';
import type { PanelReader, Panels } from './pack-panels.ts';
import type { PanelTile } from './panel-tile.ts';
import { nearlyEqualTiles, plus, type TileRun } from './tile-steps.ts';

/** Tiles of one height, and how their panel is read. */
export interface CopiedRows extends TileRun {
  readonly panel: PanelReader;
}

/** Copies all rows in tiles as each width of columns wants them; by that width, in vectors. */
export const copyRows = (
  newPanels: () => Panels,
  count: number,
  positions: Shape,
  { widths, heights: heightsOf }: PanelTile,
  read: (row: Expr, at: readonly Expr[]) => Expr,
): ReadonlyMap<number, readonly CopiedRows[]> => {
  const byHeights = new Map<string, readonly CopiedRows[]>();
  const byVectors = new Map<number, readonly CopiedRows[]>();
  for (const { length: vectors } of widths) {
    const heights = heightsOf(vectors);
    const key = heights.join();
    const copied =
      byHeights.get(key) ??
      nearlyEqualTiles(count, ...heights).map((run) => {
        const shape = { tiles: run.count, width: run.length, positions };
        const panel = newPanels().pack(shape, (row, at) => read(plus(row, run.from), at));
        return { ...run, panel };
      });
    byHeights.set(key, copied);
    byVectors.set(vectors, copied);
  }
  return byVectors;
};
