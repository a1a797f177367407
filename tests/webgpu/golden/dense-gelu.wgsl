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
fn gl_isNan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}
fn gl_smallErf(x: f32) -> f32 {
  let z = x * x;
  return 1.128379225730896f * x * (1.0f + z * ((-0.3333333432674408f) + z * (0.10000000149011612f + z * ((-0.02380952425301075f) + z * (0.004629629664123058f + z * ((-0.0007575757335871458f) + z * (0.00010683760774554685f + z * ((-0.000013227513591118623f) + z * (0.0000014589169268219848f + z * ((-1.4503852696634567e-7f) + z * (1.3122533282228233e-8f + z * (-1.0892221569136495e-9f))))))))))));
}
fn gl_copySign(x: f32, sign: f32) -> f32 {
  let bits = (bitcast<u32>(x) & 0x7fffffffu) | (bitcast<u32>(sign) & 0x80000000u);
  return bitcast<f32>(bits);
}
fn gl_upper(x: f32) -> f32 { return bitcast<f32>(bitcast<u32>(x) & 0xfffff000u); }
var<private> gl_zero: u32;
fn gl_inf() -> f32 { return bitcast<f32>(gl_zero | 0x7f800000u); }
fn gl_ldexp(x: f32, n: i32) -> f32 {
  let half = n / 2i;
  let first = bitcast<f32>(u32(half + 127i) << 23u);
  return x * first * bitcast<f32>(u32(n - half + 127i) << 23u);
}
fn gl_smallExpm1(r: f32) -> f32 {
  return r + (r * r) * (0.5f + r * (0.1666666716337204f + r * (0.0416666679084301f + r * (0.008333333767950535f + r * (0.0013888889225199819f + r * 0.00019841270113829523f)))));
}
fn gl_exp(x: f32) -> f32 {
  if (gl_isNan(x)) { return x; }
  if (x > 89.0f) { return gl_inf(); }
  if (x < -104.0f) { return 0.0f; }
  let n = round(x * 1.4426950216293335f);
  let r = (x - n * 0.693359375f) - n * (-0.00021219444170128554f);
  return gl_ldexp(1.0f + gl_smallExpm1(r), i32(n));
}
fn gl_tail(y: f32, weight: f32, u: f32) -> f32 {
  let t = 1.0f / (1.0f + 0.5f * u);
  let s = gl_upper(y);
  let rest = weight * ((s - y) * (s + y));
  return t * (gl_exp(-weight * (s * s)) * gl_exp(rest + ((-1.265512228012085f) + t * (1.0000237226486206f + t * (0.3740919530391693f + t * (0.09678418189287186f + t * ((-0.18628805875778198f) + t * (0.27886807918548584f + t * ((-1.1352039575576782f) + t * (1.488515853881836f + t * ((-0.8221522569656372f) + t * 0.170872762799263f)))))))))));
}
fn gl_erf(x: f32) -> f32 {
  if (gl_isNan(x)) { return x; }
  let a = abs(x);
  if (a <= 1.0f) { return gl_smallErf(x); }
  if (a > 4.0f) { return gl_copySign(1.0f, x); }
  return gl_copySign(1.0f - gl_tail(a, 1.0f, a), x);
}
@compute @workgroup_size(1)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  gl_zero = groups.x >> 16u;
  let slot = 0u;
  var v0: f32 = 0.0f;
  var r1: f32 = 0.0f;
  var v2: f32 = 0.0f;
  var r3: f32 = 0.0f;
  var v4: f32 = 0.0f;
  var r5: f32 = 0.0f;
  var v6: f32 = 0.0f;
  var r7: f32 = 0.0f;
  var v8: f32 = 0.0f;
  var r9: f32 = 0.0f;
  var v10: f32 = 0.0f;
  var r11: f32 = 0.0f;
  var v12: f32 = 0.0f;
  var r13: f32 = 0.0f;
  var v14: f32 = 0.0f;
  var r15: f32 = 0.0f;
  var v16: f32 = 0.0f;
  var r17: f32 = 0.0f;
  var v18: f32 = 0.0f;
  var r19: f32 = 0.0f;
  var v20: f32 = 0.0f;
  var r21: f32 = 0.0f;
  var v22: f32 = 0.0f;
  var r23: f32 = 0.0f;
  var v24: f32 = 0.0f;
  var r25: f32 = 0.0f;
  var v26: f32 = 0.0f;
  var r27: f32 = 0.0f;
  var v28: f32 = 0.0f;
  var r29: f32 = 0.0f;
  var v30: f32 = 0.0f;
  var r31: f32 = 0.0f;
  for (var k32: i32 = 0i; k32 < 6i; k32 += 1i) {
    let v33: f32 = m0[k32 * 5i];
    let v34: f32 = m0[(k32 * 5i) + 1i];
    let v35: f32 = m0[(k32 * 5i) + 2i];
    let v36: f32 = m0[(k32 * 5i) + 3i];
    let v37: f32 = m1[k32];
    let v38: f32 = v37 * v33;
    let v39: f32 = v0 + v38;
    r1 += gl_lost(v0, v38, v39);
    v0 = v39;
    let v40: f32 = v37 * v34;
    let v41: f32 = v2 + v40;
    r3 += gl_lost(v2, v40, v41);
    v2 = v41;
    let v42: f32 = v37 * v35;
    let v43: f32 = v4 + v42;
    r5 += gl_lost(v4, v42, v43);
    v4 = v43;
    let v44: f32 = v37 * v36;
    let v45: f32 = v6 + v44;
    r7 += gl_lost(v6, v44, v45);
    v6 = v45;
    let v46: f32 = m1[k32 + 6i];
    let v47: f32 = v46 * v33;
    let v48: f32 = v8 + v47;
    r9 += gl_lost(v8, v47, v48);
    v8 = v48;
    let v49: f32 = v46 * v34;
    let v50: f32 = v10 + v49;
    r11 += gl_lost(v10, v49, v50);
    v10 = v50;
    let v51: f32 = v46 * v35;
    let v52: f32 = v12 + v51;
    r13 += gl_lost(v12, v51, v52);
    v12 = v52;
    let v53: f32 = v46 * v36;
    let v54: f32 = v14 + v53;
    r15 += gl_lost(v14, v53, v54);
    v14 = v54;
    let v55: f32 = m1[k32 + 12i];
    let v56: f32 = v55 * v33;
    let v57: f32 = v16 + v56;
    r17 += gl_lost(v16, v56, v57);
    v16 = v57;
    let v58: f32 = v55 * v34;
    let v59: f32 = v18 + v58;
    r19 += gl_lost(v18, v58, v59);
    v18 = v59;
    let v60: f32 = v55 * v35;
    let v61: f32 = v20 + v60;
    r21 += gl_lost(v20, v60, v61);
    v20 = v61;
    let v62: f32 = v55 * v36;
    let v63: f32 = v22 + v62;
    r23 += gl_lost(v22, v62, v63);
    v22 = v63;
    let v64: f32 = m1[k32 + 18i];
    let v65: f32 = v64 * v33;
    let v66: f32 = v24 + v65;
    r25 += gl_lost(v24, v65, v66);
    v24 = v66;
    let v67: f32 = v64 * v34;
    let v68: f32 = v26 + v67;
    r27 += gl_lost(v26, v67, v68);
    v26 = v68;
    let v69: f32 = v64 * v35;
    let v70: f32 = v28 + v69;
    r29 += gl_lost(v28, v69, v70);
    v28 = v70;
    let v71: f32 = v64 * v36;
    let v72: f32 = v30 + v71;
    r31 += gl_lost(v30, v71, v72);
    v30 = v72;
  }
  let v73: f32 = m2[0i];
  let v74: f32 = gl_total(v0, r1) + v73;
  m3[0i] = (v74 * 0.5f) * (1.0f + gl_erf(v74 * 0.7071067690849304f));
  let v75: f32 = m2[1i];
  let v76: f32 = gl_total(v2, r3) + v75;
  m3[1i] = (v76 * 0.5f) * (1.0f + gl_erf(v76 * 0.7071067690849304f));
  let v77: f32 = m2[2i];
  let v78: f32 = gl_total(v4, r5) + v77;
  m3[2i] = (v78 * 0.5f) * (1.0f + gl_erf(v78 * 0.7071067690849304f));
  let v79: f32 = m2[3i];
  let v80: f32 = gl_total(v6, r7) + v79;
  m3[3i] = (v80 * 0.5f) * (1.0f + gl_erf(v80 * 0.7071067690849304f));
  let v81: f32 = gl_total(v8, r9) + v73;
  m3[5i] = (v81 * 0.5f) * (1.0f + gl_erf(v81 * 0.7071067690849304f));
  let v82: f32 = gl_total(v10, r11) + v75;
  m3[6i] = (v82 * 0.5f) * (1.0f + gl_erf(v82 * 0.7071067690849304f));
  let v83: f32 = gl_total(v12, r13) + v77;
  m3[7i] = (v83 * 0.5f) * (1.0f + gl_erf(v83 * 0.7071067690849304f));
  let v84: f32 = gl_total(v14, r15) + v79;
  m3[8i] = (v84 * 0.5f) * (1.0f + gl_erf(v84 * 0.7071067690849304f));
  let v85: f32 = gl_total(v16, r17) + v73;
  m3[10i] = (v85 * 0.5f) * (1.0f + gl_erf(v85 * 0.7071067690849304f));
  let v86: f32 = gl_total(v18, r19) + v75;
  m3[11i] = (v86 * 0.5f) * (1.0f + gl_erf(v86 * 0.7071067690849304f));
  let v87: f32 = gl_total(v20, r21) + v77;
  m3[12i] = (v87 * 0.5f) * (1.0f + gl_erf(v87 * 0.7071067690849304f));
  let v88: f32 = gl_total(v22, r23) + v79;
  m3[13i] = (v88 * 0.5f) * (1.0f + gl_erf(v88 * 0.7071067690849304f));
  let v89: f32 = gl_total(v24, r25) + v73;
  m3[15i] = (v89 * 0.5f) * (1.0f + gl_erf(v89 * 0.7071067690849304f));
  let v90: f32 = gl_total(v26, r27) + v75;
  m3[16i] = (v90 * 0.5f) * (1.0f + gl_erf(v90 * 0.7071067690849304f));
  let v91: f32 = gl_total(v28, r29) + v77;
  m3[17i] = (v91 * 0.5f) * (1.0f + gl_erf(v91 * 0.7071067690849304f));
  let v92: f32 = gl_total(v30, r31) + v79;
  m3[18i] = (v92 * 0.5f) * (1.0f + gl_erf(v92 * 0.7071067690849304f));
  var v93: f32 = 0.0f;
  var r94: f32 = 0.0f;
  var v95: f32 = 0.0f;
  var r96: f32 = 0.0f;
  var v97: f32 = 0.0f;
  var r98: f32 = 0.0f;
  var v99: f32 = 0.0f;
  var r100: f32 = 0.0f;
  for (var k101: i32 = 0i; k101 < 6i; k101 += 1i) {
    let v102: f32 = m0[(k101 * 5i) + 4i];
    let v103: f32 = m1[k101] * v102;
    let v104: f32 = v93 + v103;
    r94 += gl_lost(v93, v103, v104);
    v93 = v104;
    let v105: f32 = m1[k101 + 6i] * v102;
    let v106: f32 = v95 + v105;
    r96 += gl_lost(v95, v105, v106);
    v95 = v106;
    let v107: f32 = m1[k101 + 12i] * v102;
    let v108: f32 = v97 + v107;
    r98 += gl_lost(v97, v107, v108);
    v97 = v108;
    let v109: f32 = m1[k101 + 18i] * v102;
    let v110: f32 = v99 + v109;
    r100 += gl_lost(v99, v109, v110);
    v99 = v110;
  }
  let v111: f32 = m2[4i];
  let v112: f32 = gl_total(v93, r94) + v111;
  m3[4i] = (v112 * 0.5f) * (1.0f + gl_erf(v112 * 0.7071067690849304f));
  let v113: f32 = gl_total(v95, r96) + v111;
  m3[9i] = (v113 * 0.5f) * (1.0f + gl_erf(v113 * 0.7071067690849304f));
  let v114: f32 = gl_total(v97, r98) + v111;
  m3[14i] = (v114 * 0.5f) * (1.0f + gl_erf(v114 * 0.7071067690849304f));
  let v115: f32 = gl_total(v99, r100) + v111;
  m3[19i] = (v115 * 0.5f) * (1.0f + gl_erf(v115 * 0.7071067690849304f));
}
