/**
 * The kernels by which turbo is tested: tiles of matrix products, elementwise chains, folds by rows
 * and columns, at lengths that leave remainders. They go through the whole backend.
 */
import type { Graph } from '../../ir/graph.ts';
import { parseKernel } from '../../ir/parse-kernel.ts';
import type { Plan } from '../../ir/plan.ts';
import { allocate, type TypedArray } from '../../ir/types.ts';
import type { Backend } from '../backend.ts';
import { resultsOfProgram } from './turbo-programs.ts';

/** A kernel as text: it reads `b0` and `b1` and writes `b2`. */
interface TestKernel {
  readonly name: string;
  readonly lengths: readonly [number, number, number];
  /** Arrays of its own. */
  readonly scratch: readonly string[];
  readonly body: string;
}

const times = (count: number, write: (k: number) => string): string =>
  Array.from({ length: count }, (_, k) => write(k)).join('\n');

/** What happens to a product's sums: how many are on their way, and what is made of one. */
interface ProductEnd {
  readonly name: string;
  /** Sums of so many blocks of the depth are added in memory. */
  readonly blocks: number;
  /** The result; `x` is the sum, `column` its column, and there is the first element of b1. */
  readonly value: string;
}
const plainEnd: ProductEnd = { name: 'product', blocks: 1, value: 'x' };
const ends: readonly ProductEnd[] = [
  plainEnd,
  { name: 'blocks of a product', blocks: 2, value: 'x' },
  {
    name: 'layer',
    blocks: 1,
    value: 'select(column < 13, max(x + v3 * 2_f32, 0_f32), f32(column) - x)',
  },
];

/** A product [rows, blocks * depth] x [blocks * depth, 4 * vectors], a tile in registers. */
const tile = (
  rows: number,
  vectors: number,
  depth: number,
  { name, blocks, value } = plainEnd,
): TestKernel => {
  const columns = 4 * vectors;
  const all = (write: (row: number, vector: number) => string): string =>
    times(rows, (row) => times(vectors, (vector) => write(row, vector)));
  const sum = (row: number, vector: number): string => `v${10 + row * vectors + vector}`;
  const kept = (row: number, k: number): string => `b3[v1 + ${row * columns + 4 * k}]`;
  const inBlocks = (body: string): string => (blocks > 1 ? body : '');
  const result = (row: number, k: number): string =>
    value
      .replaceAll('column', `(v1 + ${4 * k})`)
      .replaceAll(/\bx\b/g, blocks > 1 ? `v${400 + row * 10 + k}` : sum(row, k));
  return {
    name: `${name} ${rows} x ${columns} x ${depth}`,
    lengths: [blocks * depth * columns, rows * blocks * depth, rows * columns],
    scratch: [`alloc b3: f32[${rows * columns}]`],
    body: `let v3: f32 = b1[0]
    lanes v1 in 0..4 {
      ${inBlocks(all((row, k) => `${kept(row, k)} = 0_f32`))}
      ${blocks > 1 ? `for v4 in 0..${blocks} {` : 'let v4: i32 = 0'}
        ${all((row, k) => `var ${sum(row, k)}: f32 = 0_f32`)}
        for v2 in 0..${depth} {
          let v5: i32 = v4 * ${depth} + v2
          ${times(vectors, (k) => `let v${200 + k}: f32 = b0[v1 + v5 * ${columns} + ${4 * k}]`)}
          ${times(rows, (row) => `let v${300 + row}: f32 = b1[v5 + ${row * blocks * depth}]`)}
          ${all((row, k) => `${sum(row, k)} = ${sum(row, k)} + v${300 + row} * v${200 + k}`)}
        }
        ${inBlocks(all((row, k) => `${kept(row, k)} = ${kept(row, k)} + ${sum(row, k)}`))}
      ${inBlocks(`}\n${all((row, k) => `let v${400 + row * 10 + k}: f32 = ${kept(row, k)}`)}`)}
      ${all((row, k) => `b2[v1 + ${row * columns + 4 * k}] = ${result(row, k)}`)}
    }`,
  };
};

