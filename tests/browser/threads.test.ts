/** Threads in a page: two where it is isolated, one where it is not, and the same results. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { entryPoints, root } from '../../scripts/bundle.mjs';
import { type FolderServer, serveFolder } from '../../scripts/serve-folder.mjs';
import { launchChromium } from './chromium.ts';
import type { runStep } from './threads-program.ts';

let folder = '';
let browser: Browser;
let isolated: FolderServer;
let plain: Server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gradloom-threads-'));
  await build({
    absWorkingDir: root,
    entryPoints: ['tests/browser/threads-program.ts'],
    outfile: join(folder, 'program.js'),
    bundle: true,
    minify: true,
    keepNames: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    tsconfig: join(root, 'tsconfig.json'),
    plugins: [entryPoints],
    logLevel: 'silent',
  });
  const page =
    '<!doctype html><title>threads</title><script type="module" src="program.js"></script>';
  await writeFile(join(folder, 'index.html'), page);
  isolated = await serveFolder(folder, 0);
  // The same files without the headers that isolate a page.
  plain = createServer(async ({ url }, response) => {
    const isScript = url === '/program.js';
    response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
    response.end(await readFile(join(folder, isScript ? 'program.js' : 'index.html')));
  });
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
  browser = await launchChromium();
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await isolated?.close();
  plain?.close();
  if (folder !== '') await rm(folder, { recursive: true, force: true });
});

const runAt = async (address: string) => {
  const page = await browser.newPage();
  const warnings: string[] = [];
  page.on('console', (message) => warnings.push(message.text()));
  page.on('pageerror', (error) => warnings.push(String(error)));
  await page.goto(address);
  await page.waitForFunction(() => 'runStep' in globalThis);
  const outcome = await page.evaluate(() =>
    (globalThis as unknown as { runStep: typeof runStep }).runStep(),
  );
  const workers = page.workers().length;
  await page.close();
  return { ...outcome, warnings: warnings.filter((text) => text.includes('gradloom')), workers };
};

test('an isolated page has two threads, another one has one, and both compute the same', async () => {
  const two = await runAt(isolated.address);
  expect(two).toMatchObject({ isIsolated: true, threads: 2, warnings: [] });
  const { port } = plain.address() as AddressInfo;
  const one = await runAt(`http://127.0.0.1:${port}/`);
  expect(one).toMatchObject({ isIsolated: false, threads: 1, workers: 0 });
  expect(one.whyOneThread).toContain('must be isolated from other origins');
  expect(one.warnings).toHaveLength(1);
  expect(two.results).toEqual(one.results);
  expect(new Set(two.results).size).toBeGreaterThan(1000);
}, 90_000);
