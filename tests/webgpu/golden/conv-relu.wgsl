@group(0) @binding(0) var<storage, read> m0: array<f32>;
@group(0) @binding(1) var<storage, read> m1: array<f32>;
@group(0) @binding(2) var<storage, read> m2: array<f32>;
@group(0) @binding(3) var<storage, read_write> m3: array<f32>;
var<workgroup> s0: array<f32, 144>;
var<workgroup> s1: array<f32, 256>;
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
  if (slot >= 1u) { return; }
  let number = slot;
  let k2: i32 = i32(invocation);
  let v3: i32 = k2 % 16i;
  let v4: i32 = k2 / 16i;
  var v5: f32 = 0.0f;
  var r6: f32 = 0.0f;
  let v7: i32 = k2;
  var v8: f32 = 0.0f;
  if (((v7 % 16i) < 12i) && ((0i + (v7 / 16i)) < 12i)) {
    let v9: i32 = v7 % 16i;
    let v10: i32 = 0i + (v7 / 16i);
    let v11: f32 = m0[(((((v10 / 6i) * 24i) + ((v9 / 4i) * 6i)) + (((v10 / 3i) % 2i) * 6i)) + (v9 % 4i)) + (v10 % 3i)];
    v8 = v11;
  }
  s1[v7] = v8;
  let v12: i32 = k2 + 128i;
  var v13: f32 = 0.0f;
  if (((v12 % 16i) < 12i) && ((0i + (v12 / 16i)) < 12i)) {
    let v14: i32 = v12 % 16i;
    let v15: i32 = 0i + (v12 / 16i);
    let v16: f32 = m0[(((((v15 / 6i) * 24i) + ((v14 / 4i) * 6i)) + (((v15 / 3i) % 2i) * 6i)) + (v14 % 4i)) + (v15 % 3i)];
    v13 = v16;
  }
  s1[v12] = v13;
  let v17: i32 = k2;
  var v18: f32 = 0.0f;
  if (((v17 / 16i) < 4i) && ((0i + (v17 % 16i)) < 12i)) {
    v18 = m1[((v17 / 16i) * 12i) + (0i + (v17 % 16i))];
  }
  s0[((v17 % 16i) * 9i) + (v17 / 16i)] = v18;
  workgroupBarrier();
  var v19: f32 = 0.0f;
  for (var k20: i32 = 0i; k20 < 16i; k20 += 1i) {
    v19 = v19 + (s1[(k20 * 16i) + v3] * s0[(k20 * 9i) + v4]);
  }
  let v21: f32 = v19;
  let v22: f32 = v5 + v21;
  r6 += gl_lost(v5, v21, v22);
  v5 = v22;
  workgroupBarrier();
  if ((v3 < 12i) && (v4 < 4i)) {
    let v23: i32 = v4;
    let v24: f32 = gl_total(v5, r6) + m2[v23];
    m3[(v23 * 12i) + v3] = select(v24, 0.0f, v24 <= 0.0f);
  }
}
