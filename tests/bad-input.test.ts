/**
 * Bad input through the public door: every mistake is a typed error with a sentence, nothing of it
 * runs and nothing is left half done.
 */
import {
  add,
  argmax,
  concat,
  conv2d,
  explain,
  GradloomError,
  grad,
  jit,
  js,
  matmul,
  max,
  maxPool2d,
  reshape,
  sum,
  type Tensor,
  take,
  tensor,
  tree,
  vmap,
  zeros,
} from 'gradloom';
import * as random from 'gradloom/random';
import { expect, test } from 'vitest';

// What the types refuse must be refused at run time too: programs are also written in JavaScript.
const untyped = (value: unknown): never => value as never;

const messageOf = (body: () => unknown): string => {
  try {
    body();
  } catch (error) {
    expect(error).toBeInstanceOf(GradloomError);
    return (error as GradloomError).message.replace(/\n {2}at: .*$/s, '');
  }
  throw new Error('nothing was thrown');
};

const mistakes: Record<string, () => unknown> = {
  'inner dimensions': () => matmul(zeros([2, 3]), untyped(zeros([4, 5]))),
  broadcasting: () => add(zeros([2, 3]), untyped(zeros([2]))),
  dtypes: () => add(zeros([2]), untyped(zeros([2], { dtype: 'i32' }))),
  'an unknown dtype': () => zeros([2], { dtype: untyped('f23') }),
  'an axis too large': () => sum(zeros([2, 3]), untyped(2)),
  'a scalar has no axis': () => sum(tensor(1), untyped(0)),
  'the largest of nothing': () => max(zeros([0])),
  'the place of the largest of nothing': () => argmax(zeros([2, 0]), untyped(1)),
  'a negative size': () => zeros([untyped(-1)]),
  'a fraction as a size': () => zeros([untyped(1.5)]),
  'more elements than memory has': () => zeros([2 ** 20, 2 ** 20]),
  'sizes that overflow': () => zeros([2 ** 40, 2 ** 40]),
  'ragged rows': () => tensor(untyped([[1, 2], [3]])),
  'a string among the numbers': () => tensor(untyped([1, 'two'])),
  'a shape that does not fit the data': () => tensor(new Float32Array(5), { shape: [2, 3] }),
  'an unknown option': () =>
    conv2d(zeros([1, 1, 4, 4]), zeros([1, 1, 2, 2]), untyped({ strides: 2 })),
  'an option of another function': () => sum(zeros([2]), 0, untyped({ keepdims: true })),
  'a window larger than the picture': () => maxPool2d(zeros([1, 1, 2, 2]), untyped(3)),
  'a stride of zero': () => conv2d(zeros([1, 1, 4, 4]), zeros([1, 1, 2, 2]), { stride: 0 }),
  'channels that do not fit': () => conv2d(zeros([1, 3, 4, 4]), untyped(zeros([1, 1, 2, 2]))),
  'an index out of range': () => take(zeros([3, 2]), tensor([3], { dtype: 'i32' }), 0),
  'elements that do not fit': () => reshape(zeros([2, 3]), untyped([4])),
  'joining nothing': () => concat(untyped([]), untyped(0)),
  'a key that is none': () => random.normal(untyped(1), [2]),
  'a seed that is none': () => random.key(0.5),
  'a gradient of integers': () =>
    grad(untyped((x: Tensor<[]>) => x))(untyped(zeros([], { dtype: 'i32' }))),
  'a gradient of a vector': () => grad(untyped((x: Tensor<[2]>) => x))(untyped(zeros([2]))),
  'batches of two sizes': () =>
    vmap((a: Tensor<[2]>, b: Tensor<[2]>) => add(a, b))(
      untyped(zeros([3, 2])),
      untyped(zeros([4, 2])),
    ),
  'a tensor as a condition': () =>
    jit((x: Tensor<[2]>) => (untyped(x.sum()) > 0 ? x : x.neg()))(zeros([2])),
  'a function that returns nothing': () => jit(untyped(() => undefined))(),
  'an unknown option of jit': () => jit((x: Tensor<[]>) => x, untyped({ donated: [0] })),
  '__proto__ in a tree': () => tree.leaves(JSON.parse('{"__proto__": 1}')),
};

test.each(Object.keys(mistakes))('%s', (name) => {
  expect(messageOf(mistakes[name] as () => unknown)).toMatchSnapshot();
});

test('a very deep tree is refused, not followed into the ground', () => {
  let deep: unknown = tensor(1);
  for (let level = 0; level < 100_000; level++) deep = { inner: deep };
  expect(messageOf(() => tree.leaves(deep))).toMatch(/deep/);
});

test('names chosen to inject code are never part of generated code or of a page', () => {
  const evil = '*/ globalThis.injected = true; /* </script><script>alert(1)</script>';
  const holder = { [evil]: (p: Record<string, Tensor<[2]>>) => add(p[evil] as Tensor<[2]>, 1) };
  const f = holder[evil] as (p: Record<string, Tensor<[2]>>) => Tensor<[2]>;
  const argument = { [evil]: zeros([2]) };
  const [result] = [jit(f)(argument)];
  expect(result?.toArray()).toEqual([1, 1]);
  expect((globalThis as { injected?: boolean }).injected).toBeUndefined();
  const explanation = explain(f, { backend: js })(argument);
  for (const { source } of explanation.launches) expect(source).not.toContain('injected');
  expect(explanation.html()).not.toContain('<script>alert');
});

test('sizes are refused before memory is taken', () => {
  const before = process.memoryUsage().arrayBuffers;
  messageOf(() => zeros([2 ** 20, 2 ** 20]));
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
});
