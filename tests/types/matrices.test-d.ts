/** Static shapes of running folds, linear algebra, diagonals and grids, and their mistakes. */

import type { Dim, Equal, Tensor } from 'gradloom';
import * as T from 'gradloom';

declare function is<X>(): <Y>(y: Y, ...err: Equal<X, Y> extends true ? [] : [got: Y]) => void;
declare const n: number;
declare function tensor<S, D = 'f32'>(): Tensor<S, D>;
const unknown = {} as Tensor;

// running folds keep their type
is<Tensor<[2, 3], 'f32'>>()(T.cumsum(T.zeros([2, 3])));
is<Tensor<['N', 3], 'i32'>>()(T.cummax(tensor<['N', 3], 'i32'>(), 0, { reverse: true }));
is<Tensor>()(T.cumlogsumexp(unknown, 4));
// @ts-expect-error axis
T.cumprod(T.zeros([2, 3]), 2);
// @ts-expect-error option
T.cumsum(T.zeros([2, 3]), 1, { exclusve: true });

// square matrices
const a = T.zeros([4, 3, 3]);
const named = tensor<['B', 'N', 'N']>();
is<Tensor<[4, 3, 3], 'f32'>>()(T.inv(a));
is<Tensor<['B', 'N', 'N'], 'f32'>>()(T.cholesky(named));
is<Tensor<[3, 3], 'f32'>>()(T.inv(T.zeros([3, n])));
is<Tensor<[4], 'f32'>>()(T.det(a));
is<Tensor<['B'], 'f32'>>()(T.logdet(named));
is<Tensor<[], 'f64'>>()(T.slogdet(T.eye(3, 3, { dtype: 'f64' })).logarithm);
is<Tensor<[4, 3, 3], 'f32'>>()(T.lu(a).upper);
is<Tensor<[4, 3], 'i32'>>()(T.lu(a).permutation);
is<Tensor<any, 'f32'>>()(T.inv(unknown));
// @ts-expect-error not square
T.inv(T.zeros([2, 3]));
// @ts-expect-error a vector
T.det(T.zeros([3]));
// @ts-expect-error whole numbers
T.inv(T.zeros([3, 3], { dtype: 'i32' }));
const invert = <N extends Dim>(x: Tensor<[N, N]>) => T.inv(x);
is<Tensor<[5, 5], 'f32'>>()(invert(T.zeros([5, 5])));

// systems
is<Tensor<[4, 3], 'f32'>>()(T.solve(a, T.zeros([3])));
is<Tensor<[4, 3, 7], 'f32'>>()(T.solve(a, T.zeros([3, 7])));
is<Tensor<[6, 4, 3, 2], 'f32'>>()(T.solve(a, T.zeros([6, 1, 3, 2])));
is<Tensor<['B', 'N', 2], 'f32'>>()(T.solve(named, tensor<['B', 'N', 2]>()));
is<Tensor<any, 'f32'>>()(T.solve(a, unknown));
is<Tensor<[4, 3], 'f32'>>()(T.triangularSolve(a, T.zeros([3]), { transpose: true }));
// @ts-expect-error rows
T.solve(a, T.zeros([4]));
// @ts-expect-error batch
T.solve(a, T.zeros([2, 3, 1]));
// @ts-expect-error dtype
T.solve(a, T.zeros([3], { dtype: 'f64' }));
// @ts-expect-error not square
T.solve(T.zeros([2, 3]), T.zeros([3]));
// @ts-expect-error a scalar
T.triangularSolve(a, T.zeros([]));

