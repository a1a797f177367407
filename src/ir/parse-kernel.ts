/** Reads the text of a kernel back. */
import type { Access, Expr, Kernel, KernelBuffer, KernelParameter, Local, Stmt } from './kernel.ts';
import { symbols } from './print-kernel.ts';
import {
  type BinaryName,
  binaryNames,
  type CompareName,
  compareNames,
  unaryNames,
} from './scalar.ts';
import { TextReader } from './text-reader.ts';
import { type DType, dtypes } from './types.ts';

const accesses = ['read', 'write', 'update'] as const;
const loops = {
  parallel: 'parallel',
  for: 'serial',
  unrolled: 'unrolled',
  workgroup: 'workgroup',
  lanes: 'lanes',
} as const;
/** Symbols by how strongly they bind, weakest first; longer ones before those they begin with. */
const operators: readonly (readonly string[])[] = [
  ['eq', 'ne', 'le', 'ge', 'lt', 'gt'],
  ['add', 'sub'],
  ['mul', 'div', 'rem'],
];

class KernelReader {
  readonly reader: TextReader;
  readonly #locals = new Map<number, Local>();
  readonly #buffers = new Map<number, KernelBuffer>();
  constructor(reader: TextReader) {
    this.reader = reader;
  }
  defineBuffer(): KernelBuffer {
    const { reader } = this;
    const at = reader.place;
    const id = reader.numbered('b');
    reader.expect(':');
    const dtype = reader.dtype();
    reader.expect('[');
    const length = reader.integer();
    reader.expect(']');
    if (this.#buffers.has(id)) reader.fail(`b${id} is defined twice`, at);
    const buffer = { id, dtype, length };
    this.#buffers.set(id, buffer);
    return buffer;
  }
  buffer(): KernelBuffer {
    const at = this.reader.place;
    const id = this.reader.numbered('b');
    return this.#buffers.get(id) ?? this.reader.fail(`b${id} is not defined`, at);
  }
  local(): Local {
    const at = this.reader.place;
    const id = this.reader.numbered('v');
    return this.#locals.get(id) ?? this.reader.fail(`v${id} is not defined`, at);
  }
  define(id: number, dtype: DType, range: Local['range']): Local {
    const kind = 'local' as const;
    const local: Local = range === undefined ? { kind, id, dtype } : { kind, id, dtype, range };
    this.#locals.set(id, local);
    return local;
  }
  /** `[0, 9]`, or `[]` for none. */
  range(): Local['range'] {
    const { reader } = this;
    reader.expect('[');
    if (reader.take(']')) return undefined;
    const low = reader.integer(Number.MIN_SAFE_INTEGER);
    reader.expect(',');
    const high = reader.integer(Number.MIN_SAFE_INTEGER);
    reader.expect(']');
    return [low, high];
  }
  expression(strength: number = 0): Expr {
    const names = operators[strength];
    if (names === undefined) return this.reader.nested(() => this.primary());
    let x = this.expression(strength + 1);
    for (;;) {
      const name = names.find((candidate) => this.reader.take(symbols[candidate] ?? ''));
      if (name === undefined) return x;
      const y = this.expression(strength + 1);
      x =
        strength === 0
          ? { kind: 'compare', name: name as CompareName, x, y, dtype: 'bool' }
          : { kind: 'binary', name: name as BinaryName, x, y, dtype: x.dtype };
    }
  }
  primary(): Expr {
    const { reader } = this;
    if (reader.take('(')) {
      const inner = this.expression();
      reader.expect(')');
      return inner;
    }
    if (reader.take('true')) return { kind: 'const', value: 1, dtype: 'bool' };
    if (reader.take('false')) return { kind: 'const', value: 0, dtype: 'bool' };
    if (/^v\d/.test(reader.text.slice(reader.place, reader.place + 2))) return this.local();
    if (/^b\d/.test(reader.text.slice(reader.place, reader.place + 2))) {
      const buffer = this.buffer();
      reader.expect('[');
      const at = this.expression();
      reader.expect(']');
      return { kind: 'load', buffer, at, dtype: buffer.dtype };
    }
    return this.constant() ?? this.call();
  }
  constant(): Expr | undefined {
    const { reader } = this;
    for (const dtype of dtypes) {
      for (const word of ['nan', 'inf', '-inf']) {
        if (!reader.take(`${word}_${dtype}`)) continue;
        return { kind: 'const', value: Number(word.replace('inf', 'Infinity')), dtype };
      }
    }
    const value = reader.maybeNumber();
    if (value === undefined) return undefined;
    const dtype = reader.text[reader.place] === '_' ? undefined : 'i32';
    if (dtype !== undefined) return { kind: 'const', value, dtype };
    const named = dtypes.find((candidate) => reader.take(`_${candidate}`));
    return { kind: 'const', value, dtype: named ?? reader.fail('expected a dtype') };
  }
  call(): Expr {
    const { reader } = this;
    const at = reader.place;
    const word = reader.word('an expression');
    const operands = reader.list(() => this.expression());
    const [x, y, z] = operands;
    const known = (names: readonly string[], count: number): boolean =>
      names.includes(word) && operands.length === count;
    if (x !== undefined && known(unaryNames, 1)) {
      return { kind: 'unary', name: word as (typeof unaryNames)[number], x, dtype: x.dtype };
    }
    if (x !== undefined && y !== undefined && known(binaryNames, 2)) {
      return { kind: 'binary', name: word as BinaryName, x, y, dtype: x.dtype };
    }
    if (x !== undefined && y !== undefined && known(compareNames, 2)) {
      return { kind: 'compare', name: word as CompareName, x, y, dtype: 'bool' };
    }
    if (x !== undefined && y !== undefined && z !== undefined && known(['select'], 3)) {
      return { kind: 'select', condition: x, x: y, y: z, dtype: y.dtype };
    }
    for (const dtype of dtypes) {
      if (x !== undefined && known([dtype], 1)) return { kind: 'cast', x, dtype };
      if (x !== undefined && known([`bitcast_${dtype}`], 1)) return { kind: 'bitcast', x, dtype };
    }
    return reader.fail(`there is no instruction '${word}' of ${operands.length} operands`, at);
  }
  block(): Stmt[] {
    const { reader } = this;
    const body: Stmt[] = [];
    reader.expect('{');
    while (!reader.take('}')) body.push(reader.nested(() => this.statement()));
    return body;
  }
  statement(): Stmt {
    const { reader } = this;
    for (const word of ['parallel', 'for', 'unrolled', 'workgroup', 'lanes'] as const) {
      if (reader.take(word)) return this.loop(loops[word]);
    }
    if (reader.take('let')) {
      const { local, value } = this.definition();
      return { kind: 'let', local, value };
    }
    if (reader.take('var')) {
      const isShort = reader.take('short');
      const { local, value } = this.definition();
      return { kind: 'var', local, init: value, ...(isShort ? { isShort } : {}) };
    }
    if (reader.take('alloc')) {
      const scope = (['workgroup', 'kernel'] as const).find((word) => reader.take(word));
      return { kind: 'alloc', buffer: this.defineBuffer(), scope: scope ?? 'private' };
    }
    if (reader.take('barrier')) return { kind: 'barrier' };
    if (reader.take('shuffle')) {
      const { local, value } = this.definition();
      reader.expect('by');
      return { kind: 'shuffle', local, value, distance: reader.integer(1) };
    }
    if (reader.take('if')) {
      const condition = this.expression();
      const consequent = this.block();
      const otherwise = reader.take('else') ? this.block() : [];
      return { kind: 'if', condition, consequent, otherwise };
    }
    if (reader.text[reader.place] === 'b') {
      const buffer = this.buffer();
      reader.expect('[');
      const at = this.expression();
      reader.expect(']');
      reader.expect('=');
      return { kind: 'store', buffer, at, value: this.expression() };
    }
    if (reader.text[reader.place] !== 'v') return reader.fail('expected a statement');
    const local = this.local();
    reader.expect('=');
    return { kind: 'set', local, value: this.expression() };
  }
  counter(): Local {
    const { reader } = this;
    const id = reader.numbered('v');
    reader.expect(':');
    const dtype = reader.dtype();
    return this.define(id, dtype, this.range());
  }
  definition(): { local: Local; value: Expr } {
    const { reader } = this;
    const id = reader.numbered('v');
    reader.expect(':');
    const dtype = reader.dtype();
    const range = reader.sees('[') ? this.range() : undefined;
    reader.expect('=');
    const value = this.expression();
    return { local: this.define(id, dtype, range), value };
  }
  loop(loop: (typeof loops)[keyof typeof loops]): Stmt {
    const { reader } = this;
    const id = reader.numbered('v');
    const hasRange = reader.take(':');
    const given = hasRange ? this.range() : undefined;
    reader.expect('in');
    const from = reader.integer(Number.MIN_SAFE_INTEGER);
    reader.expect('..');
    const to = reader.integer(Number.MIN_SAFE_INTEGER);
    const step = reader.take('step') ? reader.integer(1) : 1;
    const below = reader.take('below') ? { below: this.expression() } : {};
    const index = this.define(id, 'i32', hasRange ? given : [from, to - 1]);
    return { kind: 'for', index, from, to, step, ...below, loop, body: this.block() };
  }
}

/** Reads a kernel that stands inside another text. */
export const readKernel = (reader: TextReader): Kernel => {
  reader.expect('kernel');
  const name = reader.name();
  const kernel = new KernelReader(reader);
  const counters: Local[] = [];
  const parameters = reader
    .list((): KernelParameter | undefined => {
      if (reader.take('step')) {
        counters.push(kernel.counter());
        return undefined;
      }
      const access = accesses.find((word): word is Access => reader.take(word));
      if (access === undefined) return reader.fail('expected read, write, update or step');
      return { buffer: kernel.defineBuffer(), access };
    })
    .filter((parameter) => parameter !== undefined);
  const pair = (): readonly [number, number] => {
    const read = reader.integer();
    reader.expect('->');
    return [read, reader.integer()];
  };
  const inPlace = reader.take('inPlace') ? reader.list(pair) : [];
  reader.expect('flops');
  const flops = reader.maybeNumber() ?? reader.fail('expected a number');
  const steps = counters.length === 0 ? {} : { counters };
  return { name, parameters, ...steps, inPlace, flops, body: kernel.block() };
};

/**
 * The kernel of a text made by `printKernel`. Throws FormatError, with line and column, for
 * anything else; dtypes of operands are taken as they stand, so `verifyKernel` should follow for
 * texts of unknown origin.
 */
export const parseKernel = (text: string): Kernel => {
  const reader = new TextReader('kernel', text);
  const kernel = readKernel(reader);
  reader.end();
  return kernel;
};
