/**
 * Deliberate faults in kernels for workgroups and vectors, each with the tests that must find it.
 * `find` occurs exactly once in `file` and is replaced; `only` narrows the tests by name. Used by
 * scripts/mutants.mjs.
 */

const workgroups = 'tests/passes/workgroups.test.ts';
const lanes = 'tests/passes/lanes.test.ts';
const wasmPrograms = 'tests/wasm/random-programs.test.ts';
const wasmMemory = 'tests/wasm/memory.test.ts';
const wasmFunctions = 'tests/wasm/functions.test.ts';

/** All faults of kernels that run in parallel. */
export const parallelFaults = [
  {
    name: 'a tile reads past the end of its sum',
    file: 'src/passes/tile-contract.ts',
    find: 'this.where([isBelow(row, limit), isBelow(position, depth)], () =>',
    replace: 'this.where([isBelow(row, limit)], () =>',
    tests: [workgroups],
  },
  {
    name: 'the workgroups that share a sum leave its last slices out',
    file: 'src/passes/tile-contract.ts',
    find: 'this.chunk = Math.ceil(slices / tile.chunks) * tile.depth;',
    replace: 'this.chunk = Math.max(1, Math.floor(slices / tile.chunks)) * tile.depth;',
    tests: [workgroups],
  },
  {
    name: 'neighbours in memory are taken for equal elements',
    file: 'src/ir/lane-strides.ts',
    find: "if (e.name === 'add') return x + y;",
    replace: "if (e.name === 'add') return x;",
    tests: [lanes],
  },
  {
    name: 'what no vector holds is left out of a fold',
    file: 'src/passes/lane-folds.ts',
    find: 'if (full < length) {',
    replace: 'if (full < length - 1) {',
    tests: [lanes],
    only: 'reduceSum|reduceMax',
  },
  {
    name: 'the row of a value lies in the result that is stored first',
    file: 'src/passes/kept-rows.ts',
    find: '.at(-1);',
    replace: '.at(0);',
    tests: ['tests/passes/kept-rows.test.ts'],
  },
  {
    name: 'the row of a value lies in a result that is folded too',
    file: 'src/passes/kept-rows.ts',
    find: 'if (folds.some((eqn) => passes.get(eqn) === last)) return undefined;',
    replace: '',
    tests: ['tests/passes/kept-rows.test.ts'],
  },
  {
    name: 'a block of a long sum is forgotten',
    file: 'src/passes/fold-in-blocks.ts',
    find: 'one(blocks * each, length - blocks * each);',
    replace: 'one(blocks * each + 1, length - blocks * each - 1);',
    tests: [lanes],
    only: 'reduceSum|rows by',
  },
  {
    name: 'vectors compare unsigned integers as signed ones',
    file: 'src/backends/wasm/vector-instructions.ts',
    find: "dtype === 'u32' ? 'u' : 's'}`;\n};",
    replace: "'s'}`;\n};",
    tests: ['tests/wasm/instructions.test.ts'],
  },
  {
    name: 'rows of long folds share their sums',
    file: 'src/passes/lower-contract-panels.ts',
    find: 'indexes.mul(offset, integer(count * block.width))',
    replace: 'indexes.mul(offset, integer(block.width))',
    tests: ['tests/wasm/contractions.test.ts'],
    only: 'cache',
  },
  {
    name: 'the last columns begin one too early',
    file: 'src/passes/column-blocks.ts',
    find: 'first: integer(columns - width),',
    replace: 'first: integer(columns - width - 1),',
    tests: ['tests/wasm/contractions.test.ts'],
    only: 'cache|layout',
  },
  {
    name: 'copied columns lie over one another',
    file: 'src/passes/lower-contract.ts',
    find: 'indexes.mul(position, integer(tile.length))',
    replace: 'indexes.mul(position, integer(1))',
    tests: ['tests/wasm/contractions.test.ts'],
    only: 'cache|layout',
  },
  {
    name: 'division by zero traps in WebAssembly',
    file: 'src/backends/wasm/functions.ts',
    find: "returnIf(0, () => code.add('i32.const', 0));",
    replace: "returnIf(0, () => code.add('i32.const', 1));",
    tests: [wasmPrograms, 'tests/wasm/conformance.test.ts'],
  },
  {
    name: 'freed blocks are not joined with what comes after them',
    file: 'src/backends/wasm/heap.ts',
    find: 'address + size === after.address;',
    replace: 'address - size === after.address;',
    tests: [wasmMemory],
  },
  {
    name: 'the exponential loses a digit of ln 2',
    file: 'src/ir/expansion-parts.ts',
    find: 'low: -2.121944400546906e-4',
    replace: 'low: -2.1219e-4',
    tests: [wasmFunctions],
  },
  {
    name: 'a pointer walks by one element in loops of longer steps',
    file: 'src/backends/wasm/element-addresses.ts',
    find: 'advance: factor * step,',
    replace: 'advance: step,',
    tests: ['tests/wasm/walking-pointers.test.ts'],
  },
  {
    name: 'a tile leaves out the rows that it does not divide',
    file: 'src/passes/tile-steps.ts',
    find: 'return [{ from: 0, length: even, count: extent / even }];',
    replace: 'return [{ from: 0, length: even, count: Math.max(1, extent / even - 1) }];',
    tests: ['tests/wasm/contractions.test.ts'],
    only: 'layout',
  },
  {
    name: 'every block of queries is taken for the first one',
    file: 'src/trace/functions/attend.ts',
    find: 'return first === undefined ? own : add(own, broadcastValue(first, shape));',
    replace: 'return own;',
    tests: ['tests/functions/attention-in-blocks.test.ts'],
    only: 'causal',
  },
  {
    name: 'a block that was disposed of is taken for another type',
    file: 'src/backends/wasm/spares.ts',
    find: 'block.length === length && block.dtype === dtype',
    replace: 'block.length === length',
    tests: ['tests/wasm/memory.test.ts'],
  },
  {
    name: 'the second width of tiles begins with the first column',
    file: 'src/passes/column-blocks.ts',
    find: 'const begin = firstVector * lanes;',
    replace: 'const begin = 0 * firstVector * lanes;',
    tests: ['tests/wasm/contractions.test.ts'],
  },
  {
    name: 'the last vector of the only tile is finished where it would lie',
    file: 'src/passes/lower-contract-panels.ts',
    find: '{ ...sums, offset: plus(sums.offset, back) }',
    replace: '{ ...sums, offset: sums.offset }',
    tests: ['tests/wasm/contractions.test.ts'],
    only: 'layout',
  },
  {
    name: 'a maximum of zeros has the sign that any of them has',
    file: 'src/backends/wasm/extreme-folds.ts',
    find: "name === 'max' ? 'v128.and' : 'v128.or'",
    replace: "name === 'max' ? 'v128.or' : 'v128.and'",
    tests: ['tests/wasm/extremes.test.ts'],
  },
  {
    name: 'every other element is taken from the wrong place of two vectors',
    file: 'src/backends/wasm/vector-memory.ts',
    find: 'of: [0, 2, 5, 7]',
    replace: 'of: [0, 2, 4, 6]',
    tests: ['tests/wasm/strided-loads.test.ts'],
  },
  {
    name: 'taps whose number is not known are written out',
    file: 'src/passes/write-out-taps.ts',
    find: ' && below === undefined && ',
    replace: ' && ',
    tests: ['tests/passes/write-out-taps.test.ts'],
  },
  {
    name: 'sums wait in what takes an argument over',
    file: 'src/passes/contract-questions.ts',
    find: 'mayTakeOver: readsLargeArgument(group, fused)',
    replace: 'mayTakeOver: false',
    tests: ['tests/wasm/waiting-sums.test.ts'],
  },
  {
    name: 'sums wait in a result of another dtype',
    file: 'src/passes/waiting-sums.ts',
    find: "value.type.dtype === 'f32' &&",
    replace: '',
    tests: ['tests/wasm/waiting-sums.test.ts'],
  },
  {
    name: 'arguments with a key more are taken for those of the call before',
    file: 'src/trace/follow-structure.ts',
    find: 'Object.keys(x).length === keys.length &&',
    replace: '',
    tests: ['tests/trace/follow-structure.test.ts'],
  },
];
