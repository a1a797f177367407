/**
 * Index arithmetic in normal form against plain evaluation: whatever cancels, the number stays the
 * same, and it lies in the range that is claimed for it.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  divIndex,
  express,
  keyOfForm,
  linearOf,
  mulIndex,
  rangeOf,
  remIndex,
  sumOf,
} from '../../src/ir/affine.ts';
import { boundsOf } from '../../src/ir/bounds.ts';
import { indexes } from '../../src/ir/expressions.ts';
import { factorOf, mapTerms, partition, strideAlong } from '../../src/ir/index-terms.ts';
import { constant, type Expr, keyOf, type Local } from '../../src/ir/kernel.ts';
import { numbers } from '../../src/ir/scalar.ts';
import { Access, newLocal } from '../../src/passes/access.ts';
import { settings } from '../properties/random-program.ts';

/** A formula of three indexes, before anything is simplified. */
type Formula =
  | { readonly kind: 'index'; readonly number: number }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'add' | 'sub' | 'mul'; readonly x: Formula; readonly y: Formula }
  | { readonly kind: 'scale' | 'div' | 'rem'; readonly x: Formula; readonly by: number };

const { formula } = fc.letrec<{ formula: Formula }>((tie) => {
  const by = fc.constantFrom(1, 2, 3, 4, 6, 12);
  const x = tie('formula');
  return {
    formula: fc.oneof(
      { maxDepth: 5, depthSize: 'large', withCrossShrink: true },
      fc.record({ kind: fc.constant('index' as const), number: fc.nat({ max: 2 }) }),
      fc.record({ kind: fc.constant('number' as const), value: fc.integer({ min: -5, max: 24 }) }),
      fc.record({ kind: fc.constant('add' as const), x, y: x }),
      fc.record({ kind: fc.constant('sub' as const), x, y: x }),
      fc.record({ kind: fc.constant('mul' as const), x, y: x }),
      fc.record({ kind: fc.constant('scale' as const), x, by: fc.integer({ min: -4, max: 12 }) }),
      fc.record({ kind: fc.constant('div' as const), x, by }),
      fc.record({ kind: fc.constant('rem' as const), x, by }),
    ),
  };
});
const extents = fc.tuple(
  fc.integer({ min: 1, max: 4 }),
  fc.integer({ min: 1, max: 3 }),
  fc.integer({ min: 1, max: 12 }),
);

const compose = (f: Formula, locals: readonly Expr[]): Expr => {
  const on = (g: Formula): Expr => compose(g, locals);
  switch (f.kind) {
    case 'index':
      return locals[f.number]!;
    case 'number':
      return constant(f.value, 'i32');
    case 'scale':
      return mulIndex(on(f.x), constant(f.by, 'i32'));
    case 'div':
      return divIndex(on(f.x), f.by);
    case 'rem':
      return remIndex(on(f.x), f.by);
    default:
      return indexes[f.kind](on(f.x), on(f.y));
  }
};
/**
 * The number; undefined where a quotient or remainder of something negative is asked for, or
 * numbers grow large.
 */
const plain = (f: Formula, point: readonly number[]): number | undefined => {
  if (f.kind === 'index') return point[f.number];
  if (f.kind === 'number') return f.value;
  const x = plain(f.x, point);
  if (x === undefined) return undefined;
  const large = (value: number): number | undefined =>
    Math.abs(value) > 2 ** 24 ? undefined : value + 0;
  if ('by' in f) {
    if (f.kind === 'scale') return large(x * f.by);
    if (x < 0) return undefined;
    return f.kind === 'div' ? Math.floor(x / f.by) : x % f.by;
  }
  const y = plain(f.y, point);
  if (y === undefined) return undefined;
  return large(f.kind === 'add' ? x + y : f.kind === 'sub' ? x - y : x * y);
};
const i32 = numbers('i32');
const evaluate = (e: Expr, values: ReadonlyMap<number, number>): number => {
  if (e.kind === 'const') return e.value;
  if (e.kind === 'local') return values.get(e.id)!;
  if (e.kind !== 'binary') throw new Error(`${e.kind} in an index`);
  return i32[e.name](evaluate(e.x, values), evaluate(e.y, values));
};

