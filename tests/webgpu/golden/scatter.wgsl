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
@compute @workgroup_size(1)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  let slot = 0u;
  for (var k0: i32 = 0i; k0 < 5i; k0 += 1i) {
    let v1: i32 = m0[k0];
    let v2: i32 = select(v1, v1 + 7i, v1 < 0i);
    let v3: bool = (v2 >= 0i) && (v2 < 7i);
    let v4: i32 = k0 * 3i;
    for (var k5: i32 = 0i; k5 < 3i; k5 += 1i) {
      if (v3) {
        let v6: i32 = v2;
        let v7: f32 = m2[(v6 * 3i) + k5] + m1[v4 + k5];
        m2[(v6 * 3i) + k5] = v7;
      }
    }
  }
}