// diagonals
is<Tensor<[2], 'f32'>>()(T.diagonal(T.zeros([2, 3])));
is<Tensor<[4, 2], 'f32'>>()(T.diagonal(T.zeros([4, 3, 3]), { offset: 1 }));
is<Tensor<[1], 'f32'>>()(T.diagonal(T.zeros([2, 3]), { offset: -1 }));
is<Tensor<[0], 'f32'>>()(T.diagonal(T.zeros([2, 3]), { offset: 5 }));
is<Tensor<['N'], 'f32'>>()(T.diagonal(tensor<['N', 'N']>()));
is<Tensor<[number], 'f32'>>()(T.diagonal(T.zeros([2, 3]), { offset: n }));
is<Tensor<[3, 3], 'f32'>>()(T.diag(T.zeros([3])));
is<Tensor<[5, 5], 'bool'>>()(T.diag(T.zeros([3], { dtype: 'bool' }), { offset: -2 }));
is<Tensor<[2], 'f32'>>()(T.diag(T.zeros([2, 3])));
is<Tensor<['N', 'N'], 'f32'>>()(T.diag(tensor<['N']>()));
is<Tensor<[4], 'f32'>>()(T.trace(T.zeros([4, 2, 3])));
is<Tensor<[2, 3], 'f32'>>()(T.tril(T.zeros([2, 3]), { offset: 1 }));
is<Tensor<[2, 3], 'f32'>>()(T.eye(2, 3, { offset: -1 }));
// @ts-expect-error rank
T.diagonal(T.zeros([3]));
// @ts-expect-error rank
T.diag(T.zeros([2, 2, 2]));
// @ts-expect-error rank
T.trace(T.zeros([]));
// @ts-expect-error rank
T.triu(T.zeros([3]));

// products
is<Tensor<[6, 12], 'f32'>>()(T.kron(T.zeros([2, 3]), T.zeros([3, 4])));
is<Tensor<[5, 6], 'f32'>>()(T.kron(T.zeros([2]), T.zeros([5, 3])));
is<Tensor<['N', number], 'f32'>>()(T.kron(tensor<['N', 'M']>(), T.zeros([1, 2])));
is<Tensor<any, 'f32'>>()(T.kron(unknown, T.zeros([2])));
// @ts-expect-error dtype
T.kron(T.zeros([2]), T.zeros([2], { dtype: 'i32' }));
is<Tensor<[4, 3], 'f32'>>()(T.cross(T.zeros([4, 3]), T.zeros([3])));
is<Tensor<[3, 4], 'f32'>>()(T.cross(T.zeros([3, 1]), T.zeros([3, 4]), 0));
// @ts-expect-error length
T.cross(T.zeros([4, 2]), T.zeros([2]));
// @ts-expect-error axis
T.cross(T.zeros([3]), T.zeros([3]), 1);

// tensordot
const l = T.zeros([2, 3, 4]);
is<Tensor<[2, 5], 'f32'>>()(T.tensordot(l, T.zeros([3, 4, 5])));
is<Tensor<[2, 3, 5], 'f32'>>()(T.tensordot(l, T.zeros([4, 5]), 1));
is<Tensor<[2, 3, 4, 5], 'f32'>>()(T.tensordot(l, T.zeros([5]), 0));
is<Tensor<[2, 4, 6], 'f32'>>()(T.tensordot(l, T.zeros([6, 3]), [[1], [-1]]));
is<Tensor<['N'], 'f32'>>()(T.tensordot(tensor<['N', 'K']>(), tensor<['K']>(), 1));
is<Tensor<any, 'f32'>>()(T.tensordot(l, unknown));
// @ts-expect-error lengths
T.tensordot(l, T.zeros([4, 3, 5]));
// @ts-expect-error too many axes
T.tensordot(l, T.zeros([4]), 2);
// @ts-expect-error numbers of axes
T.tensordot(l, T.zeros([4]), [[2], []]);
// @ts-expect-error axis
T.tensordot(l, T.zeros([4]), [[3], [0]]);

// grids
const [x, y] = T.meshgrid([T.zeros([2]), T.zeros([5], { dtype: 'i32' })]);
is<Tensor<[5, 2], 'f32'>>()(x);
is<Tensor<[5, 2], 'i32'>>()(y);
is<Tensor<[2, 5], 'i32'>>()(
  T.meshgrid([T.zeros([2]), T.zeros([5], { dtype: 'i32' })], { indexing: 'ij' })[1],
);
// @ts-expect-error a matrix
T.meshgrid([T.zeros([2]), T.zeros([5, 1])]);

// lengths of vectors
is<Tensor<[2], 'f32'>>()(T.norm(T.zeros([2, 3]), 1, { ord: 3 }));
is<Tensor<[2], 'f32'>>()(T.var(T.zeros([2, 3]), 1, { correction: 1 }));
// @ts-expect-error order
T.norm(T.zeros([2, 3]), 1, { ord: 'fro' });
