/**
 * The bytes of a function as text, an instruction per line, blocks indented. People ask for it
 * rarely, so it is read from the code instead of being kept beside it.
 */
import { globalNames, type Immediate, table } from './instructions.ts';

const byOpcode: ReadonlyMap<number, readonly [name: string, immediate: Immediate]> = new Map(
  [...table].map(([name, [opcode, immediate]]) => [opcode, [name, immediate]]),
);

/** Reads what a ByteWriter wrote. */
class ByteReader {
  readonly #bytes: DataView;
  at = 0;
  constructor(bytes: Uint8Array) {
    this.#bytes = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }
  get isAtEnd(): boolean {
    return this.at >= this.#bytes.byteLength;
  }
  byte(): number {
    return this.#bytes.getUint8(this.at++);
  }
  unsigned(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }
  signed(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 127) << shift;
      // The highest bit of the last byte is the sign.
      if (byte < 128) return shift < 25 && byte >= 64 ? value | (-1 << (shift + 7)) : value;
    }
  }
  float(bits: 32 | 64): number {
    const { at } = this;
    this.at += bits / 8;
    return bits === 32 ? this.#bytes.getFloat32(at, true) : this.#bytes.getFloat64(at, true);
  }
  word(): number {
    const { at } = this;
    this.at += 4;
    return this.#bytes.getUint32(at, true);
  }
}

const showNumber = (value: number): string =>
  Object.is(value, -0) ? '-0' : String(value).replace('Infinity', 'inf');

/** The offset of an address, after its alignment. */
const showOffset = (reader: ByteReader): string => {
  reader.unsigned();
  const offset = reader.unsigned();
  return offset === 0 ? '' : ` offset=${offset}`;
};

const showImmediate = (immediate: Immediate, reader: ByteReader): string => {
  switch (immediate) {
    case 'none':
      return '';
    case 'block':
      reader.byte();
      return '';
    case 'copy':
      reader.byte();
      reader.byte();
      return '';
    case 'index':
    case 'function':
      return ` ${reader.unsigned()}`;
    case 'global':
      return ` $${globalNames[reader.unsigned()]}`;
    case 'i32':
      return ` ${reader.signed()}`;
    case 'f32':
      return ` ${showNumber(reader.float(32))}`;
    case 'f64':
      return ` ${showNumber(reader.float(64))}`;
    case 'lane':
      return ` ${reader.byte()}`;
    case 'memory':
      return showOffset(reader);
    case 'memoryLane':
      return `${showOffset(reader)} ${reader.byte()}`;
    case 'lanes': {
      const words = [0, 1, 2, 3].map(() => `0x${reader.word().toString(16)}`);
      return ` i32x4 ${words.join(' ')}`;
    }
  }
};

/** An opcode of the table: a prefix and a number of two or three hexadecimal digits. */
const prefixed = (prefix: number, number: number): number =>
  (prefix << (number > 0xff ? 12 : 8)) | number;

/** The lines of some code, indented by `depth` and more inside of blocks. */
export const showCode = (code: Uint8Array, depth: number): string[] => {
  const reader = new ByteReader(code);
  const lines: string[] = [];
  let inside = depth;
  while (!reader.isAtEnd) {
    const first = reader.byte();
    const opcode = first >= 0xfc ? prefixed(first, reader.unsigned()) : first;
    const found = byOpcode.get(opcode);
    if (found === undefined) throw new RangeError(`no instruction has the opcode ${opcode}`);
    const [name, immediate] = found;
    if (name === 'end' || name === 'else') inside--;
    lines.push('  '.repeat(inside) + name + showImmediate(immediate, reader));
    if (name === 'block' || name === 'loop' || name === 'if' || name === 'else') inside++;
  }
  return lines;
};
