/** The target of vectors in registers that tests of tiles ask about. */
import type { Target } from '../../src/ir/target.ts';

/** Four lanes, sixteen registers, products fused; engines may keep the order of instructions. */
export const vectorTarget = (keepsOrder: boolean): Target => ({
  lanes: 4,
  joined: 1,
  fusesProducts: true,
  keepsOrder,
  tile: { rows: 2, vectors: 4 },
});
