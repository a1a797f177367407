/**
 * Vectors of 256 bits, by an experimental pass of V8 that joins neighbouring operations of 128. Its
 * flag is set while the program runs, for the whole process, and only if generated kernels then
 * give the same bits as before.
 */
import type { Backend } from '../backend.ts';
import { versionOfV8 } from './engine-version.ts';
import { differingKernel, resultsOf } from './turbo-test.ts';

/** What became of the wish. */
export type Turbo = { readonly isOn: true } | { readonly isOn: false; readonly why: string };

/** What matters of Node.js. */
interface NodeProcess {
  readonly versions?: Readonly<Record<string, string | undefined>>;
  readonly arch?: string;
  readonly execArgv?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  getBuiltinModule?(name: string): unknown;
  emitWarning?(text: string, type: string): void;
}
interface Host {
  readonly process?: NodeProcess;
  readonly console?: { warn(text: string): void };
}
interface Flags {
  setFlagsFromString(flags: string): void;
}

/** The first version of V8 where the pass makes code faster: that of Node.js 24. */
const firstVersion = 1306;
const flag = 'experimental-wasm-revectorize';

const host = (): Host => globalThis as Host;

const whyNot = ({ process }: Host): string | undefined => {
  const { versions, arch } = process ?? {};
  if (process?.getBuiltinModule === undefined || versions?.node === undefined) {
    return 'flags of the engine can be set in Node.js only';
  }
  if (versions.bun !== undefined || versions.deno !== undefined) return 'this is not Node.js';
  if (versionOfV8(host()) < firstVersion)
    return `it needs Node.js 24, and this is ${versions.node}`;
  if (arch !== 'x64') return `it needs an x64 processor, and this is ${arch}`;
  return undefined;
};

/**
 * Runs `body` while modules are optimised at once, so that the pass takes part. A choice that the
 * user made for the process is left alone.
 */
const optimising = <R>(flags: Flags, process: NodeProcess, body: () => R): R => {
  const given = `${process.execArgv?.join(' ')} ${process.env?.NODE_OPTIONS}`;
  const isChosen = /liftoff/.test(given);
  if (!isChosen) flags.setFlagsFromString('--no-liftoff');
  try {
    return body();
  } finally {
    if (!isChosen) flags.setFlagsFromString('--liftoff');
  }
};

const decide = (open: () => Backend): Turbo => {
  const { process } = host();
  const why = whyNot(host());
  if (why !== undefined || process === undefined) return { isOn: false, why: why ?? '' };
  const flags = process.getBuiltinModule?.('node:v8') as Flags;
  try {
    return optimising(flags, process, (): Turbo => {
      flags.setFlagsFromString(`--no-${flag}`);
      const before = resultsOf(open(), 1);
      flags.setFlagsFromString(`--${flag}`);
      const differing = differingKernel(before, resultsOf(open(), 2));
      if (differing === undefined) return { isOn: true };
      flags.setFlagsFromString(`--no-${flag}`);
      return { isOn: false, why: `the kernel '${differing}' gives other bits with it` };
    });
  } catch (error) {
    flags.setFlagsFromString(`--no-${flag}`);
    return { isOn: false, why: `its test failed: ${(error as Error).message}` };
  }
};

const notice = (why: string): void => {
  const text = `gradloom: init('wasm', { turbo: true }) goes on without turbo: ${why}`;
  const { process, console } = host();
  if (process?.emitWarning === undefined) console?.warn(text);
  else process.emitWarning(text, 'GradloomWarning');
};

let decided: Turbo | undefined;

/**
 * Switches turbo on for the process, the first time it is asked for; `open` opens the backend that
 * is tested. Where it cannot be had, a notice says why.
 */
export const startTurbo = (open: () => Backend): Turbo => {
  decided ??= decide(open);
  if (!decided.isOn) notice(decided.why);
  return decided;
};
