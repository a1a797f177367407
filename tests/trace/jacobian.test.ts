/** Jacobians, Hessians and products with them. */
import { expect, test } from 'vitest';
import {
  add,
  cast,
  exp,
  gt,
  matmul,
  mul,
  ones,
  sin,
  stack,
  sum,
  tanh,
  tensor,
  zeros,
} from '../../src/trace/functions/index.ts';
import {
  foriLoop,
  grad,
  hessian,
  hessianVectorProduct,
  jacobian,
  jit,
  jvp,
  scan,
  vmap,
} from '../../src/trace/transformations/index.ts';
import type { Tensor } from '../../src/types/index.ts';
import { expectClose, onBackends } from './backends.ts';
import { type AnyLeaf, errorOf, flat } from './dynamic.ts';

type Scalar = Tensor<[]>;
type Vector = Tensor<[3]>;

onBackends(() => {
  test.each(['forward', 'reverse', undefined] as const)('a matrix of derivatives, %s', (mode) => {
    const a = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const x = tensor([0.5, -1, 2]) as Vector;
    const linear = jacobian((v: Vector) => matmul(a, v), { mode });
    expect(linear(x).toArray()).toEqual(a.toArray());
    const f = (v: Vector): Tensor<[2, 2]> =>
      stack([stack([sum(sin(v)), sum(mul(v, v))]), stack([tensor(3) as Scalar, sum(v)])]) as Tensor<
        [2, 2]
      >;
    const d = jacobian(f, { mode })(x);
    expect(d.shape).toEqual([2, 2, 3]);
    expectClose(
      d,
      tensor([
        [[0.5, -1, 2].map(Math.cos), [1, -2, 4]],
        [
          [0, 0, 0],
          [1, 1, 1],
        ],
      ]),
    );
    const wide = (v: Tensor<[1, 2]>, w: Vector): Tensor<[2, 3]> =>
      mul(
        matmul(v.transpose() as Tensor<[2, 1]>, w.reshape([1, 3]) as Tensor<[1, 3]>),
        2,
      ) as Tensor<[2, 3]>;
    const second = jacobian(wide, { argnums: 1, mode })(tensor([[5, 7]]), x);
    expect(second.toArray()).toEqual(
      [5, 7].map((v) => [0, 1, 2].map((i) => [0, 1, 2].map((j) => (i === j ? 2 * v : 0)))),
    );
    expectClose(jit(jacobian(f, { mode }))(x), d);
    const rows = stack([x, mul(x, 2)]) as Tensor<[2, 3]>;
    expectClose(vmap(jacobian(f, { mode }))(rows), stack([d, jacobian(f)(mul(x, 2) as Vector)]));
  });

  test.each(['forward', 'reverse'] as const)('trees and dtypes, %s', (mode) => {
    const f = (p: { a: Vector; n: Tensor<[2], 'i32'>; b: [Scalar, string] }) => ({
      y: mul(p.a, p.b[0]),
      count: p.n,
      z: [sum(p.a), 'name'] as [Scalar, string],
    });
    // Integers in the argument cannot be differentiated, so they come in another one.
    const g = (
      p: { a: Vector; b: [Scalar, string] },
      n: Tensor<[2], 'i32'>,
    ): ReturnType<typeof f> => f({ ...p, n });
    const p = { a: tensor([1, 2, 3]) as Vector, b: [tensor(5), 'text'] as [Scalar, string] };
    const d = jacobian(g, { mode })(p, zeros([2], { dtype: 'i32' }));
    expect(d.y.a.toArray()).toEqual([
      [5, 0, 0],
      [0, 5, 0],
      [0, 0, 5],
    ]);
    expect(d.y.b[0].toArray()).toEqual([1, 2, 3]);
    expect([d.count, d.y.b[1], d.z[1]]).toEqual([null, null, null]);
    expect(d.z[0].a.toArray()).toEqual([1, 1, 1]);
    expect(d.z[0].b[0].item()).toBe(0);
    const double = jacobian((v: Vector) => cast(mul(v, v), 'f64'), { mode })(p.a);
    expect([double.dtype, flat(double)]).toEqual(['f32', [2, 0, 0, 0, 4, 0, 0, 0, 6]]);
  });

  test('the shorter side is chosen', () => {
    // A rule of reverse mode shows which one ran: whileLoop refuses only reverse mode.
    const bounds = tensor(3, { dtype: 'i32' });
    const f = (x: Scalar): Vector =>
      mul(
        foriLoop(0, bounds, (_, c) => mul(c, x), x),
        ones([3]),
      ) as Vector;
    expect(flat(jacobian(f)(tensor(2)))).toEqual([32, 32, 32]);
    expect(errorOf(() => jacobian(f, { mode: 'reverse' })(tensor(2)))).toMatch(/known number/);
    const tall = (x: Vector): Scalar =>
      foriLoop(0, bounds, (_, c: Scalar) => mul(c, sum(x)), sum(x));
    expect(errorOf(() => jacobian(tall)(tensor([1, 2, 3])))).toMatch(/known number/);
  });

  test('hessians, and products without them', () => {
    const f = (p: { w: Vector; b: Scalar }, x: Vector): Scalar =>
      add(sum(tanh(mul(p.w, mul(x, x)))), mul(p.b, sum(mul(p.w, exp(x)))));
    const p = { w: tensor([0.5, -1, 2]) as Vector, b: tensor(0.7) };
    const x = tensor([0.2, 1.1, -0.4]) as Vector;
    const h = hessian(f)(p, x);
    expect([h.w.w.shape, h.w.b.shape, h.b.w.shape, h.b.b.shape]).toEqual([[3, 3], [3], [3], []]);
    expectClose(h.w.b, exp(x));
    expectClose(h.b.w, exp(x));
    expect(h.b.b.item()).toBe(0);
    const second = [0.5, -1, 2].map((w, k) => {
      const s = [0.2, 1.1, -0.4][k]! ** 2;
      const t = Math.tanh(w * s);
      return -2 * t * (1 - t * t) * s * s;
    });
    expectClose(h.w.w, tensor(second.map((v, i) => second.map((_, j) => (i === j ? v : 0)))));
    const byX = hessian(f, { argnums: 1 })(p, x);
    const v = tensor([1, -2, 0.5]) as Vector;
    const product = hessianVectorProduct(f, { argnums: 1 })(p, x, v);
    expectClose(product, matmul(byX, v));
    expectClose(product, jvp(grad(f, { argnums: 1 }), [p, x], [null as never, v])[1]);
    const tree = hessianVectorProduct(f)(p, x, { w: v, b: tensor(2) });
    expectClose(tree.w, add(matmul(h.w.w, v), mul(h.w.b, 2)));
    expectClose(tree.b, sum(mul(h.b.w, v)));
    expectClose(hessianVectorProduct(f)(p, x, { w: null, b: tensor(1) } as never).w, h.w.b);
    expectClose(jit(hessian(f))(p, x), h);
  });

  test('of loops', () => {
    const f = (x: Vector): Vector =>
      scan((c: Vector, k: Scalar) => [sin(mul(c, add(x, k))), null], x, tensor([1, 2, 3]))[0];
    const x = tensor([0.3, 0.8, -0.5]) as Vector;
    expectClose(jacobian(f, { mode: 'forward' })(x), jacobian(f, { mode: 'reverse' })(x));
    const loss = (v: Vector): Scalar => sum(mul(f(v), f(v))) as Scalar;
    expectClose(
      hessian(loss)(x),
      jacobian((v: Vector) => grad(loss)(v), { mode: 'reverse' })(x),
      1e-4,
    );
  });
});

