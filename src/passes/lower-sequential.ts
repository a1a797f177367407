/**
 * Sequential ops: a parallel loop over the leading axes, and in it the algorithm of the op, written
 * down as it runs. Values that read the result element by element are computed where it is written.
 */
import { indexes } from '../ir/expressions.ts';
import type { Eqn, Value } from '../ir/graph.ts';
import type { Expr } from '../ir/kernel.ts';
import type { Params, SequentialOp } from '../ir/op.ts';
import type { Target } from '../ir/target.ts';
import { Access, newIndexes } from './access.ts';
import type { Emitter } from './emitter.ts';
import type { Group } from './groups.ts';
import { lowerOrder } from './lower-order.ts';
import { lowerRunning } from './lower-running.ts';
import type { Row } from './row.ts';

/** Writes the loops of a sequential group; `store` writes an element if it lives in memory. */
export const lowerSequential = (
  emitter: Emitter,
  { root, places }: Group,
  store: (value: Value, access: Access) => void,
  target: Target,
): void => {
  const { inputs, outputs, params } = root;
  const op = root.op as SequentialOp<Params>;
  const first = (inputs[0] as Value).type;
  const lead = first.shape.slice(0, first.shape.length - op.rank);
  const rows = newIndexes(lead);
  const write = (output: Value, at: readonly Expr[], value: Expr): void => {
    const here = [...rows, ...at];
    const access = Access.index(output.type.shape, here);
    emitter.define(output, access, value);
    store(output, access);
    for (const [member, place] of places) {
      if (!outputs.includes(member)) store(member, place({ outer: here, inner: [] }));
    }
  };
  const read = (input: number, at: readonly Expr[]): Expr => {
    const value = inputs[input] as Value;
    return emitter.read(value, Access.index(value.type.shape, [...rows, ...at]));
  };
  const row: Row = {
    dtype: first.dtype,
    length: first.shape[first.shape.length - 1] ?? 1,
    rows,
    lead,
    read: (input, place) => read(input, [place]),
    write: (place, value) => write(outputs[0] as Value, [place], value),
  };
  const { workgroup } = target;
  const fold = op.running?.(params, first.dtype);
  if (workgroup !== undefined && fold !== undefined && lowerRunning(emitter, fold, row, workgroup))
    return;
  if (workgroup !== undefined && op.before !== undefined) {
    if (lowerOrder(emitter, op.before, row, workgroup)) return;
  }
  const run = (): void =>
    op.run<Expr>(
      {
        s: emitter.scalars(first.dtype),
        i: indexes,
        read,
        write: (output, at, value) => write(outputs[output] as Value, at, value),
        cells: (dtype, length) => {
          const buffer = emitter.alloc(dtype, length);
          return {
            load: (at) => emitter.loadHere(buffer, at),
            store: (at, value) => emitter.store(buffer, at, value),
          };
        },
        variable: (init) => {
          const local = emitter.variable(init);
          return {
            get: () => emitter.freeze(local),
            set: (value) => emitter.set(local, value),
          };
        },
        loop: (length, body) => {
          const index = newIndexes([length])[0] as Expr;
          emitter.loop(index, length, 'serial', () => body(index));
        },
        when: (condition, body, otherwise) => {
          if (condition.kind !== 'const') emitter.branch(condition, body, otherwise);
          else if (condition.value) body();
          else otherwise?.();
        },
        bounded: (index, length) => emitter.bounded(index, length),
      },
      inputs.map(({ type }) => type),
      params,
    );
  emitter.loops(rows, lead, 'parallel', run);
};

/** Operations of a sequential equation, for reports. */
export const sequentialFlops = ({ op, inputs }: Eqn): number => {
  const { flops, rank } = op as SequentialOp<Params>;
  const types = inputs.map(({ type }) => type);
  const { shape } = (inputs[0] as Value).type;
  const blocks = shape.slice(0, shape.length - rank).reduce((product, n) => product * n, 1);
  return Math.round(blocks * flops(types));
};
