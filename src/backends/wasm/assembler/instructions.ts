/**
 * The instructions of WebAssembly that generated code uses: how each is written as bytes and as
 * text. Opcodes are those of the WebAssembly core specification 2.0, chapter 5.4.
 */

/** Types of values: parameters, locals, results. */
export type ValueType = 'i32' | 'f32' | 'f64' | 'v128';

/** What follows an opcode. */
type Immediate =
  | 'none'
  | 'index'
  | 'global'
  | 'i32'
  | 'f32'
  | 'f64'
  | 'memory'
  | 'block'
  | 'copy'
  | 'lane'
  | 'memoryLane'
  | 'lanes';

const numeric = (prefix: string, first: number, names: string): [string, [number, Immediate]][] =>
  names.split(' ').map((name, k) => [`${prefix}.${name}`, [first + k, 'none']]);

const table: ReadonlyMap<string, readonly [opcode: number, immediate: Immediate]> = new Map<
  string,
  readonly [number, Immediate]
>([
  ['block', [0x02, 'block']],
  ['loop', [0x03, 'block']],
  ['if', [0x04, 'block']],
  ['else', [0x05, 'none']],
  ['end', [0x0b, 'none']],
  ['br', [0x0c, 'index']],
  ['br_if', [0x0d, 'index']],
  ['return', [0x0f, 'none']],
  ['call', [0x10, 'index']],
  ['drop', [0x1a, 'none']],
  ['select', [0x1b, 'none']],
  ['local.get', [0x20, 'index']],
  ['local.set', [0x21, 'index']],
  ['local.tee', [0x22, 'index']],
  ['global.get', [0x23, 'global']],
  ['global.set', [0x24, 'global']],
  ['i32.load', [0x28, 'memory']],
  ['f32.load', [0x2a, 'memory']],
  ['f64.load', [0x2b, 'memory']],
  ['i32.load8_u', [0x2d, 'memory']],
  ['i32.load16_u', [0x2f, 'memory']],
  ['i32.store', [0x36, 'memory']],
  ['f32.store', [0x38, 'memory']],
  ['f64.store', [0x39, 'memory']],
  ['i32.store8', [0x3a, 'memory']],
  ['i32.store16', [0x3b, 'memory']],
  ['i32.const', [0x41, 'i32']],
  ['f32.const', [0x43, 'f32']],
  ['f64.const', [0x44, 'f64']],
  ...numeric('i32', 0x45, 'eqz eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u'),
  ...numeric('f32', 0x5b, 'eq ne lt gt le ge'),
  ...numeric('f64', 0x61, 'eq ne lt gt le ge'),
  ...numeric('i32', 0x67, 'clz ctz popcnt add sub mul div_s div_u rem_s rem_u and or xor'),
  ...numeric('i32', 0x74, 'shl shr_s shr_u rotl rotr'),
  ...numeric('f32', 0x8b, 'abs neg ceil floor trunc nearest sqrt add sub mul div min max copysign'),
  ...numeric('f64', 0x99, 'abs neg ceil floor trunc nearest sqrt add sub mul div min max copysign'),
  ['f32.demote_f64', [0xb6, 'none']],
  ['f64.convert_i32_s', [0xb7, 'none']],
  ['f64.convert_i32_u', [0xb8, 'none']],
  ['f64.promote_f32', [0xbb, 'none']],
  ['i32.reinterpret_f32', [0xbc, 'none']],
  ['f32.reinterpret_i32', [0xbe, 'none']],
  ['i32.trunc_sat_f64_s', [0xfc02, 'none']],
  ['i32.trunc_sat_f64_u', [0xfc03, 'none']],
  ['memory.copy', [0xfc0a, 'copy']],
  ['v128.load', [0xfd00, 'memory']],
  ['v128.load32_splat', [0xfd09, 'memory']],
  ['v128.store', [0xfd0b, 'memory']],
  ['v128.const', [0xfd0c, 'lanes']],
  ['v128.load32_zero', [0xfd5c, 'memory']],
  ['v128.load32_lane', [0xfd56, 'memoryLane']],
  ['v128.store32_lane', [0xfd5a, 'memoryLane']],
  ['i32x4.splat', [0xfd11, 'none']],
  ['f32x4.splat', [0xfd13, 'none']],
  ['i32x4.extract_lane', [0xfd1b, 'lane']],
  ['i32x4.replace_lane', [0xfd1c, 'lane']],
  ['f32x4.extract_lane', [0xfd1f, 'lane']],
  ['f32x4.replace_lane', [0xfd20, 'lane']],
  ...numeric('i32x4', 0xfd37, 'eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u'),
  ...numeric('f32x4', 0xfd41, 'eq ne lt gt le ge'),
  ...numeric('v128', 0xfd4d, 'not and andnot or xor bitselect any_true'),
  ['i8x16.narrow_i16x8_u', [0xfd66, 'none']],
  ...numeric('f32x4', 0xfd67, 'ceil floor trunc nearest'),
  ['i16x8.narrow_i32x4_u', [0xfd86, 'none']],
  ['i16x8.extend_low_i8x16_u', [0xfd89, 'none']],
  ...numeric('i32x4', 0xfda0, 'abs neg'),
  ['i32x4.extend_low_i16x8_u', [0xfda9, 'none']],
  ...numeric('i32x4', 0xfdab, 'shl shr_s shr_u add'),
  ['i32x4.sub', [0xfdb1, 'none']],
  ...numeric('i32x4', 0xfdb5, 'mul min_s min_u max_s max_u'),
  ...numeric('f32x4', 0xfde0, 'abs neg'),
  ...numeric('f32x4', 0xfde3, 'sqrt add sub mul div min max pmin pmax'),
  ['i32x4.trunc_sat_f32x4_s', [0xfdf8, 'none']],
  ['i32x4.trunc_sat_f32x4_u', [0xfdf9, 'none']],
  ['f32x4.convert_i32x4_s', [0xfdfa, 'none']],
  ['f32x4.convert_i32x4_u', [0xfdfb, 'none']],
  ['memory.atomic.notify', [0xfe00, 'memory']],
  ['i32.atomic.load', [0xfe10, 'memory']],
  ['i32.atomic.store', [0xfe17, 'memory']],
  ['i32.atomic.rmw.add', [0xfe1e, 'memory']],
  ['i32.atomic.rmw.cmpxchg', [0xfe48, 'memory']],
]);

