@group(0) @binding(0) var<storage, read_write> m0: array<f32>;
@group(0) @binding(1) var<storage, read> m1: array<f32>;
@group(0) @binding(2) var<storage, read> m2: array<f32>;
@group(0) @binding(3) var<uniform> counters: array<vec4<i32>, 2>;
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
fn gl_isNan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}
fn gl_copySign(x: f32, sign: f32) -> f32 {
  let bits = (bitcast<u32>(x) & 0x7fffffffu) | (bitcast<u32>(sign) & 0x80000000u);
  return bitcast<f32>(bits);
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
fn gl_expm1(x: f32) -> f32 {
  if (gl_isNan(x) || x == 0.0f) { return x; }
  if (x > 60.0f) { return gl_exp(x); }
  if (x < -18.0f) { return -1.0f; }
  let n = round(x * 1.4426950216293335f);
  let r = (x - n * 0.693359375f) - n * (-0.00021219444170128554f);
  let k = i32(n);
  return gl_ldexp(gl_smallExpm1(r), k) + (gl_ldexp(1.0f, k) - 1.0f);
}
fn gl_tanh(x: f32) -> f32 {
  if (gl_isNan(x)) { return x; }
  let a = abs(x);
  if (a > 9.1f) { return gl_copySign(1.0f, x); }
  let t = gl_expm1(2.0f * a);
  return gl_copySign(t / (t + 2.0f), x);
}
@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  gl_zero = groups.x >> 16u;
  let k0: i32 = counters[0u].x;
  let slot = ((group.z * groups.y + group.y) * groups.x + group.x) * 64u + invocation;
  if (slot >= 12u) { return; }
  let number = slot;
  let k1: i32 = i32(number / 4u);
  let k2: i32 = i32((number) % 4u);
  var v3: f32 = 0.0f;
  var r4: f32 = 0.0f;
  let v5: i32 = k1 * 4i;
  for (var k6: i32 = 0i; k6 < 4i; k6 += 1i) {
    let v7: f32 = m0[v5 + k6] * m1[(k6 * 4i) + k2];
    let v8: f32 = v3 + v7;
    r4 += gl_lost(v3, v7, v8);
    v3 = v8;
  }
  let v9: f32 = (gl_total(v3, r4) + m2[((k0 * 12i) + (k1 * 4i)) + k2]) * 0.25f;
  m0[16i + (((k0 * 12i) + (k1 * 4i)) + k2)] = gl_tanh(v9);
}

@group(0) @binding(0) var<storage, read_write> m0: array<f32>;
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
  for (var k2: i32 = 0i; k2 < 12i; k2 += 1i) {
    let v3: f32 = m0[k2];
    let v4: f32 = v3 * v3;
    let v5: f32 = v0 + v4;
    r1 += gl_lost(v0, v4, v5);
    v0 = v5;
  }
  m0[112i + 0i] = gl_total(v0, r1);
}

