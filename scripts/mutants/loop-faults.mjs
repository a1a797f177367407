/** Deliberate faults in loops and branches, each with the tests that must find it. */

const loops = 'tests/passes/loops.test.ts';

/** Faults in the passes over loops and in what runs them. */
export const loopFaults = [
  {
    name: 'slices of a loop inside of a loop forget the outer step',
    file: 'src/passes/bind-loops.ts',
    find: 'strides: [...strides, { loop,',
    replace: 'strides: [{ loop,',
    tests: [loops],
    only: 'a loop in a loop',
  },
  {
    name: 'carries that change places overwrite each other',
    file: 'src/passes/bind-loops.ts',
    find: 'j !== k && isSame(from, state)',
    replace: 'j === k && isSame(from, state)',
    tests: [loops],
    only: 'change places',
  },
  {
    name: 'the next state is written while the old one is still read',
    file: 'src/passes/coalesce.ts',
    find: 'use.last === first && isPair',
    replace: 'use.last === first',
    tests: [loops],
  },
  {
    name: 'what a loop needs in every step is given away in the first',
    file: 'src/passes/lifetimes.ts',
    find: 'const own = all.map(({ around }) => around[depth] as Span);',
    replace: 'const own = all.map(({ around }) => around[around.length - 1] as Span);',
    tests: [loops],
  },
  {
    name: 'a carry that only another carry needs is dropped',
    file: 'src/passes/prune-loops.ts',
    find: 'waiting.push(...readBy(carry));',
    replace: 'void readBy;',
    tests: [loops],
  },
  {
    name: 'carries count as constants of the loop',
    file: 'src/passes/hoist-invariants.ts',
    find: 'takeOut(loop.body, inputs.slice(0, loop.constants))',
    replace: 'takeOut(loop.body, inputs.slice(0, loop.constants + 1))',
    tests: [loops],
  },
  {
    name: 'reversed loops run forwards',
    file: 'src/backends/js/emit-steps.ts',
    find: 'const head = step.reverse',
    replace: 'const head = step.count < 0',
    tests: [loops],
    only: 'reverse',
  },
  {
    name: 'a branch beyond the last one runs nothing',
    file: 'src/backends/js/emit-steps.ts',
    find: ['<= $', '{k}) {`'].join(''),
    replace: ['< $', '{k}) {`'].join(''),
    tests: [loops],
    only: 'branch',
  },
  {
    name: 'copies from slices take the first one',
    file: 'src/backends/js/copy.ts',
    find: 'from[start + k]',
    replace: 'from[k]',
    tests: [loops],
  },
  {
    name: 'kernels work when they should turn idly',
    file: 'src/backends/wasm/idle-turns.ts',
    find: "code.add('i32.lt_s');",
    replace: "code.add('i32.le_s');",
    tests: ['tests/wasm/idle-turns.test.ts'],
    only: 'once',
  },
  {
    name: 'frames of stacks are taken for mapped ones',
    file: 'src/trace/call-site.ts',
    find: 'if (node?.sourceMapsEnabled === true) return false;',
    replace: 'if (node?.sourceMapsEnabled !== undefined) return true;',
    tests: ['tests/trace/call-site.test.ts'],
    only: 'mapped line',
  },
  {
    name: 'one element counts as all of them',
    file: 'src/passes/fuse.ts',
    find: ': last === 0;',
    replace: ': last >= 0;',
    tests: ['tests/passes/launches.test.ts'],
    only: 'last element alone',
  },
];
