/** Static types of f16 and bf16: what keeps the dtype, and what refuses it while one types. */
import type { AnyTensor, Equal, Tensor } from 'gradloom';
import * as T from 'gradloom';

declare function is<X>(): <Y>(y: Y, ...err: Equal<X, Y> extends true ? [] : [got: Y]) => void;
declare function tensor<S, D>(): Tensor<S, D>;
const h = tensor<[2, 3], 'f16'>();
const b = tensor<['N', 3], 'bf16'>();
const x = T.zeros([2, 3]);
const ids = tensor<[4], 'i32'>();

// made, read and converted
is<Tensor<[2], 'f16'>>()(T.tensor([1, 2], { dtype: 'f16' }));
is<Tensor<[2, 2], 'bf16'>>()(T.zeros([2, 2], { dtype: 'bf16' }));
is<Tensor<[number], 'f16'>>()(T.tensor(new Uint16Array(2), { dtype: 'f16', bits: true }));
is<Tensor<[2, 3], 'f32'>>()(T.cast(h, 'f32'));
is<Tensor<[2, 3], 'bf16'>>()(x.cast('bf16'));
is<Promise<Float32Array>>()(h.data());
is<Float32Array>()(b.dataSync());
is<Promise<Uint16Array>>()(h.data({ bits: true }));
is<Uint16Array>()(b.dataSync({ bits: true }));
is<Float64Array>()(tensor<[1], 'f64'>().dataSync({ bits: false }));
is<number[][]>()(h.toArray());

// moved, chosen and compared
is<Tensor<[3, 2], 'f16'>>()(h.transpose());
is<Tensor<['N', 3], 'bf16'>>()(T.flip(b, 0));
is<Tensor<[4, 3], 'f16'>>()(T.concat([h, h], 0));
is<Tensor<[4, 3], 'f16'>>()(T.take(h, ids));
is<Tensor<[2, 3], 'f16'>>()(T.stopGradient(h));
is<Tensor<[2, 3], 'bool'>>()(T.eq(h, h));
is<Tensor<[2, 3], 'bool'>>()(T.ne(h, 0.5));
is<Tensor<[2, 3], 'f16'>>()(T.where(T.eq(h, 0), h, 1));
is<Tensor<[], 'i32'>>()(T.countNonzero(h));

// differentiated
const loss = (w: Tensor<[2, 3], 'f16'>): Tensor<[]> => T.sum(T.cast(w, 'f32'));
is<Tensor<[2, 3], 'f16'>>()(T.grad(loss)(h));
// @ts-expect-error a loss must be f32 or f64
T.grad((w: Tensor<[]>) => T.cast(w, 'f16'));

// refused
// @ts-expect-error
T.add(h, h);
// @ts-expect-error
T.mul(h, 2);
// @ts-expect-error
h.add(h);
// @ts-expect-error
T.lt(h, h);
// @ts-expect-error
T.neg(h);
// @ts-expect-error
h.neg();
// @ts-expect-error
T.exp(h);
// @ts-expect-error
T.sum(h);
// @ts-expect-error
h.mean();
// @ts-expect-error
T.argmax(b);
// @ts-expect-error
T.matmul(h, h.transpose());
// @ts-expect-error
T.softmax(h);
// @ts-expect-error
T.linspace(0, 1, 3, { dtype: 'f16' });
// @ts-expect-error
T.add(h, x);

// A dtype that is a type parameter may be one to compute with...
export const twice = <D extends T.FloatDType>(a: Tensor<[2], D>): Tensor<[2], D> => T.add(a, a);
export const total = <D extends T.FloatDType>(a: Tensor<[2], D>): Tensor<[], D> => T.sum(a);
export const square = <D extends T.FloatDType>(a: Tensor<[2, 2], D>): Tensor<[2, 2], D> =>
  T.matmul(a, a);
export const minus = <A extends Tensor<[2, 2], T.FloatDType>>(a: A): A => T.neg(a);
// ... and when it may be a 16 bit float it is one that must be converted first.
// @ts-expect-error
export const refused = <D extends T.DType>(a: Tensor<[2], D>): Tensor<[2], D> => T.add(a, a);

// One that is any of all, or not known at all, is left to the run time.
export const union = (a: Tensor<[2], T.DType>): Tensor<[], T.DType> => T.sum(a);
export const sums = (a: Tensor<[2], T.DType>): Tensor<[2], T.DType> => T.add(a, a);
export const dynamic = (a: Tensor<T.Dynamic, T.Dynamic>): Tensor<[], T.Dynamic> => T.sum(a);
export const unknown = (a: AnyTensor): AnyTensor => T.neg(T.add(a, 1));
