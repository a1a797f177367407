/** The recurrent layers: `rnn`, `lstm` and `gru` with their parameters in objects. */
import { ShapeError } from '../../ir/errors.ts';
import { checkOptions } from '../../ir/options.ts';
import { showShape } from '../../ir/types.ts';
import { zeros as filledZeros } from '../../trace/functions/creation.ts';
import type { FloatTensor } from '../../trace/functions/function-types.ts';
import { located, requireWhole } from '../../trace/functions/operands.ts';
import { requireFloatTensor, requireParameter } from '../../trace/functions/parameters.ts';
import {
  gru as gruOf,
  lstm as lstmOf,
  type RnnOptions as RnnFunctionOptions,
  rnn as rnnOf,
  type SequenceOptions,
} from '../../trace/functions/recurrent.ts';
import { asTensor } from '../../trace/tensor.ts';
import type { MulDim } from '../../types/dimensions.ts';
import type {
  AnyTensor,
  Checked,
  Dim,
  Dynamic,
  ExamplesOf,
  FloatDType,
  NextState,
  Parameter,
  SequenceInput,
  ShapeError as ShapeMessage,
  States,
  Tensor,
} from '../../types/index.ts';
import { zeros } from '../init/index.ts';
import type { Key } from '../random/key.ts';
import { split } from '../random/split.ts';
import { uniform } from '../random/uniform.ts';
import { requireObject } from '../require-object.ts';
import type { LayerOptions } from './dense.ts';

/**
 * The parameters of a recurrent layer from I inputs to H states with G gates per state: weights of
 * the input [G H, I] and of the state [G H, H] in the form of PyTorch, x w^T + b, and their biases.
 */
export interface Recurrent<G extends Dim, I extends Dim, H extends Dim, D = 'f32'> {
  readonly wih: Tensor<[MulDim<G, H>, I], D>;
  readonly whh: Tensor<[MulDim<G, H>, H], D>;
  readonly bih: Tensor<[MulDim<G, H>], D>;
  readonly bhh: Tensor<[MulDim<G, H>], D>;
}
/** The parameters of `rnn`. */
export type Rnn<I extends Dim, H extends Dim, D = 'f32'> = Recurrent<1, I, H, D>;
/** The parameters of `lstm`. */
export type Lstm<I extends Dim, H extends Dim, D = 'f32'> = Recurrent<4, I, H, D>;
/** The parameters of `gru`. */
export type Gru<I extends Dim, H extends Dim, D = 'f32'> = Recurrent<3, I, H, D>;

/** First parameters of a recurrent layer. */
export type InitRecurrent<G extends Dim> = <
  const I extends number,
  const H extends number,
  D extends FloatDType = 'f32',
>(
  key: Key,
  inputs: I,
  states: H,
  options?: LayerOptions<D>,
) => Recurrent<G, I, H, NoInfer<D>>;

const initRecurrent =
  (name: string, gates: number) =>
  (key: Key, inputs: number, states: number, options?: LayerOptions): Dynamic =>
    located(() => {
      checkOptions(name, options, ['init', 'dtype']);
      const dtype = options?.dtype ?? 'f32';
      const width = requireWhole(name, 'the number of states', states, 1);
      const rows = gates * width;
      const bound = 1 / Math.sqrt(width);
      const even: Dynamic = (one: Key, shape: readonly number[]) =>
        uniform(one, shape, { min: -bound, max: bound, dtype });
      const weight: Dynamic = options?.init ?? even;
      const bias: Dynamic = options?.init === undefined ? even : zeros;
      const keys = split(key, 4);
      const columns = requireWhole(name, 'the number of inputs', inputs, 1);
      return {
        wih: weight(keys[0], [rows, columns], { dtype }),
        whh: weight(keys[1], [rows, width], { dtype }),
        bih: bias(keys[2], [rows], { dtype }),
        bhh: bias(keys[3], [rows], { dtype }),
      };
    });

/**
 * First parameters of `rnn`: `initRnn(key, 32, 64)`. By default all are even in +-1 / sqrt(states)
 * as in PyTorch; with an initialiser weights are by it and biases 0.
 */
export const initRnn: InitRecurrent<1> = initRecurrent('initRnn', 1);
/** First parameters of `lstm`, as `initRnn` makes them. */
export const initLstm: InitRecurrent<4> = initRecurrent('initLstm', 4);
/** First parameters of `gru`, as `initRnn` makes them. */
export const initGru: InitRecurrent<3> = initRecurrent('initGru', 3);

/** The rule of the input of a layer that wants I features. */
type LayerInput<Op extends string, I, X> =
  SequenceInput<Op, X> extends ShapeMessage<string>
    ? SequenceInput<Op, X>
    : Parameter<Op, 'the input', X, [number, number, I], X>;
