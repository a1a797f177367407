/** Derivatives of loops and choices, compared with the same program unrolled in TypeScript. */
import { beforeAll, expect, test } from 'vitest';
import {
  add,
  at,
  cast,
  div,
  gt,
  lt,
  matmul,
  mul,
  sin,
  stack,
  sub,
  sum,
  tanh,
  tensor,
  zeros,
} from '../../src/trace/functions/index.ts';
import {
  associativeScan,
  checkpoint,
  cond,
  foriLoop,
  grad,
  hessian,
  jit,
  jvp,
  scan,
  switchCase,
  valueAndGrad,
  vjp,
  whileLoop,
} from '../../src/trace/transformations/index.ts';
import type { Tensor } from '../../src/types/index.ts';
import { expectClose, onBackends } from './backends.ts';
import { type AnyLeaf, errorOf, flat, total } from './dynamic.ts';

type Scalar = Tensor<[]>;
type Vector = Tensor<[2]>;
interface Params {
  w: Tensor<[2, 2]>;
  u: Tensor<[3, 2]>;
  b: Vector;
}

const cell = (p: Params, h: Vector, x: Tensor<[3]>): Vector =>
  tanh(add(add(matmul(h, p.w), matmul(x, p.u)), p.b));
/** A recurrent network with a loss on every state, as a loop and unrolled. */
const looped =
  (reverse = false) =>
  (p: Params, h0: Vector, xs: Tensor<[4, 3]>): Scalar => {
    const step = (h: Vector, x: Tensor<[3]>): [Vector, Vector] => {
      const next = cell(p, h, x);
      return [next, mul(next, next)];
    };
    const [last, squares] = scan(step, h0, xs, { reverse });
    return add(sum(mul(last, 3)), sum(sin(squares)));
  };
const unrolled =
  (reverse = false) =>
  (p: Params, h0: Vector, xs: Tensor<[4, 3]>): Scalar => {
    let h = h0;
    const squares: Vector[] = [];
    for (let step = 0; step < 4; step++) {
      const k = reverse ? 3 - step : step;
      h = cell(p, h, at(xs, k));
      squares[k] = mul(h, h);
    }
    return add(sum(mul(h, 3)), sum(sin(stack(squares)))) as Scalar;
  };
const all = { argnums: [0, 1, 2] } as const;

