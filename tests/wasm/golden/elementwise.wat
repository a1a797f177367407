(func $k0 (param i32) (param i32) (param i32)
  (local i32 i32 v128 i32 v128 i32 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 i32)
  v128.const i32x4 0x41200000 0x41200000 0x41200000 0x41200000
  local.set 12
  v128.const i32x4 0x40000000 0x40000000 0x40000000 0x40000000
  local.set 14
  v128.const i32x4 0x41a00000 0x41a00000 0x41a00000 0x41a00000
  local.set 16
  v128.const i32x4 0x3fb8aa3b 0x3fb8aa3b 0x3fb8aa3b 0x3fb8aa3b
  local.set 18
  v128.const i32x4 0x4b400000 0x4b400000 0x4b400000 0x4b400000
  local.set 20
  v128.const i32x4 0x3f318000 0x3f318000 0x3f318000 0x3f318000
  local.set 25
  v128.const i32x4 0xb95e8083 0xb95e8083 0xb95e8083 0xb95e8083
  local.set 28
  v128.const i32x4 0x7f 0x7f 0x7f 0x7f
  local.set 31
  v128.const i32x4 0x39500d01 0x39500d01 0x39500d01 0x39500d01
  local.set 35
  v128.const i32x4 0x3ab60b61 0x3ab60b61 0x3ab60b61 0x3ab60b61
  local.set 37
  v128.const i32x4 0x3c088889 0x3c088889 0x3c088889 0x3c088889
  local.set 40
  v128.const i32x4 0x3d2aaaab 0x3d2aaaab 0x3d2aaaab 0x3d2aaaab
  local.set 43
  v128.const i32x4 0x3e2aaaab 0x3e2aaaab 0x3e2aaaab 0x3e2aaaab
  local.set 46
  v128.const i32x4 0x3f000000 0x3f000000 0x3f000000 0x3f000000
  local.set 49
  v128.const i32x4 0x3f800000 0x3f800000 0x3f800000 0x3f800000
  local.set 55
  v128.const i32x4 0x80000000 0x80000000 0x80000000 0x80000000
  local.set 61
  i32.const 0
  local.set 3
  loop
    local.get 3
    i32.const 0
    i32.add
    local.set 4
    local.get 0
    local.get 4
    i32.const 2
    i32.shl
    i32.add
    local.tee 6
    v128.load
    local.set 5
    local.get 5
    local.get 1
    local.get 4
    i32.const 2
    i32.shl
    i32.add
    local.tee 8
    v128.load
    f32x4.mul
    local.get 5
    local.set 9
    local.get 9
    f32x4.abs
    local.set 10
    local.get 10
    local.get 12
    f32x4.pmin
    local.set 11
    local.get 11
    local.get 14
    f32x4.mul
    local.set 13
    local.get 13
    local.get 16
    f32x4.pmin
    local.set 15
    local.get 15
    local.get 18
    f32x4.mul
    local.set 17
    local.get 17
    local.get 20
    f32x4.add
    local.set 19
    local.get 19
    local.get 20
    f32x4.sub
    local.set 21
    local.get 19
    local.set 22
    local.get 22
    local.get 20
    i32x4.sub
    local.set 23
    local.get 21
    local.get 25
    f32x4.mul
    local.set 24
    local.get 15
    local.get 24
    f32x4.sub
    local.set 26
    local.get 21
    local.get 28
    f32x4.mul
    local.set 27
    local.get 26
    local.get 27
    f32x4.sub
    local.set 29
    local.get 23
    local.get 31
    i32x4.add
    local.set 30
    local.get 30
    i32.const 23
    i32x4.shl
    local.set 32
    local.get 32
    local.set 33
    local.get 29
    local.get 35
    f32x4.mul
    local.set 34
    local.get 37
    local.get 34
    f32x4.add
    local.set 36
    local.get 29
    local.get 36
    f32x4.mul
    local.set 38
    local.get 40
    local.get 38
    f32x4.add
    local.set 39
    local.get 29
    local.get 39
    f32x4.mul
    local.set 41
    local.get 43
    local.get 41
    f32x4.add
    local.set 42
    local.get 29
    local.get 42
    f32x4.mul
    local.set 44
    local.get 46
    local.get 44
    f32x4.add
    local.set 45
    local.get 29
    local.get 45
    f32x4.mul
    local.set 47
    local.get 49
    local.get 47
    f32x4.add
    local.set 48
    local.get 29
    local.get 29
    f32x4.mul
    local.set 50
    local.get 50
    local.get 48
    f32x4.mul
    local.set 51
    local.get 29
    local.get 51
    f32x4.add
    local.set 52
    local.get 52
    local.get 33
    f32x4.mul
    local.set 53
    local.get 33
    local.get 55
    f32x4.sub
    local.set 54
    local.get 53
    local.get 54
    f32x4.add
    local.set 56
    local.get 56
    local.get 14
    f32x4.add
    local.set 57
    local.get 56
    local.get 57
    f32x4.div
    local.set 58
    local.get 9
    local.set 59
    local.get 59
    local.get 61
    v128.and
    local.set 60
    local.get 58
    local.set 62
    local.get 62
    local.get 60
    v128.or
    local.set 63
    local.get 63
    local.set 64
    local.get 64
    f32x4.add
    local.set 7
    local.get 2
    local.get 4
    i32.const 2
    i32.shl
    i32.add
    local.tee 65
    local.get 7
    v128.store
    local.get 3
    i32.const 4
    i32.add
    local.tee 3
    i32.const 12
    i32.lt_s
    br_if 0
  end
)
