/** Functions with derivatives of their own: where the rules count, and what they must return. */
import { describe, expect, test } from 'vitest';
import {
  add,
  cos,
  div,
  exp,
  gt,
  log,
  log1p,
  maximum,
  mul,
  neg,
  sin,
  sqrt,
  stopGradient,
  sub,
  sum,
  tensor,
  where,
  zeros,
} from '../../src/trace/functions/index.ts';
import {
  checkpoint,
  cond,
  customJvp,
  customVjp,
  grad,
  hessianVectorProduct,
  jit,
  jvp,
  scan,
  valueAndGrad,
  vjp,
  vmap,
} from '../../src/trace/transformations/index.ts';
import type { Tensor } from '../../src/types/index.ts';
import { expectClose, onBackends } from './backends.ts';
import { type AnyLeaf, errorOf, flat } from './dynamic.ts';

type Scalar = Tensor<[]>;
type Vector = Tensor<[3]>;
type Loose = (...args: unknown[]) => unknown;

/** The value of a sine with ten times its derivative, so that the rule shows. */
const steep = (): ((x: Vector) => Vector) =>
  customVjp((x: Vector) => sin(x), {
    forward: (x) => [sin(x), { slope: mul(cos(x), 10), name: 'kept' }],
    backward: ({ slope }, ct) => [mul(slope, ct)],
  });
const steepJvp = (): ((x: Vector) => Vector) =>
  customJvp(
    (x: Vector) => sin(x),
    ([x], [t]) => [sin(x), mul(mul(cos(x), 10), t)],
  );
const loss =
  (f: (x: Vector) => Vector) =>
  (x: Vector): Scalar =>
    sum(mul(f(x), f(mul(x, 2)))) as Scalar;
/** What the gradient of `loss(steep())` should be. */
const byHand = (xs: readonly number[]): number[] =>
  xs.map((x) => 10 * (Math.cos(x) * Math.sin(2 * x) + 2 * Math.sin(x) * Math.cos(2 * x)));

