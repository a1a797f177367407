/**
 * What the reverse loop of a scan gets from the forward loop: constants and sequences as they are,
 * what is cheap to make again by its equations, and everything else as stacked results.
 */
import type { Eqn, Value } from '../graph.ts';
import type { ScanLoop } from '../op.ts';
import { isDifferentiable, sizeOf } from '../types.ts';
import { dependents } from './backward.ts';

/** How to have the values of a body that reverse mode reads. */
export interface Recipe {
  /** Equations of the body that are done again. */
  readonly eqns: readonly Eqn[];
  /** Constants and slices of sequences that are read. */
  readonly free: ReadonlySet<Value>;
  /** Values that must have been stacked. */
  readonly stored: readonly Value[];
}

/** Which inputs of the body depend on the inputs of the loop that are wanted. */
export const movingInputs = (
  { body, constants, carries }: ScanLoop,
  wanted: readonly boolean[],
): boolean[] => {
  const moves = body.inputs.map(
    ({ type }, k) => wanted[k] === true && isDifferentiable(type.dtype),
  );
  for (;;) {
    const sources = body.inputs.filter((_, k) => moves[k]);
    const active = dependents(body.eqns, sources);
    let isDone = true;
    for (let k = 0; k < carries; k++) {
      if (moves[constants + k] || !active.has(body.outputs[k] as Value)) continue;
      moves[constants + k] = true;
      isDone = false;
    }
    if (isDone) return moves;
  }
};

/** The values that are the same in every step: they depend on constants only. */
const invariants = ({ body, constants }: ScanLoop): Set<Value> => {
  const same = new Set(body.inputs.slice(0, constants));
  for (const { inputs, outputs } of body.eqns) {
    if (inputs.every((input) => same.has(input))) for (const output of outputs) same.add(output);
  }
  return same;
};

/** Whether doing the equation again costs nothing and reads no more than its result holds. */
const isPlainView = ({ op, inputs, outputs }: Eqn): boolean => {
  const [input, output] = [inputs[0], outputs[0]];
  if (op.kind !== 'view' || inputs.length !== 1 || input === undefined || output === undefined) {
    return false;
  }
  return sizeOf(input.type.shape) <= sizeOf(output.type.shape);
};

/** How to have the values `reads` of the body in every step of the reverse loop. */
export const recipeFor = (loop: ScanLoop, reads: readonly Value[]): Recipe => {
  const { body, constants, carries } = loop;
  const same = invariants(loop);
  const steady = new Set(body.inputs.filter((_, k) => k < constants || k >= constants + carries));
  const stacked = new Set(body.outputs.slice(carries));
  const definitions = new Map<Value, Eqn>();
  for (const eqn of body.eqns) for (const output of eqn.outputs) definitions.set(output, eqn);
  const again = new Set<Eqn>();
  const free = new Set<Value>();
  const stored = new Set<Value>();
  const seen = new Set<Value>();
  const visit = (value: Value): void => {
    if (seen.has(value)) return;
    seen.add(value);
    const eqn = definitions.get(value);
    if (steady.has(value)) free.add(value);
    else if (eqn !== undefined && same.has(value)) repeat(eqn);
    else if (stacked.has(value)) stored.add(value);
    else if (eqn !== undefined && isPlainView(eqn)) repeat(eqn);
    else stored.add(value);
  };
  const repeat = (eqn: Eqn): void => {
    again.add(eqn);
    eqn.inputs.forEach(visit);
  };
  reads.forEach(visit);
  return { eqns: body.eqns.filter((eqn) => again.has(eqn)), free, stored: [...stored] };
};

/** The loop with more stacked results, for reverse mode to read. */
export const extendScan = <L extends ScanLoop>(loop: L, stored: readonly Value[]): L => ({
  ...loop,
  body: { ...loop.body, outputs: [...loop.body.outputs, ...stored] },
});
