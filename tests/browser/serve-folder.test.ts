/** The server of the page: isolated, on this machine alone, and for one folder only. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FolderServer, serveFolder } from '../../scripts/serve-folder.mjs';

let folder = '';
let server: FolderServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gradloom-serve-'));
  await mkdir(join(folder, 'web'));
  await writeFile(join(folder, 'web', 'index.html'), '<!doctype html>page');
  await writeFile(join(folder, 'secret.txt'), 'secret');
  server = await serveFolder(join(folder, 'web'), 0);
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

test('the page comes with the headers that isolate it', async () => {
  const answer = await fetch(server.address);
  expect(await answer.text()).toBe('<!doctype html>page');
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'x-content-type-options': 'nosniff',
  });
});

/** The status of a path that is sent as it is written; `fetch` would tidy it up. */
const statusOf = (path: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const { port } = new URL(server.address);
    get({ host: '127.0.0.1', port, path }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).on('error', reject);
  });

test.each(['/missing.js', '/../secret.txt', '/%2e%2e%2fsecret.txt', '/..', '//', '/a/b.js'])(
  '%s is not there',
  async (path) => {
    expect(await statusOf(path)).toBe(404);
  },
);

test('nothing can be written', async () => {
  expect((await fetch(server.address, { method: 'POST', body: 'x' })).status).toBe(405);
});

test.each([
  [['--port', 'x'], '--port: expected a number'],
  [['--prt', '1'], 'usage: npm run web'],
  [['--help'], 'usage: npm run web'],
])('npm run web -- %s says what it takes', async (flags, text) => {
  const child = spawn('node', ['scripts/web.mjs', ...flags]);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part: Buffer) => {
      said += part.toString();
    });
  }
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(said).toContain(text);
  expect(code).toBe(flags[0] === '--help' ? 0 : 1);
});

test('a port that is taken is refused in words', async () => {
  const { port } = new URL(server.address);
  await expect(serveFolder(folder, Number(port))).rejects.toThrow('EADDRINUSE');
});
