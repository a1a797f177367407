/** What the schedules of contractions ask of a group before they choose their loops. */
import type { Value } from '../ir/graph.ts';
import type { Expr } from '../ir/kernel.ts';
import { factorsAt } from './contract-factors.ts';
import type { Fused } from './fuse.ts';
import { type Domain, type Group, hasAtHand, type Place } from './groups.ts';
import { probe, readsAt } from './probe.ts';

/** Answers about one group. */
export interface ContractQuestions {
  /** Where the values that the kernel stores are. */
  readonly stored: readonly Place[];
  /** Whether the members of the group find what they read at a point of another domain. */
  readonly isSound: (domain: Domain) => boolean;
  /** Where in memory a factor is read, through all views before it. */
  readonly placesOf: (factor: 0 | 1, domain: Domain) => readonly Expr[];
}

/** The answers about a group whose kernel stores some values. */
export const questionsAbout = (
  group: Group,
  { producers, anchors }: Fused,
  stored: Iterable<Value>,
): ContractQuestions => ({
  stored: [...stored].map((value) => group.places.get(value) as Place),
  isSound: (domain) =>
    group.eqns.every((eqn) => {
      if (eqn === group.root) return true;
      const place = group.places.get(eqn.outputs[0] as Value) as Place;
      return hasAtHand(group, readsAt(eqn, place(domain), producers, anchors), domain);
    }),
  placesOf: (factor, domain) => {
    const value = group.root.inputs[factor] as Value;
    const isStored = (input: Value): boolean => anchors.has(input);
    const reads = probe(value, factorsAt(group, domain)[factor], producers, isStored);
    return reads.map(({ access }) => access.position);
  },
});
