/** Which factors of a contraction in panels are copied, and when its fold runs in parts. */
import { sizeOf } from '../ir/types.ts';
import type { Group } from './groups.ts';
import { extentsOf, type PanelAxes } from './panel-axes.ts';

/** Copies that are read less often than this are not worth making: of columns, and of rows. */
const [leastUses, leastRowUses] = [12, 64];
/** Neighbouring folded positions at most so far apart are read where they are. */
const [nearColumns, nearRows] = [128, 32];
/** What should stay in the second level cache while it is read again, in elements. */
export const mostInCache: number = 2 ** 18;
/** Folds of panels larger than this run in parts. */
const longestPanel = 2 ** 17;
/** About so many positions are a part. */
export const partLength = 256;

/** What is copied. */
export interface Copies {
  readonly ofColumns: boolean;
  /** Tiles of rows, each when it is needed; or all rows once, as they are the same all around. */
  readonly ofRows: boolean;
  readonly ofAllRows: boolean;
  /** Whether the fold runs in parts, each for some rows, whose sums are in memory. */
  readonly isInParts: boolean;
}

/** Chooses what is copied for rows and columns that are visited in blocks of columns. */
export const copiesOf = (
  group: Group,
  axes: PanelAxes,
  counts: {
    readonly rowCount: number;
    readonly columnCount: number;
    readonly blockColumns: number;
  },
): Copies => {
  const { rowCount, columnCount, blockColumns } = counts;
  const depth = sizeOf(group.inner);
  const uses = rowCount * sizeOf(extentsOf(group, axes.inside));
  const isNear = axes.foldStride <= nearColumns;
  const ofColumns = !axes.isInOrder || (uses >= leastUses && !isNear);
  const areRowsFar = axes.otherFoldStride > nearRows && depth >= nearRows;
  const around = sizeOf(extentsOf(group, axes.around));
  const panel = Math.min(columnCount, blockColumns) * depth;
  const isInParts = ofColumns && panel > longestPanel;
  const ofAllRows =
    areRowsFar &&
    axes.otherRests &&
    !isInParts &&
    around > 1 &&
    around * columnCount >= leastRowUses &&
    rowCount * depth <= mostInCache;
  const ofRows = areRowsFar && columnCount >= leastRowUses && rowCount > 1 && !ofAllRows;
  return { ofColumns, ofRows, ofAllRows, isInParts };
};
