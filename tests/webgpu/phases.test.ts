/** How kernels become dispatches, and how buffers of several dtypes share the arena. */
import { expect, test } from 'vitest';
import { emitShader } from '../../src/backends/webgpu/emit-shader.ts';
import { phasesOf } from '../../src/backends/webgpu/phases.ts';
import { buildGraph } from '../../src/ir/graph.ts';
import { constantLike } from '../../src/ir/ops/constants.ts';
import { exp } from '../../src/ir/ops/elementwise.ts';
import { gt, select } from '../../src/ir/ops/logic.ts';
import { parseKernel } from '../../src/ir/parse.ts';
import { runCompiled } from '../../src/testing/run-graph.ts';
import { openSwiftShader } from './swiftshader.ts';

/** The extents of the loops of each phase. */
const shapesOf = (text: string): number[][] =>
  phasesOf(parseKernel(text)).map(({ loops }) => loops.map(({ to }) => to));

test('what stands side by side becomes dispatches one after the other', () => {
  const text = `kernel sum0(read b0: f32[12], write b1: f32[12]) flops 0 {
  parallel v0 in 0..3 {
    let v1: i32 = v0 * 4
    parallel v2 in 0..4 {
      b1[v1 + v2] = b0[v1 + v2]
    }
    b1[v1] = 1_f32
  }
  b1[0] = 2_f32
}
`;
  expect(shapesOf(text)).toEqual([[3, 4], [3], []]);
  const shaders = phasesOf(parseKernel(text)).map((phase) =>
    emitShader(
      parseKernel(text),
      phase,
      [
        { resource: 'input 0', offset: 0 },
        { resource: 'output 0', offset: 0 },
      ],
      8,
    ),
  );
  expect(shaders.map(({ bindings }) => bindings.length)).toEqual([2, 1, 1]);
  expect(shaders[0]?.text).toMatchInlineSnapshot(`
    "@group(0) @binding(0) var<storage, read> m0: array<f32>;
    @group(0) @binding(1) var<storage, read_write> m1: array<f32>;
    @compute @workgroup_size(64)
    fn main(
      @builtin(workgroup_id) group: vec3<u32>,
      @builtin(num_workgroups) groups: vec3<u32>,
      @builtin(local_invocation_index) invocation: u32,
    ) {
      let slot = ((group.z * groups.y + group.y) * groups.x + group.x) * 64u + invocation;
      if (slot >= 12u) { return; }
      let number = slot;
      let k0: i32 = i32(number / 4u);
      let k1: i32 = i32((number) % 4u);
      let v2: i32 = k0 * 4i;
      m1[v2 + k1] = m0[v2 + k1];
    }"
  `);
});

test('what hands a variable or scratch memory on stays in one invocation', () => {
  const variable = `kernel rows0(read b0: f32[12], write b1: f32[12]) flops 0 {
  parallel v0 in 0..3 {
    var v1: f32 = 0_f32
    for v2 in 0..4 {
      v1 = v1 + b0[v0 * 4 + v2]
    }
    parallel v3 in 0..4 {
      b1[v0 * 4 + v3] = v1
    }
  }
}
`;
  expect(shapesOf(variable)).toEqual([[3]]);
  const scratch = `kernel rows0(read b0: f32[4], write b1: f32[4]) flops 0 {
  alloc b2: f32[4]
  parallel v0 in 0..4 {
    b2[v0] = b0[v0]
  }
  parallel v1 in 0..4 {
    b1[v1] = b2[3 - v1]
  }
}
`;
  expect(shapesOf(scratch)).toEqual([[]]);
});

test('bools and floats share the arena', async () => {
  const gpu = await openSwiftShader();
  const graph = buildGraph('mixed', [{ dtype: 'f32', shape: [200] }], ([x]) => {
    const [isPositive, power] = [gt(x!, constantLike(x!, 0)), exp(x!)];
    return [select(isPositive, power, x!)];
  });
  const data = Float32Array.from({ length: 200 }, (_, k) => ((k * k) % 7 > 1 ? 200 : -k));
  const [result] = await runCompiled(gpu, graph, [data], { switches: { fuse: false } });
  const expected = data.map((x) => (x > 0 ? Number.POSITIVE_INFINITY : x));
  expect(result).toEqual(expected);
});

test('a workgroup that cannot be a dispatch of its own is refused', () => {
  // The value that both loops need depends on what the second one writes.
  const kernel = parseKernel(`kernel rows0(update b0: f32[8], write b1: f32[8]) flops 0 {
  let v0: f32 = b0[0]
  parallel v1 in 0..2 {
    workgroup v2 in 0..4 {
      b1[v1 * 4 + v2] = v0
    }
  }
  parallel v3 in 0..8 {
    b0[v3] = v0
  }
}
`);
  const placed = [0, 1].map((k) => ({ resource: `output ${k}`, offset: 0 }) as const);
  const [whole, ...others] = phasesOf(kernel);
  expect(others).toEqual([]);
  expect(() => emitShader(kernel, whole!, placed, 8)).toThrow(
    'a workgroup loop stands inside of a phase',
  );
});