/** Loop indexes and every point they visit. */
const spaceOf = (lengths: readonly number[]): { locals: Local[]; points: number[][] } => {
  const points: number[][] = [[]];
  for (const n of lengths) {
    const grown = points.flatMap((point) => Array.from({ length: n }, (_, k) => [...point, k]));
    points.splice(0, points.length, ...grown);
  }
  return { locals: lengths.map((n) => newLocal('i32', [0, n - 1])), points };
};
const valuesAt = (locals: readonly Local[], point: readonly number[]): Map<number, number> =>
  new Map(locals.map((local, k) => [local.id, point[k]!]));

/** Calls `check` with every point where all of the formulas mean something. */
const everywhere = (
  lengths: readonly number[],
  formulas: readonly Formula[],
  check: (es: readonly Expr[], values: ReadonlyMap<number, number>, numbers: number[]) => void,
): void => {
  const { locals, points } = spaceOf(lengths);
  const known = points.map((point) => formulas.map((f) => plain(f, point)));
  // Divisions are for numbers that are never negative, so one bad point rules the formula out.
  if (known.some((row) => row.includes(undefined))) return;
  const es = formulas.map((f) => compose(f, locals));
  points.forEach((point, k) => {
    check(es, valuesAt(locals, point), known[k] as number[]);
  });
};

/** Of a million values: `expect` takes longer than what it checks, and is asked for words only. */
const expectToBe = (found: unknown, wanted: unknown): void => {
  if (!Object.is(found, wanted)) expect(found).toBe(wanted);
};

