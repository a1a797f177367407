@group(0) @binding(0) var<storage, read> m0: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> m1: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> m2: array<vec4<f32>>;
@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  let slot = ((group.z * groups.y + group.y) * groups.x + group.x) * 64u + invocation;
  if (slot >= 1024u) { return; }
  let number = slot;
  let k0: i32 = i32(number) * 4i;
  let q1: vec4<f32> = m0[(k0) >> 2u];
  let q2: vec4<f32> = m1[(k0) >> 2u];
  let v3: f32 = q1.x;
  let v4: f32 = (v3 * q2.x) - v3;
  let v5: f32 = q1.y;
  let v6: f32 = (v5 * q2.y) - v5;
  let v7: f32 = q1.z;
  let v8: f32 = (v7 * q2.z) - v7;
  let v9: f32 = q1.w;
  let v10: f32 = (v9 * q2.w) - v9;
  m2[(k0) >> 2u] = vec4<f32>(v4, v6, v8, v10);
}
