/**
 * Constructors of op definitions, one per kind. Each fills in what the kind implies (type rules of
 * elementwise ops, batch rules by broadcasting) and returns a callable op: calling it emits an
 * equation into the graph being built. Only function declarations stand here, because the families
 * and this file import each other.
 */
import { DTypeError, ShapeError } from '../errors.ts';
import { emit, type Value } from '../graph.ts';
import { refuseHalf } from '../half.ts';
import type {
  BatchInput,
  BranchOp,
  ContractOp,
  ElementKind,
  ElementOp,
  Op,
  OpBase,
  Params,
  ReduceOp,
  RegionOp,
  ScanOp,
  ScatterOp,
  SequentialOp,
  WhileOp,
} from '../op.ts';
import type { Scalars } from '../scalar.ts';
import {
  type DType,
  isFloat,
  isHalf,
  isInteger,
  sameShape,
  showShape,
  type TensorType,
} from '../types.ts';
import { broadcast } from './views.ts';

/** An op of one output without attributes: `add(x, y)`. */
export type PlainOp = Op & ((...inputs: Value[]) => Value);
/** An op of one output with attributes: `permute(x, { axes })`; several inputs come as an array. */
export type ParamOp<P> = Op & ((inputs: Value | readonly Value[], params: P) => Value);
/** An op of several outputs. */
export type MultiOp<P> = Op & ((inputs: readonly Value[], params: P) => Value[]);

/**
 * The one place where a typed definition forgets the type of its attributes, and where it becomes
 * callable.
 */
function callable<F>(definition: object, call: (op: Op) => unknown): F {
  const op = function opCall(...args: unknown[]): unknown {
    return (emitter as (...all: unknown[]) => unknown)(...args);
  };
  for (const [key, value] of Object.entries(definition)) {
    Object.defineProperty(op, key, { value, enumerable: true });
  }
  const emitter = call(op as unknown as Op);
  return op as F;
}

/** A finished definition of one output without attributes, made callable. */
export function plain(definition: ElementOp<Params> | SequentialOp<Params>): PlainOp {
  return callable(
    definition,
    (op) =>
      (...inputs: Value[]) =>
        emit(op, {}, inputs)[0],
  );
}
function parametric<P>(definition: object): ParamOp<P> {
  return callable(
    definition,
    (op) => (inputs: Value | readonly Value[], params: Params) =>
      emit(op, params, Array.isArray(inputs) ? inputs : [inputs as Value])[0],
  );
}

/**
 * The inputs of a batch rule with the batch axis on every one of them; repeating an input moves no
 * data.
 */
export function batchAll(inputs: readonly BatchInput[], size: number): Value[] {
  return inputs.map(({ value, batched }) => {
    if (batched) return value;
    const { shape } = value.type;
    return broadcast(value, { shape: [size, ...shape], axes: shape.map((_, axis) => axis + 1) });
  });
}

/** Which dtypes an elementwise op takes. */
export type Domain = 'float' | 'number' | 'integer' | 'bits' | 'bool' | 'any';
function admits(domain: Domain, dtype: DType): boolean {
  switch (domain) {
    case 'float':
      return isFloat(dtype);
    case 'number':
      return dtype !== 'bool' && !isHalf(dtype);
    case 'integer':
      return isInteger(dtype);
    case 'bits':
      return isInteger(dtype) || dtype === 'bool';
    case 'bool':
      return dtype === 'bool';
    case 'any':
      return true;
  }
}

/**
 * The common type of elementwise operands; throws when they differ or the domain excludes their
 * dtype.
 */
export function sameTypes(
  name: string,
  domain: Domain,
  arity: number,
  inputs: readonly TensorType[],
): TensorType {
  const first = inputs[0];
  if (first === undefined || inputs.length !== arity) {
    throw new ShapeError(`${name}: expected ${arity} operands, got ${inputs.length}`);
  }
  for (const type of inputs) {
    if (type.dtype !== first.dtype) {
      throw new DTypeError(
        `${name}: dtypes ${first.dtype} and ${type.dtype} differ; convert one with cast`,
      );
    }
    if (!sameShape(type.shape, first.shape)) {
      throw new ShapeError(
        `${name}: shapes ${showShape(first.shape)} and ${showShape(type.shape)} differ`,
      );
    }
  }
  if (!admits(domain, first.dtype)) {
    refuseHalf(name, first.dtype);
    throw new DTypeError(`${name}: ${first.dtype} is not supported`, {
      hint: domain === 'float' ? 'convert with cast to f32' : `expected ${domain} elements`,
    });
  }
  return first;
}

type Simplify = NonNullable<OpBase<Params>['simplify']>;
type Vjp = 'zero' | ((ct: Value, ...rest: Value[]) => readonly (Value | null)[]);

