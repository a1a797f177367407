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
fn gl_isNan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}
fn gl_smallErf(x: f32) -> f32 {
  let z = x * x;
  return 1.128379225730896f * x * (1.0f + z * ((-0.3333333432674408f) + z * (0.10000000149011612f + z * ((-0.02380952425301075f) + z * (0.004629629664123058f + z * ((-0.0007575757335871458f) + z * (0.00010683760774554685f + z * ((-0.000013227513591118623f) + z * (0.0000014589169268219848f + z * ((-1.4503852696634567e-7f) + z * (1.3122533282228233e-8f + z * (-1.0892221569136495e-9f))))))))))));
}
fn gl_copySign(x: f32, sign: f32) -> f32 {
  let bits = (bitcast<u32>(x) & 0x7fffffffu) | (bitcast<u32>(sign) & 0x80000000u);
  return bitcast<f32>(bits);
}
fn gl_upper(x: f32) -> f32 { return bitcast<f32>(bitcast<u32>(x) & 0xfffff000u); }
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
fn gl_tail(y: f32, weight: f32, u: f32) -> f32 {
  let t = 1.0f / (1.0f + 0.5f * u);
  let s = gl_upper(y);
  let rest = weight * ((s - y) * (s + y));
  return t * (gl_exp(-weight * (s * s)) * gl_exp(rest + ((-1.265512228012085f) + t * (1.0000237226486206f + t * (0.3740919530391693f + t * (0.09678418189287186f + t * ((-0.18628805875778198f) + t * (0.27886807918548584f + t * ((-1.1352039575576782f) + t * (1.488515853881836f + t * ((-0.8221522569656372f) + t * 0.170872762799263f)))))))))));
}
fn gl_erf(x: f32) -> f32 {
  if (gl_isNan(x)) { return x; }
  let a = abs(x);
  if (a <= 1.0f) { return gl_smallErf(x); }
  if (a > 4.0f) { return gl_copySign(1.0f, x); }
  return gl_copySign(1.0f - gl_tail(a, 1.0f, a), x);
}
@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  gl_zero = groups.x >> 16u;
  let slot = ((group.z * groups.y + group.y) * groups.x + group.x) * 64u + invocation;
  if (slot >= 20u) { return; }
  let number = slot;
  let k0: i32 = i32(number / 5u);
  let k1: i32 = i32((number) % 5u);
  var v2: f32 = 0.0f;
  var r3: f32 = 0.0f;
  let v4: i32 = k0 * 6i;
  for (var k5: i32 = 0i; k5 < 6i; k5 += 1i) {
    let v6: f32 = m1[v4 + k5] * m0[(k5 * 5i) + k1];
    let v7: f32 = v2 + v6;
    r3 += gl_lost(v2, v6, v7);
    v2 = v7;
  }
  let v8: f32 = gl_total(v2, r3) + m2[k1];
  m3[(k0 * 5i) + k1] = (v8 * 0.5f) * (1.0f + gl_erf(v8 * 0.7071067690849304f));
}
