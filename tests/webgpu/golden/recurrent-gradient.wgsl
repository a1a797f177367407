@group(0) @binding(0) var<storage, read_write> m0: array<f32>;
@group(0) @binding(1) var<storage, read> m1: array<f32>;
@group(0) @binding(2) var<storage, read> m2: array<f32>;
@group(0) @binding(3) var<uniform> counters: array<vec4<i32>, 2>;
fn gl_lost(sum: f32, x: f32, next: f32) -> f32 {
  let part = next - sum;
  return (sum - (next - part)) + (x - part);
}
fn gl_isNan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}
fn gl_copySign(x: f32, sign: f32) -> f32 {
  let bits = (bitcast<u32>(x) & 0x7fffffffu) | (bitcast<u32>(sign) & 0x80000000u);
  return bitcast<f32>(bits);
}
var<private> gl_zero: u32;
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
  let k0: i32 = counters[0u].x;
  let slot = 0u;
  var v1: f32 = 0.0f;
  var r2: f32 = 0.0f;
  var v3: f32 = 0.0f;
  var r4: f32 = 0.0f;
  var v5: f32 = 0.0f;
  var r6: f32 = 0.0f;
  var v7: f32 = 0.0f;
  var r8: f32 = 0.0f;
  var v9: f32 = 0.0f;
  var r10: f32 = 0.0f;
  var v11: f32 = 0.0f;
  var r12: f32 = 0.0f;
  var v13: f32 = 0.0f;
  var r14: f32 = 0.0f;
  var v15: f32 = 0.0f;
  var r16: f32 = 0.0f;
  var v17: f32 = 0.0f;
  var r18: f32 = 0.0f;
  var v19: f32 = 0.0f;
  var r20: f32 = 0.0f;
  var v21: f32 = 0.0f;
  var r22: f32 = 0.0f;
  var v23: f32 = 0.0f;
  var r24: f32 = 0.0f;
  for (var k25: i32 = 0i; k25 < 4i; k25 += 1i) {
    let v26: f32 = m1[k25 * 4i];
    let v27: f32 = m1[(k25 * 4i) + 1i];
    let v28: f32 = m1[(k25 * 4i) + 2i];
    let v29: f32 = m1[(k25 * 4i) + 3i];
    let v30: f32 = m0[k25];
    let v31: f32 = v30 * v26;
    let v32: f32 = v1 + v31;
    r2 += gl_lost(v1, v31, v32);
    v1 = v32;
    let v33: f32 = v30 * v27;
    let v34: f32 = v3 + v33;
    r4 += gl_lost(v3, v33, v34);
    v3 = v34;
    let v35: f32 = v30 * v28;
    let v36: f32 = v5 + v35;
    r6 += gl_lost(v5, v35, v36);
    v5 = v36;
    let v37: f32 = v30 * v29;
    let v38: f32 = v7 + v37;
    r8 += gl_lost(v7, v37, v38);
    v7 = v38;
    let v39: f32 = m0[k25 + 4i];
    let v40: f32 = v39 * v26;
    let v41: f32 = v9 + v40;
    r10 += gl_lost(v9, v40, v41);
    v9 = v41;
    let v42: f32 = v39 * v27;
    let v43: f32 = v11 + v42;
    r12 += gl_lost(v11, v42, v43);
    v11 = v43;
    let v44: f32 = v39 * v28;
    let v45: f32 = v13 + v44;
    r14 += gl_lost(v13, v44, v45);
    v13 = v45;
    let v46: f32 = v39 * v29;
    let v47: f32 = v15 + v46;
    r16 += gl_lost(v15, v46, v47);
    v15 = v47;
    let v48: f32 = m0[k25 + 8i];
    let v49: f32 = v48 * v26;
    let v50: f32 = v17 + v49;
    r18 += gl_lost(v17, v49, v50);
    v17 = v50;
    let v51: f32 = v48 * v27;
    let v52: f32 = v19 + v51;
    r20 += gl_lost(v19, v51, v52);
    v19 = v52;
    let v53: f32 = v48 * v28;
    let v54: f32 = v21 + v53;
    r22 += gl_lost(v21, v53, v54);
    v21 = v54;
    let v55: f32 = v48 * v29;
    let v56: f32 = v23 + v55;
    r24 += gl_lost(v23, v55, v56);
    v23 = v56;
  }
  m0[16i + (k0 * 12i)] = gl_tanh((gl_total(v1, r2) + m2[k0 * 12i]) * 0.25f);
  m0[16i + ((k0 * 12i) + 1i)] = gl_tanh((gl_total(v3, r4) + m2[(k0 * 12i) + 1i]) * 0.25f);
  m0[16i + ((k0 * 12i) + 2i)] = gl_tanh((gl_total(v5, r6) + m2[(k0 * 12i) + 2i]) * 0.25f);
  m0[16i + ((k0 * 12i) + 3i)] = gl_tanh((gl_total(v7, r8) + m2[(k0 * 12i) + 3i]) * 0.25f);
  m0[16i + ((k0 * 12i) + 4i)] = gl_tanh((gl_total(v9, r10) + m2[(k0 * 12i) + 4i]) * 0.25f);
  m0[16i + ((k0 * 12i) + 5i)] = gl_tanh((gl_total(v11, r12) + m2[(k0 * 12i) + 5i]) * 0.25f);
  m0[16i + ((k0 * 12i) + 6i)] = gl_tanh((gl_total(v13, r14) + m2[(k0 * 12i) + 6i]) * 0.25f);
  m0[16i + ((k0 * 12i) + 7i)] = gl_tanh((gl_total(v15, r16) + m2[(k0 * 12i) + 7i]) * 0.25f);
  m0[16i + ((k0 * 12i) + 8i)] = gl_tanh((gl_total(v17, r18) + m2[(k0 * 12i) + 8i]) * 0.25f);
  m0[16i + ((k0 * 12i) + 9i)] = gl_tanh((gl_total(v19, r20) + m2[(k0 * 12i) + 9i]) * 0.25f);
  m0[16i + ((k0 * 12i) + 10i)] = gl_tanh((gl_total(v21, r22) + m2[(k0 * 12i) + 10i]) * 0.25f);
  m0[16i + ((k0 * 12i) + 11i)] = gl_tanh((gl_total(v23, r24) + m2[(k0 * 12i) + 11i]) * 0.25f);
}

