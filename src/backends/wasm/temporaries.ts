/** Locals that stand for values on their way; they have no place in the kernel. */
import type { Local } from '../../ir/kernel.ts';
import type { LaneStrides } from '../../ir/lane-strides.ts';
import type { DType } from '../../ir/types.ts';

/** Where a value on its way is. */
interface Temporary {
  /** The first of its vectors. */
  readonly index: number;
  /** Whether that is the only one, for all vectors that stand side by side. */
  readonly isShared: boolean;
}

/** The numbers of the locals of kernels are positive. */
let next = -1;

/** A local that stands for nothing yet. */
export const newTemporary = (dtype: DType): Local => ({ kind: 'local', id: next--, dtype });

/** The values that are on their way in one lanes loop. */
export class Temporaries {
  readonly #known = new Map<number, Temporary>();
  readonly #strides: LaneStrides;
  constructor(strides: LaneStrides) {
    this.#strides = strides;
  }
  /** Where the value is that a local stands for. */
  find({ id }: Local): Temporary | undefined {
    return this.#known.get(id);
  }
  /** A local for a value in vectors. */
  name(dtype: DType, temporary: Temporary): Local {
    const local = newTemporary(dtype);
    this.#known.set(local.id, temporary);
    this.#strides.varies(local);
    return local;
  }
}
