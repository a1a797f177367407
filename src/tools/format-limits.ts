/** How reports write the limits of a machine. */
import { formatBytes, formatQuantity } from './format-quantity.ts';
import type { MachineLimits } from './machine-limits.ts';

/** `41.2 GFLOP/s, copies 76.1 GB/s in 16.4 kB and 6.50 GB/s in 67.1 MB`. */
export const formatLimits = ({ flopsPerSecond, copies }: MachineLimits): string => {
  const speeds = copies.map(
    ({ bytes, bytesPerSecond }) =>
      `${formatQuantity(bytesPerSecond, 'B/s')} in ${formatBytes(bytes)}`,
  );
  const last = speeds.pop() ?? '';
  const list = speeds.length === 0 ? last : `${speeds.join(', ')} and ${last}`;
  return `${formatQuantity(flopsPerSecond, 'FLOP/s')}, copies ${list}`;
};
