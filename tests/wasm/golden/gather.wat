(func $k0 (param i32) (param i32) (param i32)
  (local i32 i32 i32 i32 i32 i32 i32 f64)
  i32.const 0
  local.set 3
  loop
    local.get 0
    local.get 3
    i32.const 2
    i32.shl
    i32.add
    i32.load
    local.set 4
    local.get 4
    i32.const 7
    i32.add
    local.get 4
    local.get 4
    i32.const 0
    i32.lt_s
    select
    local.set 5
    local.get 5
    i32.const 0
    i32.ge_s
    local.get 5
    i32.const 7
    i32.lt_s
    i32.and
    local.set 6
    i32.const 0
    local.set 7
    local.get 1
    local.get 5
    i32.const 12
    i32.mul
    i32.add
    local.set 8
    local.get 2
    local.get 3
    i32.const 12
    i32.mul
    i32.add
    local.set 9
    loop
      f64.const NaN
      local.set 10
      local.get 6
      if
        local.get 8
        local.get 7
        i32.const 2
        i32.shl
        i32.add
        i32.const 0
        i32.add
        f32.load
        f64.promote_f32
        local.set 10
      end
      local.get 9
      local.get 7
      i32.const 2
      i32.shl
      i32.add
      local.get 10
      f32.demote_f64
      f32.store
      local.get 7
      i32.const 1
      i32.add
      local.tee 7
      i32.const 3
      i32.lt_s
      br_if 0
    end
    local.get 3
    i32.const 1
    i32.add
    local.tee 3
    i32.const 5
    i32.lt_s
    br_if 0
  end
)
