/**
 * WebAssembly modules that do nothing but reach a limit of the machine, written with the library's
 * own assembler: chains of multiply-adds in vectors, and copies.
 */
import { ByteWriter } from '../../src/backends/wasm/assembler/bytes.ts';
import { Instructions } from '../../src/backends/wasm/assembler/instructions.ts';
import { FunctionCode, ModuleBuilder } from '../../src/backends/wasm/assembler/module.ts';

/** f32x4.relaxed_madd: three vectors to one; the number behind the prefix of vectors. */
const relaxedMadd = 0x105;
const vectorPrefix = 0xfd;

/** A function whose body is given as bytes: the assembler need not know every instruction. */
class RawCode extends FunctionCode {
  readonly #body: Uint8Array;
  constructor(signature: FunctionCode['signature'], body: Uint8Array) {
    super(signature);
    this.#body = body;
  }
  override encode(): ByteWriter {
    const writer = new ByteWriter();
    writer.bytes(this.#body);
    return writer;
  }
}

/** How many chains run side by side: more than latency times units, fewer than registers. */
const chains = 10;
/** Links of each chain in the body of the loop. */
const unrolled = 8;
/** Floating point operations of one turn of the loop. */
export const flopsPerTurn: number = chains * unrolled * 4 * 2;

const vector = 0x7b;
/**
 * `run(turns)`: chains a = a * b + c in vectors of four, with one instruction for both where
 * `relaxed`. The chains are added into memory at 0, so that nobody can leave them out.
 */
export const multiplyAddModule = (relaxed: boolean): Uint8Array<ArrayBuffer> => {
  const body = new Instructions();
  const add = (name: string, x = 0, y = 0): void => body.add(name, x, y);
  // One group of locals: the chains, then the factor and the summand.
  body.unsigned(1);
  body.unsigned(chains + 2);
  body.byte(vector);
  const [turns, first] = [0, 1];
  const [factor, summand] = [first + chains, first + chains + 1];
  const splat = (local: number, value: number): void => {
    add('f32.const', value);
    add('f32x4.splat');
    add('local.set', local);
  };
  splat(factor, 0.999);
  splat(summand, 0.001);
  for (let k = 0; k < chains; k++) splat(first + k, k);
  add('loop');
  for (let link = 0; link < unrolled; link++) {
    for (let k = 0; k < chains; k++) {
      add('local.get', first + k);
      add('local.get', factor);
      if (relaxed) {
        add('local.get', summand);
        body.byte(vectorPrefix);
        body.unsigned(relaxedMadd);
      } else {
        add('f32x4.mul');
        add('local.get', summand);
        add('f32x4.add');
      }
      add('local.set', first + k);
    }
  }
  add('local.get', turns);
  add('i32.const', 1);
  add('i32.sub');
  add('local.tee', turns);
  add('br_if', 0);
  add('end');
  add('i32.const', 0);
  add('local.get', first);
  for (let k = 1; k < chains; k++) {
    add('local.get', first + k);
    add('f32x4.add');
  }
  add('v128.store', 4, 0);
  body.byte(0x0b);
  const builder = new ModuleBuilder();
  const code = new RawCode({ parameters: ['i32'] }, body.take());
  builder.export('run', builder.function(code));
  return builder.encode();
};

/** `run(from, to, bytes)`: copies with vector loads and stores, 64 bytes a turn. */
export const copyModule = (): Uint8Array<ArrayBuffer> => {
  const code = new FunctionCode({ parameters: ['i32', 'i32', 'i32'] });
  const [from, to, bytes] = [0, 1, 2];
  const end = code.local('i32');
  const words = [0, 1, 2, 3].map(() => code.local('v128'));
  code.add('local.get', from);
  code.add('local.get', bytes);
  code.add('i32.add');
  code.add('local.set', end);
  code.add('loop');
  words.forEach((word, k) => {
    code.add('local.get', from);
    code.add('v128.load', 4, 16 * k);
    code.add('local.set', word);
  });
  words.forEach((word, k) => {
    code.add('local.get', to);
    code.add('local.get', word);
    code.add('v128.store', 4, 16 * k);
  });
  for (const pointer of [to, from]) {
    code.add('local.get', pointer);
    code.add('i32.const', 64);
    code.add('i32.add');
    code.add('local.set', pointer);
  }
  code.add('local.get', from);
  code.add('local.get', end);
  code.add('i32.lt_u');
  code.add('br_if', 0);
  code.add('end');
  const builder = new ModuleBuilder();
  builder.export('run', builder.function(code));
  return builder.encode();
};
