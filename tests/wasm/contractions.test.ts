/**
 * Contractions in vectors against the js backend: every layout of the factors and convolutions with
 * their gradients, at extents around the edges of tiles, with what is computed from the sums in the
 * same kernel.
 */
import fc from 'fast-check';
import * as g from 'gradloom';
import { afterAll, describe, expect, test } from 'vitest';
import { openWasm, openWasmThreads, type WasmBackend } from '../../src/backends/wasm/index.ts';
import { mismatch, type Tolerance } from '../../src/testing/mismatch.ts';
import { longTest, settings } from '../properties/random-program.ts';
import { type AnyTensor as Any, filled } from '../webgpu/compare-with-js.ts';
import { endFamilies, openFamilies } from './backend-families.ts';

/** Sums of some hundred products of numbers below 1, in another order and precision. */
const tolerance: Tolerance = { relative: 1e-5, scaled: 4e-6 };

const families = await openFamilies();
afterAll(() => endFamilies(families));
const [plain, fused] = families.map(({ one }) => one) as [WasmBackend, WasmBackend];
/** The tiles of turbo, whether or not the engine joins vectors here. */
const joined = openWasm({}, { isTurbo: true });

type Results = readonly Float32Array[];
/** A compiled call on its inputs. */
const prepare = async (
  backend: g.Backend,
  call: (...inputs: Any[]) => unknown,
  shapes: readonly (readonly number[])[],
  donate: readonly number[] = [],
): Promise<() => Promise<Results>> => {
  const inputs = await g.toBackend(
    shapes.map((shape, k) => filled(shape, k)),
    backend,
  );
  const f = g.jit(call as never, { backend, donate } as never);
  return () => {
    const out = f(...(inputs as never[])) as unknown as Any | Any[];
    return Promise.all([out].flat().map(async (x) => (await x.data()) as Float32Array));
  };
};
const expectSame = async (
  call: (...inputs: Any[]) => unknown,
  shapes: readonly (readonly number[])[],
  donate: readonly number[] = [],
): Promise<void> => {
  const expected = await (await prepare(g.js, call, shapes, donate))();
  for (const backend of [plain, fused, joined]) {
    (await (await prepare(backend, call, shapes, donate))()).forEach((data, k) => {
      const difference = mismatch(data, expected[k]!, tolerance);
      expect(difference, `result ${k} of ${JSON.stringify(shapes)}`).toBeUndefined();
    });
  }
};

test('backends add products in one instruction or in two, and join vectors or do not', () => {
  expect([plain.target?.fusesProducts, fused.target?.fusesProducts]).toEqual([false, true]);
  expect([fused.target?.joined, joined.target?.joined]).toEqual([1, 2]);
});

const extents = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16, 17, 20, 23, 24, 25, 31, 33, 40, 65,
];
const layouts = [
  'mk,kn->mn',
  'mk,nk->mn',
  'km,kn->mn',
  'km,nk->mn',
  'mk,kn->nm',
  'bmk,bkn->bmn',
  'bmk,bnk->bmn',
  'bkm,bkn->bmn',
  'bmk,kn->bmn',
  'kbm,kn->bmn',
  'mk,bkn->mbn',
  'mbk,kbn->bmn',
  'mka,kan->mn',
  'mab,nab->mn',
  'mab,nba->mn',
  'abm,abn->mn',
  'k,kn->n',
  'mk,k->m',
  'km,k->m',
  'm,n->mn',
  'abk,kcd->acbd',
];
const ends: Record<string, (z: Any, rest: Any) => Any> = {
  nothing: (z) => z,
  'a residual': (z, rest) => g.add(z, rest as never) as Any,
  'an activation': (z, rest) => g.relu(g.sub(g.mul(z, rest as never) as Any, z as never)) as Any,
};

test('products of every layout', longTest, async () => {
  const names = ['a', 'b', 'c', 'd', 'k', 'm', 'n'] as const;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...layouts),
      fc.tuple(...names.map(() => fc.constantFrom(...extents))),
      fc.constantFrom(...Object.keys(ends)),
      fc.boolean(),
      async (layout, sizes, end, donates) => {
        const [inputs = '', output = ''] = layout.split('->');
        const shapeOf = (labels: string): number[] =>
          [...labels].map((label) => sizes[names.indexOf(label as 'a')] as number);
        const [x = '', y = ''] = inputs.split(',');
        const shapes = [x, y, output].map(shapeOf);
        const work = names.reduce(
          (all, name, k) => all * (layout.includes(name) ? (sizes[k] as number) : 1),
          1,
        );
        fc.pre(work < 200_000);
        const call = (p: Any, q: Any, rest: Any): Any =>
          ends[end]!(g.einsum(layout as never, p as never, q as never) as unknown as Any, rest);
        await expectSame(call as never, shapes, donates ? [2] : []);
      },
    ),
    settings(100),
  );
});

