/** Vectorised functions: axes of arguments and results, trees of axes, and batches that do not agree. */
import { expect, test } from 'vitest';
import { add, matmul, mul, sin, sum, tensor, zeros } from '../../src/trace/functions/index.ts';
import { grad, jit, jvp, vmap } from '../../src/trace/transformations/index.ts';
import { type AnyLeaf, errorOf, flat } from './dynamic.ts';

type Loose = (...args: unknown[]) => AnyLeaf;
/** vmap without static types, for axes that they do not follow. */
const map = (f: (...xs: never[]) => unknown, inAxes: unknown = 0, outAxes: unknown = 0): Loose =>
  vmap(f as never, { inAxes, outAxes } as never) as unknown as Loose;

const dot = (a: AnyLeaf, b: AnyLeaf): AnyLeaf => sum(mul(a, b)) as AnyLeaf;
const rows = tensor([
  [1, 2, 3],
  [4, 5, 6],
]) as AnyLeaf;
const v = tensor([1, 10, 100]) as AnyLeaf;

test('a batch axis on every argument, or on some', () => {
  expect(flat(map(dot)(rows, rows))).toEqual([14, 77]);
  expect(flat(map(dot, [0, null])(rows, v))).toEqual([321, 654]);
  expect(flat(map(dot, [null, 0])(v, rows))).toEqual([321, 654]);
  expect(flat(map((a: AnyLeaf) => sum(a), 1)(rows))).toEqual([5, 7, 9]);
  expect(flat(map((a: AnyLeaf) => sum(a), -1)(rows))).toEqual([5, 7, 9]);
});

test('the batch axis of results goes where outAxes says', () => {
  const outer = (a: AnyLeaf): AnyLeaf => mul(a, tensor([1, 10, 100])) as AnyLeaf;
  const column = tensor([1, 2]);
  expect(map(outer)(column).toArray()).toEqual([
    [1, 10, 100],
    [2, 20, 200],
  ]);
  for (const axis of [1, -1]) {
    expect(map(outer, 0, axis)(column).toArray()).toEqual([
      [1, 2],
      [10, 20],
      [100, 200],
    ]);
  }
  const three = map((a: AnyLeaf) => zeros([4, 5]).add(a) as AnyLeaf, 0, 1)(zeros([7]));
  expect(three.shape).toEqual([4, 7, 5]);
});

test('results that do not depend on the batch are repeated, or not with null', () => {
  const f = (a: AnyLeaf): { a: AnyLeaf; c: AnyLeaf; n: number } => ({
    a,
    c: add(v, 1) as AnyLeaf,
    n: 4,
  });
  const repeated = map(f)(rows) as unknown as ReturnType<typeof f>;
  expect(repeated.c.shape).toEqual([2, 3]);
  expect(repeated.n).toBe(4);
  const once = map(f, 0, { a: 0, c: null })(rows) as unknown as ReturnType<typeof f>;
  expect(flat(once.c)).toEqual([2, 11, 101]);
});

test('axes may be a tree that begins like the argument', () => {
  const f = (p: { w: AnyLeaf; b: AnyLeaf[] }, x: AnyLeaf): AnyLeaf =>
    add(dot(p.w, x), p.b[0] as AnyLeaf) as AnyLeaf;
  const p = { w: rows, b: [tensor([100, 200]), tensor([[1, 2]])] };
  expect(flat(map(f, [{ w: 0, b: [0, 1] }, null])(p, v))).toEqual([421, 854]);
  expect(flat(map(f, [{ w: 0, b: [0] }, null])({ ...p, b: [tensor([1, 2])] }, v))).toEqual([
    322, 656,
  ]);
});