describe('index arithmetic', () => {
  test('normal forms mean the same and keep to their ranges', () => {
    let checked = 0;
    fc.assert(
      fc.property(extents, formula, (lengths, f) => {
        everywhere(lengths, [f], ([e], values, [expected]) => {
          checked++;
          expectToBe(evaluate(e!, values), expected);
          const [low, high] = rangeOf(e!);
          expectToBe(expected! >= low && expected! <= high, true);
          const bounds = boundsOf(e!);
          if (bounds !== undefined)
            expectToBe(expected! >= bounds[0] && expected! <= bounds[1], true);
        });
      }),
      settings(1000),
    );
    expect(checked).toBeGreaterThan(1000);
  });

  test('comparisons that are decided are decided rightly', () => {
    let decided = 0;
    fc.assert(
      fc.property(extents, formula, formula, (lengths, f, g) => {
        for (const name of ['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const) {
          everywhere(lengths, [f, g], ([x, y], _, [a, b]) => {
            const result = indexes[name](x!, y!);
            if (result.kind !== 'const') return;
            decided++;
            expectToBe(result.value, i32[name](a!, b!));
          });
        }
      }),
      settings(300),
    );
    expect(decided).toBeGreaterThan(100);
  });

  test('taking a term out, and parting terms, give the whole back', () => {
    fc.assert(
      fc.property(extents, formula, (lengths, f) => {
        everywhere(lengths, [f], ([e], values, [expected]) => {
          for (const id of values.keys()) {
            const local: Local = { kind: 'local', id, dtype: 'i32' };
            const part = factorOf(e!, local);
            expectToBe(strideAlong(e!, local), part?.factor);
            if (part === undefined) continue;
            const rest = evaluate(part.rest, values);
            expectToBe(part.factor * values.get(id)! + rest, expected);
            const moves = (term: Expr): boolean => keyOf(term).includes(`%${id}`);
            const { moving, resting } = partition(e!, moves);
            expectToBe(evaluate(moving, values) + evaluate(resting, values), expected);
          }
        });
      }),
      settings(500),
    );
  });

  test('with other terms in their places, the sum is that of these', () => {
    let replaced = 0;
    fc.assert(
      fc.property(extents, formula, fc.nat({ max: 2 }), formula, (lengths, f, number, g) => {
        everywhere(lengths, [f, g], ([e, other], values) => {
          const id = [...values.keys()][number]!;
          const form = linearOf(e!);
          const inner = (term: Expr): Expr =>
            term.kind === 'local' && term.id === id ? other! : term;
          const expected = form.parts.reduce(
            (sum, { term, factor }) => sum + factor * evaluate(inner(term), values),
            form.constant,
          );
          expectToBe(evaluate(mapTerms(e!, inner), values), expected);
          if (form.parts.some(({ term }) => inner(term) !== term)) replaced++;
        });
      }),
      settings(500),
    );
    expect(replaced).toBeGreaterThan(100);
  });

  test('forms have equal keys exactly where their expressions are equal', () => {
    const seen = new Map<string, string>();
    const { locals } = spaceOf([2, 3, 4]);
    fc.assert(
      fc.property(formula, (f) => {
        const form = linearOf(compose(f, locals));
        const [key, text] = [keyOfForm(form), keyOf(express(form))];
        expect(seen.get(key) ?? text).toBe(text);
        expect(seen.get(text) ?? key).toBe(key);
        seen.set(key, text).set(text, key);
      }),
      settings(500),
    );
  });

  test('sums of multiples are those of products that are added one by one', () => {
    const factors = fc.tuple(
      fc.integer({ min: -4, max: 4 }),
      fc.integer({ min: -4, max: 4 }),
      fc.integer({ min: -1, max: 2 }),
    );
    fc.assert(
      fc.property(extents, formula, formula, factors, (lengths, f, g, [a, b, c]) => {
        everywhere(lengths, [f, g], ([x, y], values, [p, q]) => {
          const multiples = evaluate(express(sumOf([x!, y!, x!], [a, b, c])), values);
          expectToBe(multiples, p! * (a + c) + q! * b + 0);
          // What cancels leaves its constant behind.
          const next = indexes.add(x!, constant(1, 'i32'));
          const cancelled = evaluate(express(sumOf([next, x!, y!], [a, -a, 1])), values);
          expectToBe(cancelled, a + q! + 0);
        });
      }),
      settings(500),
    );
  });

  test('quotients and remainders are the same within a block that the divisor is made of', () => {
    const { locals } = spaceOf([16, 4]);
    const [block, lane] = locals as [Local, Local];
    const at = indexes.add(mulIndex(block, constant(8, 'i32')), lane);
    const quotient = divIndex(indexes.add(at, constant(4, 'i32')), 32);
    expect(keyOf(quotient)).toBe(keyOf(divIndex(block, 4)));
    const rest = mulIndex(remIndex(block, 4), constant(8, 'i32'));
    expect(keyOf(remIndex(at, 32))).toBe(keyOf(indexes.add(rest, lane)));
    // A lane may be in the next block.
    expect(keyOf(divIndex(indexes.add(at, constant(5, 'i32')), 32))).not.toBe(keyOf(quotient));
  });

  test('quotients and remainders of what a reshape takes apart cancel', () => {
    const { locals } = spaceOf([4, 3, 5]);
    const [i, j, k] = locals as [Local, Local, Local];
    const position = indexes.add(
      indexes.add(mulIndex(i, constant(15, 'i32')), mulIndex(j, constant(5, 'i32'))),
      k,
    );
    expect(keyOf(divIndex(position, 15))).toBe(keyOf(i));
    expect(keyOf(remIndex(position, 5))).toBe(keyOf(k));
    expect(keyOf(remIndex(divIndex(position, 5), 3))).toBe(keyOf(j));
    expect(indexes.lt(position, constant(60, 'i32'))).toEqual(constant(1, 'bool'));
    expect(keyOf(indexes.sub(position, position))).toBe(keyOf(constant(0, 'i32')));
  });
});

test('an index taken apart into axes is the position again', () => {
  const shapes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(shapes, fc.integer({ min: 1, max: 5 }), fc.nat({ max: 40 }), (shape, by, more) => {
      const size = shape.reduce((n, extent) => n * extent, 1);
      const position = newLocal('i32', [0, size - 1]);
      const { at } = Access.position(shape, position);
      const whole = Access.index(shape, at).position;
      if (size > 1) expect(keyOf(whole)).toBe(keyOf(position));
      // The same of a part of something larger, at a distance.
      const place = indexes.add(indexes.mul(whole, constant(by, 'i32')), constant(more, 'i32'));
      const steps = Array.from({ length: size }, (_, k) => k);
      for (const k of steps) {
        const known = new Map([[position.id, k]]);
        expect(evaluate(place, known)).toBe(k * by + more);
      }
    }),
    settings(100),
  );
});
