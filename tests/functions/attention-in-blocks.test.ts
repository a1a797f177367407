/** Attention of one block of queries after the other against attention of all of them at once. */
import * as g from 'gradloom';
import * as nn from 'gradloom/nn';
import * as random from 'gradloom/random';
import { describe, expect, test } from 'vitest';
import { mismatch } from '../../src/testing/mismatch.ts';
import { checkGradient } from '../stdlib/check-gradient.ts';
import { errorText } from '../stdlib/error-text.ts';

const f64 = { dtype: 'f64' } as const;
const draw = (seed: number, shape: readonly number[]): any =>
  random.normal(random.key(seed), [...shape] as never, f64);
const data = (x: g.AnyTensor): Float64Array => x.dataSync() as Float64Array;
const attention = g.attention as unknown as (...all: unknown[]) => any;
const expectEqual = (found: g.AnyTensor, wanted: g.AnyTensor): void => {
  expect(found.shape).toEqual(wanted.shape);
  expect(mismatch(data(found), data(wanted), { relative: 1e-12, scaled: 1e-13 })).toBeUndefined();
};

const perQuery = g.tensor(
  Array.from({ length: 7 }, (_, r) => Array.from({ length: 5 }, (_c, s) => (r * 3 + s) % 4 !== 0)),
);
const someKeys = g.tensor([true, false, true, true, false]);
const perExample = g.reshape(
  g.tensor([true, true, false, true, true, false, true, true, true, true]),
  [2, 1, 5],
);
const masks = { none: undefined, 'per query': perQuery, 'of keys': someKeys, perExample };

describe.each([1, 2, 3, 4, 6, 7, 100])('blocks of %i queries', (queryBlock) => {
  const [q, k, v] = [draw(1, [2, 7, 4]), draw(2, [2, 5, 4]), draw(3, [2, 5, 3])];
  test.each(
    Object.entries(masks).flatMap(([name, mask]) => [
      [name, 'all', { mask, causal: false }] as const,
      [name, 'causal', { mask, causal: true }] as const,
    ]),
  )('mask %s, %s', (_, __, options) => {
    const given = Object.fromEntries(Object.entries(options).filter(([, x]) => x !== undefined));
    const found = attention(q, k, v, { ...given, queryBlock, scale: 0.7 });
    expectEqual(found, attention(q, k, v, { ...given, scale: 0.7 }));
  });
  test('leading axes broadcast, and there may be none', () => {
    const shared = draw(4, [5, 4]);
    const [one, other] = [{ queryBlock, causal: true }, { causal: true }];
    const wide = g.reshape(q, [2, 1, 7, 4]);
    expectEqual(attention(wide, shared, v, one), attention(wide, shared, v, other));
    const [a, b, c] = [q, k, v].map((x) => g.at(x, 0));
    expectEqual(attention(a, b, c, one), attention(a, b, c, other));
  });
});

describe('derivatives', () => {
  const p = { q: draw(1, [5, 2]), k: draw(2, [4, 2]), v: draw(3, [4, 3]) };
  const weights = draw(9, [5, 3]);
  const options = { causal: true, queryBlock: 2 };
  const loss = (t: any): any => g.sum(g.mul(attention(t.q, t.k, t.v, options), weights));
  test('of first order', () => {
    checkGradient(loss, p);
  });
  test('of second order', () => {
    const squares = (t: any): any => {
      const slopes: any = g.grad(loss as never)(t as never);
      return ['q', 'k', 'v'].map((name) => g.sum(g.square(slopes[name]))).reduce(g.add as never);
    };
    checkGradient(squares, p, 1e-5);
  });
  test('in forward mode, and of a batch', () => {
    const call = (x: any): any => attention(x, p.k, p.v, options);
    const plain = (x: any): any => attention(x, p.k, p.v, { causal: true });
    const tangent = draw(5, [5, 2]);
    const [[y, dy], [z, dz]] = [call, plain].map(
      (f) => g.jvp(f as never, [p.q] as never, [tangent] as never) as unknown as [any, any],
    ) as [[any, any], [any, any]];
    expectEqual(y, z);
    expectEqual(dy, dz);
    const many = draw(6, [3, 5, 2]);
    expectEqual((g.vmap as any)(call)(many), (g.vmap as any)(plain)(many));
  });
});

describe('memory', () => {
  const [queries, keys] = [1100, 1000];
  const [x, y] = [draw(1, [queries, 4]), draw(2, [keys, 4])];
  /** The scratch memory of a gradient by queries and keys, in matrices of all scores. */
  const matrices = (options: object): number => {
    const loss = (p: any): any => g.sum(g.square(attention(p.x, p.y, p.y, options)));
    const explain = g.explain as any;
    return explain(g.grad(loss as never))({ x, y }).arenaBytes / (queries * keys * 8);
  };
  test('all scores are never there where they are many, or where blocks are asked for', () => {
    expect(matrices({ queryBlock: queries })).toBeGreaterThan(1.9);
    expect(matrices({})).toBeLessThan(1);
    expect(matrices({ queryBlock: 50 })).toBeLessThan(0.25);
  });
});

test.each(['js', 'wasm'] as const)('heads are computed in blocks too: %s', async (name) => {
  const backend: g.Backend = name === 'js' ? g.js : await g.init('wasm');
  const own = await g.toBackend(
    [nn.initMultiHeadAttention(random.key(1), 8), random.normal(random.key(2), [2, 11, 8])],
    backend,
  );
  const slope = (options: object): Float32Array => {
    const loss = (p: any, x: any): any =>
      g.sum(g.square((nn.multiHeadAttention as any)(p, x, x, { heads: 2, ...options })));
    const found = (g.jit as any)(g.grad(loss as never), { backend })(...own);
    return found.wq.dataSync();
  };
  const tolerance = { relative: 1e-5, scaled: 1e-6 };
  const plain = slope({ causal: true });
  expect(mismatch(slope({ causal: true, queryBlock: 4 }), plain, tolerance)).toBeUndefined();
});

test('a block has at least one query', () => {
  const q = g.zeros([2, 3]);
  expect(errorText(() => g.attention(q, q, q, { queryBlock: 0 }))).toContain(
    'attention: queryBlock must be a whole number >= 1, not 0',
  );
  expect(errorText(() => g.attention(q, q, q, { queryBlock: 1.5 }))).toContain('not 1.5');
});
