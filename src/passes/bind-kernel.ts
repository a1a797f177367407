/**
 * Lets a kernel work on slices: a parameter that stands for a part of a value becomes the whole
 * value, reached through the steps of the loops around the kernel.
 */
import { indexes } from '../ir/expressions.ts';
import type { Value } from '../ir/graph.ts';
import {
  constant,
  type Expr,
  type Kernel,
  type KernelBuffer,
  type Local,
  mapExpression,
  type Stmt,
} from '../ir/kernel.ts';
import { sizeOf } from '../ir/types.ts';
import { newLocal } from './access.ts';
import { newBuffer } from './emitter.ts';
import { mapStatement } from './map-statement.ts';
import type { LaunchStep, Loop, Lowered, Slice } from './steps.ts';

/** Where a buffer of the kernel lies in a larger one. */
interface Moved {
  readonly buffer: KernelBuffer;
  readonly offset: Expr;
}

const moveBuffers = (body: readonly Stmt[], moved: ReadonlyMap<number, Moved>): Stmt[] => {
  const inExpression = (e: Expr): Expr =>
    mapExpression(e, (part) => {
      const to = part.kind === 'load' ? moved.get(part.buffer.id) : undefined;
      if (to === undefined || part.kind !== 'load') return part;
      return { ...part, buffer: to.buffer, at: indexes.add(part.at, to.offset) };
    });
  return body.map((stmt) => {
    const next = mapStatement(stmt, inExpression, (inner) => moveBuffers(inner, moved));
    const to = next.kind === 'store' ? moved.get(next.buffer.id) : undefined;
    if (to === undefined || next.kind !== 'store') return next;
    return { ...next, buffer: to.buffer, at: indexes.add(next.at, to.offset) };
  });
};

/** The launch of a kernel on what its values stand for. */
export const bindKernel = (
  { values, ...lowered }: Lowered,
  sliceOf: (value: Value) => Slice,
): LaunchStep => {
  const { kernel } = lowered;
  const slices = values.map(sliceOf);
  const counters = new Map<Loop, Local>();
  const moved = new Map<number, Moved>();
  const offsetOf = ({ strides }: Slice): Expr =>
    strides.reduce<Expr>(
      (sum, { loop, stride }) => {
        const counter = counters.get(loop) ?? newLocal('i32', [0, loop.count - 1]);
        counters.set(loop, counter);
        return indexes.add(sum, indexes.mul(counter, constant(stride, 'i32')));
      },
      constant(0, 'i32'),
    );
  kernel.parameters.forEach(({ buffer }, k) => {
    const slice = slices[k] as Slice;
    if (slice.strides.length === 0) return;
    const length = sizeOf(slice.value.type.shape);
    moved.set(buffer.id, { buffer: newBuffer(buffer.dtype, length), offset: offsetOf(slice) });
  });
  const launch = {
    ...lowered,
    kind: 'launch',
    values: slices.map(({ value }) => value),
    loops: [...counters.keys()],
  } as const;
  if (moved.size === 0) return launch;
  const bound: Kernel = {
    ...kernel,
    parameters: kernel.parameters.map((parameter) => ({
      ...parameter,
      buffer: moved.get(parameter.buffer.id)?.buffer ?? parameter.buffer,
    })),
    counters: [...counters.values()],
    body: moveBuffers(kernel.body, moved),
  };
  return { ...launch, kernel: bound };
};
