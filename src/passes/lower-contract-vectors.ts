/** Chooses how a contraction runs in vectors: along an output axis, or along the folded ones. */
import type { Value } from '../ir/graph.ts';
import type { KernelBuffer } from '../ir/kernel.ts';
import type { Target } from '../ir/target.ts';
import { sizeOf } from '../ir/types.ts';
import type { ContractQuestions } from './contract-questions.ts';
import type { Emitter } from './emitter.ts';
import type { Domain, Group } from './groups.ts';
import { dotContract, dotsOf } from './lower-contract-dots.ts';
import { panelContract } from './lower-contract-panels.ts';
import { choosePanelAxes, extentsOf, type PanelAxes } from './panel-axes.ts';

/** Results along vectors, and uses of a copied vector, below which dots are better. */
const [leastAlong, leastUses] = [8, 8];

const isBetterInDots = (group: Group, axes: PanelAxes): boolean => {
  const uses = sizeOf(extentsOf(group, [...axes.across, ...axes.inside]));
  return sizeOf(extentsOf(group, axes.along)) < leastAlong || (!axes.isInOrder && uses < leastUses);
};

/**
 * Writes the loops; `finish` computes and stores the members of the group at a finished element.
 * Returns false, having written nothing, where vectors do not fit.
 */
export const contractInLanes = (
  emitter: Emitter,
  group: Group,
  target: Target,
  questions: ContractQuestions,
  results: ReadonlyMap<Value, KernelBuffer>,
  finish: (domain: Domain) => void,
): boolean => {
  if ((group.root.outputs[0] as Value).type.dtype !== 'f32') return false;
  const axes = choosePanelAxes(group, questions, target);
  const dots = dotsOf(group, questions);
  if (dots !== undefined && (axes === undefined || isBetterInDots(group, axes))) {
    dotContract(emitter, group, dots, target, finish);
    return true;
  }
  if (axes === undefined) return false;
  // A result that sums wait in cannot take over what is read when they are there.
  const hosts = questions.mayTakeOver ? new Map<Value, KernelBuffer>() : results;
  panelContract(emitter, group, axes, target, hosts, finish);
  return true;
};
