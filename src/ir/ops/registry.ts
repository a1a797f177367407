/** All ops by name, for those who read IR text or test every op. */
import type { Op } from '../op.ts';
import * as branches from './branch.ts';
import * as constants from './constants.ts';
import * as contractions from './contractions.ts';
import * as cumulative from './cumulative.ts';
import * as custom from './custom.ts';
import * as division from './division.ts';
import * as dynamicSlices from './dynamic-slices.ts';
import * as elementwise from './elementwise.ts';
import * as factorizations from './factorizations.ts';
import * as indexing from './indexing.ts';
import * as linearSystems from './linear-systems.ts';
import * as logic from './logic.ts';
import * as random from './random.ts';
import * as reductions from './reductions.ts';
import * as regions from './regions.ts';
import * as scans from './scan.ts';
import * as special from './special.ts';
import * as trigonometry from './trigonometry.ts';
import * as views from './views.ts';
import * as whileLoops from './while-loop.ts';

type Families = typeof constants &
  typeof elementwise &
  typeof trigonometry &
  typeof special &
  typeof division &
  typeof logic &
  typeof views &
  typeof reductions &
  typeof cumulative &
  typeof factorizations &
  typeof linearSystems &
  typeof contractions &
  typeof indexing &
  typeof dynamicSlices &
  typeof random &
  typeof regions &
  typeof custom &
  typeof scans &
  typeof branches &
  typeof whileLoops;
/** The name of an op. */
export type OpName = {
  [K in keyof Families]: Families[K] extends Op ? K : never;
}[keyof Families];

const families = [
  constants,
  elementwise,
  trigonometry,
  special,
  division,
  logic,
  views,
  reductions,
  cumulative,
  factorizations,
  linearSystems,
  contractions,
  indexing,
  dynamicSlices,
  random,
  regions,
  custom,
  scans,
  branches,
  whileLoops,
];
/** All ops by name. */
export const registry: Readonly<Record<OpName, Op>> = Object.fromEntries(
  families.flatMap((family) =>
    Object.entries(family).filter(([, value]) => typeof value === 'function' && 'vjp' in value),
  ),
) as unknown as Record<OpName, Op>;
