/**
 * Applies the meaning of an element op at a symbolic place; probes and emitters differ only in how
 * they read.
 */
import { indexes } from '../ir/expressions.ts';
import type { Eqn, Value } from '../ir/graph.ts';
import type { Expr } from '../ir/kernel.ts';
import type { ElementOp, Params } from '../ir/op.ts';
import type { Scalars } from '../ir/scalar.ts';
import { type DType, sameShape, type TensorType } from '../ir/types.ts';
import { Access } from './access.ts';

/** How expressions get at the elements of other values. */
export interface ElementReader {
  scalars(dtype: DType): Scalars<Expr>;
  read(value: Value, access: Access): Expr;
  bounded(index: Expr, length: number): Expr;
  when(condition: Expr, body: () => Expr, otherwise: Expr): Expr;
}

/** What an op sees of the place where it is evaluated: one object, and no closures, per element. */
class ElementAt {
  readonly #eqn: Eqn;
  readonly #access: Access;
  readonly #reader: ElementReader;
  #out: readonly Expr[] | undefined;
  constructor(eqn: Eqn, access: Access, reader: ElementReader) {
    this.#eqn = eqn;
    this.#access = access;
    this.#reader = reader;
  }
  get s(): Scalars<Expr> {
    const { inputs, outputs } = this.#eqn;
    return this.#reader.scalars(((inputs[0] ?? outputs[0]) as Value).type.dtype);
  }
  get i(): Scalars<Expr> {
    return indexes;
  }
  get out(): readonly Expr[] {
    this.#out ??= this.#access.at;
    return this.#out;
  }
  position(): Expr {
    return this.#access.position;
  }
  get params(): Params {
    return this.#eqn.params;
  }
  get inputs(): readonly TensorType[] {
    return this.#eqn.inputs.map((input) => input.type);
  }
  get output(): TensorType {
    return (this.#eqn.outputs[0] as Value).type;
  }
  read(input: number, at: readonly Expr[]): Expr {
    const value = this.#eqn.inputs[input] as Value;
    const access = this.#access;
    const { shape } = value.type;
    // Elementwise ops read where they write: one place, whose key is computed once, serves all.
    const isHere = at === this.#out && (shape === access.shape || sameShape(shape, access.shape));
    return this.#reader.read(value, isHere ? access : Access.index(shape, at));
  }
  readFlat(input: number, position: Expr): Expr {
    const value = this.#eqn.inputs[input] as Value;
    return this.#reader.read(value, Access.position(value.type.shape, position));
  }
  bounded(index: Expr, length: number): Expr {
    return this.#reader.bounded(index, length);
  }
  when(condition: Expr, body: () => Expr, otherwise: Expr): Expr {
    if (condition.kind !== 'const') return this.#reader.when(condition, body, otherwise);
    return condition.value ? body() : otherwise;
  }
}

/** The elements of all outputs of `eqn` at `access`. */
export const evaluateElement = (
  eqn: Eqn,
  op: ElementOp<Params>,
  access: Access,
  reader: ElementReader,
): readonly Expr[] => op.element<Expr>(new ElementAt(eqn, access, reader));
