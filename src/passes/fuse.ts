/**
 * Fusion: cuts a graph into groups, one kernel each. Anchors come in graph order; each joins the
 * latest group whose loops already visit its elements where it needs them, and starts a group of
 * its own when there is none.
 */
import { rangeOf } from '../ir/affine.ts';
import { buildGraph, type Eqn, type Graph, inline, type Value } from '../ir/graph.ts';
import { type Expr, keyOf } from '../ir/kernel.ts';
import { graphsOf, isElement } from '../ir/op.ts';
import { stopGradient } from '../ir/ops/elementwise.ts';
import { sameShape, sizeOf } from '../ir/types.ts';
import { Access, newIndexes } from './access.ts';
import { findAnchors, usesOf } from './anchors.ts';
import {
  type Domain,
  type Group,
  hasAtHand,
  keptAxes,
  newGroup,
  type Place,
  placeFold,
  solvePlace,
} from './groups.ts';
import { type Producers, type Read, readsAt } from './probe.ts';
import { productsIn, repetitionsOf } from './program-products.ts';

/**
 * How many values one kernel may compute; generated functions stay far below the size engines stop
 * optimising.
 */
const largestGroup = 24;

/** A graph cut into groups, in launch order. */
export interface Fused {
  readonly graph: Graph;
  readonly groups: readonly Group[];
  readonly producers: Producers;
  /** The values that are stored in memory: read by another group, or results. */
  readonly stored: ReadonlySet<Value>;
  /** The values that kernels do not compute on demand. */
  readonly anchors: ReadonlySet<Value>;
  /** The graphs of loops and branches, cut as well. */
  readonly inside: ReadonlyMap<Eqn, readonly Fused[]>;
  /** How often a program runs this: once, or as often as the loops around it repeat. */
  readonly runs: number;
  /** How many products the whole program adds. */
  readonly products: number;
}

/** Gives every output an equation of its own: results must not share memory. */
const separateOutputs = (graph: Graph): Graph => {
  const seen = new Set<Value>();
  const repeated = graph.outputs.map((output) => {
    const again = seen.has(output) && !graph.inputs.includes(output);
    seen.add(output);
    return again;
  });
  if (!repeated.includes(true)) return graph;
  const types = graph.inputs.map((input) => input.type);
  return buildGraph(graph.name, types, (inputs) =>
    inline(graph, inputs).map((output, k) => (repeated[k] ? stopGradient(output) : output)),
  );
};

/** Whether a map group computes `value` at the very index of its loops. */
const isIdentity = (group: Group, value: Value): boolean => {
  const { at } = (group.places.get(value) as Place)(group.symbols);
  return (
    sameShape(value.type.shape, group.outer) &&
    at.every((index, axis) => keyOf(index) === keyOf(group.symbols.outer[axis] as Expr))
  );
};

/**
 * Whether an access visits every element exactly once: each loop index of a domain is the index of
 * one axis, and runs along all of it.
 */
const coversAll = (access: Access, { outer, inner }: Domain): boolean => {
  const loops = [...outer, ...inner].filter((index) => index.kind === 'local').map(keyOf);
  const used = access.at.filter((index) => index.kind === 'local').map(keyOf);
  return (
    access.at.every((index, axis) => {
      const last = (access.shape[axis] as number) - 1;
      return index.kind === 'local' ? rangeOf(index)[1] === last : last === 0;
    }) &&
    used.length === loops.length &&
    new Set([...used, ...loops]).size === loops.length
  );
};

/** The value whose elements an equation visits. */
const subjectOf = ({ op, inputs, outputs }: Eqn): Value =>
  (op.kind === 'reduce' ? inputs[0] : outputs[0]) as Value;
const elementsOf = (value: Value): number => sizeOf(value.type.shape);

class Fuser {
  readonly groups: Group[] = [];
  readonly groupOf = new Map<Value, Group>();
  readonly anchors: ReadonlySet<Value>;
  readonly producers: Producers;
  private readonly known = new Map<Eqn, { reads: Read[]; own: Access }>();
  constructor(anchors: ReadonlySet<Value>, producers: Producers) {
    this.anchors = anchors;
    this.producers = producers;
  }

  /**
   * What computing an equation reads from memory or from other anchors, with its own element at
   * symbolic indexes.
   */
  reads(eqn: Eqn): { reads: Read[]; own: Access } {
    const known = this.known.get(eqn);
    if (known !== undefined) return known;
    const folds = eqn.op.kind === 'reduce';
    const subject = (folds ? eqn.inputs[0] : eqn.outputs[0]) as Value;
    const own = Access.index(subject.type.shape, newIndexes(subject.type.shape));
    const result = { own, reads: this.readsAt(eqn, own) };
    this.known.set(eqn, result);
    return result;
  }
  private readsAt(eqn: Eqn, access: Access): Read[] {
    return readsAt(eqn, access, this.producers, this.anchors);
  }

