@group(0) @binding(0) var<storage, read> m0: array<i32>;
@group(0) @binding(1) var<storage, read> m1: array<f32>;
@group(0) @binding(2) var<storage, read_write> m2: array<f32>;
var<private> gl_zero: u32;
@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  gl_zero = groups.x >> 16u;
  let slot = ((group.z * groups.y + group.y) * groups.x + group.x) * 64u + invocation;
  if (slot >= 15u) { return; }
  let number = slot;
  let k0: i32 = i32(number / 3u);
  let k1: i32 = i32((number) % 3u);
  let v2: i32 = m0[k0];
  let v3: i32 = select(v2, v2 + 7i, v2 < 0i);
  let v4: bool = (v3 >= 0i) && (v3 < 7i);
  let v5: i32 = v3 * 3i;
  let v6: i32 = k0 * 3i;
  var v7: f32 = bitcast<f32>(gl_zero | 0x7fc00000u);
  if (v4) {
    v7 = m1[v5 + k1];
  }
  m2[v6 + k1] = v7;
}
