/** What the machine reaches, and shares of it, on a machine of known speed. */
import * as g from 'gradloom';
import { explain, init, js, reference, zeros } from 'gradloom';
import { afterEach, expect, test, vi } from 'vitest';
import type { Backend, Storage } from '../../src/backends/backend.ts';
import type { Plan } from '../../src/ir/plan.ts';
import { allocate } from '../../src/ir/types.ts';
import { verifyPlan } from '../../src/ir/verify.ts';
import { launchTimeOf } from '../../src/tools/explanation.ts';
import { copyPlan, multiplyAddPlan } from '../../src/tools/limit-plans.ts';
import { copySizeFor, machineLimits } from '../../src/tools/machine-limits.ts';
import { rooflineOf } from '../../src/tools/roofline.ts';
import type { Tensor } from '../../src/types/core.ts';
import { fakeMachine, type Speed } from './fake-machine.ts';

afterEach(() => vi.unstubAllGlobals());

const speed: Speed = {
  flopsPerSecond: 100e9,
  cached: 64e9,
  uncached: 8e9,
  cacheBytes: 2 ** 20,
  slowness: 2,
};
const product = (x: Tensor<[64, 64]>): Tensor<[64, 64]> => g.matmul(x, x);
const sum = (x: Tensor<[4000]>, y: Tensor<[4000]>): Tensor<[4000]> => g.add(x, y);
const longSum = (x: Tensor<[1000000]>, y: Tensor<[1000000]>): Tensor<[1000000]> => g.add(x, y);

test('the longer one of arithmetic and memory is the limit', () => {
  const limits = { flopsPerSecond: 1e9, copies: [{ bytes: 2 ** 14, bytesPerSecond: 1e10 }] };
  const costs = { flops: 1e6, bytes: 1e6, workingSet: 100, milliseconds: 4 };
  expect(rooflineOf(costs, limits)).toEqual({
    bound: 'arithmetic',
    leastMilliseconds: 1,
    share: 0.25,
  });
  expect(rooflineOf({ ...costs, bytes: 2e7 }, limits)).toEqual({
    bound: 'memory',
    leastMilliseconds: 2,
    share: 0.5,
  });
});

test('memory is held against the largest copy that is no larger', () => {
  const sizes = [0, 2 ** 14, 2 ** 17 - 1, 2 ** 17, 2 ** 25, 2 ** 26, 2 ** 40].map(copySizeFor);
  expect(sizes.map(Math.log2)).toEqual([14, 14, 14, 17, 23, 26, 26]);
});

test('limits are found, each once, and no copy is larger than what is asked about', () => {
  const { backend, compiled } = fakeMachine(speed);
  const limits = machineLimits(backend, [100, 2 ** 21, 50_000]);
  expect(limits.flopsPerSecond).toBeCloseTo(100e9, -3);
  expect(limits.copies.map(({ bytes }) => bytes)).toEqual([2 ** 14, 2 ** 20]);
  for (const { bytesPerSecond } of limits.copies) expect(bytesPerSecond).toBeCloseTo(64e9, -3);
  expect(compiled).toEqual(['multiplyAdds', 'copy', 'copy']);
  const more = machineLimits(backend, [2 ** 24]);
  expect(more.copies).toHaveLength(1);
  expect(more.copies[0]?.bytesPerSecond).toBeCloseTo(8e9, -3);
  machineLimits(backend, [100, 2 ** 21]);
  expect(compiled).toHaveLength(4);
});

test('a launch has its share of the limit that it meets, in cache and beyond', () => {
  const { backend } = fakeMachine(speed);
  const options = { backend, measure: true };
  const shown = [
    explain(product, options)(zeros([64, 64])),
    explain(sum, options)(zeros([4000]), zeros([4000])),
    explain(longSum, options)(zeros([1000000]), zeros([1000000])),
  ];
  const rooflines = shown.map(({ launches: [launch] }) => launch?.roofline);
  expect(rooflines.map((one) => one?.bound)).toEqual(['arithmetic', 'memory', 'memory']);
  for (const one of rooflines) expect(one?.share).toBeCloseTo(0.5, 9);
  // 2 * 64^3 operations at 100 GFLOP/s; 48 kB at 64 GB/s; 12 MB at 8 GB/s.
  const least = rooflines.map((one) => one?.leastMilliseconds);
  expect(least[0]).toBeCloseTo(0.00524288, 9);
  expect(least[1]).toBeCloseTo(0.00075, 9);
  expect(least[2]).toBeCloseTo(1.5, 9);
});

