/** Static types of loops, choices, rules of one's own and Jacobians. */
import {
  add,
  associativeScan,
  cast,
  cond,
  customJvp,
  customVjp,
  type Dim,
  type Dynamic,
  type Equal,
  foriLoop,
  gt,
  hessian,
  hessianVectorProduct,
  jacobian,
  jit,
  lt,
  matmul,
  mul,
  scan,
  sin,
  sum,
  switchCase,
  type Tensor,
  tensor,
  whileLoop,
  zeros,
} from 'gradloom';

declare function is<X>(): <Y>(y: Y, ...err: Equal<X, Y> extends true ? [] : [got: Y]) => void;
declare const n: number;
declare const flag: Tensor<[], 'bool'>;
declare const index: Tensor<[], 'i32'>;
declare const anything: Tensor<Dynamic, Dynamic>;
type Scalar = Tensor<[], 'f32'>;
type V3 = Tensor<[3], 'f32'>;
const v = zeros([3]);
const xs = zeros([7, 3]);

// scan: the carry keeps its type, the slices lose the first axis, the results gain it
const [last, ys] = scan((c: V3, x: V3) => [add(c, x), sum(x)], v, xs);
is<V3>()(last);
is<Tensor<[7], 'f32'>>()(ys);
const [inferred, stacked] = scan((c, x) => [add(c, x), mul(x, 2)], v, xs);
is<V3>()(inferred);
is<Tensor<[7, 3], 'f32'>>()(stacked);
const [trees, seen] = scan(
  (c, x) => {
    is<{ h: V3; n: Tensor<[], 'i32'> }>()(c);
    is<[V3, { d: Tensor<[], 'i32'> }]>()(x);
    return [{ h: add(c.h, x[0]), n: add(c.n, x[1].d) }, [c.h, c.n]];
  },
  { h: v, n: index },
  [xs, { d: zeros([7], { dtype: 'i32' }) }],
);
is<{ h: V3; n: Tensor<[], 'i32'> }>()(trees);
is<[Tensor<[7, 3], 'f32'>, Tensor<[7], 'i32'>]>()(seen);
const [powers, none] = scan((c: Scalar) => [mul(c, 2), null], tensor(1), null, { length: 5 });
is<Scalar>()(powers);
is<null>()(none);
const counted = scan((c: Scalar) => [c, c], tensor(1), null, { length: 5 })[1];
is<Tensor<[5], 'f32'>>()(counted);
is<Tensor<[number], 'f32'>>()(scan((c: Scalar) => [c, c], tensor(1), null, { length: n })[1]);
is<Tensor<[number, 3], 'f32'>>()(scan((c: V3, x: V3) => [c, x], v, zeros([n, 3]))[1]);
export const dynamic: Tensor<[2]> = scan(
  (c: Tensor, x: Tensor) => [c, x],
  anything as Tensor,
  anything as Tensor,
)[0];
export const named = (h: Tensor<['B', 8]>, w: Tensor<[8, 8]>, x: Tensor<['T', 'B', 8]>) => {
  const [end, all] = scan(
    (c, xt) => {
      const next = add(matmul(c, w), xt);
      return [next, next];
    },
    h,
    x,
  );
  is<Tensor<['B', 8], 'f32'>>()(end);
  is<Tensor<['T', 'B', 8], 'f32'>>()(all);
};
export const generic = <N extends Dim>(h: Tensor<[N]>, x: Tensor<[9, N]>) =>
  is<Tensor<[N], 'f32'>>()(scan((c: Tensor<[N]>, xt: Tensor<[N]>) => [add(c, xt), null], h, x)[0]);
is<Tensor<[7, 3], 'f32'>>()(jit((a: typeof xs) => scan((c, x) => [add(c, x), c], v, a)[1])(xs));
// @ts-expect-error the carry is [3] before and [] after the step
scan((c: V3, x: V3) => [sum(add(c, x)), null], v, xs);
// @ts-expect-error bool for f32
scan((c: V3, x: V3) => [gt(c, x), null], v, xs);
// @ts-expect-error a key is missing
scan((c: { a: V3; b: V3 }) => [{ a: c.a }, null], { a: v, b: v }, xs);
// @ts-expect-error a slice has 3 elements
scan((c: V3, x: Tensor<[4]>) => [c, x], v, xs);
// @ts-expect-error not a pair
scan((c: V3) => c, v, xs);
// @ts-expect-error an option that does not exist
scan((c: V3, x: V3) => [c, x], v, xs, { reversed: true });

// branches
is<V3>()(
  cond(
    flag,
    (x) => mul(x, 2),
    (x) => x,
    v,
  ),
);
is<V3>()(
  cond(
    gt(sum(v), 0),
    () => v,
    () => sin(v),
  ),
);
is<{ a: V3; b: null }>()(
  cond(
    flag,
    () => ({ a: v, b: null }),
    () => ({ a: v, b: null }),
  ),
);
is<[V3, Scalar]>()(
  cond(
    true,
    (x, y) => [x, y],
    (x, y) => [mul(x, y), y],
    v,
    tensor(1),
  ),
);
is<V3>()(switchCase(index, [(x: V3) => x, (x: V3) => mul(x, 2), (x: V3) => sin(x)], v));
is<V3>()(switchCase(1, [() => v, () => sin(v)]));
const same = (x: V3): V3 => x;
const total = (x: V3): Scalar => sum(x);
// @ts-expect-error [3] and []
cond(flag, same, total, v);
// @ts-expect-error the predicate is a float
cond(sum(v), same, same, v);
// @ts-expect-error an operand of another shape
cond(flag, same, same, zeros([4]));
// @ts-expect-error a branch of another type
switchCase(index, [same, total], v);

