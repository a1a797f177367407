/** Attention: every query takes a mean of the values, weighted by how well their keys fit. */
import { DTypeError, ShapeError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { add } from '../../ir/ops/elementwise.ts';
import { permute, reshape } from '../../ir/ops/views.ts';
import { checkOptions } from '../../ir/options.ts';
import { broadcastShapes, type Shape, showShape } from '../../ir/types.ts';
import type {
  AnyTensor,
  Attended,
  AxisOf,
  Checked,
  Divides,
  DTypeOf,
  Dynamic,
  HasRank3,
  Keys,
  MaskRule,
  Parameter,
  Queries,
  Result,
  ShapeOf,
  Tensor,
  Values,
} from '../../types/index.ts';
import { asTensor, type TensorImplementation } from '../tensor.ts';
import { attend } from './attend.ts';
import { contractLabels } from './contract-labels.ts';
import type { FloatTensor } from './function-types.ts';
import {
  applyOne,
  broadcastValue,
  located,
  requireFlag,
  requireNumber,
  requireSameDType,
  requireWhole,
} from './operands.ts';
import {
  requireBroadcasts,
  requireDivides,
  requireFloatTensor,
  requireParameter,
} from './parameters.ts';

type MaybeMask = Tensor<unknown, 'bool'> | undefined;

/** What `attention` takes. */
export interface AttentionOptions<M = MaybeMask> {
  /** True where a query may look at a key; it broadcasts to the scores [..., T, S]. */
  readonly mask?: M;
  /** Whether query r sees the keys 0 to r alone; false by default. */
  readonly causal?: boolean;
  /** What the products of queries and keys are multiplied by, 1 / sqrt(D) by default. */
  readonly scale?: number;
  /**
   * How many queries are computed at a time: the scores of one block of them are in memory, and
   * gradients compute them again. All by default, unless T * S is more than 2^20; then blocks of
   * about 2^18 scores.
   */
  readonly queryBlock?: number | undefined;
}
const requireMatrices = (
  what: string,
  form: string,
  x: unknown,
  like?: TensorImplementation,
): TensorImplementation => {
  const tensor = requireFloatTensor('attention', x);
  if (like !== undefined) requireSameDType('attention', like.dtype, tensor.dtype);
  if (tensor.rank >= 2) return tensor;
  throw new ShapeError(`attention: expected ${what} ${form}, got ${showShape(tensor.shape)}`);
};
const requireMask = (name: string, mask: unknown, scores: Shape): TensorImplementation[] => {
  if (mask === undefined) return [];
  const tensor = asTensor(name, mask);
  if (tensor.dtype !== 'bool') {
    throw new DTypeError(`${name}: the mask must be bool, not ${tensor.dtype}`, {
      hint: 'true is where a query may look at a key',
    });
  }
  requireBroadcasts(name, tensor.shape, scores);
  return [tensor];
};
const columnsOf = ({ shape }: TensorImplementation): number => shape[shape.length - 1] as number;
const rowsOf = ({ shape }: TensorImplementation): number => shape[shape.length - 2] as number;

/** Checks queries, keys and values against each other; the shape of the scores. */
const requireFitting = (
  q: TensorImplementation,
  k: TensorImplementation,
  v: TensorImplementation,
): Shape => {
  if (columnsOf(q) !== columnsOf(k)) {
    throw new ShapeError(
      `attention: queries ${showShape(q.shape)} have ${columnsOf(q)} features ` +
        `but keys ${showShape(k.shape)} have ${columnsOf(k)}`,
    );
  }
  if (rowsOf(k) !== rowsOf(v)) {
    throw new ShapeError(
      `attention: ${rowsOf(k)} keys ${showShape(k.shape)} ` +
        `but ${rowsOf(v)} values ${showShape(v.shape)}`,
    );
  }
  const [a, b, c] = [q.shape.slice(0, -2), k.shape.slice(0, -2), v.shape.slice(0, -2)] as const;
  const both = broadcastShapes('attention (batch dimensions)', a, b);
  broadcastShapes('attention (batch dimensions)', both, c);
  return [...both, rowsOf(q), rowsOf(k)];
};
const requireBlock = (name: string, given: number | undefined): number | undefined =>
  given === undefined ? undefined : requireWhole(name, 'queryBlock', given, 1);
const defaultScale = (features: number): number => 1 / Math.sqrt(Math.max(1, features));

/**
 * softmax(q k^T * scale) v over the last two axes: queries [..., T, D], keys [..., S, D] and values
 * [..., S, E] give [..., T, E]; leading axes broadcast. A query that may look at no key gets zeros.
 * A. Vaswani et al., "Attention is all you need" (2017).
 */
export const attention = <
  Q extends FloatTensor,
  K extends AnyTensor,
  V extends AnyTensor,
  M extends MaybeMask = undefined,
>(
  q: Checked<Q, Queries<Q>>,
  k: Checked<K, Keys<Q, K>>,
  v: Checked<V, Values<Q, K, V>>,
  options?: AttentionOptions<Checked<M, MaskRule<Q, K, M>>>,
): Result<Attended<ShapeOf<Q>, ShapeOf<K>, ShapeOf<V>>, DTypeOf<Q>> =>
  located((): Dynamic => {
    checkOptions('attention', options, ['mask', 'causal', 'scale', 'queryBlock']);
    const queries = requireMatrices('queries', '[..., T, D]', q);
    const keys = requireMatrices('keys', '[..., S, D]', k, queries);
    const values = requireMatrices('values', '[..., S, E]', v, queries);
    const mask = requireMask('attention', options?.mask, requireFitting(queries, keys, values));
    const settings = {
      causal: requireFlag('attention', 'causal', options?.causal),
      scale: requireNumber(
        'attention',
        'scale',
        options?.scale ?? defaultScale(columnsOf(queries)),
      ),
      queryBlock: requireBlock('attention', options?.queryBlock),
    };
    return applyOne('attention', [queries, keys, values, ...mask], ([a, b, c, allowed]) =>
      attend(a!, b!, c!, allowed, settings),
    );
  });

/** What `multiHeadAttention` takes. */
export interface MultiHeadAttentionOptions<H = number> {
  /** Into how many heads the features are parted; it divides their number. */
  readonly heads: H;
  /** Whether query r sees the keys 0 to r alone; false by default. */
  readonly causal?: boolean;
  /** True where a query may look at a key; it broadcasts to the scores [N, heads, T, S]. */
  readonly mask?: MaybeMask;
  /** How many queries are computed at a time, as in `attention`. */
  readonly queryBlock?: number | undefined;
}
type Features<X> = AxisOf<ShapeOf<X>, 2>;
type Member<Word extends string, X, Wanted, P> = Parameter<
  'multiHeadAttention',
  Word,
  X,
  Wanted,
  P
>;
type Weight<Word extends string, X, P> = Member<Word, X, [Features<X>, Features<X>], P>;
type Bias<Word extends string, X, P> = Member<Word, X, [Features<X>], P>;

/** x w^T + b of x [N, T, D]. */
const project = (x: Value, w: Value, b: Value): Value => {
  const y = contractLabels(
    [
      { value: x, labels: ['n', 't', 'in'] },
      { value: w, labels: ['out', 'in'] },
    ],
    ['n', 't', 'out'],
  );
  return add(y, broadcastValue(b, y.type.shape));
};
/** [N, T, D] to [N, heads, T, D / heads]. */
const splitHeads = (x: Value, heads: number): Value => {
  const [n, t, d] = x.type.shape as [number, number, number];
  return permute(reshape(x, { shape: [n, t, heads, d / heads] }), { axes: [0, 2, 1, 3] });
};

/** The tensors of `multiHeadAttention` but the queries, in the order of its parameters. */
export interface MultiHeadAttentionTensors {
  readonly xkv: unknown;
  readonly wq: unknown;
  readonly wk: unknown;
  readonly wv: unknown;
  readonly wo: unknown;
  readonly bq: unknown;
  readonly bk: unknown;
  readonly bv: unknown;
  readonly bo: unknown;
}
/** `multiHeadAttention` with its tensors in an object. */
export const attendWithHeads = (
  xq: unknown,
  tensors: MultiHeadAttentionTensors,
  options: MultiHeadAttentionOptions,
): Dynamic => {
  const name = 'multiHeadAttention';
  checkOptions(name, options, ['heads', 'causal', 'mask', 'queryBlock']);
  const heads = requireWhole(name, 'heads', options?.heads, 1);
  const causal = requireFlag(name, 'causal', options.causal);
  const x = requireFloatTensor(name, xq);
  const { shape } = x;
  if (shape.length !== 3) {
    throw new ShapeError(`${name}: expected queries [N, T, D], got ${showShape(shape)}`);
  }
  const [n, t, d] = shape as readonly [number, number, number];
  requireDivides(name, heads, 'heads', d, 'features');
  const parameters = Object.entries(tensors).map(([word, tensor]) => {
    const wanted = word === 'xkv' ? [n, undefined, d] : word.startsWith('w') ? [d, d] : [d];
    return requireParameter(name, word, x, wanted, tensor);
  });
  const source = parameters[0] as TensorImplementation;
  const mask = requireMask(name, options.mask, [n, heads, t, source.shape[1] as number]);
  const settings = {
    causal,
    scale: defaultScale(d / heads),
    queryBlock: requireBlock(name, options.queryBlock),
  };
  return applyOne(name, [x, ...parameters, ...mask], (values) => {
    const [a, b, wq, wk, wv, wo, bq, bk, bv, bo] = values as NamedValues;
    const [q, k, v] = [project(a, wq, bq), project(b, wk, bk), project(b, wv, bv)].map((part) =>
      splitHeads(part, heads),
    ) as [Value, Value, Value];
    const found = attend(q, k, v, values[10], settings);
    const merged = reshape(permute(found, { axes: [0, 2, 1, 3] }), { shape });
    return project(merged, wo, bo);
  });
};
type NamedValues = [Value, Value, Value, Value, Value, Value, Value, Value, Value, Value];

/**
 * Attention of xq [N, T, D] to xkv [N, S, D] in several heads: queries x wq^T + bq, keys and values
 * likewise, parted into heads along the features, attended, put together and projected by wo and
 * bo. The weights are [D, D] as PyTorch stores them, the biases [D]. A. Vaswani et al., "Attention
 * is all you need" (2017).
 */
export const multiHeadAttention = <
  X extends FloatTensor,
  Y extends AnyTensor,
  WQ extends AnyTensor,
  WK extends AnyTensor,
  WV extends AnyTensor,
  WO extends AnyTensor,
  BQ extends AnyTensor,
  BK extends AnyTensor,
  BV extends AnyTensor,
  BO extends AnyTensor,
  const H extends number,
>(
  xq: Checked<X, HasRank3<'multiHeadAttention', 'queries', '[N, T, D]', ShapeOf<X>>>,
  xkv: Checked<Y, Member<'xkv', X, [AxisOf<ShapeOf<X>, 0>, number, Features<X>], Y>>,
  wq: Checked<WQ, Weight<'wq', X, WQ>>,
  wk: Checked<WK, Weight<'wk', X, WK>>,
  wv: Checked<WV, Weight<'wv', X, WV>>,
  wo: Checked<WO, Weight<'wo', X, WO>>,
  bq: Checked<BQ, Bias<'bq', X, BQ>>,
  bk: Checked<BK, Bias<'bk', X, BK>>,
  bv: Checked<BV, Bias<'bv', X, BV>>,
  bo: Checked<BO, Bias<'bo', X, BO>>,
  options: MultiHeadAttentionOptions<
    Checked<H, Divides<'multiHeadAttention', 'heads', H, 'features', Features<X>>>
  >,
): X =>
  located(
    (): Dynamic => attendWithHeads(xq, { xkv, wq, wk, wv, wo, bq, bk, bv, bo }, options as Dynamic),
  );
