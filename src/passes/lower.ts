/**
 * Lowering: writes the kernel of every group. The shape of the loops follows the group's kind; the
 * bodies are the meanings of the ops, read through whatever views lie between.
 */
import { indexes } from '../ir/expressions.ts';
import type { Eqn, Value } from '../ir/graph.ts';
import type { Expr, Kernel, KernelBuffer, KernelParameter } from '../ir/kernel.ts';
import type { ContractOp, Params, ScatterOp, SortOp } from '../ir/op.ts';
import { sizeOf } from '../ir/types.ts';
import { Access, newIndexes } from './access.ts';
import { Emitter, integer, newBuffer } from './emitter.ts';
import type { Fused } from './fuse.ts';
import type { Domain, Group } from './groups.ts';
import { lowerContract } from './lower-contract.ts';
import { lowerRows } from './lower-rows.ts';
import { weightOf } from './probe.ts';

/** A kernel and the values its parameters stand for. */
export interface Lowered {
  readonly kernel: Kernel;
  readonly values: readonly Value[];
}

/** Writes the kernel of one group. */
const lowerGroup = (group: Group, fused: Fused, name: string): Lowered => {
  const members = new Set(group.eqns.flatMap((eqn) => eqn.outputs));
  const emitter = new Emitter({
    producers: fused.producers,
    isForeign: (value) => fused.anchors.has(value) && !members.has(value),
  });
  const outputs = new Map<Value, KernelBuffer>();
  for (const value of members) {
    if (fused.stored.has(value)) {
      outputs.set(value, newBuffer(value.type.dtype, sizeOf(value.type.shape)));
    }
  }
  const store = (value: Value, access: Access): void => {
    const buffer = outputs.get(value);
    if (buffer === undefined) return;
    emitter.store(buffer, access.position, emitter.read(value, access));
  };
  const storeMembers = (domain: Domain): void => {
    for (const [value, place] of group.places) store(value, place(domain));
  };
  const updated = new Set<KernelBuffer>();
  switch (group.kind) {
    case 'map': {
      const outer = newIndexes(group.outer);
      emitter.loops(outer, group.outer, 'parallel', () => storeMembers({ outer, inner: [] }));
      break;
    }
    case 'rows':
      lowerRows(emitter, group, fused, store);
      break;
    case 'contract':
      lowerContract(emitter, group, storeMembers);
      break;
    case 'scatter':
      updated.add(lowerScatter(emitter, group.root, outputs));
      break;
    case 'sort':
      lowerSort(emitter, group.root, outputs);
      break;
  }
  const parameters: KernelParameter[] = [];
  const values: Value[] = [];
  for (const [value, buffer] of emitter.loads) {
    parameters.push({ buffer, access: 'read' });
    values.push(value);
  }
  for (const [value, buffer] of outputs) {
    parameters.push({ buffer, access: updated.has(buffer) ? 'update' : 'write' });
    values.push(value);
  }
  const kernel: Kernel = {
    name,
    parameters,
    body: emitter.body,
    inPlace: [],
    flops: flopsOf(group),
  };
  return { kernel, values };
};

