/** The steps of a plan as JavaScript statements: calls of kernels inside of loops and branches. */
import {
  type BufferSlice,
  isIdleCopy,
  type Plan,
  type PlanBuffer,
  type Step,
} from '../../ir/plan.ts';

/** Where a slice begins: `t0 * 12 + t1 * 4`. */
const offsetOf = ({ strides }: BufferSlice): string =>
  strides.map(({ loop, stride }) => `t${loop} * ${stride}`).join(' + ') || '0';

/**
 * The lines that run the steps. `calls[k]` runs launch k, `use` gives the name of a buffer; loop k
 * has its step in `tk`.
 */
export const emitSteps = (
  plan: Plan,
  steps: readonly Step[],
  calls: readonly string[],
  use: (buffer: PlanBuffer) => string,
): string[] => {
  const inside = (body: readonly Step[]): string[] =>
    emitSteps(plan, body, calls, use).map((line) => `  ${line}`);
  const element = (slice: BufferSlice): string => `${use(slice.buffer)}[${offsetOf(slice)}]`;
  const emitOne = (step: Step): string[] => {
    switch (step.kind) {
      case 'launch':
        return [`  ${calls[step.launch]}`];
      case 'copy': {
        if (isIdleCopy(plan, step)) return [];
        const ends = [step.from, step.to].map((end) => `${use(end.buffer)}, ${offsetOf(end)}`);
        return [`  copy(${ends.join(', ')}, ${step.length});`];
      }
      case 'repeat': {
        const t = `t${step.loop}`;
        const head = step.reverse
          ? `let ${t} = ${step.count - 1}; ${t} >= 0; ${t}--`
          : `let ${t} = 0; ${t} < ${step.count}; ${t}++`;
        return [`  for (${head}) {`, ...inside(step.body), '  }'];
      }
      case 'while':
        return [
          '  for (;;) {',
          ...inside(step.test),
          `    if (${element(step.condition)} === 0) break;`,
          ...inside(step.body),
          '  }',
        ];
      case 'branch':
        return step.branches.flatMap((branch, k) => {
          const isLast = k === step.branches.length - 1;
          const head = isLast ? '{' : `if (${element(step.index)} <= ${k}) {`;
          return [
            `  ${k === 0 ? '' : '} else '}${head}`,
            ...inside(branch),
            ...(isLast ? ['  }'] : []),
          ];
        });
    }
  };
  return steps.flatMap(emitOne);
};
