(func $k0 (param i32) (param i32)
  (local v128 v128 i32 i32 f64 f64 i32)
  v128.const i32x4 0x0 0x0 0x0 0x0
  local.set 2
  v128.const i32x4 0x0 0x0 0x0 0x0
  local.set 3
  i32.const 0
  local.set 4
  local.get 0
  local.set 5
  loop
    local.get 2
    local.get 5
    v128.load
    f32x4.add
    local.set 2
    local.get 3
    local.get 5
    v128.load offset=16
    f32x4.add
    local.set 3
    local.get 5
    i32.const 40
    i32.add
    local.set 5
    local.get 4
    i32.const 1
    i32.add
    local.tee 4
    i32.const 5
    i32.lt_s
    br_if 0
  end
  local.get 1
  local.get 3
  v128.store offset=16
  local.get 1
  local.get 2
  v128.store
  f64.const 0
  local.set 6
  f64.const 0
  local.set 7
  i32.const 0
  local.set 8
  loop
    local.get 6
    local.get 0
    local.get 8
    i32.const 40
    i32.mul
    i32.add
    f32.load offset=32
    f64.promote_f32
    f64.add
    local.set 6
    local.get 7
    local.get 0
    local.get 8
    i32.const 40
    i32.mul
    i32.add
    f32.load offset=36
    f64.promote_f32
    f64.add
    local.set 7
    local.get 8
    i32.const 1
    i32.add
    local.tee 8
    i32.const 5
    i32.lt_s
    br_if 0
  end
  local.get 1
  local.get 6
  f32.demote_f64
  f32.store offset=32
  local.get 1
  local.get 7
  f32.demote_f64
  f32.store offset=36
)
