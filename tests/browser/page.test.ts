/** The browser example as its user meets it, in a real Chromium. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Browser, ElementHandle, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { buildPage } from '../../scripts/build-page.mjs';
import { type FolderServer, serveFolder } from '../../scripts/serve-folder.mjs';
import { launchChromium } from './chromium.ts';

let folder = '';
let server: FolderServer;
let browser: Browser;
let page: Page;
/** What the browser complained about on the page of the test. */
let complaints: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gradloom-page-'));
  [browser] = await Promise.all([launchChromium(), buildPage(folder)]);
  server = await serveFolder(folder, 0);
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await server?.close();
  if (folder !== '') await rm(folder, { recursive: true, force: true });
});

const open = async (options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> => {
  const opened = await browser.newPage(options);
  opened.setDefaultTimeout(30_000);
  opened.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  opened.on('pageerror', (error) => complaints.push(String(error)));
  opened.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
  await opened.goto(server.address);
  await opened.waitForSelector('#toggle:enabled');
  return opened;
};

beforeEach(async () => {
  complaints = [];
  page = await open({ viewport: { width: 1280, height: 900 } });
}, 60_000);
afterEach(async () => {
  await page.close();
  expect(complaints).toEqual([]);
});

const textOf = async (id: string): Promise<string> => (await page.textContent(`#${id}`)) ?? '';
const numberOf = async (id: string): Promise<number> =>
  Number.parseFloat((await textOf(id)).replaceAll(',', ''));
const waitForText = (id: string, text: string): Promise<unknown> =>
  page.waitForFunction(({ id, text }) => document.getElementById(id)?.textContent === text, {
    id,
    text,
  });
const waitForNumber = (id: string, least: number): Promise<unknown> =>
  page.waitForFunction(
    ({ id, least }) => {
      const text = document.getElementById(id)?.textContent ?? '';
      return Number.parseFloat(text.replaceAll(',', '')) >= least;
    },
    { id, least },
    { timeout: 50_000 },
  );

/** Draws with the mouse; places are shares of the pad. */
const draw = async (path: readonly (readonly [number, number])[]): Promise<void> => {
  const pad = (await page.$('#pad')) as ElementHandle;
  await pad.scrollIntoViewIfNeeded();
  const box = await pad.boundingBox();
  if (box === null) throw new Error('the pad has no place on the page');
  const at = ([x, y]: readonly [number, number]) =>
    [box.x + x * box.width, box.y + y * box.height] as const;
  const [first, ...rest] = path;
  if (first === undefined) return;
  await page.mouse.move(...at(first));
  await page.mouse.down();
  for (const point of rest) await page.mouse.move(...at(point));
  await page.mouse.up();
};
const zero = Array.from({ length: 25 }, (_, k): readonly [number, number] => [
  0.5 + 0.24 * Math.sin((2 * Math.PI * k) / 24),
  0.5 - 0.36 * Math.cos((2 * Math.PI * k) / 24),
]);
const one = [
  [0.4, 0.28],
  [0.52, 0.12],
  [0.52, 0.9],
] as const;

test('the network learns, and knows the digits that are drawn', async () => {
  expect(await textOf('status')).toBe('Ready');
  expect(await page.evaluate(() => globalThis.crossOriginIsolated)).toBe(true);
  await page.click('#toggle');
  await waitForNumber('accuracy', 95);
  expect(await textOf('status')).toBe('Training');
  expect(await numberOf('loss')).toBeLessThan(0.4);
  expect(await numberOf('throughput')).toBeGreaterThan(0);
  const label = (await page.getAttribute('#loss-chart', 'aria-label')) ?? '';
  expect(label).toMatch(/^Loss over \d+ steps/);

  // It answers while it trains.
  await draw(zero);
  await waitForText('answer', 'This looks like a 0.');
  await page.click('#clear');
  await draw(one);
  await waitForText('answer', 'This looks like a 1.');
  expect(await page.textContent('#bars .best span')).toBe('1');

  await page.click('#sample');
  await page.waitForFunction(() =>
    /, which is right\.|, but is a \d\./.test(document.getElementById('answer')?.textContent ?? ''),
  );
}, 90_000);

test('the same network learns on WebGPU, in the worker', async () => {
  // Only the worker reaches the GPU; the page itself has none.
  await page.evaluate(() => Object.defineProperty(navigator, 'gpu', { value: undefined }));
  expect(page.workers()).toHaveLength(1);
  const names = await page.$$eval('#backend option', (options) =>
    options.map((option) => (option as unknown as { value: string }).value),
  );
  expect(names).toContain('webgpu');
  await page.selectOption('#backend', 'webgpu');
  await page.click('#toggle');
  await waitForNumber('accuracy', 95);
  await page.click('#toggle');
  await draw(zero);
  await waitForText('answer', 'This looks like a 0.');
  await page.click('#kernels summary');
  await page.waitForFunction(() =>
    document.getElementById('kernels')?.textContent?.includes('@compute'),
  );
}, 120_000);

test('training pauses, goes on and starts anew', async () => {
  await page.click('#toggle');
  await waitForNumber('steps', 20);
  await page.click('#toggle');
  await waitForText('status', 'Paused');
  const paused = await numberOf('steps');
  // It stopped because of the click: by itself it would have taken 1,320 steps.
  expect(paused).toBeLessThan(1320);
  await page.waitForTimeout(300);
  expect(await numberOf('steps')).toBe(paused);
  await page.click('#toggle');
  await waitForNumber('steps', paused + 1);
  await page.click('#reset');
  await waitForText('status', 'Ready');
  expect(await textOf('steps')).toBe('0');
  expect(await textOf('accuracy')).toBe('–');
  expect(await textOf('toggle')).toBe('Start');
}, 60_000);

test('the page answers while a worker trains', async () => {
  await page.evaluate(() => {
    const statuses: (string | null)[] = [];
    Object.assign(globalThis, { statuses });
    document.getElementById('clear')?.addEventListener('click', () => {
      statuses.push(document.getElementById('status')?.textContent ?? null);
    });
  });
  // A backend whose steps are long: no other is at work for as long as the clicks take.
  await page.selectOption('#backend', 'reference');
  await page.waitForFunction(() =>
    document.getElementById('kernel-summary')?.textContent?.includes("'reference' generates no"),
  );
  await page.click('#toggle');
  await waitForNumber('steps', 2);
  for (let k = 0; k < 5; k++) await page.click('#clear');
  type Statuses = { statuses: string[] };
  const statuses = await page.evaluate(() => (globalThis as unknown as Statuses).statuses);
  expect(statuses).toEqual(Array.from({ length: 5 }, () => 'Training'));
  expect(page.workers()).toHaveLength(1);
}, 60_000);

test('the kernels of the step are shown, and what was learned moves between backends', async () => {
  expect(await textOf('kernel-summary')).toContain("the code that 'wasm' runs");
  await page.selectOption('#backend', 'js');
  await page.waitForFunction(() =>
    document.getElementById('kernel-summary')?.textContent?.includes("the code that 'js' runs"),
  );
  expect(await page.locator('#kernels li').count()).toBeGreaterThan(5);
  await page.click('#kernels summary >> nth=1');
  expect(await page.textContent('#kernels pre')).toMatch(/^function k1\(/);
  expect(await page.locator('#kernels pre .keyword').count()).toBeGreaterThan(2);

  await page.click('#toggle');
  await waitForNumber('accuracy', 80);
  await page.selectOption('#backend', 'reference');
  await page.waitForFunction(() =>
    document.getElementById('kernel-summary')?.textContent?.includes("'reference' generates no"),
  );
  const before = await numberOf('steps');
  await waitForNumber('steps', before + 2);
  // What was learned is still there: untrained, the loss is above 2.
  expect(await numberOf('loss')).toBeLessThan(1);
  await draw(zero);
  await waitForText('answer', 'This looks like a 0.');
}, 90_000);

test.each(['light', 'dark'] as const)(
  'the page fits a phone, in %s colours',
  async (scheme) => {
    await page.close();
    page = await open({
      viewport: { width: 360, height: 740 },
      colorScheme: scheme,
      hasTouch: true,
      isMobile: true,
    });
    await page.click('#kernels summary >> nth=1');
    const { inner, scroll, background } = await page.evaluate(() => ({
      inner: document.documentElement.clientWidth,
      scroll: document.documentElement.scrollWidth,
      background: getComputedStyle(document.body).backgroundColor,
    }));
    expect(scroll).toBeLessThanOrEqual(inner);
    expect(background).toBe(scheme === 'dark' ? 'rgb(17, 19, 23)' : 'rgb(246, 246, 243)');
  },
  60_000,
);

test('a finger draws, too', async () => {
  await page.close();
  page = await open({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  await page.locator('#pad').scrollIntoViewIfNeeded();
  const before = await page.evaluate(() => globalThis.scrollY);
  const box = await page.locator('#pad').boundingBox();
  if (box === null) throw new Error('the pad has no place on the page');
  const touch = await page.context().newCDPSession(page);
  const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', share?: number): Promise<unknown> =>
    touch.send('Input.dispatchTouchEvent', {
      type,
      touchPoints:
        share === undefined ? [] : [{ x: box.x + box.width / 2, y: box.y + share * box.height }],
    });
  await send('touchStart', 0.15);
  for (const share of [0.3, 0.5, 0.7, 0.85]) await send('touchMove', share);
  await send('touchEnd');
  await page.waitForSelector('#bars .best');
  // The page stays where it is: the movement was a stroke and did not scroll.
  expect(await page.evaluate(() => globalThis.scrollY)).toBe(before);
  const ink = await page.evaluate(() => {
    const seen = document.getElementById('seen') as HTMLCanvasElement;
    const { data } = seen.getContext('2d')!.getImageData(0, 0, 8, 8);
    return Array.from({ length: 64 }, (_, k) => (data[4 * k] ?? 255) < 128);
  });
  // An upright line in the middle: two columns at either side are empty.
  expect(ink.filter(Boolean).length).toBeGreaterThan(8);
  expect(ink.filter((_, k) => k % 8 < 2 || k % 8 > 5)).not.toContain(true);
}, 60_000);

test('a Chromium that does not start is an error with advice', async () => {
  const before = process.env.CHROMIUM;
  process.env.CHROMIUM = join(folder, 'no-such-browser');
  try {
    await expect(launchChromium()).rejects.toThrow('The tests of the page need Chromium.');
  } finally {
    if (before === undefined) delete process.env.CHROMIUM;
    else process.env.CHROMIUM = before;
  }
});
