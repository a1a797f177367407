@group(0) @binding(0) var<storage, read> m0: array<f32>;
@group(0) @binding(1) var<storage, read_write> m1: array<f32>;
var<workgroup> s0: array<f32, 4>;
var<workgroup> s1: array<f32, 8>;
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
@compute @workgroup_size(8)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  gl_zero = groups.x >> 16u;
  let slot = (group.z * groups.y + group.y) * groups.x + group.x;
  if (slot >= 1u) { return; }
  let number = slot;
  let k2: i32 = i32(invocation);
  var v3: f32 = 0.0f;
  var r4: f32 = 0.0f;
  let v5: i32 = k2 * 5i;
  for (var k6: i32 = 0i; k6 < 5i; k6 += 1i) {
    let v7: f32 = m0[v5 + k6];
    let v8: f32 = v3 + v7;
    r4 += gl_lost(v3, v7, v8);
    v3 = v8;
  }
  s1[k2] = gl_total(v3, r4);
  workgroupBarrier();
  if (k2 < 4i) {
    let v9: i32 = k2;
    var v10: f32 = 0.0f;
    let v11: i32 = v9 * 2i;
    for (var k12: i32 = 0i; k12 < 2i; k12 += 1i) {
      let v13: f32 = v10;
      let v14: f32 = s1[v11 + k12];
      s1[v11 + k12] = v13;
      v10 = v13 + v14;
    }
    s0[v9] = v10;
  }
  workgroupBarrier();
  var v15: f32 = 0.0f;
  var r16: f32 = 0.0f;
  let k18: i32 = min(4i, k2 / 2i);
  for (var k17: i32 = 0i; k17 < k18; k17 += 1i) {
    let v19: f32 = s0[k17];
    let v20: f32 = v15 + v19;
    r16 += gl_lost(v15, v19, v20);
    v15 = v20;
  }
  var v21: f32 = gl_total(v15, r16) + s1[k2];
  for (var k22: i32 = 0i; k22 < 5i; k22 += 1i) {
    let v23: i32 = (k2 * 5i) + k22;
    let v24: f32 = v21 + m0[v23];
    v21 = v24;
    m1[v23] = v24;
  }
}
