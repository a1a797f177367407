/**
 * A kernel as a list of phases. Each is one dispatch: independent iterations of nested parallel
 * loops, an invocation each, or a workgroup each where a workgroup loop stands in them; what has no
 * parallel loop around it is one invocation or workgroup. Dispatches run one after the other, so a
 * phase sees what earlier ones stored.
 */
import { InternalError } from '../../ir/errors.ts';
import {
  bodiesOf,
  type Expr,
  expressionsOf,
  type Kernel,
  type Stmt,
  walkExpression,
  walkStatements,
} from '../../ir/kernel.ts';

/** A loop statement. */
export type For = Stmt & { readonly kind: 'for' };

/** One dispatch. */
export interface Phase {
  /** The loops whose iterations are invocations, outermost first. */
  readonly loops: readonly For[];
  /** What an invocation does. */
  readonly body: readonly Stmt[];
}

/** More dispatches than this for one kernel are not worth it. */
const mostPhases = 8;

const loadsFrom = (e: Expr, buffers: ReadonlySet<number>): boolean => {
  let found = false;
  walkExpression(e, (part) => {
    if (part.kind === 'load' && buffers.has(part.buffer.id)) found = true;
  });
  return found;
};

/** The locals that statements define and use, and the scratch arrays that they touch. */
const namesIn = (body: readonly Stmt[], scratch: ReadonlySet<number>) => {
  const defined = new Set<number>();
  const used = new Set<number>();
  const touched = new Set<number>();
  walkStatements(body, (stmt) => {
    if (stmt.kind === 'set') used.add(stmt.local.id);
    else if ('local' in stmt) defined.add(stmt.local.id);
    else if (stmt.kind === 'store' && scratch.has(stmt.buffer.id)) touched.add(stmt.buffer.id);
    for (const e of expressionsOf(stmt)) {
      walkExpression(e, (part) => {
        if (part.kind === 'local') used.add(part.id);
        if (part.kind === 'load' && scratch.has(part.buffer.id)) touched.add(part.buffer.id);
      });
    }
  });
  return { defined, used, touched };
};

/**
 * Whether pieces of a statement list can run one after the other over all iterations: nothing but
 * memory of parameters goes from one to the next.
 */
const areApart = (pieces: readonly (readonly Stmt[])[], scratch: ReadonlySet<number>): boolean => {
  const names = pieces.map((piece) => namesIn(piece, scratch));
  return names.every((one, k) =>
    names.every(
      (other, j) =>
        j <= k ||
        (![...one.defined].some((id) => other.used.has(id)) &&
          ![...one.touched].some((id) => other.touched.has(id))),
    ),
  );
};

/** The phases of a kernel, in order. */
export const phasesOf = (kernel: Kernel): readonly Phase[] => {
  const scratch = new Set<number>();
  const written = new Set<number>();
  walkStatements(kernel.body, (stmt) => {
    if (stmt.kind === 'alloc' && stmt.scope !== 'kernel') scratch.add(stmt.buffer.id);
    if (stmt.kind === 'store') written.add(stmt.buffer.id);
  });
  // What shares memory with a written parameter may not be read a second time either.
  for (const [read, other] of kernel.inPlace) {
    for (const k of [read, other]) {
      const parameter = kernel.parameters[k];
      if (parameter !== undefined) written.add(parameter.buffer.id);
    }
  }
  const split = (body: readonly Stmt[], loops: readonly For[]): readonly Phase[] => {
    const whole: readonly Phase[] = [{ loops, body }];
    /** Values that every piece may compute again. */
    const prelude: Stmt[] = [];
    const pieces: Stmt[][] = [];
    let serial: Stmt[] | undefined;
    for (const stmt of body) {
      if (stmt.kind === 'alloc') continue;
      if (stmt.kind === 'let' && serial === undefined && !loadsFrom(stmt.value, written)) {
        prelude.push(stmt);
      } else if (stmt.kind === 'for' && stmt.loop === 'parallel') {
        serial = undefined;
        pieces.push([stmt]);
      } else if (serial === undefined) {
        serial = [stmt];
        pieces.push(serial);
      } else serial.push(stmt);
    }
    if (pieces.length === 0) return [];
    const hasLoop = pieces.some(([first]) => first?.kind === 'for' && first.loop === 'parallel');
    if (!hasLoop || !areApart(pieces, scratch)) return whole;
    const phases = pieces.flatMap((piece): readonly Phase[] => {
      const [first] = piece;
      if (first?.kind !== 'for' || first.loop !== 'parallel') {
        return [{ loops, body: [...prelude, ...piece] }];
      }
      // Values that the loops of invocations do not need stay where they are.
      const inner = split(first.body, [...loops, first]);
      return inner.map((phase) => ({ ...phase, body: [...prelude, ...phase.body] }));
    });
    return phases.length > mostPhases ? whole : phases;
  };
  return split(kernel.body, []).filter(({ loops }) => loops.every(({ from, to }) => from < to));
};

/** A workgroup loop and what each of its invocations computes before it. */
export interface Together {
  readonly before: readonly Stmt[];
  readonly loop: For;
}
/** The workgroup loop of a phase; undefined where each iteration is one invocation. */
export const togetherIn = ({ body }: Phase): Together | undefined => {
  const isTogether = (stmt: Stmt): stmt is For => stmt.kind === 'for' && stmt.loop === 'workgroup';
  const loop = body.find(isTogether);
  if (loop === undefined) return undefined;
  const before = body.filter((stmt) => stmt !== loop && stmt.kind !== 'alloc');
  // Each invocation computes these again, so they must do nothing else.
  if (before.some(({ kind }) => kind !== 'let') || body[body.length - 1] !== loop) {
    throw new InternalError('webgpu', 'a workgroup loop must be all that its phase does');
  }
  return { before, loop };
};

/** A statement that makes scratch memory. */
export type Alloc = Stmt & { readonly kind: 'alloc' };

/** The scratch arrays that the whole kernel shares. */
export const sharedIn = (kernel: Kernel): readonly Alloc[] =>
  kernel.body.filter((stmt): stmt is Alloc => stmt.kind === 'alloc' && stmt.scope === 'kernel');

/** The other scratch arrays that a statement list touches, in the order of their `alloc`. */
export const scratchIn = (kernel: Kernel, body: readonly Stmt[]): readonly Alloc[] => {
  const allocated: Alloc[] = [];
  const visit = (list: readonly Stmt[]): void => {
    for (const stmt of list) {
      if (stmt.kind === 'alloc' && stmt.scope !== 'kernel') allocated.push(stmt);
      for (const inner of bodiesOf(stmt)) visit(inner);
    }
  };
  visit(kernel.body);
  const { touched } = namesIn(body, new Set(allocated.map(({ buffer }) => buffer.id)));
  return allocated.filter(({ buffer }) => touched.has(buffer.id));
};
