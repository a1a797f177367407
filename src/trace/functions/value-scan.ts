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
  /** What step t reads slice t of. */
  readonly sequence: Value;
  /** Whether the loop starts at the last slice. */
  readonly reverse: boolean;
}
/** One step: the next carry, followed by what is stacked. */
export type ValueStep = (
  constants: readonly Value[],
  carry: readonly Value[],
  slice: Value,
) => readonly Value[];

/**
 * Emits a loop along the first axis of a sequence: the last carry, followed by what was stacked.
 */
export const loopOverValues = (loop: ValueLoop, step: ValueStep): readonly Value[] => {
  const { constants, init, sequence, reverse } = loop;
  const [length, ...shape] = sequence.type.shape as [number, ...number[]];
  const types = [...constants, ...init].map(({ type }) => type);
  const slice = { dtype: sequence.type.dtype, shape };
  const body = buildGraph(loop.name, [...types, slice], (inputs) => {
    const carry = inputs.slice(constants.length, types.length);
    return step(inputs.slice(0, constants.length), carry, inputs[types.length] as Value);
  });
  return scan([...constants, ...init, sequence], {
    body,
    length,
    reverse,
    constants: constants.length,
    carries: init.length,
  });
};
