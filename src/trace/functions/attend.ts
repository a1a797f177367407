/**
 * Attention on values: of all queries at once, or of one block of queries after the other, so that
 * memory holds the scores of a block and not of all (M. Rabe and C. Staats, "Self-attention does
 * not need O(n^2) memory", 2021, with whole rows of scores: no sum is corrected later). What a
 * block computes is computed again for its gradient.
 */
import { buildGraph, type Value } from '../../ir/graph.ts';
import { constantLike, iota } from '../../ir/ops/constants.ts';
import { add, mul } from '../../ir/ops/elementwise.ts';
import { and, le, select } from '../../ir/ops/logic.ts';
import { checkpoint } from '../../ir/ops/regions.ts';
import { concat, permute, reshape, slice } from '../../ir/ops/views.ts';
import { contractLabels } from './contract-labels.ts';
import { broadcastValue } from './operands.ts';
import { leading } from './products.ts';
import { softmaxValue } from './softmax.ts';
import { loopOverValues } from './value-scan.ts';

/** How attention is computed. */
export interface AttendSettings {
  readonly causal: boolean;
  readonly scale: number;
  /** How many queries are computed at a time. */
  readonly queryBlock?: number | undefined;
}
/** Queries, keys and values, and who may look at whom. */
interface Attending {
  readonly q: Value;
  readonly k: Value;
  readonly v: Value;
  readonly mask: Value | undefined;
  /** Which of all queries is the first one, a scalar i32; the very first unless given. */
  readonly first?: Value | undefined;
}

/** Scores of one matrix beyond which queries are computed in blocks, and those of a block. */
const [mostScores, blockScores] = [2 ** 20, 2 ** 18];

const matrixLabels = (value: Value, row: string, column: string): string[] => [
  ...leading(value.type.shape.length - 2),
  row,
  column,
];
/** The product of two stacks of matrices whose axes are named. */
const product = (
  [a, rowOfA, columnOfA]: readonly [Value, string, string],
  [b, rowOfB, columnOfB]: readonly [Value, string, string],
  [row, column]: readonly [string, string],
): Value => {
  const batch = leading(Math.max(a.type.shape.length, b.type.shape.length) - 2);
  return contractLabels(
    [
      { value: a, labels: matrixLabels(a, rowOfA, columnOfA) },
      { value: b, labels: matrixLabels(b, rowOfB, columnOfB) },
    ],
    [...batch, row, column],
  );
};

/** Softmax of the scores of q and k over the keys that are allowed, times v. */
const attendAtOnce = (
  { q, k, v, mask, first }: Attending,
  { causal, scale }: AttendSettings,
): Value => {
  const raw = product([q, 'query', 'in'], [k, 'key', 'in'], ['query', 'key']);
  const { shape } = raw.type;
  const last = shape.length - 1;
  const scores = mul(raw, constantLike(raw, scale));
  const indexes = (axis: number): Value => iota([], { axis, shape, dtype: 'i32' });
  const query = (): Value => {
    const own = indexes(last - 1);
    return first === undefined ? own : add(own, broadcastValue(first, shape));
  };
  const past = causal ? le(indexes(last), query()) : undefined;
  const given = mask === undefined ? undefined : broadcastValue(mask, shape);
  const allowed = past !== undefined && given !== undefined ? and(past, given) : (past ?? given);
  const seen =
    allowed === undefined
      ? scores
      : select(allowed, scores, constantLike(scores, Number.NEGATIVE_INFINITY));
  return product([softmaxValue(seen, [last]), 'query', 'key'], [v, 'key', 'out'], ['query', 'out']);
};

const rowsOf = ({ type: { shape } }: Value): number => shape[shape.length - 2] as number;

/** How many queries a block has: of the default, what divides their number where that is near. */
const blockOf = (queries: number, keys: number, given: number | undefined): number => {
  if (given !== undefined) return given;
  if (queries * keys <= mostScores) return queries;
  const most = Math.max(1, Math.floor(blockScores / keys));
  for (let length = most; length > most / 2; length--) if (queries % length === 0) return length;
  return most;
};