test('vmap composes with itself and with derivatives', () => {
  const outer = map(map(dot, [0, null]), [null, 0])(rows, rows);
  expect(outer.toArray()).toEqual([
    [14, 32],
    [32, 77],
  ]);
  const perExample = map(grad(dot) as never, [null, 0])(v, rows);
  expect(perExample.toArray()).toEqual(rows.toArray());
  const ofMean = grad(((w: AnyLeaf) => sum(map(dot, [null, 0])(w, rows))) as never)(v as never);
  expect(flat(ofMean)).toEqual([5, 7, 9]);
  const tangents = map(
    ((x: AnyLeaf) => jvp((y: AnyLeaf) => mul(y, y) as AnyLeaf, [x], [x])[1]) as never,
  );
  expect(flat(tangents(v))).toEqual([2, 200, 20000]);
  expect(flat(jit(map(dot) as never)(rows as never, rows as never))).toEqual([14, 77]);
  const matrices = tensor([
    [
      [1, 2],
      [3, 4],
    ],
    [
      [5, 6],
      [7, 8],
    ],
  ]) as AnyLeaf;
  const looped = [0, 1].flatMap((k) =>
    flat(
      matmul(
        tensor((matrices.toArray() as number[][][])[k]!),
        tensor([
          [1, 2],
          [3, 4],
        ]),
      ),
    ),
  );
  expect(
    flat(
      map(matmul as never, [0, null])(
        matrices,
        tensor([
          [1, 2],
          [3, 4],
        ]),
      ),
    ),
  ).toEqual(looped);
});

test('captured tensors are not batched; batches may be empty', () => {
  expect(flat(map((x: AnyLeaf) => dot(x, v))(rows))).toEqual([321, 654]);
  const empty = map((x: AnyLeaf) => sin(x))(zeros([0, 3]));
  expect(empty.shape).toEqual([0, 3]);
  expect(map((x: AnyLeaf) => sum(x))(zeros([0, 3])).toArray()).toEqual([]);
});

test('what does not fit is refused in words', () => {
  const texts = [
    () => map(dot)(rows, zeros([9, 3])),
    () => map(((p: { w: AnyLeaf }) => p.w) as never, 1)({ w: rows, b: zeros([2, 4]) }),
    () => map(dot)(rows, tensor(1)),
    () => map(dot, [0])(rows, rows),
    () => map(dot, [null, null])(rows, rows),
    () => map(dot, [2, 0])(rows, rows),
    () => map(dot, ['0', 0])(rows, rows),
    () => map(((p: { w: AnyLeaf }) => p.w) as never, [{ u: 0 }])({ w: rows }),
    () => map(((p: { w: AnyLeaf }) => p.w) as never, [{ w: 0 }])({ w: rows, b: rows }),
    () => map(((p: AnyLeaf[]) => p) as never, [[0, 0]])([rows]),
    () => map(dot, 0, null)(rows, rows),
    () => map(dot, 0, 3)(rows, rows),
    () => vmap(dot, { axes: 0 } as never),
    () => vmap(3 as never),
    () => map(dot)(3, 4),
  ].map(errorOf);
  expect(`\n${texts.join('\n')}\n`).toMatchInlineSnapshot(`
    "
    ShapeError: vmap: batch sizes 2 and 9 differ
      got: 2 in argument 0, 9 in argument 1 [9, 3]
    ShapeError: vmap: batch sizes 4 and 3 differ
      got: 4 in b of argument 0, 3 in w of argument 0 [2, 3]
    ShapeError: vmap: argument 1 is a scalar and has no axis 0
      hint: give null for it in inAxes to use it for the whole batch
    ArgumentError: vmap: inAxes has 1 entries for 2 arguments
    ArgumentError: vmap: no argument has a batch axis
      hint: at least one tensor must have an axis in inAxes
    ShapeError: vmap: axis 2 is out of range for shape [2, 3] (rank 2)
    ArgumentError: vmap: inAxes of argument 0 must be an axis, null or a tree of them
      got: a string for a tensor
    ArgumentError: vmap: inAxes of argument 0 names 'u', which is not there
    ArgumentError: vmap: inAxes of argument 0 must be an axis, null or a tree of them
      got: undefined for a tensor
    ArgumentError: vmap: inAxes of argument 0 has 2 entries for 1 parts
    ArgumentError: vmap: outAxes is null for a result that depends on the batch
      got: result 0 []
      hint: give it an axis, or reduce it over the batch outside of vmap
    ShapeError: vmap: outAxes 3 is out of range for a result of rank 1
    ArgumentError: vmap: unknown option 'axes'
      hint: did you mean 'inAxes'?
    ArgumentError: vmap: expected a function, not a number
    ArgumentError: vmap: no argument has a batch axis
      hint: at least one tensor must have an axis in inAxes
    "
  `);
});
