/** Rules of recurrent cells and sequences: inputs [N, I] or [T, N, I], states [N, H]. */
import type {
  AnyTensor,
  Dim,
  DTypeOf,
  IsDynamicRank,
  Ok,
  ShapeError,
  ShapeOf,
  Show,
  Tensor,
} from './core.ts';
import type { MulDim } from './dimensions.ts';
import type { LastDim, Parameter } from './parameters.ts';

/** The rule of the input of a cell: [N, I]. */
export type CellInput<Op extends string, X> =
  IsDynamicRank<ShapeOf<X>> extends true
    ? Ok<ShapeOf<X>>
    : ShapeOf<X> extends readonly [unknown, unknown]
      ? Ok<ShapeOf<X>>
      : ShapeError<`${Op}: expected an input [N, I], got ${Show<ShapeOf<X>>}`>;
/** The rule of the input of a sequence: [T, N, I]. */
export type SequenceInput<Op extends string, X> =
  IsDynamicRank<ShapeOf<X>> extends true
    ? Ok<ShapeOf<X>>
    : ShapeOf<X> extends readonly [unknown, unknown, unknown]
      ? Ok<ShapeOf<X>>
      : ShapeError<`${Op}: expected an input [T, N, I], got ${Show<ShapeOf<X>>}`>;

/** The number of examples of an input of either form. */
export type ExamplesOf<X> =
  IsDynamicRank<ShapeOf<X>> extends true
    ? number
    : ShapeOf<X> extends readonly [...unknown[], infer N, unknown]
      ? N
      : number;
type StepsOf<X> = ShapeOf<X> extends readonly [infer T, unknown, unknown] ? T : number;
/** The rule of a state S beside the input X; its features are those of the state Like. */
export type State<
  Op extends string,
  Word extends string,
  X,
  S,
  Like = Tensor<[0, number]>,
> = Parameter<Op, Word, X, [ExamplesOf<X>, LastDim<ShapeOf<Like>>], S>;
/** The rule of weights W from the features of X to G gates of a state S. */
export type InputWeights<Op extends string, G extends Dim, X, S, W> = Parameter<
  Op,
  'wih',
  X,
  [MulDim<G, LastDim<ShapeOf<S>>>, LastDim<ShapeOf<X>>],
  W
>;
/** The rule of weights W from a state S to its G gates. */
export type StateWeights<Op extends string, G extends Dim, X, S, W> = Parameter<
  Op,
  'whh',
  X,
  [MulDim<G, LastDim<ShapeOf<S>>>, LastDim<ShapeOf<S>>],
  W
>;
/** The rule of a bias B of the G gates of a state S. */
export type GateBias<Op extends string, Word extends string, G extends Dim, X, S, B> = Parameter<
  Op,
  Word,
  X,
  [MulDim<G, LastDim<ShapeOf<S>>>],
  B
>;
/** The state after a step: [N, H]. */
export type NextState<X, S extends AnyTensor> = Tensor<
  [ExamplesOf<X>, LastDim<ShapeOf<S>>],
  DTypeOf<X>
>;
/** The states of all steps: [T, N, H]. */
export type States<X, S extends AnyTensor> = Tensor<
  [StepsOf<X>, ExamplesOf<X>, LastDim<ShapeOf<S>>],
  DTypeOf<X>
>;
