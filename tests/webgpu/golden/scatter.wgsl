@group(0) @binding(0) var<storage, read> m0: array<f32>;
@group(0) @binding(1) var<storage, read_write> m1: array<f32>;
@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  let slot = ((group.z * groups.y + group.y) * groups.x + group.x) * 64u + invocation;
  if (slot >= 21u) { return; }
  let number = slot;
  let k0: i32 = i32(number);
  m1[k0] = m0[k0];
}

@group(0) @binding(0) var<storage, read> m0: array<i32>;
@group(0) @binding(1) var<storage, read> m1: array<f32>;
@group(0) @binding(2) var<storage, read_write> m2: array<f32>;
@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  let slot = ((group.z * groups.y + group.y) * groups.x + group.x) * 64u + invocation;
  if (slot >= 3u) { return; }
  let number = slot;
  let k0: i32 = i32(number);
  for (var k1: i32 = 0i; k1 < 5i; k1 += 1i) {
    let v2: i32 = m0[k1];
    let v3: i32 = select(v2, v2 + 7i, v2 < 0i);
    if ((v3 >= 0i) && (v3 < 7i)) {
      let v4: i32 = v3;
      let v5: f32 = m2[(v4 * 3i) + k0] + m1[(k1 * 3i) + k0];
      m2[(v4 * 3i) + k0] = v5;
    }
  }
}
