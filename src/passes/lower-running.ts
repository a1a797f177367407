/**
 * Running folds by workgroups: every invocation folds a part of a row, the parts are combined in
 * workgroup memory, and each invocation goes through its part again from what stands before it.
 * Where there are few rows several workgroups share one: a first phase folds what is theirs.
 */
import { indexes } from '../ir/expressions.ts';
import type { Expr, KernelBuffer } from '../ir/kernel.ts';
import type { RunningFold } from '../ir/op.ts';
import type { WorkgroupTarget } from '../ir/target.ts';
import { bytesOf, type DType, sizeOf } from '../ir/types.ts';
import { Access, newIndexes } from './access.ts';
import { type Emitter, integer } from './emitter.ts';
import type { Row } from './row.ts';
import { perWorkgroup } from './scatter-buckets.ts';

/** How a row is divided. */
interface RunningPlan {
  /** Workgroups of a row. */
  readonly segments: number;
  /** Invocations of a workgroup, and how many of them are combined one after the other. */
  readonly lanes: number;
  readonly neighbours: number;
  /** Elements of an invocation. */
  readonly length: number;
  /** Of the state. */
  readonly dtypes: readonly DType[];
}

/** Shorter rows are folded by one invocation. */
const leastLength = 33;
/** An invocation folds at least so many elements. */
const leastPart = 4;
/** Longer parts are shared by more workgroups while there are any. */
const usualPart = 16;
/** Every workgroup combines what all others of its row folded. */
const mostSegments = 256;

/** How to divide the rows; undefined where one invocation per row is as good. */
const planRunning = (
  emitter: Emitter,
  fold: RunningFold,
  dtype: DType,
  rows: number,
  length: number,
  { busy, invocations, memory }: WorkgroupTarget,
): RunningPlan | undefined => {
  if (length < leastLength) return undefined;
  if (rows === 0 || rows >= busy * perWorkgroup) return undefined;
  const lanes = 2 ** Math.floor(Math.log2(Math.min(invocations, length / leastPart)));
  const neighbours = 2 ** Math.floor(Math.log2(lanes) / 2);
  const init = fold.init(emitter.scalars(dtype), emitter.scalars('i32'));
  const dtypes = init.map((e) => e.dtype);
  const bytes = dtypes.reduce((sum, one) => sum + Math.max(4, bytesOf[one]), 0);
  if ((lanes + lanes / neighbours) * bytes > memory) return undefined;
  const wanted = length <= lanes * usualPart ? 1 : Math.ceil(busy / rows);
  const most = Math.min(wanted, mostSegments, Math.ceil(length / (lanes * leastPart)));
  const part = Math.ceil(length / (lanes * most));
  return { segments: Math.ceil(length / (lanes * part)), lanes, neighbours, length: part, dtypes };
};

type State = readonly Expr[];

