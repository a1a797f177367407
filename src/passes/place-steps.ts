/** Steps over values become steps over buffers; copies of a buffer to itself fall away. */
import type { Value } from '../ir/graph.ts';
import type { BufferSlice, Launch, PlanBuffer, Step } from '../ir/plan.ts';
import type { Loop, Slice, ValueStep } from './steps.ts';

/** The steps of a plan; appends their launches to `launches`. */
export const placeSteps = (
  steps: readonly ValueStep[],
  bufferOf: (value: Value) => PlanBuffer,
  launches: Launch[],
): Step[] => {
  const numbers = new Map<Loop, number>();
  const numberOf = (loop: Loop): number => {
    const number = numbers.get(loop) ?? numbers.size;
    numbers.set(loop, number);
    return number;
  };
  const sliceOf = ({ value, strides }: Slice): BufferSlice => ({
    buffer: bufferOf(value),
    strides: strides.map(({ loop, stride }) => ({ loop: numberOf(loop), stride })),
  });
  const place = (list: readonly ValueStep[]): Step[] => list.flatMap(placeOne);
  const placeOne = (step: ValueStep): Step[] => {
    switch (step.kind) {
      case 'launch': {
        const loops = step.loops.length === 0 ? {} : { loops: step.loops.map(numberOf) };
        const buffers = step.values.map(bufferOf);
        launches.push({ kernel: step.kernel, buffers, ...loops });
        return [{ kind: 'launch', launch: launches.length - 1 }];
      }
      case 'copy': {
        const [from, to] = [sliceOf(step.from), sliceOf(step.to)];
        const isShared = from.buffer === to.buffer && from.strides.length + to.strides.length === 0;
        return isShared ? [] : [{ kind: 'copy', from, to, length: step.length }];
      }
      case 'repeat': {
        const { count, reverse } = step.loop;
        const loop = numberOf(step.loop);
        return [{ kind: 'repeat', loop, count, reverse, body: place(step.body) }];
      }
      case 'while': {
        const test = place(step.test);
        return [
          { kind: 'while', test, condition: sliceOf(step.condition), body: place(step.body) },
        ];
      }
      case 'branch': {
        const index = sliceOf(step.index);
        return [{ kind: 'branch', index, branches: step.branches.map(place) }];
      }
    }
  };
  return place(steps);
};
