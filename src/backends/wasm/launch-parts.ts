/**
 * Long launches run in parts, one call of the kernel's function each. Engines begin with simple
 * code and cannot replace it inside of a function that runs. Between two calls they can, so even
 * the first launch of a long kernel is fast towards its end.
 */
import { bodiesOf, type Kernel, type Stmt, walkLoads, walkStatements } from '../../ir/kernel.ts';
import { iterationsOf } from './threads/work.ts';

/** Below this number of operations a launch is over before better code is ready. */
const leastFlops = 2 ** 20;
/** How many parts a launch has, or one less. */
const mostParts = 48;

type For = Stmt & { readonly kind: 'for' };

/** A kernel of which one loop runs in parts. */
export interface LaunchParts {
  /** The loop around it, where there is one: each part is of one of its iterations. */
  readonly outer: For | undefined;
  readonly loop: For;
  /** How far the index of the loop gets in one part. */
  readonly distance: number;
}
/** How many parameters say which part it is: an iteration around, where it begins and ends. */
export const partParameters = ({ outer }: LaunchParts): number => (outer === undefined ? 2 : 3);

/** How many statements run. */
const lengthOf = (body: readonly Stmt[]): number =>
  body.reduce((sum, stmt) => {
    const inner = bodiesOf(stmt).reduce((all, list) => all + lengthOf(list), 0);
    return sum + (stmt.kind === 'for' ? iterationsOf(stmt) * inner : 1 + inner);
  }, 0);

/** The longest of the outermost parallel loops. */
const longestOf = (body: readonly Stmt[]): For | undefined => {
  const loops = body.filter((stmt) => stmt.kind === 'for' && stmt.loop === 'parallel') as For[];
  if (loops.length < 2) return loops[0];
  const lengths = loops.map((loop) => lengthOf([loop]));
  return loops[lengths.indexOf(Math.max(...lengths))];
};

/** Whether memory that a statement reads stays the same while the kernel runs. */
const readsConstants = (stmt: Stmt, { body, parameters, inPlace }: Kernel): boolean => {
  const changing = new Set(inPlace.map(([read]) => parameters[read]?.buffer.id));
  walkStatements(body, (one) => {
    if (one.kind === 'store') changing.add(one.buffer.id);
  });
  let isConstant = true;
  walkLoads(stmt, ({ buffer }) => {
    if (changing.has(buffer.id)) isConstant = false;
  });
  return isConstant;
};

/**
 * The loop of a list that can run in parts. What stands before it runs in the first part and what
 * is behind it in the last; but every part computes the locals beside it, which therefore must
 * always be the same.
 */
const dividedLoop = (body: readonly Stmt[], kernel: Kernel): For | undefined => {
  const loop = longestOf(body);
  if (loop === undefined || loop.below !== undefined || iterationsOf(loop) < 2) return undefined;
  const isSteady = body.every((stmt) =>
    stmt.kind === 'let'
      ? readsConstants(stmt, kernel)
      : stmt.kind === 'for' || stmt.kind === 'alloc' || stmt.kind === 'store',
  );
  return isSteady ? loop : undefined;
};

/**
 * How a kernel runs in parts; undefined where it is short. What parallel iterations need of each
 * other cannot be in memory, so nothing is lost between parts. A loop of few iterations that is
 * alone is too coarse: the one inside of it is divided.
 */
export const partsOf = (kernel: Kernel): LaunchParts | undefined => {
  if (kernel.flops < leastFlops) return undefined;
  const first = dividedLoop(kernel.body, kernel);
  if (first === undefined) return undefined;
  const iterations = iterationsOf(first);
  const isAlone = kernel.body.every(
    (stmt) => stmt === first || stmt.kind === 'let' || stmt.kind === 'alloc',
  );
  const isCoarse = isAlone && iterations < mostParts / 2;
  const inner = isCoarse ? dividedLoop(first.body, kernel) : undefined;
  const loop = inner ?? first;
  const parts = inner === undefined ? mostParts : Math.ceil(mostParts / iterations);
  const distance = Math.ceil(iterationsOf(loop) / parts) * loop.step;
  return { outer: inner && first, loop, distance };
};
