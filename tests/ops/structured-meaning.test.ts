/**
 * The meaning of ops that move, choose and combine elements, against results worked out by hand;
 * and what type rules reject.
 */
import { describe, expect, test } from 'vitest';
import { js } from '../../src/backends/js/index.ts';
import { reference } from '../../src/backends/reference/index.ts';
import { DTypeError, ShapeError } from '../../src/ir/errors.ts';
import { buildGraph, emit } from '../../src/ir/graph.ts';
import type { Params } from '../../src/ir/op.ts';
import { type OpName, registry } from '../../src/ir/ops/registry.ts';
import { allocate, type DType, type Shape, sizeOf, type TypedArray } from '../../src/ir/types.ts';
import { interpret, runCompiledSync } from '../../src/testing/run-graph.ts';

/** An input: its shape and elements (0, 1, 2... when absent). */
type Input = readonly [shape: Shape, values?: readonly number[] | undefined, dtype?: DType];

const dataOf = ([shape, values, dtype = 'f32']: Input): TypedArray => {
  const array = allocate(dtype, sizeOf(shape));
  array.set(values ?? Array.from(array, (_, k) => k));
  return array;
};
const run = (name: OpName, params: Params, inputs: readonly Input[]): number[][] => {
  const types = inputs.map(([shape, , dtype = 'f32']) => ({ dtype, shape }));
  const graph = buildGraph(name, types, (values) => emit(registry[name], params, values));
  const data = inputs.map(dataOf);
  const results = interpret(reference, graph, data).map((array) => Array.from(array));
  const compiled = runCompiledSync(js, graph, data).map((array) => Array.from(array));
  expect(compiled).toEqual(results);
  return results;
};