@group(0) @binding(0) var<storage, read> m0: array<f32>;
@group(0) @binding(1) var<storage, read_write> m1: array<f32>;
var<workgroup> s0: array<f32, 64>;
fn gl_isFinite(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}
var<private> gl_zero: u32;
fn gl_nan() -> f32 { return bitcast<f32>(gl_zero | 0x7fc00000u); }
fn gl_highProduct(x: u32, y: u32) -> u32 {
  let a = x >> 16u;
  let b = x & 0xffffu;
  let c = y >> 16u;
  let d = y & 0xffffu;
  let low = b * d;
  let first = a * d + (low >> 16u);
  let second = b * c + (first & 0xffffu);
  return a * c + (first >> 16u) + (second >> 16u);
}
fn gl_ldexp(x: f32, n: i32) -> f32 {
  let half = n / 2i;
  let first = bitcast<f32>(u32(half + 127i) << 23u);
  return x * first * bitcast<f32>(u32(n - half + 127i) << 23u);
}
fn gl_isNegative(x: f32) -> bool { return (bitcast<u32>(x) >> 31u) == 1u; }
fn gl_reduceLarge(x: f32) -> vec2<f32> {
  var words = array<u32, 8>(0u, 0x28be60dbu, 0x9391054au, 0x7f09d5f4u, 0x7d4d3770u, 0x36d8a566u,
    0x4f10e410u, 0u);
  let bits = bitcast<u32>(x);
  let fraction = (bits << 8u) | 0x80000000u;
  let exponent = ((bits >> 23u) & 0xffu) - 126u;
  let at = exponent >> 5u;
  let shift = exponent & 31u;
  var high = words[at];
  var middle = words[at + 1u];
  var low = words[at + 2u];
  if (shift != 0u) {
    high = (high << shift) | (middle >> (32u - shift));
    middle = (middle << shift) | (low >> (32u - shift));
    low = (low << shift) | (words[at + 3u] >> (32u - shift));
  }
  let carried = gl_highProduct(fraction, low);
  var lower = fraction * middle + carried;
  var upper = gl_highProduct(fraction, middle) + select(0u, 1u, lower < carried);
  upper += fraction * high;
  var quadrant = upper >> 30u;
  upper &= 0x3fffffffu;
  var sign = 1.0f;
  if ((upper & 0x20000000u) != 0u) {
    quadrant += 1u;
    sign = -1.0f;
    lower = ~lower + 1u;
    upper = (0x40000000u - upper) - select(1u, 0u, lower == 0u);
  }
  if (upper == 0u && lower == 0u) { return vec2<f32>(0.0f, f32(quadrant & 3u)); }
  let zeros = select(32u + countLeadingZeros(lower), countLeadingZeros(upper), upper != 0u);
  var top = upper;
  if (zeros >= 32u) { top = lower << (zeros - 32u); }
  else if (zeros > 0u) { top = (upper << zeros) | (lower >> (32u - zeros)); }
  let r = sign * gl_ldexp(f32(top) * 1.462918119976564e-9f, -i32(zeros));
  if (gl_isNegative(x)) { return vec2<f32>(-r, f32((4u - quadrant) & 3u)); }
  return vec2<f32>(r, f32(quadrant & 3u));
}
fn gl_reduce(x: f32) -> vec2<f32> {
  if (abs(x) > 200.0f) { return gl_reduceLarge(x); }
  let n = round(x * 0.6366197466850281f);
  let r = ((x - n * 1.5703125f) - n * 0.0004837512969970703f) - n * 7.549790126404332e-8f;
  return vec2<f32>(r, f32(u32(i32(n) & 3i)));
}
fn gl_smallSin(r: f32) -> f32 {
  let z = r * r;
  return r + r * z * ((-0.1666666716337204f) + z * (0.008333333767950535f + z * ((-0.00019841270113829523f) + z * 0.0000027557318844628753f)));
}
fn gl_smallCos(r: f32) -> f32 {
  let z = r * r;
  return 1.0f - (0.5f * z - z * z * (0.0416666679084301f + z * ((-0.0013888889225199819f) + z * (0.000024801587642286904f + z * (-2.755731998149713e-7f)))));
}
fn gl_quadrantSin(r: f32, quadrant: u32) -> f32 {
  let size = select(gl_smallSin(r), gl_smallCos(r), (quadrant & 1u) == 1u);
  return select(size, -size, (quadrant & 2u) == 2u);
}
fn gl_sin(x: f32) -> f32 {
  if (!gl_isFinite(x)) { return gl_nan(); }
  if (abs(x) < 1e-4f) { return x; }
  let p = gl_reduce(x);
  return gl_quadrantSin(p.x, u32(p.y));
}
fn gl_opaque(x: f32) -> f32 { return bitcast<f32>(bitcast<u32>(x) | gl_zero); }
fn gl_lost(sum: f32, x: f32, next: f32) -> f32 {
  let result = gl_opaque(next);
  let part = gl_opaque(result - sum);
  return (sum - (result - part)) + (x - part);
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
  let slot = (group.z * groups.y + group.y) * groups.x + group.x;
  if (slot >= 1u) { return; }
  let number = slot;
  let k1: i32 = i32(invocation);
  var v2: f32 = 0.0f;
  var r3: f32 = 0.0f;
  if (k1 < 48i) {
    let v4: f32 = m0[16i + (((((k1 / 12i) % 4i) * 12i) + (((k1 / 4i) % 3i) * 4i)) + (k1 % 4i))];
    let v5: f32 = gl_sin(v4);
    let v6: f32 = v2 + v5;
    r3 += gl_lost(v2, v5, v6);
    v2 = v6;
  }
  s0[k1] = gl_total(v2, r3);
  workgroupBarrier();
  if (k1 < 8i) {
    let v7: i32 = k1;
    var v8: f32 = s0[v7];
    var r9: f32 = 0.0f;
    for (var k10: i32 = 1i; k10 < 8i; k10 += 1i) {
      let v11: f32 = s0[(k10 * 8i) + v7];
      let v12: f32 = v8 + v11;
      r9 += gl_lost(v8, v11, v12);
      v8 = v12;
    }
    s0[k1] = gl_total(v8, r9);
  }
  workgroupBarrier();
  var v13: f32 = s0[0i];
  var r14: f32 = 0.0f;
  for (var k15: i32 = 1i; k15 < 8i; k15 += 1i) {
    let v16: f32 = s0[k15];
    let v17: f32 = v13 + v16;
    r14 += gl_lost(v13, v16, v17);
    v13 = v17;
  }
  let v18: f32 = gl_total(v13, r14);
  if (k1 == 0i) {
    m1[0i] = m0[112i + 0i] + v18;
  }
}

