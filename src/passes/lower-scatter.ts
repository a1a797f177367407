/**
 * Scatters: input 0 is copied, then the updates are added or set one after the other. Where there
 * are workgroups, different elements take their updates at the same time: along axes that the
 * updates share with the target, and with buckets or parts (scatter-buckets.ts, scatter-parts.ts)
 * along the others.
 */
import { expressions, indexes } from '../ir/expressions.ts';
import type { Eqn, Value } from '../ir/graph.ts';
import { type Expr, type KernelBuffer, walkExpression } from '../ir/kernel.ts';
import type { Params, ScatterOp } from '../ir/op.ts';
import type { Target } from '../ir/target.ts';
import { type Shape, sizeOf } from '../ir/types.ts';
import { Access, newIndexes } from './access.ts';
import { type Emitter, newBuffer } from './emitter.ts';
import { bucketsOf, scatterBuckets } from './scatter-buckets.ts';
import { partsOf, scatterParts } from './scatter-parts.ts';

/** Where an update goes, and whether it goes anywhere. */
interface Goal {
  readonly at: readonly Expr[];
  readonly when: Expr;
}

/** How the axes of the updates and of the target belong together. */
export interface ScatterAxes {
  /** Axes of the updates whose index is an index of the target: [axis, axis of the target]. */
  readonly own: readonly (readonly [axis: number, target: number])[];
  /** Those of `own` that decide where along the other axes of the target an update goes. */
  readonly deciding: ReadonlySet<number>;
  /** The other axes of the updates and of the target, and their lengths. */
  readonly rest: readonly number[];
  readonly restShape: Shape;
  readonly around: readonly number[];
  readonly aroundShape: Shape;
}

/** A scatter being written. */
export class Scatter {
  readonly emitter: Emitter;
  readonly op: ScatterOp<Params>;
  readonly eqn: Eqn;
  /** The memory of the result. */
  readonly buffer: KernelBuffer;
  readonly shape: Shape;
  /** The lengths of the axes of the updates. */
  readonly extents: Shape;
  readonly axes: ScatterAxes;
  constructor(emitter: Emitter, eqn: Eqn, buffer: KernelBuffer) {
    this.emitter = emitter;
    this.eqn = eqn;
    this.op = eqn.op as ScatterOp<Params>;
    this.buffer = buffer;
    this.shape = (eqn.outputs[0] as Value).type.shape;
    this.extents = this.op.updates(
      eqn.inputs.map(({ type }) => type),
      eqn.params,
    );
    this.axes = this.#divide();
  }

