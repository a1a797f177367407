/**
 * Folds that lanes and workgroups share, executed by SwiftShader, against the `js` backend: lengths
 * around the size of a workgroup, and long ones that several workgroups share.
 */
import {
  argmax,
  batchNorm,
  jit,
  layerNorm,
  mul,
  ones,
  scan,
  softmax,
  sum,
  type Tensor,
  tensor,
  toBackend,
  valueAndGrad,
} from 'gradloom';
import * as nn from 'gradloom/nn';
import { describe, expect, test } from 'vitest';
import { js } from '../../src/backends/js/index.ts';
import { emit } from '../../src/ir/graph.ts';
import { registry } from '../../src/ir/ops/registry.ts';
import type { DType, TypedArray } from '../../src/ir/types.ts';
import { exactly, mismatch, type Tolerance } from '../../src/testing/mismatch.ts';
import { runCompiled, runCompiledSync } from '../../src/testing/run-graph.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import { of, single } from '../passes/models.ts';
import { openSwiftShader } from './swiftshader.ts';
import { programTolerance } from './tolerances.ts';

const gpu = await openSwiftShader();

const reductions: readonly (readonly [keyof typeof registry, DType])[] = [
  ['reduceSum', 'f32'],
  ['reduceSum', 'i32'],
  ['reduceProd', 'f32'],
  ['reduceMax', 'f32'],
  ['reduceMin', 'u32'],
  ['reduceAnd', 'bool'],
  ['reduceOr', 'bool'],
  ['argMax', 'f32'],
  ['argMin', 'i32'],
  ['firstMax', 'f32'],
];
/** A single precision product rounds at every step, a sum only when lanes hand theirs on. */
const roundings: Readonly<Record<string, Tolerance>> = {
  reduceSum: { relative: 2e-7, scaled: 0 },
  reduceProd: { relative: 1e-4, scaled: 0 },
};
const dataFor = (name: string, dtype: DType, shape: readonly number[]): TypedArray => {
  const type = { dtype, shape };
  if (dtype === 'bool') {
    const neutral = name === 'reduceAnd' ? 1 : 0;
    const data = sampleData(type, 5).fill(neutral);
    data[Math.floor(data.length * 0.7)] = 1 - neutral;
    return data;
  }
  if (name === 'reduceProd') return sampleData(type, 5, { low: 0.98, high: 1.02 });
  if (name === 'reduceSum') return sampleData(type, 5, { low: 0, high: 9 });
  // Few different integers, so that it matters which of equals is the first.
  return sampleData(type, 5, dtype === 'f32' ? {} : { low: 0, high: 3 });
};
const lengths = [1, 31, 32, 33, 255, 256, 257, 1000, 100_003];

describe('reductions over both axes', () => {
  test.each(reductions)('%s of %s', async (name, dtype) => {
    for (const length of lengths) {
      for (const [shape, axes] of [
        [[3, length], [1]],
        [[length, 3], [0]],
        [
          [length, 2],
          [0, 1],
        ],
      ] as const) {
        const graph = single(
          name,
          [of([...shape], dtype)],
          (x) => emit(registry[name], { axes }, [x])[0]!,
        );
        const data = dataFor(name, dtype, shape);
        const [expected] = runCompiledSync(js, graph, [data]);
        const [actual] = await runCompiled(gpu, graph, [data]);
        const label = `[${shape.join(', ')}] over ${axes.join(', ')}`;
        const fault = mismatch(actual!, expected!, roundings[name] ?? exactly);
        expect(fault, label).toBeUndefined();
      }
    }
  });
});

test('twenty million ones are twenty million', async () => {
  const x = await toBackend(ones([20_000_000]), gpu);
  expect([...(await sum(x).data())]).toEqual([20_000_000]);
});

test('what cancels is summed as if there were doubles', async () => {
  const values = Float32Array.from({ length: 300_000 }, (_, k) =>
    k % 2 === 0 ? 4096.5 : -4096.25,
  );
  const x = await toBackend(tensor(values), gpu);
  expect([...(await sum(x).data())]).toEqual([37_500]);
});

