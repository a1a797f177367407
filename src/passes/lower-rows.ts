/**
 * Reductions: loops over rows (the kept axes), and in each row one pass over the folded axes per
 * level of reductions that need each other's results. Values of every element are stored in the
 * pass where all they need is known.
 */
import { indexes } from '../ir/expressions.ts';
import type { Eqn, Value } from '../ir/graph.ts';
import { type Expr, type KernelBuffer, keyOf, type Local } from '../ir/kernel.ts';
import type { Params, ReduceOp } from '../ir/op.ts';
import type { Target } from '../ir/target.ts';
import { type Shape, sizeOf } from '../ir/types.ts';
import { Access, newIndexes, newLocal } from './access.ts';
import { divideFold } from './divide-fold.ts';
import { type Emitter, integer } from './emitter.ts';
import { foldInBlocks } from './fold-in-blocks.ts';
import type { Fused } from './fuse.ts';
import { type Domain, type Group, isInside, type Place } from './groups.ts';
import { inResults } from './kept-rows.ts';
import { writeLaneFolds } from './lane-folds.ts';
import { probe } from './probe.ts';
import { foldSizeOf, isAcross, isAlong, rowsAsFolds } from './rows-as-folds.ts';
import { readLater, scratchRows } from './scratch-rows.ts';
import { writeFolds } from './workgroup-fold.ts';

/** Rows shorter than this are folded one per lane wherever they lie. */
const shortRow = 16;
/** How many neighbouring rows share a pass when the folded axes are not the last ones. */
const neighbours = 8;
/** The same in vectors: what is read at one time are whole lines of the cache. */
const manyNeighbours = 32;
/**
 * The same for one fold of long lines: three whole lines of the cache, and twelve vectors of sums.
 * Reading 1024 x 1024 so takes two thirds of the time.
 */
const ofLongLines = { leastExtent: 768, widths: [48, 16, neighbours] };

/**
 * What each equation of the group needs of the passes: the number of the pass that may compute it.
 */
const passesOf = (group: Group, fused: Fused): Map<Eqn, number> => {
  const passes = new Map<Eqn, number>();
  const isStored = (value: Value): boolean => fused.anchors.has(value);
  for (const eqn of group.eqns) {
    const folds = eqn.op.kind === 'reduce';
    const subject = (folds ? eqn.inputs[0] : eqn.outputs[0]) as Value;
    const place = (folds ? group.foldPlaces.get(eqn) : group.places.get(subject)) as Place;
    let pass = 0;
    const visit = (value: Value, access: Access, stop: (value: Value) => boolean): void => {
      for (const read of probe(value, access, fused.producers, stop)) {
        const member = group.places.has(read.value) ? fused.producers.get(read.value) : undefined;
        const before = member === undefined ? undefined : passes.get(member);
        if (member === undefined || before === undefined) continue;
        pass = Math.max(pass, before + (member.op.kind === 'reduce' ? 1 : 0));
      }
    };
    const here = (value: Value): boolean => isStored(value) && (folds || value !== subject);
    visit(subject, place(group.symbols), here);
    passes.set(eqn, pass);
  }
  return passes;
};

/** The members that live in memory. */
export interface Results {
  readonly buffers: ReadonlyMap<Value, KernelBuffer>;
  /** Writes an element of a value if it is one of them. */
  store(value: Value, access: Access): void;
}

/**
 * Writes the loops of a rows group. Where the target has workgroups, long folds are shared by the
 * lanes of some.
 */
