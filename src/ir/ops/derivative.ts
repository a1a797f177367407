/**
 * The constructor of ops that are all the derivatives of one function, told apart by an attribute:
 * what differentiates into itself has derivatives of every order.
 */
import type { Value } from '../graph.ts';
import type { Scalars } from '../scalar.ts';
import { element, type ParamOp, sameTypes } from './define.ts';

/** Which derivative of the function: 0 is the function itself. */
export interface OrderParams {
  readonly order: number;
}

/** An op of one float operand; `vjp` gets the cotangent and the derivative of the next order. */
export function derivative(
  name: string,
  {
    scalar,
    vjp,
  }: {
    readonly scalar: <E>(s: Scalars<E>, order: E, x: E) => E;
    readonly vjp: (ct: Value, next: Value) => Value;
  },
): ParamOp<OrderParams> {
  const self: ParamOp<OrderParams> = element<OrderParams>(name, 'elementwise', {
    type: (inputs) => [sameTypes(name, 'float', 1, inputs)],
    element: (c) => [scalar(c.s, c.s.constant(c.params.order), c.read(0, c.out))],
    vjp: (ct, [x], { order }) => [vjp(ct, self(x as Value, { order: order + 1 }))],
    batch: (params) => params,
  });
  return self;
}
