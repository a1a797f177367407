/**
 * Every kernel of the library and of the examples is WGSL that every device takes: functions, their
 * gradients, layers, networks, optimizers and random numbers are compiled by Dawn, at the limits
 * that WebGPU guarantees, and computed by nobody. Whatever is new in the library must be listed.
 */
import { readdirSync } from 'node:fs';
import * as g from 'gradloom';
import * as nn from 'gradloom/nn';
import * as optim from 'gradloom/optim';
import * as random from 'gradloom/random';
import { describe, expect, test } from 'vitest';
import * as browser from '../../examples/browser/model.ts';
import * as lenet from '../../examples/lenet/model.ts';
import { step as lenetStep } from '../../examples/lenet/train.ts';
import { optimizer as lenetOptimizer } from '../../examples/lenet/training-state.ts';
import * as oneTensor from '../../examples/one-tensor/program.ts';
import { type Sample, samples } from '../functions/samples.ts';
import { type AnyTensor as Any, filled } from './compare-with-js.ts';
import { layers, type Model, networks } from './compiled-models.ts';
import { openPrepared } from './prepared-device.ts';
import { openDawn } from './swiftshader.ts';

const { backend, device } = await openPrepared(await openDawn('null'));
let pipelines = 0;
const createPipeline = device.createComputePipelineAsync.bind(device);
device.createComputePipelineAsync = (description) => {
  pipelines++;
  return createPipeline(description);
};

type AnyFunction = (...args: any[]) => unknown;
const tensorsIn = (value: unknown): Any[] => {
  if (typeof value !== 'object' || value === null) return [];
  if (typeof (value as Any).data === 'function') return [value as Any];
  return Object.values(value).flatMap(tensorsIn);
};
/** Rejects where a kernel of the function is no valid WGSL: then its results cannot be read. */
const compile = async (f: AnyFunction, makeArguments: () => unknown[]): Promise<void> => {
  const inputs = await g.toBackend(makeArguments(), backend);
  g.setDefaultBackend(backend);
  let results: Any[];
  try {
    results = tensorsIn(f(...inputs));
  } finally {
    g.setDefaultBackend(g.js);
  }
  expect(results.length).toBeGreaterThan(0);
  for (const result of results) await result.data();
};
const slope = g.grad as unknown as (f: AnyFunction, options: object) => AnyFunction;
const compiled = (f: AnyFunction): AnyFunction => g.jit(f as never) as AnyFunction;

test('the device has no more than what is guaranteed', () => {
  expect(device.limits.maxStorageBuffersPerShaderStage).toBe(8);
  expect(device.limits.maxComputeInvocationsPerWorkgroup).toBe(256);
  expect(device.limits.maxComputeWorkgroupStorageSize).toBe(16384);
});
test('a kernel that is no WGSL would be noticed', async () => {
  const broken = await openPrepared(await openDawn('null'), (own) => {
    const createModule = own.createShaderModule.bind(own);
    own.createShaderModule = (description) =>
      createModule({ ...description, code: description.code.replace('fn main', 'fun main') });
  });
  const x = await g.toBackend(filled([3]), broken.backend);
  const double = g.jit(((v: Any) => g.add(v, v as never)) as never, { backend: broken.backend });
  await expect(((double as AnyFunction)(x) as Any).data()).rejects.toThrow(/does not compile/);
});

// `agreement.test.ts` sees to it that every array function and every loss has a sample.
describe('functions and their gradients', () => {
  // The sample of `cast` goes through f64.
  const table = samples.filter(({ name }) => name !== 'cast');
  const weigh = (y: Any): unknown => g.sum(g.cast(y, 'f32') as g.Tensor<[3]>);
  test.each(table.map((one): [string, Sample] => [one.name, one]))('%s', async (_, one) => {
    const makeArguments = (): unknown[] => one.shapes.map((shape, k) => filled(shape, k));
    const argnums = one.shapes.map((__, k) => k);
    const value = one.call as AnyFunction;
    await compile(compiled(value), makeArguments);
    if (one.isFlat === true || argnums.length === 0) return;
    const loss: AnyFunction = (...inputs) => weigh(value(...inputs) as Any);
    await compile(compiled(slope(loss, { argnums })), makeArguments);
  });
});