onBackends(() => {
  const point = [0.3, -1.2, 2.5];
  describe.each([
    ['customVjp', steep],
    ['customJvp', steepJvp],
  ] as const)('%s', (_, make) => {
    test('the rule counts in reverse mode, under jit, vmap and in regions', () => {
      const x = tensor(point) as Vector;
      const f = loss(make());
      const [value, gradient] = valueAndGrad(f)(x);
      expectClose(value, loss((v) => sin(v))(x));
      expectClose(gradient, tensor(byHand(point)));
      expectClose(jit(grad(f))(x), tensor(byHand(point)));
      expectClose(vjp(f, x)[1](tensor(2))[0], tensor(byHand(point).map((g) => 2 * g)));
      expectClose(grad(checkpoint(f))(x), tensor(byHand(point)));
      const rows = [point, [1, 2, 3]];
      expectClose(vmap(grad(f))(tensor(rows) as Tensor<[2, 3]>), tensor(rows.map(byHand)));
      const batched = (v: Tensor<[2, 3]>): Scalar => sum(vmap(f)(v)) as Scalar;
      expectClose(grad(batched)(tensor(rows) as Tensor<[2, 3]>), tensor(rows.map(byHand)));
    });

    test('in loops and branches', () => {
      const f = make();
      const g = (x: Vector): Scalar => {
        const [last] = scan(
          (c: Vector, k: Scalar) => [
            cond(
              gt(k, 1),
              () => f(c),
              () => mul(c, k),
            ),
            null,
          ],
          x,
          tensor([0.5, 2, 3]),
        );
        return sum(last) as Scalar;
      };
      const slope = (x: number): number =>
        0.5 * 10 * Math.cos(x / 2) * 10 * Math.cos(Math.sin(x / 2));
      expectClose(grad(g)(tensor(point) as Vector), tensor(point.map(slope)));
    });

    test('of second order, what the rule computes is differentiated', () => {
      const x = tensor(point) as Vector;
      const f = make();
      const second = grad(
        (v: Vector) => sum(grad((u: Vector) => sum(f(u)) as Scalar)(v)) as Scalar,
      );
      expectClose(second(x), tensor(point.map((v) => -10 * Math.sin(v))));
      const product = hessianVectorProduct((u: Vector) => sum(f(u)) as Scalar)(
        x,
        tensor([1, 2, 3]),
      );
      expectClose(product, tensor(point.map((v, k) => -10 * (k + 1) * Math.sin(v))));
      // The value that came with the gradient is what the rule computed: an ordinary sine.
      const ofValue = grad((v: Vector) => valueAndGrad((u: Vector) => sum(f(u)) as Scalar)(v)[0]);
      expectClose(ofValue(x), tensor(point.map(Math.cos)));
      const inLoop = (u: Vector): Scalar =>
        sum(scan((c: Vector) => [f(c), null], u, null, { length: 1 })[0]) as Scalar;
      const twice = grad((v: Vector) => sum(grad(inLoop)(v)) as Scalar);
      expectClose(twice(x), tensor(point.map((v) => -10 * Math.sin(v))));
    });

    test('outside of traces the function is the plain one', () => {
      expectClose(make()(tensor(point) as Vector), sin(tensor(point)));
    });
  });

  test('customJvp serves forward mode, customVjp refuses it', () => {
    const x = tensor(point) as Vector;
    expectClose(
      jvp(loss(steepJvp()), [x], [tensor([1, 0, 0])])[1],
      tensor(byHand(point)[0] as number),
    );
    expect(errorOf(() => jvp(loss(steep()), [x], [x]))).toBe(
      'DifferentiationError: customVjp: forward mode cannot use a rule of reverse mode\n' +
        '  hint: give the function a forward rule with customJvp, which serves both modes',
    );
  });

  test('trees, several arguments, numbers and integers', () => {
    const f = customVjp(
      (p: { w: Vector; ids: Tensor<[2], 'i32'> }, scale: number, x: Vector) => ({
        y: mul(mul(p.w, x), scale),
        n: p.ids,
      }),
      {
        forward: (p, scale, x) => [
          { y: mul(mul(p.w, x), scale), n: p.ids },
          [p.w, x, scale] as const,
        ],
        backward: ([w, x, scale], ct) => [
          { w: mul(mul(ct.y, x), 100 * scale), ids: null },
          null,
          mul(mul(ct.y, w), scale),
        ],
      },
    );
    const p = { w: tensor([1, 2, 3]), ids: tensor([7, 8], { dtype: 'i32' }) };
    const of = (w: Vector, x: Vector): Scalar => sum(f({ ...p, w }, 2, x).y) as Scalar;
    const [gw, gx] = grad(of, { argnums: [0, 1] })(p.w, tensor([4, 5, 6]));
    expect([flat(gw), flat(gx)]).toEqual([
      [800, 1000, 1200],
      [2, 4, 6],
    ]);
    const zero = customVjp((a: Vector, b: Vector) => add(a, b), {
      forward: (a, b) => [add(a, b), null],
      backward: (_, ct) => [ct, null],
    });
    const both = grad((a: Vector, b: Vector) => sum(zero(a, b)) as Scalar, { argnums: [0, 1] });
    expect(both(p.w, p.w).map(flat)).toEqual([
      [1, 1, 1],
      [0, 0, 0],
    ]);
  });

  test('a stable function: log(1 + e^x)', () => {
    const soft = customJvp(
      (x: Scalar) => add(maximum(x, 0), log1p(exp(neg(maximum(x, neg(x)))))),
      ([x], [t]) => [log(add(exp(x), 1)), mul(sub(1, div(1, add(1, exp(x)))), t)],
    );
    expect(grad(soft)(tensor(100)).item()).toBe(1);
    expect(grad(grad(soft))(tensor(0)).item()).toBeCloseTo(0.25, 6);
  });

  test('clipping gradients, and gradients that pass straight through', () => {
    const clip = customVjp((x: Vector) => mul(x, 1), {
      forward: (x) => [mul(x, 1), null],
      backward: (_, ct) => [where(gt(ct, 1), zeros([3]), ct)],
    });
    const g = grad((x: Vector) => sum(mul(clip(x), tensor([0.5, 2, -3]))) as Scalar);
    expect(flat(g(tensor([1, 1, 1])))).toEqual([0.5, 0, -3]);
    const straight = (x: Vector): Vector =>
      add(x, stopGradient(sub(where(gt(x, 0), 1, 0), x))) as Vector;
    const h = valueAndGrad((x: Vector) => sum(mul(straight(x), tensor([1, 2, 3]))) as Scalar);
    expect(h(tensor([-1, 5, 2])).map(flat)).toEqual([[5], [1, 2, 3]]);
  });

  test('captured tensors may be used, but not differentiated', () => {
    const w = tensor([1, 2, 3]) as Vector;
    const make =
      (scale: Vector) =>
      (x: Vector): Vector =>
        customVjp((v: Vector) => mul(v, scale), {
          forward: (v) => [mul(v, scale), null],
          backward: (_, ct) => [mul(ct, add(scale, w))],
        })(x);
    expect(flat(grad((x: Vector) => sum(make(w)(x)) as Scalar)(w))).toEqual([2, 4, 6]);
    const of = (scale: Vector): Scalar => sum(make(mul(scale, 2))(w)) as Scalar;
    const captured =
      ': a value that the function captured is differentiated, and its rule says nothing of it\n' +
      '  hint: pass the value as an argument, or use stopGradient on it';
    expect(errorOf(() => grad(of)(w))).toBe(`DifferentiationError: customVjp${captured}`);
    const forward = (scale: Vector): Scalar =>
      sum(
        customJvp(
          (v: Vector) => mul(v, scale),
          ([v], [t]) => [mul(v, scale), mul(t, scale)],
        )(w),
      ) as Scalar;
    expect(errorOf(() => grad(forward)(w))).toBe(`DifferentiationError: customJvp${captured}`);
    expect(errorOf(() => jvp(forward, [w], [w]))).toBe(
      `DifferentiationError: customJvp${captured}`,
    );
    const stopped = (scale: Vector): Scalar =>
      sum(make(stopGradient(scale) as Vector)(mul(scale, 2) as Vector)) as Scalar;
    expect(flat(grad(stopped)(w))).toEqual([4, 8, 12]);
  });

  test('a rule may call the function it belongs to', () => {
    const root: (x: Vector) => Vector = customVjp((x: Vector) => sqrt(x), {
      forward: (x) => {
        const y = root(x);
        return [y, y];
      },
      backward: (y, ct) => [div(ct, mul(y, 2))],
    });
    expect(flat(grad((x: Vector) => sum(root(x)) as Scalar)(tensor([1, 4, 16])))).toEqual([
      0.5, 0.25, 0.125,
    ]);
  });
});