/**
 * Such a product, half of whose columns are stored apart, so that only the others are joined: more
 * sums than there are registers, all of which begin as the same.
 */
const mixed = (rows: number, vectors: number, depth: number): TestKernel => {
  const [columns, apart] = [4 * vectors, vectors / 2];
  const all = (from: number, to: number, write: (row: number, k: number) => string): string =>
    times(rows, (row) => times(to - from, (k) => write(row, from + k)));
  const sum = (row: number, vector: number): string => `v${10 + row * vectors + vector}`;
  const add = (row: number, k: number): string =>
    `${sum(row, k)} = ${sum(row, k)} + v${300 + row} * v${200 + k}`;
  return {
    name: `mixed ${rows} x ${columns} x ${depth}`,
    lengths: [depth * columns, rows * depth, rows * columns],
    scratch: [`alloc b3: f32[${rows * columns}]`],
    body: `for v4 in 0..3 {
      lanes v1 in 0..4 {
        ${all(0, vectors, (row, k) => `var ${sum(row, k)}: f32 = 0_f32`)}
        for v2 in 0..${depth} {
          ${times(vectors, (k) => `let v${200 + k}: f32 = b0[v1 + v2 * ${columns} + ${4 * k}]`)}
          ${times(rows, (row) => `let v${300 + row}: f32 = b1[v2 + ${row * depth}]`)}
          ${all(0, vectors, add)}
        }
        ${all(0, apart, (row, k) => `b2[v1 * ${rows} + ${4 * k * rows + row}] = ${sum(row, k)}`)}
        ${all(apart, vectors, (row, k) => `b3[v1 + ${row * columns + 4 * k}] = ${sum(row, k)}`)}
      }
      for v5 in 0..${rows} {
        for v6 in ${4 * apart}..${columns} {
          b2[v6 * ${rows} + v5] = b3[v5 * ${columns} + v6]
        }
      }
    }`,
  };
};

/** Windows of three neighbours, whose vectors overlap. */
const windows = (vectors: number, steps: number): TestKernel => {
  const [width, length] = [4 * vectors, 4 * vectors * steps];
  const all = (write: (tap: number, k: number) => string): string =>
    times(3, (tap) => times(vectors, (k) => write(tap, k)));
  const sum = (k: number): string => `v${20 + k}`;
  return {
    name: `windows of ${length}`,
    lengths: [length + 2, 3, length],
    scratch: [],
    body: `parallel v1: [0, ${length - width}] in 0..${length} step ${width} {
      lanes v2 in 0..4 {
        ${times(vectors, (k) => `var ${sum(k)}: f32 = 0_f32`)}
        ${times(3, (tap) => `let v${10 + tap}: f32 = b1[${tap}]`)}
        ${all((tap, k) => `${sum(k)} = ${sum(k)} + v${10 + tap} * b0[v1 + v2 + ${4 * k + tap}]`)}
        ${times(vectors, (k) => `b2[v1 + v2 + ${4 * k}] = ${sum(k)}`)}
      }
    }`,
  };
};

/** `value` of x and y for every element, two or four vectors at a time. */
const elementwise = (name: string, vectors: number, steps: number, value: string): TestKernel => {
  const length = 4 * vectors * steps;
  const of = (k: number): string =>
    value.replaceAll(/\bx\b/g, `v${10 + k}`).replaceAll(/\by\b/g, `v${20 + k}`);
  return {
    name: `${name} of ${length}`,
    lengths: [length, length, length],
    scratch: [],
    body: `parallel v1: [0, ${length - 4 * vectors}] in 0..${length} step ${4 * vectors} {
      lanes v2 in 0..4 {
        ${times(vectors, (k) => `let v${10 + k}: f32 = b0[v1 + v2 + ${4 * k}]`)}
        ${times(vectors, (k) => `let v${20 + k}: f32 = b1[v1 + v2 + ${4 * k}]`)}
        ${times(vectors, (k) => `b2[v1 + v2 + ${4 * k}] = ${of(k)}`)}
      }
    }`,
  };
};

