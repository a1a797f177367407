/**
 * Constructors of sequential ops: running folds and orders of the last axis, and algorithms on the
 * matrices of the last two axes. As in define.ts only function declarations stand here.
 */
import { DTypeError, ShapeError } from '../errors.ts';
import type { Value } from '../graph.ts';
import { refuseHalf } from '../half.ts';
import type { BatchInput, OpBase, Params, RunningFold, SequentialOp } from '../op.ts';
import type { Scalars } from '../scalar.ts';
import { type DType, isFloat, sameShape, showShape, type TensorType } from '../types.ts';
import {
  batchAll,
  complete,
  type Domain,
  type ParamOp,
  type PlainOp,
  plain,
  sameTypes,
} from './define.ts';
import { type Before, mergeSort } from './merge-sort.ts';
import { permute, reshape } from './views.ts';

/** The length of the last axis. */
function lengthOf(type: TensorType | undefined): number {
  return type?.shape[type.shape.length - 1] ?? 0;
}

/** The attributes of running folds: whether they go from the last element to the first. */
export interface CumulativeParams {
  readonly reverse: boolean;
}
type CumulativeVjp = (
  ct: Value,
  inputs: readonly Value[],
  params: CumulativeParams,
  output: Value,
) => readonly (Value | null)[];

type Parts = Pick<RunningFold, 'init' | 'step' | 'combine' | 'take'>;

/**
 * A running fold of the last axis: `step` makes the next state from the state, the elements of the
 * inputs and their place; `take` makes the output element from the next state.
 */
export function cumulative(
  name: string,
  definition: {
    readonly arity?: number;
    readonly domain: Domain;
    readonly result?: DType;
    readonly init: <E>(s: Scalars<E>, i: Scalars<E>) => readonly E[];
    readonly step: <E>(
      s: Scalars<E>,
      i: Scalars<E>,
      state: readonly E[],
      elements: readonly E[],
      place: E,
    ) => readonly E[];
    readonly take?: <E>(s: Scalars<E>, state: readonly E[]) => E;
    /** The state after two parts, where parts are folded by the same steps. */
    readonly combine?: RunningFold['combine'];
    /** The fold of parts, where it keeps another state. */
    readonly parts?: (dtype: DType) => Parts | undefined;
    readonly exact?: true;
    readonly vjp: 'zero' | CumulativeVjp;
  },
): ParamOp<CumulativeParams> {
  const { arity = 1, domain, result, init, step, vjp, exact = false } = definition;
  const take = definition.take ?? (<E>(_: Scalars<E>, state: readonly E[]): E => state[0] as E);
  const { combine } = definition;
  const partsOf = (dtype: DType): Parts | undefined =>
    definition.parts?.(dtype) ?? (combine && { init, step, combine, take });
  type Own = 'exact' | 'rank' | 'run' | 'running' | 'flops';
  const own: Pick<SequentialOp<CumulativeParams>, Own> = {
    exact,
    rank: 1,
    running: ({ reverse }, dtype) => {
      const parts = partsOf(dtype);
      return parts && { inputs: arity, isReverse: reverse, ...parts };
    },
    flops: ([x]) => 2 * lengthOf(x),
    run: ({ s, i, ...m }, [x], { reverse }) => {
      const length = lengthOf(x);
      const state = init(s, i).map(m.variable);
      m.loop(length, (k) => {
        const place = reverse ? i.sub(i.constant(length - 1), k) : k;
        const elements = Array.from({ length: arity }, (_, input) => m.read(input, [place]));
        const before = state.map((variable) => variable.get());
        const next = step(s, i, before, elements, place);
        state.forEach((variable, which) => {
          variable.set(next[which] as (typeof next)[0]);
        });
        m.write(0, [place], take(s, next));
      });
    },
  };
  return complete<CumulativeParams>(
    name,
    'sequential',
    {
      ...own,
      vjp,
      type: (inputs) => {
        const input = sameTypes(name, domain, arity, inputs);
        if (input.shape.length === 0) throw new ShapeError(`${name}: a scalar has no axis`);
        return [{ dtype: result ?? input.dtype, shape: input.shape }];
      },
      batch: (params: CumulativeParams) => params,
    },
    'params',
  );
}