// loops
const end = whileLoop(
  (c) => lt(c.n, 5),
  (c) => ({ n: add(c.n, 1), x: sin(c.x) }),
  { n: index, x: v },
);
is<{ n: Tensor<[], 'i32'>; x: V3 }>()(end);
is<V3>()(foriLoop(0, 10, (i, c) => mul(c, cast(i, 'f32')), v));
is<[V3, Scalar]>()(foriLoop(0, index, (_, [a, b]) => [mul(a, b), b], [v, tensor(1)]));
// @ts-expect-error the condition is a float
whileLoop(total, same, v);
// @ts-expect-error the condition is no scalar
whileLoop((c: V3) => lt(c, 5), same, v);
const isSmall = (c: V3) => lt(sum(c), 5);
// @ts-expect-error the carry is [3] before and [] after the step
whileLoop(isSmall, total, v);
// @ts-expect-error a bound that is a float
foriLoop(0, tensor(3), (_, c) => c, v);
// @ts-expect-error the carry is [3] before and [] after the step
foriLoop(0, 3, (_, c: V3) => sum(c), v);
is<Tensor<[7, 3], 'f32'>>()(associativeScan((a, b) => add(a, b), xs));
is<[Tensor<[7, 3], 'f32'>, V3]>()(
  associativeScan(([a, b], [c, d]) => [mul(a, c), add(b, d)], [xs, v]),
);

// rules
const f = customVjp((x: V3, y: Scalar) => mul(x, y), {
  forward: (x, y) => {
    is<V3>()(x);
    return [mul(x, y), { x, y }];
  },
  backward: (kept, ct) => {
    is<{ x: V3; y: Scalar }>()(kept);
    is<V3>()(ct);
    return [mul(ct, kept.y), null];
  },
});
is<V3>()(f(v, tensor(2)));
const sine = (x: V3): V3 => sin(x);
const ahead = (x: V3): [V3, V3] => [sin(x), x];
// @ts-expect-error a cotangent of another shape
customVjp(sine, { forward: ahead, backward: (_, ct) => [sum(ct)] });
// @ts-expect-error two cotangents for one argument
customVjp(sine, { forward: ahead, backward: (_, ct) => [ct, ct] });
// @ts-expect-error a result of another shape
customVjp(total, { forward: ahead, backward: (_, ct) => [ct] });
is<V3>()(customJvp(sine, ([x], [t]) => [sin(x), mul(x, t)])(v));
// @ts-expect-error a tangent of another shape
customJvp(sine, ([x], [t]) => [sin(x), sum(t)]);

// Jacobians
const square = (x: V3) => mul(x, x);
is<Tensor<[3, 3], 'f32'>>()(jacobian(square)(v));
is<Tensor<[3, 3], 'f32'>>()(jacobian(square, { mode: 'forward' })(v));
const table = jacobian((p: { w: Tensor<[2, 3]>; k: Tensor<[4], 'i32'> }, x: V3) => ({
  y: matmul(p.w, x),
  z: [sum(x), 1] as [Scalar, number],
}));
is<{
  y: { w: Tensor<[2, 2, 3], 'f32'>; k: null };
  z: [{ w: Tensor<[2, 3], 'f32'>; k: null }, null];
}>()(table({ w: zeros([2, 3]), k: zeros([4], { dtype: 'i32' }) }, v));
const byX = jacobian((w: Tensor<[2, 3]>, x: V3) => matmul(w, x), { argnums: 1 });
is<Tensor<[2, 3], 'f32'>>()(byX(zeros([2, 3]), v));
const loss = (p: { w: V3; b: Scalar }, x: V3) => add(sum(mul(p.w, x)), p.b);
const h = hessian(loss)({ w: v, b: tensor(1) }, v);
is<Tensor<[3, 3], 'f32'>>()(h.w.w);
is<Tensor<[3], 'f32'>>()(h.b.w);
is<Scalar>()(h.b.b);
is<Tensor<[3, 3], 'f32'>>()(hessian(loss, { argnums: 1 })({ w: v, b: tensor(1) }, v));
const product = hessianVectorProduct(loss);
is<{ w: V3; b: Scalar }>()(product({ w: v, b: tensor(1) }, v, { w: v, b: tensor(2) }));
is<V3>()(hessianVectorProduct(loss, { argnums: 1 })({ w: v, b: tensor(1) }, v, v));
// @ts-expect-error not a scalar
hessian(square);
// @ts-expect-error a vector of another shape
product({ w: v, b: tensor(1) }, v, { w: zeros([4]), b: tensor(2) });
