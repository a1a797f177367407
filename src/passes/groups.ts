/**
 * Groups: equations that share a kernel, and how each is placed in the kernel's loops. A group has
 * a domain (loop indexes `outer`, and for rows and contractions `inner`); each member value says at
 * which of its own elements the body computes it, as a function of the domain. Everything else
 * about fusion follows from comparing places.
 */
import type { Eqn, Value } from '../ir/graph.ts';
import { strideAlong } from '../ir/index-terms.ts';
import { constant, type Expr, keyOf } from '../ir/kernel.ts';
import { graphsOf, type Params, type ReduceOp } from '../ir/op.ts';
import { type Shape, sameShape, sizeOf, type TensorType } from '../ir/types.ts';
import { Access, newIndexes } from './access.ts';

/** Loop indexes of a kernel. */
export interface Domain {
  readonly outer: readonly Expr[];
  readonly inner: readonly Expr[];
}
/** Which element of a value the body computes at a point of the domain. */
export type Place = (domain: Domain) => Access;

/**
 * How a group's kernel is shaped: `map` computes elements on their own, `rows` folds the inner axes
 * of each row, `contract` sums products, `sequential` runs an algorithm per
 * block, `scatter` stands alone. A `control` group is no kernel but a loop or a branch over
 * kernels.
 */
export type GroupKind = 'map' | 'rows' | 'contract' | 'sequential' | 'scatter' | 'control';

/** A set of equations that become one kernel. */
export interface Group {
  readonly kind: GroupKind;
  readonly root: Eqn;
  readonly outer: Shape;
  readonly inner: Shape;
  /** The symbolic domain in which places are compared. */
  readonly symbols: Domain;
  /** Members in graph order. */
  readonly eqns: Eqn[];
  /** Where each member value is computed. */
  readonly places: Map<Value, Place>;
  /** For reductions: at which element of its input the fold of a member reads. */
  readonly foldPlaces: Map<Eqn, Place>;
  readonly dependencies: Set<Group>;
}

/** The axes a reduction keeps. */
export const keptAxes = (eqn: Eqn): number[] => {
  const folded = (eqn.op as ReduceOp<Params>).axes(eqn.params);
  const { shape } = (eqn.inputs[0] as Value).type;
  return shape.map((_, axis) => axis).filter((axis) => !folded.includes(axis));
};

/** Assembles an index of the input of a reduction from the indexes of kept and folded axes. */
const weave = (
  shape: Shape,
  kept: readonly number[],
  outer: readonly Expr[],
  inner: readonly Expr[],
): Access => {
  let o = 0;
  let i = 0;
  return Access.index(
    shape,
    shape.map((_, axis) => (kept.includes(axis) ? outer[o++] : inner[i++]) as Expr),
  );
};

/** A group of one equation. */
export const newGroup = (eqn: Eqn): Group => {
  const { op, inputs, outputs, params } = eqn;
  const types = inputs.map((input) => input.type) as TensorType[];
  const output = (outputs[0] as Value).type;
  const places = new Map<Value, Place>();
  const foldPlaces = new Map<Eqn, Place>();
  let kind: GroupKind = 'map';
  let inner: Shape = [];
  for (const value of outputs) {
    places.set(value, ({ outer }) => Access.index(value.type.shape, outer));
  }
  if (op.kind === 'reduce') {
    kind = 'rows';
    const { shape } = types[0] as TensorType;
    const kept = keptAxes(eqn);
    inner = shape.filter((_, axis) => !kept.includes(axis));
    foldPlaces.set(eqn, (domain) => weave(shape, kept, domain.outer, domain.inner));
  } else if (op.kind === 'contract') {
    kind = 'contract';
    inner = op.space(types, params).sum;
  } else if (op.kind === 'sequential' || op.kind === 'scatter') {
    kind = op.kind;
  } else if (graphsOf(op, params).length > 0) {
    kind = 'control';
  }
  const symbols = { outer: newIndexes(output.shape), inner: newIndexes(inner) };
  const dependencies = new Set<Group>();
  return {
    kind,
    root: eqn,
    outer: output.shape,
    inner,
    symbols,
    eqns: [eqn],
    places,
    foldPlaces,
    dependencies,
  };
};

/** Whether every read of a member happens at the element that the body has at hand. */
export const hasAtHand = (
  group: Group,
  reads: readonly { readonly value: Value; readonly access: Access }[],
  domain: Domain,
): boolean =>
  reads.every(({ value, access }) => {
    const member = group.places.get(value);
    return member === undefined || member(domain).key === access.key;
  });

