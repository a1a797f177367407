/** Loads sources of the repository as JavaScript, all sharing one copy of the library. */
import { rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { bundle } from '../bundle.mjs';

const sources = [
  'src/index.ts',
  'src/trace/functions/index.ts',
  'src/stdlib/data/index.ts',
  'src/stdlib/random/index.ts',
  'examples/one-tensor/program.ts',
  'examples/lenet/model.ts',
  'examples/lenet/train.ts',
  'examples/lenet/training-state.ts',
];
let loaded;

/** The exports of a source file, one of those named above. */
export const load = async (path) => {
  loaded ??= bundle(
    sources.map((source) => resolve(source)),
    `docs-${process.pid}`,
  ).then(async (paths) => {
    const modules = await Promise.all(paths.map((one) => import(pathToFileURL(one).href)));
    rmSync(dirname(paths[0]), { recursive: true, force: true });
    // The documentation shows JavaScript, and plans that do not depend on vectors.
    modules[0].setDefaultBackend(modules[0].js);
    return new Map(sources.map((source, k) => [source, modules[k]]));
  });
  const module = (await loaded).get(path);
  if (module === undefined) throw new Error(`${path} is not among the loaded sources`);
  return module;
};
