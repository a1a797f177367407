/** Compiled functions: what is traced again and what is not, donation, captured tensors, and bad results. */
import { expect, test } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { js } from '../../src/backends/js/index.ts';
import { reference } from '../../src/backends/reference/index.ts';
import { clearPrograms, programCounters } from '../../src/trace/execute.ts';
import { add, mul, sum, tensor, zeros } from '../../src/trace/functions/index.ts';
import { fromData } from '../../src/trace/tensor.ts';
import { compiled, grad, jit } from '../../src/trace/transformations/index.ts';
import { type AnyLeaf, errorOf, flat } from './dynamic.ts';

/** jit without static types, and with a counter of how often the function was traced. */
const counted = (
  f: (...args: never[]) => unknown,
  options?: object,
): { call: (...args: unknown[]) => unknown; traced: () => number; stats: () => unknown } => {
  let traced = 0;
  const call = jit(
    ((...args: never[]) => {
      traced++;
      return f(...args);
    }) as never,
    options as never,
  ) as unknown as (...args: unknown[]) => unknown;
  return { call, traced: () => traced, stats: () => compiled(call).stats() };
};

test('a function is traced once per combination of types', () => {
  const { call, traced, stats } = counted((x: AnyLeaf, y: AnyLeaf) => add(x, y));
  for (let k = 0; k < 5; k++)
    expect(flat(call(tensor([k, 1]), tensor([1, 1])))).toEqual([k + 1, 2]);
  expect(traced()).toBe(1);
  call(zeros([3]), zeros([3]));
  call(zeros([3], { dtype: 'i32' }), zeros([3], { dtype: 'i32' }));
  call(zeros([1, 3]), zeros([3]));
  expect(traced()).toBe(4);
  expect(stats()).toEqual({ calls: 8, hits: 4, misses: 4, evictions: 0, size: 4 });
});

test('the structure of trees and the plain values in them are part of the key', () => {
  const { call, traced } = counted((p: { x: AnyLeaf; n?: unknown }) => mul(p.x, Number(p.n ?? 1)));
  const x = tensor([1, 2]);
  call({ x, n: 2 });
  call({ n: 2, x });
  expect(traced()).toBe(1);
  expect(flat(call({ x, n: 3 }))).toEqual([3, 6]);
  call({ x });
  call({ x, n: undefined });
  call({ x, n: '3' });
  expect(traced()).toBe(5);
  expect(flat(call({ x, n: 3 }))).toEqual([3, 6]);
  expect(traced()).toBe(5);
});

test('static arguments are compared by structure', () => {
  const same: [unknown, unknown][] = [
    [Number.NaN, Number.NaN],
    [
      { a: 1, b: [2, 'x'] },
      { b: [2, 'x'], a: 1 },
    ],
    [
      [1, [2]],
      [1, [2]],
    ],
    [new Float32Array([1, 2]), new Float32Array([1, 2])],
    [undefined, undefined],
    [Math.sin, Math.sin],
    [10n, 10n],
  ];
  const different: [unknown, unknown][] = [
    [0, -0],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    [1, '1'],
    [1, 1n],
    [null, undefined],
    ['null', null],
    [[1, 2], '1,2'],
    [{ a: 1 }, { a: 2 }],
    [[], {}],
    [{ a: undefined }, {}],
    ['a","b', ['a', 'b']],
    [(): number => 1, (): number => 1],
    [new Date(0), new Date(0)],
    [new Float32Array([1]), new Float64Array([1])],
    [[0], [-0]],
    [true, 'true'],
  ];
  for (const [pairs, expected] of [
    [same, 1],
    [different, 2],
  ] as const) {
    for (const [a, b] of pairs) {
      const { call, traced } = counted((x: AnyLeaf, _: unknown) => x, { static: [1] });
      for (const value of [a, b, a, b]) call(zeros([1]), value);
      expect([traced(), a, b]).toEqual([expected, a, b]);
    }
  }
});

