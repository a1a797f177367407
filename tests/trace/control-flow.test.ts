/** Loops and choices: what they compute, outside of traces and inside of them. */
import { expect, test } from 'vitest';
import {
  add,
  at,
  cast,
  concat,
  gt,
  lt,
  matmul,
  mul,
  reshape,
  sin,
  sub,
  sum,
  tensor,
  zeros,
} from '../../src/trace/functions/index.ts';
import {
  associativeScan,
  cond,
  foriLoop,
  jit,
  scan,
  switchCase,
  whileLoop,
} from '../../src/trace/transformations/index.ts';
import type { Tensor } from '../../src/types/index.ts';
import { onBackends } from './backends.ts';
import { type AnyLeaf, flat } from './dynamic.ts';

type Vector = Tensor<[2]>;
const i32 = (value: number): Tensor<[], 'i32'> => tensor(value, { dtype: 'i32' });

onBackends(() => {
  test('scan hands the carry on and stacks the results', () => {
    const xs = tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const step = (carry: Vector, x: Vector): [Vector, Vector] => {
      const next = add(carry, x);
      return [next, mul(carry, 10)];
    };
    const [last, ys] = scan(step, zeros([2]), xs);
    expect(last.toArray()).toEqual([9, 12]);
    expect(ys.toArray()).toEqual([
      [0, 0],
      [10, 20],
      [40, 60],
    ]);
    const [first, reversed] = scan(step, zeros([2]), xs, { reverse: true });
    expect(first.toArray()).toEqual([9, 12]);
    expect(reversed.toArray()).toEqual([
      [80, 100],
      [50, 60],
      [0, 0],
    ]);
  });

  test('scan over trees of any dtype', () => {
    const xs = { a: tensor([1, 2, 3]), b: [tensor([true, false, true]), null] as const };
    const [carry, ys] = scan(
      (c: { n: Tensor<[], 'i32'>; s: Tensor<[]>; name: string }, x) => {
        const s = add(c.s, mul(x.a, cast(x.b[0], 'f32')));
        const next = { n: add(c.n, 1), s, name: c.name };
        return [next, { sum: s, odd: x.b[0], rest: [c.n], nothing: null }];
      },
      { n: i32(5), s: tensor(0.5), name: 'kept' },
      xs,
    );
    expect([carry.n.item(), carry.s.item(), carry.name]).toEqual([8, 4.5, 'kept']);
    expect(carry.n.dtype).toBe('i32');
    expect(ys.sum.toArray()).toEqual([1.5, 1.5, 4.5]);
    expect(ys.odd.toArray()).toEqual([true, false, true]);
    expect(ys.rest[0]!.toArray()).toEqual([5, 6, 7]);
    expect(ys.nothing).toBe(null);
  });

  test('scan without sequences, without a carry, without steps', () => {
    const [power, powers] = scan((c: Tensor<[]>) => [mul(c, 2), c], tensor(1), null, { length: 4 });
    expect([power.item(), powers.toArray()]).toEqual([16, [1, 2, 4, 8]]);
    const [none, squares] = scan(
      (_: null, x: Tensor<[]>) => [null, mul(x, x)],
      null,
      tensor([2, 3]),
    );
    expect([none, squares.toArray()]).toEqual([null, [4, 9]]);
    const [same, nothing] = scan(
      (c: Vector, x: Vector) => [add(c, x), x],
      tensor([1, 2]),
      zeros([0, 2]),
    );
    expect([same.toArray(), nothing.shape]).toEqual([
      [1, 2],
      [0, 2],
    ]);
    expect(scan(() => [null, null], null, null, { length: 3 })).toEqual([null, null]);
    const [kept, repeated] = scan((c: Vector) => [c, c], tensor([3, 4]), null, { length: 2 });
    expect([flat(kept), flat(repeated)]).toEqual([
      [3, 4],
      [3, 4, 3, 4],
    ]);
  });

  test('carries that trade places', () => {
    const [[a, b], seen] = scan(
      ([x, y]: [Tensor<[]>, Tensor<[]>]) => [[y, add(x, y)], x],
      [tensor(0), tensor(1)],
      null,
      { length: 8 },
    );
    expect([a.item(), b.item(), seen.toArray()]).toEqual([21, 34, [0, 1, 1, 2, 3, 5, 8, 13]]);
  });

  test('cond and switchCase run one branch', () => {
    const x = tensor([1, 2]);
    const choose = (flag: boolean): unknown =>
      cond(
        tensor(flag),
        (v: Vector) => mul(v, 10),
        (v: Vector) => add(v, 1),
        x,
      ).toArray();
    expect([choose(true), choose(false)]).toEqual([
      [10, 20],
      [2, 3],
    ]);
    expect(
      cond(
        true,
        () => x,
        () => x.mul(2),
      ).toArray(),
    ).toEqual([1, 2]);
    const pick = (index: number): unknown =>
      switchCase(
        i32(index),
        [(v: Vector) => v, (v: Vector) => mul(v, 2), (v: Vector) => mul(v, 3)],
        x,
      ).toArray();
    expect([-5, 0, 1, 2, 9].map(pick)).toEqual([
      [1, 2],
      [1, 2],
      [2, 4],
      [3, 6],
      [3, 6],
    ]);
    expect(switchCase(7, [() => 1, () => 2])).toBe(2);
  });

  test('whileLoop and foriLoop', () => {
    const steps = (x: Tensor<[]>): { x: Tensor<[]>; n: Tensor<[], 'i32'> } =>
      whileLoop(
        (c) => gt(c.x, 1),
        (c) => ({ x: mul(c.x, 0.5), n: add(c.n, 1) }),
        { x, n: i32(0) },
      );
    const found = steps(tensor(100));
    expect([found.x.item(), found.n.item()]).toEqual([0.78125, 7]);
    expect(steps(tensor(0.5)).n.item()).toBe(0);
    const powers = (
      lower: number | Tensor<[], 'i32'>,
      upper: number | Tensor<[], 'i32'>,
    ): unknown =>
      foriLoop(lower, upper, (i, c) => add(mul(c, 10), cast(i, 'f32')), tensor(0)).item();
    expect([powers(2, 5), powers(i32(2), 5), powers(2, i32(5)), powers(-2, 1)]).toEqual([
      234, 234, 234, -210,
    ]);
    expect([powers(5, 2), powers(i32(5), i32(2))]).toEqual([0, 0]);
  });

  test('functions capture tensors of the program and of outer traces', () => {
    const weights = tensor([2, 3]);
    const bias = tensor([10, 20]);
    const f = (x: Vector, flag: Tensor<[], 'bool'>): Vector => {
      const doubled = mul(x, 2);
      const [carry] = scan(
        (c: Vector, step: Tensor<[]>) => {
          const inner = foriLoop(0, 2, (_, v: Vector) => add(v, mul(doubled, step)), c);
          const next = cond(
            flag,
            () => add(inner, bias),
            () => mul(inner, weights),
          );
          return [next, null];
        },
        x,
        tensor([1, 2]),
      );
      return whileLoop(
        (c: Vector) => lt(sum(c), sum(bias)),
        (c: Vector) => add(c, mul(doubled, weights)),
        carry,
      );
    };
    const naive = (x: number[], flag: boolean): number[] => {
      let c = [...x];
      for (const step of [1, 2]) {
        c = c.map((v, k) => v + 2 * 2 * x[k]! * step);
        c = c.map((v, k) => (flag ? v + [10, 20][k]! : v * [2, 3][k]!));
      }
      while (c[0]! + c[1]! < 30) c = c.map((v, k) => v + 2 * x[k]! * [2, 3][k]!);
      return c;
    };
    for (const flag of [true, false]) {
      expect(flat(f(tensor([0.25, 0.5]), tensor(flag)))).toEqual(naive([0.25, 0.5], flag));
      expect(flat(jit(f)(tensor([0.25, 0.5]), tensor(flag)))).toEqual(naive([0.25, 0.5], flag));
    }
  });

  test('a compiled loop is traced once, and its captured tensors are read anew', () => {
    let traces = 0;
    const f = jit((x: Tensor<[3]>) => {
      traces++;
      return scan((c: Tensor<[]>, v: Tensor<[]>) => [add(c, v), c], tensor(0), x)[0];
    });
    expect([f(tensor([1, 2, 3])).item(), f(tensor([4, 5, 6])).item(), traces]).toEqual([6, 15, 1]);
  });

  test('associativeScan along any axis, in both directions, over trees', () => {
    for (const n of [1, 2, 3, 4, 5, 6, 7, 8, 13]) {
      const values = Array.from({ length: n }, (_, k) => k + 1);
      const sums = values.map((_, k) => values.slice(0, k + 1).reduce((a, b) => a + b));
      const later = values.map((_, k) => values.slice(k).reduce((a, b) => a + b));
      const x = tensor(values) as AnyLeaf;
      const plus = (a: AnyLeaf, b: AnyLeaf): AnyLeaf => add(a, b) as AnyLeaf;
      expect(flat(associativeScan(plus, x))).toEqual(sums);
      expect(flat(associativeScan(plus, x, 0, { reverse: true }))).toEqual(later);
      const columns = concat([reshape(x, [1, n]), reshape(mul(x, 2), [1, n])], 0) as AnyLeaf;
      expect(flat(associativeScan(plus, columns, -1))).toEqual([
        ...sums,
        ...sums.map((v) => 2 * v),
      ]);
    }
    // h[t] = a[t] h[t-1] + b[t]
    const [a, b] = [tensor([0.5, 2, -1, 3, 0.25]), tensor([1, 2, 3, 4, 5])] as [AnyLeaf, AnyLeaf];
    const combine = (
      [p, q]: [AnyLeaf, AnyLeaf],
      [r, s]: [AnyLeaf, AnyLeaf],
    ): [AnyLeaf, AnyLeaf] => [mul(p, r) as AnyLeaf, add(mul(r, q), s) as AnyLeaf];
    const [, h] = associativeScan(combine, [a, b]);
    const [, expected] = scan(
      (c: Tensor<[]>, [m, n]: [AnyLeaf, AnyLeaf]) => {
        const next = add(mul(m, c), n) as Tensor<[]>;
        return [next, next];
      },
      tensor(0),
      [a, b],
    );
    expect(flat(h)).toEqual(flat(expected));
    // Products of matrices do not commute.
    const turns = tensor([
      [
        [1, 1],
        [0, 1],
      ],
      [
        [1, 0],
        [1, 1],
      ],
      [
        [2, 1],
        [1, 1],
      ],
    ]) as AnyLeaf;
    const times = (x: AnyLeaf, y: AnyLeaf): AnyLeaf => matmul(x, y) as AnyLeaf;
    const products = associativeScan(times, turns);
    const third = times(
      times(at(turns, 0) as AnyLeaf, at(turns, 1) as AnyLeaf),
      at(turns, 2) as AnyLeaf,
    );
    expect(flat(at(products, 2))).toEqual(flat(third));
  });

  test('a loop inside of a loop inside of a branch', () => {
    const table = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const rows = (flag: boolean): unknown =>
      cond(
        tensor(flag),
        (t: Tensor<[2, 3]>) =>
          scan(
            (total: Tensor<[]>, row: Tensor<[3]>) => {
              const [s, seen] = scan((c: Tensor<[]>, v: Tensor<[]>) => [add(c, v), c], total, row);
              return [s, seen];
            },
            tensor(0),
            t,
          ),
        (t: Tensor<[2, 3]>) => [sum(sin(t)), sub(t, t)],
        table,
      );
    const [total, seen] = rows(true) as [AnyLeaf, AnyLeaf];
    expect([total.item(), seen.toArray()]).toEqual([
      21,
      [
        [0, 1, 3],
        [6, 10, 15],
      ],
    ]);
    expect(flat((rows(false) as [AnyLeaf, AnyLeaf])[1])).toEqual([0, 0, 0, 0, 0, 0]);
  });
});
