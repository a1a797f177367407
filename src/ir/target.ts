/** What a plan is made for: backends say it, the passes that write and place kernels read it. */

/** A machine that runs many workgroups of invocations, with memory that a workgroup shares. */
export interface WorkgroupTarget {
  /** The most invocations of a workgroup. */
  readonly invocations: number;
  /** The memory that a workgroup shares, in bytes. */
  readonly memory: number;
  /** How many workgroups it takes to keep the machine busy. */
  readonly busy: number;
  /**
   * So many invocations of neighbouring numbers, a power of two, can shuffle what they have without
   * waiting for the workgroup; undefined where none can.
   */
  readonly subgroup?: number | undefined;
}

/** What the passes must know of a machine; nothing is known of a sequential one. */
export interface Target {
  /** How many f32 a vector holds; 1 unless given. */
  readonly lanes?: number | undefined;
  /** So many vectors side by side, a power of two, share a register and a step; 1 unless given. */
  readonly joined?: number | undefined;
  /** Whether a product is added in one instruction, which rounds once. */
  readonly fusesProducts?: boolean | undefined;
  /**
   * Whether instructions run in the order in which they are written, so that long stretches without
   * a branch do not take more registers than they need at any one time.
   */
  readonly keepsOrder?: boolean | undefined;
  /**
   * The tile of a matrix product whose sums fit the vector registers: so many elements of one
   * factor by so many vectors of the other; 4 x 2 unless given.
   */
  readonly tile?: { readonly rows: number; readonly vectors: number } | undefined;
  readonly workgroup?: WorkgroupTarget | undefined;
  /** An arena must not be longer than this, in bytes; where more is needed, there are several. */
  readonly largestArena?: number | undefined;
  /** Elements in the arena take at least this many bytes: 1, 2, 4 or 8; 1 unless said. */
  readonly elementBytes?: number | undefined;
}

/** A machine that runs one loop after the other. */
export const sequentialTarget: Target = {};