const nan = Number.NaN;
const outsideOf = { i32: -2147483648, u32: 4294967295, bool: 0 } as const;
const table: readonly (readonly [OpName, Params, readonly Input[], readonly number[]])[] = [
  ['full', { value: 2.5, shape: [2, 1], dtype: 'f32' }, [], [2.5, 2.5]],
  ['full', { value: -0, shape: [2], dtype: 'f32' }, [], [-0, -0]],
  ['iota', { axis: 0, shape: [2, 3], dtype: 'i32' }, [], [0, 0, 0, 1, 1, 1]],
  ['iota', { axis: 1, shape: [2, 3], dtype: 'f64' }, [], [0, 1, 2, 0, 1, 2]],
  [
    'broadcast',
    { shape: [2, 2, 3], axes: [0, 2] },
    [[[2, 1]]],
    [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1],
  ],
  ['broadcast', { shape: [3, 2], axes: [1, 0] }, [[[2, 3]]], [0, 3, 1, 4, 2, 5]],
  ['permute', { axes: [1, 0] }, [[[2, 3]]], [0, 3, 1, 4, 2, 5]],
  ['permute', { axes: [2, 0, 1] }, [[[2, 1, 3]]], [0, 3, 1, 4, 2, 5]],
  ['reshape', { shape: [3, 2] }, [[[2, 3]]], [0, 1, 2, 3, 4, 5]],
  ['reverse', { axes: [0] }, [[[2, 3]]], [3, 4, 5, 0, 1, 2]],
  ['reverse', { axes: [0, 1] }, [[[2, 3]]], [5, 4, 3, 2, 1, 0]],
  ['slice', { start: [1, 1], size: [2, 2], step: [1, 2] }, [[[3, 4]]], [5, 7, 9, 11]],
  [
    'pad',
    { low: [1, 0], high: [0, 1], interior: [0, 1], value: 9 },
    [[[1, 2]]],
    [9, 9, 9, 9, 0, 9, 1, 9],
  ],
  ['pad', { low: [0], high: [2], interior: [0], value: 9 }, [[[2]]], [0, 1, 9, 9]],
  ['concat', { axis: 1 }, [[[2, 1]], [[2, 2]]], [0, 0, 1, 1, 2, 3]],
  [
    'window',
    { leading: 0, length: [5], windows: [2], stride: [2], dilation: [1] },
    [
      [
        [5, 3],
        [0, 9, 9, 1, 10, 9, 2, 11, 20, 9, 12, 21, 9, 9, 22],
      ],
    ],
    // Window o, offset k reads place 2 o + k of column k.
    [0, 10, 20, 2, 12, 22],
  ],
  [
    'unwindow',
    { leading: 0, length: [5], windows: [2], stride: [2], dilation: [1] },
    [
      [
        [2, 3],
        [1, 2, 3, 4, 5, 6],
      ],
    ],
    [1, 0, 0, 0, 2, 0, 4, 0, 3, 0, 5, 0, 0, 0, 6],
  ],
  ['reduceSum', { axes: [0] }, [[[2, 3]]], [3, 5, 7]],
  ['reduceSum', { axes: [0, 2] }, [[[2, 2, 2]]], [10, 18]],
  [
    'reduceMax',
    { axes: [1] },
    [
      [
        [2, 3],
        [1, 7, 3, -1, -5, -2],
      ],
    ],
    [7, -1],
  ],
  [
    'reduceMin',
    { axes: [1] },
    [
      [
        [2, 3],
        [1, 7, 3, -1, -5, -2],
      ],
    ],
    [1, -5],
  ],
  [
    'reduceProd',
    { axes: [0] },
    [
      [
        [2, 3],
        [1, 2, 3, 4, 5, 6],
      ],
    ],
    [4, 10, 18],
  ],
  ['reduceAnd', { axes: [1] }, [[[2, 2], [1, 1, 1, 0], 'bool']], [1, 0]],
  ['reduceOr', { axes: [0] }, [[[2, 2], [0, 1, 0, 0], 'bool']], [0, 1]],
  // Positions count within all folded axes.
  [
    'argMax',
    { axes: [0, 2] },
    [
      [
        [2, 2, 2],
        [0, 1, 9, 2, 5, 3, 8, 9],
      ],
    ],
    [2, 0],
  ],
  [
    'argMin',
    { axes: [1] },
    [
      [
        [2, 3],
        [3, 1, 1, -1, -5, -2],
      ],
    ],
    [1, 1],
  ],
  [
    'dot',
    { contract: [[1], [0]], batch: [[], []] },
    [
      [
        [2, 2],
        [1, 2, 3, 4],
      ],
      [
        [2, 3],
        [1, 2, 3, 4, 5, 6],
      ],
    ],
    [9, 12, 15, 19, 26, 33],
  ],
  [
    'dot',
    { contract: [[0], [1]], batch: [[1], [0]] },
    [
      [
        [2, 2],
        [1, 2, 3, 4],
      ],
      [
        [2, 2],
        [5, 6, 7, 8],
      ],
    ],
    [23, 46],
  ],
  [
    'conv',
    { stride: [2], dilation: [2] },
    // Places 0 and 2 times the taps at 0 and 2, of two channels.
    [
      [
        [1, 1, 2, 5],
        [1, 2, 3, 4, 5, 10, 20, 30, 40, 50],
      ],
      [
        [1, 1, 2, 2],
        [1, 2, 3, 4],
      ],
    ],
    [1 + 6 + 30 + 120, 3 + 10 + 90 + 200],
  ],
  [
    'take',
    { axis: 0, batch: 0 },
    [[[3, 2]], [[4], [2, 0, -1, 3], 'i32']],
    [4, 5, 0, 1, 4, 5, nan, nan],
  ],
  ['take', { axis: 1, batch: 1 }, [[[2, 3]], [[2, 1], [1, -3], 'i32']], [1, 3]],
  [
    'take',
    { axis: 0, batch: 0 },
    [
      [[2], [5, 6], 'i32'],
      [[2], [-3, 1], 'i32'],
    ],
    [outsideOf.i32, 6],
  ],
  [
    'take',
    { axis: 0, batch: 0 },
    [
      [[2], [5, 6], 'u32'],
      [[2], [2, 0], 'i32'],
    ],
    [outsideOf.u32, 5],
  ],
  [
    'take',
    { axis: 0, batch: 0 },
    [
      [[2], [1, 1], 'bool'],
      [[2], [2, 0], 'i32'],
    ],
    [outsideOf.bool, 1],
  ],
  [
    'scatterAdd',
    { axis: 0, batch: 0 },
    [
      [[3], [1, 2, 3]],
      [[4], [0, -1, 0, 3], 'i32'],
      [[4], [10, 20, 30, 40]],
    ],
    [41, 2, 23],
  ],
  [
    'scatterAdd',
    { axis: 1, batch: 1 },
    [
      [
        [2, 2],
        [1, 2, 3, 4],
      ],
      [[2, 1], [1, 0], 'i32'],
      [
        [2, 1],
        [10, 20],
      ],
    ],
    [1, 12, 23, 4],
  ],
  [
    'scatterSet',
    { axis: 0, batch: 0 },
    [
      [[3], [1, 2, 3]],
      [[4], [0, -1, 0, 3], 'i32'],
      [[4], [10, 20, 30, 40]],
    ],
    [30, 2, 20],
  ],
  [
    'scatterSet',
    { axis: 0, batch: 0 },
    [
      [[2], [1, 0], 'bool'],
      [[2], [1, 1], 'i32'],
      [[2], [0, 1], 'bool'],
    ],
    [1, 1],
  ],
  // Starts count from the end, then move inside.
  ['dynamicSlice', { sizes: [2], batch: 0 }, [[[4]], [[1], [-3], 'i32']], [1, 2]],
  ['dynamicSlice', { sizes: [2], batch: 0 }, [[[4]], [[1], [9], 'i32']], [2, 3]],
  ['dynamicSlice', { sizes: [2], batch: 0 }, [[[4]], [[1], [-9], 'i32']], [0, 1]],
  ['dynamicSlice', { sizes: [1], batch: 1 }, [[[2, 2]], [[2, 1], [1, 0], 'i32']], [1, 2]],
  ['dynamicUpdateSlice', { batch: 0 }, [[[4]], [[2], [8, 9]], [[1], [3], 'i32']], [0, 1, 8, 9]],
  [
    'firstMax',
    { axes: [1] },
    [
      [
        [2, 2],
        [1, nan, -Infinity, -Infinity],
      ],
    ],
    [nan, -Infinity],
  ],
  ['firstMax', { axes: [0] }, [[[2], [-0, 0]]], [-0]],
  ['pick', {}, [[[3, 2]], [[3], [1, -2, 5], 'i32']], [1, 2, nan]],
  [
    'argSort',
    {},
    [
      [
        [2, 4],
        [3, 1, 3, 1, nan, 0, nan, -1],
      ],
    ],
    [1, 3, 0, 2, 3, 1, 0, 2],
  ],
  ['argSort', {}, [[[5], [1, 0, 1, 0, 1], 'bool']], [1, 3, 0, 2, 4]],
  ['select', {}, [[[3], [1, 0, 1], 'bool'], [[3]], [[3], [7, 8, 9]]], [0, 8, 2]],
];

