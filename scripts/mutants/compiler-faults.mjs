/**
 * Deliberate faults in the compiler, each with the tests that must find it. `find` occurs exactly
 * once in `file` and is replaced; `only` narrows the tests by name. Used by scripts/mutants.mjs.
 */

const coherence = 'tests/ops/coherence.test.ts';
const meaning = 'tests/ops/meaning.test.ts';
const byHand = 'tests/ops/structured-meaning.test.ts';
const compiled = 'tests/properties/compiled.test.ts';
const stages = 'tests/properties/stages.test.ts';
const gradients = 'tests/properties/gradients.test.ts';
const launches = 'tests/passes/launches.test.ts';
const arenas = 'tests/passes/arenas.test.ts';
const affine = 'tests/passes/affine.test.ts';
const scheduling = 'tests/passes/schedule.test.ts';
const rounding = 'tests/passes/rounding.test.ts';
const rules = 'tests/passes/simplify.test.ts';
const conformance = 'tests/properties/conformance.test.ts';

/** Faults in the passes over graphs and kernels. */
const passes = [
  {
    name: 'a part of a convolution with strides begins elsewhere',
    file: 'src/ir/ops/parts.ts',
    find: 'by * (start[3 + k] as number)',
    replace: '(start[3 + k] as number)',
    tests: ['tests/passes/parts.test.ts'],
  },
  {
    name: 'adding 0 to a float is dropped',
    file: 'src/ir/ops/elementwise.ts',
    find: 'const neutral = isFloat((x as Value).type.dtype) ? -0 : 0;',
    replace: 'const neutral = isFloat((x as Value).type.dtype) ? 0 : 0;',
    tests: [rules],
  },
  {
    name: 'equations are merged whatever the sign of their zeros',
    file: 'src/passes/eliminate.ts',
    find: '|| Object.is(value, -0))',
    replace: '|| value === undefined)',
    tests: [rules],
    only: 'constants differ',
  },
  {
    name: 'guarded views of constants are taken for constants',
    file: 'src/passes/simplify.ts',
    find: 'op.guarded !== true',
    replace: 'op.guarded !== undefined',
    tests: [rules],
  },
  {
    name: 'constants are folded before they are rounded',
    file: 'src/passes/simplify.ts',
    find: 'numbers(value.type.dtype).constant(given)',
    replace: 'numbers(value.type.dtype, "double").constant(given)',
    tests: [rules],
    only: 'folded constants',
  },
  {
    name: 'an axis of length 1 counts as a folded one',
    file: 'src/passes/groups.ts',
    find: "index.kind === 'local').map(keyOf)",
    replace: "index.kind !== 'load').map(keyOf)",
    tests: [launches],
    only: 'two places',
  },
  {
    name: 'a value is computed beside a longer one at the same position',
    file: 'src/passes/groups.ts',
    find: 'isWhole && read.key',
    replace: '(isWhole || true) && read.key',
    tests: [coherence, compiled],
    only: 'reduceProd|agree',
  },
  {
    name: 'kernels may wait for themselves',
    file: 'src/passes/fuse.ts',
    find: 'if (other !== group && this.dependsOn(other, group)) return false;',
    replace: 'if (other === group && this.dependsOn(other, group)) return true;',
    tests: [compiled],
  },
  {
    name: 'members are read wherever they happen to be',
    file: 'src/passes/groups.ts',
    find: 'member === undefined || member(domain).key === access.key',
    replace: 'member === undefined || access.key.length > 0',
    tests: [launches],
    only: 'two places',
  },
  {
    name: 'a part that is folded is taken for the whole',
    file: 'src/passes/fuse.ts',
    find: '? rangeOf(index)[1] === last',
    replace: '? rangeOf(index)[1] <= last',
    tests: [launches],
    only: 'two places',
  },
  {
    name: 'places that are positions are taken apart',
    file: 'src/passes/fuse.ts',
    find: 'return sameShape(at.shape, shape) ? at',
    replace: 'return at.shape.length < 0 ? at',
    tests: ['tests/functions/cumulative.test.ts'],
  },
  {
    name: 'a fold is used in the pass that computes it',
    file: 'src/passes/lower-rows.ts',
    find: "before + (member.op.kind === 'reduce' ? 1 : 0)",
    replace: "before + (member.op.kind === 'reduce' ? 0 : 0)",
    tests: [launches],
    only: 'softmax',
  },
  {
    name: 'the last columns that fill no tile are left out',
    file: 'src/passes/tile-steps.ts',
    find: '].filter((run) => run.count > 0);',
    replace: '].slice(0, 1);',
    tests: [conformance],
    only: 'js .*matrices',
  },
  {
    name: 'loops merge though a place skips elements',
    file: 'src/passes/schedule.ts',
    find: 'far !== near * inner.to) return false;',
    replace: 'far === near) return false;',
    tests: [scheduling],
  },
  {
    name: 'only the first operand of an elementwise op is looked at',
    file: 'src/passes/probe.ts',
    find: 'for (let k = 0; k < inputs.length; k++) {',
    replace: 'for (let k = 0; k < 1; k++) {',
    tests: [compiled],
  },
  {
    name: 'places a constant apart have one key',
    file: 'src/ir/affine.ts',
    find: 'form.constant}`;',
    replace: '0}`;',
    tests: [affine],
  },
  {
    name: 'terms are replaced without their factors',
    file: 'src/ir/index-terms.ts',
    find: 'sum = combine(sum, linearOf(replace(term)), factor);',
    replace: 'sum = combine(sum, linearOf(replace(term)), 1);',
    tests: [affine],
  },
  {
    name: 'bytes that lie apart are taken for vectors',
    file: 'src/passes/emitter.ts',
    find: "|| (loads && e.dtype === 'bool')) {",
    replace: ') {',
    tests: ['tests/passes/plain-lanes.test.ts'],
  },
  {
    name: 'places move out of loops that change them',
    file: 'src/passes/schedule.ts',
    find: "else if ('local' in stmt) locals.add(stmt.local.id);",
    replace: "else if (stmt.kind === 'let') locals.add(stmt.local.id);",
    tests: [scheduling],
  },
  {
    name: 'what was read before a store is read after it',
    file: 'src/passes/inline-once.ts',
    find: 'if (isTimeless) continue;',
    replace: 'if (isTimeless || !isTimeless) continue;',
    tests: [scheduling],
  },
  {
    name: 'memory is shared with what is still to be read',
    file: 'src/passes/in-place.ts',
    find: 'store !== undefined && one.at < store.at && isOwn',
    replace: 'store !== undefined && isOwn',
    tests: [scheduling],
  },
  {
    name: 'quotients cancel though the rest may be negative',
    file: 'src/ir/affine.ts',
    find: 'if (range[0] < 0 || range[1] >= divisor) return undefined;',
    replace: 'if (range[1] >= divisor) return undefined;',
    tests: [affine],
  },
  {
    name: 'a reshape forgets the length of the axis it comes from',
    file: 'src/passes/access.ts',
    find: 'return isOutermost ? quotient',
    replace: 'return isOutermost || extent > 2 ? quotient',
    tests: [compiled],
  },
];

