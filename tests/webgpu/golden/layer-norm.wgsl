@group(0) @binding(0) var<storage, read> m0: array<f32>;
@group(0) @binding(1) var<storage, read> m1: array<f32>;
@group(0) @binding(2) var<storage, read> m2: array<f32>;
@group(0) @binding(3) var<storage, read_write> m3: array<f32>;
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
  if (slot >= 4u) { return; }
  let number = slot;
  let k0: i32 = i32(number);
  var v1: f32 = 0.0f;
  var r2: f32 = 0.0f;
  let v3: i32 = k0 * 9i;
  for (var k4: i32 = 0i; k4 < 9i; k4 += 1i) {
    let v5: f32 = m0[v3 + k4];
    let v6: f32 = v1 + v5;
    r2 += gl_lost(v1, v5, v6);
    v1 = v6;
  }
  let v7: f32 = gl_total(v1, r2);
  var v8: f32 = 0.0f;
  var r9: f32 = 0.0f;
  let v10: f32 = v7 / 9.0f;
  let v11: i32 = k0 * 9i;
  for (var k12: i32 = 0i; k12 < 9i; k12 += 1i) {
    let v13: f32 = m0[v11 + k12] - v10;
    let v14: f32 = v13 * v13;
    let v15: f32 = v8 + v14;
    r9 += gl_lost(v8, v14, v15);
    v8 = v15;
  }
  let v16: f32 = sqrt((gl_total(v8, r9) / 9.0f) + 0.000009999999747378752f);
  let v17: i32 = k0 * 9i;
  for (var k18: i32 = 0i; k18 < 9i; k18 += 1i) {
    let v19: f32 = ((m0[v17 + k18] - v10) / v16) * m1[k18];
    m3[v17 + k18] = v19 + m2[k18];
  }
}
