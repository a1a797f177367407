/**
 * The instructions of WebAssembly that generated code uses: how each is written as bytes. Opcodes
 * are those of the WebAssembly core specification 2.0, chapter 5.4, and 3.0 where they are called
 * relaxed.
 */

/** Types of values: parameters, locals, results. */
export type ValueType = 'i32' | 'f32' | 'f64' | 'v128';

/** What follows an opcode. */
export type Immediate =
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

/** The opcode of every instruction, and what follows it. */
export const table: ReadonlyMap<string, readonly [opcode: number, immediate: Immediate]> = new Map<
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
  ['i8x16.shuffle', [0xfd0d, 'lanes']],
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
  ['f32x4.relaxed_madd', [0xfd105, 'none']],
  ['f32x4.relaxed_nmadd', [0xfd106, 'none']],
  ['memory.atomic.notify', [0xfe00, 'memory']],
  ['i32.atomic.load', [0xfe10, 'memory']],
  ['i32.atomic.store', [0xfe17, 'memory']],
  ['i32.atomic.rmw.add', [0xfe1e, 'memory']],
  ['i32.atomic.rmw.cmpxchg', [0xfe48, 'memory']],
]);

/** The global variables of modules that several threads run, in the order of their numbers. */
export const globalNames = ['thread', 'threads'] as const;

/** How an instruction begins, and what follows. */
interface Encoding {
  readonly bytes: readonly number[];
  readonly immediate: Immediate;
  /** Whether control splits or meets: what ran before it need not have run behind it. */
  readonly isBorder: boolean;
}
const borders: readonly string[] = ['block', 'loop', 'if', 'else', 'end'];
const encodings = new Map<string, Encoding>();
const encodingOf = (name: string): Encoding => {
  const found = table.get(name);
  if (found === undefined) throw new RangeError(`no instruction '${name}'`);
  const [opcode, immediate] = found;
  const bytes = new ByteWriter();
  if (opcode > 0xff) {
    // A prefix, then a number of its own of two or three hexadecimal digits.
    const digits = opcode > 0xffff ? 12 : 8;
    bytes.byte(opcode >> digits);
    bytes.unsigned(opcode & (2 ** digits - 1));
  } else bytes.byte(opcode);
  const isBorder = borders.includes(name);
  const encoding: Encoding = { bytes: [...bytes.written()], immediate, isBorder };
  encodings.set(name, encoding);
  return encoding;
};

/** A block without a result. */
const emptyBlock = 0x40;

const floats = new DataView(new ArrayBuffer(8));

/** Bytes that grow. */
export class ByteWriter {
  #bytes = new Uint8Array(256);
  #length = 0;
  /** How many there are. */
  get length(): number {
    return this.#length;
  }
  /** Makes room for so many more. Whoever writes little asks itself first: calls are not free. */
  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
  /** Adds one byte. */
  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }
  /**
   * Adds an instruction: its name, and numbers for what follows the opcode. Returns whether control
   * splits or meets there.
   */
  instruction(name: string, x: number, y: number, z: number, w: number): boolean {
    const { bytes, immediate, isBorder } = encodings.get(name) ?? encodingOf(name);
    if (this.#length + bytes.length >= this.#bytes.length) this.#reserve(bytes.length + 1);
    for (let k = 0; k < bytes.length; k++) this.#bytes[this.#length++] = bytes[k] as number;
    if (immediate === 'none') return isBorder;
    // Half of all instructions name one of few locals.
    if (immediate === 'index' && x < 128) this.#bytes[this.#length++] = x;
    else this.#immediate(immediate, x, y, z, w);
    return isBorder;
  }
  #immediate(kind: Immediate, x: number, y: number, z: number, w: number): void {
    switch (kind) {
      case 'none':
        return;
      case 'index':
      case 'global':
        this.unsigned(x);
        return;
      case 'i32':
        this.signed(x);
        return;
      case 'f32':
        this.float(x, 32);
        return;
      case 'f64':
        this.float(x, 64);
        return;
      case 'memory':
        this.unsigned(x);
        this.unsigned(y);
        return;
      case 'block':
        this.byte(emptyBlock);
        return;
      case 'copy':
        this.byte(0);
        this.byte(0);
        return;
      case 'lane':
        this.byte(x);
        return;
      case 'memoryLane':
        this.unsigned(x);
        this.unsigned(y);
        this.byte(z);
        return;
      case 'lanes':
        this.word(x);
        this.word(y);
        this.word(z);
        this.word(w);
    }
  }
  /** Adds many bytes. */
  bytes(values: ArrayLike<number>): void {
    this.#reserve(values.length);
    this.#bytes.set(values, this.#length);
    this.#length += values.length;
  }
  /** An unsigned number in LEB128. */
  unsigned(value: number): void {
    if (this.#length + 5 > this.#bytes.length) this.#reserve(5);
    let rest = value;
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }
  /** A signed 32 bit number in LEB128. */
  signed(value: number): void {
    if (this.#length + 5 > this.#bytes.length) this.#reserve(5);
    let rest = value | 0;
    while (rest < -64 || rest > 63) {
      this.#bytes[this.#length++] = (rest & 127) | 128;
      rest >>= 7;
    }
    this.#bytes[this.#length++] = rest & 127;
  }
  /** The 4 or 8 bytes of a float. */
  float(value: number, bits: 32 | 64): void {
    if (bits === 32) floats.setFloat32(0, value, true);
    else floats.setFloat64(0, value, true);
    this.word(floats.getInt32(0, true));
    if (bits === 64) this.word(floats.getInt32(4, true));
  }
  /** The 4 bytes of an integer. */
  word(value: number): void {
    if (this.#length + 4 > this.#bytes.length) this.#reserve(4);
    // What does not fit into a byte is cut off.
    this.#bytes[this.#length++] = value;
    this.#bytes[this.#length++] = value >> 8;
    this.#bytes[this.#length++] = value >> 16;
    this.#bytes[this.#length++] = value >> 24;
  }
  /** A name: its length and its characters, which are ASCII. */
  name(text: string): void {
    this.unsigned(text.length);
    for (const character of text) this.byte(character.charCodeAt(0));
  }
  /** A section or a function: its length and its bytes. */
  sized(body: ByteWriter): void {
    this.unsigned(body.length);
    this.bytes(body.written());
  }
  /** What was written, until more is. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
  /** A copy of what was written. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }
}
