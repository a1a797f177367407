(func $k0 (param i32) (param i32) (param i32)
  (local i32 v128 i32 i32 i32 v128 i32 v128 v128 i32 i32 v128 i32 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 i32 v128 i32 i32 i32 v128 i32)
  v128.const i32x4 0xc2d20000 0xc2d20000 0xc2d20000 0xc2d20000
  local.set 19
  v128.const i32x4 0x42b40000 0x42b40000 0x42b40000 0x42b40000
  local.set 21
  v128.const i32x4 0x3f38aa3b 0x3f38aa3b 0x3f38aa3b 0x3f38aa3b
  local.set 23
  v128.const i32x4 0x4b40007f 0x4b40007f 0x4b40007f 0x4b40007f
  local.set 25
  v128.const i32x4 0x3fb18000 0x3fb18000 0x3fb18000 0x3fb18000
  local.set 28
  v128.const i32x4 0xb9de8083 0xb9de8083 0xb9de8083 0xb9de8083
  local.set 31
  v128.const i32x4 0x394da47c 0x394da47c 0x394da47c 0x394da47c
  local.set 38
  v128.const i32x4 0x3ab8dec0 0x3ab8dec0 0x3ab8dec0 0x3ab8dec0
  local.set 40
  v128.const i32x4 0x3c089427 0x3c089427 0x3c089427 0x3c089427
  local.set 43
  v128.const i32x4 0x3d2aa502 0x3d2aa502 0x3d2aa502 0x3d2aa502
  local.set 46
  v128.const i32x4 0x3e2aaa87 0x3e2aaa87 0x3e2aaa87 0x3e2aaa87
  local.set 49
  v128.const i32x4 0x3f000006 0x3f000006 0x3f000006 0x3f000006
  local.set 52
  v128.const i32x4 0x3f800000 0x3f800000 0x3f800000 0x3f800000
  local.set 56
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
    loop
      local.get 4
      local.get 6
      local.get 5
      i32.const 2
      i32.shl
      i32.add
      local.tee 9
      local.set 7
      local.get 7
      v128.load32_zero
      local.set 8
      local.get 7
      local.get 8
      v128.load32_lane offset=40 1
      local.set 8
      local.get 7
      local.get 8
      v128.load32_lane offset=80 2
      local.set 8
      local.get 7
      local.get 8
      v128.load32_lane offset=120 3
      local.set 8
      local.get 8
      f32x4.max
      local.set 4
      local.get 5
      i32.const 1
      i32.add
      local.tee 5
      i32.const 10
      i32.lt_s
      br_if 0
    end
    local.get 4
    local.set 10
    v128.const i32x4 0x0 0x0 0x0 0x0
    local.set 11
    i32.const 0
    local.set 12
    local.get 0
    local.get 3
    i32.const 160
    i32.mul
    i32.add
    local.set 13
    loop
      local.get 13
      local.get 12
      i32.const 2
      i32.shl
      i32.add
      local.tee 9
      local.set 15
      local.get 15
      v128.load32_zero
      local.set 16
      local.get 15
      local.get 16
      v128.load32_lane offset=40 1
      local.set 16
      local.get 15
      local.get 16
      v128.load32_lane offset=80 2
      local.set 16
      local.get 15
      local.get 16
      v128.load32_lane offset=120 3
      local.set 16
      local.get 16
      local.get 10
      f32x4.sub
      local.set 17
      local.get 17
      local.get 19
      f32x4.pmax
      local.set 18
      local.get 18
      local.get 21
      f32x4.pmin
      local.set 20
      local.get 20
      local.get 23
      f32x4.mul
      local.set 22
      local.get 22
      local.get 25
      f32x4.add
      local.set 24
      local.get 24
      local.get 25
      f32x4.sub
      local.set 26
      local.get 26
      local.get 28
      f32x4.mul
      local.set 27
      local.get 20
      local.get 27
      f32x4.sub
      local.set 29
      local.get 26
      local.get 31
      f32x4.mul
      local.set 30
      local.get 29
      local.get 30
      f32x4.sub
      local.set 32
      local.get 24
      local.set 33
      local.get 33
      i32.const 23
      i32x4.shl
      local.set 34
      local.get 34
      local.set 35
      local.get 32
      local.get 32
      f32x4.mul
      local.set 36
      local.get 32
      local.get 38
      f32x4.mul
      local.set 37
      local.get 40
      local.get 37
      f32x4.add
      local.set 39
      local.get 32
      local.get 39
      f32x4.mul
      local.set 41
      local.get 43
      local.get 41
      f32x4.add
      local.set 42
      local.get 32
      local.get 42
      f32x4.mul
      local.set 44
      local.get 46
      local.get 44
      f32x4.add
      local.set 45
      local.get 32
      local.get 45
      f32x4.mul
      local.set 47
      local.get 49
      local.get 47
      f32x4.add
      local.set 48
      local.get 32
      local.get 48
      f32x4.mul
      local.set 50
      local.get 52
      local.get 50
      f32x4.add
      local.set 51
      local.get 36
      local.get 51
      f32x4.mul
      local.set 53
      local.get 32
      local.get 53
      f32x4.add
      local.set 54
      local.get 56
      local.get 54
      f32x4.add
      local.set 55
      local.get 55
      local.get 35
      f32x4.mul
      local.set 57
      local.get 57
      local.get 35
      f32x4.mul
      local.set 58
      local.get 58
      local.set 14
      local.get 2
      local.get 12
      i32.const 4
      i32.shl
      i32.add
      local.tee 59
      local.get 14
      v128.store
      local.get 11
      local.get 14
      f32x4.add
      local.set 11
      local.get 12
      i32.const 1
      i32.add
      local.tee 12
      i32.const 10
      i32.lt_s
      br_if 0
    end
    local.get 11
    local.set 60
    i32.const 0
    local.set 61
    local.get 1
    local.get 3
    i32.const 160
    i32.mul
    i32.add
    local.set 62
    local.get 2
    local.set 63
    loop
      local.get 63
      v128.load
      local.get 60
      f32x4.div
      local.set 64
      local.get 62
      local.get 61
      i32.const 2
      i32.shl
      i32.add
      local.tee 59
      local.set 65
      local.get 65
      local.get 64
      v128.store32_lane 0
      local.get 65
      local.get 64
      v128.store32_lane offset=40 1
      local.get 65
      local.get 64
      v128.store32_lane offset=80 2
      local.get 65
      local.get 64
      v128.store32_lane offset=120 3
      local.get 63
      i32.const 16
      i32.add
      local.set 63
      local.get 61
      i32.const 1
      i32.add
      local.tee 61
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
