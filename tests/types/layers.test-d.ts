/** Static shapes and dtypes of layers and losses with named and unknown dimensions. */
import type { Dim, Dynamic, Equal, Tensor } from 'gradloom';
import * as T from 'gradloom';
import * as nn from 'gradloom/nn';

declare function is<X>(): <Y>(y: Y, ...err: Equal<X, Y> extends true ? [] : [got: Y]) => void;
declare function tensor<S, D = 'f32'>(): Tensor<S, D>;
declare const isTraining: boolean;
const images = tensor<['N', 6, 'H', 'W']>();
const words = tensor<['N', 'T', 12]>();
const unknown = tensor<[number, number, 12]>();
const dynamic = tensor<Dynamic>();
const six = T.ones([6]);
const twelve = T.ones([12]);
const square = T.ones([12, 12]);

// batchNorm: a literal decides the result
is<Tensor<['N', 6, 'H', 'W'], 'f32'>>()(T.batchNorm(images, six, six, six, six));
is<
  [y: Tensor<['N', 6, 'H', 'W'], 'f32'>, mean: Tensor<[6], 'f32'>, variance: Tensor<[6], 'f32'>]
>()(T.batchNorm(images, six, six, six, six, { training: true }));
is<Tensor<['N', 6, 'H', 'W'], 'f32'>>()(
  T.batchNorm(images, six, six, six, six, { training: false, eps: 1e-3 }),
);
const either = T.batchNorm(images, six, six, six, six, { training: isTraining });
// @ts-expect-error: a tensor or a triple
either[0];
T.batchNorm(dynamic, six, twelve, six, six);
// @ts-expect-error gamma of another length
T.batchNorm(images, twelve, six, six, six);
// @ts-expect-error a named dimension is no literal
T.batchNorm(tensor<['N', 'C']>(), six, six, six, six);

// the other normalisations keep the shape
is<Tensor<['N', 'T', 12], 'f32'>>()(T.layerNorm(words, twelve, twelve));
is<Tensor<['N', 'T', 12], 'f32'>>()(T.layerNorm(words, tensor<['T', 12]>()));
is<Tensor<[number, number, 12], 'f32'>>()(T.layerNorm(unknown, tensor<[7, 12]>()));
is<Tensor<['N', 'T', 12], 'f32'>>()(T.rmsNorm(words, twelve));
is<Tensor<['N', 6, 'H', 'W'], 'f32'>>()(T.groupNorm(images, six, undefined, { groups: 3 }));
is<Tensor<['N', 'T', 12], 'f32'>>()(T.l2Normalize(words, [1, 2]));
// @ts-expect-error other features
T.layerNorm(words, six);
// @ts-expect-error other named dimension
T.layerNorm(words, tensor<['S', 12]>());
// @ts-expect-error 4 does not divide 6
T.groupNorm(images, six, six, { groups: 4 });
// @ts-expect-error no space
T.instanceNorm(tensor<['N', 6]>());

// attention
const keys = tensor<['N', 'S', 12]>();
is<Tensor<['N', 'T', 5], 'f32'>>()(T.attention(words, keys, tensor<['N', 'S', 5]>()));
is<Tensor<[number, number, 12], 'f32'>>()(T.attention(unknown, unknown, unknown));
is<Tensor<Dynamic, 'f32'>>()(T.attention(dynamic, words, words));
is<Tensor<['N', 'T', 12], 'f32'>>()(
  T.attention(words, keys, keys, { mask: tensor<['N', 1, 'S'], 'bool'>() }),
);
// @ts-expect-error the values count T, the keys S
T.attention(words, keys, words);
// @ts-expect-error the mask is not of keys S
T.attention(words, keys, keys, { mask: tensor<['T', 'T'], 'bool'>() });
const [w, b] = [square, twelve];
is<Tensor<['N', 'T', 12], 'f32'>>()(
  T.multiHeadAttention(words, keys, w, w, w, w, b, b, b, b, { heads: 4 }),
);
// @ts-expect-error 5 heads do not divide 12 features
T.multiHeadAttention(words, keys, w, w, w, w, b, b, b, b, { heads: 5 });
is<Tensor<['N', 'T', 12], 'f32'>>()(T.rope(words));
// @ts-expect-error odd
T.rope(tensor<['T', 7]>());

// recurrent layers
const steps = tensor<['T', 'N', 3]>();
const lstm = T.lstm(
  steps,
  tensor<['N', 4]>(),
  tensor<['N', 4]>(),
  T.ones([16, 3]),
  T.ones([16, 4]),
  T.ones([16]),
  T.ones([16]),
);
is<[ys: Tensor<['T', 'N', 4], 'f32'>, h: Tensor<['N', 4], 'f32'>, c: Tensor<['N', 4], 'f32'>]>()(
  lstm,
);
const layer = {} as nn.Gru<3, 4>;
is<Tensor<[12, 3], 'f32'>>()(layer.wih);
is<Tensor<['T', 'N', 4], 'f32'>>()(nn.gru(layer, steps)[0]);
// @ts-expect-error other features
nn.gru(layer, tensor<['T', 'N', 5]>());
// @ts-expect-error a state for other examples
nn.gru(layer, steps, { state: tensor<['M', 4]>() });

// losses
is<Tensor<['N', 'T', 12], 'f32'>>()(T.huberLoss(words, words, { reduction: 'none' }));
is<Tensor<[], 'f32'>>()(T.bceWithLogits(words, words, { posWeight: twelve }));
is<Tensor<['N', 'T'], 'f32'>>()(T.cosineSimilarity(words, words));
is<Tensor<['N', 12], 'f32'>>()(T.cosineSimilarity(words, words, 1));
is<Tensor<['N'], 'f32'>>()(
  T.nllLoss(tensor<['N', 10]>(), tensor<['N'], 'i32'>(), { reduction: 'none' }),
);
is<Tensor<[], 'f32'>>()(T.ctcLoss(tensor<['T', 'N', 5]>(), tensor<['N', 'S'], 'i32'>()));
// @ts-expect-error T against S
T.mseLoss(words, keys);
// @ts-expect-error floats are no class ids
T.nllLoss(tensor<['N', 10]>(), tensor<['N']>());

// in generic functions
export const block = <N extends Dim, S extends Dim>(
  p: { norm: nn.LayerNorm<[64]>; attention: nn.MultiHeadAttention<64>; rms: nn.RmsNorm<64> },
  x: Tensor<[N, S, 64]>,
): Tensor<[N, S, 64]> => {
  const y = nn.layerNorm(p.norm, x);
  const z = T.add(x, nn.multiHeadAttention(p.attention, y, y, { heads: 8, causal: true }));
  return nn.rmsNorm(p.rms, z);
};
