/** Plans as text: places of buffers, every kernel once, and the launches in order. */
import type { Kernel } from './kernel.ts';
import type { BufferSlice, Launch, Plan, PlanBuffer, Step } from './plan.ts';
import { printKernelLines } from './print-kernel.ts';
import { showName } from './text-reader.ts';
import { showType } from './types.ts';

/**
 * The lines of a plan's text; `starts[k]` is the line of launch k, the steps begin at `firstStep`.
 */
export interface PlanLines {
  readonly lines: readonly string[];
  readonly starts: readonly number[];
  readonly firstStep: number;
}

const showArena = ({ arenaBytes, elementBytes, cuts = [] }: Plan): string => {
  const elements = elementBytes === undefined ? '' : ` elements ${elementBytes}`;
  return `arena ${arenaBytes}${elements}${cuts.length === 0 ? '' : ` cut ${cuts.join(', ')}`}`;
};

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
    `plan ${showName(plan.name)}(${inputs}) ${showArena(plan)} {`,
    ...plan.results.map(
      ({ type, source }) => `  result ${showType(type)} = ${source.kind} ${source.index}`,
    ),
    ...plan.donations.map(([input, output]) => `  donate ${input} -> ${output}`),
    ...plan.buffers.map(
      (buffer) => `  buffer ${use(buffer)}: ${buffer.dtype}[${buffer.length}] = ${place(buffer)}`,
    ),
    ...[...kernels.keys()].flatMap((kernel) => printKernelLines(kernel, '  ').lines),
  ];
  const firstStep = lines.length;
  const starts: number[] = [];
  const loopOf = (loop: number): string => `t${loop}`;
  const slice = ({ buffer, strides }: BufferSlice): string => {
    const at = strides.map(({ loop, stride }) => `${loopOf(loop)} * ${stride}`).join(' + ');
    return `${use(buffer)}[${at}]`;
  };
  const launch = (number: number, indent: string): void => {
    const { kernel, buffers, loops = [] } = plan.launches[number] as Launch;
    const operands = [...buffers.map(use), ...loops.map(loopOf)].join(', ');
    starts[number] = lines.length;
    lines.push(`${indent}launch ${kernels.get(kernel)} ${showName(kernel.name)}(${operands})`);
  };
  const block = (head: string, body: readonly Step[], indent: string): void => {
    lines.push(`${indent}${head} {`);
    for (const step of body) write(step, `${indent}  `);
  };
  const write = (step: Step, indent: string): void => {
    switch (step.kind) {
      case 'launch':
        launch(step.launch, indent);
        return;
      case 'copy':
        lines.push(`${indent}copy ${slice(step.from)} -> ${slice(step.to)} length ${step.length}`);
        return;
      case 'repeat': {
        const order = step.reverse ? ' reverse' : '';
        block(`repeat ${loopOf(step.loop)} in ${step.count}${order}`, step.body, indent);
        break;
      }
      case 'while':
        block('while', step.test, indent);
        block(`} ${slice(step.condition)}`, step.body, indent);
        break;
      case 'branch':
        block(`branch ${slice(step.index)}`, step.branches[0] ?? [], indent);
        for (const branch of step.branches.slice(1)) block('}', branch, indent);
    }
    lines.push(`${indent}}`);
  };
  for (const step of plan.steps) write(step, '  ');
  lines.push('}');
  return { lines, starts, firstStep };
};

/** The text of a plan. */
export const printPlan = (plan: Plan): string => printPlanLines(plan).lines.join('\n');
