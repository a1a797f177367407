/**
 * A plan as one JavaScript module: a function per distinct kernel and a `run` that calls them in
 * order. The text holds names made from counters and numbers, and nothing else that varies.
 */
import type { Kernel } from '../../ir/kernel.ts';
import type { Plan, PlanBuffer } from '../../ir/plan.ts';
import { scalarFunctions } from '../../ir/scalar-functions.ts';
import { emitKernel, type KernelCode, type ScratchArray } from './emit-kernel.ts';
import { emitSteps } from './emit-steps.ts';
import { halfNamesIn } from './halves.ts';

/** The text of a module and what it must be given. */
export interface ModuleCode {
  /**
   * The body of a function of `functions`, `arena` and `scratch` that returns `run(inputs,
   * outputs)`.
   */
  readonly text: string;
  /** The arena buffers, in the order in which `arena` must hold views of them. */
  readonly arena: readonly PlanBuffer[];
  readonly scratch: readonly ScratchArray[];
  /** The function of each launch. */
  readonly sources: readonly string[];
}

/** The names of the functions that a module is given where it uses them. */
const functionNames: readonly string[] = [
  'copy',
  ...Object.keys(scalarFunctions),
  'asF32',
  'asI32',
  'asU32',
];

interface KernelFunction extends KernelCode {
  readonly name: string;
  readonly scratchNames: readonly string[];
}

/** Prints a plan. Kernels that print the same over the same dtypes share one function. */
export const emitModule = (plan: Plan): ModuleCode => {
  const scratch: ScratchArray[] = [];
  const byText = new Map<string, KernelFunction>();
  const byKernel = new Map<Kernel, KernelFunction>();
  const functionOf = (kernel: Kernel): KernelFunction => {
    const known = byKernel.get(kernel);
    if (known !== undefined) return known;
    const code = emitKernel(kernel);
    // One function only ever sees arrays of one type per parameter, which keeps it fast.
    const dtypes = kernel.parameters.map(({ buffer }) => buffer.dtype);
    const key = `${dtypes.join()} ${code.scratch.map(({ dtype }) => dtype).join()} ${code.text}`;
    let found = byText.get(key);
    if (found === undefined) {
      const scratchNames = code.scratch.map((array) => `s${scratch.push(array) - 1}`);
      found = { ...code, name: `k${byText.size}`, scratchNames };
      byText.set(key, found);
    }
    byKernel.set(kernel, found);
    return found;
  };
  const arena = plan.buffers.filter(({ place }) => place.kind === 'arena');
  const numbers = new Map(arena.map((buffer, k) => [buffer.id, k]));
  const nameOf = ({ id, place }: PlanBuffer): string =>
    place.kind === 'arena'
      ? `a${numbers.get(id)}`
      : `${place.kind === 'input' ? 'i' : 'o'}${place.index}`;
  const used = new Set<string>();
  const use = (buffer: PlanBuffer): string => {
    const name = nameOf(buffer);
    used.add(name);
    return name;
  };
  const calls = plan.launches.map(({ kernel, buffers, loops = [] }) => {
    const { name, scratchNames } = functionOf(kernel);
    const steps = loops.map((loop) => `t${loop}`);
    return `${name}(${[...buffers.map(use), ...scratchNames, ...steps].join(', ')});`;
  });
  const body = emitSteps(plan, plan.steps, calls, use);
  const define = (prefix: string, from: string, count: number): string[] =>
    Array.from({ length: count }, (_, k) => k)
      .filter((k) => prefix === 's' || used.has(`${prefix}${k}`))
      .map((k) => `const ${prefix}${k} = ${from}[${k}];`);
  const outputs = plan.buffers.reduce(
    (count, { place }) => (place.kind === 'output' ? Math.max(count, place.index + 1) : count),
    0,
  );
  const texts = [...byText.values()].map((code) => `function ${code.name}${code.text}`);
  const words = new Set([...texts, ...body].join('\n').match(/[a-zA-Z]\w*/g));
  const given = [
    ...functionNames.filter((name) => words.has(name)),
    ...halfNamesIn(texts.join('\n')),
  ];
  const text = [
    "'use strict';",
    ...(given.length === 0 ? [] : [`const { ${given.join(', ')} } = functions;`]),
    ...define('a', 'arena', arena.length),
    ...define('s', 'scratch', scratch.length),
    ...texts,
    'return (inputs, outputs) => {',
    ...define('i', 'inputs', plan.inputs.length).map((line) => `  ${line}`),
    ...define('o', 'outputs', outputs).map((line) => `  ${line}`),
    ...body,
    '};',
  ].join('\n');
  const sources = plan.launches.map(({ kernel }) => {
    const { name, text: body } = functionOf(kernel);
    return `function ${name}${body}`;
  });
  return { text, arena, scratch, sources };
};
