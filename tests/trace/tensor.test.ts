/** Tensors as values: reading them, printing them, using them as what they are not, and giving their memory back. */
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { js } from '../../src/backends/js/index.ts';
import { reference } from '../../src/backends/reference/index.ts';
import { defaultBackend, setDefaultBackend } from '../../src/trace/default-backend.ts';
import { add, mul, reshape, tensor, zeros } from '../../src/trace/functions/index.ts';
import { fromData } from '../../src/trace/tensor.ts';
import { toBackend } from '../../src/trace/to-backend.ts';
import { jit } from '../../src/trace/transformations/index.ts';
import { type AnyLeaf, errorOf } from './dynamic.ts';

const x = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);

test('a tensor says what it is and hands out copies', async () => {
  expect([x.shape, x.dtype, x.rank]).toEqual([[2, 3], 'f32', 2]);
  expect(Object.isFrozen(x.shape)).toBe(true);
  const copy = await x.data();
  expect(copy).toEqual(new Float32Array([1, 2, 3, 4, 5, 6]));
  copy[0] = 100;
  x.dataSync()[1] = 100;
  expect(x.toArray()).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  expect(tensor(2.5).item()).toBe(2.5);
  expect(tensor([[7]]).item()).toBe(7);
  expect(tensor([true, false]).toArray()).toEqual([true, false]);
  expect(tensor(true).item()).toBe(true);
  expect(zeros([2, 0]).toArray()).toEqual([[], []]);
  expect(errorOf(() => x.item())).toMatchInlineSnapshot(`
    "ShapeError: item: the tensor has 6 elements, not 1
      got: [2, 3] f32
      hint: use toArray() or dataSync()"
  `);
});

test('data are copied on the way in', () => {
  const data = new Float32Array([1, 2]);
  const made = fromData(data, 'f32', [2]);
  data[0] = 9;
  expect(made.toArray()).toEqual([1, 2]);
  expect(fromData(new Uint8Array([0, 2, 255]), 'bool', [3]).dataSync()).toEqual(
    new Uint8Array([0, 1, 1]),
  );
  expect(errorOf(() => fromData(data, 'f64', [2]))).toMatchInlineSnapshot(`
    "ArgumentError: tensor: data of dtype f64 come as Float64Array
      got: a Float32Array"
  `);
  expect(errorOf(() => fromData(data, 'f32', [3]))).toMatchInlineSnapshot(
    `"ShapeError: tensor: 2 elements do not fill shape [3] (3 elements)"`,
  );
});

test('a tensor prints as its type and elements', () => {
  expect(x.toString()).toBe('Tensor f32[2,3] [[1, 2, 3], [4, 5, 6]]');
  expect(inspect(x)).toBe(x.toString());
  expect(tensor([0.1, -0, Number.NaN, 1e-40]).toString()).toBe(
    'Tensor f32[4] [0.1, -0, NaN, 1e-40]',
  );
  expect(zeros([100, 4]).toString()).toBe(
    'Tensor f32[100,4] [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], ..., ' +
      '[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]',
  );
  expect(JSON.stringify({ x })).toBe('{"x":[[1,2,3],[4,5,6]]}');
  expect(JSON.stringify(tensor([1 / 0, Number.NaN, -1 / 0]))).toBe(
    '["Infinity","NaN","-Infinity"]',
  );
});

test('a tensor is no number and no string', () => {
  expect(errorOf(() => (x as unknown as number) > 0)).toMatchInlineSnapshot(`
    "TraceError: a tensor cannot be used as a number
      got: [2, 3] f32
      hint: use x.item() for the number in it, or add, mul, lt, gt... to compute with it"
  `);
  expect(errorOf(() => `${x}`)).toMatchInlineSnapshot(`
    "TraceError: a tensor cannot be used as a string
      got: [2, 3] f32
      hint: use x.toString()"
  `);
  expect(errorOf(() => (x as unknown as number) + 1)).toMatchInlineSnapshot(`
    "TraceError: a tensor cannot be used as a plain value
      got: [2, 3] f32
      hint: use x.item() for the number in it, or add, mul, lt, gt... to compute with it"
  `);
});

