@group(0) @binding(0) var<storage, read> m0: array<i32>;
@group(0) @binding(1) var<storage, read> m1: array<i32>;
@group(0) @binding(2) var<storage, read_write> scratch: array<u32>;
@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  let slot = ((group.z * groups.y + group.y) * groups.x + group.x) * 64u + invocation;
  if (slot >= 32u) { return; }
  let number = slot;
  let k0: i32 = i32(number);
  for (var k1: i32 = 0i; k1 < 4i; k1 += 1i) {
    scratch[32i + ((k1 * 32i) + k0)] = bitcast<u32>(0i);
  }
  for (var k2: i32 = 0i; k2 < 2i; k2 += 1i) {
    if (((k2 * 32i) + k0) < 40i) {
      let v3: i32 = (k2 * 32i) + k0;
      let v4: i32 = m0[v3];
      let v5: i32 = select(v4, v4 + 4i, v4 < 0i);
      if ((v5 >= 0i) && (v5 < 4i)) {
        let v6: i32 = v5;
        scratch[32i + ((v6 * 32i) + k0)] = bitcast<u32>(bitcast<i32>(scratch[32i + ((v6 * 32i) + k0)]) + m1[v3]);
      }
    }
  }
}

@group(0) @binding(0) var<storage, read_write> scratch: array<u32>;
@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  let slot = ((group.z * groups.y + group.y) * groups.x + group.x) * 64u + invocation;
  if (slot >= 32u) { return; }
  let number = slot;
  let k0: i32 = i32(number / 8u);
  let k1: i32 = i32((number) % 8u);
  var v2: i32 = 0i;
  let v3: i32 = (k0 * 32i) + k1;
  for (var k4: i32 = 0i; k4 < 4i; k4 += 1i) {
    v2 = v2 + bitcast<i32>(scratch[32i + (v3 + (k4 * 8i))]);
  }
  scratch[(k0 * 8i) + k1] = bitcast<u32>(v2);
}

@group(0) @binding(0) var<storage, read> m0: array<i32>;
@group(0) @binding(1) var<storage, read_write> m1: array<i32>;
@group(0) @binding(2) var<storage, read_write> scratch: array<u32>;
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
  var v1: i32 = m0[k0];
  let v2: i32 = k0 * 8i;
  for (var k3: i32 = 0i; k3 < 8i; k3 += 1i) {
    v1 = v1 + bitcast<i32>(scratch[v2 + k3]);
  }
  m1[k0] = v1;
}
