/**
 * Recurrent cells: one step from an input and a state to the next state, as PyTorch writes them.
 */
import { ArgumentError, ShapeError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { constantLike } from '../../ir/ops/constants.ts';
import { add, mul, relu, sigmoid, sub } from '../../ir/ops/elementwise.ts';
import { tanh } from '../../ir/ops/trigonometry.ts';
import { slice } from '../../ir/ops/views.ts';
import { checkOptions } from '../../ir/options.ts';
import { showShape } from '../../ir/types.ts';
import type {
  AnyTensor,
  CellInput,
  Checked,
  Dynamic,
  GateBias,
  InputWeights,
  NextState,
  State,
  StateWeights,
} from '../../types/index.ts';
import { apply } from '../apply.ts';
import { asTyped, type TensorImplementation } from '../tensor.ts';
import { contractLabels } from './contract-labels.ts';
import type { FloatTensor } from './function-types.ts';
import { broadcastValue, located } from './operands.ts';
import { requireFloatTensor, requireParameter } from './parameters.ts';
import { leading } from './products.ts';

/** What `rnnCell` takes. */
export interface RnnCellOptions {
  /** What the sum goes through, 'tanh' by default. */
  readonly activation?: 'tanh' | 'relu';
}

/** x w^T + b over the last axis: the part of the gates that one side gives. */
export const project = (x: Value, w: Value, b: Value): Value => {
  const lead = leading(x.type.shape.length - 1);
  const y = contractLabels(
    [
      { value: x, labels: [...lead, 'in'] },
      { value: w, labels: ['out', 'in'] },
    ],
    [...lead, 'out'],
  );
  return add(y, broadcastValue(b, y.type.shape));
};
/** Gate `index` of the gates that stand one after the other in the last axis. */
const gate = (gates: Value, index: number, like: Value): Value => {
  const [n, width] = like.type.shape as [number, number];
  return slice(gates, { start: [0, index * width], size: [n, width], step: [1, 1] });
};

/**
 * One step of a cell: from what the input gives to the gates, the states and the weights of the
 * state to the next states.
 */
export type Step = (
  projected: Value,
  states: readonly Value[],
  whh: Value,
  bhh: Value,
) => readonly Value[];

/** The activation that the options ask for. */
export const requireActivation = (name: string, activation: unknown): 'tanh' | 'relu' => {
  if (activation === undefined || activation === 'tanh') return 'tanh';
  if (activation === 'relu') return 'relu';
  throw new ArgumentError(
    `${name}: activation must be 'tanh' or 'relu', not '${String(activation)}'`,
  );
};
/** The step of `rnnCell`. */
export const rnnStep =
  (activation: 'tanh' | 'relu'): Step =>
  (projected, [h], whh, bhh) => {
    const sum = add(projected, project(h!, whh, bhh));
    return [activation === 'relu' ? relu(sum) : tanh(sum)];
  };
/** The step of `lstmCell`: input, forget, cell and output gate in this order. */
export const lstmStep: Step = (projected, [h, c], whh, bhh) => {
  const gates = add(projected, project(h!, whh, bhh));
  const [input, forget, cell, output] = [0, 1, 2, 3].map((k) => gate(gates, k, h!)) as [
    Value,
    Value,
    Value,
    Value,
  ];
  const kept = mul(sigmoid(forget), c!);
  const next = add(kept, mul(sigmoid(input), tanh(cell)));
  return [mul(sigmoid(output), tanh(next)), next];
};
/** The step of `gruCell`: reset, update and new gate in this order. */
export const gruStep: Step = (projected, [h], whh, bhh) => {
  const own = project(h!, whh, bhh);
  const both = (k: number): Value => sigmoid(add(gate(projected, k, h!), gate(own, k, h!)));
  const [reset, update] = [both(0), both(1)];
  const fresh = tanh(add(gate(projected, 2, h!), mul(reset, gate(own, 2, h!))));
  const rest = sub(constantLike(update, 1), update);
  return [add(mul(rest, fresh), mul(update, h!))];
};

/** The tensors of a cell or a sequence; the states have the names of the messages. */
export interface RecurrentTensors {
  readonly x: unknown;
  readonly states: Readonly<Record<string, unknown>>;
  readonly wih: unknown;
  readonly whh: unknown;
  readonly bih: unknown;
  readonly bhh: unknown;
}
/** The same, checked. */
export interface CheckedTensors {
  readonly x: TensorImplementation;
  readonly states: readonly TensorImplementation[];
  readonly weights: Readonly<Record<'wih' | 'whh' | 'bih' | 'bhh', TensorImplementation>>;
}

/** Checks the tensors of a cell of `gates` gates; `form` is '[N, I]' or '[T, N, I]'. */
export const requireRecurrent = (
  name: string,
  gates: number,
  form: string,
  tensors: RecurrentTensors,
): CheckedTensors => {
  const x = requireFloatTensor(name, tensors.x);
  if (x.rank !== form.split(',').length) {
    throw new ShapeError(`${name}: expected an input ${form}, got ${showShape(x.shape)}`);
  }
  const [n, inputs] = x.shape.slice(-2) as [number, number];
  const given = Object.entries(tensors.states);
  // The first state says how many features there are.
  let width: number | undefined;
  const states = given.map(([word, state]) => {
    const tensor = requireParameter(name, word, x, [n, width], state);
    width ??= tensor.shape[1];
    return tensor;
  });
  const rows = gates * (width as number);
  const require = (word: 'wih' | 'whh' | 'bih' | 'bhh', wanted: number[]): TensorImplementation =>
    requireParameter(name, word, x, wanted, tensors[word]);
  const weights = {
    wih: require('wih', [rows, inputs]),
    whh: require('whh', [rows, width as number]),
    bih: require('bih', [rows]),
    bhh: require('bhh', [rows]),
  };
  return { x, states, weights };
};

/** The next states of a cell, as one program. */
const applyCell = (
  name: string,
  gates: number,
  tensors: RecurrentTensors,
  step: Step,
): TensorImplementation[] => {
  const { x, states, weights } = requireRecurrent(name, gates, '[N, I]', tensors);
  const { wih, whh, bih, bhh } = weights;
  const inputs = [x, wih, whh, bih, bhh, ...states];
  return apply(name, inputs.map(asTyped<AnyTensor>), ([v, w, u, b, c, ...carried]) =>
    step(project(v!, w!, b!), carried, u!, c!),
  );
};

/**
 * act(x wih^T + bih + h whh^T + bhh), the next state [N, H] of x [N, I] and h [N, H]: wih [H, I],
 * whh [H, H], biases [H]. J. Elman, "Finding structure in time" (1990).
 */
export const rnnCell = <
  X extends FloatTensor,
  H extends AnyTensor,
  W extends AnyTensor,
  U extends AnyTensor,
  B extends AnyTensor,
  C extends AnyTensor,
>(
  x: Checked<X, CellInput<'rnnCell', X>>,
  h: Checked<H, State<'rnnCell', 'h', X, H>>,
  wih: Checked<W, InputWeights<'rnnCell', 1, X, H, W>>,
  whh: Checked<U, StateWeights<'rnnCell', 1, X, H, U>>,
  bih: Checked<B, GateBias<'rnnCell', 'bih', 1, X, H, B>>,
  bhh: Checked<C, GateBias<'rnnCell', 'bhh', 1, X, H, C>>,
  options?: RnnCellOptions,
): NextState<X, H> =>
  located((): Dynamic => {
    checkOptions('rnnCell', options, ['activation']);
    const step = rnnStep(requireActivation('rnnCell', options?.activation));
    return applyCell('rnnCell', 1, { x, states: { h }, wih, whh, bih, bhh }, step)[0];
  });

/**
 * The next states [h, c] of x [N, I], h [N, H] and c [N, H]. The gates i, f, g, o stand in this
 * order in x wih^T + bih + h whh^T + bhh: c' = sigmoid(f) c + sigmoid(i) tanh(g), h' = sigmoid(o)
 * tanh(c'); wih [4H, I], whh [4H, H], biases [4H]. S. Hochreiter and J. Schmidhuber, "Long
 * short-term memory" (1997).
 */
export const lstmCell = <
  X extends FloatTensor,
  H extends AnyTensor,
  K extends AnyTensor,
  W extends AnyTensor,
  U extends AnyTensor,
  B extends AnyTensor,
  C extends AnyTensor,
>(
  x: Checked<X, CellInput<'lstmCell', X>>,
  h: Checked<H, State<'lstmCell', 'h', X, H>>,
  c: Checked<K, State<'lstmCell', 'c', X, K, H>>,
  wih: Checked<W, InputWeights<'lstmCell', 4, X, H, W>>,
  whh: Checked<U, StateWeights<'lstmCell', 4, X, H, U>>,
  bih: Checked<B, GateBias<'lstmCell', 'bih', 4, X, H, B>>,
  bhh: Checked<C, GateBias<'lstmCell', 'bhh', 4, X, H, C>>,
): [h: NextState<X, H>, c: NextState<X, H>] =>
  located(
    (): Dynamic => applyCell('lstmCell', 4, { x, states: { h, c }, wih, whh, bih, bhh }, lstmStep),
  );

/**
 * The next state [N, H] of x [N, I] and h [N, H]. With the gates r, z, n of x wih^T + bih and of h
 * whh^T + bhh in this order: r and z are the sigmoids of the sums, n = tanh(xn + r hn), h' = (1 -
 * z) n + z h; wih [3H, I], whh [3H, H], biases [3H]. K. Cho et al., "Learning phrase
 * representations using RNN encoder-decoder" (2014), in the form of PyTorch.
 */
export const gruCell = <
  X extends FloatTensor,
  H extends AnyTensor,
  W extends AnyTensor,
  U extends AnyTensor,
  B extends AnyTensor,
  C extends AnyTensor,
>(
  x: Checked<X, CellInput<'gruCell', X>>,
  h: Checked<H, State<'gruCell', 'h', X, H>>,
  wih: Checked<W, InputWeights<'gruCell', 3, X, H, W>>,
  whh: Checked<U, StateWeights<'gruCell', 3, X, H, U>>,
  bih: Checked<B, GateBias<'gruCell', 'bih', 3, X, H, B>>,
  bhh: Checked<C, GateBias<'gruCell', 'bhh', 3, X, H, C>>,
): NextState<X, H> =>
  located(
    (): Dynamic => applyCell('gruCell', 3, { x, states: { h }, wih, whh, bih, bhh }, gruStep)[0],
  );
