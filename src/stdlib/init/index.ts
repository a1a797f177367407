/** First values of parameters, which `gradloom/nn` shows as `nn.init`. */
export {
  type GainInitializer,
  type GainOptions,
  heNormal,
  heUniform,
  type Initializer,
  ones,
  xavierNormal,
  xavierUniform,
  zeros,
} from './initializers.ts';
