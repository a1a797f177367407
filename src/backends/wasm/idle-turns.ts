/**
 * Engines compile a function well when much code of it has run: they count the bytes that they jump
 * back over. Long kernels would run for milliseconds until then, each in its turn and each
 * badly. So they jump back over all of their code some thousand times before anything runs, and
 * the engine compiles them beside what comes first.
 */
import { FunctionCode } from './assembler/module.ts';
import type { LaunchedFunction } from './emit-run.ts';

/**
 * So many bytes of code are jumped over, as we count them. V8 waits for 13,000,000 bytes of its
 * first code, which is about twice as long as ours.
 */
const bytesToJump = 2 ** 24;

/**
 * Writes the code of a part of a kernel, from one local to another. A range that ends before it
 * begins has no iterations: the function jumps back over its code as often as is missing.
 */
export const unlessIdle = (
  code: FunctionCode,
  from: number,
  to: number,
  part: () => void,
): void => {
  code.add('block');
  code.add('loop');
  code.add('local.get', from);
  code.add('local.get', to);
  code.add('i32.lt_s');
  code.add('if');
  part();
  code.add('br', 2);
  code.add('end');
  code.add('local.get', from);
  code.add('i32.const', -1);
  code.add('i32.add');
  code.add('local.tee', from);
  code.add('local.get', to);
  code.add('i32.gt_s');
  code.add('br_if', 0);
  code.add('end');
  code.add('end');
};

/** A function that calls the kernels that run in parts for nothing but idle turns. */
export const idleTurns = (
  functions: Iterable<Omit<LaunchedFunction, 'scratch'> & { readonly code: FunctionCode }>,
): FunctionCode | undefined => {
  const all = new FunctionCode({ parameters: [] });
  let isEmpty = true;
  for (const { parts, number, code } of functions) {
    if (parts === undefined) continue;
    isEmpty = false;
    // Addresses do not matter, and the last two parameters are the range.
    for (let k = 2; k < code.signature.parameters.length; k++) all.add('i32.const', 0);
    all.add('i32.const', Math.ceil(bytesToJump / code.length));
    all.add('i32.const', 0);
    all.add('call', number);
  }
  return isEmpty ? undefined : all;
};
