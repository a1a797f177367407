/** The models in Gradloom: losses of parameters, inputs and targets. */
import { concat, gelu, mean, mseLoss, resize, square, type Tensor } from 'gradloom';
import * as nn from 'gradloom/nn';
import { type Lenet, logits as lenetLogits } from '../../examples/lenet/model.ts';
import { type ModelName, transformerSizes } from '../tasks/models.ts';

type Loss = Tensor<[]>;
type Classes = Tensor<['N'], 'i32'>;

interface Mlp {
  readonly hidden1: nn.Dense<784, 512>;
  readonly hidden2: nn.Dense<512, 256>;
  readonly out: nn.Dense<256, 10>;
}
/** The scores [N, 10] of the MLP for inputs [N, 784]. */
export const mlpLogits = (p: Mlp, x: Tensor<['N', 784]>): Tensor<['N', 10]> => {
  const h = nn.dense(p.hidden1, x).relu();
  return nn.dense(p.out, nn.dense(p.hidden2, h).relu());
};
const mlp = (p: Mlp, x: Tensor<['N', 784]>, y: Classes): Loss =>
  nn.crossEntropy(mlpLogits(p, x), y);

const lenet = (p: Lenet, x: Tensor<['N', 1, 32, 32]>, y: Classes): Loss =>
  nn.crossEntropy(lenetLogits(p, x), y);

interface Block {
  readonly conv1: { readonly w: Tensor<[64, 64, 3, 3]> };
  readonly norm1: nn.BatchNorm<64>;
  readonly conv2: { readonly w: Tensor<[64, 64, 3, 3]> };
  readonly norm2: nn.BatchNorm<64>;
}
type Picture = Tensor<[16, 64, 32, 32]>;
const resnet = (p: Block, x: Picture): Loss => {
  const [, statistics] = nn.initBatchNorm(64);
  const normal = (norm: nn.BatchNorm<64>, y: Picture): Picture =>
    nn.batchNorm(norm, statistics, y, { training: true })[0];
  const h = normal(p.norm1, nn.conv2d(p.conv1, x, { padding: 1 })).relu();
  const y = normal(p.norm2, nn.conv2d(p.conv2, h, { padding: 1 }));
  return mean(square(y.add(x).relu()));
};

interface Unet {
  readonly top: nn.Conv2d<3, 8, 3>;
  readonly middle: nn.Conv2d<8, 16, 3>;
  readonly bottom: nn.Conv2d<16, 32, 3>;
  readonly up1: nn.Conv2d<48, 16, 3>;
  readonly up2: nn.Conv2d<24, 8, 3>;
  readonly out: nn.Conv2d<8, 1, 1>;
}
const unet = (p: Unet, x: Tensor<[4, 3, 64, 64]>, y: Tensor<[4, 1, 64, 64]>): Loss => {
  const same = { padding: 1 } as const;
  const top = nn.conv2d(p.top, x, same).relu();
  const middle = nn.conv2d(p.middle, nn.maxPool2d(top, 2), same).relu();
  const bottom = nn.conv2d(p.bottom, nn.maxPool2d(middle, 2), same).relu();
  const joined1 = concat([resize(bottom, { size: [32, 32] }), middle], 1);
  const up1 = nn.conv2d(p.up1, joined1, same).relu();
  const joined2 = concat([resize(up1, { size: [64, 64] }), top], 1);
  const up2 = nn.conv2d(p.up2, joined2, same).relu();
  return mseLoss(nn.conv2d(p.out, up2), y);
};

interface TransformerBlock {
  readonly before: nn.LayerNorm<[256]>;
  readonly attention: nn.MultiHeadAttention<256>;
  readonly between: nn.LayerNorm<[256]>;
  readonly up: nn.Dense<256, 1024>;
  readonly down: nn.Dense<1024, 256>;
}
const transformer = (p: TransformerBlock, x: Tensor<[8, 128, 256]>): Loss => {
  const inner = nn.layerNorm(p.before, x);
  const { heads } = transformerSizes;
  const y = x.add(nn.multiHeadAttention(p.attention, inner, inner, { heads: heads as 8 }));
  const z = y.add(nn.dense(p.down, gelu(nn.dense(p.up, nn.layerNorm(p.between, y)))));
  return mean(square(z));
};

const lstm = (p: nn.Lstm<128, 128>, x: Tensor<[64, 32, 128]>): Loss => {
  const [ys] = nn.lstm(p, x);
  return mean(square(ys));
};

/** The loss of any model, its types taken off: parameters come as plain data. */
export type AnyLoss = (p: unknown, ...inputs: Tensor<any>[]) => Loss;
const untyped = (loss: unknown): AnyLoss => loss as AnyLoss;

/** The losses by the names of the models. */
export const losses: Readonly<Record<ModelName, AnyLoss>> = {
  mlp: untyped(mlp),
  lenet: untyped(lenet),
  resnet: untyped(resnet),
  unet: untyped(unet),
  transformer: untyped(transformer),
  lstm: untyped(lstm),
};
