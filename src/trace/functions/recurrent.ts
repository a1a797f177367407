/**
 * Recurrent layers over sequences [T, N, I]: cells in a loop over time. What the inputs give to the
 * gates is one product over all steps, outside of the loop.
 */
import { checkOptions } from '../../ir/options.ts';
import type {
  AnyTensor,
  Checked,
  Dynamic,
  GateBias,
  InputWeights,
  NextState,
  SequenceInput,
  State,
  States,
  StateWeights,
} from '../../types/index.ts';
import { apply } from '../apply.ts';
import { asTyped, type TensorImplementation } from '../tensor.ts';
import type { FloatTensor } from './function-types.ts';
import { located, requireFlag } from './operands.ts';
import {
  gruStep,
  lstmStep,
  project,
  type RecurrentTensors,
  type RnnCellOptions,
  requireActivation,
  requireRecurrent,
  rnnStep,
  type Step,
} from './recurrent-cells.ts';
import { loopOverValues } from './value-scan.ts';

/** What recurrent layers take. */
export interface SequenceOptions {
  /** Whether the last step comes first; the states keep their places in time. Default false. */
  readonly reverse?: boolean;
}
/** What `rnn` takes. */
export interface RnnOptions extends SequenceOptions, RnnCellOptions {}

/** The states h of all steps, followed by the last states. */
export const applySequence = (
  name: string,
  gates: number,
  tensors: RecurrentTensors,
  reverse: boolean,
  step: Step,
): TensorImplementation[] => {
  const { x, states, weights } = requireRecurrent(name, gates, '[T, N, I]', tensors);
  const { wih, whh, bih, bhh } = weights;
  const inputs = [x, wih, whh, bih, bhh, ...states];
  return apply(name, inputs.map(asTyped<AnyTensor>), ([v, w, u, b, c, ...init]) => {
    const sequence = project(v!, w!, b!);
    const loop = { name, constants: [u!, c!], init, sequences: [sequence], reverse };
    const results = loopOverValues(loop, ([matrix, bias], carry, [slice]) => {
      const next = step(slice!, carry, matrix!, bias!);
      return [...next, next[0]!];
    });
    return [...results.slice(-1), ...results.slice(0, -1)];
  });
};
const requireReverse = (
  name: string,
  options: SequenceOptions | undefined,
  valid: readonly string[] = [],
): boolean => {
  checkOptions(name, options, [...valid, 'reverse']);
  return requireFlag(name, 'reverse', options?.reverse);
};

/** `rnnCell` over x [T, N, I] from h0 [N, H] on: the states [T, N, H] and the last one. */
export const rnn = <
  X extends FloatTensor,
  H extends AnyTensor,
  W extends AnyTensor,
  U extends AnyTensor,
  B extends AnyTensor,
  C extends AnyTensor,
>(
  x: Checked<X, SequenceInput<'rnn', X>>,
  h0: Checked<H, State<'rnn', 'h0', X, H>>,
  wih: Checked<W, InputWeights<'rnn', 1, X, H, W>>,
  whh: Checked<U, StateWeights<'rnn', 1, X, H, U>>,
  bih: Checked<B, GateBias<'rnn', 'bih', 1, X, H, B>>,
  bhh: Checked<C, GateBias<'rnn', 'bhh', 1, X, H, C>>,
  options?: RnnOptions,
): [ys: States<X, H>, h: NextState<X, H>] =>
  located((): Dynamic => {
    const reverse = requireReverse('rnn', options, ['activation']);
    const step = rnnStep(requireActivation('rnn', options?.activation));
    return applySequence('rnn', 1, { x, states: { h0 }, wih, whh, bih, bhh }, reverse, step);
  });

/**
 * `lstmCell` over x [T, N, I] from h0 and c0 [N, H] on: the states h [T, N, H], the last h and the
 * last c.
 */
export const lstm = <
  X extends FloatTensor,
  H extends AnyTensor,
  K extends AnyTensor,
  W extends AnyTensor,
  U extends AnyTensor,
  B extends AnyTensor,
  C extends AnyTensor,
>(
  x: Checked<X, SequenceInput<'lstm', X>>,
  h0: Checked<H, State<'lstm', 'h0', X, H>>,
  c0: Checked<K, State<'lstm', 'c0', X, K, H>>,
  wih: Checked<W, InputWeights<'lstm', 4, X, H, W>>,
  whh: Checked<U, StateWeights<'lstm', 4, X, H, U>>,
  bih: Checked<B, GateBias<'lstm', 'bih', 4, X, H, B>>,
  bhh: Checked<C, GateBias<'lstm', 'bhh', 4, X, H, C>>,
  options?: SequenceOptions,
): [ys: States<X, H>, h: NextState<X, H>, c: NextState<X, H>] =>
  located((): Dynamic => {
    const reverse = requireReverse('lstm', options);
    const tensors = { x, states: { h0, c0 }, wih, whh, bih, bhh };
    return applySequence('lstm', 4, tensors, reverse, lstmStep);
  });

/** `gruCell` over x [T, N, I] from h0 [N, H] on: the states [T, N, H] and the last one. */
export const gru = <
  X extends FloatTensor,
  H extends AnyTensor,
  W extends AnyTensor,
  U extends AnyTensor,
  B extends AnyTensor,
  C extends AnyTensor,
>(
  x: Checked<X, SequenceInput<'gru', X>>,
  h0: Checked<H, State<'gru', 'h0', X, H>>,
  wih: Checked<W, InputWeights<'gru', 3, X, H, W>>,
  whh: Checked<U, StateWeights<'gru', 3, X, H, U>>,
  bih: Checked<B, GateBias<'gru', 'bih', 3, X, H, B>>,
  bhh: Checked<C, GateBias<'gru', 'bhh', 3, X, H, C>>,
  options?: SequenceOptions,
): [ys: States<X, H>, h: NextState<X, H>] =>
  located((): Dynamic => {
    const reverse = requireReverse('gru', options);
    return applySequence('gru', 3, { x, states: { h0 }, wih, whh, bih, bhh }, reverse, gruStep);
  });
