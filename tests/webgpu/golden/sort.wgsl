@group(0) @binding(0) var<storage, read> m0: array<f32>;
@group(0) @binding(1) var<storage, read_write> m1: array<i32>;
fn gl_isNan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}
fn gl_ne(x: f32, y: f32) -> bool {
  return x != y || gl_isNan(x) || gl_isNan(y);
}
@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  var s0: array<i32, 5>;
  var s1: array<i32, 5>;
  var s2: array<f32, 5>;
  let slot = ((group.z * groups.y + group.y) * groups.x + group.x) * 64u + invocation;
  if (slot >= 2u) { return; }
  let number = slot;
  let k3: i32 = i32(number);
  let v4: i32 = k3 * 5i;
  for (var k5: i32 = 0i; k5 < 5i; k5 += 1i) {
    s2[k5] = m0[v4 + k5];
    s1[k5] = k5;
  }
  var v6: i32 = 0i;
  var v7: i32 = 0i;
  var v8: i32 = 0i;
  var v9: i32 = 0i;
  for (var k10: i32 = 0i; k10 < 5i; k10 += 1i) {
    if ((k10 % 2i) == 0i) {
      v6 = k10;
      v7 = min(k10 + 1i, 5i);
      v8 = min(k10 + 1i, 5i);
      v9 = min(k10 + 2i, 5i);
    }
    let v11: i32 = v6;
    let v12: i32 = v8;
    let v13: i32 = s1[min(v11, 4i)];
    let v14: i32 = s1[min(v12, 4i)];
    let v15: f32 = s2[v14];
    let v16: f32 = s2[v13];
    let v17: bool = (v12 < v9) && ((v15 < v16) || (gl_ne(v16, v16) && (!gl_ne(v15, v15))));
    if ((v11 >= v7) || v17) {
      s0[k10] = v14;
      v8 = v12 + 1i;
    } else {
      s0[k10] = v13;
      v6 = v11 + 1i;
    }
  }
  var v18: i32 = 0i;
  var v19: i32 = 0i;
  var v20: i32 = 0i;
  var v21: i32 = 0i;
  for (var k22: i32 = 0i; k22 < 5i; k22 += 1i) {
    if ((k22 % 4i) == 0i) {
      v18 = k22;
      v19 = min(k22 + 2i, 5i);
      v20 = min(k22 + 2i, 5i);
      v21 = min(k22 + 4i, 5i);
    }
    let v23: i32 = v18;
    let v24: i32 = v20;
    let v25: i32 = s0[min(v23, 4i)];
    let v26: i32 = s0[min(v24, 4i)];
    let v27: f32 = s2[v26];
    let v28: f32 = s2[v25];
    let v29: bool = (v24 < v21) && ((v27 < v28) || (gl_ne(v28, v28) && (!gl_ne(v27, v27))));
    if ((v23 >= v19) || v29) {
      s1[k22] = v26;
      v20 = v24 + 1i;
    } else {
      s1[k22] = v25;
      v18 = v23 + 1i;
    }
  }
  var v30: i32 = 0i;
  var v31: i32 = 0i;
  var v32: i32 = 0i;
  var v33: i32 = 0i;
  for (var k34: i32 = 0i; k34 < 5i; k34 += 1i) {
    if (k34 == 0i) {
      v30 = k34;
      v31 = min(k34 + 4i, 5i);
      v32 = min(k34 + 4i, 5i);
      v33 = min(k34 + 8i, 5i);
    }
    let v35: i32 = v30;
    let v36: i32 = v32;
    let v37: i32 = s1[min(v35, 4i)];
    let v38: i32 = s1[min(v36, 4i)];
    let v39: f32 = s2[v38];
    let v40: f32 = s2[v37];
    let v41: bool = (v36 < v33) && ((v39 < v40) || (gl_ne(v40, v40) && (!gl_ne(v39, v39))));
    if ((v35 >= v31) || v41) {
      s0[k34] = v38;
      v32 = v36 + 1i;
    } else {
      s0[k34] = v37;
      v30 = v35 + 1i;
    }
  }
  let v42: i32 = k3 * 5i;
  for (var k43: i32 = 0i; k43 < 5i; k43 += 1i) {
    m1[v42 + k43] = s0[k43];
  }
}