test.each([
  [63, 300, 24],
  [64, 784, 84],
  [255, 256, 257],
  [31, 20, 256],
  [7, 90, 255],
])('a product of %i x %i by %i has the same bits with wide tiles', async (m, k, n) => {
  const call = (x: Any, y: Any): unknown => g.matmul(x as never, y as never);
  const shapes = [
    [m, k],
    [k, n],
  ];
  const [wide, usual] = await Promise.all(
    [true, false].map(async (keepsOrder) =>
      (await prepare(openWasm({}, { keepsOrder }), call, shapes))(),
    ),
  );
  expect(wide).toEqual(usual);
});

/** What is too long to be written out for every vector. */
const longEnds: typeof ends = {
  ...ends,
  'a long residual': (z, rest) => g.add(g.gelu(g.tanh(z) as Any) as Any, rest as never) as Any,
  'a long bias': (z, rest) => g.add(g.gelu(g.tanh(z) as Any) as Any, rest.at(0) as never) as Any,
  'a bias': (z, rest) => g.relu(g.add(z, rest.at(0) as never) as Any) as Any,
};

test('columns that two tiles compute', longTest, async () => {
  const backend = openWasm({}, { keepsOrder: true });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('mk,kn->mn', 'mk,nk->mn', 'km,kn->mn'),
      fc.tuple(fc.constantFrom(1, 5, 13, 36, 48), fc.constantFrom(1, 7, 40, 600)),
      fc.integer({ min: 90, max: 300 }),
      fc.constantFrom(...Object.keys(longEnds)),
      fc.boolean(),
      async (layout, [m, k], n, end, donates) => {
        const call = (x: Any, y: Any, rest: Any): Any =>
          longEnds[end]!(g.einsum(layout as never, x as never, y as never) as unknown as Any, rest);
        const [x, y] = layout.split(/,|->/);
        const shapeOf = (labels = ''): number[] =>
          [...labels].map((label) => ({ m, k, n })[label]!);
        const shapes = [shapeOf(x), shapeOf(y), [m, n]];
        const donate = donates ? [2] : [];
        const [expected] = await (await prepare(g.js, call as never, shapes, donate))();
        const [data] = await (await prepare(backend, call as never, shapes, donate))();
        // Steep functions of long sums; what stands in a wrong place differs by far more.
        expect(mismatch(data!, expected!, { relative: 1e-3, scaled: 1e-3 })).toBeUndefined();
      },
    ),
    settings(100),
  );
});

describe.each([1, 2, 3, 4, 5, 6, 7])('%i columns of many rows', (columns) => {
  test.each([
    [16, 16],
    [24, 23],
    [65, 64],
  ])('%i rows of %i products', async (rows, depth) => {
    const call = (x: Any, y: Any, rest: Any): Any =>
      ends['an activation']!(g.matmul(x as never, y as never) as Any, rest);
    for (const yShape of columns > 1 ? [[depth, columns]] : [[depth, 1], [depth]]) {
      await expectSame(call, [[rows, depth], yShape, [rows, ...yShape.slice(1)]]);
    }
  });
});

test.each([
  [28, 5],
  [36, 7],
  [52, 6],
  [24, 7],
])(
  'the gradient of an image %i wide with %i channels, whose weights are copied first',
  async (width, channels) => {
    const loss = (x: Any, w: Any): Any =>
      g.sum(g.square(g.conv2d(x, w as never, { padding: 1 } as never) as Any)) as Any;
    const call = (x: Any, w: Any): unknown => g.grad(loss as never)(x, w as never);
    await expectSame(call, [
      [2, channels, 5, width],
      [8, channels, 3, 3],
    ]);
  },
);

test.each([
  [5, 500],
  [6, 600],
  [13, 1300],
])(
  'a step of momentum for the weights of a convolution of %i images: %i products each',
  async (images) => {
    const loss = (x: Any, w: Any): Any => g.sum(g.square(g.conv2d(x, w as never) as Any)) as Any;
    const step = (x: Any, w: Any, velocity: Any): Any[] => {
      const gradient = g.grad(loss as never, { argnums: 1 } as never)(
        x,
        w as never,
      ) as unknown as Any;
      const next = g.add(velocity.mul(0.5) as Any, gradient as never) as Any;
      return [next, g.sub(w, next.mul(0.1) as never) as Any];
    };
    const weights = [18, 2, 3, 3];
    await expectSame(step as never, [[images, 2, 12, 12], weights, weights], [1, 2]);
  },
);

