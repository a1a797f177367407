/**
 * Bundles TypeScript programs of this repository with esbuild, `gradloom` and its entry points
 * resolved to the sources. Shared by the program runner, the browser example and the tests of the
 * documentation.
 */
import { readFileSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, stop } from 'esbuild';

/** The folder of the repository. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const cache = join(root, 'node_modules/.cache/gradloom');

/** Resolves `gradloom` and its entry points to the sources that `paths` in tsconfig.json names. */
export const entryPoints = {
  name: 'entry-points',
  setup(context) {
    const config = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
    const { paths } = config.compilerOptions;
    context.onResolve({ filter: /^gradloom(\/|$)/ }, ({ path }) => {
      const source = paths[path]?.[0];
      if (source === undefined) return { errors: [{ text: `'${path}' is no entry point` }] };
      return { path: join(root, source) };
    });
  },
};

/** Keeps `import.meta` pointing at the source, for programs that read data beside themselves. */
const sourceMeta = {
  name: 'source-meta',
  setup(context) {
    context.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const contents = text
        .replaceAll(/\bimport\.meta\.url\b/g, () => JSON.stringify(pathToFileURL(path).href))
        .replaceAll(/\bimport\.meta\.dirname\b/g, () => JSON.stringify(dirname(path)))
        .replaceAll(/\bimport\.meta\.filename\b/g, () => JSON.stringify(path));
      return { contents, loader: 'ts' };
    });
  },
};

/** Removes what programs left in the cache that were ended by a signal more than a day ago. */
const removeStale = async () => {
  const limit = Date.now() - 24 * 3600 * 1000;
  for (const name of await readdir(cache).catch(() => [])) {
    const made = await stat(join(cache, name)).catch(() => undefined);
    if (made !== undefined && made.mtimeMs < limit) {
      await rm(join(cache, name), { recursive: true, force: true });
    }
  }
};

/**
 * Bundles each of `files` (absolute paths) into the cache folder `name` and gives back the paths of
 * the bundles in the same order. The caller removes the folder, which holds shared chunks too.
 * `plugins` of esbuild come before the usual ones.
 */
export const bundle = async (files, name, plugins = []) => {
  const folder = join(cache, name);
  await removeStale();
  await rm(folder, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: files.map((file, i) => ({ in: file, out: `program-${i}` })),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap: true,
    tsconfig: join(root, 'tsconfig.json'),
    plugins: [...plugins, entryPoints, sourceMeta],
    logLevel: 'silent',
  });
  // Ends esbuild's own process, so that only the program is left to receive signals.
  await stop();
  return files.map((_, i) => join(folder, `program-${i}.mjs`));
};
