/** What the published package promises: no dependencies, whole entry points, a clean lock file. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import tsupConfig from '../tsup.config.ts';

interface Manifest {
  readonly [field: string]: unknown;
  readonly exports: Record<string, string | { readonly types: string; readonly default: string }>;
  readonly scripts: Record<string, string>;
  readonly engines: { readonly node: string };
}

interface Lock {
  readonly packages: Record<
    string,
    { readonly version?: string; readonly resolved?: string; readonly integrity?: string }
  >;
}

const manifest: Manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const lock: Lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const installed = Object.entries(lock.packages).filter(([path]) => path !== '');

test('the package depends on nothing at run time', () => {
  const fields = ['dependencies', 'optionalDependencies', 'bundleDependencies'];
  for (const field of fields) expect(manifest[field], field).toBeUndefined();
  // GPUs in Node.js need a package that users install themselves, or not.
  const peers = Object.keys(manifest.peerDependencies ?? {});
  expect(peers).toEqual(['webgpu']);
  expect(manifest.peerDependenciesMeta).toEqual({ webgpu: { optional: true } });
});

test('installing the package runs nothing', () => {
  for (const hook of ['preinstall', 'install', 'postinstall', 'prepare']) {
    expect(manifest.scripts[hook], hook).toBeUndefined();
  }
});

test('the package is an ES module without side effects, published with its licence', () => {
  expect(manifest).toMatchObject({
    name: 'gradloom',
    type: 'module',
    sideEffects: false,
    license: 'MIT',
    files: ['dist'],
  });
  expect(readFileSync('LICENSE', 'utf8')).toContain('Gradloom contributors');
  expect(existsSync('README.md'), 'README.md').toBe(true);
});

test('every entry point of the package is built, from a source that exists', () => {
  const built: unknown = 'entry' in tsupConfig ? tsupConfig.entry : undefined;
  const sources = Object.entries(built as Record<string, string>);
  expect(sources).not.toHaveLength(0);
  const wanted = sources.map(([name, source]) => {
    expect(existsSync(source), source).toBe(true);
    const files = { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` };
    return [name === 'index' ? '.' : `./${name}`, files];
  });
  const { './package.json': own, ...entries } = manifest.exports;
  expect(own).toBe('./package.json');
  expect(entries).toEqual(Object.fromEntries(wanted));
});

test('the sources stand for the same entry points in this repository', () => {
  const config: { readonly compilerOptions: { readonly paths: Record<string, string[]> } } =
    JSON.parse(readFileSync('tsconfig.json', 'utf8'));
  const built: unknown = 'entry' in tsupConfig ? tsupConfig.entry : undefined;
  const wanted = Object.entries(built as Record<string, string>).map(([name, source]) => [
    name === 'index' ? 'gradloom' : `gradloom/${name}`,
    [`./${source}`],
  ]);
  expect(config.compilerOptions.paths).toEqual(Object.fromEntries(wanted));
});

test('every script that package.json runs exists', () => {
  for (const command of Object.values(manifest.scripts)) {
    for (const [path] of command.matchAll(/[\w./-]+\.(?:mjs|ts|json)\b/g)) {
      expect(existsSync(path), path).toBe(true);
    }
  }
});

test('the lock file names versions and checksums, and no addresses', () => {
  expect(installed.length).toBeGreaterThan(50);
  expect(installed.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  expect(installed.filter(([, { version }]) => version === undefined)).toEqual([]);
  expect(installed.filter(([, { integrity }]) => integrity === undefined)).toEqual([]);
});
