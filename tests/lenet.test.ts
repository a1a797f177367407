/**
 * The LeNet example as its user runs it: on IDX files, stopped in the middle and resumed, with
 * mistakes on the command line.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { readSafetensors, writeIdx } from 'gradloom/data';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle } from '../scripts/bundle.mjs';

let folder = '';
/** The example as one file, so that not every run has to make it. */
let bundled = '';
beforeAll(async () => {
  [bundled = ''] = await bundle([resolve('examples/lenet/main.ts')], `lenet-${process.pid}`);
  folder = await mkdtemp(join(tmpdir(), 'lenet-'));
  for (const [part, count] of [
    ['train', 48],
    ['t10k', 20],
  ] as const) {
    // Stripes at a place that depends on the class: easy to learn, nothing to download.
    const labels = Uint8Array.from({ length: count }, (_, k) => k % 10);
    const pixels = Uint8Array.from({ length: count * 64 }, (_, k) =>
      k % 8 === (labels[Math.floor(k / 64)] as number) % 8 ? 255 : (k * 37) % 50,
    );
    const images = writeIdx({ dtype: 'u8', shape: [count, 8, 8], data: pixels });
    await writeFile(join(folder, `${part}-images-idx3-ubyte`), images);
    const classes = writeIdx({ dtype: 'u8', shape: [count], data: labels });
    await writeFile(join(folder, `${part}-labels-idx1-ubyte`), classes);
  }
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await rm(dirname(bundled), { recursive: true, force: true });
});

interface Outcome {
  readonly code: number | null;
  readonly text: string;
}
/**
 * Runs the example; `stopAt` is a text at whose appearance it gets Ctrl-C. Then it is run as its
 * user does, because that decides what becomes of signals.
 */
const run = (flags: readonly string[], stopAt?: string): Promise<Outcome> =>
  new Promise((done, reject) => {
    const command =
      stopAt === undefined
        ? ['--enable-source-maps', bundled]
        : ['scripts/run.mjs', 'examples/lenet/main.ts'];
    // The step is the same in every run; the first one verifies how it is compiled.
    const verify = flags.some((flag) => flag.endsWith('whole')) ? '1' : '';
    const env = { ...process.env, GRADLOOM_VERIFY: verify };
    const child = spawn('node', [...command, ...flags], { env });
    let text = '';
    let isStopped = false;
    const read = (chunk: Buffer): void => {
      text += chunk.toString();
      if (stopAt === undefined || isStopped || !text.includes(stopAt)) return;
      isStopped = true;
      child.kill('SIGINT');
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('error', reject);
    child.on('close', (code) => done({ code, text }));
  });

const tensorsIn = async (out: string): Promise<Map<string, unknown>> =>
  readSafetensors(await readFile(join(out, 'lenet.safetensors'))).tensors;

test('a stopped run keeps its parameters, writes its report and resumes bit for bit', async () => {
  const [whole, parts] = [join(folder, 'whole'), join(folder, 'parts')];
  // Epochs take milliseconds: the signal must find the run going on.
  const flags = ['--data', folder, '--epochs', '40', '--batch', '20', '--seed', '3'];
  const uninterrupted = await run([...flags, '--out', whole]);
  expect(uninterrupted.code).toBe(0);
  expect(uninterrupted.text).toMatch(/test accuracy \d+\.\d\d %/);

  const stopped = await run([...flags, '--out', parts], 'epoch  1/40');
  expect(stopped.code).toBe(0);
  expect(stopped.text).toContain('stopped early; --resume goes on from here');
  expect(await readFile(join(parts, 'report.html'), 'utf8')).toContain('</html>');

  const resumed = await run([...flags, '--out', parts, '--resume']);
  expect(resumed.code).toBe(0);
  expect(await tensorsIn(parts)).toEqual(await tensorsIn(whole));
}, 120_000);

test.each([
  [['--epochs', '0'], /expected a whole number from 1/],
  [['--epoch', '3'], /unknown option '--epoch'/],
  [['--rate', 'fast'], /expected a number above 0/],
  [['--backend', 'gpu'], /expected 'wasm', 'js' or 'reference'/],
  [['--data', 'missing-folder'], /missing-folder/],
  [['--resume', '--out', 'missing-folder'], /--resume: there is no missing-folder/],
])(
  '%s is refused in words',
  async (flags, message) => {
    const { code, text } = await run(flags);
    await rm('missing-folder', { recursive: true, force: true });
    expect(code).not.toBe(0);
    expect(text).toMatch(message);
    expect(text).not.toMatch(/\n {4}at /);
  },
  60_000,
);
