/**
 * Reductions: loops over rows (the kept axes), and in each row one pass over the folded axes per
 * level of reductions that need each other's results. Values of every element are stored in the
 * pass where all they need is known.
 */
import type { Eqn, Value } from '../ir/graph.ts';
import type { Expr, KernelBuffer, Local } from '../ir/kernel.ts';
import type { Params, ReduceOp } from '../ir/op.ts';
import type { Target } from '../ir/target.ts';
import { sizeOf, type TensorType } from '../ir/types.ts';
import { Access, newIndexes } from './access.ts';
import { divideFold } from './divide-fold.ts';
import type { Emitter } from './emitter.ts';
import { foldInBlocks } from './fold-in-blocks.ts';
import type { Fused } from './fuse.ts';
import { type Domain, type Group, isInside, type Place } from './groups.ts';
import { inResults } from './kept-rows.ts';
import { writeLaneFolds } from './lane-folds.ts';
import { probe } from './probe.ts';
import {
  type FoldResult,
  forLanes,
  forRows,
  isStridedFold,
  lastOf,
  type Row,
  type RowSteps,
} from './row-blocks.ts';
import { foldSizeOf, isAcross, isAlong, rowsAsFolds } from './rows-as-folds.ts';
import { readLater, scratchRows } from './scratch-rows.ts';
import { writeFolds } from './workgroup-fold.ts';

/** Rows shorter than this are folded one per lane wherever they lie. */
const shortRow = 16;
/** So many values of a row are written in a loop over the rows. */
const many = 2;

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
  /** One pass over some rows; returns who tells what its folds give, row by row. */
  const passOver = (
    pass: number,
    inner: readonly Expr[],
    domains: readonly Domain[],
  ): FoldResult[][] => {
    const now = folds.filter((eqn) => passes.get(eqn) === pass);
    const elements = maps.filter((eqn) => inside.has(eqn) && passes.get(eqn) === pass);
    if (now.length === 0 && elements.length === 0) return domains.map(() => []);
    const start = (): Local[][][] => domains.map(() => now.map((eqn) => startFold(emitter, eqn)));
    const step = (at: readonly Expr[], all: Local[][][]): void => {
      scratch.inner = at;
      domains.forEach(({ outer }, d) => {
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
    for (const eqn of elements) scratch.rows.get(eqn)?.reload();
    return accumulators.map((row) =>
      now.map((eqn, k) => () => {
        const { result } = eqn.op as ReduceOp<Params>;
        return emitter.freeze((row[k] as Local[])[result] as Local);
      }),
    );
  };
  const storeOutside = (pass: number, domains: readonly Domain[]): void => {
    for (const eqn of maps) {
      if (inside.has(eqn) || passes.get(eqn) !== pass) continue;
      for (const domain of domains) storeAll(eqn, domain);
    }
  };
  /** Says what the folds of a pass give for a row, and stores it where it lives in memory. */
  const defineFolds = (pass: number, domain: Domain, results: readonly FoldResult[]): void => {
    folds
      .filter((eqn) => passes.get(eqn) === pass)
      .forEach((eqn, k) => {
        const output = eqn.outputs[0] as Value;
        const access = (group.places.get(output) as Place)(domain);
        emitter.define(output, access, (results[k] as FoldResult)());
        store(output, access);
      });
  };
  const domainsOf = (rows: readonly Row[], inner: readonly Expr[]): Domain[] =>
    rows.map((outer) => ({ outer, inner }));
  const all = (rows: readonly Row[]): void => {
    const inner = newIndexes(group.inner);
    const domains = domainsOf(rows, inner);
    for (let pass = 0; pass < count; pass++) {
      storeOutside(pass, domains);
      const results = passOver(pass, inner, domains);
      domains.forEach((domain, d) => {
        defineFolds(pass, domain, results[d] as FoldResult[]);
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
      all([outer]);
    });
    return;
  }
  const steps: RowSteps = {
    dtypes: folds.map(({ outputs }) => (outputs[0] as Value).type.dtype),
    fold: (rows) => {
      const inner = newIndexes(group.inner);
      return passOver(0, inner, domainsOf(rows, inner));
    },
    finish: (row, results) => {
      const domain = { outer: row, inner: newIndexes(group.inner) };
      defineFolds(0, domain, results);
      for (let pass = 0; pass < count; pass++) storeOutside(pass, [domain]);
    },
  };
  const writer = { all, steps: isLongAfterwards(plan) ? steps : undefined };
  forRows(emitter, group, fused, mayShare && scratch.rows.size === 0, lanes, writer);
};
/** Whether all folds come first, and many values are computed of them, one each per row. */
const isLongAfterwards = ({ passes, folds, maps, inside }: RowsPlan): boolean =>
  inside.size === 0 &&
  maps.length >= many &&
  maps.every((eqn) => passes.get(eqn) !== 0) &&
  folds.every((eqn) => passes.get(eqn) === 0 && eqn.outputs.every(({ type }) => isWord(type)));
const isWord = ({ dtype }: TensorType): boolean =>
  dtype === 'f32' || dtype === 'i32' || dtype === 'u32';
/** Whether rows are so short, and so many side by side, that each lane has its own. */
const areShort = ({ group }: RowsPlan, lanes: number): boolean =>
  sizeOf(group.inner) < shortRow && lastOf(group.outer) >= lanes;
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
