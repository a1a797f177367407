@group(0) @binding(0) var<storage, read> m0: array<f32>;
@group(0) @binding(1) var<storage, read_write> scratch: array<u32>;
var<workgroup> s0: array<f32, 256>;
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
@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  gl_zero = groups.x >> 16u;
  let slot = (group.z * groups.y + group.y) * groups.x + group.x;
  if (slot >= 34u) { return; }
  let number = slot;
  let k1: i32 = i32(number);
  let k2: i32 = i32(invocation);
  let v3: i32 = (k1 * 256i) + k2;
  var v4: f32 = 0.0f;
  var r5: f32 = 0.0f;
  for (var k6: i32 = 0i; k6 < 8i; k6 += 1i) {
    let v7: f32 = m0[(k6 * 8704i) + v3];
    let v8: f32 = v4 + v7;
    r5 += gl_lost(v4, v7, v8);
    v4 = v8;
  }
  if (v3 < 368i) {
    let v9: f32 = m0[v3 + 69632i];
    let v10: f32 = v4 + v9;
    r5 += gl_lost(v4, v9, v10);
    v4 = v10;
  }
  s0[k2] = gl_total(v4, r5);
  workgroupBarrier();
  if (k2 < 16i) {
    let v11: i32 = k2;
    var v12: f32 = s0[v11];
    var r13: f32 = 0.0f;
    for (var k14: i32 = 1i; k14 < 16i; k14 += 1i) {
      let v15: f32 = s0[(k14 * 16i) + v11];
      let v16: f32 = v12 + v15;
      r13 += gl_lost(v12, v15, v16);
      v12 = v16;
    }
    s0[k2] = gl_total(v12, r13);
  }
  workgroupBarrier();
  var v17: f32 = s0[0i];
  var r18: f32 = 0.0f;
  for (var k19: i32 = 1i; k19 < 16i; k19 += 1i) {
    let v20: f32 = s0[k19];
    let v21: f32 = v17 + v20;
    r18 += gl_lost(v17, v20, v21);
    v17 = v21;
  }
  let v22: f32 = gl_total(v17, r18);
  if (k2 == 0i) {
    scratch[k1] = bitcast<u32>(v22);
  }
}

@group(0) @binding(0) var<storage, read_write> m0: array<f32>;
@group(0) @binding(1) var<storage, read_write> scratch: array<u32>;
var<workgroup> s0: array<f32, 256>;
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
@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  gl_zero = groups.x >> 16u;
  let slot = (group.z * groups.y + group.y) * groups.x + group.x;
  if (slot >= 1u) { return; }
  let number = slot;
  let k1: i32 = i32(invocation);
  var v2: f32 = 0.0f;
  var r3: f32 = 0.0f;
  if (k1 < 34i) {
    let v4: f32 = bitcast<f32>(scratch[k1]);
    let v5: f32 = v2 + v4;
    r3 += gl_lost(v2, v4, v5);
    v2 = v5;
  }
  s0[k1] = gl_total(v2, r3);
  workgroupBarrier();
  if (k1 < 16i) {
    let v6: i32 = k1;
    var v7: f32 = s0[v6];
    var r8: f32 = 0.0f;
    for (var k9: i32 = 1i; k9 < 16i; k9 += 1i) {
      let v10: f32 = s0[(k9 * 16i) + v6];
      let v11: f32 = v7 + v10;
      r8 += gl_lost(v7, v10, v11);
      v7 = v11;
    }
    s0[k1] = gl_total(v7, r8);
  }
  workgroupBarrier();
  var v12: f32 = s0[0i];
  var r13: f32 = 0.0f;
  for (var k14: i32 = 1i; k14 < 16i; k14 += 1i) {
    let v15: f32 = s0[k14];
    let v16: f32 = v12 + v15;
    r13 += gl_lost(v12, v15, v16);
    v12 = v16;
  }
  let v17: f32 = gl_total(v12, r13);
  if (k1 == 0i) {
    m0[0i] = v17;
  }
}