export const lowerRows = (
  emitter: Emitter,
  group: Group,
  fused: Fused,
  results: Results,
  target: Target,
): void => {
  const passes = passesOf(group, fused);
  const folds = group.eqns.filter((eqn) => eqn.op.kind === 'reduce');
  const maps = group.eqns.filter((eqn) => eqn.op.kind !== 'reduce');
  const inside = new Set(
    maps.filter((eqn) => isInside(group, group.places.get(eqn.outputs[0] as Value) as Place)),
  );
  const count = Math.max(...group.eqns.map((eqn) => passes.get(eqn) as number)) + 1;
  const later = readLater(group, fused, passes, inside);
  const plan = { group, fused, passes, folds, maps, inside, count, later };
  const { workgroup, lanes = 1 } = target;
  const size = foldSizeOf(plan);
  const last = group.inner[group.inner.length - 1] ?? 0;
  const isShort = lanes > 1 && areShort(plan, lanes);
  if (lanes > 1 && last >= 2 * lanes && !isShort && sizeOf(group.outer) > 0 && isAlong(plan)) {
    const whole = { ...size, rowLanes: 1, foldLanes: 1, chunks: 1, subgroup: 1 };
    writeLaneFolds(emitter, rowsAsFolds(emitter, plan, whole, results, inResults), lanes);
    return;
  }
  const shape = workgroup && divideFold(size, workgroup);
  if (shape === undefined) writeRows(emitter, plan, results, workgroup === undefined, lanes);
  else writeFolds(emitter, rowsAsFolds(emitter, plan, shape, results));
};

/** What is known of the equations of a rows group before their loops are written. */
export interface RowsPlan {
  readonly group: Group;
  readonly fused: Fused;
  /** The pass in which each equation is computed; there are `count` of them. */
  readonly passes: ReadonlyMap<Eqn, number>;
  readonly count: number;
  readonly folds: readonly Eqn[];
  /** The other equations, and those of them that have a value per element of a row. */
  readonly maps: readonly Eqn[];
  readonly inside: ReadonlySet<Eqn>;
  /** Equations of single floats per element that a later pass reads again. */
  readonly later: readonly Eqn[];
}

/** One invocation per row, or a few rows per invocation where that is worth it. */
const writeRows = (
  emitter: Emitter,
  plan: RowsPlan,
  { store }: Results,
  mayShare: boolean,
  lanes: number,
): void => {
  const { group, fused, passes, folds, maps, inside, count, later } = plan;
  const isInLanes =
    lanes > 1 &&
    lastOf(group.outer) >= lanes &&
    (isAcross(plan) || (areShort(plan, lanes) && later.length > 0));
  const scratch = scratchRows(emitter, group, later, isInLanes ? lanes : 1);
  const rows = (outers: readonly (readonly Expr[])[]): void => {
    const inner = newIndexes(group.inner);
    const domains: Domain[] = outers.map((outer) => ({ outer, inner }));
    for (let pass = 0; pass < count; pass++) {
      const now = folds.filter((eqn) => passes.get(eqn) === pass);
      const elements = maps.filter((eqn) => inside.has(eqn) && passes.get(eqn) === pass);
      for (const eqn of maps) {
        if (inside.has(eqn) || passes.get(eqn) !== pass) continue;
        for (const domain of domains) storeAll(eqn, domain);
      }
      if (now.length === 0 && elements.length === 0) continue;
      const start = (): Local[][][] => domains.map(() => now.map((eqn) => startFold(emitter, eqn)));
      const step = (at: readonly Expr[], all: Local[][][]): void => {
        scratch.inner = at;
        outers.forEach((outer, d) => {
          const domain = { outer, inner: at };
          for (const eqn of elements) {
            storeAll(eqn, domain);
            scratch.rows.get(eqn)?.save(domain);
          }
          now.forEach((eqn, k) => {
            const place = group.foldPlaces.get(eqn) as Place;
            const mine = (all[d] as Local[][])[k] as Local[];
            stepFold(emitter, group, eqn, place(domain), domain, mine);
          });
        });
      };
      const accumulators =
        lanes > 1 && now.length > 0
          ? foldInBlocks(emitter, group.inner, {
              start,
              step,
              join: (all, block) => joinFolds(emitter, now, all, block),
            })
          : start();
      if (lanes === 1 || now.length === 0) {
        emitter.loops(inner, group.inner, 'serial', () => step(inner, accumulators));
      }
      const accumulatorsOf = (row: number, fold: number): readonly Local[] =>
        (accumulators[row] as Local[][])[fold] as Local[];
      for (const eqn of elements) scratch.rows.get(eqn)?.reload();
      domains.forEach((domain, d) => {
        now.forEach((eqn, k) => {
          const output = eqn.outputs[0] as Value;
          const place = group.places.get(output) as Place;
          const { result } = eqn.op as ReduceOp<Params>;
          const final = emitter.freeze(accumulatorsOf(d, k)[result] as Local);
          emitter.define(output, place(domain), final);
          store(output, place(domain));
        });
      });
    }
    for (const saved of scratch.rows.values()) saved.forget();
  };
  const storeAll = (eqn: Eqn, domain: Domain): void => {
    for (const output of eqn.outputs) {
      store(output, (group.places.get(output) as Place)(domain));
    }
  };
  if (isInLanes && (scratch.rows.size > 0 || !isStridedFold(group, fused))) {
    forLanes(emitter, group, lanes, (lane, outer) => {
      scratch.lane = lane;
      rows([outer]);
    });
  } else forRows(emitter, group, fused, mayShare && scratch.rows.size === 0, lanes, rows);
};
/** Whether rows are so short, and so many side by side, that each lane has its own. */
const areShort = ({ group }: RowsPlan, lanes: number): boolean =>
  sizeOf(group.inner) < shortRow && lastOf(group.outer) >= lanes;
