/** Small programs that the tests of the IR texts, verifiers and backends share. */
import type { Kernel } from '../../src/ir/kernel.ts';
import { parseKernel, parsePlan } from '../../src/ir/parse.ts';
import type { Plan } from '../../src/ir/plan.ts';

/** Softmax of rows minus the one-hot class: several loops, accumulators, a result read again. */
export const rowsText = `kernel rows0(read b0: f32[20], read b1: i32[2], write b2: f32[20]) flops 140 {
  parallel v0 in 0..2 {
    var v1: f32 = -inf_f32
    for v2 in 0..10 {
      v1 = max(v1, b0[v0 * 10 + v2])
    }
    var v3: f32 = 0_f32
    for v4 in 0..10 {
      let v5: f32 = exp(b0[v0 * 10 + v4] - v1)
      v3 = v3 + v5
      b2[v0 * 10 + v4] = v5
    }
    unrolled v6 in 0..10 {
      b2[v0 * 10 + v6] = b2[v0 * 10 + v6] / v3 - select(v6 == b1[v0], 1_f32, 0_f32)
    }
  }
}`;

/** The kernel of `rowsText`. */
export const rows = (): Kernel => parseKernel(rowsText);

/** Two launches through the arena; the second works in place. */
export const planText = `plan step(f32[2,10], i32[2]) arena 128 {
  result f32[2,10] = output 0
  result i32[2] = input 1
  buffer p0: f32[20] = input 0
  buffer p1: i32[2] = input 1
  buffer p2: f32[20] = arena 0
  buffer p3: f32[20] = arena 0
  buffer p4: f32[20] = output 0
  kernel map0(read b0: f32[20], write b1: f32[20]) flops 20 {
    parallel v0 in 0..20 {
      b1[v0] = b0[v0] * 2_f32
    }
  }
  kernel map1(read b0: f32[20], write b1: f32[20]) inPlace (0 -> 1) flops 20 {
    parallel v0 in 0..20 {
      b1[v0] = b0[v0] + 1_f32
    }
  }
  ${rowsText.split('\n').join('\n  ')}
  launch 0 map0(p0, p2)
  launch 1 map1(p2, p3)
  launch 2 rows0(p3, p1, p4)
}`;

/** The plan of `planText`. */
export const plan = (): Plan => parsePlan(planText);
