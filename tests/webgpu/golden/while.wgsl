@group(0) @binding(0) var<storage, read_write> m0: array<u32>;
@group(0) @binding(1) var<storage, read> m1: array<f32>;
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
@compute @workgroup_size(1)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  gl_zero = groups.x >> 16u;
  let slot = 0u;
  var v0: f32 = 0.0f;
  var r1: f32 = 0.0f;
  for (var k2: i32 = 0i; k2 < 5i; k2 += 1i) {
    let v3: f32 = m1[k2];
    let v4: f32 = v0 + v3;
    r1 += gl_lost(v0, v3, v4);
    v0 = v4;
  }
  m0[0i] = select(0u, 1u, gl_total(v0, r1) < 100.0f);
}

@group(0) @binding(0) var<storage, read_write> m0: array<f32>;
@group(0) @binding(1) var<storage, read_write> m1: array<f32>;
@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  let slot = ((group.z * groups.y + group.y) * groups.x + group.x) * 64u + invocation;
  if (slot >= 5u) { return; }
  let number = slot;
  let k0: i32 = i32(number);
  let v1: f32 = m0[k0];
  m0[k0] = (v1 * 2.0f) + 1.0f;
  m1[k0] = m1[k0] + v1;
}