test('reports say the limits, the shares and the share of the whole', () => {
  const { backend } = fakeMachine(speed);
  const f = (x: Tensor<[64, 64]>, h: Tensor<[8]>, xs: Tensor<[500, 8]>) => {
    const step = (carry: Tensor<[8]>, row: Tensor<[8]>): [Tensor<[8]>, Tensor<[8]>] => {
      const next = g.add(carry, row);
      return [next, next];
    };
    return [g.matmul(x, x), g.scan(step, h, xs)[1]] as const;
  };
  const shown = explain(f, { backend, measure: true })(
    zeros([64, 64]),
    zeros([8]),
    zeros([500, 8]),
  );
  const text = shown.text();
  expect(text).toContain('limits of fake here: 100 GFLOP/s, copies 64.0 GB/s in 16.4 kB\n');
  // 5.24 µs for the product, 500 steps of 96 bytes at 64 GB/s for the sums; all take twice as long.
  expect(text).toContain('launches take 12 µs, at least 6.0 µs at these limits: 50 %\n');
  expect(text).toMatch(/# +launch +time +share +of limit +FLOP +read/);
  expect(text).toMatch(/ contract0 +10 µs +50 % +arithmetic +524 k/);
  expect(text).toMatch(/ map0 ×500 +0\.0 µs +50 % +memory +8 +64 B +32 B/);
  const html = shown.html();
  expect(html).toContain('>Of the limit</th>');
  expect(html).toContain('50 % arithmetic</td>');
  expect(html).toContain('launches take 12 µs, at least 6.0 µs');
  expect(html).toContain('fake reached on this machine:\n100 GFLOP/s, copies 64.0 GB/s in 16.4 kB');
});

test('what is faster than the limit is said to be', () => {
  const { backend } = fakeMachine({ ...speed, slowness: 0.5 });
  const shown = explain(product, { backend, measure: true })(zeros([64, 64]));
  expect(shown.launches[0]?.roofline?.share).toBeCloseTo(2, 9);
  expect(shown.text()).toMatch(/contract0 +\S+ µs +> 100 % +arithmetic/);
  expect(shown.text()).toContain('at these limits: > 100 %');
});

test('nothing is measured unless times are asked for', () => {
  const { backend, compiled } = fakeMachine(speed);
  const shown = explain(product, { backend })(zeros([64, 64]));
  expect(compiled).not.toContain('multiplyAdds');
  expect([shown.limits, shown.launches[0]?.roofline, launchTimeOf(shown)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(shown.text()).not.toContain('limit');
  expect(shown.html()).not.toContain('Of the limit');
  const interpreted = explain(product, { backend: reference, measure: true })(zeros([64, 64]));
  expect(interpreted.limits).toBeUndefined();
});

const run = (plan: Plan, backend: Backend, factor: number): ArrayLike<number> => {
  const graph = { name: 'limit', inputs: [], eqns: [], outputs: [] };
  const executable = backend.compile({ graph, donated: [1], plan: () => plan });
  const inputs = plan.inputs.map(({ dtype, shape }): Storage => {
    const data = allocate(dtype, shape[0] as number);
    return backend.upload(
      data.map((_, k) => factor * ((k % 7) + 1)),
      dtype,
    );
  });
  const [result] = executable.run(inputs) as [Storage];
  return backend.downloadSync?.(result) ?? [];
};

test.each(['js', 'wasm', 'wasm without vectors'] as const)(
  'on %s the programs compute what they say',
  async (name) => {
    const backend = name === 'js' ? js : await init('wasm', { vectors: name === 'wasm' });
    const { target = {} } = backend;
    const { lanes = 1 } = target;
    const plan = multiplyAddPlan(target);
    const links = (plan.launches[0]?.kernel.flops ?? 0) / 2 / (plan.inputs[1]?.shape[0] ?? 1);
    const chains = run(plan, backend, -1e-4);
    expect(chains).toHaveLength(plan.inputs[1]?.shape[0] as number);
    for (const k of [0, 1, lanes, chains.length - 1]) {
      const [begin, lane] = [1.5 + (Math.floor(k / lanes) % 13), k % lanes];
      const end = begin * (1 - 1e-4 * (lane + 1)) ** links;
      expect((chains[k] as number) / end).toBeCloseTo(1, 3);
    }
    const copied = run(copyPlan(target, 2 ** 14, 3), backend, 1);
    expect(Array.from(copied)).toEqual(Array.from({ length: 2 ** 11 }, (_, k) => (k % 7) + 1));
  },
);

test('the programs are well formed for every target', () => {
  for (const lanes of [1, 4]) {
    for (const joined of [1, 2]) {
      expect(() => verifyPlan(multiplyAddPlan({ lanes, joined }), 'limits')).not.toThrow();
      expect(() => verifyPlan(copyPlan({ lanes, joined }, 2 ** 14, 1), 'limits')).not.toThrow();
    }
  }
});
