/** Which backend is the default: what the machine can do, the environment and the program decide. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type * as Library from '../../src/index.ts';

beforeEach(() => {
  vi.resetModules();
  vi.stubEnv('GRADLOOM_BACKEND', '');
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

/** The library as a program finds it that has just started. */
const load = (): Promise<typeof Library> => import('../../src/index.ts');

/** The name of the default backend, those passed over, and what a small program gives on it. */
const tryOut = async () => {
  const g = await load();
  const { backend, by, passedOver } = g.defaultBackendChoice();
  const x = g.tensor([1, 2, 3]);
  const f = g.jit((v: typeof x) => g.sum(g.square(v)));
  expect([f(x).item(), x.add(1).toArray(), Array.from(x.dataSync())]).toEqual([
    14,
    [2, 3, 4],
    [1, 2, 3],
  ]);
  expect(g.defaultBackend()).toBe(backend);
  return {
    name: backend.name,
    by,
    passedOver: passedOver.map(({ name, why }) => `${name}: ${why}`),
  };
};

test('with WebAssembly it is wasm, opened once', async () => {
  expect(await tryOut()).toEqual({ name: 'wasm', by: 'machine', passedOver: [] });
  const g = await load();
  expect(g.defaultBackend()).toBe(g.defaultBackend());
});

test('nothing is opened before the first use', async () => {
  const { Module, Instance, Memory, validate } = WebAssembly;
  let opened = 0;
  class CountedMemory extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      opened++;
    }
  }
  vi.stubGlobal('WebAssembly', { Module, Instance, validate, Memory: CountedMemory });
  const { tensor } = await load();
  expect(opened).toBe(0);
  tensor([1]);
  expect(opened).toBeGreaterThan(0);
});

test('without WebAssembly it is js', async () => {
  vi.stubGlobal('WebAssembly', undefined);
  const passedOver = ['wasm: there is no WebAssembly here'];
  expect(await tryOut()).toEqual({ name: 'js', by: 'machine', passedOver });
});

test('without vectors it is js', async () => {
  const { Module, Instance, Memory } = WebAssembly;
  vi.stubGlobal('WebAssembly', { Module, Instance, Memory, validate: () => false });
  const passedOver = ['wasm: this engine has no vector instructions'];
  expect(await tryOut()).toEqual({ name: 'js', by: 'machine', passedOver });
});

test('where neither modules nor functions may be made it is reference', async () => {
  const { validate, Instance, Memory } = WebAssembly;
  const refuse = class {
    constructor() {
      throw new EvalError('refused by a policy');
    }
  };
  vi.stubGlobal('WebAssembly', { validate, Instance, Memory, Module: refuse });
  vi.stubGlobal('Function', refuse);
  expect(await tryOut()).toEqual({
    name: 'reference',
    by: 'machine',
    passedOver: [
      'wasm: this page or process forbids WebAssembly: refused by a policy',
      'js: this page or process forbids code made at run time: refused by a policy',
    ],
  });
});

test.each(['wasm', 'js', 'reference'])('the environment may ask for %s', async (name) => {
  vi.stubEnv('GRADLOOM_BACKEND', name);
  expect(await tryOut()).toEqual({ name, by: 'environment', passedOver: [] });
});

test('the environment may ask for nothing else, nor for what is not there', async () => {
  vi.stubEnv('GRADLOOM_BACKEND', 'webgpu');
  const { tensor } = await load();
  expect(() => tensor([1])).toThrow("GRADLOOM_BACKEND: there is no backend 'webgpu' to choose");
  vi.stubEnv('GRADLOOM_BACKEND', 'wasm');
  vi.stubGlobal('WebAssembly', undefined);
  expect(() => tensor([1])).toThrow('GRADLOOM_BACKEND: wasm cannot run here');
});

test('the program has the last word', async () => {
  vi.stubEnv('GRADLOOM_BACKEND', 'reference');
  const { setDefaultBackend, js } = await load();
  setDefaultBackend(js);
  expect(await tryOut()).toEqual({ name: 'js', by: 'setDefaultBackend', passedOver: [] });
});

test('js still works beside it, on tensors that live there', async () => {
  const { jit, js, tensor, toBackend } = await load();
  const x = await toBackend(tensor([1, 2]), js);
  const f = jit((v: typeof x) => v.add(tensor([10, 20])), { backend: js });
  expect(f(x).toArray()).toEqual([11, 22]);
  const made = jit(() => tensor([1, 2]).add(1), { backend: js })();
  expect(made.add(x).toArray()).toEqual([3, 5]);
});

test('a report on what is compiled says once what was passed over', async () => {
  vi.stubGlobal('WebAssembly', undefined);
  const { debug, tensor } = await load();
  let written = '';
  debug.write = (text) => {
    written += text;
  };
  tensor([1]).add(tensor([2]));
  expect(written).toBe('');
  debug.level = 1;
  tensor([1]).mul(tensor([2]));
  tensor([1]).sub(tensor([2]));
  const line = 'the default backend is js, not wasm: there is no WebAssembly here';
  expect(written.split(line)).toHaveLength(2);
});