@group(0) @binding(0) var<storage, read_write> m0: array<f32>;
fn gl_isFinite(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}
var<private> gl_zero: u32;
fn gl_nan() -> f32 { return bitcast<f32>(gl_zero | 0x7fc00000u); }
fn gl_highProduct(x: u32, y: u32) -> u32 {
  let a = x >> 16u;
  let b = x & 0xffffu;
  let c = y >> 16u;
  let d = y & 0xffffu;
  let low = b * d;
  let first = a * d + (low >> 16u);
  let second = b * c + (first & 0xffffu);
  return a * c + (first >> 16u) + (second >> 16u);
}
fn gl_ldexp(x: f32, n: i32) -> f32 {
  let half = n / 2i;
  let first = bitcast<f32>(u32(half + 127i) << 23u);
  return x * first * bitcast<f32>(u32(n - half + 127i) << 23u);
}
fn gl_isNegative(x: f32) -> bool { return (bitcast<u32>(x) >> 31u) == 1u; }
fn gl_reduceLarge(x: f32) -> vec2<f32> {
  var words = array<u32, 8>(0u, 0x28be60dbu, 0x9391054au, 0x7f09d5f4u, 0x7d4d3770u, 0x36d8a566u,
    0x4f10e410u, 0u);
  let bits = bitcast<u32>(x);
  let fraction = (bits << 8u) | 0x80000000u;
  let exponent = ((bits >> 23u) & 0xffu) - 126u;
  let at = exponent >> 5u;
  let shift = exponent & 31u;
  var high = words[at];
  var middle = words[at + 1u];
  var low = words[at + 2u];
  if (shift != 0u) {
    high = (high << shift) | (middle >> (32u - shift));
    middle = (middle << shift) | (low >> (32u - shift));
    low = (low << shift) | (words[at + 3u] >> (32u - shift));
  }
  let carried = gl_highProduct(fraction, low);
  var lower = fraction * middle + carried;
  var upper = gl_highProduct(fraction, middle) + select(0u, 1u, lower < carried);
  upper += fraction * high;
  var quadrant = upper >> 30u;
  upper &= 0x3fffffffu;
  var sign = 1.0f;
  if ((upper & 0x20000000u) != 0u) {
    quadrant += 1u;
    sign = -1.0f;
    lower = ~lower + 1u;
    upper = (0x40000000u - upper) - select(1u, 0u, lower == 0u);
  }
  if (upper == 0u && lower == 0u) { return vec2<f32>(0.0f, f32(quadrant & 3u)); }
  let zeros = select(32u + countLeadingZeros(lower), countLeadingZeros(upper), upper != 0u);
  var top = upper;
  if (zeros >= 32u) { top = lower << (zeros - 32u); }
  else if (zeros > 0u) { top = (upper << zeros) | (lower >> (32u - zeros)); }
  let r = sign * gl_ldexp(f32(top) * 1.462918119976564e-9f, -i32(zeros));
  if (gl_isNegative(x)) { return vec2<f32>(-r, f32((4u - quadrant) & 3u)); }
  return vec2<f32>(r, f32(quadrant & 3u));
}
fn gl_reduce(x: f32) -> vec2<f32> {
  if (abs(x) > 200.0f) { return gl_reduceLarge(x); }
  let n = round(x * 0.6366197466850281f);
  let r = ((x - n * 1.5703125f) - n * 0.0004837512969970703f) - n * 7.549790126404332e-8f;
  return vec2<f32>(r, f32(u32(i32(n) & 3i)));
}
fn gl_smallSin(r: f32) -> f32 {
  let z = r * r;
  return r + r * z * ((-0.1666666716337204f) + z * (0.008333333767950535f + z * ((-0.00019841270113829523f) + z * 0.0000027557318844628753f)));
}
fn gl_smallCos(r: f32) -> f32 {
  let z = r * r;
  return 1.0f - (0.5f * z - z * z * (0.0416666679084301f + z * ((-0.0013888889225199819f) + z * (0.000024801587642286904f + z * (-2.755731998149713e-7f)))));
}
fn gl_quadrantSin(r: f32, quadrant: u32) -> f32 {
  let size = select(gl_smallSin(r), gl_smallCos(r), (quadrant & 1u) == 1u);
  return select(size, -size, (quadrant & 2u) == 2u);
}
fn gl_cos(x: f32) -> f32 {
  if (!gl_isFinite(x)) { return gl_nan(); }
  let p = gl_reduce(x);
  return gl_quadrantSin(p.x, u32(p.y) + 1u);
}
@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  gl_zero = groups.x >> 16u;
  let slot = ((group.z * groups.y + group.y) * groups.x + group.x) * 64u + invocation;
  if (slot >= 48u) { return; }
  let number = slot;
  let k0: i32 = i32(number);
  m0[112i + k0] = gl_cos(m0[16i + k0]);
}

