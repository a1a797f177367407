@group(0) @binding(0) var<storage, read> m0: array<f32>;
@group(0) @binding(1) var<storage, read_write> m1: array<i32>;
fn gl_isNan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}
fn gl_ne(x: f32, y: f32) -> bool {
  return x != y || gl_isNan(x) || gl_isNan(y);
}
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
  var v1: f32 = 0.0f;
  var v2: i32 = -1i;
  let v3: i32 = k0 * 7i;
  for (var k4: i32 = 0i; k4 < 7i; k4 += 1i) {
    let v5: f32 = m0[v3 + k4];
    let v6: bool = (v2 < 0i) || ((v5 > v1) || (gl_ne(v5, v5) && (v1 == v1)));
    let v7: i32 = select(v2, k4, v6);
    v1 = select(v1, v5, v6);
    v2 = v7;
  }
  m1[k0] = v2;
}
