@group(0) @binding(0) var<storage, read> m0: array<f32>;
@group(0) @binding(1) var<storage, read> m1: array<f32>;
@group(0) @binding(2) var<storage, read_write> m2: array<f32>;
var<workgroup> s0: array<f32, 512>;
var<workgroup> s1: array<f32, 528>;
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
  let slot = (group.z * groups.y + group.y) * groups.x + group.x;
  if (slot >= 9u) { return; }
  let number = slot;
  let k2: i32 = i32(number / 3u) * 32i;
  let k3: i32 = i32((number) % 3u) * 32i;
  let k4: i32 = i32(invocation);
  let v5: i32 = k4 / 8i;
  let v6: i32 = k4 % 8i;
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
  var v37: f32 = 0.0f;
  var r38: f32 = 0.0f;
  for (var k39: i32 = 0i; k39 < 48i; k39 += 16i) {
    let v40: i32 = k4;
    var v41: f32 = 0.0f;
    if (((k2 + (v40 / 16i)) < 70i) && ((k39 + (v40 % 16i)) < 40i)) {
      let v42: f32 = m0[((k2 + (v40 / 16i)) * 40i) + (k39 + (v40 % 16i))];
      v41 = v42;
    }
    s1[((v40 % 16i) * 33i) + (v40 / 16i)] = v41;
    let v43: i32 = k4 + 64i;
    var v44: f32 = 0.0f;
    if (((k2 + (v43 / 16i)) < 70i) && ((k39 + (v43 % 16i)) < 40i)) {
      let v45: f32 = m0[((k2 + (v43 / 16i)) * 40i) + (k39 + (v43 % 16i))];
      v44 = v45;
    }
    s1[((v43 % 16i) * 33i) + (v43 / 16i)] = v44;
    let v46: i32 = k4 + 128i;
    var v47: f32 = 0.0f;
    if (((k2 + (v46 / 16i)) < 70i) && ((k39 + (v46 % 16i)) < 40i)) {
      let v48: f32 = m0[((k2 + (v46 / 16i)) * 40i) + (k39 + (v46 % 16i))];
      v47 = v48;
    }
    s1[((v46 % 16i) * 33i) + (v46 / 16i)] = v47;
    let v49: i32 = k4 + 192i;
    var v50: f32 = 0.0f;
    if (((k2 + (v49 / 16i)) < 70i) && ((k39 + (v49 % 16i)) < 40i)) {
      let v51: f32 = m0[((k2 + (v49 / 16i)) * 40i) + (k39 + (v49 % 16i))];
      v50 = v51;
    }
    s1[((v49 % 16i) * 33i) + (v49 / 16i)] = v50;
    let v52: i32 = k4 + 256i;
    var v53: f32 = 0.0f;
    if (((k2 + (v52 / 16i)) < 70i) && ((k39 + (v52 % 16i)) < 40i)) {
      let v54: f32 = m0[((k2 + (v52 / 16i)) * 40i) + (k39 + (v52 % 16i))];
      v53 = v54;
    }
    s1[((v52 % 16i) * 33i) + (v52 / 16i)] = v53;
    let v55: i32 = k4 + 320i;
    var v56: f32 = 0.0f;
    if (((k2 + (v55 / 16i)) < 70i) && ((k39 + (v55 % 16i)) < 40i)) {
      let v57: f32 = m0[((k2 + (v55 / 16i)) * 40i) + (k39 + (v55 % 16i))];
      v56 = v57;
    }
    s1[((v55 % 16i) * 33i) + (v55 / 16i)] = v56;
    let v58: i32 = k4 + 384i;
    var v59: f32 = 0.0f;
    if (((k2 + (v58 / 16i)) < 70i) && ((k39 + (v58 % 16i)) < 40i)) {
      let v60: f32 = m0[((k2 + (v58 / 16i)) * 40i) + (k39 + (v58 % 16i))];
      v59 = v60;
    }
    s1[((v58 % 16i) * 33i) + (v58 / 16i)] = v59;
    let v61: i32 = k4 + 448i;
    var v62: f32 = 0.0f;
    if (((k2 + (v61 / 16i)) < 70i) && ((k39 + (v61 % 16i)) < 40i)) {
      let v63: f32 = m0[((k2 + (v61 / 16i)) * 40i) + (k39 + (v61 % 16i))];
      v62 = v63;
    }
    s1[((v61 % 16i) * 33i) + (v61 / 16i)] = v62;
    let v64: i32 = k4;
    var v65: f32 = 0.0f;
    if (((k3 + (v64 % 32i)) < 66i) && ((k39 + (v64 / 32i)) < 40i)) {
      let v66: f32 = m1[((k39 + (v64 / 32i)) * 66i) + (k3 + (v64 % 32i))];
      v65 = v66;
    }
    s0[v64] = v65;
    let v67: i32 = k4 + 64i;
    var v68: f32 = 0.0f;
    if (((k3 + (v67 % 32i)) < 66i) && ((k39 + (v67 / 32i)) < 40i)) {
      let v69: f32 = m1[((k39 + (v67 / 32i)) * 66i) + (k3 + (v67 % 32i))];
      v68 = v69;
    }
    s0[v67] = v68;
    let v70: i32 = k4 + 128i;
    var v71: f32 = 0.0f;
    if (((k3 + (v70 % 32i)) < 66i) && ((k39 + (v70 / 32i)) < 40i)) {
      let v72: f32 = m1[((k39 + (v70 / 32i)) * 66i) + (k3 + (v70 % 32i))];
      v71 = v72;
    }
    s0[v70] = v71;
    let v73: i32 = k4 + 192i;
    var v74: f32 = 0.0f;
    if (((k3 + (v73 % 32i)) < 66i) && ((k39 + (v73 / 32i)) < 40i)) {
      let v75: f32 = m1[((k39 + (v73 / 32i)) * 66i) + (k3 + (v73 % 32i))];
      v74 = v75;
    }
    s0[v73] = v74;
    let v76: i32 = k4 + 256i;
    var v77: f32 = 0.0f;
    if (((k3 + (v76 % 32i)) < 66i) && ((k39 + (v76 / 32i)) < 40i)) {
      let v78: f32 = m1[((k39 + (v76 / 32i)) * 66i) + (k3 + (v76 % 32i))];
      v77 = v78;
    }
    s0[v76] = v77;
    let v79: i32 = k4 + 320i;
    var v80: f32 = 0.0f;
    if (((k3 + (v79 % 32i)) < 66i) && ((k39 + (v79 / 32i)) < 40i)) {
      let v81: f32 = m1[((k39 + (v79 / 32i)) * 66i) + (k3 + (v79 % 32i))];
      v80 = v81;
    }
    s0[v79] = v80;
    let v82: i32 = k4 + 384i;
    var v83: f32 = 0.0f;
    if (((k3 + (v82 % 32i)) < 66i) && ((k39 + (v82 / 32i)) < 40i)) {
      let v84: f32 = m1[((k39 + (v82 / 32i)) * 66i) + (k3 + (v82 % 32i))];
      v83 = v84;
    }
    s0[v82] = v83;
    let v85: i32 = k4 + 448i;
    var v86: f32 = 0.0f;
    if (((k3 + (v85 % 32i)) < 66i) && ((k39 + (v85 / 32i)) < 40i)) {
      let v87: f32 = m1[((k39 + (v85 / 32i)) * 66i) + (k3 + (v85 % 32i))];
      v86 = v87;
    }
    s0[v85] = v86;
    workgroupBarrier();
    var v88: f32 = 0.0f;
    var v89: f32 = 0.0f;
    var v90: f32 = 0.0f;
    var v91: f32 = 0.0f;
    var v92: f32 = 0.0f;
    var v93: f32 = 0.0f;
    var v94: f32 = 0.0f;
    var v95: f32 = 0.0f;
    var v96: f32 = 0.0f;
    var v97: f32 = 0.0f;
    var v98: f32 = 0.0f;
    var v99: f32 = 0.0f;
    var v100: f32 = 0.0f;
    var v101: f32 = 0.0f;
    var v102: f32 = 0.0f;
    var v103: f32 = 0.0f;
    let v104: i32 = v5 + 8i;
    let v105: i32 = v5 + 16i;
    let v106: i32 = v5 + 24i;
    let v107: i32 = v6 + 8i;
    let v108: i32 = v6 + 16i;
    let v109: i32 = v6 + 24i;
    for (var k110: i32 = 0i; k110 < 16i; k110 += 1i) {
      let v111: f32 = s1[(k110 * 33i) + v5];
      let v112: f32 = s1[v104 + (k110 * 33i)];
      let v113: f32 = s1[v105 + (k110 * 33i)];
      let v114: f32 = s1[v106 + (k110 * 33i)];
      let v115: f32 = s0[(k110 * 32i) + v6];
      let v116: f32 = s0[v107 + (k110 * 32i)];
      let v117: f32 = s0[v108 + (k110 * 32i)];
      let v118: f32 = s0[v109 + (k110 * 32i)];
      v88 = v88 + (v111 * v115);
      v89 = v89 + (v111 * v116);
      v90 = v90 + (v111 * v117);
      v91 = v91 + (v111 * v118);
      v92 = v92 + (v112 * v115);
      v93 = v93 + (v112 * v116);
      v94 = v94 + (v112 * v117);
      v95 = v95 + (v112 * v118);
      v96 = v96 + (v113 * v115);
      v97 = v97 + (v113 * v116);
      v98 = v98 + (v113 * v117);
      v99 = v99 + (v113 * v118);
      v100 = v100 + (v114 * v115);
      v101 = v101 + (v114 * v116);
      v102 = v102 + (v114 * v117);
      v103 = v103 + (v114 * v118);
    }
    let v119: f32 = v88;
    let v120: f32 = v7 + v119;
    r8 += gl_lost(v7, v119, v120);
    v7 = v120;
    let v121: f32 = v89;
    let v122: f32 = v9 + v121;
    r10 += gl_lost(v9, v121, v122);
    v9 = v122;
    let v123: f32 = v90;
    let v124: f32 = v11 + v123;
    r12 += gl_lost(v11, v123, v124);
    v11 = v124;
    let v125: f32 = v91;
    let v126: f32 = v13 + v125;
    r14 += gl_lost(v13, v125, v126);
    v13 = v126;
    let v127: f32 = v92;
    let v128: f32 = v15 + v127;
    r16 += gl_lost(v15, v127, v128);
    v15 = v128;
    let v129: f32 = v93;
    let v130: f32 = v17 + v129;
    r18 += gl_lost(v17, v129, v130);
    v17 = v130;
    let v131: f32 = v94;
    let v132: f32 = v19 + v131;
    r20 += gl_lost(v19, v131, v132);
    v19 = v132;
    let v133: f32 = v95;
    let v134: f32 = v21 + v133;
    r22 += gl_lost(v21, v133, v134);
    v21 = v134;
    let v135: f32 = v96;
    let v136: f32 = v23 + v135;
    r24 += gl_lost(v23, v135, v136);
    v23 = v136;
    let v137: f32 = v97;
    let v138: f32 = v25 + v137;
    r26 += gl_lost(v25, v137, v138);
    v25 = v138;
    let v139: f32 = v98;
    let v140: f32 = v27 + v139;
    r28 += gl_lost(v27, v139, v140);
    v27 = v140;
    let v141: f32 = v99;
    let v142: f32 = v29 + v141;
    r30 += gl_lost(v29, v141, v142);
    v29 = v142;
    let v143: f32 = v100;
    let v144: f32 = v31 + v143;
    r32 += gl_lost(v31, v143, v144);
    v31 = v144;
    let v145: f32 = v101;
    let v146: f32 = v33 + v145;
    r34 += gl_lost(v33, v145, v146);
    v33 = v146;
    let v147: f32 = v102;
    let v148: f32 = v35 + v147;
    r36 += gl_lost(v35, v147, v148);
    v35 = v148;
    let v149: f32 = v103;
    let v150: f32 = v37 + v149;
    r38 += gl_lost(v37, v149, v150);
    v37 = v150;
    workgroupBarrier();
  }
  if (((k2 + v5) < 70i) && ((k3 + v6) < 66i)) {
    let v151: f32 = gl_total(v7, r8);
    m2[((k2 + v5) * 66i) + (k3 + v6)] = select(v151, 0.0f, v151 <= 0.0f);
  }
  if (((k2 + v5) < 70i) && (((k3 + v6) + 8i) < 66i)) {
    let v152: f32 = gl_total(v9, r10);
    m2[((k2 + v5) * 66i) + ((k3 + v6) + 8i)] = select(v152, 0.0f, v152 <= 0.0f);
  }
  if (((k2 + v5) < 70i) && (((k3 + v6) + 16i) < 66i)) {
    let v153: f32 = gl_total(v11, r12);
    m2[((k2 + v5) * 66i) + ((k3 + v6) + 16i)] = select(v153, 0.0f, v153 <= 0.0f);
  }
  if (((k2 + v5) < 70i) && (((k3 + v6) + 24i) < 66i)) {
    let v154: f32 = gl_total(v13, r14);
    m2[((k2 + v5) * 66i) + ((k3 + v6) + 24i)] = select(v154, 0.0f, v154 <= 0.0f);
  }
  if ((((k2 + v5) + 8i) < 70i) && ((k3 + v6) < 66i)) {
    let v155: f32 = gl_total(v15, r16);
    m2[(((k2 + v5) + 8i) * 66i) + (k3 + v6)] = select(v155, 0.0f, v155 <= 0.0f);
  }
  if ((((k2 + v5) + 8i) < 70i) && (((k3 + v6) + 8i) < 66i)) {
    let v156: f32 = gl_total(v17, r18);
    m2[(((k2 + v5) + 8i) * 66i) + ((k3 + v6) + 8i)] = select(v156, 0.0f, v156 <= 0.0f);
  }
  if ((((k2 + v5) + 8i) < 70i) && (((k3 + v6) + 16i) < 66i)) {
    let v157: f32 = gl_total(v19, r20);
    m2[(((k2 + v5) + 8i) * 66i) + ((k3 + v6) + 16i)] = select(v157, 0.0f, v157 <= 0.0f);
  }
  if ((((k2 + v5) + 8i) < 70i) && (((k3 + v6) + 24i) < 66i)) {
    let v158: f32 = gl_total(v21, r22);
    m2[(((k2 + v5) + 8i) * 66i) + ((k3 + v6) + 24i)] = select(v158, 0.0f, v158 <= 0.0f);
  }
  if ((((k2 + v5) + 16i) < 70i) && ((k3 + v6) < 66i)) {
    let v159: f32 = gl_total(v23, r24);
    m2[(((k2 + v5) + 16i) * 66i) + (k3 + v6)] = select(v159, 0.0f, v159 <= 0.0f);
  }
  if ((((k2 + v5) + 16i) < 70i) && (((k3 + v6) + 8i) < 66i)) {
    let v160: f32 = gl_total(v25, r26);
    m2[(((k2 + v5) + 16i) * 66i) + ((k3 + v6) + 8i)] = select(v160, 0.0f, v160 <= 0.0f);
  }
  if ((((k2 + v5) + 16i) < 70i) && (((k3 + v6) + 16i) < 66i)) {
    let v161: f32 = gl_total(v27, r28);
    m2[(((k2 + v5) + 16i) * 66i) + ((k3 + v6) + 16i)] = select(v161, 0.0f, v161 <= 0.0f);
  }
  if ((((k2 + v5) + 16i) < 70i) && (((k3 + v6) + 24i) < 66i)) {
    let v162: f32 = gl_total(v29, r30);
    m2[(((k2 + v5) + 16i) * 66i) + ((k3 + v6) + 24i)] = select(v162, 0.0f, v162 <= 0.0f);
  }
  if ((((k2 + v5) + 24i) < 70i) && ((k3 + v6) < 66i)) {
    let v163: f32 = gl_total(v31, r32);
    m2[(((k2 + v5) + 24i) * 66i) + (k3 + v6)] = select(v163, 0.0f, v163 <= 0.0f);
  }
  if ((((k2 + v5) + 24i) < 70i) && (((k3 + v6) + 8i) < 66i)) {
    let v164: f32 = gl_total(v33, r34);
    m2[(((k2 + v5) + 24i) * 66i) + ((k3 + v6) + 8i)] = select(v164, 0.0f, v164 <= 0.0f);
  }
  if ((((k2 + v5) + 24i) < 70i) && (((k3 + v6) + 16i) < 66i)) {
    let v165: f32 = gl_total(v35, r36);
    m2[(((k2 + v5) + 24i) * 66i) + ((k3 + v6) + 16i)] = select(v165, 0.0f, v165 <= 0.0f);
  }
  if ((((k2 + v5) + 24i) < 70i) && (((k3 + v6) + 24i) < 66i)) {
    let v166: f32 = gl_total(v37, r38);
    m2[(((k2 + v5) + 24i) * 66i) + ((k3 + v6) + 24i)] = select(v166, 0.0f, v166 <= 0.0f);
  }
}