describe('results worked out by hand', () => {
  test.each(table)('%s %j', (name, params, inputs, expected) => {
    expect(run(name, params, inputs)).toEqual([expected]);
  });

  // J. Salmon et al.: the known answers of Random123 for threefry2x32 with 20 rounds.
  test.each([
    [
      [0, 0, 0, 0],
      [0x6b200159, 0x99ba4efe],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0x1cb996fc, 0xbb002be7],
    ],
    [
      [0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3],
      [0xc4923a9c, 0x483df7a0],
    ],
  ])('threefry2x32 of %j', (words, expected) => {
    const inputs = words.map((word): Input => [[1], [word], 'u32']);
    expect(run('threefry2x32', {}, inputs).flat()).toEqual(expected);
  });
});

type Wrong = readonly [OpName, Params, readonly Input[], typeof ShapeError | typeof DTypeError];
const wrong: readonly Wrong[] = [
  ['add', {}, [[[2]], [[3]]], ShapeError],
  ['add', {}, [[[2]], [[2], [], 'f64']], DTypeError],
  [
    'add',
    {},
    [
      [[2], [], 'bool'],
      [[2], [], 'bool'],
    ],
    DTypeError,
  ],
  ['exp', {}, [[[2], [], 'i32']], DTypeError],
  ['and', {}, [[[2]], [[2]]], DTypeError],
  ['select', {}, [[[2]], [[2]], [[2]]], DTypeError],
  ['select', {}, [[[2], [], 'bool'], [[3]], [[3]]], ShapeError],
  ['bitcast', { dtype: 'f64' }, [[[2]]], DTypeError],
  ['full', { value: 1, shape: [-1], dtype: 'f32' }, [], ShapeError],
  ['full', { value: 1, shape: [2 ** 16, 2 ** 16], dtype: 'f32' }, [], ShapeError],
  ['broadcast', { shape: [3], axes: [0] }, [[[2]]], ShapeError],
  ['permute', { axes: [0, 0] }, [[[2, 2]]], ShapeError],
  ['permute', { axes: [0] }, [[[2, 2]]], ShapeError],
  ['reshape', { shape: [5] }, [[[2, 3]]], ShapeError],
  ['slice', { start: [1], size: [3], step: [1] }, [[[3]]], ShapeError],
  ['slice', { start: [0], size: [1], step: [0] }, [[[3]]], ShapeError],
  ['pad', { low: [-1], high: [0], interior: [0], value: 0 }, [[[3]]], ShapeError],
  ['concat', { axis: 0 }, [[[2, 3]], [[2, 4]]], ShapeError],
  [
    'window',
    { leading: 0, length: [4], windows: [3], stride: [1], dilation: [1] },
    [[[4, 3]]],
    ShapeError,
  ],
  ['reduceSum', { axes: [2] }, [[[2, 3]]], ShapeError],
  ['reduceSum', { axes: [1, 0] }, [[[2, 3]]], ShapeError],
  ['reduceAnd', { axes: [0] }, [[[2]]], DTypeError],
  ['dot', { contract: [[0], [0]], batch: [[], []] }, [[[2]], [[3]]], ShapeError],
  ['dot', { contract: [[0], [0]], batch: [[], []] }, [[[2]], [[2], [], 'f64']], DTypeError],
  ['conv', { stride: [1], dilation: [1] }, [[[1, 1, 2, 5]], [[1, 1, 3, 2]]], ShapeError],
  ['take', { axis: 0, batch: 0 }, [[[2]], [[1]]], DTypeError],
  ['take', { axis: 1, batch: 0 }, [[[2]], [[1], [], 'i32']], ShapeError],
  ['scatterAdd', { axis: 0, batch: 0 }, [[[2]], [[1], [], 'i32'], [[2]]], ShapeError],
  ['scatterSet', { axis: 0, batch: 0 }, [[[2]], [[1], [], 'i32'], [[2]]], ShapeError],
  ['dynamicSlice', { sizes: [3], batch: 0 }, [[[2]], [[1], [], 'i32']], ShapeError],
  ['dynamicSlice', { sizes: [1], batch: 0 }, [[[2]], [[2], [], 'i32']], ShapeError],
  ['dynamicSlice', { sizes: [1], batch: 0 }, [[[2]], [[1]]], DTypeError],
  ['dynamicUpdateSlice', { batch: 0 }, [[[2]], [[3]], [[1], [], 'i32']], ShapeError],
  ['dynamicUpdateSlice', { batch: 1 }, [[[2, 2]], [[1, 1]], [[2, 1], [], 'i32']], ShapeError],
  ['pick', {}, [[[2, 3]], [[3], [], 'i32']], ShapeError],
  ['argSort', {}, [[[]]], ShapeError],
  ['threefry2x32', {}, [1, 2, 3, 4].map((): Input => [[1], [], 'i32']), DTypeError],
];
test.each(wrong)('%s %j is rejected', (name, params, inputs, kind) => {
  const types = inputs.map(([shape, , dtype = 'f32']) => ({ dtype, shape }));
  expect(() => buildGraph(name, types, (values) => emit(registry[name], params, values))).toThrow(
    kind,
  );
});