test('what has no derivatives', () => {
  const x = tensor([1, 2, 3]) as Vector;
  expect(errorOf(() => jacobian((v: Vector) => gt(v, 0))(x))).toBe(
    'DifferentiationError: jacobian: the result holds no float tensor',
  );
  expect(
    errorOf(() => jacobian((v: AnyLeaf) => v)(zeros([2], { dtype: 'i32' }) as AnyLeaf)),
  ).toMatch(/^DifferentiationError: jacobian: argument 0 is i32 and cannot be differentiated/);
  expect(errorOf(() => jacobian((v: Vector) => v, { argnums: 1 })(x))).toMatch(
    /there is no argument 1 in a call with 1 argument/,
  );
  expect(errorOf(() => jacobian((v: Vector) => v, { mode: 'both' } as never))).toMatch(
    /mode must be 'forward' or 'reverse'/,
  );
  expect(errorOf(() => hessian(((v: Vector) => v) as never)(x as never))).toMatch(
    /^DifferentiationError: hessian: the function must return a float scalar, not \[3\] f32/,
  );
  const product = hessianVectorProduct((v: Vector) => sum(v) as Scalar);
  expect(errorOf(() => product(x, zeros([2]) as never))).toMatch(
    /the vector must have shape \[3\]/,
  );
  expect(errorOf(() => (product as unknown as (v: Vector) => unknown)(x))).toMatch(
    /expected the arguments of the function and a vector/,
  );
});