/** The rows of each matrix from `from` on. */
const rows = (x: Value, from: number, count: number): Value => {
  const { shape } = x.type;
  const axis = shape.length - 2;
  if (from === 0 && count === shape[axis]) return x;
  return slice(x, {
    start: shape.map((_, k) => (k === axis ? from : 0)),
    size: shape.map((length, k) => (k === axis ? count : length)),
    step: shape.map(() => 1),
  });
};
/** [..., count * block, D] to [count, ..., block, D]. */
const toBlocks = (x: Value, block: number): Value => {
  const { shape } = x.type;
  const [lead, width] = [shape.slice(0, -2), shape[shape.length - 1] as number];
  const split = reshape(x, { shape: [...lead, rowsOf(x) / block, block, width] });
  const outer = lead.map((_, axis) => axis);
  const axes = [lead.length, ...outer, lead.length + 1, lead.length + 2];
  return permute(split, { axes });
};
/** [count, ..., block, E] to [..., count * block, E]. */
const fromBlocks = (x: Value): Value => {
  const [count, ...shape] = x.type.shape as [number, ...number[]];
  const [lead, width] = [shape.slice(0, -2), shape[shape.length - 1] as number];
  const outer = lead.map((_, axis) => axis + 1);
  const axes = [...outer, 0, lead.length + 1, lead.length + 2];
  const inOrder = permute(x, { axes });
  return reshape(inOrder, { shape: [...lead, count * rowsOf(x), width] });
};

/** One block of queries; its gradient computes it again. */
const attendOnce = (all: Attending, settings: AttendSettings): Value => {
  const { q, k, v, mask, first } = all;
  const given = [q, k, v, ...(mask ? [mask] : []), ...(first ? [first] : [])];
  const graph = buildGraph(
    'attendBlock',
    given.map(({ type }) => type),
    (inputs) => {
      const [a, b, c, ...rest] = inputs as [Value, Value, Value, ...Value[]];
      const allowed = mask && rest.shift();
      return [attendAtOnce({ q: a, k: b, v: c, mask: allowed, first: rest[0] }, settings)];
    },
  );
  return checkpoint(given, { graph })[0] as Value;
};

const attendInBlocks = (all: Attending, settings: AttendSettings, block: number): Value => {
  const { q, k, v, mask } = all;
  const queries = rowsOf(q);
  const whole = queries - (queries % block);
  const hasRows = mask !== undefined && mask.type.shape.length >= 2 && rowsOf(mask) > 1;
  const starts = iota([], { axis: 0, shape: [whole / block], dtype: 'i32' });
  const sequences = [
    toBlocks(rows(q, 0, whole), block),
    mul(starts, constantLike(starts, block)),
    ...(hasRows ? [toBlocks(rows(mask, 0, whole), block)] : []),
  ];
  const constants = [k, v, ...(mask !== undefined && !hasRows ? [mask] : [])];
  const loop = { name: 'attention', constants, init: [], sequences, reverse: false };
  const [found] = loopOverValues(loop, ([keys, values, shared], _, [own, first, part]) => [
    attendOnce({ q: own!, k: keys!, v: values!, mask: part ?? shared, first }, settings),
  ]);
  const done = fromBlocks(found as Value);
  if (whole === queries) return done;
  const left = queries - whole;
  const rest = attendOnce(
    {
      q: rows(q, whole, left),
      k,
      v,
      mask: hasRows ? rows(mask, whole, left) : mask,
      first: constantLike({ dtype: 'i32', shape: [] }, whole),
    },
    settings,
  );
  return concat([done, rest], { axis: done.type.shape.length - 2 });
};

/** Softmax of the scores of q and k over the keys that are allowed, times v. */
export const attend = (
  q: Value,
  k: Value,
  v: Value,
  mask: Value | undefined,
  settings: AttendSettings,
): Value => {
  const block = blockOf(rowsOf(q), rowsOf(k), settings.queryBlock);
  const all = { q, k, v, mask };
  return block >= rowsOf(q) ? attendAtOnce(all, settings) : attendInBlocks(all, settings, block);
};
