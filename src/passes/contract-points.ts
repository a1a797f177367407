/** The points that a contraction in panels visits: what it reads there, and where its sums go. */
import type { Value } from '../ir/graph.ts';
import type { Expr } from '../ir/kernel.ts';
import { sizeOf } from '../ir/types.ts';
import { newIndexes } from './access.ts';
import { factorsAt } from './contract-factors.ts';
import { type Emitter, integer } from './emitter.ts';
import type { Domain, Group, Place } from './groups.ts';
import { extentsOf, indexesAt, type PanelAxes } from './panel-axes.ts';

/** Columns and rows of results by their positions, with the indexes of all other output axes. */
export class ContractPoints {
  readonly #emitter: Emitter;
  readonly #group: Group;
  readonly #axes: PanelAxes;
  readonly #finish: (domain: Domain) => void;
  readonly #output: Value;
  readonly outer: readonly Expr[];
  readonly rowCount: number;
  readonly columnCount: number;

  constructor(
    emitter: Emitter,
    group: Group,
    axes: PanelAxes,
    finish: (domain: Domain) => void,
    outer: readonly Expr[] = newIndexes(group.outer),
  ) {
    this.#emitter = emitter;
    this.#group = group;
    this.#axes = axes;
    this.#finish = finish;
    this.#output = group.root.outputs[0] as Value;
    this.outer = outer;
    this.rowCount = sizeOf(extentsOf(group, axes.across));
    this.columnCount = sizeOf(extentsOf(group, axes.along));
  }
  /** The same points, an output axis having another index. */
  with(axis: number, index: Expr): ContractPoints {
    const outer = this.outer.map((other, k) => (k === axis ? index : other));
    return new ContractPoints(this.#emitter, this.#group, this.#axes, this.#finish, outer);
  }
  /** The indexes of some output axes. */
  indexesOf(axes: readonly number[]): readonly Expr[] {
    return axes.map((axis) => this.outer[axis] as Expr);
  }
  /** The point of the domain at a result and a folded position. */
  #at(column: Expr, row: Expr, inner: readonly Expr[]): Domain {
    const { along, across } = this.#axes;
    const outer = indexesAt(this.#group, this.outer, along, column);
    return { outer: indexesAt(this.#group, outer, across, row), inner };
  }
  #read(factor: 0 | 1, domain: Domain): Expr {
    const value = this.#group.root.inputs[factor] as Value;
    return this.#emitter.read(value, factorsAt(this.#group, domain)[factor]);
  }
  /** The element of the factor that has the columns. */
  readColumn(column: Expr, inner: readonly Expr[]): Expr {
    return this.#read(this.#axes.factor, this.#at(column, integer(0), inner));
  }
  /** The element of the other factor. */
  readRow(row: Expr, inner: readonly Expr[]): Expr {
    return this.#read(this.#axes.factor === 0 ? 1 : 0, this.#at(integer(0), row, inner));
  }
  /** The point of the domain at a result whose sum is finished. */
  domainAt(column: Expr, row: Expr): Domain {
    const zeros = this.#group.inner.map(() => integer(0));
    const { along, across } = this.#axes;
    // Members find what they read by its place: positions that are taken apart into axes must look
    // the same to all of them, so they are one local.
    const whole = (axes: readonly number[], position: Expr, count: number): Expr =>
      axes.length > 1 ? this.#emitter.bounded(position, count) : position;
    return this.#at(
      whole(along, column, this.columnCount),
      whole(across, row, this.rowCount),
      zeros,
    );
  }
  /** Hands a finished sum to the members of the group. */
  done(column: Expr, row: Expr, sum: Expr): void {
    const domain = this.domainAt(column, row);
    const place = this.#group.places.get(this.#output) as Place;
    this.#emitter.define(this.#output, place(domain), sum);
    this.#finish(domain);
  }
}
