/** Loops and choices over batches, compared with a loop over the examples. */
import { expect, test } from 'vitest';
import {
  add,
  at,
  cast,
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
  transpose,
} from '../../src/trace/functions/index.ts';
import {
  cond,
  foriLoop,
  grad,
  jit,
  jvp,
  scan,
  switchCase,
  vmap,
  whileLoop,
} from '../../src/trace/transformations/index.ts';
import { tree } from '../../src/trace/tree.ts';
import type { Tensor } from '../../src/types/index.ts';
import { expectClose, onBackends } from './backends.ts';
import { type AnyLeaf, flat } from './dynamic.ts';

type Scalar = Tensor<[]>;
type Vector = Tensor<[2]>;
type Loose = (...args: unknown[]) => unknown;

/** vmap without static types. */
const map = (f: (...xs: never[]) => unknown, inAxes: unknown = 0, outAxes: unknown = 0): Loose =>
  vmap(f as never, { inAxes, outAxes } as never) as unknown as Loose;

/** The results of `f` on example after example, stacked; null in `marks` shares the argument. */
const oneByOne = (
  f: (...xs: never[]) => unknown,
  marks: readonly (0 | null)[],
  args: readonly unknown[],
  size: number,
): unknown => {
  const results = Array.from({ length: size }, (_, b) =>
    f(
      ...(args.map((arg, k) =>
        marks[k] === null ? arg : tree.map((x) => at(x, b) as AnyLeaf, arg),
      ) as never[]),
    ),
  );
  return tree.map((...xs) => stack(xs) as AnyLeaf, results[0], ...results.slice(1));
};
const expectBatched = (
  f: (...xs: never[]) => unknown,
  marks: readonly (0 | null)[],
  args: readonly unknown[],
  size: number,
): void => {
  expectClose(map(f, marks)(...args), oneByOne(f, marks, args, size));
};

const sequence = (c: Vector, w: Vector, xs: Tensor<[4, 2]>): unknown =>
  scan(
    (h: Vector, x: Vector) => {
      const next = tanh(add(mul(h, w), x));
      return [next, { next, shared: mul(w, 2), x }];
    },
    c,
    xs,
    { reverse: true },
  );
const loss = (c: Vector, w: Vector, xs: Tensor<[4, 2]>): Scalar => {
  const [last, ys] = sequence(c, w, xs) as [Vector, { next: AnyLeaf }];
  return add(sum(mul(last, last)), sum(sin(ys.next))) as Scalar;
};
const gradients = grad(loss, { argnums: [0, 1, 2] });