  /** Where the update with an index goes. */
  goal(update: readonly Expr[]): Goal {
    const { emitter } = this;
    const { dtype } = this.buffer;
    return this.#goal(update, emitter.scalars(dtype), (value, access) =>
      emitter.read(value, access),
    );
  }
  #goal(
    update: readonly Expr[],
    s: ReturnType<typeof expressions>,
    read: (value: Value, access: Access) => Expr,
  ): Goal {
    const { eqn, op } = this;
    return op.target<Expr>({
      s,
      i: indexes,
      update,
      params: eqn.params,
      inputs: eqn.inputs.map(({ type }) => type),
      output: (eqn.outputs[0] as Value).type,
      read: (input, index) => {
        const value = eqn.inputs[input] as Value;
        return read(value, Access.index(value.type.shape, index));
      },
      readFlat: (input, position) => {
        const value = eqn.inputs[input] as Value;
        return read(value, Access.position(value.type.shape, position));
      },
      bounded: (index) => index,
      when: (_, body) => body(),
    });
  }

  #divide(): ScatterAxes {
    const update = newIndexes(this.extents);
    const { at, when } = this.#goal(update, expressions(this.buffer.dtype), (value, access) => {
      const { dtype, shape } = value.type;
      return { kind: 'load', buffer: newBuffer(dtype, sizeOf(shape)), at: access.position, dtype };
    });
    const long = (shape: Shape): number[] =>
      shape.map((_, axis) => axis).filter((axis) => shape[axis] !== 1);
    const own: [number, number][] = [];
    for (const target of long(this.shape)) {
      const axis = update.indexOf(at[target] as Expr);
      const isWhole = this.extents[axis] === this.shape[target];
      if (axis >= 0 && isWhole && own.every(([other]) => other !== axis)) own.push([axis, target]);
    }
    own.sort(([a], [b]) => a - b);
    const rest = long(this.extents).filter((axis) => own.every(([one]) => one !== axis));
    const around = long(this.shape).filter((axis) => own.every(([, one]) => one !== axis));
    const deciding = new Set<number>();
    for (const e of [when, ...around.map((axis) => at[axis] as Expr)]) {
      walkExpression(e, (part) => {
        for (const [axis] of own) if (update[axis] === part) deciding.add(axis);
      });
    }
    return {
      own,
      deciding,
      rest,
      restShape: rest.map((axis) => this.extents[axis] as number),
      around,
      aroundShape: around.map((axis) => this.shape[axis] as number),
    };
  }

  /** The index of an update, from the indexes of its own axes and a position in the others. */
  update(own: (axis: number) => Expr, position: Expr): readonly Expr[] {
    const { rest, restShape } = this.axes;
    const others = Access.position(restShape, position).at;
    return this.extents.map((_, axis) => {
      const k = rest.indexOf(axis);
      return k < 0 ? own(axis) : (others[k] as Expr);
    });
  }
  /** The position of an index of the target in the axes that are not `own`; it must be inside. */
  around(at: readonly Expr[]): Expr {
    const { around, aroundShape } = this.axes;
    const inside = around.map((axis, k) =>
      this.#inside(at[axis] as Expr, aroundShape[k] as number),
    );
    return Access.index(aroundShape, inside).position;
  }
  /** The index of the target, from the indexes of its own axes and a position in the others. */
  target(own: (axis: number) => Expr, position: Expr): readonly Expr[] {
    const { around, aroundShape, own: pairs } = this.axes;
    const others = Access.position(aroundShape, position).at;
    return this.shape.map((_, axis) => {
      const k = around.indexOf(axis);
      if (k >= 0) return others[k] as Expr;
      return own(pairs.find(([, target]) => target === axis)?.[0] ?? -1);
    });
  }
  /** Whatever the op computed lies inside; saying so keeps the position free of divisions. */
  #inside(index: Expr, length: number): Expr {
    return isLoopIndex(index) ? index : this.emitter.bounded(index, length);
  }

  /** The element of input 0 at a place. */
  before(access: Access): Expr {
    return this.emitter.read(this.eqn.inputs[0] as Value, access);
  }
  /** The element of an update. */
  element(update: readonly Expr[]): Expr {
    const updates = this.eqn.inputs[this.eqn.inputs.length - 1] as Value;
    return this.emitter.read(updates, Access.index(updates.type.shape, update));
  }
  /** Stores the elements of input 0. */
  copy(): void {
    const at = newIndexes(this.shape);
    const access = Access.index(this.shape, at);
    this.emitter.loops(at, this.shape, 'parallel', () =>
      this.emitter.store(this.buffer, access.position, this.before(access)),
    );
  }
  /** Adds or sets an update at an index of the target. */
  put(target: readonly Expr[], update: readonly Expr[]): void {
    const { emitter, buffer, shape, op } = this;
    const inside = target.map((index, axis) => this.#inside(index, shape[axis] as number));
    const place = Access.index(shape, inside).position;
    const known = op.combine === 'add' ? emitter.loadHere(buffer, place) : undefined;
    const element = this.element(update);
    const { add } = emitter.scalars(buffer.dtype);
    emitter.store(buffer, place, known === undefined ? element : add(known, element));
  }

  /** All updates in order, those of different indexes along the given axes at the same time. */
  inOrder(parallel: readonly number[]): void {
    const { emitter, extents } = this;
    const update = newIndexes(extents);
    const select = <T>(list: readonly T[], isParallel: boolean): T[] =>
      list.filter((_, axis) => parallel.includes(axis) === isParallel);
    this.copy();
    emitter.loops(select(update, true), select(extents, true), 'parallel', () =>
      emitter.loops(select(update, false), select(extents, false), 'serial', () => {
        const { at, when } = this.goal(update);
        emitter.branch(when, () => this.put(at, update));
      }),
    );
  }
}

/** Whether the range of an index is known without a test. */
const isLoopIndex = (index: Expr): boolean =>
  index.kind === 'const' || (index.kind === 'local' && index.range !== undefined);

/** As few updates as this are done one after the other. */
const fewUpdates = 32;

/** Writes a scatter; says whether the memory of the result is also read. */
export const lowerScatter = (
  emitter: Emitter,
  eqn: Eqn,
  outputs: ReadonlyMap<Value, KernelBuffer>,
  target: Target,
): boolean => {
  const scatter = new Scatter(emitter, eqn, outputs.get(eqn.outputs[0] as Value) as KernelBuffer);
  const { workgroup } = target;
  if (workgroup === undefined) {
    scatter.inOrder([]);
    return true;
  }
  const { own, restShape } = scatter.axes;
  const isShort = sizeOf(restShape) <= fewUpdates;
  const parts = isShort ? undefined : partsOf(scatter, workgroup);
  const buckets = isShort ? undefined : bucketsOf(scatter, workgroup);
  if (parts !== undefined) scatterParts(scatter, parts);
  else if (buckets !== undefined) scatterBuckets(scatter, buckets);
  else scatter.inOrder(own.map(([axis]) => axis));
  return parts === undefined;
};
