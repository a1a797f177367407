/**
 * Turbo: its kernels give what other backends give; it is switched on only where the engine can and
 * the kernels keep their bits, and says so where it is not. V8's flag itself is tried in Node.js 24
 * alone; elsewhere the engine is a made-up one.
 */
import process from 'node:process';
import { init } from 'gradloom';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { js } from '../../src/backends/js/index.ts';
import { openWasm } from '../../src/backends/wasm/index.ts';
import { differingKernel, resultsOf } from '../../src/backends/wasm/turbo-test.ts';

test('the kernels of its test compute what js computes, and the same at each run', () => {
  const [first, second] = [resultsOf(openWasm(), 1), resultsOf(openWasm(), 2)];
  expect(first.size).toBeGreaterThan(130);
  expect(differingKernel(first, second)).toBeUndefined();
  const expected = resultsOf(js, 1);
  for (const [name, result] of first) {
    const right = expected.get(name)!;
    expect(result, name).toHaveLength(right.length);
    expect(new Set(result).size, name).toBeGreaterThan(1);
    const isNear = (value: number, k: number): boolean =>
      Object.is(value, right[k]) ||
      Math.abs(value - right[k]!) <= 1e-4 * Math.max(1, Math.abs(right[k]!));
    const far = [...result].findIndex((value, k) => !isNear(value, k));
    expect(far, `${name}: ${result[far]} instead of ${right[far]}`).toBe(-1);
  }
});

test('a single bit that differs is found, and a kernel that is missing', () => {
  const before = resultsOf(openWasm(), 1);
  for (const name of [...before.keys()].filter((_, k) => k % 9 === 0)) {
    const changed = new Map(before);
    const result = changed.get(name)!.slice();
    const bits = new Uint32Array(result.buffer);
    const at = result.findIndex((value) => Number.isFinite(value));
    bits[at]! ^= 1;
    changed.set(name, result);
    expect(differingKernel(before, changed)).toBe(name);
    changed.delete(name);
    expect(differingKernel(before, changed)).toBe(name);
  }
});

let flags: string[] = [];
let notices: string[] = [];
beforeEach(() => {
  flags = [];
  notices = [];
  vi.resetModules();
});
afterEach(() => {
  vi.unstubAllGlobals();
});

/** Pretends that the program runs in another engine. */
const pretend = (versions: Record<string, string>, arch = 'x64'): void => {
  vi.stubGlobal('process', {
    versions,
    arch,
    execArgv: [],
    env: {},
    getBuiltinModule: () => ({ setFlagsFromString: (flag: string) => flags.push(flag) }),
    emitWarning: (text: string) => notices.push(text),
  });
};
const start = async (open: () => Backend = openWasm) =>
  (await import('../../src/backends/wasm/turbo.ts')).startTurbo(open);
const isOnNow = (): boolean =>
  flags.filter((flag) => flag.endsWith('revectorize')).at(-1) === '--experimental-wasm-revectorize';

test('it is switched on where the kernels keep their bits, once', async () => {
  pretend({ node: '24.0.0', v8: '13.6.233.17-node.37' });
  expect(await start()).toEqual({ isOn: true });
  expect(isOnNow()).toBe(true);
  expect(flags.at(-1)).toBe('--liftoff');
  const { length } = flags;
  expect(await start()).toEqual({ isOn: true });
  expect([flags.length, notices]).toEqual([length, []]);
});

test('it is switched off again where a kernel gives other bits', async () => {
  pretend({ node: '24.0.0', v8: '13.6.1' });
  const wrong = (): Backend => {
    const wasm = openWasm();
    const add = isOnNow() ? 1 : 0;
    return { ...wasm, downloadSync: (storage) => wasm.downloadSync!(storage).map((x) => x + add) };
  };
  const turbo = await start(wrong);
  expect(turbo).toMatchObject({ isOn: false, why: expect.stringContaining('gives other bits') });
  expect(isOnNow()).toBe(false);
  expect(notices.join()).toContain('goes on without turbo');
});

test('it is switched off again where the test itself fails', async () => {
  pretend({ node: '24.0.0', v8: '13.6.1' });
  const failing = (): Backend => {
    if (isOnNow()) throw new Error('no memory');
    return openWasm();
  };
  expect(await start(failing)).toEqual({ isOn: false, why: 'its test failed: no memory' });
  expect([isOnNow(), notices.length]).toEqual([false, 1]);
});

test.each([
  [
    { node: '20.20.2', v8: '11.3.244.8-node.30' },
    'x64',
    'it needs Node.js 24, and this is 20.20.2',
  ],
  [{ node: '23.0.0', v8: '12.10.1' }, 'x64', 'it needs Node.js 24, and this is 23.0.0'],
  [{ node: '24.0.0', v8: '13.6.1' }, 'arm64', 'it needs an x64 processor, and this is arm64'],
  [{ node: '24.0.0', v8: '13.6.1', bun: '1.3.0' }, 'x64', 'this is not Node.js'],
])('in an engine like %o on %s it is left alone', async (versions, arch, why) => {
  pretend(versions, arch);
  expect(await start()).toEqual({ isOn: false, why });
  expect([flags, notices.length]).toEqual([[], 1]);
});

test('where there is no process the notice goes to the console', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  vi.stubGlobal('process', undefined);
  expect((await start()).isOn).toBe(false);
  expect(warn.mock.calls.flat().join()).toContain('in Node.js only');
});

test('the backend says whether it is on', async () => {
  const warning = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const major = Number(process.versions.node.split('.')[0]);
  const wasm = await init('wasm', { turbo: true });
  expect(wasm.turbo).toBe(major >= 24 && process.arch === 'x64');
  expect(warning).toHaveBeenCalledTimes(wasm.turbo ? 0 : 1);
  expect((await init('wasm')).turbo).toBe(false);
  await expect(init('wasm', { turbo: 1 as unknown as boolean })).rejects.toThrow("'turbo' must be");
});
