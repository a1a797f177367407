/**
 * A plan as shaders: where its buffers are on the device, and what each launch and each copy
 * dispatches.
 */
import { BackendError, InternalError } from '../../ir/errors.ts';
import { indexes } from '../../ir/expressions.ts';
import { constant, type Expr, type Kernel, type Local } from '../../ir/kernel.ts';
import {
  arenasOf,
  type BufferSlice,
  isIdleCopy,
  type Plan,
  type PlanBuffer,
  type Step,
} from '../../ir/plan.ts';
import { bytesOf } from '../../ir/types.ts';
import { arenaResource, type Placed, type Resource } from './bindings.ts';
import { emitShader, mostCounters, type Shader } from './emit-shader.ts';
import { phasesOf } from './phases.ts';
import { wordBytes } from './target.ts';

/** What a launch or a copy does: dispatches, with the loops whose steps are its counters. */
export interface Task {
  readonly shaders: readonly Shader[];
  readonly loops: readonly number[];
}
/** A part of a resource that the host reads, in words. */
export interface Place {
  readonly resource: Resource;
  readonly offset: number;
  readonly strides: BufferSlice['strides'];
}
/** What to do, one after the other: steps of a plan whose launches and copies are tasks. */
export type TaskStep =
  | { readonly kind: 'task'; readonly task: Task }
  | {
      readonly kind: 'repeat';
      readonly loop: number;
      readonly count: number;
      readonly reverse: boolean;
      readonly body: readonly TaskStep[];
    }
  | {
      readonly kind: 'while';
      readonly test: readonly TaskStep[];
      readonly condition: Place;
      readonly body: readonly TaskStep[];
    }
  | {
      readonly kind: 'branch';
      readonly index: Place;
      readonly branches: readonly (readonly TaskStep[])[];
    };
/** A plan ready for a device. */
export interface Translation {
  readonly steps: readonly TaskStep[];
  /** The shaders of each launch, as one text. */
  readonly sources: readonly string[];
  /** Every shader, for compiling. */
  readonly shaders: readonly Shader[];
}

/** Throws InternalError for a plan whose arena does not leave a word to every element. */
const checkWords = ({ buffers, elementBytes = 1 }: Plan): void => {
  const least = ({ dtype }: PlanBuffer): number => Math.max(bytesOf[dtype], elementBytes);
  const narrow = buffers.find((one) => one.place.kind === 'arena' && least(one) < wordBytes);
  if (narrow === undefined) return;
  const rule = 'elements in the arena take less than a word: the plan is for another machine';
  throw new InternalError('webgpu', rule);
};

const copyKernel = (
  number: number,
  { from, to, length }: Step & { readonly kind: 'copy' },
): { kernel: Kernel; loops: number[] } => {
  const { dtype } = from.buffer;
  const loops = [...new Set([...from.strides, ...to.strides].map(({ loop }) => loop))];
  const counters = loops.map((_, k): Local => ({ kind: 'local', id: k + 1, dtype: 'i32' }));
  const index: Local = { kind: 'local', id: 0, dtype: 'i32', range: [0, length - 1] };
  const at = ({ strides }: BufferSlice): Expr =>
    strides.reduce<Expr>((sum, { loop, stride }) => {
      const counter = counters[loops.indexOf(loop)] as Local;
      return indexes.add(sum, indexes.mul(counter, constant(stride, 'i32')));
    }, index);
  const [source, target] = [from, to].map(({ buffer }, id) => ({
    id,
    dtype: buffer.dtype,
    length: buffer.length,
  })) as [Kernel['parameters'][0]['buffer'], Kernel['parameters'][0]['buffer']];
  const value: Expr = { kind: 'load', buffer: source, at: at(from), dtype };
  const kernel: Kernel = {
    name: `copy${number}`,
    parameters: [
      { buffer: source, access: 'read' },
      { buffer: target, access: 'write' },
    ],
    counters,
    body: [
      {
        kind: 'for',
        index,
        from: 0,
        to: length,
        step: 1,
        loop: 'parallel',
        body: [{ kind: 'store', buffer: target, at: at(to), value }],
      },
    ],
    inPlace: [],
    flops: 0,
  };
  return { kernel, loops };
};

/**
 * Translates a plan; kernels get at most `mostBindings` storage buffers. With `hasHalf` arguments
 * and results of f16 take two bytes per element.
 */
export const translatePlan = (plan: Plan, mostBindings: number, hasHalf: boolean): Translation => {
  checkWords(plan);
  const arenas = arenasOf(plan);
  const takenOver = new Map(plan.donations.map(([input, output]) => [output, input]));
  const placeOf = ({ place }: PlanBuffer): Placed => {
    if (place.kind === 'arena') {
      const number = arenas.findLastIndex(({ start }) => start <= place.offset);
      const { start } = arenas[number] as (typeof arenas)[0];
      return { resource: arenaResource(number), offset: (place.offset - start) / wordBytes };
    }
    const input = place.kind === 'input' ? place.index : takenOver.get(place.index);
    const resource = input === undefined ? `output ${place.index}` : `input ${input}`;
    return { resource, offset: 0 };
  };
  const shaders: Shader[] = [];
  const task = (
    kernel: Kernel,
    buffers: readonly PlanBuffer[],
    loops: readonly number[] = [],
  ): Task => {
    if (loops.length > mostCounters) {
      throw new BackendError(`webgpu: more than ${mostCounters} loops around a kernel`);
    }
    const placed = buffers.map(placeOf);
    const made = phasesOf(kernel).map((phase) =>
      emitShader(kernel, phase, placed, mostBindings, hasHalf),
    );
    shaders.push(...made);
    return { shaders: made, loops };
  };
  const launches = plan.launches.map(({ kernel, buffers, loops }) => task(kernel, buffers, loops));
  const readable = (slice: BufferSlice): Place => ({
    ...placeOf(slice.buffer),
    strides: slice.strides,
  });
  let copies = 0;
  const translateOne = (step: Step): TaskStep[] => {
    switch (step.kind) {
      case 'launch':
        return [{ kind: 'task', task: launches[step.launch] as Task }];
      case 'copy': {
        if (isIdleCopy(plan, step) || step.length === 0) return [];
        const { kernel, loops } = copyKernel(copies++, step);
        return [{ kind: 'task', task: task(kernel, [step.from.buffer, step.to.buffer], loops) }];
      }
      case 'repeat':
        return [{ ...step, body: translate(step.body) }];
      case 'while': {
        const { test, body, condition } = step;
        return [
          {
            kind: 'while',
            test: translate(test),
            condition: readable(condition),
            body: translate(body),
          },
        ];
      }
      case 'branch':
        return [
          {
            kind: 'branch',
            index: readable(step.index),
            branches: step.branches.map(translate),
          },
        ];
    }
  };
  const translate = (list: readonly Step[]): TaskStep[] => list.flatMap(translateOne);
  const steps = translate(plan.steps);
  return {
    steps,
    sources: launches.map(({ shaders: made }) => made.map(({ text }) => text).join('\n\n')),
    shaders,
  };
};
