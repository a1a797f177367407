/** What goes wrong with loops and choices, and what the errors say. */
import { expect, test } from 'vitest';
import { add, concat, gt, mul, tensor, zeros } from '../../src/trace/functions/index.ts';
import {
  associativeScan,
  cond,
  foriLoop,
  jit,
  scan,
  switchCase,
  whileLoop,
} from '../../src/trace/transformations/index.ts';
import type { AnyLeaf } from './dynamic.ts';
import { errorOf } from './dynamic.ts';

// Wrong calls that the static types refuse.
type Loose = (...args: unknown[]) => unknown;
const [scanLoose, condLoose, switchLoose, whileLoose, foriLoose, associativeLoose] = [
  scan,
  cond,
  switchCase,
  whileLoop,
  foriLoop,
  associativeScan,
] as unknown as Loose[] as [Loose, Loose, Loose, Loose, Loose, Loose];
const x = zeros([3]) as AnyLeaf;
const i32 = (value: number): AnyLeaf => tensor(value, { dtype: 'i32' }) as AnyLeaf;
const longer = (c: AnyLeaf): AnyLeaf => concat([c, zeros([1])], 0) as AnyLeaf;

test('a carry that changes', () => {
  expect(errorOf(() => scanLoose((c: AnyLeaf) => [longer(c), null], x, x))).toBe(
    'ShapeError: scan: the carry is [3] f32 before and [4] f32 after the step',
  );
  const inside = (c: { h: AnyLeaf[] }): unknown => [{ h: [c.h[0], gt(c.h[1]!, 0)] }, null];
  expect(errorOf(() => scanLoose(inside, { h: [x, x] }, x))).toBe(
    'ShapeError: scan: h[1] in the carry is [3] f32 before and [3] bool after the step',
  );
  expect(errorOf(() => scanLoose((c: AnyLeaf) => [{ c }, null], x, x))).toBe(
    'TraceError: scan: the carry has another structure after the step\n' +
      '  got: the whole is a tensor first, but not then\n' +
      '  hint: numbers are no tensors: make a tensor of each, as in tensor(0)',
  );
  expect(errorOf(() => scanLoose((c: number) => [add(x, c), null], 0, x))).toBe(
    'TraceError: scan: the carry has another structure after the step\n' +
      '  got: the whole is a tensor then, but not first\n' +
      '  hint: numbers are no tensors: make a tensor of each, as in tensor(0)',
  );
  expect(errorOf(() => whileLoose((c: AnyLeaf) => gt(c, 0), longer, x))).toMatch(
    /^ArgumentError: whileLoop: the condition must be a bool scalar, not \[3\] bool/,
  );
  expect(errorOf(() => whileLoose(() => tensor(true), longer, x))).toBe(
    'ShapeError: whileLoop: the carry is [3] f32 before and [4] f32 after the step',
  );
  expect(errorOf(() => foriLoose(0, 3, (_: AnyLeaf, c: AnyLeaf) => longer(c), x))).toBe(
    'ShapeError: foriLoop: the carry is [3] f32 before and [4] f32 after the step',
  );
  expect(errorOf(() => foriLoose(0, i32(3), (_: AnyLeaf, c: AnyLeaf) => longer(c), x))).toBe(
    'ShapeError: foriLoop: [1] in the carry is [3] f32 before and [4] f32 after the step',
  );
});

test('sequences and lengths of a scan', () => {
  const keep = (c: AnyLeaf): unknown => [c, null];
  expect(errorOf(() => scanLoose(keep, x, { a: zeros([3]), b: [zeros([4, 2])] }))).toBe(
    'ShapeError: scan: lengths 3 and 4 differ\n  got: 3 in xs.a, 4 in xs.b[0] [4, 2]',
  );
  expect(errorOf(() => scanLoose(keep, x, [tensor(1)]))).toBe(
    'ShapeError: scan: xs[0] is a scalar and has no axis to loop along\n' +
      '  hint: use a scalar from outside in the function, or carry it',
  );
  expect(errorOf(() => scanLoose(keep, x, null))).toBe(
    'ArgumentError: scan: without sequences the number of steps must be given\n' +
      '  hint: scan(f, init, null, { length: 10 })',
  );
  expect(errorOf(() => scanLoose(keep, x, x, { length: 4 }))).toBe(
    'ShapeError: scan: length is 4, but xs has 3',
  );
  expect(errorOf(() => scanLoose(keep, x, null, { length: -1 }))).toMatch(
    /^ArgumentError: scan: length must be a whole number >= 0, not -1/,
  );
  expect(errorOf(() => scanLoose(keep, x, x, { reversed: true }))).toMatch(/reverse/);
  expect(errorOf(() => scanLoose((c: AnyLeaf) => c, x, x))).toBe(
    'TraceError: scan: the function must return [carry, y]\n  got: a tensor [3] f32',
  );
  expect(errorOf(() => scanLoose(() => undefined, x, x))).toMatch(
    /^TraceError: .* returned nothing/,
  );
  expect(errorOf(() => scanLoose(3, x, x))).toMatch(/^ArgumentError: scan: expected a function/);
});

