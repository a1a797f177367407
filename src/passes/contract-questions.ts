/** What the schedules of contractions ask of a group before they choose their loops. */
import type { Eqn, Value } from '../ir/graph.ts';
import type { Expr } from '../ir/kernel.ts';
import { sizeOf } from '../ir/types.ts';
import { factorsAt } from './contract-factors.ts';
import type { Fused } from './fuse.ts';
import { type Domain, type Group, hasAtHand, type Place } from './groups.ts';
import { probe, readsAt, weightOf } from './probe.ts';

/** Answers about one group. */
export interface ContractQuestions {
  /** Where the values that the kernel stores are. */
  readonly storedAt: (domain: Domain) => readonly Expr[];
  /** Whether the members of the group find what they read at a point of another domain. */
  readonly isSound: (domain: Domain) => boolean;
  /** Where in memory a factor is read, through all views before it. */
  readonly placesOf: (factor: 0 | 1, domain: Domain) => readonly Expr[];
  /** What is computed from each sum, in additions. */
  readonly weight: number;
  /** How many products a program adds in the kernel. */
  readonly products: number;
  /** What part they are of all that it adds; 1 where nobody knows. */
  readonly share: number;
  /**
   * Whether members read an argument of the program with as many elements as there are results:
   * these may take its memory over, element by element.
   */
  readonly mayTakeOver: boolean;
  /**
   * Whether members read anything with as many elements as a value that the kernel stores, which
   * may take its memory over.
   */
  readonly mayReplace: boolean;
}

/** What the members of a group compute for themselves, without the root. */
const weightOfMembers = (group: Group, { producers, anchors }: Fused): number => {
  const seen = new Set<Eqn>([group.root]);
  const members = new Set(group.eqns);
  const visit = (eqn: Eqn): number => {
    if (seen.has(eqn)) return 0;
    seen.add(eqn);
    return eqn.inputs.reduce((sum, input) => {
      const producer = producers.get(input);
      if (producer === undefined) return sum;
      return members.has(producer) || !anchors.has(input) ? sum + visit(producer) : sum;
    }, weightOf(eqn));
  };
  return group.eqns.reduce((sum, eqn) => sum + visit(eqn), 0);
};

/** What members read from memory: arguments, and what other kernels have stored. */
const readsOf = (group: Group, { producers, anchors }: Fused): readonly Value[] => {
  const seen = new Set<Value>(group.root.outputs);
  const found: Value[] = [];
  const visit = (value: Value): void => {
    if (seen.has(value)) return;
    seen.add(value);
    const producer = producers.get(value);
    const isRead = producer === undefined || (anchors.has(value) && !group.eqns.includes(producer));
    if (isRead) found.push(value);
    else producer.inputs.forEach(visit);
  };
  for (const eqn of group.eqns) if (eqn !== group.root) eqn.inputs.forEach(visit);
  return found;
};

/** A question whose answer at some symbols is remembered: it is asked again for each axis. */
const rememberedAt = <T extends object>(
  symbols: Domain,
  ask: (domain: Domain) => T,
): ((domain: Domain) => T) => {
  let known: T | undefined;
  return (domain) => {
    if (domain !== symbols) return ask(domain);
    known ??= ask(domain);
    return known;
  };
};

/** The answers about a group whose kernel stores some values. */
export const questionsAbout = (
  group: Group,
  fused: Fused,
  results: Iterable<Value>,
): ContractQuestions => {
  const stored = [...results];
  const reads = readsOf(group, fused);
  const count = sizeOf(group.outer);
  const products = fused.runs * count * sizeOf(group.inner);
  const lengths = new Set(stored.map(({ type }) => sizeOf(type.shape)));
  const isStored = (input: Value): boolean => fused.anchors.has(input);
  const placesOf = (factor: 0 | 1): ((domain: Domain) => readonly Expr[]) =>
    rememberedAt(group.symbols, (domain) => {
      const value = group.root.inputs[factor] as Value;
      const reads = probe(value, factorsAt(group, domain)[factor], fused.producers, isStored);
      return reads.map(({ access }) => access.position);
    });
  const places = [placesOf(0), placesOf(1)] as const;
  return {
    weight: weightOfMembers(group, fused),
    products,
    share: Number.isFinite(fused.products) ? products / fused.products : 1,
    mayTakeOver: reads.some(
      (value) => !fused.producers.has(value) && sizeOf(value.type.shape) === count,
    ),
    mayReplace: reads.some(({ type }) => lengths.has(sizeOf(type.shape))),
    storedAt: rememberedAt(group.symbols, (domain) =>
      stored.map((value) => (group.places.get(value) as Place)(domain).position),
    ),
    isSound: (domain) =>
      group.eqns.every((eqn) => {
        if (eqn === group.root) return true;
        const place = group.places.get(eqn.outputs[0] as Value) as Place;
        return hasAtHand(
          group,
          readsAt(eqn, place(domain), fused.producers, fused.anchors),
          domain,
        );
      }),
    placesOf: (factor, domain) => places[factor](domain),
  };
};
