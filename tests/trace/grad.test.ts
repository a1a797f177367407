/** Gradients: values by hand and by finite differences, trees, arguments, auxiliary results, and what is refused. */
import { expect, test } from 'vitest';
import {
  add,
  cast,
  div,
  exp,
  gt,
  log,
  matmul,
  mean,
  mul,
  pow,
  relu,
  sigmoid,
  sin,
  stopGradient,
  sub,
  sum,
  tanh,
  tensor,
  where,
} from '../../src/trace/functions/index.ts';
import { grad, jit, valueAndGrad } from '../../src/trace/transformations/index.ts';
import { type AnyLeaf, differences, errorOf, flat } from './dynamic.ts';

const f64 = (data: readonly number[]): AnyLeaf =>
  tensor(Float64Array.from(data), { dtype: 'f64' }) as AnyLeaf;

test.each<[string, (x: AnyLeaf) => unknown]>([
  ['sin(x) e^x', (x) => sum(mul(sin(x), exp(x)))],
  ['log(1 + x^2) / x', (x) => sum(div(log(add(mul(x, x), 1)), x))],
  ['a chain', (x) => mean(tanh(mul(sigmoid(x), pow(x, 3))))],
  ['branches', (x) => sum(where(gt(x, 1), mul(x, x), sin(x)))],
  ['a value used often', (x) => sum(mul(mul(x, x), add(mul(x, x), sum(x))))],
  ['relu', (x) => sum(mul(relu(sub(x, 1)), x))],
])('%s has the gradient that differences say', (_, f) => {
  const x = [0.3, 0.8, 1.7, 2.5];
  const gradient = flat((grad(f as never) as (x: AnyLeaf) => unknown)(f64(x)));
  const wanted = differences((at) => flat(f(f64(at)))[0] as number, x);
  gradient.forEach((value, k) => {
    expect(value).toBeCloseTo(wanted[k] as number, 6);
  });
});

interface Parameters {
  w: AnyLeaf;
  layers: { b: AnyLeaf; rate: number }[];
  name: string;
  unused?: AnyLeaf | null;
}
const parameters: Parameters = {
  w: tensor([
    [1, 2],
    [3, 4],
  ]),
  layers: [{ b: tensor([10, 20]), rate: 0.5 }],
  name: 'net',
  unused: tensor([7, 7, 7]),
};
const loss = (p: Parameters, x: AnyLeaf): AnyLeaf =>
  sum(add(matmul(x, p.w), mul(p.layers[0]!.b, p.layers[0]!.rate))) as AnyLeaf;
const x = tensor([[1, 10]]) as AnyLeaf;

test('the gradient of a tree is a tree of its structure', () => {
  const g = grad(loss)(parameters, x);
  expect(flat(g.w)).toEqual([1, 1, 10, 10]);
  expect(flat(g.layers[0]?.b)).toEqual([0.5, 0.5]);
  expect(g.layers[0]?.rate).toBeNull();
  expect(g.name).toBeNull();
  expect(g.unused?.shape).toEqual([3]);
  expect(flat(g.unused)).toEqual([0, 0, 0]);
  expect(Object.keys(g).sort()).toEqual(['layers', 'name', 'unused', 'w']);
  const [value, same] = valueAndGrad(loss)(parameters, x);
  expect(value.item()).toBe(31 + 42 + 5 + 10);
  expect(flat(same.w)).toEqual([1, 1, 10, 10]);
});

test('argnums chooses arguments, aux is passed through', () => {
  const f = (a: AnyLeaf, k: AnyLeaf, c: { v: AnyLeaf }): AnyLeaf =>
    sum(mul(mul(a, cast(k, 'f32')), c.v)) as AnyLeaf;
  const [a, k, c] = [tensor([1, 2]), tensor([3, 4], { dtype: 'i32' }), { v: tensor([5, 6]) }];
  expect(flat(grad(f)(a, k, c))).toEqual([15, 24]);
  expect(flat(grad(f, { argnums: 2 })(a, k, c).v)).toEqual([3, 8]);
  const both = grad(f, { argnums: [2, 0] })(a, k, c);
  expect([flat(both[0].v), flat(both[1])]).toEqual([
    [3, 8],
    [15, 24],
  ]);
  const withAux = (p: AnyLeaf): [AnyLeaf, { twice: AnyLeaf; note: string }] => [
    sum(mul(p, p)) as AnyLeaf,
    { twice: mul(p, 2) as AnyLeaf, note: 'kept' },
  ];
  const [g, aux] = grad(withAux, { hasAux: true })(a);
  expect([flat(g), flat(aux.twice), aux.note]).toEqual([[2, 4], [2, 4], 'kept']);
  const [[value, rest], gradient] = valueAndGrad(withAux, { hasAux: true })(a);
  expect([value.item(), flat(rest.twice), flat(gradient)]).toEqual([5, [2, 4], [2, 4]]);
  const [[, aux1], [g1]] = valueAndGrad(withAux, { argnums: [0], hasAux: true })(a);
  expect([aux1.note, flat(g1)]).toEqual(['kept', [2, 4]]);
});