@group(0) @binding(0) var<storage, read_write> m0: array<f32>;
fn gl_lost(sum: f32, x: f32, next: f32) -> f32 {
  let part = next - sum;
  return (sum - (next - part)) + (x - part);
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
@compute @workgroup_size(1)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  gl_zero = groups.x >> 16u;
  let slot = 0u;
  var v0: f32 = 0.0f;
  for (var k1: i32 = 0i; k1 < 48i; k1 += 1i) {
    let v2: f32 = v0 + gl_sin(m0[16i + k1]);
    v0 = v2;
  }
  m1[0i] = m0[112i + 0i] + v0;
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
fn gl_lost(sum: f32, x: f32, next: f32) -> f32 {
  let part = next - sum;
  return (sum - (next - part)) + (x - part);
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
  let k0: i32 = counters[0u].x;
  let slot = 0u;
  var v1: f32 = 0.0f;
  var r2: f32 = 0.0f;
  var v3: f32 = 0.0f;
  var r4: f32 = 0.0f;
  var v5: f32 = 0.0f;
  var r6: f32 = 0.0f;
  var v7: f32 = 0.0f;
  var r8: f32 = 0.0f;
  var v9: f32 = 0.0f;
  var r10: f32 = 0.0f;
  var v11: f32 = 0.0f;
  var r12: f32 = 0.0f;
  var v13: f32 = 0.0f;
  var r14: f32 = 0.0f;
  var v15: f32 = 0.0f;
  var r16: f32 = 0.0f;
  var v17: f32 = 0.0f;
  var r18: f32 = 0.0f;
  var v19: f32 = 0.0f;
  var r20: f32 = 0.0f;
  var v21: f32 = 0.0f;
  var r22: f32 = 0.0f;
  var v23: f32 = 0.0f;
  var r24: f32 = 0.0f;
  let v25: i32 = k0 * 12i;
  let v26: i32 = (k0 * 12i) + 4i;
  let v27: i32 = (k0 * 12i) + 8i;
  for (var k28: i32 = 0i; k28 < 4i; k28 += 1i) {
    let v29: f32 = m0[k28];
    let v30: f32 = m0[k28 + 4i];
    let v31: f32 = m0[k28 + 8i];
    let v32: f32 = m0[k28 + 12i];
    let v33: f32 = m1[v25 + k28];
    let v34: f32 = v33 * v29;
    let v35: f32 = v1 + v34;
    r2 += gl_lost(v1, v34, v35);
    v1 = v35;
    let v36: f32 = v33 * v30;
    let v37: f32 = v3 + v36;
    r4 += gl_lost(v3, v36, v37);
    v3 = v37;
    let v38: f32 = v33 * v31;
    let v39: f32 = v5 + v38;
    r6 += gl_lost(v5, v38, v39);
    v5 = v39;
    let v40: f32 = v33 * v32;
    let v41: f32 = v7 + v40;
    r8 += gl_lost(v7, v40, v41);
    v7 = v41;
    let v42: f32 = m1[v26 + k28];
    let v43: f32 = v42 * v29;
    let v44: f32 = v9 + v43;
    r10 += gl_lost(v9, v43, v44);
    v9 = v44;
    let v45: f32 = v42 * v30;
    let v46: f32 = v11 + v45;
    r12 += gl_lost(v11, v45, v46);
    v11 = v46;
    let v47: f32 = v42 * v31;
    let v48: f32 = v13 + v47;
    r14 += gl_lost(v13, v47, v48);
    v13 = v48;
    let v49: f32 = v42 * v32;
    let v50: f32 = v15 + v49;
    r16 += gl_lost(v15, v49, v50);
    v15 = v50;
    let v51: f32 = m1[v27 + k28];
    let v52: f32 = v51 * v29;
    let v53: f32 = v17 + v52;
    r18 += gl_lost(v17, v52, v53);
    v17 = v53;
    let v54: f32 = v51 * v30;
    let v55: f32 = v19 + v54;
    r20 += gl_lost(v19, v54, v55);
    v19 = v55;
    let v56: f32 = v51 * v31;
    let v57: f32 = v21 + v56;
    r22 += gl_lost(v21, v56, v57);
    v21 = v57;
    let v58: f32 = v51 * v32;
    let v59: f32 = v23 + v58;
    r24 += gl_lost(v23, v58, v59);
    v23 = v59;
  }
  m2[0i] = gl_total(v1, r2);
  m2[1i] = gl_total(v3, r4);
  m2[2i] = gl_total(v5, r6);
  m2[3i] = gl_total(v7, r8);
  m2[4i] = gl_total(v9, r10);
  m2[5i] = gl_total(v11, r12);
  m2[6i] = gl_total(v13, r14);
  m2[7i] = gl_total(v15, r16);
  m2[8i] = gl_total(v17, r18);
  m2[9i] = gl_total(v19, r20);
  m2[10i] = gl_total(v21, r22);
  m2[11i] = gl_total(v23, r24);
}

@group(0) @binding(0) var<storage, read> m0: array<f32>;
@group(0) @binding(1) var<storage, read> m1: array<f32>;
@group(0) @binding(2) var<storage, read_write> m2: array<f32>;
@group(0) @binding(3) var<uniform> counters: array<vec4<i32>, 2>;
fn gl_lost(sum: f32, x: f32, next: f32) -> f32 {
  let part = next - sum;
  return (sum - (next - part)) + (x - part);
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
  let k0: i32 = counters[0u].x;
  let slot = 0u;
  var v1: f32 = 0.0f;
  var r2: f32 = 0.0f;
  var v3: f32 = 0.0f;
  var r4: f32 = 0.0f;
  var v5: f32 = 0.0f;
  var r6: f32 = 0.0f;
  var v7: f32 = 0.0f;
  var r8: f32 = 0.0f;
  var v9: f32 = 0.0f;
  var r10: f32 = 0.0f;
  var v11: f32 = 0.0f;
  var r12: f32 = 0.0f;
  var v13: f32 = 0.0f;
  var r14: f32 = 0.0f;
  var v15: f32 = 0.0f;
  var r16: f32 = 0.0f;
  var v17: f32 = 0.0f;
  var r18: f32 = 0.0f;
  var v19: f32 = 0.0f;
  var r20: f32 = 0.0f;
  var v21: f32 = 0.0f;
  var r22: f32 = 0.0f;
  var v23: f32 = 0.0f;
  var r24: f32 = 0.0f;
  var v25: f32 = 0.0f;
  var r26: f32 = 0.0f;
  var v27: f32 = 0.0f;
  var r28: f32 = 0.0f;
  var v29: f32 = 0.0f;
  var r30: f32 = 0.0f;
  var v31: f32 = 0.0f;
  var r32: f32 = 0.0f;
  let v33: i32 = k0 * 12i;
  let v34: i32 = (k0 * 12i) + 1i;
  let v35: i32 = (k0 * 12i) + 2i;
  let v36: i32 = (k0 * 12i) + 3i;
  for (var k37: i32 = 0i; k37 < 3i; k37 += 1i) {
    let v38: f32 = m0[64i + (v33 + (k37 * 4i))];
    let v39: f32 = m0[64i + (v34 + (k37 * 4i))];
    let v40: f32 = m0[64i + (v35 + (k37 * 4i))];
    let v41: f32 = m0[64i + (v36 + (k37 * 4i))];
    let v42: f32 = m1[v33 + (k37 * 4i)];
    let v43: f32 = v42 * v38;
    let v44: f32 = v1 + v43;
    r2 += gl_lost(v1, v43, v44);
    v1 = v44;
    let v45: f32 = v42 * v39;
    let v46: f32 = v3 + v45;
    r4 += gl_lost(v3, v45, v46);
    v3 = v46;
    let v47: f32 = v42 * v40;
    let v48: f32 = v5 + v47;
    r6 += gl_lost(v5, v47, v48);
    v5 = v48;
    let v49: f32 = v42 * v41;
    let v50: f32 = v7 + v49;
    r8 += gl_lost(v7, v49, v50);
    v7 = v50;
    let v51: f32 = m1[v34 + (k37 * 4i)];
    let v52: f32 = v51 * v38;
    let v53: f32 = v9 + v52;
    r10 += gl_lost(v9, v52, v53);
    v9 = v53;
    let v54: f32 = v51 * v39;
    let v55: f32 = v11 + v54;
    r12 += gl_lost(v11, v54, v55);
    v11 = v55;
    let v56: f32 = v51 * v40;
    let v57: f32 = v13 + v56;
    r14 += gl_lost(v13, v56, v57);
    v13 = v57;
    let v58: f32 = v51 * v41;
    let v59: f32 = v15 + v58;
    r16 += gl_lost(v15, v58, v59);
    v15 = v59;
    let v60: f32 = m1[v35 + (k37 * 4i)];
    let v61: f32 = v60 * v38;
    let v62: f32 = v17 + v61;
    r18 += gl_lost(v17, v61, v62);
    v17 = v62;
    let v63: f32 = v60 * v39;
    let v64: f32 = v19 + v63;
    r20 += gl_lost(v19, v63, v64);
    v19 = v64;
    let v65: f32 = v60 * v40;
    let v66: f32 = v21 + v65;
    r22 += gl_lost(v21, v65, v66);
    v21 = v66;
    let v67: f32 = v60 * v41;
    let v68: f32 = v23 + v67;
    r24 += gl_lost(v23, v67, v68);
    v23 = v68;
    let v69: f32 = m1[v36 + (k37 * 4i)];
    let v70: f32 = v69 * v38;
    let v71: f32 = v25 + v70;
    r26 += gl_lost(v25, v70, v71);
    v25 = v71;
    let v72: f32 = v69 * v39;
    let v73: f32 = v27 + v72;
    r28 += gl_lost(v27, v72, v73);
    v27 = v73;
    let v74: f32 = v69 * v40;
    let v75: f32 = v29 + v74;
    r30 += gl_lost(v29, v74, v75);
    v29 = v75;
    let v76: f32 = v69 * v41;
    let v77: f32 = v31 + v76;
    r32 += gl_lost(v31, v76, v77);
    v31 = v77;
  }
  m2[0i] = m2[0i] + gl_total(v1, r2);
  m2[4i] = m2[4i] + gl_total(v3, r4);
  m2[8i] = m2[8i] + gl_total(v5, r6);
  m2[12i] = m2[12i] + gl_total(v7, r8);
  m2[1i] = m2[1i] + gl_total(v9, r10);
  m2[5i] = m2[5i] + gl_total(v11, r12);
  m2[9i] = m2[9i] + gl_total(v13, r14);
  m2[13i] = m2[13i] + gl_total(v15, r16);
  m2[2i] = m2[2i] + gl_total(v17, r18);
  m2[6i] = m2[6i] + gl_total(v19, r20);
  m2[10i] = m2[10i] + gl_total(v21, r22);
  m2[14i] = m2[14i] + gl_total(v23, r24);
  m2[3i] = m2[3i] + gl_total(v25, r26);
  m2[7i] = m2[7i] + gl_total(v27, r28);
  m2[11i] = m2[11i] + gl_total(v29, r30);
  m2[15i] = m2[15i] + gl_total(v31, r32);
}
