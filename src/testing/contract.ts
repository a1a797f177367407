/** Checks of the contract of backend.ts: who owns memory when, and what is an error. */
import type { Backend, Executable, Storage } from '../backends/backend.ts';
import { buildGraph, type Graph, type Value } from '../ir/graph.ts';
import { add, mul, sub } from '../ir/ops/elementwise.ts';
import { reduceSum } from '../ir/ops/reductions.ts';
import { reverse } from '../ir/ops/views.ts';
import { allocate, type DType, dtypes, type TensorType, type TypedArray } from '../ir/types.ts';
import { makeProgram } from '../passes/compile.ts';
import type { ConformanceCase } from './conformance.ts';
import { expectError, fail } from './conformance-error.ts';
import { mismatch } from './mismatch.ts';
import { downloadAll } from './run-graph.ts';

const vector: TensorType = { dtype: 'f32', shape: [4] };
const graphOf = (count: number, body: (values: Value[]) => readonly Value[]): Graph =>
  buildGraph(
    'contract',
    Array.from({ length: count }, () => vector),
    body,
  );
const data = (...values: number[]): Float32Array => Float32Array.from(values);
const one = data(1, -2, 3, 0.5);
const two = data(4, 5, -6, 8);
const sumGraph = (): Graph => graphOf(2, ([x, y]) => [add(x as Value, y as Value)]);

const expectData = async (
  backend: Backend,
  storage: Storage | undefined,
  expected: TypedArray,
  what: string,
): Promise<void> => {
  if (storage === undefined) throw fail(`${what}: there is no storage`);
  const [actual] = await downloadAll(backend, [storage]);
  const wrong = mismatch(actual as TypedArray, expected);
  if (wrong !== undefined) throw fail(`${what}: ${wrong}`);
};
const compile = (backend: Backend, graph: Graph, donated: readonly number[] = []): Executable =>
  backend.compile(makeProgram(graph, { donated, verify: true }));

const numbers: Readonly<Record<DType, readonly number[]>> = {
  f32: [0, -0, 1e-45, 3.4e38, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0.1],
  f64: [0, -0, 5e-324, 1.7e308, Number.NaN, Number.POSITIVE_INFINITY, 0.1],
  i32: [0, -1, 2147483647, -2147483648],
  u32: [0, 1, 4294967295],
  bool: [0, 1, 1],
  // Bits: zeros, the least and the greatest, 1, infinities, NaN with a payload.
  f16: [0, 0x8000, 1, 0x7bff, 0x3c00, 0x7c00, 0xfc00, 0x7e01],
  bf16: [0, 0x8000, 1, 0x7f7f, 0x3f80, 0x7f80, 0xff80, 0x7fc1],
};

const transfers = (backend: Backend, refuses: readonly DType[]): ConformanceCase[] => [
  ...refuses.map(
    (dtype): ConformanceCase => ({
      name: `refuses data of ${dtype}`,
      run: () => expectError(dtype, () => backend.upload(allocate(dtype, 2), dtype)),
    }),
  ),
  ...dtypes
    .filter((dtype) => !refuses.includes(dtype))
    .map(
      (dtype): ConformanceCase => ({
        name: `keeps every bit of ${dtype}`,
        run: async () => {
          const values = allocate(dtype, numbers[dtype].length);
          values.set(numbers[dtype]);
          const expected = values.slice();
          const storage = backend.upload(values, dtype);
          if (storage.dtype !== dtype || storage.length !== values.length)
            throw fail('upload: wrong description');
          values.fill(1);
          await expectData(
            backend,
            storage,
            expected,
            'the data changed with the array they came from',
          );
          const [copy] = await downloadAll(backend, [storage]);
          (copy as TypedArray).fill(1);
          await expectData(
            backend,
            storage,
            expected,
            'the data changed with the array they went to',
          );
          if (backend.downloadSync !== undefined) {
            const wrong = mismatch(await backend.download(storage), backend.downloadSync(storage));
            if (wrong !== undefined) throw fail(`download and downloadSync differ: ${wrong}`);
          }
          backend.free(storage);
          await expectError('download after free', () => downloadAll(backend, [storage]));
        },
      }),
    ),
  {
    name: 'takes empty data',
    run: async () => {
      await expectData(backend, backend.upload(data(), 'f32'), data(), 'empty data');
    },
  },
  {
    name: 'refuses arrays of another dtype',
    run: () => expectError('doubles for i32', () => backend.upload(Float64Array.of(1.5), 'i32')),
  },
];

