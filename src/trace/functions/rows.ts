/** Work along one axis as work along the rows of a matrix. */
import type { Value } from '../../ir/graph.ts';
import { permute } from '../../ir/ops/views.ts';
import { type Shape, sizeOf } from '../../ir/types.ts';
import { reshapeValue } from './operands.ts';

/** How values with an axis of their own become matrices [rows, axis], and themselves again. */
export interface Rows {
  /** The axis last and all others merged. */
  readonly toRows: (value: Value) => Value;
  /** The inverse, where the axis now has this length. */
  readonly fromRows: (value: Value, length: number) => Value;
}
/** The rows along an axis of a shape, whose length may differ from value to value. */
export const rowsOf = (shape: Shape, axis: number): Rows => {
  const last = [...shape.keys()].filter((k) => k !== axis).concat(axis);
  const others = last.slice(0, -1).map((k) => shape[k] as number);
  const count = sizeOf(others);
  const isLast = axis === shape.length - 1;
  const back = shape.map((_, k) => last.indexOf(k));
  return {
    toRows: (value) => {
      const length = value.type.shape[axis] as number;
      return reshapeValue(isLast ? value : permute(value, { axes: last }), [count, length]);
    },
    fromRows: (value, length) => {
      const apart = reshapeValue(value, [...others, length]);
      return isLast ? apart : permute(apart, { axes: back });
    },
  };
};
