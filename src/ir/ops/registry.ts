/** All ops by name, for those who read IR text or test every op. */
import type { Op } from '../op.ts';
import * as constants from './constants.ts';
import * as contractions from './contractions.ts';
import * as elementwise from './elementwise.ts';
import * as indexing from './indexing.ts';
import * as logic from './logic.ts';
import * as random from './random.ts';
import * as reductions from './reductions.ts';
import * as regions from './regions.ts';
import * as views from './views.ts';

type Families = typeof constants &
  typeof elementwise &
  typeof logic &
  typeof views &
  typeof reductions &
  typeof contractions &
  typeof indexing &
  typeof random &
  typeof regions;
/** The name of an op. */
export type OpName = {
  [K in keyof Families]: Families[K] extends Op ? K : never;
}[keyof Families];

const families = [
  constants,
  elementwise,
  logic,
  views,
  reductions,
  contractions,
  indexing,
  random,
  regions,
];
/** All ops by name. */
export const registry: Readonly<Record<OpName, Op>> = Object.fromEntries(
  families.flatMap((family) =>
    Object.entries(family).filter(([, value]) => typeof value === 'function' && 'vjp' in value),
  ),
) as unknown as Record<OpName, Op>;