const ownership = (backend: Backend): ConformanceCase[] => {
  const upload = (array: Float32Array): Storage => backend.upload(array, 'f32');
  return [
    {
      name: 'leaves inputs unchanged and results alone',
      run: async () => {
        const executable = compile(backend, sumGraph());
        const [x, y] = [upload(one), upload(two)];
        const [first] = executable.run([x, y]);
        const [second] = executable.run([y, y]);
        await expectData(backend, x, one, 'input 0');
        await expectData(backend, y, two, 'input 1');
        await expectData(backend, first, data(5, 3, -3, 8.5), 'the first result');
        await expectData(backend, second, data(8, 10, -12, 16), 'the second result');
        executable.dispose();
        await expectData(backend, first, data(5, 3, -3, 8.5), 'a result after dispose');
      },
    },
    {
      name: 'takes donated inputs over, and nothing else',
      run: async () => {
        const executable = compile(backend, sumGraph(), [0]);
        const [x, y] = [upload(one), upload(two)];
        const [result] = executable.run([x, y]);
        await expectData(backend, result, data(5, 3, -3, 8.5), 'the result');
        await expectData(backend, y, two, 'the input that is not donated');
        await expectError('download of a donated input', () => downloadAll(backend, [x]));
        await expectError('a second run on a donated input', () => executable.run([x, y]));
      },
    },
    {
      name: 'takes one storage for several inputs, donated or not',
      run: async () => {
        // Overwriting x where it is read would spoil y, which is read the other way round.
        const graph = graphOf(2, ([x, y]) => [
          sub(mul(x as Value, x as Value), reverse(y as Value, { axes: [0] })),
        ]);
        for (const donated of [[], [0], [0, 1]]) {
          const x = upload(two);
          const [result] = compile(backend, graph, donated).run([x, x]);
          await expectData(backend, result, data(8, 31, 31, 60), `donated [${donated.join()}]`);
        }
      },
    },
    {
      name: 'hands inputs back as results of their own',
      run: async () => {
        const graph = graphOf(1, ([x]) => [x as Value, x as Value, add(x as Value, x as Value)]);
        for (const donated of [[], [0]]) {
          const [a, b, sum] = compile(backend, graph, donated).run([upload(one)]);
          await expectData(backend, a, one, 'the input handed back');
          await expectData(backend, b, one, 'the input handed back again');
          await expectData(backend, sum, data(2, -4, 6, 1), 'the sum');
          backend.free(a as Storage);
          await expectData(backend, b, one, 'one result after another was freed');
        }
      },
    },
    {
      name: 'gives results of their own where one value is returned twice',
      run: async () => {
        const graph = graphOf(1, ([x]) => {
          const sum = add(x as Value, x as Value);
          return [sum, sum];
        });
        const [a, b] = compile(backend, graph).run([upload(one)]);
        backend.free(a as Storage);
        await expectData(backend, b, data(2, -4, 6, 1), 'the other result');
      },
    },
    {
      name: 'swaps donated inputs',
      run: async () => {
        const graph = graphOf(2, ([x, y]) => [y as Value, x as Value]);
        const [a, b] = compile(backend, graph, [0, 1]).run([upload(one), upload(two)]);
        await expectData(backend, a, two, 'result 0');
        await expectData(backend, b, one, 'result 1');
      },
    },
    {
      name: 'runs programs whose results have no elements',
      run: async () => {
        const graph = buildGraph('empty', [{ dtype: 'f32', shape: [0, 3] }], ([x]) => [
          add(x as Value, x as Value),
          reduceSum(x as Value, { axes: [0] }),
        ]);
        const [none, zeros] = compile(backend, graph).run([upload(data())]);
        await expectData(backend, none, data(), 'nothing added to nothing');
        await expectData(backend, zeros, data(0, 0, 0), 'sums of nothing');
      },
    },
  ];
};

const errors = (backend: Backend): ConformanceCase[] => {
  const wrong: readonly (readonly [string, () => Storage[]])[] = [
    ['too few inputs', () => [backend.upload(one, 'f32')]],
    ['too many inputs', () => [1, 2, 3].map(() => backend.upload(one, 'f32'))],
    ['another length', () => [backend.upload(one, 'f32'), backend.upload(data(1), 'f32')]],
    [
      'another dtype',
      () => [backend.upload(one, 'f32'), backend.upload(Int32Array.of(1, 2, 3, 4), 'i32')],
    ],
    ['a foreign storage', () => [backend.upload(one, 'f32'), { dtype: 'f32', length: 4 }]],
  ];
  return [
    ...wrong.map(
      ([name, inputs]): ConformanceCase => ({
        name: `refuses ${name}`,
        run: () => {
          const executable = compile(backend, sumGraph());
          return expectError(name, () => executable.run(inputs()));
        },
      }),
    ),
    {
      name: 'refuses to run a program that was disposed of',
      run: () => {
        const executable = compile(backend, sumGraph());
        executable.dispose();
        const inputs = [backend.upload(one, 'f32'), backend.upload(two, 'f32')];
        return expectError('run after dispose', () => executable.run(inputs));
      },
    },
  ];
};

/** The checks of memory and errors. */
export const contractCases = (backend: Backend, refuses: readonly DType[]): ConformanceCase[] => [
  ...transfers(backend, refuses),
  ...ownership(backend),
  ...errors(backend),
];
