/**
 * Reads IR texts token by token; every fault is a FormatError that names the line and the column.
 */
import { FormatError } from './errors.ts';
import { type DType, dtypes, type TensorType } from './types.ts';

const space = /\s*/y;
const wordPattern = /[A-Za-z_$][\w$]*/y;
const numberPattern = /-?(?:nan\b|inf\b|\d+(?:\.\d+)?(?:e[+-]?\d+)?)/y;
const stringPattern = /"(?:[^"\\\n]|\\.)*"/y;

/**
 * Numbers as the texts show them: the shortest decimal that reads back, `-0`, `nan`, `inf` and
 * `-inf`.
 */
export const showNumber = (value: number): string => {
  if (Number.isNaN(value)) return 'nan';
  if (Object.is(value, -0)) return '-0';
  return String(value).replace('Infinity', 'inf');
};

/** Names as the texts show them: words as they are, everything else in quotes. */
export const showName = (name: string): string =>
  /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);

/** A text and how far it is read. */
export class TextReader {
  readonly what: string;
  readonly text: string;
  #at = 0;
  #depth = 0;
  /** `what` names the kind of text in errors. */
  constructor(what: string, text: string) {
    this.what = what;
    this.text = text;
    this.#skip();
  }
  #skip(): void {
    space.lastIndex = this.#at;
    space.test(this.text);
    this.#at = space.lastIndex;
  }
  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) {
      this.#at += found.length;
      this.#skip();
    }
    return found;
  }
  /** Throws the FormatError of a fault at the place reached, or at `at`. */
  fail(message: string, at: number = this.#at): never {
    const before = this.text.slice(0, at).split('\n');
    const column = (before[before.length - 1] ?? '').length + 1;
    const line = this.text.split('\n')[before.length - 1] ?? '';
    throw new FormatError(
      `${this.what} text, line ${before.length}, column ${column}: ${message}`,
      {
        got: line.trim().slice(0, 100) || 'the end of the text',
      },
    );
  }
  /** The place reached, for `fail`. */
  get place(): number {
    return this.#at;
  }
  /** Whether `symbol` comes next; a word must end where `symbol` ends. */
  sees(symbol: string): boolean {
    if (!this.text.startsWith(symbol, this.#at)) return false;
    const next = this.text[this.#at + symbol.length] ?? ' ';
    return !(/\w$/.test(symbol) && /[\w$]/.test(next));
  }
  /** Reads `symbol` if it comes next. */
  take(symbol: string): boolean {
    if (!this.sees(symbol)) return false;
    this.#at += symbol.length;
    this.#skip();
    return true;
  }
  /** Reads `symbol`, which must come next. */
  expect(symbol: string): void {
    if (!this.take(symbol)) this.fail(`expected '${symbol}'`);
  }
  /** Reads a word, or fails saying that `wanted` was expected. */
  word(wanted: string): string {
    return this.#match(wordPattern) ?? this.fail(`expected ${wanted}`);
  }
  /** Reads a word if one comes next. */
  maybeWord(): string | undefined {
    return this.#match(wordPattern);
  }
  /** Reads a name: a word, or anything in quotes. */
  name(): string {
    return this.maybeWord() ?? this.maybeString() ?? this.fail('expected a name');
  }
  /** Reads a string in quotes if one comes next. */
  maybeString(): string | undefined {
    const at = this.#at;
    const found = this.#match(stringPattern);
    if (found === undefined) return undefined;
    try {
      return JSON.parse(found) as string;
    } catch {
      return this.fail('a string with a wrong escape', at);
    }
  }
  /** Reads a number if one comes next. */
  maybeNumber(): number | undefined {
    const found = this.#match(numberPattern);
    if (found === undefined) return undefined;
    return Number(found.replace('inf', 'Infinity').replace('nan', 'NaN'));
  }
  /** Reads a whole number that is at least `least`. */
  integer(least: number = 0): number {
    const at = this.#at;
    const value = this.maybeNumber();
    if (
      value === undefined ||
      !Number.isSafeInteger(value) ||
      value < least ||
      Object.is(value, -0)
    ) {
      return this.fail('expected a whole number', at);
    }
    return value;
  }
  /** Reads `prefix` and digits, such as `%12`, and returns the number. */
  numbered(prefix: string): number {
    const at = this.#at;
    const pattern = new RegExp(`${prefix}(\\d{1,9})(?![\\w$])`, 'y');
    const found = this.#match(pattern);
    return found === undefined
      ? this.fail(`expected ${prefix} and a number`, at)
      : Number(found.slice(prefix.length));
  }
  /** Reads a dtype. */
  dtype(): DType {
    const at = this.#at;
    const word = this.word('a dtype');
    return dtypes.find((dtype) => dtype === word) ?? this.fail(`'${word}' is no dtype`, at);
  }
  /** Reads a type such as `f32[32,784]`. */
  type(): TensorType {
    const dtype = this.dtype();
    const shape: number[] = [];
    this.expect('[');
    if (!this.take(']')) {
      do shape.push(this.integer());
      while (this.take(','));
      this.expect(']');
    }
    return { dtype, shape };
  }
  /** Reads items between parentheses, separated by commas. */
  list<T>(item: () => T): T[] {
    const items: T[] = [];
    this.expect('(');
    if (this.take(')')) return items;
    do items.push(item());
    while (this.take(','));
    this.expect(')');
    return items;
  }
  /** Reads something that may hold itself; texts that are nested absurdly deep are refused. */
  nested<T>(body: () => T): T {
    if (++this.#depth > 500) this.fail('nested too deeply');
    const result = body();
    this.#depth--;
    return result;
  }
  /** The text must end here. */
  end(): void {
    if (this.#at < this.text.length) this.fail('expected the end of the text');
  }
}
