/**
 * What the engine can do beyond the WebAssembly of 2017. It is asked to check a small module that
 * has the instruction in question, which costs microseconds and compiles nothing.
 */
import { FunctionCode, ModuleBuilder } from './assembler/module.ts';

/** Whether there is a WebAssembly at all. */
export const hasWebAssembly = (): boolean =>
  typeof WebAssembly === 'object' && typeof WebAssembly.validate === 'function';

const accepts = (write: (code: FunctionCode) => void): boolean => {
  if (!hasWebAssembly()) return false;
  const builder = new ModuleBuilder();
  const code = new FunctionCode({ parameters: [] });
  write(code);
  builder.export('run', builder.function(code));
  return WebAssembly.validate(builder.encode());
};

/** Whether the engine knows vector instructions. */
export const hasVectors = (): boolean =>
  accepts((code) => {
    code.vectorConstant(0, 0, 0, 0);
  });

/**
 * Whether the engine knows `f32x4.relaxed_madd`, x * y + z in one instruction. Whether it rounds
 * once or twice is up to the machine.
 */
export const hasRelaxedFma = (): boolean =>
  accepts((code) => {
    const zeros = code.vectorConstant(0, 0, 0, 0);
    for (let k = 0; k < 3; k++) code.add('local.get', zeros);
    code.add('f32x4.relaxed_madd');
    code.add('drop');
  });

/**
 * Why programs with vectors cannot run here, in words; undefined where they can. A content security
 * policy shows only when a module is compiled, so a small one is.
 */
export const whyNoVectors = (): string | undefined => {
  if (!hasWebAssembly()) return 'there is no WebAssembly here';
  if (!hasVectors()) return 'this engine has no vector instructions';
  try {
    const module = new WebAssembly.Module(emptyModule());
    const memory = new WebAssembly.Memory({ initial: 1 });
    new WebAssembly.Instance(module, { memory: { memory } });
    return undefined;
  } catch (error) {
    return `this page or process forbids WebAssembly: ${(error as Error).message}`;
  }
};

const emptyModule = (): Uint8Array<ArrayBuffer> => {
  const builder = new ModuleBuilder();
  builder.export('run', builder.function(new FunctionCode({ parameters: [] })));
  return builder.encode();
};
