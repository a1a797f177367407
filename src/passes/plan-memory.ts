/**
 * Memory planning: gives every stored value a place. Results live in outputs, donated arguments are
 * overwritten where their last reader allows, everything else shares an arena by lifetime, tightest
 * gaps filled first.
 */
import type { Graph, Value } from '../ir/graph.ts';
import type { Launch, Place, Plan, PlanBuffer, ResultSource } from '../ir/plan.ts';
import type { Target } from '../ir/target.ts';
import { bytesOf, sizeOf } from '../ir/types.ts';
import { coalesce, mergeLifetimes } from './coalesce.ts';
import { type Lifetimes, lifetimes, type Span } from './lifetimes.ts';
import { placeSteps } from './place-steps.ts';
import type { ValueStep } from './steps.ts';

/** Offsets are multiples of a cache line. */
const alignment = 64;
const bytesOfValue = ({ type: { dtype, shape } }: Value, { elementBytes = 1 }: Target): number =>
  Math.ceil((sizeOf(shape) * Math.max(bytesOf[dtype], elementBytes)) / alignment) * alignment;

/** A range of an arena in use until time `until`. */
interface Block {
  readonly arena: number;
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

/** Where the values are that live in the arena, how large it is, and where it may be cut. */
interface Arena {
  readonly offsets: ReadonlyMap<Value, number>;
  readonly bytes: number;
  readonly cuts: readonly number[];
}

/** Fills arenas, as many as the target wants, and lays them side by side. */
const fillArenas = (
  values: readonly Value[],
  { spans, pairs }: Pick<Lifetimes, 'spans' | 'pairs'>,
  reuse: boolean,
  target: Target,
): Arena => {
  const { largestArena = Number.POSITIVE_INFINITY } = target;
  const blocks = new Map<Value, Block>();
  const replaced = new Set<Block>();
  let live: Block[] = [];
  const sizes: number[] = [];
  const spanOf = (value: Value): Span => spans.get(value) as Span;
  /** The first arena with a gap. A value that is too large for any gets one for itself. */
  const place = (bytes: number): Pick<Block, 'arena' | 'offset'> => {
    for (let arena = 0; arena < sizes.length; arena++) {
      const here = live.filter((block) => block.arena === arena);
      const offset = findGap(here, bytes);
      if (offset + bytes <= largestArena) return { arena, offset };
    }
    return { arena: sizes.length, offset: 0 };
  };
  for (const value of [...values].sort((a, b) => spanOf(a).first - spanOf(b).first)) {
    const { first, last: until } = spanOf(value);
    const bytes = bytesOfValue(value, target);
    live = reuse ? live.filter((block) => block.until >= first) : live;
    const old = (reuse ? (pairs.get(first) ?? []) : [])
      .filter(([, written]) => written === value)
      .map(([read]) => blocks.get(read))
      .find((block) => block?.bytes === bytes && block.until === first && !replaced.has(block));
    if (old !== undefined) replaced.add(old);
    const { arena, offset } = old ?? place(bytes);
    const block = { arena, offset, bytes, until };
    sizes[arena] = Math.max(sizes[arena] ?? 0, offset + bytes);
    blocks.set(value, block);
    live.push(block);
  }
  const starts: number[] = [];
  let total = 0;
  for (const size of sizes) {
    starts.push(total);
    total += size;
  }
  const startOf = ({ arena, offset }: Block): number => (starts[arena] as number) + offset;
  const offsets = new Map([...blocks].map(([value, block]) => [value, startOf(block)]));
  return { offsets, bytes: total, cuts: starts.slice(1) };
};

/**
 * Places for all stored values. With `reuse` false no two values share memory. A value that is
 * larger than the largest arena of the target gets an arena that is too large.
 */
export const planMemory = (
  graph: Graph,
  steps: readonly ValueStep[],
  donated: readonly number[],
  reuse = true,
  target: Target = {},
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
  const { offsets, bytes, cuts } = fillArenas(own, merged, reuse, target);

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
    arenaBytes: bytes,
    ...(cuts.length === 0 ? {} : { cuts }),
    ...(target.elementBytes === undefined ? {} : { elementBytes: target.elementBytes }),
  };
};