onBackends(() => {
  let params: Params;
  let start: Vector;
  let inputs: Tensor<[4, 3]>;
  beforeAll(() => {
    params = {
      w: tensor([
        [0.5, -0.3],
        [0.8, 0.1],
      ]),
      u: tensor([
        [0.2, 0.7],
        [-0.4, 0.6],
        [0.9, -0.5],
      ]),
      b: tensor([0.1, -0.2]),
    };
    start = tensor([0.3, -0.6]);
    inputs = tensor([
      [0.5, -1, 2],
      [1.5, 0.25, -0.75],
      [-0.5, 1, 0.1],
      [0.7, 0.3, -1.2],
    ]);
  });

  test.each([false, true])('gradients of a recurrence, reverse %s', (reverse) => {
    const [value, gradients] = valueAndGrad(looped(reverse), all)(params, start, inputs);
    const expected = valueAndGrad(unrolled(reverse), all)(params, start, inputs);
    expectClose(value, expected[0]);
    expectClose(gradients, expected[1]);
    const compiled = jit(grad(looped(reverse), all));
    expectClose(compiled(params, start, inputs), expected[1]);
    // By one argument only, the others are constants of the loop.
    for (const argnums of [0, 1, 2] as const) {
      const only = grad(looped(reverse), { argnums })(params, start, inputs);
      expectClose(only, expected[1][argnums]);
    }
  });

  test('forward mode, and both modes of the second order', () => {
    const direction = { w: params.w, u: params.u, b: tensor([1, -2]) };
    const along = [direction, tensor([0.5, 1]), null] as never;
    const primals = [params, start, inputs] as [Params, Vector, Tensor<[4, 3]>];
    expectClose(jvp(looped(), primals, along), jvp(unrolled(), primals, along));
    const gradientOf = (f: typeof looped): unknown =>
      jvp(grad(f(), all) as never, primals as never, along);
    expectClose(gradientOf(looped), gradientOf(unrolled), 1e-4);
    const secondOf = (f: typeof looped): unknown =>
      grad((p: Params, h: Vector, xs: Tensor<[4, 3]>) => {
        const g = grad(f(), all)(p, h, xs);
        return total(
          ...([g[0].w, g[0].b, g[1], g[2]] as AnyLeaf[]).map((x) => mul(x, x) as AnyLeaf),
        ) as Scalar;
      })(params, start, inputs);
    expectClose(secondOf(looped), secondOf(unrolled), 1e-4);
    const hessianOf = (f: typeof looped): unknown =>
      hessian((h: Vector) => f()(params, h, inputs))(start);
    expectClose(hessianOf(looped), hessianOf(unrolled), 1e-4);
    const third = (f: (x: Scalar) => Scalar): Scalar => grad(grad(grad(f)))(tensor(0.7));
    const loop = (x: Scalar): Scalar => foriLoop(0, 3, (_, c) => sin(mul(c, x)), x);
    expectClose(
      third(loop),
      third((x) => sin(mul(sin(mul(sin(mul(x, x)), x)), x))),
      1e-3,
    );
  });

  test('a pullback may be called several times', () => {
    const f = (h: Vector): { last: Vector; ys: AnyLeaf; n: Tensor<[], 'i32'> } => {
      const [carry, ys] = scan(
        (c: { h: Vector; n: Tensor<[], 'i32'> }, x: Tensor<[3]>) => {
          const next = cell(params, c.h, x);
          return [{ h: next, n: add(c.n, 1) }, sin(next)];
        },
        { h, n: tensor(0, { dtype: 'i32' }) },
        inputs,
      );
      return { last: carry.h, ys: ys as AnyLeaf, n: carry.n };
    };
    const [value, pull] = vjp(f, start);
    expect(value.n.item()).toBe(4);
    const onLast = pull({ last: tensor([1, 0]), ys: null, n: null } as never)[0];
    const onYs = pull({ last: null, ys: value.ys, n: null } as never)[0];
    expectClose(onLast, grad((h: Vector) => at(f(h).last, 0) as Scalar)(start));
    const squares = (h: Vector): Scalar => mul(sum(mul(f(h).ys, f(h).ys)), 0.5) as Scalar;
    expectClose(onYs, grad(squares)(start));
  });

  test('what no cotangent reaches is zero, and integers have none', () => {
    const [, counts] = [0, tensor([1, 2, 3], { dtype: 'i32' })];
    const f = (x: Vector, unused: Vector): Scalar => {
      const [c] = scan(
        (
          [a, b, n]: [Vector, Vector, Tensor<[], 'i32'>],
          k: Tensor<[], 'i32'>,
        ): [[Vector, Vector, Tensor<[], 'i32'>], Vector] => [
          [mul(a, cast(add(k, n), 'f32')), add(b, a), add(n, k)],
          b,
        ],
        [x, unused, tensor(1, { dtype: 'i32' })],
        counts,
      );
      return sum(c[0]);
    };
    const [gx, gy] = grad(f, { argnums: [0, 1] })(tensor([1, 2]), tensor([3, 4]));
    // 1 * (1 + 1) * (2 + 2) * (3 + 4)
    expect(flat(gx)).toEqual([56, 56]);
    expect(flat(gy)).toEqual([0, 0]);
  });

  test('a loop of no steps passes its carry and its gradient on', () => {
    const f = (c: Vector, w: Vector): Scalar => {
      const [last, ys] = scan((h: Vector, x: Vector) => [mul(h, w), x], c, zeros([0, 2]));
      return add(sum(mul(last, last)), sum(ys));
    };
    const [gc, gw] = grad(f, { argnums: [0, 1] })(tensor([1, 2]), tensor([5, 6]));
    expect([flat(gc), flat(gw)]).toEqual([
      [2, 4],
      [0, 0],
    ]);
  });

  test('branches, chosen by values inside of a loop', () => {
    const step = (c: Scalar, x: Scalar): Scalar =>
      cond(
        gt(c, x),
        (a: Scalar, b: Scalar) => mul(sin(a), b),
        (a: Scalar, b: Scalar) => add(a, mul(b, b)),
        c,
        x,
      );
    const xs = tensor([0.5, -1, 0.3, 2, 0.1]);
    const loop = (c: Scalar, v: Tensor<[5]>): Scalar => {
      const [last, ys] = scan(
        (h: Scalar, x: Scalar) => {
          const next = step(h, x);
          return [next, mul(next, x)];
        },
        c,
        v,
      );
      return add(last, sum(ys));
    };
    const plain = (c: Scalar, v: Tensor<[5]>): Scalar => {
      let [h, s] = [c, tensor(0) as Scalar];
      for (let k = 0; k < 5; k++) {
        const x = at(v, k) as Scalar;
        const values = [0.4, 0.65, -0.605186, -0.515186, 3.484814];
        h = values[k]! > xs.dataSync()[k]! ? mul(sin(h), x) : add(h, mul(x, x));
        s = add(s, mul(h, x));
      }
      return add(h, s);
    };
    const both = { argnums: [0, 1] } as const;
    const c = tensor(0.4);
    expectClose(valueAndGrad(loop, both)(c, xs), valueAndGrad(plain, both)(c, xs));
    const second = (f: typeof loop): unknown =>
      grad((h: Scalar, v: Tensor<[5]>) => sum(grad(f, { argnums: 1 })(h, v)) as Scalar, both)(
        c,
        xs,
      );
    expectClose(second(loop), second(plain));
    expectClose(jvp(loop, [c, xs], [tensor(1), xs]), jvp(plain, [c, xs], [tensor(1), xs]));
  });

  test('switchCase: a branch that ignores an operand gives it no gradient', () => {
    const f =
      (index: number) =>
      (x: Vector, y: Vector): Scalar =>
        switchCase(
          tensor(index, { dtype: 'i32' }),
          [
            (a: Vector, b: Vector) => sum(mul(a, b)),
            (a: Vector) => sum(mul(a, a)) as Scalar,
            () => tensor(3) as Scalar,
          ],
          x,
          y,
        );
    const gradient = (index: number): unknown =>
      grad(f(index), { argnums: [0, 1] })(tensor([1, 2]), tensor([3, 4])).map(flat);
    expect([0, 1, 2].map(gradient)).toEqual([
      [
        [3, 4],
        [1, 2],
      ],
      [
        [2, 4],
        [0, 0],
      ],
      [
        [0, 0],
        [0, 0],
      ],
    ]);
  });

  test('loops in loops', () => {
    const nested = (w: Vector, x: Tensor<[4, 2]>): Scalar => {
      const [outer, ys] = scan(
        (c: Vector, row: Vector) => {
          const inner = foriLoop(
            0,
            3,
            (i, h: Vector) => tanh(mul(add(h, row), mul(w, cast(i, 'f32')))),
            c,
          );
          const [deep, seen] = scan((h: Vector, v: Vector) => [add(mul(h, w), v), h], inner, x);
          return [tanh(deep), seen];
        },
        tensor([0.1, 0.2]),
        x,
      );
      return add(sum(outer), sum(sin(ys))) as Scalar;
    };
    const plain = (w: Vector, x: Tensor<[4, 2]>): Scalar => {
      let c = tensor([0.1, 0.2]) as Vector;
      let loss = tensor(0) as Scalar;
      for (let t = 0; t < 4; t++) {
        for (let i = 0; i < 3; i++) c = tanh(mul(add(c, at(x, t)), mul(w, i))) as Vector;
        for (let s = 0; s < 4; s++) {
          loss = add(loss, sum(sin(c))) as Scalar;
          c = add(mul(c, w), at(x, s)) as Vector;
        }
        c = tanh(c);
      }
      return add(loss, sum(c)) as Scalar;
    };
    const both = { argnums: [0, 1] } as const;
    const [w, x] = [
      tensor([0.6, -0.4]),
      tensor([
        [1, 2],
        [0.5, -1],
        [0.2, 0.3],
        [-0.7, 0.9],
      ]),
    ];
    expectClose(valueAndGrad(nested, both)(w, x), valueAndGrad(plain, both)(w, x));
    const second = (f: typeof nested): unknown =>
      grad((v: Vector) => sum(sin(grad(f, { argnums: 1 })(v, x))) as Scalar)(w);
    expectClose(second(nested), second(plain), 1e-4);
  });

  test('captured tensors of outer traces get their gradients', () => {
    const f = (w: Vector): Scalar => {
      const scaled = sin(w);
      const [c] = scan(
        (h: Vector, x: Scalar) => [
          cond(
            lt(x, 2),
            () => mul(h, scaled),
            () => add(h, div(w, scaled)),
          ),
          null,
        ],
        tensor([1, 1]),
        tensor([1, 2, 3, 1]),
      );
      return sum(mul(c, w));
    };
    const plain = (w: Vector): Scalar => {
      const scaled = sin(w);
      let h = tensor([1, 1]) as Vector;
      for (const x of [1, 2, 3, 1]) h = x < 2 ? mul(h, scaled) : add(h, div(w, scaled));
      return sum(mul(h, w));
    };
    expectClose(grad(f)(tensor([0.8, 1.2])), grad(plain)(tensor([0.8, 1.2])));
  });

  test('checkpoints in loops and loops in checkpoints', () => {
    const kept = checkpoint(cell);
    const loop = checkpoint((p: Params, h: Vector, xs: Tensor<[4, 3]>): Scalar => {
      const [last, ys] = scan(
        (c: Vector, x: Tensor<[3]>) => {
          const next = kept(p, c, x);
          return [next, mul(next, next)];
        },
        h,
        xs,
      );
      return add(sum(mul(last, 3)), sum(sin(ys)));
    });
    expectClose(
      grad(loop, all)(params, start, inputs),
      grad(unrolled(), all)(params, start, inputs),
    );
    const along = [params, null, null] as never;
    const primals = [params, start, inputs] as [Params, Vector, Tensor<[4, 3]>];
    expectClose(jvp(loop, primals, along), jvp(unrolled(), primals, along));
  });

  test('associativeScan is differentiated like the functions it is made of', () => {
    const f = (x: Tensor<[5]>): Scalar => {
      const products = associativeScan(
        (a: AnyLeaf, b: AnyLeaf) => mul(a, b) as AnyLeaf,
        x as AnyLeaf,
      );
      return sum(sin(products)) as Scalar;
    };
    const plain = (x: Tensor<[5]>): Scalar => {
      let [p, s] = [tensor(1) as Scalar, tensor(0) as Scalar];
      for (let k = 0; k < 5; k++) {
        p = mul(p, at(x, k) as Scalar);
        s = add(s, sin(p));
      }
      return s;
    };
    const x = tensor([0.5, 2, -1.5, 0.7, 1.1]);
    expectClose(grad(f)(x), grad(plain)(x));
  });

  test('whileLoop has forward mode, and reverse mode says what to do', () => {
    const f = (x: Scalar): Scalar =>
      whileLoop(
        (c: [Scalar, Scalar]) => lt(c[0], 100),
        ([a, b]: [Scalar, Scalar]): [Scalar, Scalar] => [mul(a, x), add(b, sin(a))],
        [x, tensor(0)],
      )[1];
    const plain = (x: Scalar): Scalar => {
      let [a, b] = [x, tensor(0) as Scalar];
      for (let k = 0; k < 4; k++) [a, b] = [mul(a, x), add(b, sin(a))];
      return b;
    };
    const x = tensor(2.6);
    expectClose(jvp(f, [x], [tensor(1)]), jvp(plain, [x], [tensor(1)]), 1e-4);
    expectClose(
      jvp((y) => jvp(f, [y], [tensor(1)])[1], [x], [tensor(1)]),
      jvp((y) => jvp(plain, [y], [tensor(1)])[1], [x], [tensor(1)]),
      1e-4,
    );
    expect(errorOf(() => grad(f)(x))).toBe(
      'DifferentiationError: whileLoop: reverse mode cannot differentiate it\n' +
        '  hint: reverse mode needs the values of every step: use scan or foriLoop with a known ' +
        'number of steps, or forward mode (jvp)',
    );
    // What no gradient passes through does not matter.
    const steps = (y: Scalar): Scalar =>
      mul(
        y,
        foriLoop(tensor(0, { dtype: 'i32' }), 5, (_, c) => add(c, 1), tensor(0)),
      );
    expect(grad(steps)(tensor(2)).item()).toBe(5);
    const counted =
      (n: number | Tensor<[], 'i32'>) =>
      (y: Scalar): Scalar =>
        foriLoop(0, n, (_, c) => mul(c, y), tensor(1));
    expect(grad(counted(4))(tensor(2)).item()).toBe(32);
    expect(() => grad(counted(tensor(4, { dtype: 'i32' })))(tensor(2))).toThrow(/known number/);
  });

  test('sub, as a loop that never reads its carry', () => {
    const f = (x: Vector): Scalar => {
      const [last] = scan((_: Vector, v: Scalar) => [sub(x, v), null], x, tensor([1, 2, 3]));
      return sum(mul(last, last));
    };
    expect(flat(grad(f)(tensor([1, 5])))).toEqual([-4, 4]);
  });
});
