@group(0) @binding(0) var<storage, read> m0: array<f32>;
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
  let k0: i32 = i32(number);
  var v1: f32 = 2.0f;
  if ((((k0 - 1i) >= 0i) && ((k0 - 1i) < 9i)) && (((k0 - 1i) % 2i) == 0i)) {
    v1 = m0[(k0 - 1i) / 2i];
  }
  let v2: f32 = v1;
  var v3: f32 = 0.0f;
  if ((((k0 - 2i) >= 0i) && ((k0 - 2i) < 9i)) && (((k0 - 2i) % 2i) == 0i)) {
    v3 = m0[(k0 - 2i) / 2i];
  }
  m1[k0] = v2 * v3;
}
