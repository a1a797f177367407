@group(0) @binding(0) var<storage, read> m0: array<u32>;
@group(0) @binding(1) var<storage, read> m1: array<u32>;
@group(0) @binding(2) var<storage, read> m2: array<u32>;
@group(0) @binding(3) var<storage, read> m3: array<u32>;
@group(0) @binding(4) var<storage, read_write> m4: array<u32>;
@group(0) @binding(5) var<storage, read_write> m5: array<u32>;
@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  let slot = ((group.z * groups.y + group.y) * groups.x + group.x) * 64u + invocation;
  if (slot >= 4u) { return; }
  let number = slot;
  let k0: i32 = i32(number);
  let v1: u32 = m0[k0];
  let v2: u32 = m1[k0];
  let v3: u32 = (v1 ^ v2) ^ 466688986u;
  let v4: u32 = m3[k0] + v2;
  let v5: u32 = (m2[k0] + v1) + v4;
  let v6: u32 = v5 ^ ((v4 << (13u & 31u)) | (v4 >> (19u & 31u)));
  let v7: u32 = v5 + v6;
  let v8: u32 = v7 ^ ((v6 << (15u & 31u)) | (v6 >> (17u & 31u)));
  let v9: u32 = v7 + v8;
  let v10: u32 = v9 ^ ((v8 << (26u & 31u)) | (v8 >> (6u & 31u)));
  let v11: u32 = v9 + v10;
  let v12: u32 = ((v11 ^ ((v10 << (6u & 31u)) | (v10 >> (26u & 31u)))) + v3) + 1u;
  let v13: u32 = (v11 + v2) + v12;
  let v14: u32 = v13 ^ ((v12 << (17u & 31u)) | (v12 >> (15u & 31u)));
  let v15: u32 = v13 + v14;
  let v16: u32 = v15 ^ ((v14 << (29u & 31u)) | (v14 >> (3u & 31u)));
  let v17: u32 = v15 + v16;
  let v18: u32 = v17 ^ ((v16 << (16u & 31u)) | (v16 >> (16u & 31u)));
  let v19: u32 = v17 + v18;
  let v20: u32 = ((v19 ^ ((v18 << (24u & 31u)) | (v18 >> (8u & 31u)))) + v1) + 2u;
  let v21: u32 = (v19 + v3) + v20;
  let v22: u32 = v21 ^ ((v20 << (13u & 31u)) | (v20 >> (19u & 31u)));
  let v23: u32 = v21 + v22;
  let v24: u32 = v23 ^ ((v22 << (15u & 31u)) | (v22 >> (17u & 31u)));
  let v25: u32 = v23 + v24;
  let v26: u32 = v25 ^ ((v24 << (26u & 31u)) | (v24 >> (6u & 31u)));
  let v27: u32 = v25 + v26;
  let v28: u32 = ((v27 ^ ((v26 << (6u & 31u)) | (v26 >> (26u & 31u)))) + v2) + 3u;
  let v29: u32 = (v27 + v1) + v28;
  let v30: u32 = v29 ^ ((v28 << (17u & 31u)) | (v28 >> (15u & 31u)));
  let v31: u32 = v29 + v30;
  let v32: u32 = v31 ^ ((v30 << (29u & 31u)) | (v30 >> (3u & 31u)));
  let v33: u32 = v31 + v32;
  let v34: u32 = v33 ^ ((v32 << (16u & 31u)) | (v32 >> (16u & 31u)));
  let v35: u32 = v33 + v34;
  let v36: u32 = ((v35 ^ ((v34 << (24u & 31u)) | (v34 >> (8u & 31u)))) + v3) + 4u;
  let v37: u32 = (v35 + v2) + v36;
  let v38: u32 = v37 ^ ((v36 << (13u & 31u)) | (v36 >> (19u & 31u)));
  let v39: u32 = v37 + v38;
  let v40: u32 = v39 ^ ((v38 << (15u & 31u)) | (v38 >> (17u & 31u)));
  let v41: u32 = v39 + v40;
  let v42: u32 = v41 ^ ((v40 << (26u & 31u)) | (v40 >> (6u & 31u)));
  let v43: u32 = v41 + v42;
  let v44: u32 = ((v43 ^ ((v42 << (6u & 31u)) | (v42 >> (26u & 31u)))) + v1) + 5u;
  m4[k0] = v43 + v3;
  m5[k0] = v44;
}