/** Elementwise ops without attributes. `vjp` gets the cotangent, the inputs and the output. */
export function elementwise(
  name: string,
  definition: {
    readonly arity: 1 | 2;
    readonly domain: Domain;
    readonly result?: DType;
    readonly scalar: <E>(s: Scalars<E>, ...xs: E[]) => E;
    readonly vjp: Vjp;
    readonly simplify?: Simplify | undefined;
    readonly exact?: boolean;
  },
): PlainOp {
  const { arity, domain, result, scalar, vjp, simplify, exact = false } = definition;
  const op: ElementOp<Params> = {
    name,
    kind: 'elementwise',
    exact,
    ...(simplify === undefined ? {} : { simplify }),
    type: (inputs) => {
      const type = sameTypes(name, domain, arity, inputs);
      return [result === undefined ? type : { dtype: result, shape: type.shape }];
    },
    // Without a list of the operands: all equations pass here, many times and cold.
    element: (c) => {
      const x = c.read(0, c.out);
      // Without a list of operands: all equations pass here, many times and cold.
      return [arity === 1 ? scalar(c.s, x) : scalar(c.s, x, c.read(1, c.out))];
    },
    vjp:
      vjp === 'zero'
        ? 'zero'
        : ([ct], inputs, outputs) =>
            ct == null ? inputs.map(() => null) : vjp(ct, ...inputs, ...outputs),
    batch: (inputs, size) => [self(...batchAll(inputs, size))],
  };
  const self = plain(op);
  return self;
}

/** `unary('sin', { scalar: (s, x) => s.sin(x), vjp: (ct, x, y) => mul(ct, cos(x)) })`. */
export function unary(
  name: string,
  definition: {
    readonly domain?: Domain;
    readonly result?: DType;
    readonly scalar: <E>(s: Scalars<E>, x: E) => E;
    readonly vjp: 'zero' | ((ct: Value, x: Value, y: Value) => Value);
    readonly simplify?: Simplify;
  },
): PlainOp {
  const { vjp, domain = 'float', ...rest } = definition;
  return elementwise(name, {
    ...rest,
    domain,
    arity: 1,
    vjp: vjp === 'zero' ? 'zero' : (ct, x, y) => [vjp(ct, x as Value, y as Value)],
  });
}

/**
 * `binary('mul', { scalar: (s, x, y) => s.mul(x, y), vjp: (ct, x, y, z) => [mul(ct, y), mul(ct, x)]
 * })`.
 */
export function binary(
  name: string,
  definition: {
    readonly domain?: Domain;
    readonly result?: DType;
    readonly scalar: <E>(s: Scalars<E>, x: E, y: E) => E;
    readonly vjp: 'zero' | ((ct: Value, x: Value, y: Value, z: Value) => [Value, Value]);
    readonly simplify?: Simplify;
    readonly exact?: boolean;
  },
): PlainOp {
  const { domain = 'number', ...rest } = definition;
  return elementwise(name, { ...rest, domain, arity: 2, vjp: rest.vjp as Vjp });
}

/** What an op with attributes must say; the constructors below add the kind. */
type WithParams<P, Fields extends string> = Omit<OpBase<P>, 'name' | 'vjp' | 'batch'> & {
  readonly vjp:
    | 'zero'
    | ((
        ct: Value,
        inputs: readonly Value[],
        params: P,
        output: Value,
      ) => readonly (Value | null)[]);
} & { readonly [K in Fields]?: never };

/** The attributes of the op over one more leading axis; all inputs are given that axis. */
type BatchParams<P> = (params: P, inputs: readonly TensorType[], size: number) => P;

/** An op of one output from what it says itself; the kind's own fields are in `definition`. */
export function complete<P>(
  name: string,
  kind: string,
  definition: WithParams<P, never> & { readonly batch: BatchParams<P> | OpBase<P>['batch'] },
  rule: 'params' | 'values',
): ParamOp<P> {
  const { vjp, batch, ...rest } = definition;
  const self: ParamOp<P> = parametric({
    ...rest,
    name,
    kind,
    vjp:
      vjp === 'zero'
        ? 'zero'
        : ([ct]: readonly (Value | null)[], inputs: Value[], outputs: Value[], params: P) =>
            ct == null ? inputs.map(() => null) : vjp(ct, inputs, params, outputs[0] as Value),
    batch:
      rule === 'values'
        ? batch
        : (inputs: readonly BatchInput[], size: number, params: P) => [
            self(
              batchAll(inputs, size),
              (batch as BatchParams<P>)(
                params,
                inputs.map(({ value, batched }) =>
                  batched ? { ...value.type, shape: value.type.shape.slice(1) } : value.type,
                ),
                size,
              ),
            ),
          ],
  });
  return self;
}

