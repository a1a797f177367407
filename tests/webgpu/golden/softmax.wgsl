@group(0) @binding(0) var<storage, read> m0: array<f32>;
@group(0) @binding(1) var<storage, read_write> m1: array<f32>;
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
@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  gl_zero = groups.x >> 16u;
  var s0: array<f32, 10>;
  let slot = ((group.z * groups.y + group.y) * groups.x + group.x) * 64u + invocation;
  if (slot >= 8u) { return; }
  let number = slot;
  let k1: i32 = i32(number);
  var v2: f32 = bitcast<f32>(gl_zero | 0xff800000u);
  let v3: i32 = k1 * 10i;
  for (var k4: i32 = 0i; k4 < 10i; k4 += 1i) {
    v2 = gl_max(v2, m0[v3 + k4]);
  }
  let v5: f32 = v2;
  var v6: f32 = 0.0f;
  var r7: f32 = 0.0f;
  let v8: i32 = k1 * 10i;
  for (var k9: i32 = 0i; k9 < 10i; k9 += 1i) {
    let v10: f32 = gl_exp(m0[v8 + k9] - v5);
    s0[k9] = v10;
    let v11: f32 = v10;
    let v12: f32 = v6 + v11;
    r7 += gl_lost(v6, v11, v12);
    v6 = v12;
  }
  let v13: f32 = gl_total(v6, r7);
  let v14: i32 = k1 * 10i;
  for (var k15: i32 = 0i; k15 < 10i; k15 += 1i) {
    m1[v14 + k15] = s0[k15] / v13;
  }
}