describe('the first of equals and of NaN', () => {
  const { NaN: nan } = Number;
  test.each([
    [[70_000, 9, 69_999], 9],
    [[5, 260, 516], 5],
    [[99_999], 99_999],
    [[], 0],
  ])('at %j', async (places, expected) => {
    for (const best of [7, nan]) {
      const values = new Float32Array(100_000).fill(best === 7 ? -1 : 8);
      for (const place of places) values[place] = best;
      const x = await toBackend(tensor(values), gpu);
      expect([...(await argmax(x, 0).data())]).toEqual([expected]);
    }
  });
});

type Numbers = Tensor<number[]>;
/** Runs a function on both backends. */
const expectSame = async (
  f: (...inputs: Numbers[]) => readonly Tensor<number[]>[],
  shapes: readonly (readonly number[])[],
): Promise<void> => {
  const given = shapes.map((shape, k) =>
    tensor(sampleData({ dtype: 'f32', shape }, k + 1) as Float32Array, { shape: [...shape] }),
  );
  const compiled = jit(f);
  const expected = compiled(...(await toBackend(given, js)));
  const actual = compiled(...(await toBackend(given, gpu)));
  for (const [k, result] of actual.entries()) {
    const fault = mismatch(await result.data(), await expected[k]!.data(), programTolerance);
    expect(fault, `result ${k}`).toBeUndefined();
  }
};

const sizes: readonly (readonly [number, number])[] = [
  [3, 1],
  [3, 31],
  [70, 32],
  [600, 33],
  [5, 255],
  [4, 256],
  [40, 257],
  [2, 1000],
  [2, 30_000],
];
describe('rows that several passes visit', () => {
  test.each(sizes)('softmax of %i rows of %i', async (rows, length) => {
    await expectSame((x) => [softmax(x)], [[rows, length]]);
  });
  test.each(sizes)('layerNorm of %i rows of %i and its gradient', async (rows, length) => {
    const loss = (x: Numbers, w: Numbers, gain: Numbers, offset: Numbers): Tensor<[]> =>
      sum(mul(layerNorm(x, gain, offset), w));
    const all = valueAndGrad(loss, { argnums: [0, 2, 3] });
    await expectSame(
      (...inputs) => {
        const [value, gradients] = all(...(inputs as [Numbers, Numbers, Numbers, Numbers]));
        return [value, ...gradients] as unknown as Numbers[];
      },
      [[rows, length], [rows, length], [length], [length]],
    );
  });
  test.each([
    [2, 3, 5],
    [4, 6, 16],
    [8, 2, 70],
  ])('batchNorm of %i images of %i channels and its gradient', async (count, channels, side) => {
    const loss = (x: Numbers, w: Numbers, gain: Numbers, offset: Numbers) => {
      const [y, mean] = batchNorm(x, gain, offset, offset, gain, { training: true });
      return [sum(mul(y, w)) as Tensor<[]>, mean] as const;
    };
    const all = valueAndGrad(loss, { argnums: [0, 2, 3], hasAux: true });
    const image = [count, channels, side, side];
    await expectSame(
      (...inputs) => {
        const [[value, mean], gradients] = all(...(inputs as [Numbers, Numbers, Numbers, Numbers]));
        return [value, mean, ...gradients] as unknown as Numbers[];
      },
      [image, image, [channels], [channels]],
    );
  });
  test.each([
    [2, 8, 4, 6],
    [3, 6, 2, 11],
  ])(
    'groupNorm of %i images of %i channels in %i groups',
    async (count, channels, groups, side) => {
      const normalize = (x: Numbers): Numbers =>
        nn.groupNorm(nn.initGroupNorm(channels), x as Tensor<[number, number]>, { groups });
      const all = valueAndGrad((x: Numbers, w: Numbers) => sum(mul(normalize(x), w)) as Tensor<[]>);
      const image = [count, channels, side, side];
      await expectSame((x, w) => all(x!, w!) as unknown as Numbers[], [image, image]);
    },
  );
  test('in every step of a loop', async () => {
    await expectSame(
      (from, list) =>
        scan(
          (carry: Numbers, item: Numbers) => {
            const next = mul(softmax(mul(carry, item)), item);
            return [next, sum(next)] as const;
          },
          from,
          list,
        ) as unknown as Numbers[],
      [
        [2, 20_000],
        [3, 2, 20_000],
      ],
    );
  });
});