/** The optimizers, found by what they are: functions that make an `init` and an `update`. */
const optimizers = (Object.entries(optim) as [string, AnyFunction][]).flatMap(([name, make]) => {
  try {
    const made = make({ rate: 0.01 }) as { init?: AnyFunction; update?: AnyFunction };
    return typeof made?.update === 'function' && typeof made.init === 'function'
      ? [[name, made as { init: AnyFunction; update: AnyFunction }] as const]
      : [];
  } catch {
    return [];
  }
});
const differentiate = g.valueAndGrad as unknown as (
  f: AnyFunction,
) => (...args: unknown[]) => [unknown, unknown];
const train = async (
  { init, shapes, loss }: Model,
  optimizer: { init: AnyFunction; update: AnyFunction },
  change: (gradients: unknown) => unknown = (gradients) => gradients,
): Promise<void> => {
  const step = (p: unknown, state: unknown, ...inputs: unknown[]): unknown => {
    const [value, gradients] = differentiate(loss)(p, ...inputs);
    return [optimizer.update(p, change(gradients), state), value];
  };
  await compile(g.jit(step as never, { donate: [0, 1] } as never) as AnyFunction, () => {
    const p = init(random.split(random.key(3), 4));
    return [p, optimizer.init(p), ...shapes.map((shape, k) => filled(shape, k))];
  });
};
const adam = optim.adamW({ rate: 0.01 }) as never;

describe('a training step', () => {
  test.each([...layers, ...networks].map((one): [string, Model] => [one.name, one]))(
    'of %s',
    async (_, one) => {
      const makeArguments = (): unknown[] => [
        one.init(random.split(random.key(3), 4)),
        ...one.shapes.map((shape, k) => filled(shape, k)),
      ];
      await compile(compiled(one.loss), makeArguments);
      if (one.shapes.length > 0) {
        const argnums = one.shapes.map((__, k) => k + 1);
        await compile(compiled(slope(one.loss, { argnums })), makeArguments);
      }
      await train(one, adam);
    },
  );
  test.each(optimizers)('with %s', async (_, optimizer) => {
    await train(networks[0]!, optimizer);
  });
  const rate = 0.1;
  const schedules: Record<string, optim.Schedule> = {
    cosineDecay: optim.cosineDecay({ rate, steps: 100 }),
    exponentialDecay: optim.exponentialDecay({ rate, decay: 0.9 }),
    linearWarmup: optim.linearWarmup(rate, { steps: 10 }),
    oneCycle: optim.oneCycle({ rate, steps: 100 }),
    stepDecay: optim.stepDecay({ rate, every: 10 }),
  };
  test.each(Object.entries(schedules))('with the rates of %s', async (_, schedule) => {
    const { init, update } = optim.adam({ rate });
    const moving = (p: any, gradients: any, state: any): unknown =>
      update(p, gradients, state, { rate: schedule(state.step) as never });
    await train(networks[0]!, { init: init as AnyFunction, update: moving });
  });
  const clips: Record<string, (gradients: unknown) => unknown> = {
    clipByGlobalNorm: (gradients) => optim.clipByGlobalNorm(gradients, 1),
    clipByValue: (gradients) => optim.clipByValue(gradients, 0.5),
    globalNorm: (gradients) => {
      const norm = optim.globalNorm(gradients);
      return g.tree.map((x: any) => g.div(x, norm as never) as never, gradients as never);
    },
  };
  test.each(Object.entries(clips))('with %s', async (_, change) => {
    await train(networks[0]!, adam, change);
  });

  test('all layers and all of `optim` are here', () => {
    const known = new Set(layers.map(({ name }) => name));
    const initialized = Object.keys(nn).filter((name) => /^init[A-Z]/.test(name));
    const wanted = initialized.map((name) => `${name[4]!.toLowerCase()}${name.slice(5)}`);
    expect(wanted.filter((name) => !known.has(name))).toEqual([]);
    const sampled = new Set(samples.map(({ name }) => name.split(' ')[0]));
    const others = Object.entries(nn).filter(
      ([name, value]) => typeof value === 'function' && !/^init[A-Z]/.test(name),
    );
    // What reads and writes files computes nothing.
    const files = ['loadMetadata', 'loadParameters', 'saveParameters'];
    const missing = others.filter(([name]) => !known.has(name) && !sampled.has(name));
    expect(missing.map(([name]) => name).sort()).toEqual(files);

    const listed = [
      ...optimizers.map(([name]) => name),
      ...Object.keys({ ...schedules, ...clips }),
    ];
    expect(listed.sort()).toEqual(Object.keys(optim).sort());
  });
});

