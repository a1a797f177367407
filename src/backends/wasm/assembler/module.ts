/** A WebAssembly module in the making: imported functions, functions of our own, one memory. */
import { ByteWriter } from './bytes.ts';
import { globalNames, Instructions, ownFunctions, type ValueType } from './instructions.ts';
import { showCode } from './show-code.ts';

const typeBytes: Readonly<Record<ValueType, number>> = {
  i32: 0x7f,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
};

/** The type of a function. */
export interface Signature {
  readonly parameters: readonly ValueType[];
  readonly result?: ValueType | undefined;
}

/** The code of a function, written as bytes at once. Locals are numbered behind the parameters. */
export class FunctionCode extends Instructions {
  readonly signature: Signature;
  readonly #locals: ValueType[] = [];
  /** What runs first: constants that loops would make again. */
  readonly #prelude = new Instructions();
  readonly #constants = new Map<string, number>();
  constructor(signature: Signature) {
    super();
    this.signature = signature;
  }
  /** A new local; it is 0 at first. */
  local(type: ValueType): number {
    this.#locals.push(type);
    return this.signature.parameters.length + this.#locals.length - 1;
  }
  /** The local that holds a vector of four 32 bit words; it is set where the function begins. */
  vectorConstant(x: number, y: number, z: number, w: number): number {
    const key = `${x},${y},${z},${w}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const local = this.local('v128');
    this.#prelude.add('v128.const', x, y, z, w);
    this.#prelude.add('local.set', local);
    this.#constants.set(key, local);
    return local;
  }
  /** The instructions, calls of own functions numbered from `firstOwn` on. */
  #instructions(firstOwn: number): ByteWriter {
    const code = new ByteWriter();
    code.bytes(this.#prelude.written());
    const written = this.written();
    let from = 0;
    for (const { at, callee } of this.calls) {
      code.bytes(written.subarray(from, at));
      code.unsigned(firstOwn + callee);
      from = at;
    }
    code.bytes(written.subarray(from));
    return code;
  }
  /** Neighbouring locals of one type. */
  #runsOfLocals(): readonly { readonly type: ValueType; count: number }[] {
    const runs: { readonly type: ValueType; count: number }[] = [];
    for (const type of this.#locals) {
      const last = runs[runs.length - 1];
      if (last?.type === type) last.count++;
      else runs.push({ type, count: 1 });
    }
    return runs;
  }
  /** The code as a module with so many imports wants it. */
  encode(imports: number): ByteWriter {
    const code = new ByteWriter();
    const runs = this.#runsOfLocals();
    code.unsigned(runs.length);
    for (const { type, count } of runs) {
      code.unsigned(count);
      code.byte(typeBytes[type]);
    }
    code.bytes(this.#instructions(imports).written());
    code.byte(0x0b);
    return code;
  }
  /** A short text that functions of the same signature and code share, and few others. */
  key(): string {
    const { parameters, result } = this.signature;
    return `${parameters.join()}:${result}:${this.#locals.join()}:${this.length}`;
  }
  /** Whether a function with the same key has the same code. */
  hasCodeOf(other: FunctionCode): boolean {
    const own = this.#instructions(ownFunctions).written();
    const theirs = other.#instructions(ownFunctions).written();
    return own.length === theirs.length && own.every((byte, k) => byte === theirs[k]);
  }
  /** The code as text, an instruction per line, blocks indented. */
  text(name: string): string {
    const { parameters, result } = this.signature;
    const head = [
      ...parameters.map((type) => `(param ${type})`),
      ...(result === undefined ? [] : [`(result ${result})`]),
    ];
    const lines = [`(func $${name} ${head.join(' ')}`.trimEnd()];
    if (this.#locals.length > 0) lines.push(`  (local ${this.#locals.join(' ')})`);
    lines.push(...showCode(this.#instructions(ownFunctions).written(), 1), ')');
    return lines.join('\n');
  }
}

/** What a memory may have at most, in pages. */
const mostPages = 65536;

/** Collects the parts of a module. */
export class ModuleBuilder {
  /** Whether threads share the memory. */
  readonly #isShared: boolean;
  /** Whether the module has the global variables of `globalNames`: one each per instance. */
  hasGlobals = false;
  constructor(isShared = false) {
    this.#isShared = isShared;
  }
  readonly #imports = new Map<string, { readonly index: number; readonly signature: Signature }>();
  readonly #types: string[] = [];
  readonly #signatures: Signature[] = [];
  readonly #functions: FunctionCode[] = [];
  readonly #exports: { readonly name: string; readonly function: number }[] = [];

  #typeOf(signature: Signature): number {
    const key = JSON.stringify([signature.parameters, signature.result ?? null]);
    const known = this.#types.indexOf(key);
    if (known >= 0) return known;
    this.#signatures.push(signature);
    return this.#types.push(key) - 1;
  }
  /** The number of a function that the module is given as `functions.name`. */
  import(name: string, signature: Signature): number {
    const known = this.#imports.get(name);
    if (known !== undefined) return known.index;
    const index = this.#imports.size;
    this.#imports.set(name, { index, signature });
    return index;
  }
  /** The names of the imported functions. */
  get imports(): readonly string[] {
    return [...this.#imports.keys()];
  }
  /** Adds a function and returns its number. */
  function(code: FunctionCode): number {
    return ownFunctions + this.#functions.push(code) - 1;
  }
  /** Exports a function. */
  export(name: string, number: number): void {
    this.#exports.push({ name, function: number });
  }
  /** The bytes of the module; it imports `memory.memory`, and functions from `functions`. */
  encode(): Uint8Array<ArrayBuffer> {
    const section = (to: ByteWriter, number: number, body: ByteWriter): void => {
      to.byte(number);
      to.sized(body);
    };
    const imported = [...this.#imports].map(([name, { signature }]) => ({
      name,
      type: this.#typeOf(signature),
    }));
    const declared = this.#functions.map(({ signature }) => this.#typeOf(signature));

    const types = new ByteWriter();
    types.unsigned(this.#signatures.length);
    for (const { parameters, result } of this.#signatures) {
      types.byte(0x60);
      types.unsigned(parameters.length);
      types.bytes(parameters.map((type) => typeBytes[type]));
      types.unsigned(result === undefined ? 0 : 1);
      if (result !== undefined) types.byte(typeBytes[result]);
    }
    const imports = new ByteWriter();
    imports.unsigned(imported.length + 1);
    imports.name('memory');
    imports.name('memory');
    imports.byte(0x02);
    imports.byte(this.#isShared ? 0x03 : 0x00);
    imports.unsigned(0);
    if (this.#isShared) imports.unsigned(mostPages);
    for (const { name, type } of imported) {
      imports.name('functions');
      imports.name(name);
      imports.byte(0x00);
      imports.unsigned(type);
    }
    const functions = new ByteWriter();
    functions.unsigned(declared.length);
    for (const type of declared) functions.unsigned(type);
    const globals = new ByteWriter();
    globals.unsigned(globalNames.length);
    // Each is a mutable i32 that begins as 0.
    for (const _ of globalNames) globals.bytes([typeBytes.i32, 0x01, 0x41, 0x00, 0x0b]);
    const exports = new ByteWriter();
    exports.unsigned(this.#exports.length);
    for (const one of this.#exports) {
      exports.name(one.name);
      exports.byte(0x00);
      exports.unsigned(one.function - ownFunctions + imported.length);
    }
    const code = new ByteWriter();
    code.unsigned(this.#functions.length);
    for (const one of this.#functions) code.sized(one.encode(imported.length));

    const module = new ByteWriter();
    module.bytes([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);
    section(module, 1, types);
    section(module, 2, imports);
    section(module, 3, functions);
    if (this.hasGlobals) section(module, 6, globals);
    section(module, 7, exports);
    section(module, 10, code);
    return module.take();
  }
}
