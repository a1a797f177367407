/**
 * A scanner for the JSON header of a safetensors file (RFC 8259, only the values that the format
 * knows). Unlike JSON.parse it refuses duplicate keys, keeps names like `__proto__` as plain
 * strings and never nests deeper than its caller asks, so that a hostile header can neither hide a
 * value nor exhaust the stack.
 */
import { FormatError } from '../../ir/errors.ts';

// 16 digits hold every safe integer; all other scanning is by hand, so that no long text can
// exhaust the stack of the regular expression engine.
const integer = /(?:0|[1-9][0-9]{0,15})(?![0-9.eE])/y;
const loneSurrogate = /\p{Surrogate}/u;

const isSpace = (code: number): boolean =>
  code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;

const quote = 0x22;
const backslash = 0x5c;

/** A name as it stands in messages: in quotes, and cut where it is long. */
export const quoteName = (name: string): string =>
  name.length <= 80 ? JSON.stringify(name) : `${JSON.stringify(name.slice(0, 80))}...`;

/**
 * Reads one header text from its first to its last character; every fault is a FormatError with the
 * position.
 */
export class HeaderScanner {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** Throws a FormatError that names `rule` and the present position. */
  fail(rule: string, at: number = this.at): never {
    throw new FormatError(`readSafetensors: ${rule} (header character ${at})`, {
      got: at < this.text.length ? JSON.stringify(this.text.slice(at, at + 24)) : 'its end',
    });
  }

  private skipSpace(): void {
    while (isSpace(this.text.charCodeAt(this.at))) this.at++;
  }

  /** Takes `character` when it comes next; spaces around it are skipped. */
  private take(character: string): boolean {
    this.skipSpace();
    if (this.text[this.at] !== character) return false;
    this.at++;
    this.skipSpace();
    return true;
  }

  private expect(character: string, what: string): void {
    if (!this.take(character)) this.fail(`expected '${character}' ${what}`);
  }

  /** Reads a string; `what` says what it is for the message. */
  string(what: string): string {
    const { text, at: start } = this;
    if (text.charCodeAt(start) !== quote) this.fail(`expected a string: ${what}`);
    let end = start + 1;
    while (end < text.length && text.charCodeAt(end) !== quote) {
      end += text.charCodeAt(end) === backslash ? 2 : 1;
    }
    if (end >= text.length) this.fail(`a string without end: ${what}`);
    this.at = end + 1;
    let value: string;
    try {
      value = JSON.parse(text.slice(start, end + 1)) as string;
    } catch {
      return this.fail(`not a JSON string: ${what}`, start);
    }
    if (loneSurrogate.test(value)) this.fail(`half a surrogate pair: ${what}`, start);
    return value;
  }

  /**
   * Reads an object and calls `member` with each key when its value comes next; a key that comes
   * twice is refused.
   */
  object(what: string, member: (key: string) => void): void {
    this.expect('{', `to open ${what}`);
    if (this.take('}')) return;
    const keys = new Set<string>();
    do {
      const start = this.at;
      const key = this.string(`a key of ${what}`);
      if (keys.has(key)) this.fail(`duplicate key in ${what}`, start);
      keys.add(key);
      this.expect(':', `after a key of ${what}`);
      member(key);
    } while (this.take(','));
    this.expect('}', `or ',' in ${what}`);
  }

  /**
   * Reads an array of at most `limit` whole numbers, each 0 to 2^53 - 1 and written without sign,
   * point or exponent.
   */
  integers(what: string, limit: number): number[] {
    const values: number[] = [];
    this.expect('[', `to open ${what}`);
    if (this.take(']')) return values;
    do {
      const start = this.at;
      integer.lastIndex = start;
      const digits = integer.exec(this.text)?.[0];
      const value = Number(digits ?? Number.NaN);
      if (!Number.isSafeInteger(value)) {
        this.fail(`${what} holds whole numbers from 0 to 2^53 - 1`, start);
      }
      if (values.length === limit) this.fail(`${what} has more than ${limit} numbers`, start);
      values.push(value);
      this.at = start + String(value).length;
    } while (this.take(','));
    this.expect(']', `or ',' in ${what}`);
    return values;
  }

  /** Throws unless only spaces are left. */
  end(): void {
    this.skipSpace();
    if (this.at !== this.text.length) this.fail('text after the end of the header');
  }
}
