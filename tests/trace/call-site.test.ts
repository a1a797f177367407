/** The user's line in bundled programs: right where the stack can show it, absent where it cannot, never wrong. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';

const source = resolve('src/trace');
let folder = '';

/** Prints the site of an equation, and the site and the stack of an error. */
const program = (apply: string, trace: string, elementwise: string, first = ''): string => `
import { apply } from ${JSON.stringify(apply)};
import { trace } from ${JSON.stringify(trace)};
import { add } from ${JSON.stringify(elementwise)};
${first}
const prepare = Error.prepareStackTrace;
const type = { dtype: 'f32', shape: [2] };
const sum = (x, y) => apply('sum', [x, y], ([a, b]) => add(a, b))[0];
const { graph } = trace('site', ([x]) => [
  sum(x, x),
], [type]);
let error;
try {
  trace('failing', ([x, y]) => [
    sum(x, y),
  ], [type, { dtype: 'f32', shape: [3] }]);
} catch (caught) {
  error = caught;
}
const { parts, stack } = error;
const isKept = Error.prepareStackTrace === prepare;
console.log(JSON.stringify({ site: graph.eqns[0].site, at: parts.site, stack, isKept }));
`;

/** A program that writes stacks by itself, as those do that map them. */
const mapping = `Error.prepareStackTrace = (error, frames) => String(error) + frames.map((frame) =>
  '\\n    at ' + frame.getFileName().replace('own.mjs', 'mapped.ts') + ':' + frame.getLineNumber() + ':1').join('');`;

interface Report {
  readonly site?: string;
  readonly at?: string;
  readonly stack: string;
  /** Whether who writes stacks is the same as before. */
  readonly isKept: boolean;
}
const run = (file: string, ...flags: string[]): Report =>
  JSON.parse(execFileSync(process.execPath, [...flags, file], { cwd: folder, encoding: 'utf8' }));

const bundle = async (entry: string, out: string, minify: boolean): Promise<void> => {
  await build({
    entryPoints: [join(folder, entry)],
    outfile: join(folder, out),
    bundle: true,
    format: 'esm',
    platform: 'node',
    sourcemap: true,
    minify,
    logLevel: 'silent',
  });
};

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'call-site-')));
  const parts = ['trace/apply.ts', 'trace/trace.ts', 'ir/ops/elementwise.ts'];
  const paths = parts.map((part) => join(source, '..', part));
  writeFileSync(join(folder, 'user.mjs'), program(paths[0]!, paths[1]!, paths[2]!));
  await bundle('user.mjs', 'bundles/one.mjs', false);
  await bundle('user.mjs', 'bundles/small.mjs', true);
  // The layout of the published package: the library is one folder of files, the program another.
  const exports = paths.map((path) => `export * from ${JSON.stringify(path)};`).join('\n');
  writeFileSync(join(folder, 'library.mjs'), exports);
  await bundle('library.mjs', 'dist/index.mjs', false);
  const packaged = './dist/index.mjs';
  writeFileSync(join(folder, 'packaged.mjs'), program(packaged, packaged, packaged));
  writeFileSync(join(folder, 'own.mjs'), program(packaged, packaged, packaged, mapping));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('with the library as a package the site is the line of the program', () => {
  const { site, at, stack, isKept } = run(join(folder, 'packaged.mjs'));
  expect(site).toMatch(/^packaged\.mjs:8:\d+$/);
  expect(at).toMatch(/^packaged\.mjs:8:\d+$/);
  expect(stack).toContain('packaged.mjs:14');
  expect(stack).not.toContain('dist/index.mjs');
  expect(isKept).toBe(true);
});

test('where Error is frozen the site is the same', () => {
  const { site, at } = run(join(folder, 'packaged.mjs'), '--frozen-intrinsics', '--no-warnings');
  expect(site).toMatch(/^packaged\.mjs:8:\d+$/);
  expect(at).toMatch(/^packaged\.mjs:8:\d+$/);
});

test('where a program writes stacks by itself, sites are what it writes', () => {
  const { site, isKept } = run(join(folder, 'own.mjs'));
  expect(site).toMatch(/^mapped\.ts:\d+:1$/);
  expect(isKept).toBe(true);
});

test.each(['bundles/one.mjs', 'bundles/small.mjs'])(
  'in %s the site is the mapped line, or nothing without source maps',
  (file) => {
    const mapped = run(join(folder, file), '--enable-source-maps');
    expect(mapped.site).toMatch(/^user\.mjs:8:\d+$/);
    expect(mapped.at).toMatch(/^user\.mjs:8:\d+$/);
    expect(mapped.stack).toMatch(/^ShapeError: add/);
    expect(mapped.stack).toContain('user.mjs:14');
    const plain = run(join(folder, file));
    expect([plain.site, plain.at]).toEqual([undefined, undefined]);
    expect(plain.stack).toContain(file);
  },
);