test('the cache is bounded and forgets what was used longest ago', () => {
  const { call, traced, stats } = counted((x: AnyLeaf, n: number) => mul(x, n), { cacheSize: 2 });
  const x = tensor([1]);
  for (const n of [1, 2, 1, 3, 1]) call(x, n);
  expect(traced()).toBe(3);
  call(x, 2);
  expect(traced()).toBe(4);
  expect(stats()).toEqual({ calls: 6, hits: 2, misses: 4, evictions: 2, size: 2 });
  const many = counted((y: AnyLeaf) => add(y, 1));
  for (let n = 0; n < 1000; n++) many.call(zeros([n]));
  expect(many.stats()).toEqual({ calls: 1000, hits: 0, misses: 1000, evictions: 936, size: 64 });
});

test('clearCache traces again', () => {
  let scale = 2;
  const f = jit((x: AnyLeaf) => mul(x, scale) as AnyLeaf);
  expect(flat(f(tensor([1])))).toEqual([2]);
  scale = 3;
  expect(flat(f(tensor([1])))).toEqual([2]);
  compiled(f).clearCache();
  expect(flat(f(tensor([1])))).toEqual([3]);
  expect(compiled(f).stats().size).toBe(1);
});

test('a thousand closures with the same program compile it once', () => {
  clearPrograms();
  const x = tensor([1, 2]);
  const before = programCounters();
  for (let k = 0; k < 1000; k++) jit((y: AnyLeaf) => sum(mul(y, y)))(x);
  const after = programCounters();
  expect(after.misses - before.misses).toBe(1);
  expect(after.size).toBe(1);
});

test('programs are freed when nobody holds them any more', () => {
  let disposed = 0;
  const watched: Backend = {
    ...reference,
    compile: (program) => {
      const executable = reference.compile(program);
      return { ...executable, dispose: () => disposed++ };
    },
  };
  clearPrograms();
  const x = fromData(new Float32Array([1]), 'f32', [1], watched) as unknown as AnyLeaf;
  const f = jit((y: AnyLeaf) => add(y, 1) as AnyLeaf);
  const g = jit((y: AnyLeaf) => add(y, 1) as AnyLeaf);
  expect([flat(f(x)), flat(g(x))]).toEqual([[2], [2]]);
  clearPrograms();
  compiled(f).clearCache();
  expect(disposed).toBe(0);
  expect(flat(g(x))).toEqual([2]);
  compiled(g).clearCache();
  expect(disposed).toBe(1);
});

test('captured tensors are live inputs', () => {
  const captured = tensor([10, 20]) as AnyLeaf;
  const f = jit((x: AnyLeaf) => add(x, captured) as AnyLeaf);
  expect(flat(f(tensor([1, 2])))).toEqual([11, 22]);
  captured.dispose();
  expect(errorOf(() => f(tensor([1, 2])))).toMatchInlineSnapshot(`
    "DisposedError: jit: a tensor that the function captured was disposed
      got: [2] f32
      hint: pass it as an argument, or keep it while the function is used"
  `);
});

test('inside a trace a compiled function is the plain function', () => {
  const inner = jit((x: AnyLeaf) => mul(x, x) as AnyLeaf);
  const outer = jit((x: AnyLeaf) => add(inner(x), inner(inner(x))) as AnyLeaf);
  expect(flat(outer(tensor([2])))).toEqual([20]);
  expect(compiled(inner).stats()).toEqual({ calls: 0, hits: 0, misses: 0, evictions: 0, size: 0 });
  expect(flat(jit(grad((x: AnyLeaf) => sum(outer(x)) as AnyLeaf))(tensor([2])))).toEqual([36]);
});

test('results are trees, and inputs may come back', () => {
  const x = tensor([1, 2]) as AnyLeaf;
  const f = jit((y: AnyLeaf) => ({
    same: y,
    list: [add(y, 1), null, 'text'],
    n: 3,
    twice: [y, y],
  }));
  const result = f(x);
  expect([flat(result.same), flat(result.list[0]), result.list[1], result.n]).toEqual([
    [1, 2],
    [2, 3],
    null,
    3,
  ]);
  expect(result.twice.map(flat)).toEqual([
    [1, 2],
    [1, 2],
  ]);
  result.same.dispose();
  expect(result.twice.map(flat)).toEqual([
    [1, 2],
    [1, 2],
  ]);
  expect(flat(x)).toEqual([1, 2]);
  expect(jit((_: AnyLeaf) => 3)(x)).toBe(3);
  const constant = tensor([5]);
  expect(flat(jit(() => constant)())).toEqual([5]);
});