/** Writes the phases; says whether there are any. */
export const lowerRunning = (
  emitter: Emitter,
  fold: RunningFold,
  { dtype, length, rows, lead, read, write }: Row,
  workgroup: WorkgroupTarget,
): boolean => {
  const plan = planRunning(emitter, fold, dtype, sizeOf(lead), length, workgroup);
  if (plan === undefined) return false;
  const { segments, lanes, neighbours, length: part, dtypes } = plan;
  const s = emitter.scalars(dtype);
  const i = emitter.scalars('i32');
  const init = (): State => fold.init(s, i);
  const combine = (x: State, y: State): State => fold.combine(s, i, x, y);
  const groups = lanes / neighbours;
  const newCells = (count: number): KernelBuffer[] =>
    dtypes.map((one) => emitter.alloc(one, count, 'workgroup'));
  const load = (buffers: readonly KernelBuffer[], at: Expr): State =>
    buffers.map((buffer) => emitter.loadHere(buffer, at));
  const save = (buffers: readonly KernelBuffer[], at: Expr, state: State): void =>
    buffers.forEach((buffer, k) => {
      emitter.store(buffer, at, state[k] as Expr);
    });
  const variables = (state: State) => {
    const locals = state.map((e) => emitter.variable(e));
    return {
      get: (): State => locals.map((local) => emitter.freeze(local)),
      set: (next: State): void =>
        locals.forEach((local, k) => {
          emitter.set(local, next[k] as Expr);
        }),
    };
  };
  const loop = (extent: number, body: (index: Expr) => void): void => {
    const [index] = newIndexes([extent]) as [Expr];
    emitter.loop(index, extent, 'serial', () => body(index));
  };

  /** Folds the part of an invocation; `each` sees the state after every place. */
  const foldPart = (
    segment: Expr,
    lane: Expr,
    before: State,
    each?: (place: Expr, state: State) => void,
  ): State => {
    const state = variables(before);
    loop(part, (k) => {
      const number = Access.index([segments, lanes, part], [segment, lane, k]).position;
      emitter.guard(indexes.lt(number, integer(length)), () => {
        const at = fold.isReverse ? indexes.sub(integer(length - 1), number) : number;
        const place = emitter.bounded(at, length);
        const elements = Array.from({ length: fold.inputs }, (_, input) => read(input, place));
        const next = fold.step(s, i, state.get(), elements, place);
        state.set(next);
        each?.(place, next);
      });
    });
    return state.get();
  };
  /**
   * Combines the states of the workgroup: `cells` then hold what stands before each invocation in
   * its group of neighbours, `groupCells` the groups.
   */
  const share = (lane: Expr, state: State) => {
    const [cells, groupCells] = [newCells(lanes), newCells(groups)];
    save(cells, lane, state);
    emitter.barrier();
    emitter.guard(indexes.lt(lane, integer(groups)), () => {
      const first = emitter.bounded(lane, groups);
      const running = variables(init());
      loop(neighbours, (k) => {
        const at = Access.index([groups, neighbours], [first, k]).position;
        const own = load(cells, at);
        const before = running.get();
        save(cells, at, before);
        running.set(combine(before, own));
      });
      save(groupCells, first, running.get());
    });
    emitter.barrier();
    return { cells, groupCells };
  };

  const partials =
    segments === 1
      ? []
      : dtypes.map((one) => emitter.alloc(one, sizeOf(lead) * segments, 'kernel'));
  const partialAt = (row: readonly Expr[], segment: Expr): Expr =>
    Access.index([...lead, segments], [...row, segment]).position;

  if (segments > 1) {
    const [segment, lane] = newIndexes([segments, lanes]) as [Expr, Expr];
    emitter.loops([...rows, segment], [...lead, segments], 'parallel', () =>
      emitter.loop(lane, lanes, 'workgroup', () => {
        const { groupCells } = share(lane, foldPart(segment, lane, init()));
        emitter.guard(indexes.eq(lane, integer(0)), () => {
          const all = variables(init());
          loop(groups, (k) => all.set(combine(all.get(), load(groupCells, k))));
          save(partials, partialAt(rows, segment), all.get());
        });
      }),
    );
  }
  const [segment, lane] = newIndexes([segments, lanes]) as [Expr, Expr];
  emitter.loops([...rows, segment], [...lead, segments], 'parallel', () =>
    emitter.loop(lane, lanes, 'workgroup', () => {
      const { cells, groupCells } = share(lane, foldPart(segment, lane, init()));
      const before = variables(init());
      if (segments > 1) {
        emitter.below(segments, segment, (k) => {
          before.set(combine(before.get(), load(partials, partialAt(rows, k))));
        });
      }
      emitter.below(groups, indexes.div(lane, integer(neighbours)), (k) => {
        before.set(combine(before.get(), load(groupCells, k)));
      });
      const start = combine(before.get(), load(cells, lane));
      foldPart(segment, lane, start, (place, state) => write(place, fold.take(s, state)));
    }),
  );
  return true;
};
