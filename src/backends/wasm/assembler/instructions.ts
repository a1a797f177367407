/**
 * The instructions of WebAssembly that generated code uses: how each is written as bytes. Opcodes
 * are those of the WebAssembly core specification 2.0, chapter 5.4, and 3.0 where they are called
 * relaxed.
 */
import { ByteWriter } from './bytes.ts';

/** Types of values: parameters, locals, results. */
export type ValueType = 'i32' | 'f32' | 'f64' | 'v128';

/** What follows an opcode. */
export type Immediate =
  | 'none'
  | 'index'
  | 'function'
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
  ['call', [0x10, 'function']],
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
/** The bytes of an opcode: one, or a prefix and a number of two or three hexadecimal digits. */
const bytesOf = (opcode: number): readonly number[] => {
  if (opcode <= 0xff) return [opcode];
  const digits = opcode > 0xffff ? 12 : 8;
  const rest = opcode & (2 ** digits - 1);
  return [opcode >> digits, ...(rest < 128 ? [rest] : [(rest & 127) | 128, rest >> 7])];
};
const encodingOf = (name: string): Encoding => {
  const found = table.get(name);
  if (found === undefined) throw new RangeError(`no instruction '${name}'`);
  const [opcode, immediate] = found;
  const encoding = { bytes: bytesOf(opcode), immediate, isBorder: borders.includes(name) };
  encodings.set(name, encoding);
  return encoding;
};

/** A block without a result. */
const emptyBlock = 0x40;

/** Until all imports are known, functions of the module are numbered from here on. */
export const ownFunctions: number = 2 ** 24;

/** A call of a function of the module, whose number is known when all imports are. */
interface OwnCall {
  /** Where in the code the number belongs. */
  readonly at: number;
  readonly callee: number;
}

/** Instructions in the making, written as bytes at once. */
export class Instructions extends ByteWriter {
  protected readonly calls: OwnCall[] = [];
  /** The number of the stretch of code, all or nothing of which runs, that is being written. */
  stretch = 0;
  /** Adds an instruction: its name, and numbers for what follows the opcode. */
  add(name: string, x = 0, y = 0, z = 0, w = 0): void {
    const { bytes, immediate, isBorder } = encodings.get(name) ?? encodingOf(name);
    const most = bytes.length + 2;
    if (this.used + most > this.content.length) this.reserve(most);
    for (let k = 0; k < bytes.length; k++) this.content[this.used++] = bytes[k] as number;
    if (isBorder) this.stretch++;
    if (immediate === 'none') return;
    // Half of all instructions name one of few locals, and most other numbers are small, too.
    if (immediate === 'index' && x < 128) this.content[this.used++] = x;
    else if (immediate === 'i32' && x >= -64 && x < 64) this.content[this.used++] = x & 127;
    else if (immediate === 'memory' && y < 128) {
      this.content[this.used++] = x;
      this.content[this.used++] = y;
    } else this.#immediate(immediate, x, y, z, w);
  }
  #immediate(kind: Immediate, x: number, y: number, z: number, w: number): void {
    switch (kind) {
      case 'none':
        return;
      case 'index':
      case 'global':
        this.unsigned(x);
        return;
      case 'function':
        if (x < ownFunctions) this.unsigned(x);
        else this.calls.push({ at: this.used, callee: x - ownFunctions });
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
        this.byte(x);
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
        this.byte(x);
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
}
