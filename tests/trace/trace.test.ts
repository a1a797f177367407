/** The tracer: what becomes an input, what escapes, what nests, and where errors say they come from. */
import { expect, test } from 'vitest';
import { GradloomError, ShapeError } from '../../src/ir/errors.ts';
import { buildGraph, withSite } from '../../src/ir/graph.ts';
import { add as addOp, mul as mulOp } from '../../src/ir/ops/elementwise.ts';
import { apply } from '../../src/trace/apply.ts';
import { clearPrograms, programCounters } from '../../src/trace/execute.ts';
import { add, matmul, mul, sin, sum, tensor, zeros } from '../../src/trace/functions/index.ts';
import { graphKey } from '../../src/trace/graph-key.ts';
import { fromData } from '../../src/trace/tensor.ts';
import { trace } from '../../src/trace/trace.ts';
import { checkpoint, grad, jit } from '../../src/trace/transformations/index.ts';
import { type AnyLeaf, errorOf } from './dynamic.ts';

const type = { dtype: 'f32', shape: [2] } as const;
const concrete = (...data: number[]): ReturnType<typeof fromData> =>
  fromData(Float32Array.from(data), 'f32', [data.length]);

test('a trace records equations; captured tensors become inputs once', () => {
  const outside = concrete(1, 2);
  const { graph, captured } = trace(
    'double sum!',
    ([x]) => {
      const once = apply('mul', [x, outside] as never, ([a, b]) => mulOp(a!, b!));
      return apply('add', [once[0], outside] as never, ([a, b]) => addOp(a!, b!));
    },
    [type],
  );
  expect(graph.name).toBe('double_sum_');
  expect(captured).toEqual([outside]);
  expect(graph.inputs.map((input) => input.type)).toEqual([type, type]);
  expect(graph.eqns.map((eqn) => eqn.op.name)).toEqual(['mul', 'add']);
  expect(graph.eqns[1]?.inputs).toEqual([graph.eqns[0]?.outputs[0], graph.inputs[1]]);
  expect(graph.outputs).toEqual(graph.eqns[1]?.outputs);
});

test('symbolic tensors of an outer trace are captured by the inner one', () => {
  let inner: ReturnType<typeof trace> | undefined;
  const outer = trace(
    'outer',
    ([x]) => {
      inner = trace('inner', ([y]) => apply('mul', [x, y] as never, ([a, b]) => mulOp(a!, b!)), [
        type,
      ]);
      expect(inner.captured).toEqual([x]);
      return [x!];
    },
    [type],
  );
  expect(inner?.graph.inputs).toHaveLength(2);
  expect(outer.captured).toEqual([]);
  expect(outer.graph.eqns).toEqual([]);
});

test('a traced tensor that leaves its trace is refused with advice', () => {
  let leaked: AnyLeaf | undefined;
  const f = jit((x: AnyLeaf) => {
    leaked = mul(x, 2) as AnyLeaf;
    return leaked;
  });
  f(concrete(1, 2) as unknown as AnyLeaf);
  expect(errorOf(() => add(leaked as AnyLeaf, 1))).toMatchInlineSnapshot(`
    "TraceError: add: a traced tensor escaped from its trace
      got: [2] f32, made while an anonymous function was traced
      hint: return it from that function instead of storing it in a variable outside"
  `);
  expect(errorOf(() => f(leaked as AnyLeaf))).toMatchInlineSnapshot(`
    "TraceError: jit: a traced tensor escaped from its trace
      got: [2] f32, made while an anonymous function was traced
      hint: return it from that function instead of storing it in a variable outside"
  `);
  expect(
    errorOf(() => jit((x: AnyLeaf) => mul(x, leaked as AnyLeaf))(concrete(1, 2) as never)),
  ).toMatchInlineSnapshot(`
      "TraceError: mul: a traced tensor escaped from its trace
        got: [2] f32, made while an anonymous function was traced
        hint: return it from that function instead of storing it in a variable outside"
    `);
  expect(
    errorOf(() => grad(() => sum(leaked as AnyLeaf))(concrete(1) as never)),
  ).toMatchInlineSnapshot(`
      "TraceError: sum: a traced tensor escaped from its trace
        got: [2] f32, made while an anonymous function was traced
        hint: return it from that function instead of storing it in a variable outside"
    `);
});

test('an operation that fails leaves nothing behind in the trace', () => {
  const { graph } = trace(
    'careful',
    ([x]) => {
      expect(() =>
        apply('broken', [x] as never, ([a]) => {
          mulOp(a!, a!);
          throw new Error('too late');
        }),
      ).toThrow('too late');
      return apply('fine', [x] as never, ([a]) => addOp(a!, a!));
    },
    [type],
  );
  expect(graph.eqns.map((eqn) => eqn.op.name)).toEqual(['add']);
});

test('a trace ends when its function throws', () => {
  const fails = jit((_: AnyLeaf): AnyLeaf => {
    throw new Error('mine');
  });
  expect(() => fails(zeros([2]))).toThrow(new Error('mine'));
  expect(add(zeros([2]), 1).toArray()).toEqual([1, 1]);
});

