/**
 * Bundles the browser example with esbuild: two scripts, for the page and for its worker, beside
 * the page, its style and the digits. Nothing but the folder it makes is needed to serve it.
 */
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build, stop } from 'esbuild';
import { entryPoints, root } from './bundle.mjs';

const files = {
  'index.html': 'examples/browser/index.html',
  'style.css': 'examples/browser/style.css',
  'optdigits.csv.gz': 'examples/data/optdigits.csv.gz',
};

/** Writes the page into `folder`, which is emptied first. */
export const buildPage = async (folder) => {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: ['main', 'worker'].map((name) => `examples/browser/${name}.ts`),
    outdir: folder,
    bundle: true,
    minify: true,
    // Kernels and errors are named after functions.
    keepNames: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    sourcemap: true,
    tsconfig: join(root, 'tsconfig.json'),
    plugins: [entryPoints],
    logLevel: 'silent',
  });
  await stop();
  for (const [name, source] of Object.entries(files)) {
    await copyFile(join(root, source), join(folder, name));
  }
};