test('convolutions and their gradients', longTest, async () => {
  const small = fc.integer({ min: 1, max: 9 });
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        images: fc.integer({ min: 1, max: 3 }),
        groups: fc.constantFrom(1, 1, 2, 3),
        inputs: fc.integer({ min: 1, max: 4 }),
        outputs: small,
        size: fc.tuple(fc.integer({ min: 1, max: 14 }), fc.integer({ min: 1, max: 19 })),
        taps: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })),
        stride: fc.integer({ min: 1, max: 2 }),
        dilation: fc.integer({ min: 1, max: 2 }),
        padding: fc.integer({ min: 0, max: 2 }),
      }),
      async ({ images, groups, inputs, outputs, size, taps, stride, dilation, padding }) => {
        const reach = taps.map((tap) => (tap - 1) * dilation + 1);
        fc.pre(size.every((length, k) => length + 2 * padding >= (reach[k] as number)));
        const options = { stride, dilation, padding, groups };
        const conv = (x: Any, w: Any): Any => g.conv2d(x, w as never, options as never) as Any;
        const loss = (x: Any, w: Any): Any => {
          const y = conv(x, w);
          return g.sum(g.mul(y, g.sin(y) as never) as Any) as unknown as Any;
        };
        const both = (x: Any, w: Any): unknown[] => [
          conv(x, w),
          ...(g.grad as any)(loss, { argnums: [0, 1] })(x, w),
        ];
        const shapes = [
          [images, inputs * groups, ...size],
          [outputs * groups, inputs, ...taps],
        ];
        await expectSame(both as never, shapes);
      },
    ),
    settings(50),
  );
});

describe('factors that do not fit the cache', () => {
  const swap = (x: Any): Any => g.permute(x, [1, 0]) as Any;
  const product = (x: Any, y: Any): Any => g.matmul(x, y as never) as Any;
  test.each([
    [70, 4100, 41],
    [523, 530, 261],
    [261, 1030, 523],
    // A prime fold leaves a part over, and rows are shared in groups.
    [150, 2053, 69],
  ])('%i x %i x %i in all layouts', async (m, k, n) => {
    await expectSame(product as never, [
      [m, k],
      [k, n],
    ]);
    await expectSame(((x: Any, y: Any) => product(x, swap(y))) as never, [
      [m, k],
      [n, k],
    ]);
    await expectSame(((x: Any, y: Any) => product(swap(x), y)) as never, [
      [k, m],
      [k, n],
    ]);
    const both = (x: Any, y: Any): Any => product(swap(x), swap(y));
    await expectSame(both as never, [
      [k, m],
      [n, k],
    ]);
    const long = (x: Any, y: Any): Any => g.gelu(product(x, swap(y))) as Any;
    await expectSame(long as never, [
      [m, k],
      [n, k],
    ]);
  });
  test.each([
    [9, 6, 17, 14],
    [8, 16, 3, 33],
    [3, 5, 40, 31],
    [6, 20, 16, 31],
  ])('gradients of %i images, %i to %i channels of %i', async (images, inputs, outputs, size) => {
    const scale = Math.ceil(Math.sqrt(2 ** 18 / (images * (inputs + outputs) * size ** 2)));
    const loss = (x: Any, w: Any): Any =>
      g.sum(g.square(g.conv2d(x, w as never, { padding: 1 } as never) as Any) as Any) as never;
    const gradient = (x: Any, w: Any): Any => (g.grad as any)(loss, { argnums: 1 })(x, w);
    const shape = [images * scale, inputs, size * scale, size];
    await expectSame(gradient as never, [shape, [outputs, inputs, 3, 3]]);
  });
});

test('on two and three threads every product has the same bits', longTest, async () => {
  const swap = (x: Any): Any => g.permute(x, [1, 0]) as Any;
  const conv = (x: Any, w: Any): Any =>
    g.sum(g.square(g.conv2d(x, w as never, { padding: 1 } as never) as Any) as Any) as never;
  const calls: [(...inputs: Any[]) => unknown, number[][]][] = [
    [
      (x, y) => g.relu(g.matmul(x!, y as never) as Any),
      [
        [63, 70],
        [70, 256],
      ],
    ],
    [
      (x, y) => g.gelu(g.matmul(swap(x!), y as never) as Any),
      [
        [90, 132],
        [90, 256],
      ],
    ],
    [
      (x, y) => g.matmul(x!, y as never),
      [
        [131, 70],
        [70, 257],
      ],
    ],
    [
      (x, y) => g.gelu(g.matmul(swap(x!), y as never) as Any),
      [
        [90, 131],
        [90, 263],
      ],
    ],
    [
      (x, w) => (g.grad as any)(conv, { argnums: [0, 1] })(x, w),
      [
        [3, 8, 17, 18],
        [12, 8, 3, 3],
      ],
    ],
    [
      (x, y) => g.matmul(x!, swap(y!) as never),
      [
        [200, 2053],
        [69, 2053],
      ],
    ],
    [
      (x, w) => (g.grad as any)(conv, { argnums: 1 })(x, w),
      [
        [12, 24, 33, 30],
        [20, 24, 3, 3],
      ],
    ],
  ];
  for (const engine of [{}, { isTurbo: true }, { keepsOrder: true }]) {
    const single = openWasm({}, engine);
    const others = [2, 3].map((threads) => openWasmThreads({ threads }, engine));
    for (const [call, shapes] of calls) {
      const expected = await (await prepare(single, call, shapes))();
      for (const many of await Promise.all(others)) {
        const again = await prepare(many, call, shapes);
        for (let times = 0; times < 5; times++) {
          const found = (await again()).map((data, k) => mismatch(data, expected[k]!));
          expect(found).toEqual(expected.map(() => undefined));
        }
      }
    }
    for (const many of others) (await many).endThreads();
  }
});
