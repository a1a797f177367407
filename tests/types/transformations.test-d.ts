/** Static types of the transformations: gradients, batches, and named dimensions unified per call. */
import * as T from 'gradloom';
import {
  type Dim,
  type Equal,
  type FromSpec,
  fn,
  grad,
  jit,
  jvp,
  type Tensor,
  type TensorSpec,
  tree,
  valueAndGrad,
  vjp,
  vmap,
} from 'gradloom';

declare function is<X>(): <Y>(y: Y, ...err: Equal<X, Y> extends true ? [] : [got: Y]) => void;
declare const n: number;
declare function tensor<S, D = 'f32'>(): Tensor<S, D>;

// pytrees and specifications
const spec = {
  w: {} as TensorSpec<[784, 10]>,
  b: {} as TensorSpec<[10]>,
  blocks: [{ w: {} as TensorSpec<[10, 10]> }],
  pair: [{} as TensorSpec<[1]>, {} as TensorSpec<[2], 'i32'>] as [
    TensorSpec<[1]>,
    TensorSpec<[2], 'i32'>,
  ],
};
type SpecParams = FromSpec<typeof spec>;
is<{
  w: Tensor<[784, 10], 'f32'>;
  b: Tensor<[10], 'f32'>;
  blocks: { w: Tensor<[10, 10], 'f32'> }[];
  pair: [Tensor<[1], 'f32'>, Tensor<[2], 'i32'>];
}>()({} as SpecParams);

interface Params {
  w: Tensor<[784, 10]>;
  b: Tensor<[10]>;
  blocks: { g: Tensor<[10]> }[];
  head: [Tensor<[10, 10]>, Tensor<[10]>];
  name?: string;
}
declare const p: Params;
const x = T.zeros([32, 784]),
  y = T.zeros([32], { dtype: 'i32' }),
  y64 = T.zeros([64], { dtype: 'i32' });

// named dimensions
const loss = (p: Params, x: Tensor<['N', 784]>, y: Tensor<['N'], 'i32'>) => {
  const logits = T.add(T.matmul(x, p.w), p.b);
  is<Tensor<['N', 10], 'f32'>>()(logits);
  return T.neg(T.mean(T.sum(T.mul(T.logSoftmax(logits), T.oneHot(y, 10)), -1)));
};
type Grads = {
  w: Tensor<[784, 10]>;
  b: Tensor<[10]>;
  blocks: { g: Tensor<[10]> }[];
  head: [Tensor<[10, 10]>, Tensor<[10]>];
  name?: null;
};
const step = jit(grad(loss));
const g = step(p, x, y);
is<Tensor<[784, 10], 'f32'>>()(g.w);
is<Tensor<[10], 'f32'>>()(g.blocks[0]!.g);
is<Tensor<[10], 'f32'>>()(g.head[1]);
is<null | undefined>()(g.name);
export const sgd: Grads = g;
// @ts-expect-error N is 32 in x
step(p, x, y64);
// @ts-expect-error 783
step(p, T.zeros([32, 783]), y);
// @ts-expect-error params
step({ w: p.w }, x, y);
const forward = jit((p: Params, x: Tensor<['N', 784]>) => T.softmax(T.add(T.matmul(x, p.w), p.b)));
is<Tensor<[32, 10], 'f32'>>()(forward(p, x));
is<Tensor<[number, 10], 'f32'>>()(forward(p, T.zeros([n, 784])));
is<Tensor<['batch', 10], 'f32'>>()(forward(p, tensor<['batch', 784]>()));

// the same with type parameters
const lossG = <N extends Dim>(p: Params, x: Tensor<[N, 784]>, y: Tensor<[N], 'i32'>) => {
  const logits = T.add(T.matmul(x, p.w), p.b);
  return T.neg(T.mean(T.sum(T.mul(T.logSoftmax(logits), T.oneHot(y, 10)), -1)));
};
const stepG = jit(grad(lossG));
is<Tensor<[784, 10], 'f32'>>()(stepG(p, x, y).w);
// @ts-expect-error N
stepG(p, x, y64);

// grad
const vg = valueAndGrad(loss)(p, tensor<['N', 784]>(), tensor<['N'], 'i32'>());
is<Tensor<[], 'f32'>>()(vg[0]);
is<Tensor<[784, 10], 'f32'>>()(vg[1].w);
const [[l, aux], gr] = valueAndGrad(
  (p: Params, x: Tensor<[32, 784]>) =>
    [T.sum(T.matmul(x, p.w)), { acc: T.zeros([3], { dtype: 'i32' }) }] as const as [
      Tensor<[]>,
      { acc: Tensor<[3], 'i32'> },
    ],
  { hasAux: true },
)(p, x);
is<Tensor<[3], 'i32'>>()(aux.acc);
is<Tensor<[784, 10], 'f32'>>()(gr.w);
is<Tensor<[], 'f32'>>()(l);
const two = grad((a: Tensor<[3]>, _b: Tensor<[4], 'i32'>, _c: { k: Tensor<[5]> }) => T.sum(a), {
  argnums: [0, 2],
})({} as Tensor<[3]>, {} as Tensor<[4], 'i32'>, {} as { k: Tensor<[5]> });
is<Tensor<[3], 'f32'>>()(two[0]);
is<Tensor<[5], 'f32'>>()(two[1].k);
// @ts-expect-error not a scalar
grad((a: Tensor<[3]>) => T.mul(a, 2));
// @ts-expect-error int leaf
grad((a: { w: Tensor<[3]>; step: Tensor<[], 'i32'> }) => T.sum(a.w));
const [, tangent] = jvp((a: Tensor<[3]>) => T.mul(a, 2), [T.zeros([3])], [T.ones([3])]);
is<Tensor<[3], 'f32'>>()(tangent);
const [, pull] = vjp(
  (a: Tensor<[3]>, w: Tensor<[3, 4]>) => T.matmul(a, w),
  T.zeros([3]),
  T.zeros([3, 4]),
);
is<[Tensor<[3], 'f32'>, Tensor<[3, 4], 'f32'>]>()(pull(T.zeros([4])));
// hessian: grad of grad of a scalar function
const hess = grad(grad((a: Tensor<[]>) => T.mul(a, a)));
is<(p: Tensor<[]>) => Tensor<[], 'f32'>>()(hess);

