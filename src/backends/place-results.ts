/**
 * Where the results of a call are: in new memory, in that of a donated argument, or in a copy. The
 * same for every backend that runs plans.
 */
import type { Plan } from '../ir/plan.ts';

/** How a call comes by the memory of one result. */
export type ResultPlace =
  /** A donated argument that is handed back becomes the result. */
  | { readonly kind: 'moved'; readonly input: number }
  /** An argument handed back is copied before a kernel may overwrite it. */
  | { readonly kind: 'copied'; readonly input: number }
  /** New memory, which the kernels know as an output. */
  | { readonly kind: 'fresh'; readonly output: number }
  /** An output in the memory of a donated argument. */
  | { readonly kind: 'takenOver'; readonly output: number; readonly input: number }
  /** An output that is a result already: it is copied once the kernels ran. */
  | { readonly kind: 'repeated'; readonly output: number };

/** The places of all results. */
export const placeResults = (
  { results, donations }: Pick<Plan, 'results' | 'donations'>,
  donated: readonly number[],
): readonly ResultPlace[] => {
  const takenOver = new Map(donations.map(([input, output]) => [output, input]));
  // An argument can be moved once, and not at all where an output takes its memory.
  const movable = new Set(donated);
  for (const input of takenOver.values()) movable.delete(input);
  const made = new Set<number>();
  return results.map(({ source: { kind, index } }): ResultPlace => {
    if (kind === 'input') return { kind: movable.delete(index) ? 'moved' : 'copied', input: index };
    if (made.has(index)) return { kind: 'repeated', output: index };
    made.add(index);
    const input = takenOver.get(index);
    return input === undefined
      ? { kind: 'fresh', output: index }
      : { kind: 'takenOver', output: index, input };
  });
};

/**
 * The arguments of a call that need a copy first: one tensor may be given for several inputs, and
 * must not be overwritten for one of them.
 */
export const inputsToCopy = (
  arrays: readonly unknown[],
  donated: readonly number[],
): readonly number[] => (donated.length > 0 && new Set(arrays).size < arrays.length ? donated : []);