const lastOf = (shape: Shape): number => shape[shape.length - 1] ?? 1;
const foldsOf = ({ eqns }: Group): number => eqns.filter(({ op }) => op.kind === 'reduce').length;

/**
 * Visits an axis in blocks of a length that divides it. Where a block begins is written as a
 * multiple, so that who takes the index apart finds what is the same in all of a block.
 */
const inBlocks = (
  emitter: Emitter,
  extent: number,
  length: number,
  body: (base: Expr) => void,
): void => {
  const count = extent / length;
  if (count === 1) {
    body(integer(0));
    return;
  }
  const block = newLocal('i32', [0, Math.max(0, count - 1)]);
  emitter.range(block, 0, count, 1, 'parallel', () => body(indexes.mul(block, integer(length))));
};

/** Visits the rows, neighbouring ones in the lanes of vectors. */
const forLanes = (
  emitter: Emitter,
  { outer: extents }: Group,
  lanes: number,
  row: (lane: Expr, outer: readonly Expr[]) => void,
): void => {
  const last = extents.length - 1;
  const leading = newIndexes(extents.slice(0, last));
  const extent = lastOf(extents);
  const full = extent - (extent % lanes);
  emitter.loops(leading, extents.slice(0, last), 'parallel', () => {
    inBlocks(emitter, full, lanes, (base) => {
      const lane = newLocal('i32', [0, lanes - 1]);
      emitter.range(lane, 0, lanes, 1, 'lanes', () =>
        row(lane, [...leading, indexes.add(base, lane)]),
      );
    });
    const rest = newLocal('i32', [full, extent - 1]);
    emitter.range(rest, full, extent, 1, 'parallel', () => row(integer(0), [...leading, rest]));
  });
};

/**
 * Visits the rows; neighbouring rows together where an element's neighbour in memory belongs to the
 * next row.
 */
