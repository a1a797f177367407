@group(0) @binding(0) var<storage, read> m0: array<f32>;
@group(0) @binding(1) var<storage, read_write> m1: array<f32>;
@group(0) @binding(2) var<storage, read_write> scratch: array<u32>;
@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  let slot = ((group.z * groups.y + group.y) * groups.x + group.x) * 64u + invocation;
  if (slot >= 150u) { return; }
  let number = slot;
  let k0: i32 = i32(number);
  m1[k0] = m0[k0];
}

@group(0) @binding(0) var<storage, read> m0: array<i32>;
@group(0) @binding(1) var<storage, read_write> scratch: array<u32>;
@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  let slot = ((group.z * groups.y + group.y) * groups.x + group.x) * 64u + invocation;
  if (slot >= 8u) { return; }
  let number = slot;
  let k0: i32 = i32(number);
  let v1: i32 = k0 * 17i;
  for (var k2: i32 = 0i; k2 < 17i; k2 += 1i) {
    scratch[v1 + k2] = bitcast<u32>(0i);
  }
  let v3: i32 = k0 * 5i;
  let v4: i32 = (k0 * 17i) + 1i;
  for (var k5: i32 = 0i; k5 < 5i; k5 += 1i) {
    let v6: i32 = m0[v3 + k5];
    let v7: i32 = select(v6, v6 + 50i, v6 < 0i);
    if ((v7 >= 0i) && (v7 < 50i)) {
      let v8: i32 = v7;
      scratch[v4 + (v8 % 16i)] = bitcast<u32>(bitcast<i32>(scratch[v4 + (v8 % 16i)]) + 1i);
    }
  }
  var v9: i32 = 0i;
  let v10: i32 = (k0 * 17i) + 1i;
  for (var k11: i32 = 0i; k11 < 16i; k11 += 1i) {
    let v12: i32 = v9;
    let v13: i32 = bitcast<i32>(scratch[v10 + k11]);
    scratch[v10 + k11] = bitcast<u32>(v12);
    v9 = v12 + v13;
  }
  let v14: i32 = (k0 * 17i) + 1i;
  let v15: i32 = k0 * 5i;
  for (var k16: i32 = 0i; k16 < 5i; k16 += 1i) {
    let v17: i32 = (k0 * 5i) + k16;
    let v18: i32 = m0[v17];
    let v19: i32 = select(v18, v18 + 50i, v18 < 0i);
    if ((v19 >= 0i) && (v19 < 50i)) {
      let v20: i32 = v19;
      let v21: i32 = bitcast<i32>(scratch[v14 + (v20 % 16i)]);
      scratch[176i + (v15 + v21)] = bitcast<u32>(v17);
      scratch[136i + (v15 + v21)] = bitcast<u32>(v20);
      scratch[v14 + (v20 % 16i)] = bitcast<u32>(v21 + 1i);
    }
  }
}

@group(0) @binding(0) var<storage, read> m0: array<f32>;
@group(0) @binding(1) var<storage, read_write> m1: array<f32>;
@group(0) @binding(2) var<storage, read_write> scratch: array<u32>;
@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  let slot = ((group.z * groups.y + group.y) * groups.x + group.x) * 64u + invocation;
  if (slot >= 48u) { return; }
  let number = slot;
  let k0: i32 = i32(number / 3u);
  let k1: i32 = i32((number) % 3u);
  for (var k2: i32 = 0i; k2 < 8i; k2 += 1i) {
    let v3: i32 = bitcast<i32>(scratch[(k2 * 17i) + k0]);
    let v4: i32 = k2 * 5i;
    let k6: i32 = min(5i, bitcast<i32>(scratch[((k2 * 17i) + k0) + 1i]) - v3);
    for (var k5: i32 = 0i; k5 < k6; k5 += 1i) {
      let v7: i32 = v3 + k5;
      let v8: i32 = bitcast<i32>(scratch[136i + (v4 + v7)]);
      let v9: f32 = m1[(v8 * 3i) + k1] + m0[(bitcast<i32>(scratch[176i + (v4 + v7)]) * 3i) + k1];
      m1[(v8 * 3i) + k1] = v9;
    }
  }
}