  private dependsOn(group: Group, other: Group, seen: Set<Group> = new Set()): boolean {
    if (group === other) return true;
    if (seen.has(group)) return false;
    seen.add(group);
    for (const next of group.dependencies) if (this.dependsOn(next, other, seen)) return true;
    return false;
  }

  /** Whether `eqn` may join `group` without the group having to wait for itself. */
  private isAcyclic(group: Group, needed: ReadonlySet<Group>): boolean {
    for (const other of needed) if (other !== group && this.dependsOn(other, group)) return false;
    return true;
  }

  private fits(group: Group, eqn: Eqn, place: Place): boolean {
    return hasAtHand(group, this.readsAt(eqn, place(group.symbols)), group.symbols);
  }

  private join(group: Group, eqn: Eqn, place: Place, needed: ReadonlySet<Group>): boolean {
    if (eqn.op.kind === 'reduce') {
      const places = placeFold(group, eqn, place);
      if (places === undefined || !this.fits(group, eqn, place)) return false;
      group.foldPlaces.set(eqn, places.fold);
      for (const output of eqn.outputs) group.places.set(output, places.result);
    } else {
      if (!this.fits(group, eqn, place)) return false;
      for (const output of eqn.outputs) {
        const { shape } = output.type;
        // A place that is a position stays one: taken apart and put together it would look another.
        group.places.set(output, (domain) => {
          const at = place(domain);
          return sameShape(at.shape, shape) ? at : Access.index(shape, at.at);
        });
      }
    }
    group.eqns.push(eqn);
    for (const output of eqn.outputs) this.groupOf.set(output, group);
    for (const other of needed) if (other !== group) group.dependencies.add(other);
    return true;
  }

  /** Tries to put `eqn` where a group computes what it reads. */
  private joinProducer(eqn: Eqn, reads: readonly Read[], own: Access, needed: Set<Group>): boolean {
    const candidates = [...needed].sort((a, b) => this.groups.indexOf(b) - this.groups.indexOf(a));
    for (const group of candidates) {
      if (!this.admits(group, eqn) || !this.isAcyclic(group, needed)) continue;
      for (const { value, access } of reads) {
        const member = group.places.get(value);
        if (member === undefined) continue;
        const place = solvePlace(group, own.shape, own.at, access, member);
        if (place !== undefined && this.join(group, eqn, place, needed)) return true;
      }
    }
    return false;
  }

  /** Tries to put `eqn` beside a group that runs over the same elements of the same inputs. */
  private joinSibling(eqn: Eqn, reads: readonly Read[], needed: Set<Group>): boolean {
    const read = new Set(reads.map(({ value }) => value));
    for (let k = this.groups.length - 1; k >= 0; k--) {
      const group = this.groups[k] as Group;
      if (needed.has(group) || !this.admits(group, eqn) || !this.isSibling(group, eqn)) continue;
      // A reduction of values of the rows alone, such as labels, costs any rows alike nothing.
      const isLight = reads.every(({ value }) => elementsOf(value) < elementsOf(subjectOf(eqn)));
      const shares =
        (isLight && group.kind === 'rows') ||
        group.eqns.some((other) => this.reads(other).reads.some(({ value }) => read.has(value)));
      const place =
        group.foldPlaces.get(group.root) ?? group.places.get(group.root.outputs[0] as Value);
      if (!shares || place === undefined || !this.isAcyclic(group, needed)) continue;
      if (this.join(group, eqn, place, needed)) return true;
    }
    return false;
  }
  private isSibling(group: Group, eqn: Eqn): boolean {
    if (!sameShape(subjectOf(group.root).type.shape, subjectOf(eqn).type.shape)) return false;
    if (eqn.op.kind !== 'reduce') return group.kind === 'map';
    return group.kind === 'rows' && sameShape(keptAxes(eqn), keptAxes(group.root));
  }

  private admits(group: Group, eqn: Eqn): boolean {
    if (group.eqns.length >= largestGroup) return false;
    if (eqn.op.kind === 'reduce') return group.kind === 'rows';
    const { kind, root } = group;
    return (
      isElement(eqn.op) &&
      (kind === 'map' ||
        kind === 'rows' ||
        kind === 'contract' ||
        (kind === 'sequential' && root.outputs.length === 1))
    );
  }

