/**
 * Where random programs are built: values with the numbers they have, so that generators can keep
 * arguments inside of what functions take, and know which numbers are free of rounding.
 */
import { interpretEquation } from '../../src/backends/reference/interpret-equation.ts';
import { interpretGraph } from '../../src/backends/reference/interpret-graph.ts';
import { interpretHeld } from '../../src/backends/reference/interpret-held.ts';
import {
  type Eqn,
  emit,
  type Graph,
  newValue,
  type Value,
  withBuilder,
} from '../../src/ir/graph.ts';
import { decodeNumbers, encodeNumbers } from '../../src/ir/half.ts';
import { graphsOf, type Params } from '../../src/ir/op.ts';
import { type OpName, registry } from '../../src/ir/ops/registry.ts';
import {
  type DType,
  isFloat,
  isHalf,
  type Shape,
  sameShape,
  sizeOf,
  type TypedArray,
} from '../../src/ir/types.ts';

/** A value of a program and the numbers it has, floats in double precision. */
export interface Node {
  readonly value: Value;
  readonly array: TypedArray;
  /** Every way of computing it gives these very numbers: no operation on the way rounds. */
  readonly isExact: boolean;
}

/** A random program: the graph, the data of its inputs, and what is known of every value. */
export interface RandomProgram {
  readonly graph: Graph;
  readonly arrays: readonly TypedArray[];
  readonly nodes: ReadonlyMap<Value, Node>;
}

/** Most elements of a value, and most products of a contraction. */
const mostElements = 1600;
/** Most products of one contraction, so that the interpreter stays fast. */
export const mostProducts = 12_000;

/** Whether sums and products of such numbers are exact, and f32 holds them. */
const isExactNumber = (x: number, dtype: DType): boolean => {
  if (!Number.isFinite(x)) return true;
  if (!Number.isInteger(x * 2 ** 30) || Math.abs(x) > 2 ** 22) return false;
  return dtype === 'f64' || Object.is(Math.fround(x), x);
};

/** Whether any few of the numbers can be added in any order without rounding. */
const isCoarse = (array: TypedArray): boolean =>
  Array.prototype.every.call(array, (x: number) => Number.isInteger(x * 64) && Math.abs(x) < 256);

/** Whether results are sums of some elements of the first input, or of products of them. */
export const addsUp = ({ name, kind }: Eqn['op']): boolean =>
  kind === 'contract' || name === 'reduceSum' || name === 'cumulativeSum';

/** The outputs of an equation in double precision. */
export const evaluateDouble = (eqn: Eqn, arrays: readonly TypedArray[]): TypedArray[] =>
  interpretHeld(eqn, arrays, 'double', (graph, given) => interpretGraph(graph, given, 'double')) ??
  interpretEquation({ eqn, arrays, precision: 'double' });

/** The largest magnitude in an array; NaN and infinities do not count. */
const largest = (array: TypedArray): number => {
  let most = 0;
  for (const x of array) if (Number.isFinite(x)) most = Math.max(most, Math.abs(x));
  return most;
};

/**
 * A program being built. Generators pick nodes, emit ops on them and say which ops they could not
 * use.
 */
export class Workshop {
  readonly nodes: Node[] = [];
  readonly #inputs: Node[] = [];
  readonly #eqns: Eqn[] = [];

  /** Adds an input with data. */
  input(dtype: DType, shape: Shape, array: TypedArray): Node {
    const numbers = decodeNumbers(dtype, array);
    const wide = numbers instanceof Float32Array ? Float64Array.from(numbers) : numbers;
    const isExact = Array.prototype.every.call(wide, (x: number) => isExactNumber(x, dtype));
    const node: Node = { value: newValue({ dtype, shape }), array: wide, isExact };
    this.#inputs.push(node);
    this.nodes.push(node);
    return node;
  }

