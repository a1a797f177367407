@group(0) @binding(0) var<storage, read> m0: array<f32>;
@group(0) @binding(1) var<storage, read> m1: array<f32>;
@group(0) @binding(2) var<storage, read_write> m2: array<f32>;
@compute @workgroup_size(1)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  var s0: array<f32, 6>;
  var s1: array<i32, 3>;
  var s2: array<f32, 9>;
  let slot = 0u;
  for (var k3: i32 = 0i; k3 < 9i; k3 += 1i) {
    s2[k3] = m0[k3];
  }
  var v4: f32 = 1.0f;
  for (var k5: i32 = 0i; k5 < 3i; k5 += 1i) {
    s1[k5] = k5;
  }
  for (var k6: i32 = 0i; k6 < 3i; k6 += 1i) {
    var v7: f32 = abs(s2[k6 * 4i]);
    var v8: i32 = k6;
    for (var k9: i32 = 0i; k9 < 3i; k9 += 1i) {
      if (k9 > k6) {
        let v10: f32 = abs(s2[(k9 * 3i) + k6]);
        if (v10 > v7) {
          v7 = v10;
          v8 = k9;
        }
      }
    }
    let v11: i32 = v8;
    if (v11 != k6) {
      let v12: i32 = k6 * 3i;
      let v13: i32 = v11 * 3i;
      for (var k14: i32 = 0i; k14 < 3i; k14 += 1i) {
        let v15: f32 = s2[v12 + k14];
        s2[v12 + k14] = s2[v13 + k14];
        s2[v13 + k14] = v15;
      }
      let v16: i32 = s1[k6];
      s1[k6] = s1[v11];
      s1[v11] = v16;
      v4 = -v4;
    }
    let v17: f32 = s2[k6 * 4i];
    let v18: bool = v17 == 0.0f;
    for (var k19: i32 = 0i; k19 < 3i; k19 += 1i) {
      if (k19 > k6) {
        let v20: f32 = select(s2[(k19 * 3i) + k6] / v17, 0.0f, v18);
        s2[(k19 * 3i) + k6] = v20;
        let v21: i32 = k19 * 3i;
        let v22: i32 = k6 * 3i;
        for (var k23: i32 = 0i; k23 < 3i; k23 += 1i) {
          if (k23 > k6) {
            let v24: f32 = s2[v21 + k23] - (v20 * s2[v22 + k23]);
            s2[v21 + k23] = v24;
          }
        }
      }
    }
  }
  for (var k25: i32 = 0i; k25 < 3i; k25 += 1i) {
    let v26: i32 = s1[k25];
    let v27: i32 = v26 * 2i;
    let v28: i32 = k25 * 2i;
    for (var k29: i32 = 0i; k29 < 2i; k29 += 1i) {
      s0[v28 + k29] = m1[v27 + k29];
    }
  }
  for (var k30: i32 = 0i; k30 < 3i; k30 += 1i) {
    for (var k31: i32 = 0i; k31 < 3i; k31 += 1i) {
      if (k31 < k30) {
        let v32: f32 = s2[(k30 * 3i) + k31];
        let v33: i32 = k30 * 2i;
        let v34: i32 = k31 * 2i;
        for (var k35: i32 = 0i; k35 < 2i; k35 += 1i) {
          let v36: f32 = s0[v33 + k35] - (v32 * s0[v34 + k35]);
          s0[v33 + k35] = v36;
        }
      }
    }
  }
  for (var k37: i32 = 0i; k37 < 3i; k37 += 1i) {
    for (var k38: i32 = 0i; k38 < 3i; k38 += 1i) {
      if (k38 > ((k37 * (-1i)) + 2i)) {
        let v39: f32 = s2[((k37 * (-3i)) + k38) + 6i];
        let v40: i32 = (k37 * (-2i)) + 4i;
        let v41: i32 = k38 * 2i;
        for (var k42: i32 = 0i; k42 < 2i; k42 += 1i) {
          let v43: f32 = s0[v40 + k42] - (v39 * s0[v41 + k42]);
          s0[v40 + k42] = v43;
        }
      }
    }
    let v44: f32 = s2[(k37 * (-4i)) + 8i];
    let v45: i32 = (k37 * (-2i)) + 4i;
    for (var k46: i32 = 0i; k46 < 2i; k46 += 1i) {
      s0[v45 + k46] = s0[v45 + k46] / v44;
    }
  }
  for (var k47: i32 = 0i; k47 < 6i; k47 += 1i) {
    m2[k47] = s0[k47];
  }
}
