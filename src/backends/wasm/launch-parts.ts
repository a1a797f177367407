/**
 * Long launches run in parts, one call of the kernel's function each. Engines begin with simple
 * code and cannot replace it inside of a function that runs. Between two calls they can, so even
 * the first launch of a long kernel is fast towards its end.
 */
import type { Kernel, Stmt } from '../../ir/kernel.ts';

/** Below this number of operations a launch is over before better code is ready. */
const leastFlops = 2 ** 20;
/** How many parts a launch has, or one less. */
const mostParts = 16;

/** A kernel whose only loop can run in parts. */
export interface LaunchParts {
  readonly loop: Stmt & { readonly kind: 'for' };
  /** How far the index of the loop gets in one part. */
  readonly distance: number;
}

/**
 * How a kernel runs in parts; undefined where it is short, or more than one parallel loop. What
 * parallel iterations need of each other cannot be in memory, so nothing is lost between parts.
 */
export const partsOf = ({ body, flops }: Kernel): LaunchParts | undefined => {
  if (flops < leastFlops) return undefined;
  const [loop, ...others] = body.filter(
    (stmt) => stmt.kind !== 'alloc' || stmt.scope !== 'private',
  );
  if (loop?.kind !== 'for' || loop.loop !== 'parallel' || others.length > 0) return undefined;
  const iterations = Math.ceil((loop.to - loop.from) / loop.step);
  if (iterations < 2 || loop.below !== undefined) return undefined;
  return { loop, distance: Math.ceil(iterations / mostParts) * loop.step };
};
