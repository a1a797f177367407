/** Runs one kernel on the JavaScript backend, its parameters given as arrays. */
import { js } from '../../src/backends/js/index.ts';
import { buildGraph } from '../../src/ir/graph.ts';
import type { Kernel } from '../../src/ir/kernel.ts';
import type { Plan, PlanBuffer } from '../../src/ir/plan.ts';
import type { TensorType, TypedArray } from '../../src/ir/types.ts';

const noGraph = buildGraph('none', [], () => []);

/** A plan of one launch: read parameters are inputs, the others outputs, in order. */
export const planOf = (kernel: Kernel): Plan => {
  const inputs: TensorType[] = [];
  const results: Plan['results'][number][] = [];
  const buffers = kernel.parameters.map(({ buffer, access }, id): PlanBuffer => {
    const type: TensorType = { dtype: buffer.dtype, shape: [buffer.length] };
    if (access === 'read') {
      inputs.push(type);
      return { ...buffer, id, place: { kind: 'input', index: inputs.length - 1 } };
    }
    results.push({ type, source: { kind: 'output', index: results.length } });
    return { ...buffer, id, place: { kind: 'output', index: results.length - 1 } };
  });
  return {
    name: 'one',
    inputs,
    results,
    donations: [],
    buffers,
    launches: [{ kernel, buffers }],
    steps: [{ kind: 'launch', launch: 0 }],
    arenaBytes: 0,
  };
};

/** A program of a plan for backends that read nothing else. */
export const programOf = (plan: Plan, donated: readonly number[] = []) => ({
  graph: noGraph,
  donated,
  plan: () => plan,
});

/** The outputs of a kernel. */
export const runKernel = (kernel: Kernel, inputs: readonly TypedArray[]): TypedArray[] => {
  const plan = planOf(kernel);
  const executable = js.compile(programOf(plan));
  const storages = inputs.map((data, k) => js.upload(data, (plan.inputs[k] as TensorType).dtype));
  const outputs = executable
    .run(storages)
    .map((storage) => js.downloadSync?.(storage) as TypedArray);
  executable.dispose();
  return outputs;
};
