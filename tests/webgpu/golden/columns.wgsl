@group(0) @binding(0) var<storage, read> m0: array<f32>;
@group(0) @binding(1) var<storage, read_write> m1: array<f32>;
var<private> gl_zero: u32;
fn gl_opaque(x: f32) -> f32 { return bitcast<f32>(bitcast<u32>(x) | gl_zero); }
fn gl_lost(sum: f32, x: f32, next: f32) -> f32 {
  let result = gl_opaque(next);
  let part = gl_opaque(result - sum);
  return (sum - (result - part)) + (x - part);
}
fn gl_isFinite(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}
fn gl_total(sum: f32, rest: f32) -> f32 {
  return select(sum, sum + rest, gl_isFinite(rest));
}
@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  gl_zero = groups.x >> 16u;
  let slot = ((group.z * groups.y + group.y) * groups.x + group.x) * 64u + invocation;
  if (slot >= 10u) { return; }
  let number = slot;
  let k0: i32 = i32(number);
  var v1: f32 = 0.0f;
  var r2: f32 = 0.0f;
  for (var k3: i32 = 0i; k3 < 5i; k3 += 1i) {
    let v4: f32 = m0[(k3 * 10i) + k0];
    let v5: f32 = v1 + v4;
    r2 += gl_lost(v1, v4, v5);
    v1 = v5;
  }
  m1[k0] = gl_total(v1, r2);
}
