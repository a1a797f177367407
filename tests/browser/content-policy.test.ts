/**
 * The default backend under content security policies: WebAssembly where it is allowed, the
 * interpreter where neither is, with the same results. A test of js alone needs an old engine.
 */
import { join } from 'node:path';
import { build, stop } from 'esbuild';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { entryPoints, root } from '../../scripts/bundle.mjs';
import { launchChromium } from './chromium.ts';

const program = `
import { defaultBackendChoice, grad, jit, matmul, mean, square, tensor } from 'gradloom';
import * as random from 'gradloom/random';
const { backend, by, passedOver } = defaultBackendChoice();
const w = random.normal(random.key(1), [8, 3]);
const x = random.normal(random.key(2), [16, 8]);
const loss = (v) => mean(square(matmul(x, v).tanh().sub(tensor([1, 2, 3]))));
const gradient = jit(grad(loss))(w);
document.documentElement.dataset.result = JSON.stringify({
  name: backend.name, by, passedOver, gradient: gradient.toArray(), loss: loss(w).item(),
});
`;

const address = 'http://localhost:1/';
let browser: Browser;
let script = '';
beforeAll(async () => {
  const made = build({
    absWorkingDir: root,
    stdin: { contents: program, resolveDir: root },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    tsconfig: join(root, 'tsconfig.json'),
    plugins: [entryPoints],
    logLevel: 'silent',
  });
  const [started, { outputFiles }] = await Promise.all([launchChromium(), made]);
  browser = started;
  script = outputFiles[0]?.text ?? '';
  await stop();
}, 90_000);
afterAll(() => browser?.close());

interface Result {
  readonly name: string;
  readonly by: string;
  readonly passedOver: readonly { readonly name: string; readonly why: string }[];
  readonly gradient: readonly (readonly number[])[];
  readonly loss: number;
}

/** What the program finds on a page with a policy; anything on the console is an error. */
const resultUnder = async (sources: string): Promise<Result> => {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.route('**/*', (route) => {
    const isScript = route.request().url().endsWith('.js');
    return route.fulfill({
      contentType: isScript ? 'text/javascript' : 'text/html',
      headers: { 'Content-Security-Policy': `default-src 'none'; script-src 'self' ${sources}` },
      body: isScript ? script : '<!doctype html><script type="module" src="program.js"></script>',
    });
  });
  await page.goto(address);
  await page.waitForFunction(() => document.documentElement.dataset.result !== undefined);
  const text = await page.evaluate(() => document.documentElement.dataset.result ?? '');
  await page.close();
  // Chromium itself reports each violation; the library says nothing.
  const own = complaints.filter((text) => !/Content Security Policy/.test(text));
  expect(own).toEqual([]);
  return JSON.parse(text);
};

let expected: Result | undefined;
test('without eval, but with WebAssembly: wasm', async () => {
  expected = await resultUnder("'wasm-unsafe-eval'");
  expect(expected).toMatchObject({ name: 'wasm', by: 'machine', passedOver: [] });
  expect(Math.max(...expected.gradient.flat().map(Math.abs))).toBeGreaterThan(0.01);
});

test('with neither: reference, with the reasons', async () => {
  const { name, passedOver, gradient, loss } = await resultUnder('');
  expect([name, ...passedOver.map((other) => other.name)]).toEqual(['reference', 'wasm', 'js']);
  for (const { why } of passedOver) expect(why).toContain('forbids');
  expect(Math.abs(loss - expected!.loss)).toBeLessThan(1e-6 * expected!.loss);
  gradient.flat().forEach((value, k) => {
    expect(Math.abs(value - expected!.gradient.flat()[k]!)).toBeLessThan(1e-6);
  });
});

test('with eval: wasm as well, because eval allows both', async () => {
  expect(await resultUnder("'unsafe-eval'")).toMatchObject({ name: 'wasm', passedOver: [] });
});
