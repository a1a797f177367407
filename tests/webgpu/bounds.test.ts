/**
 * No kernel touches what is not its own: words behind every binding and between the arrays of the
 * arena survive programs whose extents are no multiples of anything.
 */
import * as g from 'gradloom';
import { expect, test } from 'vitest';
import { type AnyTensor, type Call, expectSameAsJs, filled } from './compare-with-js.ts';
import { openGuarded } from './guarded-device.ts';
import { openDawn } from './swiftshader.ts';

const dawn = await openDawn();
const guarded = await openGuarded(dawn);

type Any = AnyTensor;
const scaled = (x: Any, by: number): Any => g.mul(x, by as never) as Any;
const indexes = (length: number, most: number, shape = [length]): Any =>
  g.tensor(
    Int32Array.from({ length }, (_, k) => (k * 7 + 3) % most),
    { shape },
  ) as Any;
const sizes = [1, 2, 31, 63, 65, 127, 129, 255, 257, 1000];
const planes: readonly (readonly [number, number])[] = [
  [1, 1],
  [1, 65],
  [65, 1],
  [33, 31],
  [63, 129],
  [130, 7],
  [3, 1027],
];
const of = (name: string, shapes: Call['shapes'], call: Call['call']): Call => ({
  name: `${name} ${shapes.map((shape) => shape.join(' x ')).join(', ')}`,
  shapes,
  call,
});
const perPlane = (name: string, call: (x: Any) => unknown): Call[] =>
  planes.map((plane) => of(name, [plane], call as Call['call']));

