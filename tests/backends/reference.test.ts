/** The reference interpreter, against answers worked out by hand. */
import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { reference, referenceDouble } from '../../src/backends/reference/index.ts';
import { BackendError, DisposedError, InternalError } from '../../src/ir/errors.ts';
import { buildGraph, type Graph, type Value } from '../../src/ir/graph.ts';
import { iota } from '../../src/ir/ops/constants.ts';
import { conv, dot } from '../../src/ir/ops/contractions.ts';
import { add, exp, mul } from '../../src/ir/ops/elementwise.ts';
import { argSort, pick, scatterAdd, take } from '../../src/ir/ops/indexing.ts';
import { cast } from '../../src/ir/ops/logic.ts';
import { threefry2x32 } from '../../src/ir/ops/random.ts';
import { argMax, reduceMax, reduceSum } from '../../src/ir/ops/reductions.ts';
import { checkpoint } from '../../src/ir/ops/regions.ts';
import { broadcast, pad, permute, reshape } from '../../src/ir/ops/views.ts';
import { parseGraph } from '../../src/ir/parse.ts';
import { allocate, type DType, type Shape, type TypedArray } from '../../src/ir/types.ts';

interface Given {
  readonly shape: Shape;
  readonly dtype?: DType;
  readonly data: readonly number[];
}
const programOf = (graph: Graph, donated: readonly number[] = []) => ({
  graph,
  donated,
  plan: () => {
    throw new InternalError('test', 'the reference needs no plan');
  },
});
const run = (
  given: readonly Given[],
  body: (values: Value[]) => readonly Value[],
  backend: Backend = reference,
): number[][] => {
  const types = given.map(({ shape, dtype = 'f32' }) => ({ shape, dtype }));
  const executable = backend.compile(programOf(buildGraph('test', types, body)));
  const inputs = given.map(({ data, dtype = 'f32' }) => {
    const array = allocate(dtype, data.length);
    array.set(data);
    return backend.upload(array, dtype);
  });
  return executable
    .run(inputs)
    .map((storage) => Array.from(backend.downloadSync?.(storage) as TypedArray));
};
const six: Given = { shape: [2, 3], data: [1, 2, 3, 4, 5, 6] };

describe('kinds of ops', () => {
  test('elements, views and constants', () => {
    const [sum, turned, padded, spread, counted] = run([six], ([x]) => [
      add(x as Value, x as Value),
      permute(x as Value, { axes: [1, 0] }),
      pad(x as Value, { low: [1, 0], high: [0, 1], interior: [0, 0], value: -1 }),
      broadcast(reshape(x as Value, { shape: [6] }), { shape: [2, 6], axes: [1] }),
      iota([], { axis: 0, shape: [2, 2], dtype: 'i32' }),
    ]);
    expect(sum).toEqual([2, 4, 6, 8, 10, 12]);
    expect(turned).toEqual([1, 4, 2, 5, 3, 6]);
    expect(padded).toEqual([-1, -1, -1, -1, 1, 2, 3, -1, 4, 5, 6, -1]);
    expect(spread).toEqual([1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6]);
    expect(counted).toEqual([0, 0, 1, 1]);
  });

  test('reductions of any axes, with the positions they saw', () => {
    const [columns, all, where, nothing] = run(
      [
        { shape: [2, 3], data: [1, 9, 3, 4, Number.NaN, 6] },
        { shape: [0, 2], data: [] },
      ],
      ([x, empty]) => [
        reduceSum(x as Value, { axes: [0] }),
        reduceMax(x as Value, { axes: [0, 1] }),
        argMax(x as Value, { axes: [1] }),
        reduceSum(empty as Value, { axes: [0] }),
      ],
    );
    expect(columns).toEqual([5, Number.NaN, 9]);
    expect(all).toEqual([Number.NaN]);
    expect(where).toEqual([1, 1]);
    expect(nothing).toEqual([0, 0]);
  });

  test('contractions', () => {
    const [product, image] = run(
      [
        six,
        { shape: [3, 2], data: [1, 0, 0, 1, 1, 1] },
        { shape: [1, 1, 1, 4], data: [1, 2, 3, 4] },
        { shape: [1, 1, 1, 2], data: [10, 1] },
      ],
      ([x, y, i, k]) => [
        dot([x as Value, y as Value], { contract: [[1], [0]], batch: [[], []] }),
        conv([i as Value, k as Value], { stride: [1], dilation: [2] }),
      ],
    );
    expect(product).toEqual([4, 5, 10, 11]);
    expect(image).toEqual([13, 24]);
  });

  test('gathers, scatters and orders', () => {
    const [taken, picked, added, order] = run(
      [
        six,
        { shape: [2], dtype: 'i32', data: [-1, 7] },
        { shape: [2, 2], data: [10, 20, 30, 40] },
        { shape: [1, 5], data: [2, Number.NaN, 1, 2, -0] },
      ],
      ([x, ids, updates, keys]) => [
        take([x as Value, ids as Value], { axis: 1, batch: 0 }),
        pick([x as Value, ids as Value], {}),
        scatterAdd([x as Value, ids as Value, updates as Value], { axis: 1, batch: 0 }),
        argSort(keys as Value),
      ],
    );
    expect(taken).toEqual([3, Number.NaN, 6, Number.NaN]);
    expect(picked).toEqual([3, Number.NaN]);
    expect(added).toEqual([1, 2, 13, 4, 5, 36]);
    expect(order).toEqual([4, 2, 0, 3, 1]);
  });

  test('random bits are those of the published cipher', () => {
    // The known answer of the authors' own test vectors, all bits zero and all bits one.
    const words = (value: number): Given => ({ shape: [1], dtype: 'u32', data: [value] });
    const block = (value: number): number[] =>
      run([value, value, value, value].map(words), (values) => threefry2x32(values, {})).flat();
    expect(block(0)).toEqual([0x6b200159, 0x99ba4efe]);
    expect(block(0xffffffff)).toEqual([0x1cb996fc, 0xbb002be7]);
  });

  test('regions mean what their graph means', () => {
    const [result] = run([six], ([x]) => {
      const { type } = x as Value;
      const graph = buildGraph('inner', [type], ([y]) => [mul(y as Value, y as Value)]);
      return checkpoint([x as Value], { graph });
    });
    expect(result).toEqual([1, 4, 9, 16, 25, 36]);
  });
});

