@group(0) @binding(0) var<storage, read> m0: array<f32>;
@group(0) @binding(1) var<storage, read_write> m1: array<f32>;
@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  let slot = ((group.z * groups.y + group.y) * groups.x + group.x) * 64u + invocation;
  if (slot >= 48u) { return; }
  let number = slot;
  let k0: i32 = i32(number / 8u);
  let k1: i32 = i32((number) % 8u);
  let v2: i32 = (k0 * 4i) - 4i;
  let v3: i32 = k0 * 8i;
  var v4: f32 = 0.0f;
  if (!(k1 < 4i)) {
    v4 = m0[v2 + k1];
  }
  var v5: f32 = v4;
  if (k1 < 4i) {
    v5 = m0[(k1 * 6i) + k0];
  }
  m1[v3 + k1] = v5;
}
