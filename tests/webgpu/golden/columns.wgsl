@group(0) @binding(0) var<storage, read> m0: array<f32>;
@group(0) @binding(1) var<storage, read_write> m1: array<f32>;
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
@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  let slot = ((group.z * groups.y + group.y) * groups.x + group.x) * 64u + invocation;
  if (slot >= 1u) { return; }
  let number = slot;
  let k0: i32 = i32(number) * 8i;
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
  let v17: i32 = k0 + 1i;
  let v18: i32 = k0 + 2i;
  let v19: i32 = k0 + 3i;
  let v20: i32 = k0 + 4i;
  let v21: i32 = k0 + 5i;
  let v22: i32 = k0 + 6i;
  let v23: i32 = k0 + 7i;
  for (var k24: i32 = 0i; k24 < 5i; k24 += 1i) {
    let v25: f32 = m0[(k24 * 10i) + k0];
    let v26: f32 = v1 + v25;
    r2 += gl_lost(v1, v25, v26);
    v1 = v26;
    let v27: f32 = m0[v17 + (k24 * 10i)];
    let v28: f32 = v3 + v27;
    r4 += gl_lost(v3, v27, v28);
    v3 = v28;
    let v29: f32 = m0[v18 + (k24 * 10i)];
    let v30: f32 = v5 + v29;
    r6 += gl_lost(v5, v29, v30);
    v5 = v30;
    let v31: f32 = m0[v19 + (k24 * 10i)];
    let v32: f32 = v7 + v31;
    r8 += gl_lost(v7, v31, v32);
    v7 = v32;
    let v33: f32 = m0[v20 + (k24 * 10i)];
    let v34: f32 = v9 + v33;
    r10 += gl_lost(v9, v33, v34);
    v9 = v34;
    let v35: f32 = m0[v21 + (k24 * 10i)];
    let v36: f32 = v11 + v35;
    r12 += gl_lost(v11, v35, v36);
    v11 = v36;
    let v37: f32 = m0[v22 + (k24 * 10i)];
    let v38: f32 = v13 + v37;
    r14 += gl_lost(v13, v37, v38);
    v13 = v38;
    let v39: f32 = m0[v23 + (k24 * 10i)];
    let v40: f32 = v15 + v39;
    r16 += gl_lost(v15, v39, v40);
    v15 = v40;
  }
  m1[k0] = gl_total(v1, r2);
  m1[k0 + 1i] = gl_total(v3, r4);
  m1[k0 + 2i] = gl_total(v5, r6);
  m1[k0 + 3i] = gl_total(v7, r8);
  m1[k0 + 4i] = gl_total(v9, r10);
  m1[k0 + 5i] = gl_total(v11, r12);
  m1[k0 + 6i] = gl_total(v13, r14);
  m1[k0 + 7i] = gl_total(v15, r16);
}

@group(0) @binding(0) var<storage, read> m0: array<f32>;
@group(0) @binding(1) var<storage, read_write> m1: array<f32>;
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
  var v2: f32 = 0.0f;
  var r3: f32 = 0.0f;
  for (var k4: i32 = 0i; k4 < 5i; k4 += 1i) {
    let v5: f32 = m0[(k4 * 10i) + 8i];
    let v6: f32 = v0 + v5;
    r1 += gl_lost(v0, v5, v6);
    v0 = v6;
    let v7: f32 = m0[(k4 * 10i) + 9i];
    let v8: f32 = v2 + v7;
    r3 += gl_lost(v2, v7, v8);
    v2 = v8;
  }
  m1[8i] = gl_total(v0, r1);
  m1[9i] = gl_total(v2, r3);
}