test('equations and errors know the line of the user', () => {
  const { graph } = trace('here', ([x]) => [sin(x as never) as never], [type]);
  expect(graph.eqns[0]?.site).toMatch(/^tests\/trace\/trace\.test\.ts:\d+:\d+$/);
  const errors = [
    () => add(zeros([2]), zeros([3]) as never),
    () => jit((x: AnyLeaf) => add(x, zeros([3])))(zeros([2])),
    () => grad((x: AnyLeaf) => sum(matmul(x, zeros([5, 4]))))(zeros([2, 3])),
  ].map((body) => {
    try {
      body();
    } catch (error) {
      return error as GradloomError;
    }
    throw new Error('nothing was thrown');
  });
  for (const error of errors) {
    expect(error).toBeInstanceOf(GradloomError);
    expect(error.parts.site).toMatch(/^tests\/trace\/trace\.test\.ts:\d+:\d+$/);
    expect(error.message).toContain(`\n  at: ${error.parts.site}`);
    expect(error.stack).toContain('trace.test.ts');
    expect(error.stack).not.toMatch(/src\/(trace|ir|passes)\//);
    expect(error.stack?.startsWith(`ShapeError: ${error.message}\n`)).toBe(true);
  }
});

test('a rule of an op that fails names the line of its equation', () => {
  const fail = (): never =>
    withSite('model.ts:3:7', () => {
      throw new ShapeError('rule');
    });
  expect(() => buildGraph('g', [], fail)).toThrow('rule\n  at: model.ts:3:7');
});

test('errors of the user pass through untouched', () => {
  const mine = new TypeError('mine');
  const { stack } = mine;
  const fail = jit((_: AnyLeaf): AnyLeaf => {
    throw mine;
  });
  expect(() => fail(zeros([1]))).toThrow(mine);
  expect(mine.stack).toBe(stack);
});

test('operations outside of traces are compiled once per kind, not once per call', () => {
  clearPrograms();
  const before = programCounters();
  const x = tensor([1, 2, 3]);
  for (let k = 0; k < 50; k++) add(mul(x, 2), x);
  const after = programCounters();
  expect(after.misses - before.misses).toBe(2);
  expect(after.hits - before.hits).toBe(98);
});

test('programs are the same exactly when they compute the same', () => {
  const key = (f: (x: AnyLeaf, y: AnyLeaf) => unknown, shape: readonly number[] = [2]): string => {
    const inputs = [{ dtype: 'f32', shape } as const, { dtype: 'f32', shape } as const];
    return graphKey(
      trace('k', (xs) => [f(...(xs as never as [AnyLeaf, AnyLeaf])) as never], inputs).graph,
    );
  };
  const programs: ((x: AnyLeaf, y: AnyLeaf) => unknown)[] = [
    (x) => mul(x, 2),
    (x) => mul(x, -2),
    (x) => mul(x, 0),
    (x) => mul(x, -0),
    (x) => mul(x, Number.NaN),
    (x) => mul(x, Number.POSITIVE_INFINITY),
    (x, y) => mul(x, y),
    (x, y) => mul(y, x),
    (x, y) => add(x, y),
    (x) => x,
    (_, y) => y,
    (x) => sum(x),
    checkpoint((x: AnyLeaf) => mul(x, 2)) as never,
    checkpoint((x: AnyLeaf) => mul(x, 3)) as never,
    checkpoint((x: AnyLeaf) => mul(x, 2).add(0)) as never,
  ];
  const keys = programs.map((f) => key(f));
  expect(new Set(keys).size).toBe(keys.length);
  expect(programs.map((f) => key(f))).toEqual(keys);
  expect(key(programs[0]!, [3])).not.toBe(keys[0]);
});

test('attributes that differ in anything give other keys', () => {
  const { graph } = trace('k', ([x]) => [mul(x as unknown as AnyLeaf, 2) as never], [
    { dtype: 'f32', shape: [2] },
  ]);
  const keyWith = (params: Readonly<Record<string, unknown>>): string =>
    graphKey({ ...graph, eqns: graph.eqns.map((eqn) => ({ ...eqn, params })) });
  const different = [
    {},
    { a: [] },
    { a: [0] },
    { a: [-0] },
    { a: [0, 1] },
    { a: ['0', 1] },
    { a: [[0], 1] },
    { a: [undefined] },
    { a: '[0]' },
    { a: 1, b: 2 },
    { 'a:1,b': 2 },
    { '"a":1,"b"': 2 },
  ];
  expect(new Set(different.map(keyWith)).size).toBe(different.length);
  expect(keyWith({ b: 2, a: 1 })).toBe(keyWith({ a: 1, b: 2 }));
  expect(() => keyWith({ [Symbol('a')]: 1 })).toThrow('symbols cannot be keys');
});

test('a thousand shapes do not fill the memory with programs', () => {
  clearPrograms();
  for (let n = 1; n <= 1000; n++) add(zeros([n]), 1);
  expect(programCounters().size).toBeLessThanOrEqual(256);
  expect(programCounters().evictions).toBeGreaterThanOrEqual(744);
});