describe('what rules must return', () => {
  const x = tensor([1, 2, 3]) as AnyLeaf;
  const vjpError = (forward: unknown, backward: unknown): string =>
    errorOf(() => {
      const f = (customVjp as unknown as (f: unknown, rules: unknown) => Loose)(
        (v: AnyLeaf) => sin(v),
        { forward, backward },
      );
      return (grad as unknown as (f: unknown) => Loose)((v: AnyLeaf) => sum(f(v) as AnyLeaf))(x);
    });
  const good = (v: AnyLeaf): unknown => [sin(v), v];
  test('forward', () => {
    expect(vjpError(sin, () => [null])).toBe(
      'TraceError: customVjp: forward must return [result, residuals]\n  got: a tensor [3] f32',
    );
    expect(
      vjpError(
        (v: AnyLeaf) => [sum(v), v],
        () => [null],
      ),
    ).toBe('ShapeError: customVjp: the result is [3] f32, but [] f32 from forward');
    expect(
      vjpError(
        (v: AnyLeaf) => [[v], v],
        () => [null],
      ),
    ).toMatch(
      /^TraceError: customVjp: the result of forward has another structure than that of the function/,
    );
  });
  test('backward', () => {
    expect(vjpError(good, (_: AnyLeaf, ct: AnyLeaf) => ct)).toBe(
      'TraceError: customVjp: backward must return an array with one cotangent per argument\n' +
        '  got: a tensor [3] f32 for 1 argument',
    );
    expect(vjpError(good, (_: AnyLeaf, ct: AnyLeaf) => [ct, ct])).toMatch(
      /2 entries for 1 argument/,
    );
    expect(vjpError(good, (_: AnyLeaf, ct: AnyLeaf) => [sum(ct)])).toBe(
      'ShapeError: customVjp: the cotangent of argument 0 must have shape [3]\n' +
        '  got: the whole: [] f32',
    );
    expect(vjpError(good, (_: AnyLeaf, ct: AnyLeaf) => [gt(ct, 0)])).toMatch(
      /^DTypeError: customVjp: the cotangent of argument 0 must have dtype f32/,
    );
  });
  test('the rule of customJvp', () => {
    const jvpError = (rule: unknown): string =>
      errorOf(() => {
        const f = (customJvp as unknown as (f: unknown, rule: unknown) => Loose)(
          (v: AnyLeaf) => sin(v),
          rule,
        );
        return (grad as unknown as (f: unknown) => Loose)((v: AnyLeaf) => sum(f(v) as AnyLeaf))(x);
      });
    expect(jvpError(([v]: AnyLeaf[]) => v)).toMatch(/the rule must return \[result, tangent\]/);
    expect(jvpError(([v]: AnyLeaf[]) => [sum(v as AnyLeaf), v])).toMatch(
      /the result is \[3\] f32, but \[\] f32 from the rule/,
    );
    expect(jvpError(([v]: AnyLeaf[]) => [v, sum(v as AnyLeaf)])).toMatch(
      /the tangent of the result must have shape \[3\]/,
    );
    expect(
      jvpError(([v]: AnyLeaf[], [t]: AnyLeaf[]) => [v, mul(t as AnyLeaf, t as AnyLeaf)]),
    ).toMatch(/^DifferentiationError: customJvp: the rule must be linear in the tangents/);
    expect(
      jvpError(([v]: AnyLeaf[], [t]: AnyLeaf[]) => [add(v as AnyLeaf, t as AnyLeaf), t]),
    ).toMatch(/must be linear in the tangents/);
  });
  test('functions', () => {
    const make = customVjp as unknown as Loose;
    expect(errorOf(() => make(sin, { forward: good }))).toMatch(
      /expected a function, not undefined/,
    );
    expect(errorOf(() => make(sin, { fwd: good }))).toMatch(/customVjp: .*fwd/);
  });
});
