(func $k0 (param i32) (param i32) (param i32)
  (local i32 v128 i32 i32 v128 v128 i32 v128 i32 v128 v128 v128 v128 i32 i32 v128 i32 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 i32 v128 i32 i32 i32 v128 i32)
  v128.const i32x4 0x80000000 0x80000000 0x80000000 0x80000000
  local.set 13
  v128.const i32x4 0xc2d20000 0xc2d20000 0xc2d20000 0xc2d20000
  local.set 23
  v128.const i32x4 0x42b40000 0x42b40000 0x42b40000 0x42b40000
  local.set 25
  v128.const i32x4 0x3f38aa3b 0x3f38aa3b 0x3f38aa3b 0x3f38aa3b
  local.set 27
  v128.const i32x4 0x4b40007f 0x4b40007f 0x4b40007f 0x4b40007f
  local.set 29
  v128.const i32x4 0x3fb18000 0x3fb18000 0x3fb18000 0x3fb18000
  local.set 32
  v128.const i32x4 0xb9de8083 0xb9de8083 0xb9de8083 0xb9de8083
  local.set 35
  v128.const i32x4 0x394da47c 0x394da47c 0x394da47c 0x394da47c
  local.set 42
  v128.const i32x4 0x3ab8dec0 0x3ab8dec0 0x3ab8dec0 0x3ab8dec0
  local.set 44
  v128.const i32x4 0x3c089427 0x3c089427 0x3c089427 0x3c089427
  local.set 47
  v128.const i32x4 0x3d2aa502 0x3d2aa502 0x3d2aa502 0x3d2aa502
  local.set 50
  v128.const i32x4 0x3e2aaa87 0x3e2aaa87 0x3e2aaa87 0x3e2aaa87
  local.set 53
  v128.const i32x4 0x3f000006 0x3f000006 0x3f000006 0x3f000006
  local.set 56
  v128.const i32x4 0x3f800000 0x3f800000 0x3f800000 0x3f800000
  local.set 60
  i32.const 0
  local.set 3
  loop
    v128.const i32x4 0xff800000 0xff800000 0xff800000 0xff800000
    local.set 4
    i32.const 0
    local.set 5
    local.get 0
    local.get 3
    i32.const 160
    i32.mul
    i32.add
    local.set 6
    local.get 4
    local.get 4
    f32x4.ne
    local.set 7
    local.get 4
    local.set 8
    loop
      local.get 6
      local.get 5
      i32.const 2
      i32.shl
      i32.add
      local.tee 11
      local.set 9
      local.get 9
      v128.load32_zero
      local.set 10
      local.get 9
      local.get 10
      v128.load32_lane offset=40 1
      local.set 10
      local.get 9
      local.get 10
      v128.load32_lane offset=80 2
      local.set 10
      local.get 9
      local.get 10
      v128.load32_lane offset=120 3
      local.set 10
      local.get 10
      local.set 12
      local.get 12
      local.get 4
      f32x4.pmax
      local.set 4
      local.get 7
      local.get 12
      local.get 12
      f32x4.ne
      v128.or
      local.set 7
      local.get 8
      local.get 12
      v128.and
      local.set 8
      local.get 5
      i32.const 1
      i32.add
      local.tee 5
      i32.const 10
      i32.lt_s
      br_if 0
    end
    local.get 8
    local.get 4
    local.get 13
    v128.bitselect
    local.get 7
    v128.or
    local.set 4
    local.get 4
    local.set 14
    v128.const i32x4 0x0 0x0 0x0 0x0
    local.set 15
    i32.const 0
    local.set 16
    local.get 0
    local.get 3
    i32.const 160
    i32.mul
    i32.add
    local.set 17
    loop
      local.get 17
      local.get 16
      i32.const 2
      i32.shl
      i32.add
      local.tee 11
      local.set 19
      local.get 19
      v128.load32_zero
      local.set 20
      local.get 19
      local.get 20
      v128.load32_lane offset=40 1
      local.set 20
      local.get 19
      local.get 20
      v128.load32_lane offset=80 2
      local.set 20
      local.get 19
      local.get 20
      v128.load32_lane offset=120 3
      local.set 20
      local.get 20
      local.get 14
      f32x4.sub
      local.set 21
      local.get 21
      local.get 23
      f32x4.pmax
      local.set 22
      local.get 22
      local.get 25
      f32x4.pmin
      local.set 24
      local.get 24
      local.get 27
      f32x4.mul
      local.set 26
      local.get 26
      local.get 29
      f32x4.add
      local.set 28
      local.get 28
      local.get 29
      f32x4.sub
      local.set 30
      local.get 30
      local.get 32
      f32x4.mul
      local.set 31
      local.get 24
      local.get 31
      f32x4.sub
      local.set 33
      local.get 30
      local.get 35
      f32x4.mul
      local.set 34
      local.get 33
      local.get 34
      f32x4.sub
      local.set 36
      local.get 28
      local.set 37
      local.get 37
      i32.const 23
      i32x4.shl
      local.set 38
      local.get 38
      local.set 39
      local.get 36
      local.get 36
      f32x4.mul
      local.set 40
      local.get 36
      local.get 42
      f32x4.mul
      local.set 41
      local.get 44
      local.get 41
      f32x4.add
      local.set 43
      local.get 36
      local.get 43
      f32x4.mul
      local.set 45
      local.get 47
      local.get 45
      f32x4.add
      local.set 46
      local.get 36
      local.get 46
      f32x4.mul
      local.set 48
      local.get 50
      local.get 48
      f32x4.add
      local.set 49
      local.get 36
      local.get 49
      f32x4.mul
      local.set 51
      local.get 53
      local.get 51
      f32x4.add
      local.set 52
      local.get 36
      local.get 52
      f32x4.mul
      local.set 54
      local.get 56
      local.get 54
      f32x4.add
      local.set 55
      local.get 40
      local.get 55
      f32x4.mul
      local.set 57
      local.get 36
      local.get 57
      f32x4.add
      local.set 58
      local.get 60
      local.get 58
      f32x4.add
      local.set 59
      local.get 59
      local.get 39
      f32x4.mul
      local.set 61
      local.get 61
      local.get 39
      f32x4.mul
      local.set 62
      local.get 62
      local.set 18
      local.get 2
      local.get 16
      i32.const 4
      i32.shl
      i32.add
      local.tee 63
      local.get 18
      v128.store
      local.get 15
      local.get 18
      f32x4.add
      local.set 15
      local.get 16
      i32.const 1
      i32.add
      local.tee 16
      i32.const 10
      i32.lt_s
      br_if 0
    end
    local.get 15
    local.set 64
    i32.const 0
    local.set 65
    local.get 1
    local.get 3
    i32.const 160
    i32.mul
    i32.add
    local.set 66
    local.get 2
    local.set 67
    loop
      local.get 67
      v128.load
      local.get 64
      f32x4.div
      local.set 68
      local.get 66
      local.get 65
      i32.const 2
      i32.shl
      i32.add
      local.tee 63
      local.set 69
      local.get 69
      local.get 68
      v128.store32_lane 0
      local.get 69
      local.get 68
      v128.store32_lane offset=40 1
      local.get 69
      local.get 68
      v128.store32_lane offset=80 2
      local.get 69
      local.get 68
      v128.store32_lane offset=120 3
      local.get 67
      i32.const 16
      i32.add
      local.set 67
      local.get 65
      i32.const 1
      i32.add
      local.tee 65
      i32.const 10
      i32.lt_s
      br_if 0
    end
    local.get 3
    i32.const 1
    i32.add
    local.tee 3
    i32.const 2
    i32.lt_s
    br_if 0
  end
)
