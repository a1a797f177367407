/**
 * What an op says about itself. One definition holds the type rule, the meaning, the gradient and
 * the batch rule; passes, the interpreter and the lowering ask the definition by its kind and
 * fields and never by its name.
 */
import type { Graph, Value } from './graph.ts';
import type { Machine } from './machine.ts';
import type { Scalars } from './scalar.ts';
import type { DType, TensorType } from './types.ts';

/** The attributes of an equation: plain data, and for regions the graphs they hold. */
export type Params = Readonly<Record<string, unknown>>;

/** How the meaning of an op reads its inputs. */
export interface Reader<E> {
  /** The element of input `input` at an index, one entry per axis. */
  read(input: number, at: readonly E[]): E;
  /** The element of input `input` at a row-major position. */
  readFlat(input: number, position: E): E;
  /**
   * `index`, which is known to lie in [0, length) where this stands: under a `when` that tests it.
   */
  bounded(index: E, length: number): E;
  /**
   * `body()` where the condition holds, else `otherwise`; reads in `body` happen only where it
   * holds.
   */
  when(condition: E, body: () => E, otherwise: E): E;
}

/**
 * What the meaning of an element op gets: where in the output it is, and how to compute and read
 * there.
 */
export interface ElementContext<E, P> extends Reader<E> {
  /** Instructions at the dtype of the first input (of the output when there is no input). */
  readonly s: Scalars<E>;
  /** 32 bit index arithmetic. */
  readonly i: Scalars<E>;
  /** The index of the output element, one entry per axis. */
  readonly out: readonly E[];
  /** The same as a row-major position. */
  readonly position: () => E;
  readonly params: P;
  readonly inputs: readonly TensorType[];
  readonly output: TensorType;
}

/** An input of a batch rule; when `batched`, its leading axis is the batch. */
export interface BatchInput {
  readonly value: Value;
  readonly batched: boolean;
}

/** The cotangents of the inputs; null where there is none. */
export type Cotangents = readonly (Value | null)[];

/** What simplification rules may ask about the values of a graph. */
export interface Knowledge {
  /** The equation that defines a value; undefined for inputs. */
  definition(
    value: Value,
  ): { readonly op: Op; readonly params: Params; readonly inputs: readonly Value[] } | undefined;
  /** The value that every element is known to have. */
  uniform(value: Value): number | undefined;
  /** Whether only one equation reads a value, once, and it is no result. */
  isReadOnce(value: Value): boolean;
}

/** A rectangular part of a value: per axis the first index, and how many there are. */
export interface Part {
  readonly start: readonly number[];
  readonly size: readonly number[];
}

/** An equation after forward differentiation; a tangent is null where it is zero. */
export interface Pushed {
  readonly outputs: readonly Value[];
  readonly tangents: readonly (Value | null)[];
}

/** What every op says about itself. */
export interface OpBase<P> {
  readonly name: string;
  /** The types of the outputs; throws ShapeError or DTypeError for inputs that do not fit. */
  readonly type: (inputs: readonly TensorType[], params: P) => readonly TensorType[];
  /**
   * Emits the cotangents of the inputs for the cotangents of the outputs (null: no cotangent
   * reaches that output). Must be linear in them. Cotangents of inputs that are not `wanted` (all
   * are when absent) may be null whatever they are. 'zero' says that the op is constant almost
   * everywhere.
   */
  readonly vjp:
    | 'zero'
    | ((
        cotangents: Cotangents,
        inputs: readonly Value[],
        outputs: readonly Value[],
        params: P,
        wanted?: readonly boolean[],
      ) => Cotangents);
  /**
   * Emits the op together with its derivative along the tangents of its inputs (null: zero). For
   * ops that cannot be differentiated by applying `vjp` twice, or not as cheaply.
   */
  readonly jvp?: (
    inputs: readonly Value[],
    tangents: readonly (Value | null)[],
    params: P,
  ) => Pushed;
  /**
   * Emits the op in a form whose first outputs are those of the op and whose other outputs are what
   * its `vjp` would otherwise have to compute again. Reverse mode emits this form instead; `vjp` is
   * then called with all of its outputs and with the params of the emitted equation. `wanted` says
   * which inputs will be asked for their cotangents.
   */
  readonly keep?: (
    inputs: readonly Value[],
    params: P,
    wanted: readonly boolean[],
  ) => readonly Value[];
  /**
   * A value equal bit for bit to the op's only output, or undefined. May return an input, or emit
   * something simpler.
   */
  readonly simplify?: (
    inputs: readonly Value[],
    params: P,
    knowledge: Knowledge,
    output: Value,
  ) => Value | undefined;
  /** Emits a part of the op's only output from parts of its inputs, or undefined. */
  readonly part?: (inputs: readonly Value[], params: P, part: Part) => Value | undefined;
  /** Emits the op over one more leading axis of length `size`; every output gets that axis. */
  readonly batch: (inputs: readonly BatchInput[], size: number, params: P) => readonly Value[];
}

