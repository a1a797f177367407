@group(0) @binding(0) var<storage, read_write> m0: array<f32>;
@group(0) @binding(1) var<storage, read> m1: array<f32>;
@group(0) @binding(2) var<storage, read> m2: array<f32>;
@group(0) @binding(3) var<storage, read> m3: array<f32>;
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
  if (slot >= 6u) { return; }
  let number = slot;
  let k0: i32 = i32(number / 3u);
  let k1: i32 = i32((number) % 3u);
  var v2: f32 = 0.0f;
  var r3: f32 = 0.0f;
  let v4: i32 = k0 * 2i;
  for (var k5: i32 = 0i; k5 < 2i; k5 += 1i) {
    let v6: f32 = m2[v4 + k5] * m1[(k5 * 3i) + k1];
    let v7: f32 = v2 + v6;
    r3 += gl_lost(v2, v6, v7);
    v2 = v7;
  }
  let v8: f32 = gl_total(v2, r3) + m3[k1];
  m0[(k0 * 3i) + k1] = select(v8, 0.0f, v8 <= 0.0f);
}

@group(0) @binding(0) var<storage, read_write> m0: array<f32>;
@group(0) @binding(1) var<storage, read> m1: array<f32>;
@group(0) @binding(2) var<storage, read> m2: array<f32>;
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
  let k0: i32 = i32(number / 2u);
  let k1: i32 = i32((number) % 2u);
  var v2: f32 = 0.0f;
  var r3: f32 = 0.0f;
  let v4: i32 = k0 * 3i;
  for (var k5: i32 = 0i; k5 < 3i; k5 += 1i) {
    let v6: f32 = m0[v4 + k5] * m1[(k5 * 2i) + k1];
    let v7: f32 = v2 + v6;
    r3 += gl_lost(v2, v6, v7);
    v2 = v7;
  }
  m0[16i + ((k0 * 2i) + k1)] = gl_total(v2, r3) + m2[k1];
}

@group(0) @binding(0) var<storage, read_write> m0: array<f32>;
@group(0) @binding(1) var<storage, read> m1: array<i32>;
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
fn gl_isLogSpecial(x: f32) -> bool {
  return bitcast<u32>(x) >= 0x7f800000u || bitcast<u32>(x) == 0u;
}
fn gl_nan() -> f32 { return bitcast<f32>(gl_zero | 0x7fc00000u); }
fn gl_logSpecial(x: f32) -> f32 {
  if (gl_isNan(x) || x > 0.0f) { return x; }
  if (x < 0.0f) { return gl_nan(); }
  return -gl_inf();
}
fn gl_apart(x: f32) -> vec2<f32> {
  var bits = bitcast<u32>(x);
  var exponent = -127i;
  if (bits < 0x800000u) {
    bits = bitcast<u32>(x * 8388608.0f);
    exponent = -150i;
  }
  bits += 0x3f800000u - 0x3f3504f3u;
  exponent += i32(bits >> 23u);
  bits = (bits & 0x7fffffu) + 0x3f3504f3u;
  return vec2<f32>(bitcast<f32>(bits) - 1.0f, f32(exponent));
}
fn gl_logTail(z: f32) -> f32 {
  return z * (0.6666666865348816f + z * (0.4000000059604645f + z * (0.2857142984867096f + z * (0.2222222238779068f + z * (0.1818181872367859f + z * 0.1538461595773697f)))));
}
fn gl_smallLog1p(f: f32) -> f32 {
  let s = f / (2.0f + f);
  let square = 0.5f * f * f;
  return f - (square - s * (square + gl_logTail(s * s)));
}
fn gl_log(x: f32) -> f32 {
  if (gl_isLogSpecial(x)) { return gl_logSpecial(x); }
  let p = gl_apart(x);
  return p.y * 0.693359375f + (gl_smallLog1p(p.x) + p.y * (-0.00021219444170128554f));
}
fn gl_unscale(x: f32, y: f32) -> f32 {
  let quotient = x / y;
  if (x == 0.0f && (gl_isNan(y) || y == 0.0f)) { return 0.0f; }
  return quotient;
}
fn gl_scale(x: f32, y: f32) -> f32 {
  let product = x * y;
  return select(product, 0.0f, gl_isNan(product) && (x == 0.0f || y == 0.0f));
}
@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  gl_zero = groups.x >> 16u;
  var s0: array<f32, 2>;
  let slot = ((group.z * groups.y + group.y) * groups.x + group.x) * 64u + invocation;
  if (slot >= 2u) { return; }
  let number = slot;
  let k1: i32 = i32(number);
  var v2: f32 = bitcast<f32>(gl_zero | 0xff800000u);
  var v3: f32 = 0.0f;
  var r4: f32 = 0.0f;
  let v5: i32 = m1[k1];
  let v6: i32 = k1 * 2i;
  for (var k7: i32 = 0i; k7 < 2i; k7 += 1i) {
    v2 = gl_max(v2, m0[16i + (v6 + k7)]);
    let v8: f32 = select(select(0.0f, -0.5f, v5 == (k7 - 2i)), -0.5f, v5 == k7);
    let v9: f32 = -v8;
    let v10: f32 = v3 + v9;
    r4 += gl_lost(v3, v9, v10);
    v3 = v10;
  }
  let v11: f32 = v2;
  m0[32i + k1] = v11;
  let v12: f32 = gl_total(v3, r4);
  var v13: f32 = 0.0f;
  var r14: f32 = 0.0f;
  let v15: i32 = k1 * 2i;
  for (var k16: i32 = 0i; k16 < 2i; k16 += 1i) {
    let v17: f32 = gl_exp(m0[16i + (v15 + k16)] - v11);
    s0[k16] = v17;
    let v18: f32 = v17;
    let v19: f32 = v13 + v18;
    r14 += gl_lost(v13, v18, v19);
    v13 = v19;
  }
  let v20: f32 = gl_total(v13, r14);
  m0[48i + k1] = gl_log(v20);
  let v21: f32 = gl_unscale(v12, v20);
  let v22: i32 = k1 * 2i;
  for (var k23: i32 = 0i; k23 < 2i; k23 += 1i) {
    let v24: f32 = select(select(0.0f, -0.5f, v5 == (k23 - 2i)), -0.5f, v5 == k23);
    m0[64i + (v22 + k23)] = v24 + gl_scale(v21, s0[k23]);
  }
}