test('captured tensors and stopped gradients are constants', () => {
  const scale = tensor([3, 5]);
  expect(flat(grad((p: AnyLeaf) => sum(mul(p, scale)))(tensor([1, 1])))).toEqual([3, 5]);
  expect(flat(grad((p: AnyLeaf) => sum(mul(p, stopGradient(p))))(tensor([2, 3])))).toEqual([2, 3]);
  expect(flat(grad((p: AnyLeaf) => sum(add(scale, mul(p, 0))))(tensor([2, 3])))).toEqual([0, 0]);
  expect(flat(grad((p: AnyLeaf) => p)(tensor(4)))).toEqual([1]);
});

test('gradients of gradients', () => {
  const cube = (v: AnyLeaf): AnyLeaf => mul(mul(v, v), v) as AnyLeaf;
  const at = tensor(2, { dtype: 'f64' }) as AnyLeaf;
  expect(flat(grad(cube as never)(at))).toEqual([12]);
  const second = grad(grad(cube as never) as never) as (v: AnyLeaf) => AnyLeaf;
  expect(flat(second(at))).toEqual([12]);
  expect(flat((grad(second as never) as (v: AnyLeaf) => AnyLeaf)(at))).toEqual([6]);
  expect(flat((grad(grad(second as never) as never) as (v: AnyLeaf) => AnyLeaf)(at))).toEqual([0]);
});

test('an inner gradient may depend on an outer variable', () => {
  // d/dx [x * d/dy (x + y)^2 at y = 1] = d/dx [2 x (x + 1)] = 4x + 2.
  const f = (v: AnyLeaf): AnyLeaf => {
    const inner = grad((y: AnyLeaf) => pow(add(v, y), 2) as AnyLeaf);
    return mul(v, inner(tensor(1, { dtype: 'f64' }) as AnyLeaf)) as AnyLeaf;
  };
  expect(flat(grad(f)(tensor(3, { dtype: 'f64' }) as AnyLeaf))).toEqual([14]);
  expect(flat(jit(grad(jit(f)))(tensor(3, { dtype: 'f64' }) as AnyLeaf))).toEqual([14]);
});

test('what cannot be differentiated is refused in words', () => {
  const opt = { step: tensor([1], { dtype: 'i32' }), w: tensor([1, 2]) };
  const texts = [
    () => grad((p: AnyLeaf) => mul(p, 2))(tensor([1, 2])),
    () => grad((p: AnyLeaf) => cast(sum(p), 'i32') as AnyLeaf)(tensor([1, 2])),
    () => grad(((p: { opt: typeof opt }) => sum(p.opt.w)) as never)({ opt } as never),
    () => grad((p: AnyLeaf) => sum(p))(tensor([1], { dtype: 'i32' })),
    () => grad((() => 3) as never)(tensor([1]) as never),
    () => grad(((p: AnyLeaf) => [sum(p), p]) as never)(tensor([1]) as never),
    () => grad(((p: AnyLeaf) => sum(p)) as never, { hasAux: true } as never)(tensor([1]) as never),
    () => grad((p: AnyLeaf) => sum(p))(2 as never),
    () => grad((p: AnyLeaf) => sum(p), { argnums: 1 } as never)(tensor([1])),
    () => grad((p: AnyLeaf) => sum(p), { argnums: [0, 0] } as never)(tensor([1])),
    () => grad((p: AnyLeaf) => sum(p), { argnum: 1 } as never),
    () => grad((p: AnyLeaf) => sum(p), { argnums: '0' } as never),
    () => grad(tensor([1]) as never),
    () => valueAndGrad((p: AnyLeaf) => p as never)(tensor([[1, 2]]) as never),
  ].map(errorOf);
  expect(`\n${texts.join('\n')}\n`).toMatchInlineSnapshot(`
    "
    DifferentiationError: grad: the function must return a float scalar, not [2] f32
      hint: reduce it with mean or sum
    DifferentiationError: grad: the function must return a float scalar, not [] i32
      hint: convert it with cast to f32
    DifferentiationError: grad: opt.step is i32 and cannot be differentiated
      hint: pass it in an argument of its own, or convert it with cast to f32
    DifferentiationError: grad: argument 0 is i32 and cannot be differentiated
      hint: pass it in an argument of its own, or convert it with cast to f32
    DifferentiationError: grad: the function must return a float scalar, not a number
      hint: to return more than the loss use { hasAux: true }
    DifferentiationError: grad: the function must return a float scalar, not an array
      hint: to return more than the loss use { hasAux: true }
    TraceError: grad: with hasAux the function must return [loss, aux]
      got: a tensor
    ArgumentError: grad: argument 0 is a number, not a tensor
      hint: make a tensor of it: tensor(2)
    ArgumentError: grad: there is no argument 1 in a call with 1 argument
    ArgumentError: grad: argument 0 is given twice in argnums
    ArgumentError: grad: unknown option 'argnum'
      hint: did you mean 'argnums'?
    ArgumentError: grad: argnums must be a number or an array of numbers
      got: a string
    ArgumentError: grad: expected a function, not a tensor [1] f32
      hint: give grad the function, and call the result on tensors
    DifferentiationError: valueAndGrad: the function must return a float scalar, not [1, 2] f32
      hint: reduce it with mean or sum
    "
  `);
});