test('a traced tensor has no value', () => {
  const texts: string[] = [];
  const attempts: ((y: AnyLeaf) => unknown)[] = [
    (y) => (y as unknown as number) > 0,
    (y) => `${y}`,
    (y) => Math.sin(+y),
    (y) => y.item(),
    (y) => y.toArray(),
    (y) => JSON.stringify(y),
  ];
  jit((y: AnyLeaf) => {
    for (const attempt of attempts) texts.push(errorOf(() => attempt(y)));
    expect(String(inspect(y))).toBe('Tensor f32[2,3] (symbolic, in an anonymous function)');
    return y;
  })(x);
  expect(texts).toHaveLength(attempts.length);
  expect(texts.join('\n')).toMatchInlineSnapshot(`
    "TraceError: a traced tensor has no value yet and cannot be used as a number
      got: [2, 3] f32, symbolic while an anonymous function is traced
      hint: compute with add, mul, lt, gt...; choose with where(condition, x, y) or cond(predicate, f, g)
    TraceError: a traced tensor has no value yet and cannot be used as a string
      got: [2, 3] f32, symbolic while an anonymous function is traced
      hint: toString() describes it; return it from the function to see its elements
    TraceError: a traced tensor has no value yet and cannot be used as a number
      got: [2, 3] f32, symbolic while an anonymous function is traced
      hint: compute with add, mul, lt, gt...; choose with where(condition, x, y) or cond(predicate, f, g)
    TraceError: item: a traced tensor has no elements yet
      got: [2, 3] f32, symbolic while an anonymous function is traced
      hint: return it from the traced function and read the result
    TraceError: toArray: a traced tensor has no elements yet
      got: [2, 3] f32, symbolic while an anonymous function is traced
      hint: return it from the traced function and read the result
    TraceError: toJSON: a traced tensor has no elements yet
      got: [2, 3] f32, symbolic while an anonymous function is traced
      hint: return it from the traced function and read the result"
  `);
});

test('disposing ends a tensor at once and is never needed', async () => {
  const y = tensor([1, 2]) as AnyLeaf;
  y.dispose();
  y.dispose();
  expect(errorOf(() => y.toArray())).toMatchInlineSnapshot(`
    "DisposedError: toArray: the tensor was disposed and cannot be used any more
      got: [2] f32
      hint: keep the tensor until its last use; dispose() and donate are optional"
  `);
  expect(errorOf(() => add(y, 1))).toMatchInlineSnapshot(`
    "DisposedError: add: the tensor was disposed and cannot be used any more
      got: [2] f32
      hint: keep the tensor until its last use; dispose() and donate are optional"
  `);
  await expect(y.data()).rejects.toThrow('was disposed');
  expect(y.toString()).toBe('Tensor f32[2] (was disposed)');
  let kept: AnyLeaf;
  {
    using z = mul(tensor([3]), 2) as AnyLeaf;
    expect(z.toArray()).toEqual([6]);
    kept = z;
  }
  expect(() => kept.toArray()).toThrow('was disposed');
});

test('tensors that share memory do not free it for each other', () => {
  const y = tensor([1, 2]) as AnyLeaf;
  const same = jit((z: AnyLeaf) => z)(y);
  const shaped = reshape(y, [2, 1]) as AnyLeaf;
  same.dispose();
  expect(y.toArray()).toEqual([1, 2]);
  y.dispose();
  expect(shaped.toArray()).toEqual([[1], [2]]);
});

test('the last of the tensors that share memory frees it, and no earlier one', () => {
  const freed: unknown[] = [];
  const handsBack: Backend = {
    ...reference,
    // As a plan may, this backend returns an argument itself.
    compile: () => ({ run: (inputs) => [...inputs], sources: [], dispose: () => {} }),
    free: (storage) => freed.push(storage),
  };
  const y = fromData(new Float32Array([1]), 'f32', [1], handsBack) as unknown as AnyLeaf;
  const same = jit((z: AnyLeaf) => z)(y);
  y.dispose();
  expect(freed).toHaveLength(0);
  expect(same.toArray()).toEqual([1]);
  same.dispose();
  expect(freed).toHaveLength(1);
});

test('tensors live where they were made, and do not mix', async () => {
  const before = defaultBackend();
  expect(before.name).toBe('wasm');
  setDefaultBackend(reference);
  const there = tensor([1, 2]);
  setDefaultBackend(js);
  const here = tensor([1, 2]);
  expect(errorOf(() => add(there, here))).toMatchInlineSnapshot(`
    "BackendError: add: backends reference and js cannot work on one program
      hint: copy one tensor over: await toBackend(x, backend)"
  `);
  const program = jit((a: AnyLeaf) => add(a, here) as AnyLeaf);
  expect(errorOf(() => program(there))).toMatchInlineSnapshot(`
    "BackendError: add: backends reference and js cannot work on one program
      hint: copy one tensor over: await toBackend(x, backend)"
  `);
  const moved = await toBackend({ there, n: 1 }, js);
  expect(add(moved.there, here).toArray()).toEqual([2, 4]);
  // What a traced function makes joins the tensors it works on.
  const made = jit((a: AnyLeaf) => add(a, tensor([10, 20])) as AnyLeaf);
  expect(made(there).toArray()).toEqual([11, 22]);
  expect(made(here).toArray()).toEqual([11, 22]);
  expect(errorOf(() => setDefaultBackend({} as Backend))).toMatchInlineSnapshot(`
    "ArgumentError: setDefaultBackend: expected a backend
      hint: import one: import { js } from 'gradloom'"
  `);
  setDefaultBackend(before);
});