const forRows = (
  emitter: Emitter,
  group: Group,
  fused: Fused,
  mayShare: boolean,
  lanes: number,
  rows: (outers: readonly (readonly Expr[])[]) => void,
): void => {
  const outer = newIndexes(group.outer);
  const last = outer.length - 1;
  const extent = group.outer[last] ?? 1;
  if (!mayShare || extent === 1 || !isStridedFold(group, fused)) {
    emitter.loops(outer, group.outer, 'parallel', () => rows([outer]));
    return;
  }
  const at = (index: Expr): Expr[] => [...outer.slice(0, last), index];
  const block = (first: Expr, width: number): void => {
    const from = (start: Expr, count: number, step: number): Expr[][] =>
      Array.from({ length: count }, (_, k) => at(indexes.add(start, integer(k * step))));
    if (lanes === 1) {
      rows(from(first, width, 1));
      return;
    }
    const lane = newLocal('i32', [0, lanes - 1]);
    emitter.range(lane, 0, lanes, 1, 'lanes', () =>
      rows(from(indexes.add(first, lane), width / lanes, lanes)),
    );
  };
  const isLong = extent >= ofLongLines.leastExtent && foldsOf(group) === 1;
  const widths = isLong ? ofLongLines.widths : [manyNeighbours, neighbours];
  emitter.loops(outer.slice(0, last), group.outer.slice(0, last), 'parallel', () => {
    let done = 0;
    for (const width of lanes === 1 ? [neighbours] : widths) {
      const start = done;
      const full = Math.floor((extent - start) / width) * width;
      if (full > 0) {
        inBlocks(emitter, full, width, (base) => block(indexes.add(base, integer(start)), width));
      }
      done += full;
    }
    if (done < extent) {
      rows(Array.from({ length: extent - done }, (_, k) => at(integer(done + k))));
    }
  });
};

/**
 * Whether the fold walks memory with large steps while neighbouring rows lie side by side, and is
 * cheap to repeat.
 */
const isStridedFold = (group: Group, fused: Fused): boolean => {
  if (group.eqns.length > 6) return false;
  const root = group.root;
  const place = group.foldPlaces.get(root) as Place;
  const { at } = place(group.symbols);
  const lastOuter = group.symbols.outer[group.symbols.outer.length - 1] as Expr;
  const lastAxis = at[at.length - 1];
  if (lastAxis === undefined || keyOf(lastAxis) !== keyOf(lastOuter)) return false;
  const stop = (value: Value): boolean => fused.anchors.has(value);
  return probe(root.inputs[0] as Value, place(group.symbols), fused.producers, stop).length <= 4;
};

const startFold = (emitter: Emitter, eqn: Eqn): Local[] => {
  const op = eqn.op as ReduceOp<Params>;
  const { dtype } = (eqn.inputs[0] as Value).type;
  return op
    .init(emitter.scalars(dtype), emitter.scalars('i32'))
    .map((init) => emitter.variable(init));
};

/** Combines the folds of a block with those of all before it. */
const joinFolds = (
  emitter: Emitter,
  folds: readonly Eqn[],
  all: Local[][][],
  block: Local[][][],
): void => {
  all.forEach((rows, d) => {
    folds.forEach((eqn, k) => {
      const op = eqn.op as ReduceOp<Params>;
      const s = emitter.scalars((eqn.inputs[0] as Value).type.dtype);
      const mine = rows[k] as Local[];
      const other = (block[d] as Local[][])[k] as Local[];
      op.combine(s, emitter.scalars('i32'), mine, other).forEach((value, j) => {
        emitter.set(mine[j] as Local, value);
      });
    });
  });
};

const stepFold = (
  emitter: Emitter,
  group: Group,
  eqn: Eqn,
  access: Access,
  domain: Domain,
  accumulators: readonly Local[],
): void => {
  const op = eqn.op as ReduceOp<Params>;
  const input = eqn.inputs[0] as Value;
  const x = emitter.read(input, access);
  const position = Access.index(group.inner, domain.inner).position;
  const next = op.step(
    emitter.scalars(input.type.dtype),
    emitter.scalars('i32'),
    accumulators,
    x,
    position,
  );
  // All steps see the accumulators as they were, so the assignments come last.
  next.forEach((value, k) => {
    emitter.set(accumulators[k] as Local, value);
  });
};