test('a compiled function keeps its name', () => {
  const step = (x: AnyLeaf): AnyLeaf => x;
  expect(jit(step).name).toBe('step');
  expect(grad(step).name).toBe('stepGrad');
});

test('the backend is where the arguments are, or the one that is asked for', () => {
  const onReference = fromData(new Float32Array([1]), 'f32', [1], reference) as unknown as AnyLeaf;
  const f = jit((x: AnyLeaf) => add(x, 1) as AnyLeaf);
  expect(flat(add(f(onReference), onReference))).toEqual([3]);
  expect(flat(f(tensor([1])))).toEqual([2]);
  expect(compiled(f).stats().misses).toBe(2);
  const made = jit(() => add(tensor([1]), 1) as AnyLeaf, { backend: reference })();
  expect(flat(add(made, onReference))).toEqual([3]);
  const asked = jit((x: AnyLeaf) => x, { backend: reference });
  const onJs = fromData(new Float32Array([1]), 'f32', [1], js);
  expect(errorOf(() => asked(onJs as unknown as AnyLeaf))).toMatchInlineSnapshot(`
    "BackendError: jit: backends js and reference cannot work on one program
      hint: copy one tensor over: await toBackend(x, backend)"
  `);
});

test('a donated tensor is dead after the call', () => {
  const step = jit(
    function step(p: { w: AnyLeaf }, x: AnyLeaf) {
      return { w: add(p.w, x) as AnyLeaf };
    },
    { donate: [0] },
  );
  const first = { w: tensor([1, 2]) as AnyLeaf };
  const x = tensor([10, 20]) as AnyLeaf;
  const second = step(first, x);
  const third = step(second, x);
  expect(flat(third.w)).toEqual([21, 42]);
  expect(flat(x)).toEqual([10, 20]);
  expect(errorOf(() => first.w.toArray())).toMatchInlineSnapshot(`
    "DisposedError: toArray: the tensor was donated to step and cannot be used any more
      got: [2] f32
      hint: keep the tensor until its last use; dispose() and donate are optional"
  `);
  expect(errorOf(() => step(second, x))).toMatchInlineSnapshot(`
    "DisposedError: step: the tensor was donated to step and cannot be used any more
      got: [2] f32
      hint: keep the tensor until its last use; dispose() and donate are optional"
  `);
});

test('donation never takes memory that something else needs', () => {
  const x = tensor([1, 2]) as AnyLeaf;
  const same = jit((y: AnyLeaf) => y)(x);
  const step = jit((p: AnyLeaf, y: AnyLeaf) => add(p, y) as AnyLeaf, { donate: [0] });
  expect(errorOf(() => step(x, x))).toMatchInlineSnapshot(`
    "ArgumentError: jit: a tensor of the donated argument 0 is passed twice
      got: the same memory in arguments 0 and 1
      hint: pass a copy, or do not donate"
  `);
  expect(flat(x)).toEqual([1, 2]);
  expect(flat(step(same, x))).toEqual([2, 4]);
  expect(flat(x)).toEqual([1, 2]);
  const captured = tensor([1, 1]) as AnyLeaf;
  const captures = jit((p: AnyLeaf) => add(p, captured) as AnyLeaf, { donate: [0] });
  expect(flat(captures(tensor([1, 2])))).toEqual([2, 3]);
  expect(errorOf(() => captures(captured))).toMatchInlineSnapshot(`
    "ArgumentError: jit: the function captured a tensor of the donated argument 0
      hint: use the argument inside of the function, not the variable outside"
  `);
  expect(flat(captured)).toEqual([1, 1]);
});

