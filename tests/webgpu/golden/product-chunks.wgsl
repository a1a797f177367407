@group(0) @binding(0) var<storage, read> m0: array<f32>;
@group(0) @binding(1) var<storage, read> m1: array<f32>;
@group(0) @binding(2) var<storage, read_write> scratch: array<u32>;
var<workgroup> s0: array<f32, 256>;
var<workgroup> s1: array<f32, 144>;
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
@compute @workgroup_size(128)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  gl_zero = groups.x >> 16u;
  let slot = (group.z * groups.y + group.y) * groups.x + group.x;
  if (slot >= 4u) { return; }
  let number = slot;
  let k2: i32 = i32(number);
  let k3: i32 = i32(invocation);
  let v4: i32 = k3 / 16i;
  let v5: i32 = k3 % 16i;
  var v6: f32 = 0.0f;
  var r7: f32 = 0.0f;
  for (var k8: i32 = 0i; k8 < 272i; k8 += 16i) {
    let v9: i32 = k3;
    var v10: f32 = 0.0f;
    if ((((k2 * 272i) + k8) + (v9 % 16i)) < 1030i) {
      let v11: f32 = m0[((v9 / 16i) * 1030i) + (((k2 * 272i) + k8) + (v9 % 16i))];
      v10 = v11;
    }
    s1[((v9 % 16i) * 9i) + (v9 / 16i)] = v10;
    let v12: i32 = k3;
    var v13: f32 = 0.0f;
    if ((((k2 * 272i) + k8) + (v12 / 16i)) < 1030i) {
      let v14: f32 = m1[((((k2 * 272i) + k8) + (v12 / 16i)) * 16i) + (v12 % 16i)];
      v13 = v14;
    }
    s0[v12] = v13;
    let v15: i32 = k3 + 128i;
    var v16: f32 = 0.0f;
    if ((((k2 * 272i) + k8) + (v15 / 16i)) < 1030i) {
      let v17: f32 = m1[((((k2 * 272i) + k8) + (v15 / 16i)) * 16i) + (v15 % 16i)];
      v16 = v17;
    }
    s0[v15] = v16;
    workgroupBarrier();
    var v18: f32 = 0.0f;
    for (var k19: i32 = 0i; k19 < 16i; k19 += 1i) {
      v18 = v18 + (s1[(k19 * 9i) + v4] * s0[(k19 * 16i) + v5]);
    }
    let v20: f32 = v18;
    let v21: f32 = v6 + v20;
    r7 += gl_lost(v6, v20, v21);
    v6 = v21;
    workgroupBarrier();
  }
  scratch[((k2 * 128i) + (v4 * 16i)) + v5] = bitcast<u32>(gl_total(v6, r7));
}

@group(0) @binding(0) var<storage, read_write> m0: array<f32>;
@group(0) @binding(1) var<storage, read_write> scratch: array<u32>;
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
  if (slot >= 128u) { return; }
  let number = slot;
  let k0: i32 = i32(number);
  var v1: f32 = 0.0f;
  var r2: f32 = 0.0f;
  for (var k3: i32 = 0i; k3 < 4i; k3 += 1i) {
    let v4: f32 = bitcast<f32>(scratch[(k3 * 128i) + k0]);
    let v5: f32 = v1 + v4;
    r2 += gl_lost(v1, v4, v5);
    v1 = v5;
  }
  let v6: f32 = gl_total(v1, r2);
  m0[k0] = select(v6, 0.0f, v6 <= 0.0f);
}
