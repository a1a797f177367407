/**
 * Applies the meaning of an element op at a symbolic place; probes and emitters differ only in how
 * they read.
 */
import { indexes } from '../ir/expressions.ts';
import type { Eqn, Value } from '../ir/graph.ts';
import type { Expr } from '../ir/kernel.ts';
import type { ElementOp, Params } from '../ir/op.ts';
import type { Scalars } from '../ir/scalar.ts';
import { type DType, sameShape } from '../ir/types.ts';
import { Access } from './access.ts';

/** How expressions get at the elements of other values. */
export interface ElementReader {
  scalars(dtype: DType): Scalars<Expr>;
  read(value: Value, access: Access): Expr;
  bounded(index: Expr, length: number): Expr;
  when(condition: Expr, body: () => Expr, otherwise: Expr): Expr;
}

/** The elements of all outputs of `eqn` at `access`. */
export const evaluateElement = (
  eqn: Eqn,
  op: ElementOp<Params>,
  access: Access,
  reader: ElementReader,
): readonly Expr[] => {
  const output = (eqn.outputs[0] as Value).type;
  const inputs = eqn.inputs.map((input) => input.type);
  return op.element<Expr>({
    s: reader.scalars((inputs[0] ?? output).dtype),
    i: indexes,
    get out() {
      return access.at;
    },
    position: () => access.position,
    params: eqn.params,
    inputs,
    output,
    read: (input, at) => {
      const value = eqn.inputs[input] as Value;
      const { shape } = value.type;
      // Elementwise ops read where they write: one place, whose key is computed once, serves all.
      const isHere = at === access.at && sameShape(shape, access.shape);
      return reader.read(value, isHere ? access : Access.index(shape, at));
    },
    readFlat: (input, position) => {
      const value = eqn.inputs[input] as Value;
      return reader.read(value, Access.position(value.type.shape, position));
    },
    bounded: reader.bounded,
    when: (condition, body, otherwise) =>
      condition.kind === 'const'
        ? condition.value
          ? body()
          : otherwise
        : reader.when(condition, body, otherwise),
  });
};
