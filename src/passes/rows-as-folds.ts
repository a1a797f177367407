/** What the passes of a rows group do, in the terms of folds that workgroups share. */
import type { Eqn, Value } from '../ir/graph.ts';
import { strideAlong } from '../ir/index-terms.ts';
import type { Expr, Local } from '../ir/kernel.ts';
import type { Params, ReduceOp } from '../ir/op.ts';
import { bytesOf, sizeOf } from '../ir/types.ts';
import { Access } from './access.ts';
import type { FoldShape, FoldSize } from './divide-fold.ts';
import type { Emitter } from './emitter.ts';
import type { Domain, Place } from './groups.ts';
import { inLanes, type Keep, type KeptRow } from './kept-rows.ts';
import type { Results, RowsPlan } from './lower-rows.ts';
import { probe } from './probe.ts';
import { type Fold, type FoldPass, type Folds, stepsOf } from './workgroup-fold.ts';

/** How far apart in memory neighbouring rows and folded neighbours are, in most of what is read. */
const stridesOf = ({ group, fused }: RowsPlan): { row: number; along: number } | undefined => {
  const { root, symbols } = group;
  const isIndex = (index: Expr): index is Local => index.kind === 'local';
  const [row, along] = [symbols.outer, symbols.inner].map((list) => list.filter(isIndex).at(-1));
  const place = (group.foldPlaces.get(root) as Place)(symbols);
  const isStored = (value: Value): boolean => fused.anchors.has(value);
  const reads = probe(root.inputs[0] as Value, place, fused.producers, isStored);
  const longest = reads.sort((a, b) => sizeOf(b.access.shape) - sizeOf(a.access.shape))[0];
  if (longest === undefined) return undefined;
  const strideOf = (index: Local | undefined): number =>
    index === undefined ? 0 : Math.abs(strideAlong(longest.access.position, index) ?? 0);
  return { row: strideOf(row), along: strideOf(along) };
};
/** Whether neighbours in memory belong to neighbouring rows. */
export const isAcross = (plan: RowsPlan): boolean => {
  const strides = stridesOf(plan);
  return strides?.row === 1 && strides.along !== 1;
};
/** Whether neighbours in memory are folded one after the other. */
export const isAlong = (plan: RowsPlan): boolean => stridesOf(plan)?.along === 1;

/** How much there is to fold. */
export const foldSizeOf = (plan: RowsPlan): FoldSize => {
  const { group, folds, count } = plan;
  const bytes = folds.flatMap(({ op, inputs }) =>
    (op as ReduceOp<Params>)
      .accumulators((inputs[0] as Value).type.dtype)
      .map((dtype) => Math.max(4, bytesOf[dtype])),
  );
  return {
    rows: sizeOf(group.outer),
    length: sizeOf(group.inner),
    isAcross: isAcross(plan),
    bytes: bytes.reduce((sum, size) => sum + size, 0),
    passes: count,
  };
};

/** One reduction as a fold. */
const foldOf = (emitter: Emitter, { group }: RowsPlan, eqn: Eqn): Fold => {
  const op = eqn.op as ReduceOp<Params>;
  const input = eqn.inputs[0] as Value;
  const output = eqn.outputs[0] as Value;
  const s = emitter.scalars(input.type.dtype);
  const i = emitter.scalars('i32');
  return {
    init: () => op.init(s, i),
    step: (accumulators, domain) => {
      const x = emitter.read(input, (group.foldPlaces.get(eqn) as Place)(domain));
      return op.step(s, i, accumulators, x, Access.index(group.inner, domain.inner).position);
    },
    combine: (one, other) => op.combine(s, i, one, other),
    done: (accumulators, outer) => {
      const place = (group.places.get(output) as Place)({ outer, inner: group.symbols.inner });
      const result = accumulators[op.result] as Expr;
      emitter.define(output, place, result);
      // Members read it at the place of their row, which may be written in other terms.
      emitter.reload.set(output, () => result);
    },
  };
};

/** The folds of a rows group. */
export const rowsAsFolds = (
  emitter: Emitter,
  plan: RowsPlan,
  shape: FoldShape,
  results: Results,
  keep: Keep = inLanes,
): Folds => {
  const { group, passes, folds, maps, inside, count } = plan;
  // What a lane keeps is gone in the next dispatch.
  const kept =
    shape.chunks === 1 ? keep(emitter, plan, stepsOf(shape), results) : new Map<Eqn, KeptRow>();
  const storeAll = (eqn: Eqn, domain: Domain): void => {
    for (const output of eqn.outputs)
      results.store(output, (group.places.get(output) as Place)(domain));
  };
  let here: { domain: Domain; step: Expr } | undefined;
  const visitWith =
    (elements: readonly Eqn[]) =>
    (domain: Domain, step: Expr): void => {
      here = { domain, step };
      for (const eqn of elements) {
        storeAll(eqn, domain);
        kept.get(eqn)?.save(domain, step);
      }
    };
  const passOf = (pass: number): FoldPass[] => {
    const elements = maps.filter((eqn) => inside.has(eqn) && passes.get(eqn) === pass);
    const now = folds.filter((eqn) => passes.get(eqn) === pass);
    if (now.length === 0 && elements.length === 0) return [];
    const one = {
      folds: now.map((eqn) => foldOf(emitter, plan, eqn)),
      visit: visitWith(elements),
      leave: () => {
        for (const eqn of elements) {
          const row = kept.get(eqn);
          if (row === undefined) continue;
          emitter.reload.set(eqn.outputs[0] as Value, () => {
            const { domain, step } = here as NonNullable<typeof here>;
            return row.load(domain, step);
          });
        }
      },
    };
    return [one];
  };
  return {
    shape,
    outer: group.outer,
    inner: group.inner,
    passes: Array.from({ length: count }, (_, pass) => passOf(pass)).flat(),
    finish: (outer) => {
      for (const eqn of group.eqns) {
        if (!inside.has(eqn)) storeAll(eqn, { outer, inner: group.symbols.inner });
      }
      for (const eqn of kept.keys()) emitter.reload.delete(eqn.outputs[0] as Value);
    },
  };
};