/** The same of several vectors that take every step together. */
const together = (name: string, vectors: number, steps: number, value: string): TestKernel => {
  const length = 4 * vectors * steps;
  return {
    name: `${name} of ${length} together`,
    lengths: [length, length, length],
    scratch: [],
    body: `parallel v1: [0, ${length - 4 * vectors}] in 0..${length} step ${4 * vectors} {
      lanes v2 in 0..${4 * vectors} {
        let v10: f32 = b0[v1 + v2]
        let v20: f32 = b1[v1 + v2]
        b2[v1 + v2] = ${value.replaceAll(/\bx\b/g, 'v10').replaceAll(/\by\b/g, 'v20')}
      }
    }`,
  };
};

const parts = (buffer: string): string[] => Array.from({ length: 8 }, (_, k) => `${buffer}[${k}]`);

/** The sum and the largest of rows, in two vectors. */
const rows = (count: number, length: number): TestKernel => ({
  name: `rows of ${length}`,
  lengths: [count * length, 1, count * 2],
  scratch: ['alloc b3: f32[8]', 'alloc b4: f32[8]'],
  body: `parallel v1 in 0..${count} {
    lanes v2 in 0..4 {
      var v3: f32 = 0_f32
      var v4: f32 = 0_f32
      var v5: f32 = -inf_f32
      var v6: f32 = -inf_f32
      let v7: i32 = v1 * ${length} + v2
      for v8: [0, ${length - 8}] in 0..${length} step 8 {
        let v9: f32 = b0[v7 + v8]
        let v10: f32 = b0[v7 + v8 + 4]
        v3 = v3 + v9
        v4 = v4 + v10
        v5 = max(v5, v9)
        v6 = max(v6, v10)
      }
      b3[v2] = v3
      b3[v2 + 4] = v4
      b4[v2] = v5
      b4[v2 + 4] = v6
    }
    b2[v1 * 2] = ${parts('b3').join(' + ')}
    b2[v1 * 2 + 1] = ${parts('b4').reduce((inner, part) => `max(${inner}, ${part})`)}
  }`,
});

/** Sums of columns, `vectors` beside each other. */
const columns = (vectors: number, count: number): TestKernel => {
  const width = 4 * vectors;
  return {
    name: `columns of ${count}`,
    lengths: [width * count, 1, width],
    scratch: [],
    body: `lanes v1 in 0..4 {
      ${times(vectors, (k) => `var v${10 + k}: f32 = 0_f32`)}
      for v2 in 0..${count} {
        ${times(vectors, (k) => `v${10 + k} = v${10 + k} + b0[v1 + v2 * ${width} + ${4 * k}]`)}
      }
      ${times(vectors, (k) => `b2[v1 + ${4 * k}] = v${10 + k}`)}
    }`,
  };
};

const kernels: readonly TestKernel[] = [
  ...ends.flatMap((end) =>
    // Of long sums hardly one has no NaN in it.
    (end.blocks > 1 ? [1, 9, 24] : [1, 7, 32, 65]).flatMap((depth) => [
      tile(4, 2, depth, end),
      tile(6, 4, depth, end),
      tile(3, 3, depth, end),
    ]),
  ),
  ...[1, 8, 33].flatMap((depth) => [mixed(2, 8, depth), mixed(6, 4, depth)]),
  ...[1, 3, 64].flatMap((steps) => [
    elementwise('a sum', 2, steps, 'x + y'),
    elementwise('arithmetic', 4, steps, '(x * 1.5_f32 - y) / (abs(x) + 1_f32) + sqrt(abs(y))'),
    elementwise('a choice', 2, steps, 'select(x <= y, min(x, y), max(x, 0_f32) * y)'),
    elementwise('exponentials', 2, steps, 'exp(x) - tanh(y)'),
    elementwise('logarithms', 2, steps, 'log(abs(x) + 0.5_f32) + floor(y)'),
    elementwise('one of two', 3, steps, 'x * x + 0.25_f32'),
    together('a step', 4, steps, 'x * 0.9_f32 - 0.1_f32 * y / (sqrt(abs(y)) + 1e-3_f32)'),
    together('sigmoids', 4, steps, '1_f32 / (exp(tanh(x) * y) + 1_f32)'),
    together('a place', 2, steps, 'select(v1 + v2 < 70, x * f32(v1 + v2), y)'),
    windows(2, steps),
    windows(4, steps),
  ]),
  rows(5, 8),
  rows(3, 128),
  columns(2, 19),
  columns(6, 100),
];

