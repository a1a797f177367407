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
  if (slot >= 128u) { return; }
  let number = slot;
  let k1: i32 = i32(number);
  let k2: i32 = i32(invocation);
  let v3: i32 = k2 % 32i;
  let v4: i32 = k2 / 32i;
  let v5: bool = v3 < 20i;
  let v6: i32 = min(v3, 19i);
  let v7: i32 = (k1 * 8i) + v4;
  let v8: bool = v7 < 808i;
  var v9: f32 = 0.0f;
  var r10: f32 = 0.0f;
  if (v5) {
    let v11: i32 = (v7 * 20i) + v6;
    for (var k12: i32 = 0i; k12 < 8i; k12 += 1i) {
      let v13: f32 = m0[v11 + (k12 * 20480i)];
      let v14: f32 = v9 + v13;
      r10 += gl_lost(v9, v13, v14);
      v9 = v14;
    }
    if (v8) {
      let v15: f32 = m0[((v7 + 8192i) * 20i) + v6];
      let v16: f32 = v9 + v15;
      r10 += gl_lost(v9, v15, v16);
      v9 = v16;
    }
  }
  s0[(v4 * 32i) + v3] = gl_total(v9, r10);
  workgroupBarrier();
  var v17: f32 = s0[v3];
  var r18: f32 = 0.0f;
  for (var k19: i32 = 1i; k19 < 8i; k19 += 1i) {
    let v20: f32 = s0[(k19 * 32i) + v3];
    let v21: f32 = v17 + v20;
    r18 += gl_lost(v17, v20, v21);
    v17 = v21;
  }
  let v22: f32 = gl_total(v17, r18);
  if ((v4 == 0i) && v5) {
    scratch[(k1 * 20i) + v6] = bitcast<u32>(v22);
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
  let v2: i32 = k1 % 32i;
  let v3: i32 = k1 / 32i;
  let v4: bool = v2 < 20i;
  let v5: i32 = min(v2, 19i);
  var v6: f32 = 0.0f;
  var r7: f32 = 0.0f;
  if (v4) {
    let v8: i32 = (v3 * 20i) + v5;
    for (var k9: i32 = 0i; k9 < 16i; k9 += 1i) {
      let v10: f32 = bitcast<f32>(scratch[v8 + (k9 * 160i)]);
      let v11: f32 = v6 + v10;
      r7 += gl_lost(v6, v10, v11);
      v6 = v11;
    }
  }
  s0[(v3 * 32i) + v2] = gl_total(v6, r7);
  workgroupBarrier();
  var v12: f32 = s0[v2];
  var r13: f32 = 0.0f;
  for (var k14: i32 = 1i; k14 < 8i; k14 += 1i) {
    let v15: f32 = s0[(k14 * 32i) + v2];
    let v16: f32 = v12 + v15;
    r13 += gl_lost(v12, v15, v16);
    v12 = v16;
  }
  let v17: f32 = gl_total(v12, r13);
  if ((v3 == 0i) && v4) {
    m0[v5] = v17;
  }
}
