/** The JavaScript backend: kernels, arena, donation, copies, lifetime, errors, and what its code may hold. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Storage } from '../../src/backends/backend.ts';
import { asHostStorage } from '../../src/backends/host-storage.ts';
import { emitModule } from '../../src/backends/js/emit-module.ts';
import { js } from '../../src/backends/js/index.ts';
import { literal, typedLiteral } from '../../src/backends/js/literal.ts';
import { referenceDouble } from '../../src/backends/reference/index.ts';
import { BackendError, DisposedError, InternalError } from '../../src/ir/errors.ts';
import { parseKernel, parsePlan } from '../../src/ir/parse.ts';
import type { Plan } from '../../src/ir/plan.ts';
import { printPlan } from '../../src/ir/print.ts';
import type { TypedArray } from '../../src/ir/types.ts';
import { verifyPlan } from '../../src/ir/verify.ts';
import { plan, rows } from '../ir/examples.ts';
import { planOf, programOf, runKernel } from './run-kernel.ts';

const logits = Float32Array.from({ length: 20 }, (_, k) => ((k * 7) % 11) / 3);
const classes = new Int32Array([3, 8]);
const expectedRows = (x: Float32Array): number[] =>
  [0, 1].flatMap((row) => {
    const values = [...x.subarray(row * 10, row * 10 + 10)];
    const top = Math.max(...values);
    const powers = values.map((value) => Math.exp(value - top));
    const total = powers.reduce((sum, power) => sum + power, 0);
    return powers.map((power, k) => power / total - (k === classes[row] ? 1 : 0));
  });
const download = (storage: Parameters<typeof js.free>[0]): TypedArray =>
  js.downloadSync?.(storage) as TypedArray;

/** The array itself, not a copy of it. */
const memoryOf = (storage: Storage | undefined): TypedArray => asHostStorage('js', storage!).data;

describe('kernels', () => {
  test('a row kernel computes softmax minus one-hot', () => {
    const [out] = runKernel(rows(), [logits, classes]);
    expectedRows(logits).forEach((value, k) => {
      expect(out?.[k]).toBeCloseTo(value, 6);
    });
  });

  test('the generated code of a row kernel', () => {
    expect(js.compile(programOf(planOf(rows()))).sources).toMatchInlineSnapshot(`
      [
        "function k0(b0, b1, b2) {
        for (let i3 = 0; i3 < 2; i3++) {
          let v4 = -Infinity;
          for (let i5 = 0; i5 < 10; i5++) {
            let t6;
            v4 = (t6 = b0[i3 * 10 + i5 | 0], v4 > t6 ? v4 : v4 < t6 ? t6 : v4 === t6 && v4 !== 0 ? v4 : v4 + t6);
          }
          let v7 = 0;
          for (let i8 = 0; i8 < 10; i8++) {
            const v9 = Math.exp(b0[i3 * 10 + i8 | 0] - v4);
            v7 = v7 + v9;
            b2[i3 * 10 + i8 | 0] = v9;
          }
          b2[i3 * 10 | 0] = b2[i3 * 10 | 0] / v7 - (0 === b1[i3] ? 1 : 0);
          b2[i3 * 10 + 1 | 0] = b2[i3 * 10 + 1 | 0] / v7 - (1 === b1[i3] ? 1 : 0);
          b2[i3 * 10 + 2 | 0] = b2[i3 * 10 + 2 | 0] / v7 - (2 === b1[i3] ? 1 : 0);
          b2[i3 * 10 + 3 | 0] = b2[i3 * 10 + 3 | 0] / v7 - (3 === b1[i3] ? 1 : 0);
          b2[i3 * 10 + 4 | 0] = b2[i3 * 10 + 4 | 0] / v7 - (4 === b1[i3] ? 1 : 0);
          b2[i3 * 10 + 5 | 0] = b2[i3 * 10 + 5 | 0] / v7 - (5 === b1[i3] ? 1 : 0);
          b2[i3 * 10 + 6 | 0] = b2[i3 * 10 + 6 | 0] / v7 - (6 === b1[i3] ? 1 : 0);
          b2[i3 * 10 + 7 | 0] = b2[i3 * 10 + 7 | 0] / v7 - (7 === b1[i3] ? 1 : 0);
          b2[i3 * 10 + 8 | 0] = b2[i3 * 10 + 8 | 0] / v7 - (8 === b1[i3] ? 1 : 0);
          b2[i3 * 10 + 9 | 0] = b2[i3 * 10 + 9 | 0] / v7 - (9 === b1[i3] ? 1 : 0);
        }
      }",
      ]
    `);
  });

  test('loops with steps, branches, scratch and bools', () => {
    const kernel =
      parseKernel(`kernel k0(read b0: f32[7], write b1: bool[7], write b2: f32[7]) flops 0 {
      alloc b3: f32[7]
      alloc b4: bool[1]
      for v0 in 0..7 step 2 {
        b3[v0] = b0[v0] * 0.1_f32
        if v0 < 6 {
          b3[v0 + 1] = -1_f32
        } else {
          b3[0] = b3[0] + 5_f32
        }
      }
      b4[0] = true
      for v1 in 0..7 {
        b1[v1] = xor(b3[v1] < 0_f32, b4[0])
        b2[v1] = b3[v1]
      }
    }`);
    const [signs, values] = runKernel(kernel, [Float32Array.of(1, 2, 3, 4, 5, 6, 7)]);
    expect([...(signs ?? [])]).toEqual([1, 0, 1, 0, 1, 0, 1]);
    const tenth = Math.fround(0.1);
    const wanted = [tenth + 5, -1, 3 * tenth, -1, 5 * tenth, -1, 7 * tenth];
    expect([...(values ?? [])]).toEqual(wanted.map(Math.fround));
  });

  test('sums in registers and in scratch are rounded once', () => {
    const kernel = parseKernel(`kernel k0(read b0: f32[1], write b1: f32[2]) flops 0 {
      alloc b2: f32[1]
      var v0: f32 = 0_f32
      b2[0] = 0_f32
      for v1 in 0..20000 {
        v0 = v0 + b0[0]
        b2[0] = b2[0] + b0[0]
      }
      b1[0] = v0
      b1[1] = b2[0]
    }`);
    const [sums] = runKernel(kernel, [Float32Array.of(0.1)]);
    const exact = Math.fround(20000 * Math.fround(0.1));
    expect([...(sums ?? [])]).toEqual([exact, exact]);
  });

  test('loops that are written out give every iteration its own locals', () => {
    const kernel = parseKernel(`kernel k0(read b0: i32[6], write b1: i32[6]) flops 0 {
      unrolled v0 in 0..2 {
        let v1: i32 = b0[v0 * 3]
        unrolled v2 in 0..3 {
          var v3: i32 = v1 * v2
          v3 = v3 + b0[v0 * 3 + v2]
          b1[v0 * 3 + v2] = v3
        }
      }
    }`);
    const [out] = runKernel(kernel, [Int32Array.of(5, 1, 2, -7, 3, 4)]);
    expect([...(out ?? [])]).toEqual([5, 6, 12, -7, -4, -10]);
  });
});