/** A salt keeps the engine from giving back what it compiled before for the same bytes. */
const planOf = ({ lengths, scratch, body }: TestKernel, salt: number): Plan => {
  const [n0, n1, n2] = lengths;
  const kernel = parseKernel(
    `kernel test(read b0: f32[${n0}], read b1: f32[${n1}], write b2: f32[${n2}]) flops 0 {
      ${scratch.join('\n')}
      let v0: i32 = ${salt}
      ${body}
    }`,
  );
  const inputs = [n0, n1].map((n) => ({ dtype: 'f32' as const, shape: [n] }));
  const buffers = kernel.parameters.map(({ buffer: { dtype, length } }, id) => ({
    id,
    dtype,
    length,
    place: id < 2 ? { kind: 'input' as const, index: id } : { kind: 'output' as const, index: 0 },
  }));
  return {
    name: 'test',
    inputs,
    results: [{ type: { dtype: 'f32', shape: [n2] }, source: { kind: 'output', index: 0 } }],
    buffers,
    launches: [{ kernel, buffers }],
    steps: [{ kind: 'launch', launch: 0 }],
    donations: [],
    arenaBytes: 0,
  };
};

/** Numbers of both signs and several sizes, -0, an infinity and a NaN now and then. */
const samples = (length: number, seed: number): TypedArray => {
  const data = allocate('f32', length);
  let state = seed;
  for (let k = 0; k < length; k++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const share = state / 2 ** 32;
    data[k] = (share - 0.5) * (state % 5 === 0 ? 40 : 4);
    if (state % 97 === 0) data[k] = -0;
    if (state % 193 === 0) data[k] = Number.POSITIVE_INFINITY;
    if (state % 211 === 0) data[k] = Number.NaN;
  }
  return data;
};

const noGraph: Graph = { name: 'test', inputs: [], eqns: [], outputs: [] };

/** So many random programs of instructions are tested beside the kernels. */
const programs = 60;

/** What kernels and random programs give on a backend, by their names. */
export const resultsOf = (backend: Backend, salt: number): ReadonlyMap<string, TypedArray> => {
  const results = new Map<string, TypedArray>();
  for (const kernel of kernels) {
    const plan = planOf(kernel, salt);
    const executable = backend.compile({ graph: noGraph, donated: [], plan: () => plan });
    const [x, y] = kernel.lengths;
    const inputs = [samples(x, 1), samples(y, 2)].map((data) => backend.upload(data, 'f32'));
    const [result] = executable.run(inputs);
    if (result !== undefined && backend.downloadSync !== undefined) {
      results.set(kernel.name, backend.downloadSync(result));
    }
    executable.dispose();
  }
  for (let seed = 1; seed <= programs; seed++) {
    results.set(`random program ${seed}`, resultsOfProgram(seed, salt));
  }
  return results;
};

/** The first one whose results differ in a bit; which NaN it is does not count. */
export const differingKernel = (
  before: ReadonlyMap<string, TypedArray>,
  after: ReadonlyMap<string, TypedArray>,
): string | undefined => {
  for (const [name, a] of before) {
    const b = after.get(name);
    if (b === undefined || a.length !== b.length) return name;
    for (let k = 0; k < a.length; k++) if (!Object.is(a[k], b[k])) return name;
  }
  return undefined;
};
