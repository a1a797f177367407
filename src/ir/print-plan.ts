/** Plans as text: places of buffers, every kernel once, and the launches in order. */
import type { Kernel } from './kernel.ts';
import type { Plan, PlanBuffer } from './plan.ts';
import { printKernelLines } from './print-kernel.ts';
import { showName } from './text-reader.ts';
import { showType } from './types.ts';

/** The lines of a plan's text; `starts[k]` is the line of launch k. */
export interface PlanLines {
  readonly lines: readonly string[];
  readonly starts: readonly number[];
}

/** Prints a plan line by line; buffers that are not the plan's show as `p?` and their id. */
export const printPlanLines = (plan: Plan): PlanLines => {
  const numbers = new Map(plan.buffers.map((buffer, k) => [buffer, k]));
  const use = (buffer: PlanBuffer): string => `p${numbers.get(buffer) ?? `?${buffer.id}`}`;
  const kernels = new Map<Kernel, number>();
  for (const { kernel } of plan.launches) {
    if (!kernels.has(kernel)) kernels.set(kernel, kernels.size);
  }
  const place = ({ place: at }: PlanBuffer): string =>
    at.kind === 'arena' ? `arena ${at.offset}` : `${at.kind} ${at.index}`;
  const inputs = plan.inputs.map(showType).join(', ');
  const lines = [
    `plan ${showName(plan.name)}(${inputs}) arena ${plan.arenaBytes} {`,
    ...plan.results.map(
      ({ type, source }) => `  result ${showType(type)} = ${source.kind} ${source.index}`,
    ),
    ...plan.donations.map(([input, output]) => `  donate ${input} -> ${output}`),
    ...plan.buffers.map(
      (buffer) => `  buffer ${use(buffer)}: ${buffer.dtype}[${buffer.length}] = ${place(buffer)}`,
    ),
    ...[...kernels.keys()].flatMap((kernel) => printKernelLines(kernel, '  ').lines),
  ];
  const starts = plan.launches.map(({ kernel, buffers }) => {
    const name = showName(kernel.name);
    lines.push(`  launch ${kernels.get(kernel)} ${name}(${buffers.map(use).join(', ')})`);
    return lines.length - 1;
  });
  lines.push('}');
  return { lines, starts };
};

/** The text of a plan. */
export const printPlan = (plan: Plan): string => printPlanLines(plan).lines.join('\n');
