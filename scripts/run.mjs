/**
 * Runs a TypeScript program of this repository without a build:
 * `node scripts/run.mjs examples/lenet/main.ts --epochs 1`. The program is bundled with esbuild
 * into `node_modules/.cache` and imported into this same process, so that flags, standard input,
 * signals and the exit code are the program's own.
 */
import { existsSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { bundle } from './bundle.mjs';

/** A terminal and npm may both deliver the same Ctrl-C; deliveries this near are one (ms). */
const SAME_SIGNAL = 250;

/** Lets the program see each Ctrl-C once. Without a handler of its own it ends, as usual. */
const mergeRepeatedSignals = () => {
  const emit = process.emit;
  const last = new Map();
  const ignore = () => {};
  process.emit = function (name, ...rest) {
    if (name !== 'SIGINT' && name !== 'SIGTERM') return emit.call(this, name, ...rest);
    const now = performance.now();
    if (now - (last.get(name) ?? Number.NEGATIVE_INFINITY) < SAME_SIGNAL) return true;
    last.set(name, now);
    // A `once` handler is gone after this call; the repeat must not fall through to the default.
    process.on(name, ignore);
    setTimeout(() => process.off(name, ignore), SAME_SIGNAL).unref();
    return emit.call(this, name, ...rest);
  };
};

const [entry, ...flags] = process.argv.slice(2);
if (entry === undefined || !existsSync(entry)) {
  console.error(entry === undefined ? 'usage: node scripts/run.mjs FILE [flag...]' : `no ${entry}`);
  process.exit(2);
}
const file = resolve(entry);
process.argv = [process.argv[0], file, ...flags];
process.setSourceMapsEnabled(true);
const [bundled] = await bundle([file], `run-${process.pid}`);
process.once('exit', () => rmSync(dirname(bundled), { recursive: true, force: true }));
mergeRepeatedSignals();
await import(pathToFileURL(bundled).href);
