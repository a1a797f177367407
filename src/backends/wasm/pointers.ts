/**
 * Addresses of elements. What does not change in an innermost loop is a pointer that is computed in
 * front of it, and what is constant stands in the instruction, so that many elements share what is
 * left to compute.
 */
import { int32, linearOf, type Part, rangeOf, withPart } from '../../ir/affine.ts';
import {
  type Expr,
  type KernelBuffer,
  type Local,
  type Stmt,
  walkExpression,
  walkLoads,
  walkStatements,
} from '../../ir/kernel.ts';

/** An index in elements, taken apart: what moves in the loop, what rests, and a constant. */
export interface Position {
  readonly buffer: KernelBuffer;
  readonly moving: readonly Part[];
  readonly resting: readonly Part[];
  readonly constant: number;
  /** Whether the sum without the constant is known not to be negative. */
  readonly isPositive: boolean;
  /** Equal for positions of one buffer that rest at the same place. */
  readonly key: string;
}

/** Equal for positions of one buffer at the same distance from their constants. */
export const addressKey = ({ key, moving }: Position): string => `${key}|${keyOfSum(moving)}`;

/** The pointers of one loop. */
export interface LoopPointers {
  /** The locals that change in the loop. */
  readonly inside: ReadonlySet<number>;
  /** The local of a pointer, by the key of its position. */
  readonly pointers: Map<string, number>;
  /**
   * The positions of places, which are asked for in front of the loop and again inside of it. They
   * hold until another local stands for a number.
   */
  readonly positions: Map<Expr, Position>;
  /** The pointers that go along with the index, by the keys of what they point to. */
  readonly walking: Map<string, WalkingPointer>;
}

/** A local that holds an address and moves on by some bytes in every iteration. */
export interface WalkingPointer {
  readonly local: number;
  readonly bytes: number;
}

/** What a walking pointer is to point to. */
export interface Walk {
  readonly key: string;
  readonly buffer: KernelBuffer;
  /** What rests, and where the pointer begins from there, in elements. */
  readonly rest: Pick<Position, 'key' | 'resting'>;
  readonly begin: number;
  /** How many elements it moves on by in every iteration. */
  readonly advance: number;
}

/** Equal for places that are the same element in every iteration. */
export const elementKey = (position: Position): string =>
  `${addressKey(position)}+${position.constant}`;

/** The factor of a loop's index, where an address moves with that alone. */
export const factorOf = ({ moving }: Position, index: Local): number | undefined => {
  const [part, ...others] = moving;
  if (part === undefined || others.length > 0) return undefined;
  return part.term.kind === 'local' && part.term.id === index.id ? part.factor : undefined;
};

const localsIn = (index: Local, body: readonly Stmt[]): Set<number> => {
  const inside = new Set([index.id]);
  walkStatements(body, (stmt) => {
    if (stmt.kind === 'for') inside.add(stmt.index.id);
    else if ('local' in stmt) inside.add(stmt.local.id);
  });
  return inside;
};

/** A loop without pointers yet. */
export const newLoopPointers = (index: Local, body: readonly Stmt[]): LoopPointers => {
  let inside: Set<number> | undefined;
  return {
    // Loops around loops often have no places of their own.
    get inside() {
      inside ??= localsIn(index, body);
      return inside;
    },
    pointers: new Map(),
    positions: new Map(),
    walking: new Map(),
  };
};

const moves = (term: Expr, inside: ReadonlySet<number>): boolean => {
  let found = false;
  walkExpression(term, (part) => {
    if (part.kind === 'load' || (part.kind === 'local' && inside.has(part.id))) found = true;
  });
  return found;
};

/** Equal for sums of the same parts, in any order. */
export const keyOfSum = (parts: readonly Part[]): string => {
  if (parts.length === 0) return '';
  const { key: term, factor } = parts[0] as Part;
  const first = `${term}*${factor}`;
  if (parts.length === 1) return first;
  const keys = [first];
  for (let n = 1; n < parts.length; n++) {
    const part = parts[n] as Part;
    const key = `${part.key}*${part.factor}`;
    let k = n;
    for (; k > 0 && (keys[k - 1] as string) > key; k--) keys[k] = keys[k - 1] as string;
    keys[k] = key;
  }
  return keys.join('+');
};

/** Takes an index apart; `known` tells locals that stand for numbers. */
export const positionOf = (
  buffer: KernelBuffer,
  at: Expr,
  loop: LoopPointers | undefined,
  known: { constantOf(local: Local): number | undefined },
): Position => {
  const form = linearOf(at);
  const inside = loop?.inside;
  let { constant } = form;
  let low = 0;
  let moving: readonly Part[] = [];
  let resting: readonly Part[] = [];
  const { parts } = form;
  for (let k = 0; k < parts.length; k++) {
    const part = parts[k] as Part;
    const { term, factor } = part;
    let isMoving = true;
    if (term.kind === 'local') {
      const value = known.constantOf(term);
      if (value !== undefined) {
        constant += value * factor;
        continue;
      }
      low += factor * (term.range ?? int32)[factor > 0 ? 0 : 1];
      isMoving = inside?.has(term.id) !== false;
    } else {
      low += factor * rangeOf(term)[factor > 0 ? 0 : 1];
      isMoving = inside === undefined || moves(term, inside);
    }
    if (isMoving) moving = withPart(moving, part);
    else resting = withPart(resting, part);
  }
  const key = `${buffer.id}:${keyOfSum(resting)}`;
  return { buffer, moving, resting, constant, isPositive: low >= 0, key };
};

/** Visits the places that a loop's own statements read and write, not those of loops inside. */
export const visitPlaces = (
  body: readonly Stmt[],
  isLoop: (stmt: Stmt) => boolean,
  visit: (buffer: KernelBuffer, at: Expr) => void,
): void => {
  const load = ({ buffer, at }: Expr & { kind: 'load' }): void => visit(buffer, at);
  for (let k = 0; k < body.length; k++) {
    const stmt = body[k] as Stmt;
    walkLoads(stmt, load);
    if (stmt.kind === 'store') visit(stmt.buffer, stmt.at);
    if (stmt.kind === 'for') {
      if (!isLoop(stmt)) visitPlaces(stmt.body, isLoop, visit);
    } else if (stmt.kind === 'if') {
      visitPlaces(stmt.consequent, isLoop, visit);
      visitPlaces(stmt.otherwise, isLoop, visit);
    }
  }
};