@group(0) @binding(0) var<storage, read> m0: array<f32>;
@group(0) @binding(1) var<storage, read> m1: array<i32>;
@group(0) @binding(2) var<storage, read_write> m2: array<f32>;
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
  for (var k2: i32 = 0i; k2 < 2i; k2 += 1i) {
    let v3: i32 = m1[k2];
    let v4: i32 = select(v3, v3 + 2i, v3 < 0i);
    var v5: f32 = bitcast<f32>(gl_zero | 0x7fc00000u);
    if ((v4 >= 0i) && (v4 < 2i)) {
      v5 = (m0[16i + ((k2 * 2i) + v4)] - m0[32i + k2]) - m0[48i + k2];
    }
    let v6: f32 = v5;
    let v7: f32 = v0 + v6;
    r1 += gl_lost(v0, v6, v7);
    v0 = v7;
  }
  m2[0i] = gl_total(v0, r1) / (-2.0f);
}

@group(0) @binding(0) var<storage, read_write> m0: array<f32>;
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
@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  gl_zero = groups.x >> 16u;
  let slot = ((group.z * groups.y + group.y) * groups.x + group.x) * 64u + invocation;
  if (slot >= 6u) { return; }
  let number = slot;
  let k0: i32 = i32(number / 3u);
  let k1: i32 = i32((number) % 3u);
  var v2: f32 = 0.0f;
  var r3: f32 = 0.0f;
  let v4: i32 = k0 * 2i;
  let v5: i32 = k1 * 2i;
  for (var k6: i32 = 0i; k6 < 2i; k6 += 1i) {
    let v7: f32 = m0[64i + (v4 + k6)] * m1[v5 + k6];
    let v8: f32 = v2 + v7;
    r3 += gl_lost(v2, v7, v8);
    v2 = v8;
  }
  m0[16i + ((k0 * 3i) + k1)] = select(0.0f, gl_total(v2, r3), m0[(k0 * 3i) + k1] > 0.0f);
}

@group(0) @binding(0) var<storage, read> m0: array<f32>;
@group(0) @binding(1) var<storage, read> m1: array<f32>;
@group(0) @binding(2) var<storage, read_write> m2: array<f32>;
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
  if (slot >= 6u) { return; }
  let number = slot;
  let k0: i32 = i32(number / 2u);
  let k1: i32 = i32((number) % 2u);
  var v2: f32 = 0.0f;
  var r3: f32 = 0.0f;
  for (var k4: i32 = 0i; k4 < 2i; k4 += 1i) {
    let v5: f32 = m0[16i + ((k4 * 3i) + k0)] * m1[(k4 * 2i) + k1];
    let v6: f32 = v2 + v5;
    r3 += gl_lost(v2, v5, v6);
    v2 = v6;
  }
  m2[(k1 * 3i) + k0] = m2[(k1 * 3i) + k0] - (gl_total(v2, r3) * 0.10000000149011612f);
}

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
  if (slot >= 3u) { return; }
  let number = slot;
  let k0: i32 = i32(number);
  var v1: f32 = 0.0f;
  var r2: f32 = 0.0f;
  for (var k3: i32 = 0i; k3 < 2i; k3 += 1i) {
    let v4: f32 = m0[16i + ((k3 * 3i) + k0)];
    let v5: f32 = v1 + v4;
    r2 += gl_lost(v1, v4, v5);
    v1 = v5;
  }
  m1[k0] = m1[k0] - (gl_total(v1, r2) * 0.10000000149011612f);
}

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
  if (slot >= 6u) { return; }
  let number = slot;
  let k0: i32 = i32(number / 3u);
  let k1: i32 = i32((number) % 3u);
  var v2: f32 = 0.0f;
  var r3: f32 = 0.0f;
  for (var k4: i32 = 0i; k4 < 2i; k4 += 1i) {
    let v5: f32 = m0[64i + ((k4 * 2i) + k0)] * m0[(k4 * 3i) + k1];
    let v6: f32 = v2 + v5;
    r3 += gl_lost(v2, v5, v6);
    v2 = v6;
  }
  m1[(k1 * 2i) + k0] = m1[(k1 * 2i) + k0] - (gl_total(v2, r3) * 0.10000000149011612f);
}

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
  if (slot >= 2u) { return; }
  let number = slot;
  let k0: i32 = i32(number);
  var v1: f32 = 0.0f;
  var r2: f32 = 0.0f;
  for (var k3: i32 = 0i; k3 < 2i; k3 += 1i) {
    let v4: f32 = m0[64i + ((k3 * 2i) + k0)];
    let v5: f32 = v1 + v4;
    r2 += gl_lost(v1, v4, v5);
    v1 = v5;
  }
  m1[k0] = m1[k0] - (gl_total(v1, r2) * 0.10000000149011612f);
}