const calls: readonly Call[] = [
  ...sizes.map((n) => of('elementwise', [[n], [n]], (x, y) => g.tanh(g.add(x!, g.exp(y!)) as Any))),
  ...sizes.map((n) => ({
    ...of('overwritten', [[n], [n]], (x, y) => g.sub(x!, y!)),
    donate: [0],
  })),
  ...perPlane('transposed', (x) => g.add(g.permute(x, [1, 0]), 1)),
  ...[0, 1].flatMap((axis) => [
    ...perPlane(`sum and max along ${axis}`, (x) => [g.sum(x, axis), g.max(x, axis)]),
    ...perPlane(`argmax along ${axis}`, (x) => g.argmax(x, axis)),
    ...perPlane(`softmax along ${axis}`, (x) => g.softmax(x, axis)),
    ...perPlane(`cumulative sum along ${axis}`, (x) => g.cumsum(x, axis)),
    ...perPlane(`sort along ${axis}`, (x) => g.sort(x, axis)[0]),
  ]),
  ...perPlane('sum of everything', (x) => g.sum(g.square(x) as Any)),
  // Two results that other kernels read: in the arena.
  ...perPlane('normalised and centred', (x) => {
    const y = g.softmax(g.sub(x, g.mean(x as never, 0) as never) as Any, 1) as Any;
    return [g.cumsum(y, 0), g.matmul(g.permute(y, [1, 0]), y as never)];
  }),
  ...perPlane('gathered and scattered', (x) => {
    const rows = x.shape[0] as number;
    const ids = indexes(rows + 2, rows);
    const taken = g.take(x, ids as never, 0) as Any;
    return [taken, g.indexAdd(x, ids as never, taken as never, 0 as never)];
  }),
  ...[5, 33, 66].flatMap((side) => [
    of(
      'convolution',
      [
        [2, 3, side, 7],
        [5, 3, 3, 2],
      ],
      (x, w) => g.conv2d(x!, w as never, { padding: 1 }),
    ),
    of(
      'convolution with strides, its gradients',
      [
        [1, 2, side, 9],
        [3, 2, 2, 3],
      ],
      (x, w) =>
        g.grad(
          (a: Any, b: Any) =>
            g.sum(g.square(g.conv2d(a, b as never, { stride: 2 }) as Any) as Any) as never,
          { argnums: [0, 1] },
        )(x!, w!),
    ),
    of('pooling', [[1, 2, side, 9]], (x) => g.maxPool2d(x as never, 2)),
  ]),
  of('loop', [[65], [7, 65]], (x, xs) =>
    g.scan(
      (carry: Any, item: Any) => {
        const next = g.tanh(g.add(carry, item as never) as Any) as Any;
        return [next, scaled(next, 3)] as const;
      },
      x! as never,
      xs! as never,
    ),
  ),
  of('gradient of a loop', [[33], [5, 33]], (x, xs) =>
    g.grad((from: Any) => {
      const step = (carry: Any, item: Any) => {
        const next = g.sin(g.add(carry, item as never) as Any) as Any;
        return [next, next] as const;
      };
      const [last] = g.scan(step as never, from as never, xs! as never) as unknown as [Any];
      return g.sum(g.square(last) as Any) as never;
    })(x!),
  ),
  of('long rows in scratch memory', [[3, 1501]], (x) => g.argsort(x!, 1)),
  of(
    'more arrays than are bound',
    Array.from({ length: 20 }, (_, k) => [k + 1]),
    (...xs) => g.concat(xs as never, 0 as never),
  ),
  of(
    'solutions',
    [
      [3, 5, 5],
      [3, 5, 2],
    ],
    (a, b) => g.solve(g.add(a!, scaled(g.eye(5, 5) as Any, 4)) as Any, b as never),
  ),
];
const isWhole = (survey: { behind: number; broken: number }): void => {
  expect(survey.broken).toBe(0);
  expect(survey.behind).toBeGreaterThan(0);
};
test.each(calls.map((one) => [one.name, one] as const))('%s', async (_, one) => {
  await expectSameAsJs(one, guarded.backend);
  isWhole(await guarded.survey());
});

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, k) => from + k);
/** Around the edges of tiles and vectors of 4, 8, 16, 32, 64 and 128. */
const edges = [1, 2, 3, 4, 5, 6, 7, 8, 9].concat(
  [16, 32, 64, 128].flatMap((tile) => range(tile - 1, tile + 1)),
);
test.each(['m', 'k', 'n'])(
  'products of sizes around tiles along %s',
  { timeout: 60_000 },
  async (axis) => {
    const calls = edges.map((extent) => {
      const [m, k, n] = ['m', 'k', 'n'].map((name) => (name === axis ? extent : 17)) as number[];
      return of(
        'matmul',
        [
          [m!, k!],
          [k!, n!],
        ],
        (x, y) => g.matmul(x!, y as never),
      );
    });
    await Promise.all(calls.map((one) => expectSameAsJs(one, guarded.backend)));
    isWhole(await guarded.survey());
  },
);

test('arrays of the arena have such words between them', async () => {
  const body = (x: Any): Any => g.matmul(g.softmax(x, 1) as Any, x as never) as Any;
  const one = of('chain', [[37, 37]], (x) => body(body(body(x!))));
  await expectSameAsJs(one, guarded.backend);
  const { between, broken } = await guarded.survey();
  expect(between).toBeGreaterThan(0);
  expect(broken).toBe(0);
});

test.each([
  ['a store one element further', /^( *m\d+\[)(.*)(\] = .*;)$/gm, '$1($2) + 1$3'],
  ['a last workgroup that does not end in time', /if \(slot >= \d+u\) \{ return; \}/, ''],
] as const)('%s would be noticed', async (_, right, wrong) => {
  let changes = 0;
  const change = (text: string): string => {
    const changed = text.replace(right, wrong);
    if (changed !== text) changes++;
    return changed;
  };
  const { backend, survey } = await openGuarded(dawn, change);
  const x = await g.toBackend(filled([65]), backend);
  const sum = g.jit((v: Any) => g.add(v, 1 as never), { backend })(x as never) as Any;
  await sum.data();
  expect(changes).toBe(1);
  expect((await survey()).broken).toBeGreaterThan(0);
});
