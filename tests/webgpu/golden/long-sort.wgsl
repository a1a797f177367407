@group(0) @binding(0) var<storage, read> m0: array<f32>;
@group(0) @binding(1) var<storage, read_write> m1: array<i32>;
var<workgroup> s0: array<i32, 128>;
var<workgroup> s1: array<f32, 128>;
fn gl_isNan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}
fn gl_ne(x: f32, y: f32) -> bool {
  return x != y || gl_isNan(x) || gl_isNan(y);
}
@compute @workgroup_size(16)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  let slot = (group.z * groups.y + group.y) * groups.x + group.x;
  if (slot >= 1u) { return; }
  let number = slot;
  let k2: i32 = i32(invocation);
  for (var k3: i32 = 0i; k3 < 4i; k3 += 1i) {
    if (((k3 * 16i) + k2) < 40i) {
      let v4: i32 = (k3 * 16i) + k2;
      s1[(k3 * 16i) + k2] = m0[v4];
      s0[(k3 * 16i) + k2] = v4;
    }
  }
  workgroupBarrier();
  for (var k5: i32 = 0i; k5 < 6i; k5 += 1i) {
    let v6: i32 = 1i << (u32(k5) & 31u);
    let v7: i32 = (k5 & 1i) * 64i;
    let v8: i32 = 64i - v7;
    let v9: i32 = v6 - 1i;
    let v10: i32 = k5 + 1i;
    for (var k11: i32 = 0i; k11 < 4i; k11 += 1i) {
      let v12: bool = (((k11 * 16i) + k2) & v6) != 0i;
      let v13: i32 = ((k11 * 16i) + k2) & v9;
      let v14: i32 = ((k11 * 16i) + k2) - v13;
      let v15: i32 = select(v14, v14 - v6, v12);
      let v16: i32 = select(v15 + v6, v15, v12);
      let v17: i32 = max(0i, min(v6, 40i - v16));
      let v18: bool = !v12;
      let v19: i32 = v15 + v13;
      if (((k11 * 16i) + k2) < 40i) {
        let v20: f32 = s1[v7 + ((k11 * 16i) + k2)];
        let v21: i32 = s0[v7 + ((k11 * 16i) + k2)];
        var v22: i32 = 0i;
        var v23: i32 = v17;
        let v24: bool = gl_ne(v20, v20);
        let v25: bool = !v24;
        let k27: i32 = min(32i, v10);
        for (var k26: i32 = 0i; k26 < k27; k26 += 1i) {
          let v28: i32 = v22;
          let v29: i32 = v23;
          let v30: i32 = (v28 + v29) >> (u32(1i) & 31u);
          let v31: i32 = v16 + v30;
          let v32: i32 = v30 + 1i;
          if (v28 < v29) {
            let v33: f32 = s1[v7 + v31];
            let v34: bool = (v12 && (!((v20 < v33) || (gl_ne(v33, v33) && v25)))) || (v18 && ((v33 < v20) || (v24 && (!gl_ne(v33, v33)))));
            if (v34) {
              v22 = v32;
            } else {
              v23 = v30;
            }
          }
        }
        let v35: i32 = v8 + (v19 + v22);
        s1[v35] = v20;
        s0[v35] = v21;
      }
    }
    workgroupBarrier();
  }
  for (var k36: i32 = 0i; k36 < 4i; k36 += 1i) {
    if (((k36 * 16i) + k2) < 40i) {
      m1[(k36 * 16i) + k2] = s0[(k36 * 16i) + k2];
    }
  }
}
