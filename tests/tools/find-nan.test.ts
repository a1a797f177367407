/** The search for NaN: which operation made it, where, and on which line of the user's. */
import {
  add,
  cast,
  debug,
  div,
  exp,
  grad,
  jit,
  js,
  jvp,
  log,
  mean,
  mul,
  NaNError,
  reference,
  scan,
  setDefaultBackend,
  sqrt,
  sub,
  sum,
  type Tensor,
  tensor,
  vmap,
  where,
  zeros,
} from 'gradloom';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

beforeEach(() => {
  debug.nan = true;
});
afterEach(() => {
  debug.nan = false;
  setDefaultBackend(js);
});

const nanOf = (body: () => unknown): NaNError => {
  try {
    body();
  } catch (error) {
    if (error instanceof NaNError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};
const siteOf = (error: NaNError): string | undefined => error.parts.site?.replace(/:\d+$/, '');
/** The line below the one that calls. */
const nextLine = (): string => {
  const line = new Error().stack?.split('\n')[2] ?? '';
  const number = Number(/find-nan\.test\.ts:(\d+)/.exec(line)?.[1]);
  return `tests/tools/find-nan.test.ts:${number + 1}`;
};

describe.each([js, reference])('on $name', (backend) => {
  test('an operation that runs at once', () => {
    setDefaultBackend(backend);
    const x = tensor([1, -1, -2]);
    const error = nanOf(() => log(x));
    expect(error.rule).toBe('log: NaN from operands without NaN');
    expect(error.parts.got).toBe('NaN at [1] of f32[3] in log, from f32[3] (there -1)');
    expect([error.code, error.name, error.op]).toEqual(['GL_NAN', 'NaNError', 'log']);
    expect(error.position).toEqual([1]);
    expect(error.message).toContain('at: tests/tools/find-nan.test.ts');
  });

  test('the first operation of a compiled function, with its line', () => {
    setDefaultBackend(backend);
    let line = '';
    const f = jit((x: Tensor<[2, 2]>, y: Tensor<[2, 2]>) => {
      const shifted = add(x, 1);
      line = nextLine();
      const ratio = div(shifted, y);
      return sum(exp(mul(ratio, 2)));
    });
    const y = tensor([
      [1, 1],
      [0, 1],
    ]);
    const error = nanOf(() => f(sub(y, 1), y));
    expect(error.op).toBe('div');
    expect(error.position).toEqual([1, 0]);
    expect(error.parts.got).toBe(
      'NaN at [1, 0] of f32[2,2] in anonymous, from f32[2,2], f32[2,2] (there 0, 0)',
    );
    expect(siteOf(error)).toBe(line);
  });
});

test('the gradient of an operation, with the line of that operation', () => {
  let line = '';
  const norm = (x: Tensor<[2]>): Tensor<[]> => {
    const squares = mul(x, x);
    line = nextLine();
    return sqrt(sum(squares));
  };
  // The derivative of sqrt at 0 is infinite; the product with the derivative of the square is NaN.
  const error = nanOf(() => jit(grad(norm))(zeros([2])));
  expect(error.rule).toBe('mul, in the gradient of mul: NaN from operands without NaN');
  expect(siteOf(error)).toBe(line.replace(/\d+$/, (n) => `${Number(n) - 2}`));
  expect(error.parts.got).toContain('from f32[2], f32[2] (there Infinity, 0)');
});

test('the derivative of an operation', () => {
  // The tangent of sqrt(x) is infinite at 0.
  const error = nanOf(() => jvp((x: Tensor<[]>) => mul(sqrt(x), x), [tensor(0)], [tensor(1)]));
  expect(error.rule).toMatch(/^\w+, in the derivative of mul: NaN from operands without NaN$/);
});

test('a step of a loop', () => {
  const f = jit((first: Tensor<[]>, xs: Tensor<[4]>) =>
    scan((carry: Tensor<[]>, x: Tensor<[]>) => [log(sub(carry, x)), carry], first, xs),
  );
  const error = nanOf(() => f(tensor(3), tensor([1, 1, 1, 1])));
  expect(error.rule).toBe('log, in step 1 of scan: NaN from operands without NaN');
});

test('a batch', () => {
  const rows = tensor([[1], [-1]]);
  expect(nanOf(() => vmap((x: Tensor<[1]>) => log(x))(rows)).position).toEqual([1, 0]);
});

test('folds name no elements', () => {
  const error = nanOf(() => sum(tensor([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])));
  expect(error.parts.got).toBe('NaN at [] of f32[] in sum, from f32[2]');
  expect(nanOf(() => mean(zeros([0]))).op).toBe('div');
});

describe('no error', () => {
  const infinity = tensor(Number.POSITIVE_INFINITY);
  test('for infinity', () => {
    expect(div(tensor(1), tensor(0)).item()).toBe(Number.POSITIVE_INFINITY);
    expect(exp(infinity).item()).toBe(Number.POSITIVE_INFINITY);
    expect(cast(tensor([1e6]), 'f16').toArray()).toEqual([Number.POSITIVE_INFINITY]);
  });
  test('for NaN that came in, or that the program names', () => {
    expect(add(tensor(Number.NaN), 1).item()).toBeNaN();
    const f = jit((x: Tensor<[2]>) => where(tensor([true, false]), x, Number.NaN));
    expect(f(tensor([1, 2])).toArray()).toEqual([1, Number.NaN]);
  });
  test('for what nobody needs', () => {
    const f = jit((x: Tensor<[]>) => {
      log(x);
      return exp(x);
    });
    expect(f(tensor(-1)).item()).toBeCloseTo(Math.exp(-1), 6);
  });
});

test('results, donation and 16 bit floats are what they are without it', () => {
  const f = jit((x: Tensor<[2], 'f16'>) => cast(mul(cast(x, 'f32'), 3), 'f16'), { donate: [0] });
  const x = tensor([1, 0.1], { dtype: 'f16' });
  const found = f(x);
  debug.nan = false;
  const plain = jit((y: Tensor<[2], 'f16'>) => cast(mul(cast(y, 'f32'), 3), 'f16'));
  expect(found.dataSync({ bits: true })).toEqual(
    plain(tensor([1, 0.1], { dtype: 'f16' })).dataSync({ bits: true }),
  );
  expect(() => x.toArray()).toThrow('donated');
});

test('off unless asked for', async () => {
  debug.nan = false;
  expect(log(tensor(-1)).item()).toBeNaN();
  vi.resetModules();
  vi.stubEnv('GRADLOOM_NAN', '1');
  const fresh = await import('../../src/tools/debug.ts');
  expect(fresh.debug.nan).toBe(true);
  vi.resetModules();
  vi.stubEnv('GRADLOOM_NAN', '');
  expect((await import('../../src/tools/debug.ts')).debug.nan).toBe(false);
  vi.unstubAllEnvs();
});

test('a machine that hands out nothing at once cannot be searched', () => {
  const distant = { ...reference, name: 'distant' };
  delete (distant as { downloadSync?: unknown }).downloadSync;
  setDefaultBackend(distant);
  const x = tensor([1]);
  expect(() => log(x)).toThrow('debug: NaN cannot be looked for on distant');
});
