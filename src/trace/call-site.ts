/**
 * The user's own source line: the first stack frame outside of the library. Errors show it as
 * `at:`, equations carry it as `site`, and the frames of the library are taken out of the stacks of
 * errors.
 */
import { GradloomError, InternalError } from '../ir/errors.ts';

type Capture = (target: { stack?: string }, above?: (...args: never[]) => unknown) => void;

/** `Error.captureStackTrace` where the engine has it (V8, and newer releases of the others). */
const captureStack = (Error as unknown as { captureStackTrace?: Capture }).captureStackTrace;

interface Frame {
  readonly file: string;
  /** `file:line:column`. */
  readonly place: string;
}

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
 * The folder of the library as stacks name it. Asking a stack instead of `import.meta` gives the
 * mapped path where source maps are on. Bundled together with a program, the folder holds the
 * user's files too: then no site is found, which is better than a wrong one.
 */
const ownFolder = (): string | undefined => {
  const frame = framesOf(new Error().stack ?? '')
    .map(frameOf)
    .find((candidate) => candidate !== undefined);
  if (frame === undefined) return undefined;
  const source = /^(.*[\\/])trace[\\/]call-site\.[cm]?[jt]s$/.exec(frame.file);
  return (
    source?.[1] ??
    frame.file.slice(0, Math.max(...['/', '\\'].map((s) => frame.file.lastIndexOf(s))) + 1)
  );
};
let folder: { readonly path: string | undefined } | undefined;

const isOwn = (frame: Frame): boolean => {
  folder ??= { path: ownFolder() };
  return (
    folder.path === undefined ||
    frame.file.startsWith(folder.path) ||
    frame.file.startsWith('node:')
  );
};

/** The working directory where there is one: sites inside of it are shown relative to it. */
const workingFolder = (): string | undefined => {
  const { process } = globalThis as { process?: { cwd?: () => string } };
  const path = process?.cwd?.();
  return path === undefined ? undefined : path.includes('\\') ? `${path}\\` : `${path}/`;
};

const siteIn = (stack: string): string | undefined => {
  for (const line of framesOf(stack)) {
    const frame = frameOf(line);
    if (frame === undefined || isOwn(frame)) continue;
    const here = workingFolder();
    const isHere = here !== undefined && frame.place.startsWith(here);
    return isHere ? frame.place.slice(here.length) : frame.place;
  }
  return undefined;
};

/**
 * The user's line that led to the caller of `above`, or undefined when the stack does not show one.
 */
export const callSite = (above: (...args: never[]) => unknown): string | undefined => {
  if (captureStack === undefined) return siteIn(new Error().stack ?? '');
  const holder: { stack?: string } = {};
  captureStack(holder, above);
  return siteIn(holder.stack ?? '');
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
    return frame === undefined || !isOwn(frame);
  });
  if (kept.length > 0) error.stack = `${error.name}: ${error.message}\n${kept.join('\n')}`;
  return error;
};
