/**
 * Calls of functions on integers and of functions that make tensors from shapes, with what lets
 * them depend on a float input.
 */
import * as g from 'gradloom';
import type { Any } from './naive.ts';
import type { Sample } from './samples.ts';

type Integers = g.Tensor<g.Dynamic, 'i32'>;
const whole = (x: Any): Integers => g.cast(g.mul(x, 10), 'i32') as Integers;

const bits = (name: string, call: (a: Integers, b: Integers) => g.AnyTensor): Sample => ({
  name,
  shapes: [[2, 3], [3]],
  call: (a, b) => call(whole(a!), whole(b!)),
  isFlat: true,
});
/** A float of x's dtype times what a function makes. */
const times = (name: string, make: (x: Any) => g.AnyTensor): Sample => ({
  name,
  shapes: [[2, 3]],
  call: (x) => g.mul(x!, g.cast(make(x!) as Any, x!.dtype as 'f32') as Any),
});

/** The samples. */
export const integerSamples: readonly Sample[] = [
  bits('bitwiseAnd', g.bitwiseAnd),
  bits('bitwiseOr', g.bitwiseOr),
  bits('bitwiseXor', g.bitwiseXor),
  bits('shiftLeft', g.shiftLeft),
  bits('shiftRight', g.shiftRight),
  bits('bitwiseNot', (a) => g.bitwiseNot(a)),
  times('arange', () => g.arange(1, 7, { step: 2 })),
  times('linspace', () => g.linspace(-1, 1, 3)),
  times('eye', () => g.eye(2, 3, { offset: 1 })),
  times('full', () => g.full([2, 1], 0.5)),
  times('fullLike', (x) => g.fullLike(x, 2)),
  times('zeros', () => g.zeros([3])),
  times('ones', () => g.ones([2, 3])),
  times('zerosLike', (x) => g.zerosLike(x)),
  times('onesLike', (x) => g.onesLike(x)),
  times('tensor', () => g.tensor([[1], [2]])),
  times('expectShape', (x) => g.expectShape(x, [2, 3])),
  times('expectLike', (x) => g.expectLike(x, g.mul(x, 2) as Any)),
];