/** A state [N, H] for an input X. */
type StateFor<X, H, D> = Tensor<[ExamplesOf<X>, H], D>;

/** What the layers `rnn` and `gru` take beside the options of the functions. */
export interface StateOptions<S = AnyTensor> extends SequenceOptions {
  /** The state before the first step, zeros by default. */
  readonly state?: S;
}
/** What the layer `rnn` takes. */
export interface RnnOptions<S = AnyTensor> extends StateOptions<S>, RnnFunctionOptions {}

/** Parameters of any sizes, once they are checked. */
type Checking = Readonly<Record<'wih' | 'whh' | 'bih' | 'bhh', Dynamic>>;
/** The parameters, once they are an object and the input has the features that they want. */
const requireFitting = (name: string, p: unknown, x: unknown): Checking => {
  requireObject(name, 'the parameters', p);
  const checked = p as Checking;
  const [input, wih] = [requireFloatTensor(name, x), asTensor(name, checked.wih)];
  if (input.rank !== 3) {
    throw new ShapeError(`${name}: expected an input [T, N, I], got ${showShape(input.shape)}`);
  }
  requireParameter(name, 'the input', input, [undefined, undefined, wih.shape[1]], input);
  return checked;
};
/** The state that the options give, or zeros. */
const firstState = (name: string, { whh }: Checking, x: unknown, state: unknown): Dynamic => {
  if (state !== undefined) return state;
  const { shape, dtype } = asTensor(name, whh);
  return filledZeros([asTensor(name, x).shape[1] ?? 0, shape[1] ?? 0], { dtype });
};

/** The function `rnn` with its parameters in an object: `[ys, h] = rnn(p, x)`. */
export const rnn = <I extends Dim, H extends Dim, D extends FloatDType, X extends FloatTensor>(
  p: Rnn<I, H, D>,
  x: Checked<X, LayerInput<'rnn', I, X>>,
  options?: RnnOptions<NoInfer<StateFor<X, H, D>>>,
): [ys: States<X, Tensor<[0, H]>>, h: NextState<X, Tensor<[0, H]>>] =>
  located((): Dynamic => {
    checkOptions('rnn', options, ['activation', 'reverse', 'state']);
    const checked = requireFitting('rnn', p, x);
    const { wih, whh, bih, bhh } = checked;
    const { state, ...rest } = options ?? {};
    const h0 = firstState('rnn', checked, x, state);
    return rnnOf(x as Dynamic, h0, wih, whh, bih, bhh, rest);
  });

/** The function `gru` with its parameters in an object: `[ys, h] = gru(p, x)`. */
export const gru = <I extends Dim, H extends Dim, D extends FloatDType, X extends FloatTensor>(
  p: Gru<I, H, D>,
  x: Checked<X, LayerInput<'gru', I, X>>,
  options?: StateOptions<NoInfer<StateFor<X, H, D>>>,
): [ys: States<X, Tensor<[0, H]>>, h: NextState<X, Tensor<[0, H]>>] =>
  located((): Dynamic => {
    checkOptions('gru', options, ['reverse', 'state']);
    const checked = requireFitting('gru', p, x);
    const { wih, whh, bih, bhh } = checked;
    const { state, ...rest } = options ?? {};
    const h0 = firstState('gru', checked, x, state);
    return gruOf(x as Dynamic, h0, wih, whh, bih, bhh, rest);
  });

/**
 * The function `lstm` with its parameters in an object: `[ys, h, c] = lstm(p, x)`. The state is the
 * pair [h, c].
 */
export const lstm = <I extends Dim, H extends Dim, D extends FloatDType, X extends FloatTensor>(
  p: Lstm<I, H, D>,
  x: Checked<X, LayerInput<'lstm', I, X>>,
  options?: StateOptions<NoInfer<readonly [StateFor<X, H, D>, StateFor<X, H, D>]>>,
): [
  ys: States<X, Tensor<[0, H]>>,
  h: NextState<X, Tensor<[0, H]>>,
  c: NextState<X, Tensor<[0, H]>>,
] =>
  located((): Dynamic => {
    checkOptions('lstm', options, ['reverse', 'state']);
    const checked = requireFitting('lstm', p, x);
    const { wih, whh, bih, bhh } = checked;
    const { state, ...rest } = options ?? {};
    if (state !== undefined) requireObject('lstm', 'the state', state);
    const [h0, c0] = [0, 1].map((k) => firstState('lstm', checked, x, state?.[k]));
    return lstmOf(x as Dynamic, h0, c0, wih, whh, bih, bhh, rest);
  });