describe('programs', () => {
  const compile = (of: Plan, donated: readonly number[] = []) => {
    verifyPlan(of, 'test');
    return js.compile(programOf(of, donated));
  };
  const doubled = `kernel map0(read b0: f32[3], write b1: f32[3]) inPlace (0 -> 1) flops 3 {
    for v0 in 0..3 {
      b1[v0] = b0[v0] * 2_f32
    }
  }`;

  test('launches share the arena and calls do not disturb each other', () => {
    const executable = compile(plan());
    const run = (x: Float32Array): TypedArray[] =>
      executable.run([js.upload(x, 'f32'), js.upload(classes, 'i32')]).map(download);
    const other = logits.map((x) => -x);
    const [first, handed] = run(logits);
    run(other);
    const [again] = run(logits);
    expectedRows(logits.map((x) => x * 2 + 1)).forEach((value, k) => {
      expect(first?.[k]).toBeCloseTo(value, 6);
    });
    expect(again).toEqual(first);
    expect(handed).toEqual(classes);
    expect(executable.sources).toHaveLength(3);
  });

  test('an argument handed back is a copy', () => {
    const executable = compile(plan());
    const input = js.upload(classes, 'i32');
    const [, result] = executable.run([js.upload(logits, 'f32'), input]);
    expect(memoryOf(result)).not.toBe(memoryOf(input));
    js.free(input);
    expect(download(result as typeof input)).toEqual(classes);
  });

  test('the output of a donated input lives in its memory and the input is gone', () => {
    const program = parsePlan(`plan p(f32[3], f32[3]) arena 0 {
      result f32[3] = output 0
      result f32[3] = input 1
      donate 0 -> 0
      buffer p0: f32[3] = input 0
      buffer p1: f32[3] = output 0
      ${doubled}
      launch 0 map0(p0, p1)
    }`);
    const executable = compile(program, [0, 1]);
    const inputs = [1, 2].map((k) => js.upload(Float32Array.of(k, 5, -0), 'f32'));
    const memory = inputs.map(memoryOf);
    const results = executable.run(inputs);
    results.forEach((result, k) => {
      expect(memoryOf(result)).toBe(memory[k]);
    });
    expect(download(results[0] as (typeof inputs)[0])).toEqual(Float32Array.of(2, 10, -0));
    expect(() => download(inputs[0] as (typeof inputs)[0])).toThrow(DisposedError);
    expect(() => executable.run(inputs)).toThrow(DisposedError);
  });

  test('a donated tensor that is also another argument is not overwritten under it', () => {
    const program = parsePlan(`plan p(f32[3], f32[3]) arena 0 {
      result f32[3] = output 0
      result f32[3] = output 1
      donate 0 -> 0
      buffer p0: f32[3] = input 0
      buffer p1: f32[3] = output 0
      buffer p2: f32[3] = input 1
      buffer p3: f32[3] = output 1
      ${doubled}
      launch 0 map0(p0, p1)
      launch 0 map0(p2, p3)
    }`);
    const executable = compile(program, [0]);
    const input = js.upload(Float32Array.of(1, 2, 3), 'f32');
    const results = executable.run([input, input]).map(download);
    expect(results).toEqual([Float32Array.of(2, 4, 6), Float32Array.of(2, 4, 6)]);
  });

  test('results that are one output twice are two tensors', () => {
    const program = parsePlan(`plan p(f32[3]) arena 0 {
      result f32[3] = output 0
      result f32[3] = output 0
      buffer p0: f32[3] = input 0
      buffer p1: f32[3] = output 0
      ${doubled}
      launch 0 map0(p0, p1)
    }`);
    const [a, b] = compile(program).run([js.upload(Float32Array.of(1, 2, 3), 'f32')]);
    expect(memoryOf(a)).not.toBe(memoryOf(b));
    js.free(a as NonNullable<typeof a>);
    expect(download(b as NonNullable<typeof b>)).toEqual(Float32Array.of(2, 4, 6));
  });

  test('kernels that print the same over the same dtypes are one function', () => {
    const of = (dtype: string): string => `
      kernel map0(read b0: f32[3], write b1: f32[3]) flops 3 { for v0 in 0..3 { b1[v0] = b0[v0] } }
      kernel map1(read b0: ${dtype}[3], write b1: ${dtype}[3]) flops 3 { for v0 in 0..3 { b1[v0] = b0[v0] } }`;
    const program = (dtype: string): Plan =>
      parsePlan(`plan p(f32[3], ${dtype}[3]) arena 0 {
        result f32[3] = output 0
        result ${dtype}[3] = output 1
        buffer p0: f32[3] = input 0
        buffer p1: f32[3] = output 0
        buffer p2: ${dtype}[3] = input 1
        buffer p3: ${dtype}[3] = output 1
        ${of(dtype)}
        launch 0 map0(p0, p1)
        launch 1 map1(p2, p3)
      }`);
    const functions = (dtype: string): number =>
      emitModule(program(dtype)).text.match(/^function /gm)?.length ?? 0;
    expect(functions('f32')).toBe(1);
    expect(functions('f64')).toBe(2);
  });

  test('empty tensors pass through', () => {
    const program = parsePlan(
      'plan p(f32[0,3]) arena 0 { result f32[0,3] = input 0 result f32[0] = output 0 }',
    );
    const results = compile(program).run([js.upload(new Float32Array(0), 'f32')]);
    expect(results.map((result) => result.length)).toEqual([0, 0]);
  });

  test('wrong inputs and uses after the end are errors', async () => {
    const executable = compile(plan());
    const x = js.upload(logits, 'f32');
    const y = js.upload(classes, 'i32');
    expect(() => executable.run([x])).toThrow(BackendError);
    expect(() => executable.run([y, x])).toThrow('input 0 does not fit the program');
    expect(() => executable.run([{ dtype: 'f32', length: 20 }, y])).toThrow('another backend');
    expect(() => executable.run([referenceDouble.upload(logits, 'f32'), y])).toThrow(
      'double precision',
    );
    expect(() => js.upload(classes, 'f32')).toThrow('f32 data must be a Float32Array');
    await expect(js.download(x)).resolves.toEqual(logits);
    executable.dispose();
    expect(() => executable.run([x, y])).toThrow('disposed');
    const big = { ...plan(), arenaBytes: 2 ** 52 };
    expect(() => js.compile(programOf(big))).toThrow('no memory');
  });
});