/** Ops whose element is an expression of input elements: constants, views, gathers, casts. */
export function element<P extends object>(
  name: string,
  kind: ElementKind,
  definition: WithParams<P, never> & {
    readonly element: ElementOp<P>['element'];
    readonly uniform?: ElementOp<P>['uniform'];
    readonly guarded?: true;
    readonly batch: BatchParams<P>;
  },
): ParamOp<P> {
  return complete(name, kind, definition, 'params');
}

/**
 * Views of one input: `index` says which input element stands at an output index. They move no
 * data.
 */
export function view<P extends object>(
  name: string,
  definition: WithParams<P, never> & {
    readonly index: <E>(i: Scalars<E>, out: readonly E[], params: P, input: TensorType) => E[];
    readonly batch: BatchParams<P>;
  },
): ParamOp<P> {
  const { index, ...rest } = definition;
  return element<P>(name, 'view', {
    ...rest,
    element: (c) => [c.read(0, index(c.i, c.out, c.params, c.inputs[0] as TensorType))],
  });
}

/** What folds need to say beyond a step, where they have more than one accumulator. */
type SeveralAccumulators<P> = Pick<ReduceOp<P>, 'accumulators' | 'combine'> & {
  readonly take: number;
};

/**
 * Folds of some axes of one input. One with a single accumulator combines parts by its step: the
 * accumulator of another part counts as an element.
 */
export function reduce<P extends { readonly axes: readonly number[] }>(
  name: string,
  definition: Pick<ReduceOp<P>, 'init' | 'step'> & {
    readonly vjp: WithParams<P, never>['vjp'];
    readonly domain: Domain;
    readonly result?: DType;
    readonly simplify?: NonNullable<OpBase<P>['simplify']>;
  } & (SeveralAccumulators<P> | { readonly [K in keyof SeveralAccumulators<P>]?: never }),
): ParamOp<P> {
  const { domain, result, accumulators, combine, take = 0, ...rest } = definition;
  return complete<P>(
    name,
    'reduce',
    {
      ...rest,
      ...{ axes: (params: P) => params.axes, result: take },
      ...{ accumulators: accumulators ?? ((dtype: DType) => [dtype]) },
      ...{ combine: combine ?? stepping(definition) },
      type: (inputs, { axes }) => {
        const input = sameTypes(name, domain, 1, inputs);
        axes.forEach((axis, k) => {
          if (axis >= input.shape.length || axis <= (axes[k - 1] ?? -1)) {
            throw new ShapeError(`${name}: axes [${axes.join(', ')}] of ${showShape(input.shape)}`);
          }
        });
        const shape = input.shape.filter((_, axis) => !axes.includes(axis));
        return [{ dtype: result ?? input.dtype, shape }];
      },
      batch: (params: P) => ({ ...params, axes: params.axes.map((axis) => axis + 1) }),
    },
    'params',
  );
}

function stepping({ step }: Pick<ReduceOp, 'step'>): ReduceOp['combine'] {
  return (s, i, one, [other]) => step(s, i, one, other as (typeof one)[0], i.constant(0));
}

/** Sums of products of two inputs. */
export function contract<P extends object>(
  name: string,
  definition: Pick<ContractOp<P>, 'space' | 'factors'> & {
    readonly vjp: WithParams<P, never>['vjp'];
    readonly batch: OpBase<P>['batch'];
    readonly part?: NonNullable<OpBase<P>['part']>;
  },
): ParamOp<P> {
  return complete<P>(
    name,
    'contract',
    {
      ...definition,
      type: (inputs, params) => {
        const [x, y] = inputs;
        if (x === undefined || y === undefined || x.dtype !== y.dtype || x.dtype === 'bool') {
          throw new DTypeError(`${name}: dtypes ${x?.dtype} and ${y?.dtype} do not fit`);
        }
        refuseHalf(name, x.dtype);
        return [{ dtype: x.dtype, shape: definition.space(inputs, params).out }];
      },
    },
    'values',
  );
}

/** Elements added to, or set at, places that indexes name. */
export function scatter<P extends object>(
  name: string,
  definition: Pick<ScatterOp<P>, 'combine' | 'updates' | 'target'> &
    WithParams<P, never> & { readonly batch: BatchParams<P> },
): ParamOp<P> {
  return complete<P>(name, 'scatter', definition, 'params');
}

/** Ops of several outputs; everything is spelled out. */
export function multi<P extends object>(
  definition: ElementOp<P> | SequentialOp<P> | RegionOp<P> | ScanOp<P> | BranchOp<P> | WhileOp<P>,
): MultiOp<P> {
  return callable(
    definition,
    (op) => (inputs: readonly Value[], params: Params) => emit(op, params, inputs),
  );
}
