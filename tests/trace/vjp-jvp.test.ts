/** Forward mode, the cotangent map, and the identity that ties them: <u, J t> = <vjp u, t>. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  add,
  argmax,
  cast,
  cos,
  exp,
  matmul,
  mul,
  sin,
  sum,
  tanh,
  tensor,
} from '../../src/trace/functions/index.ts';
import { checkpoint, grad, jit, jvp, vjp } from '../../src/trace/transformations/index.ts';
import { type AnyLeaf, errorOf, flat } from './dynamic.ts';

const f64 = (data: readonly number[], shape?: readonly number[]): AnyLeaf =>
  tensor(Float64Array.from(data), {
    dtype: 'f64',
    ...(shape === undefined ? {} : { shape }),
  }) as AnyLeaf;

test('jvp is the derivative in a direction', () => {
  const x = f64([0.5, 2]);
  const t = f64([1, -3]);
  const [value, tangent] = jvp((y: AnyLeaf) => mul(sin(y), y) as AnyLeaf, [x], [t]);
  expect(flat(value)).toEqual([Math.sin(0.5) * 0.5, Math.sin(2) * 2]);
  const slope = (v: number): number => Math.sin(v) + v * Math.cos(v);
  flat(tangent).forEach((got, k) => {
    expect(got).toBeCloseTo([slope(0.5), -3 * slope(2)][k] as number, 12);
  });
});

test('jvp over trees: null is zero, and what is no float has no tangent', () => {
  const p = { w: f64([2, 3]), b: f64([1, 1]), k: tensor([1, 0], { dtype: 'i32' }), n: 5 };
  const f = (q: typeof p): { y: AnyLeaf; at: AnyLeaf; n: number } => ({
    y: mul(mul(q.w, q.w), add(q.b, cast(q.k, 'f64'))) as AnyLeaf,
    at: argmax(q.w) as AnyLeaf,
    n: q.n,
  });
  const [value, tangent] = jvp(
    f as never,
    [p] as never,
    [{ w: f64([1, 1]), b: null, k: null, n: null }] as never,
  ) as unknown as [Record<string, unknown>, Record<string, unknown>];
  expect(flat(value.y)).toEqual([8, 9]);
  expect(flat(tangent.y)).toEqual([8, 6]);
  expect([tangent.at, tangent.n, value.n]).toEqual([null, null, 5]);
});

test('vjp gives a cotangent map that may be called again', () => {
  const [a, b] = [f64([1, 2, 3]), f64([4, 5, 6])];
  const [out, pullback] = vjp((x: AnyLeaf, y: AnyLeaf) => mul(mul(x, x), y) as AnyLeaf, a, b);
  expect(flat(out)).toEqual([4, 20, 54]);
  for (const scale of [1, 2]) {
    const [ctA, ctB] = pullback(f64([scale, scale, scale]));
    expect(flat(ctA)).toEqual([8, 20, 36].map((value) => scale * value));
    expect(flat(ctB)).toEqual([1, 4, 9].map((value) => scale * value));
  }
  const [, none] = vjp((x: AnyLeaf) => ({ x, twice: add(x, x) as AnyLeaf }), a);
  expect(flat(none({ x: null, twice: f64([1, 1, 1]) } as never)[0])).toEqual([2, 2, 2]);
  expect(flat(none({ x: null, twice: null } as never)[0])).toEqual([0, 0, 0]);
});

test('vjp works in traced functions, and its map outside of them escapes', () => {
  let escaped: ((u: AnyLeaf) => unknown) | undefined;
  const f = jit((x: AnyLeaf, u: AnyLeaf) => {
    const [out, pullback] = vjp((y: AnyLeaf) => exp(y) as AnyLeaf, x);
    escaped = pullback as never;
    return [out, pullback(u)[0]] as [AnyLeaf, AnyLeaf];
  });
  const [out, ct] = f(f64([0, 1]), f64([1, 2]));
  expect(flat(out)).toEqual([1, Math.E]);
  expect(flat(ct)).toEqual([1, 2 * Math.E]);
  expect(() => escaped?.(f64([1, 1]))).toThrow('escaped from its trace');
});

const number = fc.double({ min: -2, max: 2, noNaN: true });
const vector = (n: number): fc.Arbitrary<number[]> =>
  fc.array(number, { minLength: n, maxLength: n });

test('<u, J t> = <vjp u, t> for functions of matrices', () => {
  const f = (w: AnyLeaf, x: AnyLeaf): AnyLeaf =>
    tanh(add(matmul(w, x), mul(cos(x), sum(w)))) as AnyLeaf;
  fc.assert(
    fc.property(vector(4), vector(4), vector(4), vector(4), vector(4), (w, x, tw, tx, u) => {
      const at = (data: number[]): AnyLeaf => f64(data, [2, 2]);
      const [, tangent] = jvp(f, [at(w), at(x)], [at(tw), at(tx)]);
      const [, pullback] = vjp(f, at(w), at(x));
      const [cw, cx] = pullback(at(u));
      const dot = (a: unknown, b: number[]): number =>
        flat(a).reduce((acc, value, k) => acc + value * (b[k] as number), 0);
      expect(dot(tangent, u)).toBeCloseTo(dot(cw, tw) + dot(cx, tx), 9);
    }),
    { numRuns: 40 },
  );
});

test('modes compose: jvp of vjp, vjp of jvp, grad of jvp', () => {
  const f = (x: AnyLeaf): AnyLeaf => sum(mul(mul(x, x), x)) as AnyLeaf;
  const [x, t] = [f64([1, 2]), f64([1, 10])];
  // The Hessian of the sum of cubes is diag(6x).
  const gradient = (y: AnyLeaf): AnyLeaf => vjp(f, y)[1](f64([1], []))[0] as AnyLeaf;
  expect(flat(jvp(gradient, [x], [t])[1])).toEqual([6, 120]);
  const direction = (y: AnyLeaf): AnyLeaf => jvp(f, [y], [t])[1] as AnyLeaf;
  expect(flat(grad(direction)(x))).toEqual([6, 120]);
  expect(flat(vjp(direction, x)[1](f64([2], []))[0])).toEqual([12, 240]);
  expect(flat(jvp((y: AnyLeaf) => jvp(f, [y], [t])[1] as AnyLeaf, [x], [t])[1])).toEqual([1206]);
});

test('checkpoint changes no value and no gradient, forward or reverse, at any order', () => {
  const f = (x: AnyLeaf): AnyLeaf => sum(mul(sin(x), exp(x))) as AnyLeaf;
  const saved = checkpoint(f);
  const x = f64([0.1, 0.7]);
  const t = f64([2, 3]);
  expect(saved.name).toBe('f');
  expect(flat(saved(x))).toEqual(flat(f(x)));
  expect(flat(grad(saved as never)(x as never))).toEqual(flat(grad(f)(x)));
  const second = (g: typeof f): number[] =>
    flat(grad((y: AnyLeaf) => sum(grad(g)(y)) as AnyLeaf)(x));
  second(saved as typeof f).forEach((value, k) => {
    expect(value).toBeCloseTo(second(f)[k] as number, 12);
  });
  const forward = (g: typeof f): number => flat(jvp(g, [x], [t])[1])[0] as number;
  expect(forward(saved as typeof f)).toBeCloseTo(forward(f), 12);
});

test('tangents and cotangents must fit', () => {
  const x = f64([1, 2]);
  const k = tensor([1], { dtype: 'i32' }) as AnyLeaf;
  const twice = (y: AnyLeaf): AnyLeaf => add(y, y) as AnyLeaf;
  const tree = (p: { a: AnyLeaf; k: AnyLeaf }): AnyLeaf => twice(p.a);
  const jvpAny = jvp as (...all: unknown[]) => unknown;
  const texts = [
    () => jvpAny(twice, [x], [f64([1])]),
    () => jvpAny(twice, [x], [tensor([1, 2])]),
    () => jvpAny(twice, [x], []),
    () => jvpAny(twice, x, [x]),
    () => jvpAny(twice, [x], [3]),
    () => jvpAny(tree, [{ a: x, k }], [{ a: x, k }]),
    () => jvpAny(tree, [{ a: x, k }], [{ a: x, k: null, other: x }]),
    () => (vjp(twice, x)[1] as (u: unknown) => unknown)({ x }),
    () => (vjp(twice, x)[1] as (u: unknown) => unknown)(f64([1])),
    () => (vjp as (...all: unknown[]) => unknown)(3, x),
  ].map(errorOf);
  expect(`\n${texts.join('\n')}\n`).toMatchInlineSnapshot(`
    "
    ShapeError: jvp: the tangent must have shape [2]
      got: [0]: [1] f64
    DTypeError: jvp: the tangent must have dtype f64
      got: [0]: [2] f32
    ArgumentError: jvp: the tangent must have the structure of the value
      got: the whole: 0 entries for 1
    ArgumentError: jvp: the primals must be an array, one entry per argument
      got: a tensor [2] f64
    ArgumentError: jvp: the tangent must have the structure of the value
      got: [0]: a number for a tensor
    ArgumentError: jvp: the tangent must have the structure of the value
      got: [0].k: must be null, because the value is i32 and has no derivative
    ArgumentError: jvp: the tangent must have the structure of the value
      got: [0]: the key 'other' is not in the value
    ArgumentError: vjp: the cotangent must have the structure of the value
      got: the whole: an object for a tensor
    ShapeError: vjp: the cotangent must have shape [2]
      got: the whole: [1] f64
    ArgumentError: vjp: expected a function, not a number
    "
  `);
});
