(func $k0 (param i32) (param i32)
  (local v128 v128 v128 i32 i32 i32 f64 f64 i32)
  v128.const i32x4 0x0 0x0 0x0 0x0
  local.set 3
  local.get 3
  local.set 2
  local.get 3
  local.set 4
  i32.const 0
  i32.const 0
  i32.add
  local.set 5
  i32.const 0
  i32.const 0
  i32.add
  i32.const 4
  i32.add
  local.set 6
  i32.const 0
  local.set 7
  loop
    local.get 2
    local.get 0
    local.get 5
    local.get 7
    i32.const 10
    i32.mul
    i32.add
    i32.const 2
    i32.shl
    i32.add
    v128.load
    f32x4.add
    local.set 2
    local.get 4
    local.get 0
    local.get 6
    local.get 7
    i32.const 10
    i32.mul
    i32.add
    i32.const 2
    i32.shl
    i32.add
    v128.load
    f32x4.add
    local.set 4
    local.get 7
    i32.const 1
    i32.add
    local.tee 7
    i32.const 5
    i32.lt_s
    br_if 0
  end
  local.get 1
  i32.const 0
  i32.const 0
  i32.add
  i32.const 2
  i32.shl
  i32.add
  local.get 2
  v128.store
  local.get 1
  i32.const 0
  i32.const 0
  i32.add
  i32.const 4
  i32.add
  i32.const 2
  i32.shl
  i32.add
  local.get 4
  v128.store
  f64.const 0
  local.set 8
  f64.const 0
  local.set 9
  i32.const 0
  local.set 10
  loop
    local.get 8
    local.get 0
    local.get 10
    i32.const 10
    i32.mul
    i32.const 8
    i32.add
    i32.const 2
    i32.shl
    i32.add
    f32.load
    f64.promote_f32
    f64.add
    local.set 8
    local.get 9
    local.get 0
    local.get 10
    i32.const 10
    i32.mul
    i32.const 9
    i32.add
    i32.const 2
    i32.shl
    i32.add
    f32.load
    f64.promote_f32
    f64.add
    local.set 9
    local.get 10
    i32.const 1
    i32.add
    local.tee 10
    i32.const 5
    i32.lt_s
    br_if 0
  end
  local.get 1
  local.get 8
  f32.demote_f64
  f32.store offset=32
  local.get 1
  local.get 9
  f32.demote_f64
  f32.store offset=36
)