test('donation is left alone when a backend hands arguments back', () => {
  const received: (readonly number[])[] = [];
  const handsBack: Backend = {
    ...reference,
    compile: ({ donated }) => {
      received.push(donated);
      return { run: (inputs) => [...inputs], sources: [], dispose: () => {} };
    },
  };
  clearPrograms();
  const x = fromData(new Float32Array([1]), 'f32', [1], handsBack) as unknown as AnyLeaf;
  const same = jit((y: AnyLeaf) => y)(x);
  const take = jit((y: AnyLeaf) => y, { donate: [0] });
  expect(flat(take(same))).toEqual([1]);
  // `x` still holds the memory of `same`, so nothing was given away.
  expect(received).toEqual([[]]);
  expect(flat(x)).toEqual([1]);
  expect(() => same.toArray()).toThrow('was donated');
});

test('what cannot be compiled is refused in words', () => {
  const x = tensor([1]);
  const any = jit as unknown as (f: unknown, o?: object) => (...args: unknown[]) => unknown;
  const texts = [
    () => any(3),
    () => any(x),
    () => any(async (y: AnyLeaf) => y)(x),
    () => any(() => {})(x),
    () => any((y: AnyLeaf) => () => y)(x),
    () => any((y: AnyLeaf) => ({ y, later: () => y }))(x),
    () => any((y: AnyLeaf) => new Map([[1, y]]))(x),
    () => any((y: AnyLeaf) => y, { static: [0] })(x),
    () => any((y: AnyLeaf) => y, { static: [0] })({ deep: [x] }),
    () => any((y: AnyLeaf) => y, { static: [0], donate: [0] }),
    () => any((y: AnyLeaf) => y, { static: 0 }),
    () => any((y: AnyLeaf) => y, { donate: [-1] }),
    () => any((y: AnyLeaf) => y, { cacheSize: 0 }),
    () => any((y: AnyLeaf) => y, { donated: [0] }),
    () => any((y: AnyLeaf) => y)(new Float32Array(2)),
    () => any((y: AnyLeaf) => y)(Promise.resolve(x)),
    () => compiled((y: AnyLeaf) => y),
    () => any((y: AnyLeaf) => ((y as unknown as number) > 0 ? y : add(y, 1)))(x),
  ].map(errorOf);
  expect(`\n${texts.join('\n')}\n`).toMatchInlineSnapshot(`
    "
    ArgumentError: jit: expected a function, not a number
    ArgumentError: jit: expected a function, not a tensor [1] f32
      hint: give jit the function, and call the result on tensors
    TraceError: jit: the function returned a promise
      hint: tracing is synchronous: load data first and pass it in
    TraceError: jit: the function returned nothing
      hint: return a tensor or a tree of tensors; check for a missing return
    TraceError: jit: the function returned a function
      hint: return tensors, or trees of tensors
    TraceError: jit: the function returned a function
      hint: return tensors, or trees of tensors
    ArgumentError: jit: a Map cannot be part of a tree
      got: a Map at the result
      hint: use plain objects and arrays, or registerTreeClass for a class of your own
    ArgumentError: jit: argument 0 is static and cannot hold a tensor
      got: [1] f32
      hint: pass the tensor in an argument that is not static
    ArgumentError: jit: argument 0 is static and cannot hold a tensor
      got: [1] f32
      hint: pass the tensor in an argument that is not static
    ArgumentError: jit: argument 0 cannot be both static and donated
    ArgumentError: jit: static must be an array of argument indexes
      got: 0
    ArgumentError: jit: donate must be an array of argument indexes
      got: [-1]
    ArgumentError: jit: cacheSize must be a whole number >= 1
      got: 0
    ArgumentError: jit: unknown option 'donated'
      hint: did you mean 'donate'?
    ArgumentError: jit: a Float32Array cannot be part of a tree
      got: a Float32Array at argument 0
      hint: make a tensor of it with tensor(data)
    ArgumentError: jit: a promise cannot be part of a tree
      got: a promise at argument 0
      hint: await it
    ArgumentError: compiled: expected a function that jit returned
      got: a function
    TraceError: a traced tensor has no value yet and cannot be used as a number
      got: [1] f32, symbolic while an anonymous function is traced
      hint: compute with add, mul, lt, gt...; choose with where(condition, x, y) or cond(predicate, f, g)
    "
  `);
});
