/** The layer of embeddings: a trained vector per id. */
import { checkOptions } from '../../ir/options.ts';
import { type Indexes, embedding as rowsOf } from '../../trace/functions/indexing.ts';
import { located, requireWhole } from '../../trace/functions/operands.ts';
import type {
  Checked,
  Dim,
  Dynamic,
  FloatDType,
  Result,
  ShapeOf,
  Take,
  Tensor,
} from '../../types/index.ts';
import type { Key } from '../random/key.ts';
import { normal } from '../random/normal.ts';
import { requireObject } from '../require-object.ts';
import type { LayerOptions } from './dense.ts';

/** The trained vectors: a table of V rows of F features. */
export interface Embedding<V extends Dim, F extends Dim, D = 'f32'> {
  readonly table: Tensor<[V, F], D>;
}

/**
 * First vectors of F features for V ids, by default normal with standard deviation 1 as in PyTorch:
 * `initEmbedding(key, 1000, 64)`.
 */
export const initEmbedding = <
  const V extends number,
  const F extends number,
  D extends FloatDType = 'f32',
>(
  key: Key,
  ids: V,
  features: F,
  options?: LayerOptions<D>,
): Embedding<V, F, NoInfer<D>> =>
  located((): Dynamic => {
    checkOptions('initEmbedding', options, ['init', 'dtype']);
    const { init = normal, dtype = 'f32' } = options ?? {};
    const shape = [
      requireWhole('initEmbedding', 'the number of ids', ids, 1),
      requireWhole('initEmbedding', 'the number of features', features, 1),
    ];
    return { table: init(key, shape, { dtype }) };
  });

/** The vectors of ids [...]: [..., F]. */
export const embedding = <V extends Dim, F extends Dim, D extends FloatDType, I extends Indexes>(
  p: Embedding<V, F, D>,
  ids: Checked<I, Take<'embedding', [V, F], ShapeOf<I>, 0>>,
): Result<Take<'embedding', [V, F], ShapeOf<I>, 0>, D> =>
  located((): Dynamic => {
    requireObject('embedding', 'the parameters', p);
    return rowsOf(p.table as Dynamic, ids as Dynamic);
  });