/** Faults in the memory plan. */
const memory = [
  {
    name: 'memory is given away one launch too early',
    file: 'src/passes/plan-memory.ts',
    find: 'block.until >= first',
    replace: 'block.until > first',
    tests: [stages],
    only: 'a plan read by somebody else',
  },
  {
    name: 'a donated input is overwritten while it is read',
    file: 'src/passes/plan-memory.ts',
    find: 'return isSame && mayReplace(value, output);',
    replace: 'return isSame && (mayReplace(value, output) || true);',
    tests: [launches],
    only: 'donated input',
  },
  {
    name: 'an input that is handed back is overwritten',
    file: 'src/passes/plan-memory.ts',
    find: 'if (taken.has(candidate) || handedBack.has(value)) return false;',
    replace: 'if (taken.has(candidate) || handedBack.size < 0) return false;',
    tests: [conformance],
    only: 'js .*hands inputs back',
  },
  {
    name: 'gaps between buffers are never filled',
    file: 'src/passes/plan-memory.ts',
    find: 'return best?.offset ?? end;',
    replace: 'return end + 0 * (best?.offset ?? 0);',
    tests: [launches],
    only: 'chain of 33',
  },
  {
    name: 'pieces of the arena are longer than a target allows',
    file: 'src/passes/plan-memory.ts',
    find: 'if (offset + bytes <= largestArena)',
    replace: 'if (offset + bytes <= 2 * largestArena)',
    tests: [arenas],
  },
];

/** Faults in the generator of JavaScript. */
const code = [
  {
    name: 'products of integers lose their low bits',
    file: 'src/backends/js/emit-integer.ts',
    find: ": call('Math.imul', emit(e.x), emit(e.y));",
    replace: ": infix(emit(e.x), '*', emit(e.y), level.product);",
    tests: [meaning],
    only: 'mul',
  },
  {
    name: 'unsigned numbers are shifted with their sign',
    file: 'src/backends/js/emit-integer.ts',
    find: "e.dtype === 'u32' ? '>>>' : operator",
    replace: "e.dtype === 'u32' ? '>>' : operator",
    tests: [meaning],
    only: 'shiftRight',
  },
  {
    name: 'comparisons see more digits than are stored',
    file: 'src/backends/js/emit-expression.ts',
    find: 'rounding === undefined || scope.isSingle(x)',
    replace: 'rounding === undefined || !scope.isSingle(x)',
    tests: [rounding],
  },
  {
    name: 'the maximum of a constant and NaN is the constant',
    file: 'src/backends/js/emit-expression.ts',
    find: "infix(wins, '||', isNaN, level.or)",
    replace: "infix(wins, '&&', isNaN, level.or)",
    tests: [coherence, compiled],
    only: 'softplus|agree',
  },
  {
    name: 'the sign of zero is lost in literals',
    file: 'src/backends/js/literal.ts',
    find: "Object.is(value, -0) ? '-0' : String(value)",
    replace: "Object.is(value, -1) ? '-0' : String(value)",
    tests: [byHand],
    only: 'full',
  },
  {
    name: 'or is printed as and',
    file: 'src/backends/js/emit-boolean.ts',
    find: "(x, y) => infix(x, '||', y, level.or),",
    replace: "(x, y) => infix(x, '&&', y, level.or),",
    tests: [meaning],
    only: 'or of bool',
  },
  {
    name: 'casts to integers wrap instead of saturating',
    file: 'src/backends/js/emit-expression.ts',
    find: 'isAbove(2147483647),',
    replace: 'isAbove(1e300),',
    tests: [meaning],
    only: 'f32 to i32',
  },
  {
    name: 'one storage given twice is overwritten under the other',
    file: 'src/backends/place-results.ts',
    find: 'new Set(arrays).size < arrays.length',
    replace: 'new Set(arrays).size > arrays.length',
    tests: [conformance],
    only: 'js .*one storage for several',
  },
  {
    name: 'forward mode forgets the inputs but the first',
    file: 'src/ir/ops/forward.ts',
    find: 'return end == null || seed == null ? [] : [{ end, seed }];',
    replace: 'return end == null || seed == null || k > 0 ? [] : [{ end, seed }];',
    tests: [coherence, gradients],
    only: 'derivatives of first|finite',
  },
];

/** All faults of the compiler. */
export const compiler = [...passes, ...memory, ...code];