describe('generated text', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  test('literals keep every number and take nothing else', () => {
    const values = [
      0,
      -0,
      0.1,
      -1e-310,
      5e-324,
      1e21,
      -2.5,
      Number.NaN,
      Infinity,
      -Infinity,
      Number.MAX_VALUE,
    ];
    for (const value of values) {
      expect(new Function(`return ${literal(value)}`)()).toBe(value);
    }
    expect(typedLiteral(0.1, 'f32')).toBe(String(Math.fround(0.1)));
    expect(typedLiteral(-1, 'u32')).toBe('4294967295');
    expect(typedLiteral(1, 'bool')).toBe('true');
    expect(() => literal('1;alert(1)' as unknown as number)).toThrow(InternalError);
  });

  test('no name of the user enters the code', () => {
    const hostile = `"; globalThis.stolen = 1; //\u2028*/`;
    const named = plan();
    const program: Plan = {
      ...named,
      name: hostile,
      launches: named.launches.map((launch) => ({
        ...launch,
        kernel: { ...launch.kernel, name: hostile },
      })),
    };
    expect(emitModule(program).text).toBe(emitModule(named).text);
    expect(emitModule(program).text).toMatch(/^[\x20-\x7e\n]*$/);
    expect(printPlan(parsePlan(printPlan(program)))).toBe(printPlan(program));
  });

  test('where code may not be made at run time the error names what to do', () => {
    vi.stubGlobal('Function', () => {
      throw new EvalError('blocked by the content security policy');
    });
    expect(() => js.compile(programOf(plan()))).toThrow(BackendError);
    expect(() => js.compile(programOf(plan()))).toThrow('backend: reference');
  });
});