test('branches and predicates', () => {
  const [one, two] = [(): AnyLeaf => x, (): AnyLeaf => longer(x)];
  expect(errorOf(() => condLoose(tensor(true), one, two))).toBe(
    'ShapeError: cond: the branches give [3] f32 and [4] f32',
  );
  expect(
    errorOf(() =>
      switchLoose(i32(0), [() => ({ h: x }), () => ({ h: x }), () => ({ h: gt(x, 0) })]),
    ),
  ).toBe('ShapeError: switchCase: the branches give [3] f32 and [3] bool for h in the result');
  expect(errorOf(() => condLoose(tensor(true), one, () => 0))).toMatch(
    /^TraceError: cond: the branches give results of different structure/,
  );
  expect(errorOf(() => condLoose(x, one, one))).toBe(
    'ArgumentError: cond: the predicate must be a bool scalar, not [3] f32\n' +
      '  hint: compare with lt, gt, eq...; reduce with all or any',
  );
  expect(errorOf(() => condLoose(1, one, one))).toMatch(/^ArgumentError: cond: expected a tensor/);
  expect(errorOf(() => condLoose(tensor(true), one))).toMatch(/expected a function, not undefined/);
  expect(errorOf(() => switchLoose(tensor(1), [one]))).toBe(
    'ArgumentError: switchCase: the index must be an i32 scalar, not [] f32\n' +
      "  hint: convert it with cast(index, 'i32')",
  );
  expect(errorOf(() => switchLoose(i32(0), []))).toMatch(/at least one branch/);
  expect(errorOf(() => switchLoose(0.5, [one]))).toMatch(/whole number, not 0.5/);
  expect(errorOf(() => switchLoose(i32(0), one))).toMatch(/expected an array of functions/);
});

test('conditions and bounds', () => {
  expect(
    errorOf(() =>
      whileLoose(
        () => true,
        (c: AnyLeaf) => c,
        x,
      ),
    ),
  ).toBe(
    'ArgumentError: whileLoop: the condition must return a bool scalar, not a boolean\n' +
      '  hint: compare with lt, gt, eq...',
  );
  expect(
    errorOf(() =>
      whileLoose(
        () => tensor(true),
        () => null,
        null,
      ),
    ),
  ).toMatch(/never end/);
  expect(errorOf(() => foriLoose(0, 2.5, (_: AnyLeaf, c: AnyLeaf) => c, x))).toMatch(
    /the upper bound must be a whole number of 32 bits, not 2.5/,
  );
  expect(errorOf(() => foriLoose(tensor(0), 2, (_: AnyLeaf, c: AnyLeaf) => c, x))).toMatch(
    /the lower bound must be an i32 scalar, not \[\] f32/,
  );
  expect(errorOf(() => foriLoose('0', 2, (_: AnyLeaf, c: AnyLeaf) => c, x))).toMatch(
    /the lower bound must be a number or an i32 scalar/,
  );
});

test('combinations that change what they combine', () => {
  expect(errorOf(() => associativeLoose((a: AnyLeaf) => gt(a, 0), x))).toBe(
    'ShapeError: associativeScan: the operand is [1] f32 before and [1] bool after it is combined',
  );
  expect(errorOf(() => associativeLoose(add, [x, zeros([4])]))).toBe(
    'ShapeError: associativeScan: lengths 3 and 4 differ\n  got: [3] and [4]',
  );
  expect(errorOf(() => associativeLoose(add, x, 1))).toMatch(/axis 1 is out of range/);
  expect(errorOf(() => associativeLoose(add, null))).toMatch(/no tensor to combine/);
});

test('a symbolic tensor in a condition of JavaScript advises cond, and errors name the line', () => {
  const f = jit(
    (v: AnyLeaf): AnyLeaf => ((v as unknown as number) > 0 ? v : (mul(v, 2) as AnyLeaf)),
  );
  expect(errorOf(() => f(tensor(1) as AnyLeaf))).toMatch(/or cond\(predicate, f, g\)/);
  try {
    scanLoose((c: AnyLeaf) => [longer(c), null], x, x);
  } catch (error) {
    expect((error as Error).message).toMatch(
      /\n {2}at: tests\/trace\/control-flow-errors\.test\.ts:/,
    );
    return;
  }
  throw new Error('nothing was thrown');
});

test('a tensor of a step cannot leave it', () => {
  let leaked: AnyLeaf | undefined;
  scanLoose(
    (c: AnyLeaf) => {
      leaked = add(c, 1) as AnyLeaf;
      return [c, null];
    },
    x,
    x,
  );
  expect(errorOf(() => add(leaked as AnyLeaf, 1))).toMatch(/escaped from its trace/);
});
