/** One scalar instruction as a whole program, so that its code can be run on many numbers. */
import type { Backend, Program } from '../../src/backends/backend.ts';
import type { Expr, Kernel, KernelBuffer, Local } from '../../src/ir/kernel.ts';
import type { Plan } from '../../src/ir/plan.ts';
import type { DType, TypedArray } from '../../src/ir/types.ts';

/**
 * Runs what `make` says of the elements of the inputs, one invocation per element; `arrange` may
 * change the kernel before it is compiled.
 */
export const runInstruction = async (
  backend: Backend,
  inputs: readonly (readonly [DType, TypedArray])[],
  dtype: DType,
  make: (...operands: Expr[]) => Expr,
  arrange: (kernel: Kernel) => Kernel = (kernel) => kernel,
): Promise<TypedArray> => {
  const length = inputs[0]![1].length;
  const types = [...inputs.map(([type]) => type), dtype];
  const buffers = types.map((type, id): KernelBuffer => ({ id, dtype: type, length }));
  const index: Local = { kind: 'local', id: 0, dtype: 'i32', range: [0, length - 1] };
  const loads = inputs.map(
    ([type], k): Expr => ({ kind: 'load', buffer: buffers[k]!, at: index, dtype: type }),
  );
  const target = buffers.at(-1)!;
  const kernel: Kernel = {
    name: 'instruction0',
    parameters: buffers.map((buffer, k) => ({
      buffer,
      access: k < inputs.length ? 'read' : 'write',
    })),
    body: [
      {
        kind: 'for',
        index,
        from: 0,
        to: length,
        step: 1,
        loop: 'parallel',
        body: [{ kind: 'store', buffer: target, at: index, value: make(...loads) }],
      },
    ],
    inPlace: [],
    flops: 0,
  };
  const plan: Plan = {
    name: 'instruction',
    inputs: inputs.map(([type]) => ({ dtype: type, shape: [length] })),
    results: [{ type: { dtype, shape: [length] }, source: { kind: 'output', index: 0 } }],
    donations: [],
    buffers: buffers.map((buffer, k) => ({
      ...buffer,
      place: k < inputs.length ? { kind: 'input', index: k } : { kind: 'output', index: 0 },
    })),
    launches: [],
    steps: [{ kind: 'launch', launch: 0 }],
    arenaBytes: 0,
  };
  const whole: Plan = { ...plan, launches: [{ kernel: arrange(kernel), buffers: plan.buffers }] };
  const program = {
    graph: { inputs: [], eqns: [] },
    donated: [],
    plan: () => whole,
  } as unknown as Program;
  const executable = backend.compile(program);
  const [result] = executable.run(inputs.map(([type, data]) => backend.upload(data, type)));
  executable.dispose();
  return backend.download(result!);
};
