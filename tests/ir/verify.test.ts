/** The verifiers catch every kind of deliberate fault, name the stage and show the IR around it. */
import { describe, expect, test } from 'vitest';
import { InternalError } from '../../src/ir/errors.ts';
import { buildGraph, type Eqn, type Graph, newValue, type Value } from '../../src/ir/graph.ts';
import type { Expr, Kernel, Stmt } from '../../src/ir/kernel.ts';
import { add, mul } from '../../src/ir/ops/elementwise.ts';
import { checkpoint } from '../../src/ir/ops/regions.ts';
import { parseGraph, parseKernel, parsePlan } from '../../src/ir/parse.ts';
import type { Plan } from '../../src/ir/plan.ts';
import { verifyGraph, verifyKernel, verifyPlan } from '../../src/ir/verify.ts';
import { plan, planText, rows, rowsText } from './examples.ts';

const faultOf = (body: () => void): string => {
  try {
    body();
  } catch (error) {
    expect(error).toBeInstanceOf(InternalError);
    return (error as InternalError).message;
  }
  return 'no fault';
};

describe('graphs', () => {
  const type = { dtype: 'f32', shape: [3] } as const;
  const graph = (): Graph =>
    buildGraph('f', [type, type], ([x, y]) => {
      const sum = add(x as Value, y as Value);
      const inner = buildGraph('inner', [type], ([v]) => [mul(v as Value, v as Value)]);
      return checkpoint([mul(sum, sum)], { graph: inner });
    });
  const fault = (change: (graph: Graph) => Graph): string =>
    faultOf(() => verifyGraph(change(graph()), 'stage'));
  const withEqn = (g: Graph, k: number, change: (eqn: Eqn) => Partial<Eqn>): Graph => ({
    ...g,
    eqns: g.eqns.map((eqn, at) => (at === k ? { ...eqn, ...change(eqn) } : eqn)),
  });

  test('a sound graph passes', () => {
    expect(fault((g) => g)).toBe('no fault');
  });

  test('the message shows the equations around the fault', () => {
    const message = fault((g) => ({ ...g, eqns: [g.eqns[1], g.eqns[0], g.eqns[2]] as Eqn[] }));
    expect(message.replace(/\?\d+/g, '?')).toMatchInlineSnapshot(`
      "stage: mul: operand 0 is not defined before its use
        got: 
        graph f(%0: f32[3], %1: f32[3]) {
      >   %2: f32[3] = mul(%?, %?)
          %3: f32[3] = add(%0, %1)
          %4: f32[3] = checkpoint(%2) {graph: graph inner(%0: f32[3]) {
            %1: f32[3] = mul(%0, %0)"
    `);
  });

  test('values used before or defined twice', () => {
    expect(fault((g) => ({ ...g, outputs: [newValue(type)] }))).toContain(
      'output 0 is not defined',
    );
    expect(fault((g) => ({ ...g, inputs: [g.inputs[0], g.inputs[0]] as Value[] }))).toContain(
      'input 1 is given twice',
    );
    expect(fault((g) => withEqn(g, 1, () => ({ outputs: g.eqns[0]?.outputs ?? [] })))).toContain(
      'mul: an output is defined twice',
    );
    expect(fault((g) => ({ ...g, eqns: g.eqns.slice(1) }))).toContain('operand 0 is not defined');
  });

  test('types that are not what the op says', () => {
    const wrong = newValue({ dtype: 'f32', shape: [4] });
    expect(fault((g) => withEqn(g, 2, () => ({ outputs: [wrong] })))).toContain(
      'output 0 should be f32[3]',
    );
    expect(fault((g) => withEqn(g, 2, (eqn) => ({ outputs: [...eqn.outputs, wrong] })))).toContain(
      '1 outputs',
    );
    expect(fault((g) => withEqn(g, 0, (eqn) => ({ inputs: eqn.inputs.slice(1) })))).toContain(
      'expected 2 operands',
    );
    expect(fault((g) => ({ ...g, inputs: [newValue({ dtype: 'f32', shape: [-1] })] }))).toContain(
      'input 0: shape',
    );
  });

  test('attributes that the type rule trips over', () => {
    const text = 'graph f(%0: f32[3]) {\n  %1: f32[3] = permute(%0)\n  return %1\n}';
    expect(faultOf(() => verifyGraph(parseGraph(text), 'stage'))).toContain('stage: permute: ');
  });

  test('faults inside of regions', () => {
    const other = buildGraph('other', [{ dtype: 'f32', shape: [2] }], (inputs) => inputs);
    expect(fault((g) => withEqn(g, 2, () => ({ params: { graph: other } })))).toContain(
      'takes (f32[2]) but is given (f32[3])',
    );
    const broken: Graph = {
      ...buildGraph('broken', [type], (inputs) => inputs),
      outputs: [newValue(type)],
    };
    expect(fault((g) => withEqn(g, 2, () => ({ params: { graph: broken } })))).toContain(
      'output 0 is not defined',
    );
  });
});