// vmap
const dot = (a: Tensor<[3]>, b: Tensor<[3]>) => T.sum(T.mul(a, b));
is<Tensor<[8], 'f32'>>()(vmap(dot)(T.zeros([8, 3]), T.zeros([8, 3])));
is<Tensor<[8], 'f32'>>()(vmap(dot, { inAxes: [0, null] })(T.zeros([8, 3]), T.zeros([3])));
// a generic result does not pass through a second vmap: the inner batch size becomes unknown
is<Tensor<[5, Dim], 'f32'>>()(
  vmap(vmap(dot, { inAxes: [0, null] }), { inAxes: [null, 0] })(T.zeros([8, 3]), T.zeros([5, 3])),
);
// @ts-expect-error batch sizes
vmap(dot)(T.zeros([8, 3]), T.zeros([9, 3]));
// per-example gradients
const perExample = vmap(
  grad((w: Tensor<[784]>, x: Tensor<[784]>) => T.sum(T.mul(w, x))),
  { inAxes: [null, 0] },
);
is<Tensor<[32, 784], 'f32'>>()(perExample(T.zeros([784]), x));

// trees
const updated = tree.map((p, g) => T.sub(p, T.mul(g, 0.1)), p, g);
is<Params>()(updated);

// an interface over the initializer keeps hovers and messages short
const init = () => ({ w: T.zeros([784, 10]), blocks: [{ g: T.ones([10]) }] });
interface Model extends ReturnType<typeof init> {}
const modelLoss = (m: Model, x: Tensor<['N', 784]>) => T.mean(T.matmul(x, m.w));
const mg = jit(grad(modelLoss))(init(), x);
is<Tensor<[784, 10], 'f32'>>()(mg.w);
is<Model>()(tree.map((p, g) => T.sub(p, g), init() as Model, mg));
// a carried pytree with named dimensions
interface Lstm {
  h: Tensor<['B', 128]>;
  c: Tensor<['B', 128]>;
}
const cell = jit((s: Lstm, _x: Tensor<['B', 64]>): Lstm => ({ h: T.tanh(s.c), c: s.h }));
is<Tensor<[16, 128], 'f32'>>()(
  cell({ h: T.zeros([16, 128]), c: T.zeros([16, 128]) }, T.zeros([16, 64])).h,
);
// @ts-expect-error the batch of c differs
cell({ h: T.zeros([16, 128]), c: T.zeros([17, 128]) }, T.zeros([16, 64]));
// @ts-expect-error the batch of x differs
cell({ h: T.zeros([16, 128]), c: T.zeros([16, 128]) }, T.zeros([17, 64]));
// reusable layers with names instead of type parameters: `fn` unifies per call, and nests
const rms = fn((x: Tensor<['L', 'D']>, g: Tensor<['D']>) =>
  T.mul(T.div(x, T.sqrt(T.mean(T.mul(x, x), -1, { keepDims: true }))), g),
);
export const user = (x: Tensor<['N', 768]>, g: Tensor<[768]>) => {
  const y = rms(x, g);
  is<Tensor<['N', 768], 'f32'>>()(y);
  return y;
};
is<Tensor<[5, 7], 'f32'>>()(rms(T.zeros([5, 7]), T.zeros([7])));
// @ts-expect-error D
rms(T.zeros([5, 7]), T.zeros([8]));

// transformations compose in any order, with names...
const composed = jit(grad(jit(loss)));
is<Tensor<[784, 10], 'f32'>>()(composed(p, x, y).w);
// @ts-expect-error N
composed(p, x, y64);
is<Tensor<[8, 'D'], 'f32'>>()(vmap(fn((x: Tensor<['D']>) => T.mul(x, 2)))(tensor<[8, 'D']>()));
// (a batch axis added by vmap is a type parameter: the plain overload is taken and the other names stay symbolic)
is<Tensor<[number, 'D'], 'f32'>>()(jit(vmap((x: Tensor<['D']>) => T.mul(x, 2)))(T.zeros([n, 3])));
// ...and with type parameters
is<Tensor<[784, 10], 'f32'>>()(grad(jit(lossG))(p, x, y).w);
// @ts-expect-error N
grad(jit(lossG))(p, x, y64);
// @ts-expect-error two arguments missing
composed(p);