const isZero = (e: Expr): boolean => e.kind === 'const' && e.value === 0;
const long = (shape: Shape): number[] => shape.filter((extent) => extent !== 1);

/**
 * Solves for the place of a consumer of shape `shape`, whose element `own` reads a member placed by
 * `place` at `read`. Three cases cover what fuses: the same row-major position; a permutation of
 * the axes; and, in rows, a broadcast of a per-row value over the folded axes.
 */
export const solvePlace = (
  group: Group,
  shape: Shape,
  own: readonly Expr[],
  read: Access,
  place: Place,
): Place | undefined => {
  // Equal positions are equal elements only where both have as many: a slice reads fewer.
  const isWhole = sizeOf(read.shape) === sizeOf(shape);
  if (isWhole && read.key === Access.index(shape, own).key) {
    return (domain) => {
      const at = place(domain);
      return sameShape(at.shape, shape)
        ? Access.index(shape, at.at)
        : Access.position(shape, at.position);
    };
  }
  const keys = own.map(keyOf);
  // source[k] is the axis of the member that runs along axis k of the consumer.
  const source = new Array<number | undefined>(shape.length).fill(undefined);
  for (const [axis, index] of read.at.entries()) {
    if (isZero(index) && read.shape[axis] === 1) continue;
    const k = keys.indexOf(keyOf(index));
    if (k < 0 || source[k] !== undefined || shape[k] !== read.shape[axis]) return undefined;
    source[k] = axis;
  }
  const missing = shape.flatMap((extent, k) =>
    extent !== 1 && source[k] === undefined ? [k] : [],
  );
  if (missing.length > 0) {
    const rest = missing.map((k) => shape[k] as number);
    if (group.kind !== 'rows' || !sameShape(rest, long(group.inner))) return undefined;
    const { at } = place(group.symbols);
    const inside = insideOf(group);
    if (at.some((index) => inside.has(keyOf(index)))) return undefined;
  }
  return (domain) => {
    const { at } = place(domain);
    const inner = domain.inner.filter((_, k) => group.inner[k] !== 1);
    return Access.index(
      shape,
      shape.map((_, k) => {
        const axis = source[k];
        if (axis !== undefined) return at[axis] as Expr;
        const order = missing.indexOf(k);
        return order < 0 ? constant(0, 'i32') : (inner[order] as Expr);
      }),
    );
  };
};

/** The folded indexes of a rows group; an axis of length 1 has none. */
const insideOf = (group: Group): Set<string> =>
  new Set(group.symbols.inner.filter((index) => index.kind === 'local').map(keyOf));

/** Whether a place depends on the folded indexes of a rows group. */
export const isInside = (group: Group, place: Place): boolean => {
  const inside = insideOf(group);
  const { at } = place(group.symbols);
  return at.some((index) => mentionsAny(index, inside));
};

const mentionsAny = (e: Expr, keys: ReadonlySet<string>): boolean => {
  if (keys.has(keyOf(e))) return true;
  return e.kind === 'binary' && (mentionsAny(e.x, keys) || mentionsAny(e.y, keys));
};

/**
 * The places of a reduction that joins a rows group: its fold must read along the group's folded
 * axes, in order, and its result must belong to the row.
 */
export const placeFold = (
  group: Group,
  eqn: Eqn,
  fold: Place,
): { fold: Place; result: Place } | undefined => {
  const kept = keptAxes(eqn);
  const { shape } = (eqn.inputs[0] as Value).type;
  const folded = shape.map((_, axis) => axis).filter((axis) => !kept.includes(axis));
  if (!sameShape(long(folded.map((axis) => shape[axis] as number)), long(group.inner)))
    return undefined;
  const at = fold(group.symbols).at;
  const inner = group.symbols.inner.filter((_, k) => group.inner[k] !== 1).map(keyOf);
  const along = folded.filter((axis) => shape[axis] !== 1).map((axis) => keyOf(at[axis] as Expr));
  if (along.some((key, k) => key !== inner[k])) return undefined;
  const inside = new Set(inner);
  if (kept.some((axis) => mentionsAny(at[axis] as Expr, inside))) return undefined;
  const output = (eqn.outputs[0] as Value).type.shape;
  return {
    fold,
    result: (domain) =>
      Access.index(
        output,
        kept.map((axis) => fold(domain).at[axis] as Expr),
      ),
  };
};

/** Whether a value has `count` elements, of which neighbours along an index are so in memory. */
export const fillsInOrder = (
  { type }: Value,
  count: number,
  { position }: Access,
  along: Expr | undefined,
): boolean =>
  sizeOf(type.shape) === count && along?.kind === 'local' && strideAlong(position, along) === 1;
