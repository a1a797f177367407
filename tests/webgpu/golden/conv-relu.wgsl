@group(0) @binding(0) var<storage, read> m0: array<f32>;
@group(0) @binding(1) var<storage, read> m1: array<f32>;
@group(0) @binding(2) var<storage, read> m2: array<f32>;
@group(0) @binding(3) var<storage, read_write> m3: array<f32>;
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
  if (slot >= 3u) { return; }
  let number = slot;
  let k0: i32 = i32(number);
  let v1: f32 = m2[0i];
  let v2: f32 = m2[1i];
  let v3: f32 = m2[2i];
  let v4: f32 = m2[3i];
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
  var v33: f32 = 0.0f;
  var r34: f32 = 0.0f;
  var v35: f32 = 0.0f;
  var r36: f32 = 0.0f;
  for (var k37: i32 = 0i; k37 < 2i; k37 += 1i) {
    for (var k38: i32 = 0i; k38 < 2i; k38 += 1i) {
      let v39: i32 = (k37 * 6i) + (k38 * 3i);
      let v40: i32 = ((k37 * 6i) + (k38 * 3i)) + 12i;
      let v41: i32 = ((k37 * 6i) + (k38 * 3i)) + 24i;
      let v42: i32 = ((k37 * 6i) + (k38 * 3i)) + 36i;
      let v43: i32 = ((k37 * 24i) + (k0 * 6i)) + (k38 * 6i);
      let v44: i32 = (((k37 * 24i) + (k0 * 6i)) + (k38 * 6i)) + 1i;
      let v45: i32 = (((k37 * 24i) + (k0 * 6i)) + (k38 * 6i)) + 2i;
      let v46: i32 = (((k37 * 24i) + (k0 * 6i)) + (k38 * 6i)) + 3i;
      for (var k47: i32 = 0i; k47 < 3i; k47 += 1i) {
        let v48: f32 = m0[v39 + k47];
        let v49: f32 = m0[v40 + k47];
        let v50: f32 = m0[v41 + k47];
        let v51: f32 = m0[v42 + k47];
        let v52: f32 = m1[v43 + k47];
        let v53: f32 = v52 * v48;
        let v54: f32 = v5 + v53;
        r6 += gl_lost(v5, v53, v54);
        v5 = v54;
        let v55: f32 = v52 * v49;
        let v56: f32 = v7 + v55;
        r8 += gl_lost(v7, v55, v56);
        v7 = v56;
        let v57: f32 = v52 * v50;
        let v58: f32 = v9 + v57;
        r10 += gl_lost(v9, v57, v58);
        v9 = v58;
        let v59: f32 = v52 * v51;
        let v60: f32 = v11 + v59;
        r12 += gl_lost(v11, v59, v60);
        v11 = v60;
        let v61: f32 = m1[v44 + k47];
        let v62: f32 = v61 * v48;
        let v63: f32 = v13 + v62;
        r14 += gl_lost(v13, v62, v63);
        v13 = v63;
        let v64: f32 = v61 * v49;
        let v65: f32 = v15 + v64;
        r16 += gl_lost(v15, v64, v65);
        v15 = v65;
        let v66: f32 = v61 * v50;
        let v67: f32 = v17 + v66;
        r18 += gl_lost(v17, v66, v67);
        v17 = v67;
        let v68: f32 = v61 * v51;
        let v69: f32 = v19 + v68;
        r20 += gl_lost(v19, v68, v69);
        v19 = v69;
        let v70: f32 = m1[v45 + k47];
        let v71: f32 = v70 * v48;
        let v72: f32 = v21 + v71;
        r22 += gl_lost(v21, v71, v72);
        v21 = v72;
        let v73: f32 = v70 * v49;
        let v74: f32 = v23 + v73;
        r24 += gl_lost(v23, v73, v74);
        v23 = v74;
        let v75: f32 = v70 * v50;
        let v76: f32 = v25 + v75;
        r26 += gl_lost(v25, v75, v76);
        v25 = v76;
        let v77: f32 = v70 * v51;
        let v78: f32 = v27 + v77;
        r28 += gl_lost(v27, v77, v78);
        v27 = v78;
        let v79: f32 = m1[v46 + k47];
        let v80: f32 = v79 * v48;
        let v81: f32 = v29 + v80;
        r30 += gl_lost(v29, v80, v81);
        v29 = v81;
        let v82: f32 = v79 * v49;
        let v83: f32 = v31 + v82;
        r32 += gl_lost(v31, v82, v83);
        v31 = v83;
        let v84: f32 = v79 * v50;
        let v85: f32 = v33 + v84;
        r34 += gl_lost(v33, v84, v85);
        v33 = v85;
        let v86: f32 = v79 * v51;
        let v87: f32 = v35 + v86;
        r36 += gl_lost(v35, v86, v87);
        v35 = v87;
      }
    }
  }
  let v88: f32 = gl_total(v5, r6) + v1;
  m3[k0 * 4i] = select(v88, 0.0f, v88 <= 0.0f);
  let v89: f32 = gl_total(v7, r8) + v2;
  m3[(k0 * 4i) + 12i] = select(v89, 0.0f, v89 <= 0.0f);
  let v90: f32 = gl_total(v9, r10) + v3;
  m3[(k0 * 4i) + 24i] = select(v90, 0.0f, v90 <= 0.0f);
  let v91: f32 = gl_total(v11, r12) + v4;
  m3[(k0 * 4i) + 36i] = select(v91, 0.0f, v91 <= 0.0f);
  let v92: f32 = gl_total(v13, r14) + v1;
  m3[(k0 * 4i) + 1i] = select(v92, 0.0f, v92 <= 0.0f);
  let v93: f32 = gl_total(v15, r16) + v2;
  m3[(k0 * 4i) + 13i] = select(v93, 0.0f, v93 <= 0.0f);
  let v94: f32 = gl_total(v17, r18) + v3;
  m3[(k0 * 4i) + 25i] = select(v94, 0.0f, v94 <= 0.0f);
  let v95: f32 = gl_total(v19, r20) + v4;
  m3[(k0 * 4i) + 37i] = select(v95, 0.0f, v95 <= 0.0f);
  let v96: f32 = gl_total(v21, r22) + v1;
  m3[(k0 * 4i) + 2i] = select(v96, 0.0f, v96 <= 0.0f);
  let v97: f32 = gl_total(v23, r24) + v2;
  m3[(k0 * 4i) + 14i] = select(v97, 0.0f, v97 <= 0.0f);
  let v98: f32 = gl_total(v25, r26) + v3;
  m3[(k0 * 4i) + 26i] = select(v98, 0.0f, v98 <= 0.0f);
  let v99: f32 = gl_total(v27, r28) + v4;
  m3[(k0 * 4i) + 38i] = select(v99, 0.0f, v99 <= 0.0f);
  let v100: f32 = gl_total(v29, r30) + v1;
  m3[(k0 * 4i) + 3i] = select(v100, 0.0f, v100 <= 0.0f);
  let v101: f32 = gl_total(v31, r32) + v2;
  m3[(k0 * 4i) + 15i] = select(v101, 0.0f, v101 <= 0.0f);
  let v102: f32 = gl_total(v33, r34) + v3;
  m3[(k0 * 4i) + 27i] = select(v102, 0.0f, v102 <= 0.0f);
  let v103: f32 = gl_total(v35, r36) + v4;
  m3[(k0 * 4i) + 39i] = select(v103, 0.0f, v103 <= 0.0f);
}
