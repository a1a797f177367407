/** Bytes in the making: numbers as WebAssembly writes them. */

const floats = new DataView(new ArrayBuffer(8));

/** Bytes that grow. */
export class ByteWriter {
  protected content: Uint8Array = new Uint8Array(256);
  protected used = 0;
  /** How many there are. */
  get length(): number {
    return this.used;
  }
  /** Makes room for so many more. Whoever writes little asks itself first: calls are not free. */
  protected reserve(count: number): void {
    const needed = this.used + count;
    if (needed <= this.content.length) return;
    const larger = new Uint8Array(Math.max(needed, this.content.length * 2));
    larger.set(this.content);
    this.content = larger;
  }
  /** Adds one byte. */
  byte(value: number): void {
    if (this.used === this.content.length) this.reserve(1);
    this.content[this.used++] = value;
  }
  /** Adds many bytes. */
  bytes(values: ArrayLike<number>): void {
    this.reserve(values.length);
    this.content.set(values, this.used);
    this.used += values.length;
  }
  /** An unsigned number in LEB128. */
  unsigned(value: number): void {
    if (this.used + 5 > this.content.length) this.reserve(5);
    let rest = value;
    while (rest >= 128) {
      this.content[this.used++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.content[this.used++] = rest;
  }
  /** A signed 32 bit number in LEB128. */
  signed(value: number): void {
    if (this.used + 5 > this.content.length) this.reserve(5);
    let rest = value | 0;
    while (rest < -64 || rest > 63) {
      this.content[this.used++] = (rest & 127) | 128;
      rest >>= 7;
    }
    this.content[this.used++] = rest & 127;
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
    if (this.used + 4 > this.content.length) this.reserve(4);
    // What does not fit into a byte is cut off.
    this.content[this.used++] = value;
    this.content[this.used++] = value >> 8;
    this.content[this.used++] = value >> 16;
    this.content[this.used++] = value >> 24;
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
    return this.content.subarray(0, this.used);
  }
  /** A copy of what was written. */
  take(): Uint8Array<ArrayBuffer> {
    return this.content.slice(0, this.used);
  }
}