/** The global variables of modules that several threads run, in the order of their numbers. */
export const globalNames = ['thread', 'threads'] as const;

/** An instruction: its name, and numbers for what follows the opcode. */
export type Instruction = readonly [name: string, ...immediates: number[]];

/** Bytes that grow. */
export class ByteWriter {
  #bytes = new Uint8Array(256);
  #length = 0;
  #floats = new DataView(new ArrayBuffer(8));
  /** Adds one byte. */
  byte(value: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(this.#length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = value;
  }
  /** Adds many bytes. */
  bytes(values: Iterable<number>): void {
    for (const value of values) this.byte(value);
  }
  /** An unsigned number in LEB128. */
  unsigned(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.byte((rest % 128) | 128);
      rest = Math.floor(rest / 128);
    }
    this.byte(rest);
  }
  /** A signed 32 bit number in LEB128. */
  signed(value: number): void {
    let rest = value | 0;
    while (rest < -64 || rest > 63) {
      this.byte((rest & 127) | 128);
      rest >>= 7;
    }
    this.byte(rest & 127);
  }
  /** The 4 or 8 bytes of a float. */
  float(value: number, bits: 32 | 64): void {
    if (bits === 32) this.#floats.setFloat32(0, value, true);
    else this.#floats.setFloat64(0, value, true);
    for (let k = 0; k < bits / 8; k++) this.byte(this.#floats.getUint8(k));
  }
  /** A name: its length and its characters, which are ASCII. */
  name(text: string): void {
    this.unsigned(text.length);
    for (const character of text) this.byte(character.charCodeAt(0));
  }
  /** A section or a function: its length and its bytes. */
  sized(body: ByteWriter): void {
    const bytes = body.take();
    this.unsigned(bytes.length);
    this.bytes(bytes);
  }
  /** What was written. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }
}

/** A block without a result. */
const emptyBlock = 0x40;

/** Writes an instruction as bytes. */
export const encodeInstruction = (instruction: Instruction, to: ByteWriter): void => {
  const [name, x = 0, y = 0, z = 0, w = 0] = instruction;
  const found = table.get(name);
  if (found === undefined) throw new RangeError(`no instruction '${name}'`);
  const [opcode, immediate] = found;
  if (opcode > 0xff) {
    // A prefix, then a number of its own.
    to.byte(opcode >> 8);
    to.unsigned(opcode & 0xff);
  } else to.byte(opcode);
  switch (immediate) {
    case 'none':
      return;
    case 'index':
    case 'global':
      to.unsigned(x);
      return;
    case 'i32':
      to.signed(x);
      return;
    case 'f32':
      to.float(x, 32);
      return;
    case 'f64':
      to.float(x, 64);
      return;
    case 'memory':
      to.unsigned(x);
      to.unsigned(y);
      return;
    case 'block':
      to.byte(emptyBlock);
      return;
    case 'copy':
      to.byte(0);
      to.byte(0);
      return;
    case 'lane':
      to.byte(x);
      return;
    case 'memoryLane':
      to.unsigned(x);
      to.unsigned(y);
      to.byte(z);
      return;
    case 'lanes':
      for (const word of [x, y, z, w]) {
        for (let shift = 0; shift < 32; shift += 8) to.byte((word >>> shift) & 0xff);
      }
  }
};

/** An instruction as a line of text. */
export const showInstruction = ([name, x, y, z, w]: Instruction): string => {
  const immediate = table.get(name)?.[1] ?? 'none';
  if (immediate === 'none' || immediate === 'block' || immediate === 'copy') return name;
  if (immediate === 'global') return `${name} $${globalNames[x ?? 0]}`;
  if (immediate === 'memory') return y === 0 ? name : `${name} offset=${y}`;
  if (immediate === 'memoryLane') return `${name}${y === 0 ? '' : ` offset=${y}`} ${z}`;
  if (immediate === 'lanes') {
    const words = [x, y, z, w].map((word) => `0x${((word ?? 0) >>> 0).toString(16)}`);
    return `${name} i32x4 ${words.join(' ')}`;
  }
  return `${name} ${Object.is(x, -0) ? '-0' : String(x).replace('Infinity', 'inf')}`;
};
