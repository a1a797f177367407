/**
 * Memory planning: gives every stored value a place. Results live in outputs, donated arguments are
 * overwritten where their last reader allows, everything else shares one arena by lifetime, largest
 * gaps filled first.
 */
import type { Value } from '../ir/graph.ts';
import type { Plan, PlanBuffer, ResultSource } from '../ir/plan.ts';
import { bytesOf, sizeOf } from '../ir/types.ts';
import type { Fused } from './fuse.ts';
import type { Lowered } from './lower.ts';

/** Offsets are multiples of a cache line. */
const alignment = 64;
const bytesOfValue = (value: Value): number =>
  Math.ceil((sizeOf(value.type.shape) * bytesOf[value.type.dtype]) / alignment) * alignment;

/** A range of the arena in use until launch `until`. */
interface Block {
  readonly offset: number;
  readonly bytes: number;
  until: number;
}

/** First launch that writes and last launch that reads each value. */
const lifetimes = (launches: readonly Lowered[]): Map<Value, { first: number; last: number }> => {
  const lives = new Map<Value, { first: number; last: number }>();
  launches.forEach(({ values }, time) => {
    for (const value of values) {
      const life = lives.get(value);
      if (life === undefined) lives.set(value, { first: time, last: time });
      else life.last = time;
    }
  });
  return lives;
};

/** The lowest offset at which `bytes` fit between the blocks in use; the tightest gap wins. */
const findGap = (blocks: readonly Block[], bytes: number): number => {
  const used = [...blocks].sort((a, b) => a.offset - b.offset);
  let best: { offset: number; slack: number } | undefined;
  let end = 0;
  for (const block of used) {
    const slack = block.offset - end - bytes;
    if (slack >= 0 && (best === undefined || slack < best.slack)) best = { offset: end, slack };
    end = Math.max(end, block.offset + block.bytes);
  }
  return best?.offset ?? end;
};

/** Places for all stored values. With `reuse` false no two values share memory. */
export const planMemory = (
  fused: Fused,
  launches: readonly Lowered[],
  donated: readonly number[],
  reuse = true,
): Plan => {
  const { graph } = fused;
  const lives = lifetimes(launches);
  const inputIndex = new Map(graph.inputs.map((value, index) => [value, index]));
  const outputIndex = new Map<Value, number>();
  graph.outputs.forEach((value, index) => {
    if (!inputIndex.has(value) && !outputIndex.has(value)) outputIndex.set(value, index);
  });
  const written = new Map<Value, Lowered>();
  launches.forEach((launch) => {
    launch.kernel.parameters.forEach(({ access }, k) => {
      if (access !== 'read') written.set(launch.values[k] as Value, launch);
    });
  });
  const mayReplace = (old: Value, fresh: Value, time: number): boolean => {
    const { kernel, values } = launches[time] as Lowered;
    if ((lives.get(old)?.last ?? -1) !== time) return (lives.get(old)?.last ?? -1) < time;
    const pair = [values.indexOf(old), values.indexOf(fresh)];
    return kernel.inPlace.some(([r, w]) => r === pair[0] && w === pair[1]);
  };

  // Outputs that take over a donated input.
  const donations: [number, number][] = [];
  const taken = new Set<number>();
  const handedBack = new Set(graph.outputs.filter((value) => inputIndex.has(value)));
  for (const [output, index] of outputIndex) {
    const time = lives.get(output)?.first;
    if (time === undefined) continue;
    const input = donated.find((candidate) => {
      const value = graph.inputs[candidate] as Value;
      if (taken.has(candidate) || handedBack.has(value)) return false;
      const isSame =
        value.type.dtype === output.type.dtype &&
        sizeOf(value.type.shape) === sizeOf(output.type.shape);
      return isSame && mayReplace(value, output, time);
    });
    if (input === undefined) continue;
    taken.add(input);
    donations.push([input, index]);
  }

  const blocks = new Map<Value, Block>();
  let live: Block[] = [];
  let arenaBytes = 0;
  launches.forEach(({ kernel, values }, time) => {
    live = reuse ? live.filter((block) => block.until >= time) : live;
    const replaced = new Set<Block>();
    kernel.parameters.forEach(({ access }, k) => {
      const value = values[k] as Value;
      if (access === 'read' || outputIndex.has(value) || blocks.has(value)) return;
      const until = lives.get(value)?.last ?? time;
      const bytes = bytesOfValue(value);
      const pair = reuse
        ? kernel.inPlace.find(([r, w]) => {
            const old = blocks.get(values[r] as Value);
            return (
              w === k &&
              old !== undefined &&
              old.bytes === bytes &&
              old.until === time &&
              !replaced.has(old)
            );
          })
        : undefined;
      if (pair !== undefined) {
        const old = blocks.get(values[pair[0]] as Value) as Block;
        replaced.add(old);
        const block = { offset: old.offset, bytes, until };
        blocks.set(value, block);
        live.push(block);
        return;
      }
      const offset = findGap(live, bytes);
      const block = { offset, bytes, until };
      arenaBytes = Math.max(arenaBytes, offset + bytes);
      blocks.set(value, block);
      live.push(block);
    });
  });

  const buffers = new Map<Value, PlanBuffer>();
  const bufferOf = (value: Value): PlanBuffer => {
    const known = buffers.get(value);
    if (known !== undefined) return known;
    const input = inputIndex.get(value);
    const output = outputIndex.get(value);
    const buffer: PlanBuffer = {
      id: buffers.size,
      dtype: value.type.dtype,
      length: sizeOf(value.type.shape),
      place:
        input !== undefined
          ? { kind: 'input', index: input }
          : output !== undefined
            ? { kind: 'output', index: output }
            : { kind: 'arena', offset: (blocks.get(value) as Block).offset },
    };
    buffers.set(value, buffer);
    return buffer;
  };
  const planned = launches.map(({ kernel, values }) => ({ kernel, buffers: values.map(bufferOf) }));
  const results = graph.outputs.map((value) => {
    const input = inputIndex.get(value);
    const source: ResultSource =
      input === undefined
        ? { kind: 'output', index: outputIndex.get(value) as number }
        : { kind: 'input', index: input };
    return { type: value.type, source };
  });
  return {
    name: graph.name,
    inputs: graph.inputs.map((value) => value.type),
    results,
    donations,
    buffers: [...buffers.values()],
    launches: planned,
    arenaBytes,
  };
};
