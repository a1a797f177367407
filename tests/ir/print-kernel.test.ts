/** The texts of kernels and plans: golden, and read back. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Expr, Kernel, Stmt } from '../../src/ir/kernel.ts';
import { parseKernel, parsePlan } from '../../src/ir/parse.ts';
import { printKernel, printPlan } from '../../src/ir/print.ts';
import { verifyKernel, verifyPlan } from '../../src/ir/verify.ts';
import { plan, planText, rows, rowsText } from './examples.ts';
import { index, operands, randomExpression } from './random-expression.ts';

test('kernels and plans print as they are written', () => {
  expect(printKernel(rows())).toBe(rowsText);
  expect(printPlan(plan())).toBe(planText);
  verifyKernel(rows(), 'test');
  verifyPlan(plan(), 'test');
});

test('every kind of statement and literal comes back', () => {
  const text = `kernel "odd name"(read b0: f32[8], update b1: bool[8], write b2: f64[8]) inPlace (0 -> 1, 0 -> 2) flops 0.5 {
  alloc b3: u32[4]
  for v0: [] in -2..8 step 3 {
    let v1: i32 [-5, 9] = min(v0, 3) - (v0 - 1) * 2 / (v0 % 5)
    var v2: f32 = -0_f32
    if b1[v1] {
      v2 = select(v2 <= 1e-7_f32, nan_f32, inf_f32)
    } else {
      b3[0] = shl(4294967295_u32, u32(v1))
      if true {
      }
    }
    b2[v1] = f64(bitcast_f32(b3[v1])) + -2.5_f64 - (1_f64 - 2_f64)
  }
  unrolled v3: [0, 9] in 0..8 {
    parallel v4 in 0..2 step 2 {
      b1[v3] = not(v3 == v4) == (erf(b0[v3]) < b0[v4])
      for v5 in 0..8 step 2 below v3 + 1 {
        b1[v5] = true
      }
    }
  }
  workgroup v6 in 0..8 {
    barrier
    shuffle v7: f32 = b0[v6] + 1_f32 by 4
    shuffle v8: i32 [0, 7] = v6 by 1
    b1[v6] = v7 < f32(v8)
  }
}`;
  expect(printKernel(parseKernel(text))).toBe(text);
});

test('random kernels come back with their structure', () => {
  const statement = fc
    .constantFrom('f64', 'i32', 'u32', 'bool')
    .chain((dtype) => randomExpression(dtype))
    .map((value): Stmt => {
      const buffer = {
        id: 8 + ['f64', 'i32', 'u32', 'bool'].indexOf(value.dtype),
        dtype: value.dtype,
        length: 1,
      };
      return { kind: 'store', buffer, at: { kind: 'const', value: 0, dtype: 'i32' }, value };
    });
  const outputs = (['f64', 'i32', 'u32', 'bool'] as const).map((dtype, k) => ({
    buffer: { id: 8 + k, dtype, length: 1 },
    access: 'write' as const,
  }));
  fc.assert(
    fc.property(fc.array(statement, { maxLength: 4 }), (body) => {
      const kernel: Kernel = {
        name: 'k0',
        parameters: [
          ...operands.map((buffer) => ({ buffer, access: 'read' as const })),
          ...outputs,
        ],
        inPlace: [],
        flops: 3,
        body: [{ kind: 'for', index, from: 0, to: 10, step: 1, loop: 'serial', body }],
      };
      // The random kernel numbers its buffers and locals as the printer does, so it comes back equal.
      expect(parseKernel(printKernel(kernel))).toEqual(kernel);
    }),
    { numRuns: 200 },
  );
});

test('literals keep every number', () => {
  const values = [0, -0, 0.1, -1e-310, 5e-324, 1e21, Number.NaN, Infinity, -Infinity];
  for (const dtype of ['f32', 'f64', 'i32', 'u32', 'bool'] as const) {
    for (const value of values) {
      const literal: Expr = { kind: 'const', value, dtype };
      const buffer = { id: 0, dtype, length: 1 };
      const kernel: Kernel = {
        name: 'k',
        parameters: [{ buffer, access: 'write' }],
        inPlace: [],
        flops: 0,
        body: [
          { kind: 'store', buffer, at: { kind: 'const', value: 0, dtype: 'i32' }, value: literal },
        ],
      };
      expect(parseKernel(printKernel(kernel))).toEqual(kernel);
    }
  }
});

test('plans are numbered by order and share kernels', () => {
  const renumbered = plan();
  const shifted = renumbered.buffers.map((buffer) => ({ ...buffer, id: buffer.id + 40 }));
  const launches = renumbered.launches.map(({ kernel, buffers }) => ({
    kernel,
    buffers: buffers.map((buffer) => shifted[buffer.id] as (typeof shifted)[0]),
  }));
  const twice = [...launches, ...launches.slice(1, 2)];
  const steps = twice.map((_, launch) => ({ kind: 'launch' as const, launch }));
  const text = printPlan({ ...renumbered, buffers: shifted, launches: twice, steps });
  expect(text).toBe(planText.replace(/\n}$/, '\n  launch 1 map1(p2, p3)\n}'));
  const back = parsePlan(text);
  expect(back.launches[3]?.kernel).toBe(back.launches[1]?.kernel);
});