describe('kernels', () => {
  const edited = (...edits: readonly (readonly [from: string, to: string])[]): string => {
    const text = edits.reduce((current, [from, to]) => {
      expect(current).toContain(from);
      return current.replace(from, to);
    }, rowsText);
    return faultOf(() => verifyKernel(parseKernel(text), 'stage'));
  };

  test('a sound kernel passes and a fault shows the statements around it', () => {
    expect(edited()).toBe('no fault');
    expect(edited(['v0 * 10 + v4] = v5', 'v0 * 10 + v4 + 1] = v5'])).toMatchInlineSnapshot(`
      "stage: rows0: an index in [1, 20] leaves a buffer of 20 elements
        got: 
            for v4 in 0..10 {
              let v5: f32 = exp(b0[v0 * 10 + v4] - v1)
              v3 = v3 + v5
      >       b2[v0 * 10 + v4 + 1] = v5
            }
            unrolled v6 in 0..10 {
              b2[v0 * 10 + v6] = b2[v0 * 10 + v6] / v3 - select(v6 == b1[v0], 1_f32, 0_f32)"
    `);
  });

  test.each([
    ['let in place of var', [['var v1', 'let v1']], 'is no var'],
    ['dtypes of a binary', [['v3 + v5', 'v3 + v4']], 'second operand of add must be f32, not i32'],
    ['dtype of a store', [['] = v5', '] = v4']], 'i32 is stored to a buffer of f32'],
    [
      'dtype of a definition',
      [['let v5: f32', 'let v5: f64']],
      'local 5 of f64 is given a value of f32',
    ],
    [
      'dtype of an assignment',
      [['v3 = v3 + v5', 'v3 = v4']],
      'local 3 of f32 is given a value of i32',
    ],
    ['dtype of a comparison', [['v6 == b1', 'v3 == b1']], 'second operand of eq must be f32'],
    ['condition of select', [['v6 == b1[v0]', 'v6']], 'condition of select must be bool'],
    ['choices of select', [['1_f32, 0_f32', '1_f64, 0_f64']], 'must be f32, not f64'],
    ['index dtype', [['b1[v0]', 'b1[v3]']], 'an index must be i32'],
    ['index beyond the end', [['v0 in 0..2', 'v0 in 0..3']], 'leaves a buffer of 20 elements'],
    [
      'index before the start',
      [['b0[v0 * 10 + v2]', 'b0[v0 * 10 + v2 - 1]']],
      'an index in [-1, 18]',
    ],
    [
      'index through a let',
      [['v1 = max(v1, b0[v0 * 10 + v2])', 'let v7: i32 = v2 * 3 v1 = b0[v7]']],
      '[0, 27]',
    ],
    ['store to a read parameter', [['write b2', 'read b2']], 'a read parameter is stored to'],
    [
      'reading what is not written',
      [['b2[v0 * 10 + v4] = v5', 'v3 = b2[v4]']],
      'before it is stored to',
    ],
    [
      'a parameter never written',
      [['read b0', 'update b0']],
      'update parameter 0 is never stored to',
    ],
    ['unsigned literals', [['v0 * 10 + v4] = v5', 'i32(-1_u32)] = v5']], '-1 is no u32'],
    ['fractions as integers', [['v0 * 10 + v4] = v5', '0.5_i32] = v5']], '0.5 is no i32'],
    ['bits of f64', [['= v5', '= bitcast_f32(f64(v5))']], 'no bitcast from f64 to f32'],
    ['ranges of loops', [['v2 in', 'v2: [0, 8] in']], "outside of its index's range"],
    ['negative counts', [['flops 140', 'flops nan']], 'count of operations'],
    ['in place over a written parameter', [['flops', 'inPlace (2 -> 2) flops']], 'no pair'],
    ['in place of another size', [['flops', 'inPlace (1 -> 2) flops']], 'differ in size'],
    ['names', [['rows0', '"rows 0"']], 'is named by letters'],
    ['ends of loops', [['0..10 {\n      let', '0..10 below v1 {\n      let']], 'must be i32'],
    ['ends of parallel loops', [['0..2', '0..2 below 1']], 'only a serial loop'],
    ['conditions', [['v3 = v3 + v5', 'if v4 { }']], 'condition of an if must be bool'],
  ] as const)('%s', (_, edits, rule) => {
    const message = edited(...edits);
    expect(message).toContain(rule);
    expect(message).toContain('stage: ');
  });

  const withBody = (body: readonly Stmt[]): Kernel => ({ ...rows(), body });
  const integer = (value: number): Expr => ({ kind: 'const', value, dtype: 'i32' });
  const [input, , output] = rows().parameters.map(({ buffer }) => buffer);
  const store: Stmt & { kind: 'store' } = {
    kind: 'store',
    buffer: output!,
    at: integer(0),
    value: { kind: 'const', value: 1, dtype: 'f32' },
  };
  const local = { kind: 'local', id: 9, dtype: 'i32' } as const;

  test.each<[string, readonly Stmt[], string]>([
    ['a local out of scope', [{ ...store, at: local }], 'local 9 is not in scope'],
    [
      'a local defined twice',
      [
        { kind: 'let', local, value: integer(0) },
        { kind: 'let', local, value: integer(0) },
      ],
      'local 9 is defined twice',
    ],
    ['a set out of scope', [{ kind: 'set', local, value: integer(0) }], 'local 9 is not in scope'],
    [
      'an unknown buffer',
      [{ ...store, buffer: { id: 77, dtype: 'f32', length: 1 } } as Stmt],
      'buffer 77 is no parameter',
    ],
    [
      'a buffer that is not what its parameter says',
      [{ ...store, buffer: { ...output!, length: 100 } } as Stmt],
      'is not what its definition says',
    ],
    [
      'a buffer allocated twice',
      [{ kind: 'alloc', buffer: input!, scope: 'private' }],
      'is defined twice',
    ],
    [
      'a loop without end',
      [{ kind: 'for', index: local, from: 0, to: 2, step: 0, loop: 'serial', body: [] }],
      'does not end',
    ],
    [
      'an index of floats',
      [
        {
          kind: 'for',
          index: { ...local, dtype: 'f32' },
          from: 0,
          to: 2,
          step: 1,
          loop: 'serial',
          body: [],
        },
      ],
      'a loop index must be i32',
    ],
    ['a kernel that stores nothing', [], 'write parameter 2 is never stored to'],
  ])('%s', (_, body, rule) => {
    expect(faultOf(() => verifyKernel(withBody(body), 'stage'))).toContain(rule);
  });

  test('indexes inside of conditions may leave the buffer by their bounds', () => {
    const text = (guard: boolean): string => `kernel k0(read b0: f32[5], write b1: f32[5]) flops 0 {
      for v0 in 0..8 {
        ${guard ? 'if v0 < 5 {' : ''}
        b1[v0] = b0[v0]
        ${guard ? '}' : ''}
      }
      b1[0] = select(b1[0] < 1_f32, b0[7], 0_f32)
    }`;
    expect(faultOf(() => verifyKernel(parseKernel(text(true)), 'stage'))).toBe('no fault');
    expect(faultOf(() => verifyKernel(parseKernel(text(false)), 'stage'))).toContain(
      '[0, 7] leaves',
    );
  });

  const parallel = (body: string, before = ''): string =>
    faultOf(() =>
      verifyKernel(
        parseKernel(`kernel k0(read b0: i32[8], write b1: i32[8]) flops 0 {
          alloc b2: i32[1]
          ${before}
          parallel v0 in 0..8 {
            ${body}
          }
        }`),
        'stage',
      ),
    );
  test('parallel loops must not store to one place or share an accumulator', () => {
    const shared = 'all iterations of a parallel loop store to the same place';
    expect(parallel('b1[v0] = 1')).toBe('no fault');
    expect(parallel('let v1: i32 = 7 - v0 b1[v1] = 1')).toBe('no fault');
    expect(parallel('if v0 == 3 { b1[0] = 1 }')).toBe('no fault');
    expect(parallel('var v1: i32 = 0 if v0 < 3 { v1 = 1 } b1[v1] = 1')).toBe('no fault');
    expect(parallel('b2[0] = v0 b1[v0] = b2[0]')).toBe('no fault');
    expect(parallel('b1[0] = v0')).toContain(shared);
    expect(parallel('for v1 in 0..8 { b1[v1] = v0 }')).toContain(shared);
    expect(parallel('let v1: i32 = b0[3] b1[v1] = v0')).toContain(shared);
    expect(parallel('if b0[0] == 3 { b1[0] = v0 }')).toContain(shared);
    expect(parallel('v9 = v9 + b0[v0] b1[v0] = v9', 'var v9: i32 = 0')).toContain(
      'set from inside of a parallel loop',
    );
  });

  test('all of a workgroup reach barriers and shuffles, and have somebody to shuffle with', () => {
    const workgroup = (body: string, range = '0..8'): string =>
      parallel(`workgroup v1: [0, 8] in ${range} { ${body} if v0 == v1 { b1[v1] = 1 } }`);
    const shuffle = 'shuffle v2: i32 = v1 by 4';
    expect(workgroup('barrier')).toBe('no fault');
    expect(workgroup(shuffle)).toBe('no fault');
    expect(workgroup(`if v0 < 3 { barrier ${shuffle} }`)).toBe('no fault');
    expect(parallel(`let v1: i32 = 1 ${shuffle} b1[v0] = 1`)).toContain(
      'a shuffle stands outside of a workgroup loop',
    );
    expect(workgroup('if v1 < 3 { barrier }')).toContain('not all of a workgroup reach a barrier');
    for (const head of ['if v1 < 3', 'if min(v1, v0) == 1', 'for v3 in 0..8 below v1']) {
      const message = workgroup(`${head} { ${shuffle} }`);
      expect(message, head).toContain('not all of a workgroup reach a shuffle');
    }
    // What another has is different from one to the next.
    expect(workgroup(`${shuffle} if v2 < 3 { barrier }`)).toContain('reach a barrier');
    for (const distance of [3, 8, 16]) {
      const message = workgroup(`shuffle v2: i32 = v1 by ${distance}`);
      expect(message, `${distance}`).toContain('has no partner for each of 8');
    }
    expect(workgroup(shuffle, '1..9')).toContain('has no partner for each of 0');
    expect(workgroup('shuffle v2: f32 = v1 by 4')).toContain('is given a value of i32');
    expect(workgroup(`${shuffle} v2 = 3`)).toContain('is no var');
  });
});