/**
 * The kinds of ops whose output elements are each computed on their own from a few input elements.
 */
export type ElementKind = 'constant' | 'elementwise' | 'view' | 'gather' | 'random';

/** An op whose output element is an expression of input elements. */
export interface ElementOp<P = never> extends OpBase<P> {
  readonly kind: ElementKind;
  /** The meaning: the elements of the outputs at `c.out`, one per output. */
  readonly element: <E>(c: ElementContext<E, P>) => readonly E[];
  /**
   * Views only: whether some output elements are fills instead of input elements, so that reading
   * costs a test.
   */
  readonly guarded?: boolean;
  /**
   * Whether the last bit of an operand decides the result. What such an op shares with other
   * readers is stored, so that all of them see the same bits.
   */
  readonly exact?: boolean;
  /** For constants: the value, when it is the same everywhere. */
  readonly uniform?: (params: P) => number;
}

/** An op that folds some axes of its one input; the output lacks these axes. */
export interface ReduceOp<P = never> extends OpBase<P> {
  readonly kind: 'reduce';
  readonly axes: (params: P) => readonly number[];
  /** The accumulators before the first element, at the input's dtype. */
  readonly init: <E>(s: Scalars<E>, i: Scalars<E>) => readonly E[];
  /**
   * The accumulators after element `x`, which is number `position` (i32) of the folded elements in
   * row-major order.
   */
  readonly step: <E>(
    s: Scalars<E>,
    i: Scalars<E>,
    accumulators: readonly E[],
    x: E,
    position: E,
  ) => readonly E[];
  /**
   * The accumulators after all elements that two disjoint sets of accumulators have seen, each in
   * any order that keeps their positions.
   */
  readonly combine: <E>(
    s: Scalars<E>,
    i: Scalars<E>,
    one: readonly E[],
    other: readonly E[],
  ) => readonly E[];
  /** The dtypes of the accumulators, given the input's. */
  readonly accumulators: (dtype: DType) => readonly DType[];
  /** Which accumulator is the result. */
  readonly result: number;
}

/** Where a sum of products runs: the axes of the output, and the axes summed over. */
export interface ContractSpace {
  readonly out: readonly number[];
  readonly sum: readonly number[];
}

/** An op whose output element is a sum of products of one element of each of its two inputs. */
export interface ContractOp<P = never> extends OpBase<P> {
  readonly kind: 'contract';
  readonly space: (inputs: readonly TensorType[], params: P) => ContractSpace;
  /** The indexes of the two factors for an output index and an index of the summed axes. */
  readonly factors: <E>(
    i: Scalars<E>,
    out: readonly E[],
    sum: readonly E[],
    params: P,
    inputs: readonly TensorType[],
  ) => readonly [readonly E[], readonly E[]];
}

/**
 * An op that starts from its input 0 and puts elements of its last input at places that other
 * inputs name, in row-major order of these elements.
 */
export interface ScatterOp<P = never> extends OpBase<P> {
  readonly kind: 'scatter';
  /** Whether an element is added to what stands at its place or replaces it; the last one stays. */
  readonly combine: 'add' | 'set';
  /** The lengths of the axes of the updates. */
  readonly updates: (inputs: readonly TensorType[], params: P) => readonly number[];
  /** For an index of the updates: where it goes and whether it goes anywhere. */
  readonly target: <E>(
    c: Omit<ElementContext<E, P>, 'out' | 'position'> & { readonly update: readonly E[] },
  ) => { readonly at: readonly E[]; readonly when: E };
}

/**
 * A running fold of the last axis that may be done in parts: each part is folded from `init` on,
 * and what stands before a part is combined of the parts before it.
 */
export interface RunningFold {
  /** How many inputs a step reads. */
  readonly inputs: number;
  /** Whether it goes from the last element to the first. */
  readonly isReverse: boolean;
  /** The state before the first element; combined with any other it changes nothing. */
  readonly init: <E>(s: Scalars<E>, i: Scalars<E>) => readonly E[];
  /** The state after an element of each input and its place (i32). */
  readonly step: <E>(
    s: Scalars<E>,
    i: Scalars<E>,
    state: readonly E[],
    elements: readonly E[],
    place: E,
  ) => readonly E[];
  /** The state after two parts, the first of which the fold meets first. */
  readonly combine: <E>(
    s: Scalars<E>,
    i: Scalars<E>,
    first: readonly E[],
    second: readonly E[],
  ) => readonly E[];
  /** The element of the output, from the state after its place. */
  readonly take: <E>(s: Scalars<E>, state: readonly E[]) => E;
}

