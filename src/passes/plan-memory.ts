/**
 * Memory planning: gives every stored value a place. Results live in outputs, donated arguments are
 * overwritten where their last reader allows, everything else shares one arena by lifetime, largest
 * gaps filled first.
 */
import type { Graph, Value } from '../ir/graph.ts';
import type { Launch, Place, Plan, PlanBuffer, ResultSource } from '../ir/plan.ts';
import { bytesOf, sizeOf } from '../ir/types.ts';
import { coalesce, mergeLifetimes } from './coalesce.ts';
import { type Lifetimes, lifetimes, type Span } from './lifetimes.ts';
import { placeSteps } from './place-steps.ts';
import type { ValueStep } from './steps.ts';

/** Offsets are multiples of a cache line. */
const alignment = 64;
const bytesOfValue = (value: Value): number =>
  Math.ceil((sizeOf(value.type.shape) * bytesOf[value.type.dtype]) / alignment) * alignment;

/** A range of the arena in use until time `until`. */
interface Block {
  readonly offset: number;
  readonly bytes: number;
  readonly until: number;
}

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

/** Outputs that take over a donated input: `[input, output]`. */
const takeOver = (
  graph: Graph,
  outputs: ReadonlyMap<Value, number>,
  donated: readonly number[],
  { spans, pairs }: Pick<Lifetimes, 'spans' | 'pairs'>,
): [number, number][] => {
  const handedBack = new Set(graph.outputs.filter((value) => graph.inputs.includes(value)));
  const taken = new Set<number>();
  const mayReplace = (old: Value, fresh: Value): boolean => {
    const time = spans.get(fresh)?.first as number;
    const last = spans.get(old)?.last ?? -1;
    if (last !== time) return last < time;
    return (pairs.get(time) ?? []).some(([read, written]) => read === old && written === fresh);
  };
  const donations: [number, number][] = [];
  for (const [output, index] of outputs) {
    if (!spans.has(output)) continue;
    const input = donated.find((candidate) => {
      const value = graph.inputs[candidate] as Value;
      if (taken.has(candidate) || handedBack.has(value)) return false;
      const isSame =
        value.type.dtype === output.type.dtype &&
        sizeOf(value.type.shape) === sizeOf(output.type.shape);
      return isSame && mayReplace(value, output);
    });
    if (input === undefined) continue;
    taken.add(input);
    donations.push([input, index]);
  }
  return donations;
};

/** Offsets of the values that live in the arena, and its size. */
const fillArena = (
  values: readonly Value[],
  { spans, pairs }: Pick<Lifetimes, 'spans' | 'pairs'>,
  reuse: boolean,
): { offsets: ReadonlyMap<Value, number>; arenaBytes: number } => {
  const blocks = new Map<Value, Block>();
  const replaced = new Set<Block>();
  let live: Block[] = [];
  let arenaBytes = 0;
  const spanOf = (value: Value): Span => spans.get(value) as Span;
  for (const value of [...values].sort((a, b) => spanOf(a).first - spanOf(b).first)) {
    const { first, last: until } = spanOf(value);
    const bytes = bytesOfValue(value);
    live = reuse ? live.filter((block) => block.until >= first) : live;
    const old = (reuse ? (pairs.get(first) ?? []) : [])
      .filter(([, written]) => written === value)
      .map(([read]) => blocks.get(read))
      .find((block) => block?.bytes === bytes && block.until === first && !replaced.has(block));
    if (old !== undefined) replaced.add(old);
    const offset = old?.offset ?? findGap(live, bytes);
    const block = { offset, bytes, until };
    arenaBytes = Math.max(arenaBytes, offset + bytes);
    blocks.set(value, block);
    live.push(block);
  }
  const offsets = new Map([...blocks].map(([value, { offset }]) => [value, offset]));
  return { offsets, arenaBytes };
};

/** Places for all stored values. With `reuse` false no two values share memory. */
export const planMemory = (
  graph: Graph,
  steps: readonly ValueStep[],
  donated: readonly number[],
  reuse = true,
): Plan => {
  const inputs = new Map(graph.inputs.map((value, index) => [value, index]));
  const outputs = new Map<Value, number>();
  graph.outputs.forEach((value, index) => {
    if (!inputs.has(value) && !outputs.has(value)) outputs.set(value, index);
  });
  const isInArena = (value: Value): boolean => !inputs.has(value) && !outputs.has(value);
  const lives = lifetimes(steps, (value) => !isInArena(value));
  const shared = reuse ? coalesce(steps, lives, isInArena) : new Map<Value, Value>();
  const homeOf = (value: Value): Value => {
    const other = shared.get(value);
    return other === undefined ? value : homeOf(other);
  };
  const merged = mergeLifetimes(lives, homeOf);
  const donations = takeOver(graph, outputs, donated, merged);
  const own = [...merged.spans.keys()].filter(isInArena);
  const { offsets, arenaBytes } = fillArena(own, merged, reuse);

  const buffers = new Map<Value, PlanBuffer>();
  const placeOf = (value: Value): Place => {
    const input = inputs.get(value);
    if (input !== undefined) return { kind: 'input', index: input };
    const output = outputs.get(value);
    if (output !== undefined) return { kind: 'output', index: output };
    return { kind: 'arena', offset: offsets.get(value) as number };
  };
  const bufferOf = (member: Value): PlanBuffer => {
    const value = homeOf(member);
    const known = buffers.get(value);
    if (known !== undefined) return known;
    const { dtype, shape } = value.type;
    const buffer = { id: buffers.size, dtype, length: sizeOf(shape), place: placeOf(value) };
    buffers.set(value, buffer);
    return buffer;
  };
  const launches: Launch[] = [];
  const placed = placeSteps(steps, bufferOf, launches);
  const results = graph.outputs.map((value) => {
    const input = inputs.get(value);
    const source: ResultSource =
      input === undefined
        ? { kind: 'output', index: outputs.get(value) as number }
        : { kind: 'input', index: input };
    return { type: value.type, source };
  });
  return {
    name: graph.name,
    inputs: graph.inputs.map((value) => value.type),
    results,
    donations,
    buffers: [...buffers.values()],
    launches,
    steps: placed,
    arenaBytes,
  };
};