@group(0) @binding(0) var<storage, read> m0: array<f32>;
@group(0) @binding(1) var<storage, read_write> m1: array<f32>;
@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  let slot = ((group.z * groups.y + group.y) * groups.x + group.x) * 64u + invocation;
  if (slot >= 12u) { return; }
  let number = slot;
  let k0: i32 = i32(number);
  let v1: f32 = m0[k0];
  m1[k0] = v1 + v1;
}

@group(0) @binding(0) var<storage, read_write> m0: array<f32>;
@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  let slot = ((group.z * groups.y + group.y) * groups.x + group.x) * 64u + invocation;
  if (slot >= 16u) { return; }
  let number = slot;
  let k0: i32 = i32(number);
  m0[k0] = 0.0f;
}

@group(0) @binding(0) var<storage, read> m0: array<f32>;
@group(0) @binding(1) var<storage, read> m1: array<f32>;
@group(0) @binding(2) var<storage, read_write> m2: array<f32>;
@group(0) @binding(3) var<uniform> counters: array<vec4<i32>, 2>;
@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  let k0: i32 = counters[0u].x;
  let slot = ((group.z * groups.y + group.y) * groups.x + group.x) * 64u + invocation;
  if (slot >= 12u) { return; }
  let number = slot;
  let k1: i32 = i32(number);
  let v2: i32 = k0 * 12i;
  let v3: f32 = m1[k1] + m0[112i + (v2 + k1)];
  let v4: f32 = m0[16i + (v2 + k1)];
  m2[v2 + k1] = (v3 * (1.0f - (v4 * v4))) * 0.25f;
}

@group(0) @binding(0) var<storage, read> m0: array<f32>;
@group(0) @binding(1) var<storage, read> m1: array<f32>;
@group(0) @binding(2) var<storage, read_write> m2: array<f32>;
@group(0) @binding(3) var<uniform> counters: array<vec4<i32>, 2>;
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
  let k0: i32 = counters[0u].x;
  let slot = ((group.z * groups.y + group.y) * groups.x + group.x) * 64u + invocation;
  if (slot >= 12u) { return; }
  let number = slot;
  let k1: i32 = i32(number / 4u);
  let k2: i32 = i32((number) % 4u);
  var v3: f32 = 0.0f;
  var r4: f32 = 0.0f;
  let v5: i32 = (k0 * 12i) + (k1 * 4i);
  let v6: i32 = k2 * 4i;
  for (var k7: i32 = 0i; k7 < 4i; k7 += 1i) {
    let v8: f32 = m1[v5 + k7] * m0[v6 + k7];
    let v9: f32 = v3 + v8;
    r4 += gl_lost(v3, v8, v9);
    v3 = v9;
  }
  m2[(k1 * 4i) + k2] = gl_total(v3, r4);
}

@group(0) @binding(0) var<storage, read> m0: array<f32>;
@group(0) @binding(1) var<storage, read> m1: array<f32>;
@group(0) @binding(2) var<storage, read_write> m2: array<f32>;
@group(0) @binding(3) var<uniform> counters: array<vec4<i32>, 2>;
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
  let k0: i32 = counters[0u].x;
  let slot = ((group.z * groups.y + group.y) * groups.x + group.x) * 64u + invocation;
  if (slot >= 16u) { return; }
  let number = slot;
  let k1: i32 = i32(number / 4u);
  let k2: i32 = i32((number) % 4u);
  var v3: f32 = 0.0f;
  var r4: f32 = 0.0f;
  let v5: i32 = (k0 * 12i) + k1;
  let v6: i32 = (k0 * 12i) + k2;
  for (var k7: i32 = 0i; k7 < 3i; k7 += 1i) {
    let v8: f32 = m1[v5 + (k7 * 4i)] * m0[64i + (v6 + (k7 * 4i))];
    let v9: f32 = v3 + v8;
    r4 += gl_lost(v3, v8, v9);
    v3 = v9;
  }
  m2[(k2 * 4i) + k1] = m2[(k2 * 4i) + k1] + gl_total(v3, r4);
}
