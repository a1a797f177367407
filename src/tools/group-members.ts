/**
 * What a kernel computes: the members of its group and the equations it computes on demand between
 * them.
 */
import type { Eqn, Value } from '../ir/graph.ts';
import type { Fused } from '../passes/fuse.ts';
import type { Group } from '../passes/groups.ts';

/**
 * All equations of a kernel, in graph order. Those that are no anchors may stand in several
 * kernels.
 */
export const groupMembers = (group: Group, fused: Fused): Eqn[] => {
  const found = new Set<Eqn>();
  const add = (eqn: Eqn): void => {
    if (found.has(eqn)) return;
    found.add(eqn);
    for (const input of eqn.inputs) reach(input);
  };
  const reach = (value: Value): void => {
    const eqn = fused.producers.get(value);
    if (eqn !== undefined && !fused.anchors.has(value)) add(eqn);
  };
  for (const eqn of group.eqns) add(eqn);
  return fused.graph.eqns.filter((eqn) => found.has(eqn));
};