describe('rounding', () => {
  test('every op rounds, and sums are rounded once', () => {
    const tenth = { shape: [1000], data: new Array<number>(1000).fill(0.1) };
    const [sum, chain] = run([tenth], ([x]) => [
      reduceSum(x as Value, { axes: [0] }),
      mul(exp(x as Value), x as Value),
    ]);
    expect(sum).toEqual([Math.fround(1000 * Math.fround(0.1))]);
    const x = Math.fround(0.1);
    expect(chain?.[0]).toBe(Math.fround(Math.fround(Math.exp(x)) * x));
  });

  test('the double precision run rounds nothing', () => {
    const [chain, whole] = run(
      [{ shape: [1], data: [0.1] }],
      ([x]) => [mul(exp(x as Value), x as Value), cast(exp(x as Value), { dtype: 'i32' })],
      referenceDouble,
    );
    const x = Math.fround(0.1);
    expect(chain).toEqual([Math.exp(x) * x]);
    expect(whole).toEqual([1]);
    const wide = referenceDouble.upload(Float64Array.of(0.1), 'f32');
    expect(wide.dtype).toBe('f32');
    expect(referenceDouble.downloadSync?.(wide)).toEqual(Float64Array.of(0.1));
  });
});

describe('life of tensors', () => {
  test('results are tensors of their own and donated inputs are gone', async () => {
    const graph = buildGraph('same', [{ dtype: 'f32', shape: [2] }], ([x]) => [
      x as Value,
      x as Value,
    ]);
    const data = Float32Array.of(1, 2);
    const input = reference.upload(data, 'f32');
    data[0] = 9;
    const [a, b] = reference.compile(programOf(graph)).run([input]);
    reference.free(input);
    reference.free(a as NonNullable<typeof a>);
    expect(await reference.download(b as NonNullable<typeof b>)).toEqual(Float32Array.of(1, 2));
    const donated = reference.upload(data, 'f32');
    reference.compile(programOf(graph, [0])).run([donated]);
    expect(() => reference.downloadSync?.(donated)).toThrow(DisposedError);
  });

  test('wrong inputs are errors', () => {
    const graph = buildGraph('same', [{ dtype: 'f32', shape: [2] }], ([x]) => [x as Value]);
    const executable = reference.compile(programOf(graph));
    expect(() => executable.run([])).toThrow(BackendError);
    expect(() => executable.run([reference.upload(new Int32Array(2), 'i32')])).toThrow(
      'does not fit',
    );
    executable.dispose();
    expect(() => executable.run([reference.upload(new Float32Array(2), 'f32')])).toThrow(
      'disposed',
    );
  });

  test('a read outside of a tensor is caught', () => {
    // The type rule would refuse this graph; text is not checked.
    const graph = parseGraph(`graph test(%0: f32[4]) {
      %1: f32[2] = slice(%0) {size: [2], start: [3], step: [1]}
      return %1
    }`);
    const input = reference.upload(new Float32Array(4), 'f32');
    const executable = reference.compile(programOf(graph));
    expect(() => executable.run([input])).toThrow('slice: index [4] is outside of [4]');
  });
});