/**
 * An op that computes blocks of elements by an algorithm: the trailing axes of its inputs and
 * outputs are one block, the leading axes, which all of them share, are independent of each other.
 * An algorithm reads each element of its inputs once, so that what computes them needs no memory.
 */
export interface SequentialOp<P = never> extends OpBase<P> {
  readonly kind: 'sequential';
  /** How many trailing axes of the first input are in the block. */
  readonly rank: number;
  /** Whether the last bit of an input element decides the result, as for element ops. */
  readonly exact?: boolean;
  /** The algorithm for one block. */
  readonly run: <E>(machine: Machine<E>, inputs: readonly TensorType[], params: P) => void;
  /**
   * For an algorithm that writes the places of the elements of a row in their order, stably:
   * whether `x` must come before `y`.
   */
  readonly before?: <E>(s: Scalars<E>, x: E, y: E) => E;
  /** Another form of the algorithm, where it is a fold whose parts may run side by side. */
  readonly running?: (params: P, dtype: DType) => RunningFold | undefined;
  /** Operations of one run, for reports. */
  readonly flops: (inputs: readonly TensorType[]) => number;
}

/** An op that holds a graph and means what the graph means on its inputs. */
export interface RegionOp<P = never> extends OpBase<P> {
  readonly kind: 'region';
  readonly graph: (params: P) => Graph;
}

/** A loop of known length over a graph. */
export interface ScanLoop {
  /**
   * Inputs: the constants, the carries, one slice of each sequence. Outputs: the next carries, then
   * one slice of each stacked result.
   */
  readonly body: Graph;
  readonly length: number;
  /** Whether the loop visits the last slice first; slices keep their places. */
  readonly reverse: boolean;
  /** How many of the body's inputs are the same in every step. */
  readonly constants: number;
  /** How many values one step hands to the next. */
  readonly carries: number;
}

/**
 * An op that repeats a graph. Inputs: constants, first carries, sequences (the loop runs along
 * their first axis). Outputs: last carries, stacked results.
 */
export interface ScanOp<P = never> extends OpBase<P> {
  readonly kind: 'scan';
  readonly loop: (params: P) => ScanLoop;
  /** The attributes of the op for another loop: passes rewrite loops without knowing the op. */
  readonly rebuild: (loop: ScanLoop) => P;
}

/**
 * An op that runs one of several graphs of the same type. Input 0 (i32 scalar, clamped to the
 * branches there are) says which; the other inputs are the graph's.
 */
export interface BranchOp<P = never> extends OpBase<P> {
  readonly kind: 'branch';
  readonly branches: (params: P) => readonly Graph[];
  /** The attributes of the op for other branches. */
  readonly rebuild: (branches: readonly Graph[]) => P;
}

/** A loop that ends when its condition fails. */
export interface WhileLoop {
  /** Inputs: its constants, then the carries. One output, a bool scalar: whether to go on. */
  readonly condition: Graph;
  /** Inputs: its constants, then the carries. Outputs: the next carries. */
  readonly body: Graph;
  readonly conditionConstants: number;
  readonly bodyConstants: number;
}

/**
 * An op that repeats a graph while a condition holds. Inputs: constants of the condition, constants
 * of the body, first carries. Outputs: the last carries.
 */
export interface WhileOp<P = never> extends OpBase<P> {
  readonly kind: 'while';
  readonly loop: (params: P) => WhileLoop;
  /** The attributes of the op for another loop. */
  readonly rebuild: (loop: WhileLoop) => P;
}

/**
 * Any op, its attributes unknown. Definitions type their own; whoever holds an equation passes its
 * `params` on.
 */
export type Op =
  | ElementOp<Params>
  | ReduceOp<Params>
  | ContractOp<Params>
  | ScatterOp<Params>
  | SequentialOp<Params>
  | RegionOp<Params>
  | ScanOp<Params>
  | BranchOp<Params>
  | WhileOp<Params>;

/** The kind of an op. */
export type Kind = Op['kind'];

/** The graphs that an equation of the op holds. */
export const graphsOf = (op: Op, params: Params): readonly Graph[] => {
  switch (op.kind) {
    case 'region':
      return [op.graph(params)];
    case 'scan':
      return [op.loop(params).body];
    case 'branch':
      return op.branches(params);
    case 'while': {
      const { condition, body } = op.loop(params);
      return [condition, body];
    }
    default:
      return [];
  }
};

/** Whether an op computes each output element on its own. */
export const isElement = (op: Op): op is ElementOp<Params> => 'element' in op;
