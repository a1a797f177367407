/**
 * The user's own source line: the first stack frame outside of the library. Errors show it as
 * `at:`, equations carry it as `site`, and the frames of the library are taken out of the stacks of
 * errors.
 */
import { GradloomError, InternalError } from '../ir/errors.ts';

type Capture = (target: { stack?: string }, above?: (...args: never[]) => unknown) => void;

/** A frame as V8 gives it to `Error.prepareStackTrace`. */
interface RawFrame {
  getFileName(): string | null | undefined;
  getLineNumber(): number | null;
  getColumnNumber(): number | null;
}
type Prepare = (error: unknown, frames: readonly RawFrame[]) => unknown;

const engine = Error as unknown as {
  captureStackTrace?: Capture;
  prepareStackTrace?: Prepare | undefined;
};
/** `Error.captureStackTrace` where the engine has it (V8, and newer releases of the others). */
const captureStack = engine.captureStackTrace;

interface Frame {
  readonly file: string;
  /** `file:line:column`. */
  readonly place: string;
}

const { process: node } = globalThis as {
  process?: { cwd?: () => string; sourceMapsEnabled?: boolean };
};

/**
 * Whether frames say the same as the text of a stack: nothing maps it. Node.js puts a function of
 * its own where programs put theirs.
 */
const areFramesPlain = (): boolean => {
  const { prepareStackTrace: prepare } = engine;
  if (node?.sourceMapsEnabled === true) return false;
  return prepare === undefined || prepare.name === 'ErrorPrepareStackTrace';
};

/**
 * The stack from the caller of `above` on: its frames where the engine gives them, or its text. To
 * write the text, engines find the line of every frame, in large sources within milliseconds.
 */
const stackAbove = (above?: (...args: never[]) => unknown): readonly RawFrame[] | string => {
  if (captureStack === undefined) return new Error().stack ?? '';
  const { prepareStackTrace: before } = engine;
  const holder: { stack?: readonly RawFrame[] | string } = {};
  const framesOnly: Prepare = (_, frames) => frames;
  // Nothing can be set where a program has frozen `Error`.
  const isPlain = areFramesPlain() && Reflect.set(engine, 'prepareStackTrace', framesOnly);
  try {
    captureStack(holder as { stack?: string }, above);
    // V8 prepares a stack when it is read.
    return holder.stack ?? '';
  } finally {
    if (isPlain && before === undefined) delete engine.prepareStackTrace;
    else if (isPlain) engine.prepareStackTrace = before;
  }
};
const scheme = 'file://';
const fileOf = (frame: RawFrame): string | undefined => {
  const name = frame.getFileName();
  return name?.startsWith(scheme) ? name.slice(scheme.length) : (name ?? undefined);
};

/** Reads one line of a stack, as V8 (`at f (file:1:2)`) and others (`f@file:1:2`) write it. */
const frameOf = (line: string): Frame | undefined => {
  const found = /^\s*(?:at (?:.*?\(|async )?|.*?@)((?:file:\/\/)?(.+?):(\d+):(\d+))\)?$/.exec(line);
  const file = found?.[2];
  if (file === undefined) return undefined;
  return { file, place: `${file}:${found?.[3]}:${found?.[4]}` };
};

const framesOf = (stack: string): string[] => {
  const lines = stack.split('\n');
  const first = lines.findIndex((line) => /^\s+at |^[^\s]*@.+:\d+:\d+$/.test(line));
  return first < 0 ? [] : lines.slice(first);
};

/**
 * The folder of the library, from the file of this module as stacks name it. Asking a stack instead
 * of `import.meta` gives the mapped path where source maps are on. Bundled together with a program,
 * the folder holds the user's files too: then no site is found, which is better than a wrong one.
 */
const folderOf = (file: string): string => {
  const source = /^(.*[\\/])trace[\\/]call-site\.[cm]?[jt]s$/.exec(file);
  return source?.[1] ?? file.slice(0, Math.max(...['/', '\\'].map((s) => file.lastIndexOf(s))) + 1);
};
let folder: { readonly path: string | undefined } | undefined;

/** The files of a stack, as texts of stacks name them. */
const filesOf = (stack: readonly RawFrame[] | string): (string | undefined)[] =>
  typeof stack === 'string'
    ? framesOf(stack).map((line) => frameOf(line)?.file)
    : stack.map(fileOf);

const isOwn = (file: string): boolean => {
  if (folder === undefined) {
    const own = filesOf(stackAbove()).find((candidate) => candidate !== undefined);
    folder = { path: own === undefined ? undefined : folderOf(own) };
  }
  return folder.path === undefined || file.startsWith(folder.path) || file.startsWith('node:');
};

/** The working directory where there is one: sites inside of it are shown relative to it. */
const workingFolder = (): string | undefined => {
  const path = node?.cwd?.();
  return path === undefined ? undefined : path.includes('\\') ? `${path}\\` : `${path}/`;
};

/** A place as sites show it. */
const shown = (place: string): string => {
  const here = workingFolder();
  return here !== undefined && place.startsWith(here) ? place.slice(here.length) : place;
};

const siteIn = (stack: string): string | undefined => {
  for (const line of framesOf(stack)) {
    const frame = frameOf(line);
    if (frame !== undefined && !isOwn(frame.file)) return shown(frame.place);
  }
  return undefined;
};

/** The same as `siteIn`, of frames. Only the line of the one that is shown is ever counted. */
const siteAmong = (frames: readonly RawFrame[]): string | undefined => {
  for (const frame of frames) {
    const file = fileOf(frame);
    if (file === undefined || isOwn(file)) continue;
    return shown(`${file}:${frame.getLineNumber()}:${frame.getColumnNumber()}`);
  }
  return undefined;
};

/**
 * The user's line that led to the caller of `above`, or undefined when the stack does not show one.
 */
export const callSite = (above: (...args: never[]) => unknown): string | undefined => {
  const stack = stackAbove(above);
  return typeof stack === 'string' ? siteIn(stack) : siteAmong(stack);
};

/** Errors that have the right stack already, caught again further out. */
const seen = new WeakSet<GradloomError>();

/**
 * Gives an error of the library the user's line and takes the library's frames out of its stack;
 * returns the same error. `above` is the outermost function of the library on the way, so that deep
 * calls do not push the user's frames out of the stack. Errors of the compiler itself keep their
 * frames, and errors of others are left alone.
 */
export const locate = (error: unknown, above?: (...args: never[]) => unknown): unknown => {
  if (!(error instanceof GradloomError) || error instanceof InternalError) return error;
  if (above !== undefined && !seen.has(error)) captureStack?.(error, above);
  seen.add(error);
  const lines = framesOf(error.stack ?? '');
  error.at(siteIn(lines.join('\n')));
  const kept = lines.filter((line) => {
    const frame = frameOf(line);
    return frame === undefined || !isOwn(frame.file);
  });
  if (kept.length > 0) error.stack = `${error.name}: ${error.message}\n${kept.join('\n')}`;
  return error;
};