/** Copies input 0, then adds the updates one by one. */
const lowerScatter = (
  emitter: Emitter,
  eqn: Eqn,
  outputs: ReadonlyMap<Value, KernelBuffer>,
): KernelBuffer => {
  const op = eqn.op as ScatterOp<Params>;
  const output = eqn.outputs[0] as Value;
  const { shape, dtype } = output.type;
  const buffer = outputs.get(output) as KernelBuffer;
  const types = eqn.inputs.map((input) => input.type);
  const at = newIndexes(shape);
  const copy = Access.index(shape, at);
  emitter.loops(at, shape, 'parallel', () =>
    emitter.store(buffer, copy.position, emitter.read(eqn.inputs[0] as Value, copy)),
  );
  const extents = op.updates(types, eqn.params);
  const update = newIndexes(extents);
  const updates = eqn.inputs[eqn.inputs.length - 1] as Value;
  emitter.loops(update, extents, 'serial', () => {
    const read = (value: Value, access: Access): Expr => emitter.read(value, access);
    const { at: target, when } = op.target<Expr>({
      s: emitter.scalars(dtype),
      i: indexes,
      update,
      params: eqn.params,
      inputs: types,
      output: output.type,
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
    emitter.branch(when, () => {
      // Whatever the op computed lies inside here; saying so keeps the position free of divisions.
      const inside = target.map((index, axis) =>
        isLoopIndex(index) ? index : emitter.bounded(index, shape[axis] as number),
      );
      const place = Access.index(shape, inside).position;
      const sum = emitter.loadHere(buffer, place);
      const added = read(updates, Access.index(updates.type.shape, update));
      emitter.store(buffer, place, emitter.scalars(dtype).add(sum, added));
    });
  });
  return buffer;
};

/** Whether the range of an index is known without a test. */
const isLoopIndex = (index: Expr): boolean =>
  index.kind === 'const' || (index.kind === 'local' && index.range !== undefined);

/**
 * A stable merge sort of the places of each row, bottom up: runs of 1, 2, 4... are merged between
 * two buffers.
 */
const lowerSort = (emitter: Emitter, eqn: Eqn, outputs: ReadonlyMap<Value, KernelBuffer>): void => {
  const op = eqn.op as SortOp<Params>;
  const input = eqn.inputs[0] as Value;
  const { shape, dtype } = input.type;
  const buffer = outputs.get(eqn.outputs[0] as Value) as KernelBuffer;
  const n = shape[shape.length - 1] as number;
  const rows = newIndexes(shape.slice(0, -1));
  const from = emitter.alloc('i32', n);
  const to = emitter.alloc('i32', n);
  const i = emitter.scalars('i32');
  const keyAt = (place: Expr): Expr => emitter.read(input, Access.index(shape, [...rows, place]));
  const each = (body: (index: Expr) => void): void => {
    const index = newIndexes([n])[0] as Expr;
    emitter.loop(index, n, 'serial', () => body(index));
  };
  emitter.loops(rows, shape.slice(0, -1), 'parallel', () => {
    each((k) => emitter.store(from, k, k));
    for (let width = 1; width < n; width *= 2) {
      const left = emitter.variable(integer(0));
      const leftEnd = emitter.variable(integer(0));
      const right = emitter.variable(integer(0));
      const rightEnd = emitter.variable(integer(0));
      each((k) => {
        const isStart = i.eq(i.rem(k, integer(2 * width)), integer(0));
        emitter.branch(isStart, () => {
          emitter.set(left, k);
          emitter.set(leftEnd, i.min(i.add(k, integer(width)), integer(n)));
          emitter.set(right, leftEnd);
          emitter.set(rightEnd, i.min(i.add(k, integer(2 * width)), integer(n)));
        });
        // Places beyond a run's end are read but never chosen; keep them inside the buffer.
        const last = integer(n - 1);
        const a = emitter.bounded(emitter.loadHere(from, i.min(left, last)), n);
        const b = emitter.bounded(emitter.loadHere(from, i.min(right, last)), n);
        const isBefore = op.before(emitter.scalars(dtype), keyAt(b), keyAt(a));
        const bool = emitter.scalars('bool');
        const takesRight = bool.or(i.ge(left, leftEnd), bool.and(i.lt(right, rightEnd), isBefore));
        emitter.branch(
          takesRight,
          () => {
            emitter.store(to, k, b);
            emitter.set(right, i.add(right, integer(1)));
          },
          () => {
            emitter.store(to, k, a);
            emitter.set(left, i.add(left, integer(1)));
          },
        );
      });
      each((k) => emitter.store(from, k, emitter.loadHere(to, k)));
    }
    each((k) =>
      emitter.store(buffer, Access.index(shape, [...rows, k]).position, emitter.loadHere(from, k)),
    );
  });
};

/** Floating point operations: what the members compute per element, fold and contract. */
const flopsOf = (group: Group): number =>
  group.eqns.reduce((sum, eqn) => {
    const { op, params, inputs, outputs } = eqn;
    const types = inputs.map((input) => input.type);
    const size = sizeOf((outputs[0] as Value).type.shape);
    switch (op.kind) {
      case 'reduce':
        return sum + sizeOf((inputs[0] as Value).type.shape);
      case 'contract':
        return sum + 2 * size * sizeOf((op as ContractOp<Params>).space(types, params).sum);
      case 'scatter':
        return sum + sizeOf((inputs[inputs.length - 1] as Value).type.shape);
      case 'sort':
        return sum + size * Math.ceil(Math.log2(size + 1));
      case 'region':
        return sum;
      default:
        return sum + size * weightOf(eqn);
    }
  }, 0);

/**
 * Writes the kernels of all groups, in launch order. Groups whose results have no elements, or
 * no reader, need none.
 */
export const lower = (fused: Fused): Lowered[] => {
  const counters = new Map<string, number>();
  return fused.groups
    .filter((group) =>
      group.eqns.some((eqn) =>
        eqn.outputs.some((output) => fused.stored.has(output) && sizeOf(output.type.shape) > 0),
      ),
    )
    .map((group) => {
      const count = counters.get(group.kind) ?? 0;
      counters.set(group.kind, count + 1);
      return lowerGroup(group, fused, `${group.kind}${count}`);
    });
};
