@group(0) @binding(0) var<storage, read> m0: array<f32>;
@group(0) @binding(1) var<storage, read_write> m1: array<f32>;
var<workgroup> s0: array<f32, 256>;
var<private> gl_zero: u32;
fn gl_isNan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}
fn gl_max(x: f32, y: f32) -> f32 {
  if (gl_isNan(x)) { return x; }
  if (gl_isNan(y)) { return y; }
  if (x == y) { return bitcast<f32>(bitcast<u32>(x) & bitcast<u32>(y)); }
  return select(y, x, x > y);
}
fn gl_inf() -> f32 { return bitcast<f32>(gl_zero | 0x7f800000u); }
fn gl_ldexp(x: f32, n: i32) -> f32 {
  let half = n / 2i;
  let first = bitcast<f32>(u32(half + 127i) << 23u);
  return x * first * bitcast<f32>(u32(n - half + 127i) << 23u);
}
fn gl_smallExpm1(r: f32) -> f32 {
  return r + (r * r) * (0.5f + r * (0.1666666716337204f + r * (0.0416666679084301f + r * (0.008333333767950535f + r * (0.0013888889225199819f + r * 0.00019841270113829523f)))));
}
fn gl_exp(x: f32) -> f32 {
  if (gl_isNan(x)) { return x; }
  if (x > 89.0f) { return gl_inf(); }
  if (x < -104.0f) { return 0.0f; }
  let n = round(x * 1.4426950216293335f);
  let r = (x - n * 0.693359375f) - n * (-0.00021219444170128554f);
  return gl_ldexp(1.0f + gl_smallExpm1(r), i32(n));
}
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
  var s1: array<f32, 2>;
  let slot = (group.z * groups.y + group.y) * groups.x + group.x;
  if (slot >= 50u) { return; }
  let number = slot;
  let k2: i32 = i32(number);
  let k3: i32 = i32(invocation);
  let v4: i32 = k2;
  let v5: bool = k3 < 44i;
  var v6: f32 = bitcast<f32>(gl_zero | 0xff800000u);
  let v7: f32 = m0[(v4 * 300i) + k3];
  v6 = gl_max(v6, v7);
  if (v5) {
    let v8: i32 = k3 + 256i;
    v6 = gl_max(v6, m0[(v4 * 300i) + v8]);
  }
  s0[k3] = v6;
  workgroupBarrier();
  if (k3 < 16i) {
    let v9: i32 = k3;
    var v10: f32 = s0[v9];
    for (var k11: i32 = 1i; k11 < 16i; k11 += 1i) {
      v10 = gl_max(v10, s0[(k11 * 16i) + v9]);
    }
    s0[k3] = v10;
  }
  workgroupBarrier();
  var v12: f32 = s0[0i];
  for (var k13: i32 = 1i; k13 < 16i; k13 += 1i) {
    v12 = gl_max(v12, s0[k13]);
  }
  let v14: f32 = v12;
  var v15: f32 = 0.0f;
  var r16: f32 = 0.0f;
  let v17: f32 = gl_exp(v7 - v14);
  s1[0i] = v17;
  let v18: f32 = v17;
  let v19: f32 = v15 + v18;
  r16 += gl_lost(v15, v18, v19);
  v15 = v19;
  if (v5) {
    let v20: i32 = k3 + 256i;
    let v21: f32 = gl_exp(m0[(v4 * 300i) + v20] - v14);
    s1[1i] = v21;
    let v22: f32 = v21;
    let v23: f32 = v15 + v22;
    r16 += gl_lost(v15, v22, v23);
    v15 = v23;
  }
  workgroupBarrier();
  s0[k3] = gl_total(v15, r16);
  workgroupBarrier();
  if (k3 < 16i) {
    let v24: i32 = k3;
    var v25: f32 = s0[v24];
    var r26: f32 = 0.0f;
    for (var k27: i32 = 1i; k27 < 16i; k27 += 1i) {
      let v28: f32 = s0[(k27 * 16i) + v24];
      let v29: f32 = v25 + v28;
      r26 += gl_lost(v25, v28, v29);
      v25 = v29;
    }
    s0[k3] = gl_total(v25, r26);
  }
  workgroupBarrier();
  var v30: f32 = s0[0i];
  var r31: f32 = 0.0f;
  for (var k32: i32 = 1i; k32 < 16i; k32 += 1i) {
    let v33: f32 = s0[k32];
    let v34: f32 = v30 + v33;
    r31 += gl_lost(v30, v33, v34);
    v30 = v34;
  }
  let v35: f32 = gl_total(v30, r31);
  m1[(v4 * 300i) + k3] = v17 / v35;
  if (v5) {
    let v36: i32 = k3 + 256i;
    m1[(v4 * 300i) + v36] = s1[1i] / v35;
  }
}