onBackends(() => {
  const make = (): [AnyLeaf, AnyLeaf, AnyLeaf] => [
    tensor([
      [0.1, -0.4],
      [0.3, 0.2],
      [-0.6, 0.5],
    ]) as AnyLeaf,
    tensor([
      [0.5, -1],
      [1.5, 0.3],
      [0.8, 0.7],
    ]) as AnyLeaf,
    tensor(
      Array.from({ length: 3 }, (_, b) =>
        Array.from({ length: 4 }, (_t, t) => [Math.sin(b + t), Math.cos(2 * b - t)]),
      ),
    ) as AnyLeaf,
  ];

  test.each([
    [[0, 0, 0]],
    [[0, null, null]],
    [[null, 0, null]],
    [[null, null, 0]],
    [[0, null, 0]],
  ] as [(0 | null)[]][])('scan and its gradients over %j', (marks) => {
    const whole = make();
    const args = whole.map((x, k) => (marks[k] === null ? at(x, 1) : x));
    expectBatched(sequence, marks, args, 3);
    expectBatched(gradients, marks, args, 3);
    // The gradient of the batch: what is shared gets the sum.
    const total = (...xs: never[]): Scalar => sum(map(loss, marks)(...xs) as AnyLeaf) as Scalar;
    const summed = grad(total as never, { argnums: [0, 1, 2] } as never) as unknown as Loose;
    const apart = oneByOne(gradients, marks, args, 3) as AnyLeaf[];
    expectClose(
      summed(...args),
      apart.map((g, k) => (marks[k] === null ? sum(g, 0) : g)),
    );
  });

  test('axes other than the first, and batches of batches', () => {
    const [c, w, xs] = make();
    const columns = map(loss, [1, null, 1], 0)(
      transpose(c),
      at(w, 0),
      stack([at(xs, 0), at(xs, 1), at(xs, 2)], 1),
    );
    expectClose(columns, oneByOne(loss, [0, null, 0], [c, at(w, 0), xs], 3));
    const pairs = (x: AnyLeaf, y: AnyLeaf): unknown =>
      map((a: Vector, b: Vector) => loss(a, b, at(xs, 0) as Tensor<[4, 2]>), [null, 0])(x, y);
    const grid = map(pairs as never, [0, null])(c, w) as AnyLeaf;
    expect(grid.shape).toEqual([3, 3]);
    for (const [i, j] of [
      [0, 2],
      [2, 1],
    ] as const) {
      const one = loss(at(c, i) as Vector, at(w, j) as Vector, at(xs, 0) as Tensor<[4, 2]>);
      expectClose(at(at(grid, i), j), one);
    }
  });

  test('a predicate per example computes both sides and takes one', () => {
    const choose = (x: Vector, y: Vector): Vector =>
      cond(
        gt(sum(x), 0),
        (a: Vector, b: Vector) => mul(a, b),
        (a: Vector) => sub(sin(a), 1),
        x,
        y,
      );
    const [x, y] = make();
    for (const marks of [
      [0, 0],
      [0, null],
      [null, 0],
    ] as (0 | null)[][]) {
      const args = [x, y].map((v, k) => (marks[k] === null ? at(v, 0) : v));
      expectBatched(choose, marks, args, 3);
      const of = grad((a: Vector, b: Vector) => sum(choose(a, b)) as Scalar, { argnums: [0, 1] });
      expectBatched(of, marks, args, 3);
    }
    const pick = (k: Tensor<[], 'i32'>, v: Vector): Vector =>
      switchCase(k, [(a: Vector) => a, (a: Vector) => mul(a, 2), (a: Vector) => mul(a, 3)], v);
    const ks = tensor([-4, 1, 7], { dtype: 'i32' });
    expectBatched(pick, [0, 0], [ks, x], 3);
    expectBatched(pick, [0, null], [ks, at(x, 0)], 3);
  });

  test('examples of a whileLoop end at different times', () => {
    const f = (x: Scalar, limit: Scalar): unknown =>
      whileLoop(
        (c: { x: Scalar; n: Tensor<[], 'i32'>; y: Vector }) => lt(c.x, limit),
        (c) => ({ x: mul(c.x, 1.7), n: add(c.n, 1), y: add(c.y, c.x) }),
        { x, n: tensor(0, { dtype: 'i32' }), y: tensor([0, 1]) },
      );
    const [x, limit] = [tensor([1, 5, 40]), tensor([10, 30, 20])];
    for (const marks of [
      [0, 0],
      [0, null],
      [null, 0],
    ] as (0 | null)[][]) {
      const args = [x, limit].map((v, k) => (marks[k] === null ? at(v, 0) : v));
      expectBatched(f, marks, args, 3);
      expectBatched(
        (a: Scalar, b: Scalar) => jvp(f as never, [a, b] as never, [a, null] as never),
        marks,
        args,
        3,
      );
    }
    // The count is shared, so the loop ends for all at once.
    const powers = (v: Vector): Vector =>
      foriLoop(tensor(0, { dtype: 'i32' }), 4, (i, c) => mul(c, add(v, cast(i, 'f32'))), v);
    expectBatched(powers, [0], [make()[0]], 3);
  });

  test('a scan of branches under vmap and grad', () => {
    const f = (c: Scalar, xs: Tensor<[4]>): Scalar => {
      const [last, ys] = scan(
        (h: Scalar, x: Scalar) => {
          const next = cond(
            lt(h, x),
            () => mul(sin(x), h),
            () => add(h, mul(x, x)),
          );
          return [next, mul(next, x)];
        },
        c,
        xs,
      );
      return add(last, sum(ys));
    };
    const of = grad(f, { argnums: [0, 1] });
    const c = tensor([0.3, -0.2, 1.4]);
    const xs = tensor([
      [0.5, -1, 2, 0.1],
      [1, 0.2, -0.4, 0.9],
      [-0.3, 1.6, 0.2, 0.7],
    ]);
    for (const marks of [
      [0, 0],
      [0, null],
      [null, 0],
    ] as (0 | null)[][]) {
      const args = [c, xs].map((v, k) => (marks[k] === null ? at(v as AnyLeaf, 0) : v));
      expectBatched(of, marks, args, 3);
      expectClose(jit(map(of, marks) as never)(...(args as never[])), oneByOne(of, marks, args, 3));
    }
    const second = grad((a: Scalar, b: Tensor<[4]>) => sum(mul(of(a, b)[1], b)) as Scalar, {
      argnums: [0, 1],
    });
    expectBatched(second, [0, 0], [c, xs], 3);
  });

  test('gradients per example', () => {
    interface Params {
      w: Tensor<[2, 3]>;
      b: Tensor<[3]>;
    }
    const error = (p: Params, x: Vector, y: Tensor<[3]>): Scalar => {
      const d = sub(tanh(add(matmul(x, p.w), p.b)), y);
      return sum(mul(d, d)) as Scalar;
    };
    const p = {
      w: tensor([
        [1, 2, 3],
        [-1, 0.5, 0.2],
      ]),
      b: tensor([0.1, 0.2, -0.3]),
    };
    const xs = tensor([
      [0.1, 0.2],
      [0.5, -1],
      [1.5, 0.3],
      [-0.4, 0.6],
    ]);
    const ys = tensor([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
      [1, 1, 0],
    ]);
    const each = vmap(grad(error), { inAxes: [null, 0, 0] })(p, xs, ys);
    expect([each.w.shape, each.b.shape]).toEqual([
      [4, 2, 3],
      [4, 3],
    ]);
    expectClose(each, oneByOne(grad(error), [null, 0, 0], [p, xs, ys], 4));
    const mean = grad(
      (q: Params) => sum(vmap(error, { inAxes: [null, 0, 0] })(q, xs, ys)) as Scalar,
    )(p);
    expectClose(
      tree.map((g) => sum(g, 0) as AnyLeaf, each),
      mean,
    );
  });

  test('a batch of nothing', () => {
    const f = (x: Scalar): Scalar =>
      foriLoop(
        tensor(0, { dtype: 'i32' }),
        3,
        (_, c) =>
          cond(
            gt(c, 1),
            () => c,
            () => mul(c, x),
          ),
        x,
      );
    expect(flat(map(f)(tensor([])))).toEqual([]);
  });
});
