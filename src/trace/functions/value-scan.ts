/** A loop over values inside of a function: the op `scan` around a body that emits equations. */
import { buildGraph, type Value } from '../../ir/graph.ts';
import { scan } from '../../ir/ops/scan.ts';

/** What a loop works on. */
export interface ValueLoop {
  /** The name of the function, for the texts of the compiler. */
  readonly name: string;
  /** What every step reads. */
  readonly constants: readonly Value[];
  /** The carry before the first step. */
  readonly init: readonly Value[];
  /** What step t reads slice t of; equally long, and at least one. */
  readonly sequences: readonly Value[];
  /** Whether the loop starts at the last slice. */
  readonly reverse: boolean;
}
/** One step: the next carry, followed by what is stacked. */
export type ValueStep = (
  constants: readonly Value[],
  carry: readonly Value[],
  slices: readonly Value[],
) => readonly Value[];

/**
 * Emits a loop along the first axis of sequences: the last carry, followed by what was stacked.
 */
export const loopOverValues = (loop: ValueLoop, step: ValueStep): readonly Value[] => {
  const { constants, init, sequences, reverse } = loop;
  const types = [...constants, ...init].map(({ type }) => type);
  const slices = sequences.map(({ type: { dtype, shape } }) => ({ dtype, shape: shape.slice(1) }));
  const body = buildGraph(loop.name, [...types, ...slices], (inputs) => {
    const carry = inputs.slice(constants.length, types.length);
    return step(inputs.slice(0, constants.length), carry, inputs.slice(types.length));
  });
  return scan([...constants, ...init, ...sequences], {
    body,
    length: sequences[0]?.type.shape[0] as number,
    reverse,
    constants: constants.length,
    carries: init.length,
  });
};