describe('plans', () => {
  const edited = (...edits: readonly (readonly [from: string, to: string])[]): string => {
    const text = edits.reduce((current, [from, to]) => {
      expect(current).toContain(from);
      return current.replace(from, to);
    }, planText);
    return faultOf(() => verifyPlan(parsePlan(text), 'stage'));
  };

  test('a sound plan passes and a fault shows the launches around it', () => {
    expect(edited()).toBe('no fault');
    expect(edited(['launch 1 map1(p2, p3)', 'launch 1 map1(p3, p2)'])).toMatchInlineSnapshot(`
      "stage: plan: map1 reads buffer p3 f32[20] before anything is written to it
        got: 
            }
          }
          launch 0 map0(p0, p2)
      >   launch 1 map1(p3, p2)
          launch 2 rows0(p3, p1, p4)
        }"
    `);
  });

  test.each([
    ['a buffer beyond the arena', [['arena 128', 'arena 64']], 'leaves the arena of 64 bytes'],
    [
      'an offset between lines',
      [['p2: f32[20] = arena 0', 'p2: f32[20] = arena 32']],
      'no multiple of 64',
    ],
    [
      'an input of another length',
      [['plan step(f32[2,10]', 'plan step(f32[2,11]']],
      'does not fit input 0',
    ],
    ['an input of another dtype', [['i32[2]) arena', 'u32[2]) arena']], 'does not fit input 1'],
    [
      'a result of another type',
      [['result f32[2,10]', 'result f32[2,11]']],
      'does not fit output 0',
    ],
    ['a result that is no input', [['= input 1', '= input 4']], 'does not fit input 4'],
    [
      'an output with two buffers',
      [['p3: f32[20] = arena 0', 'p3: f32[20] = output 0']],
      'output 0 has two buffers',
    ],
    ['an output never written', [['launch 2 rows0(p3, p1, p4)', '']], 'output 0 is never written'],
    ['too few buffers', [['map0(p0, p2)', 'map0(p0)']], 'takes 2 buffers, not 1'],
    [
      'a buffer of another dtype',
      [['map0(p0, p2)', 'map0(p1, p2)']],
      'parameter 0 of map0 is f32[20]',
    ],
    [
      'a read before the write',
      [['launch 0 map0(p0, p2)', '']],
      'before anything is written to it',
    ],
    [
      'an input overwritten',
      [['map1(p2, p3)', 'map1(p2, p0)']],
      'writes to input 0, which is not donated',
    ],
    [
      'a buffer read and written',
      [
        ['inPlace (0 -> 1) ', ''],
        ['map1(p2, p3)', 'map1(p2, p2)'],
      ],
      'is given a buffer twice',
    ],
    [
      'memory shared without leave',
      [['inPlace (0 -> 1) ', '']],
      'share memory while both are in use',
    ],
    [
      'memory shared too long',
      [['launch 2 rows0(p3', 'launch 2 rows0(p2']],
      'share memory while both are in use',
    ],
    [
      'memory that overlaps',
      [
        ['arena 128', 'arena 192'],
        ['p3: f32[20] = arena 0', 'p3: f32[20] = arena 64'],
      ],
      'share memory while both are in use',
    ],
    [
      'a donation to another type',
      [['buffer p0', 'donate 1 -> 0\n  buffer p0']],
      'do not fit each other',
    ],
    [
      'a donation given twice',
      [['buffer p0', 'donate 0 -> 0 donate 0 -> 1\n  buffer p0']],
      'names something twice',
    ],
    [
      'a fault in a kernel',
      [['b1[v0] = b0[v0] * 2', 'b1[v0] = b0[v0 + 1] * 2']],
      'leaves a buffer',
    ],
  ] as const)('%s', (_, edits, rule) => {
    expect(edited(...edits)).toContain(rule);
  });

  const donating = (launches: string, result = 'output 0'): string =>
    faultOf(() =>
      verifyPlan(
        parsePlan(`plan p(f32[3]) arena 64 {
          result f32[3] = output 0
          result f32[3] = ${result}
          donate 0 -> 0
          buffer p0: f32[3] = input 0
          buffer p1: f32[3] = output 0
          buffer p2: f32[3] = arena 0
          kernel copy0(read b0: f32[3], write b1: f32[3]) flops 0 { for v0 in 0..3 { b1[v0] = b0[v0] } }
          kernel map1(read b0: f32[3], write b1: f32[3]) inPlace (0 -> 1) flops 0 { for v0 in 0..3 { b1[v0] = b0[v0] } }
          ${launches}
        }`),
        'stage',
      ),
    );
  test('the output in a donated input begins when the input ends', () => {
    expect(donating('launch 1 map1(p0, p1)')).toBe('no fault');
    expect(donating('launch 0 copy0(p0, p2) launch 0 copy0(p2, p1)')).toBe('no fault');
    expect(donating('launch 0 copy0(p0, p1)')).toContain('share memory');
    expect(donating('launch 1 map1(p0, p1) launch 0 copy0(p0, p2)')).toContain('share memory');
    expect(donating('launch 1 map1(p0, p1)', 'input 0')).toContain(
      'another output takes its memory',
    );
  });

  test('buffers of other plans, and ids used twice', () => {
    const sound = plan();
    const fault = (change: (plan: Plan) => Plan): string =>
      faultOf(() => verifyPlan(change(sound), 'stage'));
    expect(fault((p) => ({ ...p, launches: plan().launches }))).toContain('is not one of the plan');
    const buffers = sound.buffers.map((buffer) => ({ ...buffer, id: 0 }));
    expect(fault((p) => ({ ...p, buffers }))).toContain('two buffers have the id 0');
  });
});