  /** Emits an op on nodes; undefined when a result would be too large. */
  emit(name: OpName, inputs: readonly Node[], params: Params = {}): Node | undefined {
    return this.emitAll(name, inputs, params)?.[0];
  }
  /** Emits an op of several outputs. */
  emitAll(name: OpName, inputs: readonly Node[], params: Params = {}): Node[] | undefined {
    const op = registry[name];
    const types = op.type(
      inputs.map(({ value }) => value.type),
      params,
    );
    if (types.some(({ shape }) => sizeOf(shape) > mostElements)) return undefined;
    const values = withBuilder({ eqns: this.#eqns }, () =>
      emit(
        op,
        params,
        inputs.map(({ value }) => value),
      ),
    );
    const eqn = this.#eqns[this.#eqns.length - 1]!;
    const arrays = evaluateDouble(
      eqn,
      inputs.map(({ array }) => array),
    );
    // Partial sums are rounded too, so they must all be exact.
    const isSum = op.kind === 'scatter' || addsUp(op);
    const isExact = inputs.every((input) => input.isExact && (!isSum || isCoarse(input.array)));
    const made = values.map((value, k): Node => {
      const array = arrays[k]!;
      const { dtype } = value.type;
      const fits = !isFloat(dtype) || array.every((x: number) => isExactNumber(x, dtype));
      // Inside of graphs anything may have been rounded.
      const isHeld = graphsOf(op, params).length > 0;
      return { value, array, isExact: isExact && fits && !(isHeld && isFloat(dtype)) };
    });
    this.nodes.push(...made);
    return made;
  }

  /** The node number `index`, counted from the newest, among those that satisfy the predicate. */
  pick(index: number, fits: (node: Node) => boolean = () => true): Node | undefined {
    const candidates = this.nodes.filter(fits);
    return candidates[candidates.length - 1 - (index % Math.max(1, candidates.length))];
  }
  /** A float; with `isExact` one without rounding behind it. */
  float(index: number, isExact = false): Node | undefined {
    return this.pick(index, (node) => isFloat(dtypeOf(node)) && (!isExact || node.isExact));
  }
  /** A value of a dtype, converted if there is none. */
  of(dtype: DType, index: number): Node | undefined {
    const found = this.pick(index, (node) => dtypeOf(node) === dtype);
    if (found !== undefined) return found;
    const source = this.pick(index, (node) => node.isExact);
    return source && this.emit('cast', [source], { dtype });
  }

  /** One number everywhere, of the type of `like`. */
  constant(value: number, like: Node): Node {
    const { dtype, shape } = like.value.type;
    return this.emit('full', [], { value, dtype, shape })!;
  }
  /** The same numbers, or tame ones where some are larger than `limit`. */
  tame(x: Node, limit: number): Node {
    return largest(x.array) > limit ? this.emit('tanh', [x])! : x;
  }
  /** The same numbers, or others where some are not well above 0. */
  positive(x: Node): Node {
    if (x.array.every((value: number) => value > 0.05)) return x;
    const size = this.emit('abs', [x])!;
    return this.emit('add', [size, this.constant(0.5, x)])!;
  }

  /**
   * The node over another shape: repeated where it can be, else folded to a scalar and that
   * repeated.
   */
  fit(node: Node, shape: Shape): Node | undefined {
    const own = shapeOf(node);
    if (sameShape(own, shape)) return node;
    if (sizeOf(own) === sizeOf(shape)) return this.emit('reshape', [node], { shape });
    const offset = shape.length - own.length;
    const repeats = offset >= 0 && own.every((n, axis) => n === 1 || n === shape[axis + offset]);
    if (repeats) {
      return this.emit('broadcast', [node], { shape, axes: own.map((_, axis) => axis + offset) });
    }
    if (sizeOf(own) === 0 || isHalf(dtypeOf(node))) return undefined;
    const axes = own.map((_, axis) => axis);
    const fold = dtypeOf(node) === 'bool' ? 'reduceOr' : 'reduceMax';
    const scalar = this.emit(fold, [node], { axes });
    return scalar && this.emit('broadcast', [scalar], { shape, axes: [] });
  }

  /** The nodes that no equation reads, oldest first. */
  unread(): Node[] {
    const read = new Set(this.#eqns.flatMap(({ inputs }) => inputs));
    return this.nodes.filter(({ value }) => !read.has(value) && !this.#isInput(value));
  }
  #isInput(value: Value): boolean {
    return this.#inputs.some((input) => input.value === value);
  }

  /** The program so far, with the given nodes as outputs. */
  finish(name: string, outputs: readonly Node[]): RandomProgram {
    const graph: Graph = {
      name,
      inputs: this.#inputs.map(({ value }) => value),
      eqns: this.#eqns,
      outputs: outputs.map(({ value }) => value),
    };
    const arrays = this.#inputs.map(({ value, array }) => encodeNumbers(value.type.dtype, array));
    return { graph, arrays, nodes: new Map(this.nodes.map((node) => [node.value, node])) };
  }
}

/** The dtype of a node. */
export const dtypeOf = (node: Node): DType => node.value.type.dtype;
/** The shape of a node. */
export const shapeOf = (node: Node): Shape => node.value.type.shape;
/** The largest finite magnitude of a node. */
export const sizeOfNumbers = (node: Node): number => largest(node.array);
