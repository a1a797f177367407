@group(0) @binding(0) var<storage, read_write> m0: array<f32>;
@group(0) @binding(1) var<storage, read> m1: array<f32>;
@group(0) @binding(2) var<storage, read_write> m2: array<f32>;
@group(0) @binding(3) var<uniform> counters: array<vec4<i32>, 2>;
@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  let k0: i32 = counters[0u].x;
  let k1: i32 = counters[0u].y;
  let slot = ((group.z * groups.y + group.y) * groups.x + group.x) * 64u + invocation;
  if (slot >= 5u) { return; }
  let number = slot;
  let k2: i32 = i32(number);
  let v3: i32 = (k0 * 15i) + (k1 * 5i);
  let v4: f32 = (m0[k2] * 0.5f) + m1[v3 + k2];
  m0[k2] = v4;
  m2[v3 + k2] = v4 * v4;
}

@group(0) @binding(0) var<storage, read> m0: array<f32>;
@group(0) @binding(1) var<storage, read_write> m1: array<f32>;
@group(0) @binding(2) var<uniform> counters: array<vec4<i32>, 2>;
@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  let k0: i32 = counters[0u].x;
  let slot = ((group.z * groups.y + group.y) * groups.x + group.x) * 64u + invocation;
  if (slot >= 15u) { return; }
  let number = slot;
  let k1: i32 = i32(number);
  let v2: i32 = k0 * 15i;
  m1[v2 + k1] = m0[v2 + k1];
}