  /**
   * Turns a map group into rows for a reduction of what it computes: each row computes its
   * elements, stores them and folds them in the same pass.
   */
  private absorb(eqn: Eqn, reads: readonly Read[], needed: Set<Group>): boolean {
    for (const { value } of reads) {
      const map = this.groupOf.get(value);
      if (eqn.op.kind !== 'reduce' || map?.kind !== 'map' || map.eqns.length >= largestGroup)
        continue;
      if (!this.isAcyclic(map, needed) || !isIdentity(map, value)) continue;
      const group = newGroup(eqn);
      const fold = group.foldPlaces.get(eqn) as Place;
      const accessOf = (domain: Domain): Access =>
        this.readsAt(eqn, fold(domain)).find((read) => read.value === value)?.access as Access;
      if (!coversAll(accessOf(group.symbols), group.symbols)) continue;
      for (const [member, place] of map.places) {
        group.places.set(member, (domain) => place({ outer: accessOf(domain).at, inner: [] }));
      }
      const isAligned = [...map.eqns, eqn].every((member) => {
        const output = member.outputs[0] as Value;
        const place = member === eqn ? fold : (group.places.get(output) as Place);
        return this.fits(group, member, place);
      });
      if (!isAligned) continue;
      group.eqns.unshift(...map.eqns);
      for (const other of [...map.dependencies, ...needed])
        if (other !== map) group.dependencies.add(other);
      this.replace(map, group);
      return true;
    }
    return false;
  }
  private replace(old: Group, fresh: Group): void {
    this.groups[this.groups.indexOf(old)] = fresh;
    for (const value of fresh.places.keys()) this.groupOf.set(value, fresh);
    for (const other of this.groups) {
      if (other.dependencies.delete(old)) other.dependencies.add(fresh);
    }
  }

  /** Gives an equation its group. */
  add(eqn: Eqn, merge: boolean): void {
    const { reads, own } = this.reads(eqn);
    const needed = new Set<Group>();
    for (const { value } of reads) {
      const group = this.groupOf.get(value);
      if (group !== undefined) needed.add(group);
    }
    const isEmpty = eqn.outputs.some((output) => sizeOf(output.type.shape) === 0);
    if (merge && !isEmpty) {
      if (this.joinProducer(eqn, reads, own, needed)) return;
      if (this.joinSibling(eqn, reads, needed)) return;
      if (this.absorb(eqn, reads, needed)) return;
    }
    const group = newGroup(eqn);
    for (const other of needed) group.dependencies.add(other);
    for (const output of eqn.outputs) this.groupOf.set(output, group);
    this.groups.push(group);
  }
}

/**
 * Orders groups so that each runs after what it reads, otherwise as the equations stood in the
 * graph.
 */
const orderGroups = (groups: readonly Group[], graph: Graph): Group[] => {
  const position = new Map(graph.eqns.map((eqn, k) => [eqn, k]));
  const last = (group: Group): number =>
    Math.max(...group.eqns.map((eqn) => position.get(eqn) as number));
  const waiting = [...groups].sort((a, b) => last(a) - last(b));
  const done = new Set<Group>();
  const ordered: Group[] = [];
  while (waiting.length > 0) {
    const k = waiting.findIndex((group) =>
      [...group.dependencies].every((other) => done.has(other)),
    );
    const [next] = waiting.splice(Math.max(0, k), 1) as [Group];
    done.add(next);
    ordered.push(next);
  }
  return ordered;
};

/**
 * Cuts a graph without regions into kernels. With `merge` false every equation gets a kernel of its
 * own.
 */
export const fuse = (source: Graph, merge = true): Fused =>
  cut(separateOutputs(source), merge, { runs: 1, products: productsIn(source) });

/** How often a graph of a program runs, and all that the program adds. */
type Work = Pick<Fused, 'runs' | 'products'>;

/** The graphs of a loop or a branch, cut. Each gets values of its own: graphs may be shared. */
const cutInside = (eqn: Eqn, merge: boolean, { runs, products }: Work): Fused[] =>
  graphsOf(eqn.op, eqn.params).map((inner) => {
    const types = inner.inputs.map((input) => input.type);
    return cut(
      buildGraph(inner.name, types, (inputs) => inline(inner, inputs)),
      merge,
      { runs: runs * repetitionsOf(eqn), products },
    );
  });

const cut = (graph: Graph, merge: boolean, work: Work): Fused => {
  const uses = usesOf(graph);
  const anchors = merge
    ? findAnchors(graph, uses)
    : new Set(graph.eqns.flatMap((eqn) => eqn.outputs));
  const fuser = new Fuser(anchors, uses.producers);
  for (const eqn of graph.eqns) {
    if (eqn.outputs.some((output) => anchors.has(output))) fuser.add(eqn, merge);
  }
  const groups = orderGroups(fuser.groups, graph);
  const stored = new Set(graph.outputs);
  for (const group of groups) {
    const members = new Set(group.eqns.flatMap((eqn) => eqn.outputs));
    for (const eqn of group.eqns) {
      for (const { value } of fuser.reads(eqn).reads) {
        if (!members.has(value)) stored.add(value);
      }
    }
  }
  const control = groups.filter((group) => group.kind === 'control');
  const inside = new Map(control.map(({ root }) => [root, cutInside(root, merge, work)]));
  return { graph, groups, producers: uses.producers, stored, anchors, inside, ...work };
};