describe('random numbers', () => {
  const key = random.key(9);
  const shape = [3, 5] as const;
  const draws: Record<string, AnyFunction> = {
    bernoulli: (k) => random.bernoulli(k, shape, { probability: 0.3 }),
    bits: (k) => random.bits(k, shape),
    categorical: (k) => random.categorical(k, filled([4, 3]) as never),
    choice: (k) => random.choice(k, 10, shape),
    exponential: (k) => random.exponential(k, shape),
    foldIn: (k) => random.foldIn(k, 3),
    gumbel: (k) => random.gumbel(k, shape),
    key: () => random.key(1),
    permutation: (k) => random.permutation(k, 13),
    randint: (k) => random.randint(k, shape, { min: -3, max: 9 }),
    split: (k) => random.split(k, 3),
    splitRows: (k) => random.splitRows(k, 3),
    uniform: (k) => random.uniform(k, shape, { min: -1, max: 2 }),
    normal: (k) => random.normal(k, shape, { std: 2 }),
    truncatedNormal: (k) => random.truncatedNormal(k, shape),
  };
  test.each(Object.entries(draws))('%s', async (_, draw) => {
    await compile(compiled(draw), () => [key]);
  });
  const initializers = Object.entries(nn.init) as unknown as [string, AnyFunction][];
  test.each(initializers)('first values: %s', async (_, init) => {
    await compile(
      compiled((k) => init(k, [4, 6])),
      () => [key],
    );
  });
  test('all of `random` is here', () => {
    expect(Object.keys(draws).sort()).toEqual(Object.keys(random).sort());
  });
});

describe('examples', () => {
  const labels = (length: number): unknown =>
    g.tensor(Int32Array.from({ length }, (_, k) => k % 10));
  const network = browser.initNetwork(1);
  const tables: Record<string, Record<string, () => Promise<void>>> = {
    lenet: {
      logits: () =>
        compile(compiled(lenet.logits as AnyFunction), () => [
          lenet.initLenet(random.key(1)),
          filled([3, 1, 32, 32]),
        ]),
      step: () =>
        compile(lenetStep as AnyFunction, () => {
          const p = lenet.initLenet(random.key(1));
          return [p, lenetOptimizer.init(p), filled([3, 1, 32, 32]), labels(3), g.tensor(0.01)];
        }),
    },
    browser: {
      step: () =>
        compile(browser.step as AnyFunction, () => {
          const p = browser.initNetwork(1);
          return [p, browser.optimizer.init(p), filled([32, 1, 8, 8]), labels(32)];
        }),
      countCorrect: () =>
        compile(browser.countCorrect as AnyFunction, () => [
          network,
          filled([5, 1, 8, 8]),
          labels(5),
        ]),
      probabilities: () =>
        compile(browser.probabilities as AnyFunction, () => [network, filled([1, 1, 8, 8])]),
    },
    'one-tensor': {
      step: () => compile(oneTensor.step as AnyFunction, () => oneTensor.makeArguments()),
    },
  };
  // A backend of its own, a compiler of its own, and what other examples are made of.
  const others = ['custom-backend', 'data', 'report', 'terminal', 'tour'];
  const rows = Object.entries(tables).flatMap(([name, programs]) =>
    Object.entries(programs).map(([program, run]) => [`${name}: ${program}`, run] as const),
  );
  test.each(rows)('%s', (_, run) => run());
  test('all of them are here', () => {
    const folders = readdirSync('examples', { withFileTypes: true });
    const names = folders.filter((one) => one.isDirectory()).map(({ name }) => name);
    expect([...Object.keys(tables), ...others].sort()).toEqual(names.sort());
  });
});

test('many kernels were compiled for that', () => {
  expect(pipelines).toBeGreaterThan(1000);
});
