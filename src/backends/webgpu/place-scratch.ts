/** Where the scratch arrays of a phase are: variables, workgroup memory, or a part of a binding. */
import { InternalError } from '../../ir/errors.ts';
import type { Kernel } from '../../ir/kernel.ts';
import { scalarType } from './emit-expression.ts';
import { type Alloc, type Phase, scratchIn, sharedIn, togetherIn } from './phases.ts';
import type { Scope } from './scope.ts';

/** Private arrays of one invocation that stay in variables, in words. */
const mostPrivate = 1024;
/** Scratch memory of one dispatch, in words: fewer invocations then do several iterations each. */
const mostScratch = 2 ** 22;

/** The scratch arrays of a phase. */
export interface Scratch {
  readonly variables: readonly Alloc[];
  readonly workgroup: readonly Alloc[];
  /** Arrays of the whole kernel, at the begin of the scratch binding. */
  readonly shared: readonly Alloc[];
  /** Arrays of one invocation in the scratch binding, behind the shared ones. */
  readonly slots: readonly Alloc[];
  /** The most invocations at one time, and the words that each has. */
  readonly mostSlots: number;
  readonly slotWords: number;
  /** Words of the shared arrays. */
  readonly sharedWords: number;
  /** Whether the phase needs the scratch binding. */
  readonly isBound: boolean;
}

const wordsOf = (list: readonly Alloc[]): number =>
  list.reduce((sum, { buffer }) => sum + buffer.length, 0);

/** Decides where the scratch arrays of a phase are. */
export const divideScratch = (kernel: Kernel, phase: Phase): Scratch => {
  const touched = scratchIn(kernel, phase.body);
  const workgroup = touched.filter(({ scope }) => scope === 'workgroup');
  const own = touched.filter(({ scope }) => scope === 'private');
  const slotWords = wordsOf(own);
  const isPrivate = slotWords <= mostPrivate;
  if (!isPrivate && togetherIn(phase) !== undefined) {
    throw new InternalError('webgpu', `${slotWords} words are too many for each of a workgroup`);
  }
  const shared = sharedIn(kernel);
  return {
    variables: isPrivate ? own : [],
    workgroup,
    shared,
    slots: isPrivate ? [] : own,
    mostSlots: isPrivate
      ? Number.POSITIVE_INFINITY
      : Math.max(1, Math.floor(mostScratch / slotWords)),
    slotWords: isPrivate ? 0 : slotWords,
    sharedWords: wordsOf(shared),
    isBound: !isPrivate || shared.length > 0,
  };
};

/** Places the arrays: the lines at the head of `main`, and those in front of it. */
export const placeScratch = (
  { variables, workgroup, shared, slots, slotWords, sharedWords }: Scratch,
  binding: string,
  scope: Scope,
): { readonly declarations: readonly string[]; readonly lines: readonly string[] } => {
  const declare = (head: string, { buffer }: Alloc): string => {
    const name = scope.fresh('s');
    const element = scalarType(buffer.dtype);
    scope.place(buffer, { name, element, offset: 0 });
    return `${head} ${name}: array<${element}, ${Math.max(1, buffer.length)}>;`;
  };
  let start = 0;
  for (const { buffer } of shared) {
    scope.place(buffer, { name: binding, element: 'u32', offset: start });
    start += buffer.length;
  }
  start = sharedWords;
  for (const { buffer } of slots) {
    const offset = `i32(slot * ${slotWords}u + ${start}u)`;
    scope.place(buffer, { name: binding, element: 'u32', offset });
    start += buffer.length;
  }
  return {
    declarations: workgroup.map((stmt) => declare('var<workgroup>', stmt)),
    lines: variables.map((stmt) => declare('  var', stmt)),
  };
};
