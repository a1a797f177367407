/**
 * Random straight programs of vector instructions in a loop, the same for a seed, with the
 * neighbouring loads and stores that turbo joins. They are tested beside whole kernels.
 */
import { FunctionCode, ModuleBuilder } from './assembler/module.ts';
import { hasRelaxedFma } from './capabilities.ts';

const binary = [
  ...['add', 'sub', 'mul', 'div', 'min', 'max', 'pmin', 'pmax'].map((name) => `f32x4.${name}`),
  ...['lt', 'gt', 'le', 'ge'].map((name) => `f32x4.${name}`),
  ...['v128.and', 'v128.or', 'v128.xor', 'i32x4.add', 'i32x4.sub'],
];
const unary = [
  ...['abs', 'neg', 'sqrt', 'nearest', 'floor'].map((name) => `f32x4.${name}`),
  ...['i32x4.trunc_sat_f32x4_s', 'f32x4.convert_i32x4_s'],
];

/** The bytes of every other element of a vector and of one that begins with its last element. */
const everyOther = [0x03020100, 0x0b0a0908, 0x17161514, 0x1f1e1d1c] as const;

/** Where the programs read and write, in bytes. */
const places = { x: 0, y: 8192, result: 16384, sums: 24576 } as const;
const readBytes = 4096;
const memoryBytes = 65536;

/** Whole numbers below a bound, by a linear congruential generator. */
const generator = (seed: number): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

const program = (seed: number, salt: number): Uint8Array<ArrayBuffer> => {
  const below = generator(seed * 7919);
  const code = new FunctionCode({ parameters: [] });
  const vectors = [2, 4, 8][below(3)] as number;
  const form = below(5);
  const [at, unused] = [code.local('i32'), code.local('i32')];
  const values = Array.from({ length: vectors }, () =>
    Array.from({ length: 4 }, () => code.local('v128')),
  );
  const sums = values.map(() => code.local('v128'));
  const get = (local: number | undefined): void => code.add('local.get', local as number);
  const set = (local: number | undefined): void => code.add('local.set', local as number);

  code.add('i32.const', salt);
  set(unused);
  code.add('loop');
  values.forEach(([a, b, c, d], k) => {
    get(at);
    code.add('v128.load', 2, places.x + 16 * k);
    set(a);
    get(at);
    if (form < 2) code.add('v128.load32_splat', 2, places.y);
    else code.add('v128.load', 2, places.y + (form === 2 ? 32 : 16) * k);
    if (form === 2) {
      get(at);
      code.add('v128.load', 2, places.y + 32 * k + 12);
      code.add('i8x16.shuffle', ...everyOther);
    }
    set(b);
    code.add('f32.const', 0.75);
    code.add('f32x4.splat');
    set(c);
    get(a);
    set(d);
  });
  for (let step = 3 + below(12); step > 0; step--) {
    const [kind, i, j, bits] = [below(20), below(4), below(4), below(31)];
    const name = kind < 12 ? binary[below(binary.length)] : unary[below(unary.length)];
    for (const own of values) {
      get(own[i]);
      if (kind < 12) get(own[j]);
      if (kind === 16 || kind === 17) {
        code.add('i32.const', bits);
        code.add(kind === 16 ? 'i32x4.shl' : 'i32x4.shr_s');
      } else if (kind >= 18) {
        get(own[j]);
        get(own[(i + 1) % 4]);
        code.add(kind === 18 && hasRelaxedFma() ? 'f32x4.relaxed_madd' : 'v128.bitselect');
      } else code.add(name as string);
      set(own[(i + j) % 4]);
    }
  }
  values.forEach(([a], k) => {
    get(at);
    get(a);
    code.add('v128.store', 2, places.result + 16 * k);
  });
  values.forEach(([, b], k) => {
    get(sums[k]);
    get(b);
    code.add('f32x4.add');
    set(sums[k]);
  });
  get(at);
  code.add('i32.const', 16 * vectors);
  code.add('i32.add');
  code.add('local.tee', at);
  code.add('i32.const', readBytes);
  code.add('i32.lt_s');
  code.add('br_if', 0);
  code.add('end');
  sums.forEach((sum, k) => {
    code.add('i32.const', 0);
    get(sum);
    code.add('v128.store', 2, places.sums + 16 * k);
  });
  const builder = new ModuleBuilder();
  builder.export('run', builder.function(code));
  return builder.encode();
};

/** What program `seed` writes; another salt gives other bytes for the same program. */
export const resultsOfProgram = (seed: number, salt: number): Float32Array => {
  const memory = new WebAssembly.Memory({ initial: memoryBytes / 65536 });
  const elements = new Float32Array(memory.buffer);
  const below = generator(seed + 1);
  for (let k = 0; k < places.result / 4; k++) elements[k] = (below(20_000) - 10_000) / 1000;
  for (const [k, special] of [-0, Infinity, Number.NaN, -Infinity, 1e-40].entries()) {
    for (let at = 13 * k + 5; at < places.result / 4; at += 101) elements[at] = special;
  }
  const module = new WebAssembly.Module(program(seed, salt));
  const { run } = new WebAssembly.Instance(module, { memory: { memory } }).exports;
  (run as () => void)();
  return elements.slice(places.result / 4);
};
