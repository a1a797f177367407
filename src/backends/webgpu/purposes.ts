/** What the memory of a program is for, in words that name the user's ops and lines. */
import { describeKernel, type Kernel } from '../../ir/kernel.ts';
import { arenasOf, bytesInArena, type Plan, type PlanBuffer } from '../../ir/plan.ts';
import { showType } from '../../ir/types.ts';
import type { Purpose } from './memory-pool.ts';

type Maker = Pick<Kernel, 'name' | 'origin'>;

/** The memory behind something that a kernel makes. */
const madeBy = (what: string, kernel: Maker | undefined): Purpose =>
  kernel === undefined
    ? { what }
    : { what: `${what}, made by ${describeKernel(kernel)}`, site: kernel.origin?.site };

/** The purposes of the memory of a plan. */
export interface Purposes {
  readonly inputs: readonly Purpose[];
  readonly results: readonly Purpose[];
  readonly arenas: readonly Purpose[];
}

/** What each part of the memory of a plan is for. */
export const purposesOf = (plan: Plan): Purposes => {
  const makers = new Map<PlanBuffer, Kernel>();
  for (const { kernel, buffers } of plan.launches) {
    kernel.parameters.forEach(({ access }, k) => {
      const buffer = buffers[k] as PlanBuffer;
      if (access !== 'read' && !makers.has(buffer)) makers.set(buffer, kernel);
    });
  }
  const outputs = new Map(
    plan.buffers.map((buffer) => {
      const { place } = buffer;
      return [place.kind === 'output' ? place.index : -1, makers.get(buffer)] as const;
    }),
  );
  const inputs = plan.inputs.map((type, k) => ({
    what: `argument ${k} ${showType(type)} of ${plan.name}`,
  }));
  const results = plan.results.map(({ type, source: { kind, index } }, k) => {
    const maker = kind === 'output' ? outputs.get(index) : undefined;
    return madeBy(`result ${k} ${showType(type)} of ${plan.name}`, maker);
  });
  const arenas = arenasOf(plan).map(({ start, bytes }) => {
    let largest: PlanBuffer | undefined;
    for (const buffer of plan.buffers) {
      const { place } = buffer;
      if (place.kind !== 'arena' || place.offset < start || place.offset >= start + bytes) continue;
      const size = bytesInArena(plan, buffer);
      if (largest === undefined || size > bytesInArena(plan, largest)) largest = buffer;
    }
    const between = `the memory between the kernels of ${plan.name}`;
    if (largest === undefined) return { what: between };
    const { dtype, length } = largest;
    return madeBy(`${between}, mostly ${dtype}[${length}]`, makers.get(largest));
  });
  return { inputs, results, arenas };
};