/** Orders of the last axis: the output (i32) says which element comes in each place, stably. */
export function order(name: string, before: Before): PlainOp {
  const op: SequentialOp<Params> = {
    name,
    kind: 'sequential',
    exact: true,
    rank: 1,
    type: (inputs) => {
      const input = inputs[0] as TensorType;
      if (input.shape.length === 0) throw new ShapeError(`${name}: a scalar has no axis to sort`);
      refuseHalf(name, input.dtype);
      return [{ dtype: 'i32', shape: input.shape }];
    },
    before,
    flops: ([x]) => lengthOf(x) * Math.ceil(Math.log2(lengthOf(x) + 1)),
    run: (m, [x]) => mergeSort(m, lengthOf(x), before),
    vjp: 'zero',
    batch: (inputs, size) => [self(...batchAll(inputs, size))],
  };
  const self = plain(op);
  return self;
}

/** The type; throws unless it is one of square matrices of floats. */
export function requireMatrices(name: string, type: TensorType | undefined): TensorType {
  const shape = type?.shape ?? [];
  if (type === undefined || !isFloat(type.dtype)) {
    throw new DTypeError(`${name}: ${type?.dtype} is not supported`);
  }
  if (shape.length < 2 || shape[shape.length - 1] !== shape[shape.length - 2]) {
    throw new ShapeError(`${name}: expected square matrices, not ${showShape(shape)}`);
  }
  return type;
}
/** Throws unless right-hand sides [..., n, k] fit square matrices [..., n, n]; gives their type. */
export function requireSystem(
  name: string,
  [a, b]: readonly (TensorType | undefined)[],
): TensorType {
  const { dtype, shape } = requireMatrices(name, a);
  if (b === undefined || b.dtype !== dtype) {
    throw new DTypeError(`${name}: dtypes ${dtype} and ${b?.dtype} differ`);
  }
  if (b.shape.length < 2 || !sameShape(shape.slice(0, -1), b.shape.slice(0, -1))) {
    throw new ShapeError(`${name}: ${showShape(shape)} and ${showShape(b.shape)} do not fit`);
  }
  return b;
}

/** An algorithm on the square matrices in the last two axes of its first input. */
export function matrixOp<P extends object>(
  name: string,
  definition: Pick<SequentialOp<P>, 'run' | 'flops' | 'type'> & {
    readonly vjp: (
      ct: Value,
      inputs: readonly Value[],
      params: P,
      output: Value,
    ) => readonly (Value | null)[];
    readonly batch?: OpBase<P>['batch'];
  },
): ParamOp<P> {
  const own = { ...definition, rank: 2 };
  const { batch } = definition;
  return batch === undefined
    ? complete<P>(name, 'sequential', { ...own, batch: (params: P) => params }, 'params')
    : complete<P>(name, 'sequential', { ...own, batch }, 'values');
}

/**
 * The batch rule of an op on matrices a [..., n, n] and right-hand sides b [..., n, k]: where only
 * the sides are batched the batch becomes more columns, so that nothing is factored twice.
 */
export function batchSides(
  inputs: readonly BatchInput[],
  size: number,
  solve: (inputs: readonly Value[]) => Value,
): Value {
  const [a, b] = inputs as readonly [BatchInput, BatchInput];
  if (a.batched) return solve(batchAll(inputs, size));
  const { shape } = b.value.type;
  const rank = shape.length;
  const lead = shape.slice(1, -1);
  const columns = shape[rank - 1] as number;
  const middle = lead.map((_, axis) => axis + 1);
  const wide = permute(b.value, { axes: [...middle, 0, rank - 1] });
  const x = solve([a.value, reshape(wide, { shape: [...lead, size * columns] })]);
  const split = reshape(x, { shape: [...lead, size, columns] });
  return permute(split, { axes: [rank - 2, ...middle.map((axis) => axis - 1), rank - 1] });
}

/** The cube of the length of the last axis: what algorithms on matrices cost, up to a factor. */
export function cubeOf(type: TensorType | undefined): number {
  return lengthOf(type) ** 3;
}
