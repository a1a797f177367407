/**
 * `npm run web` builds the browser example into `out/web` and serves it on this machine:
 * `npm run web -- --port 3000`; `npm run web -- --build-only` stops after the build.
 */
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { buildPage } from './build-page.mjs';
import { root } from './bundle.mjs';
import { serveFolder } from './serve-folder.mjs';

const usage = 'usage: npm run web -- [--port NUMBER] [--build-only]';

const readOptions = () => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8080' },
      'build-only': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (!/^\d+$/.test(values.port) || Number(values.port) > 65_535) {
    throw new Error(`--port: expected a number from 0 to 65535, not '${values.port}'`);
  }
  return { port: Number(values.port), isBuildOnly: values['build-only'], isHelp: values.help };
};

const main = async () => {
  const options = readOptions();
  if (options.isHelp) return console.log(usage);
  const folder = join(root, 'out/web');
  await buildPage(folder);
  if (options.isBuildOnly) return console.log(`built ${folder}`);
  const { address } = await serveFolder(folder, options.port);
  console.log(`${address} (Ctrl-C ends it)`);
};

try {
  await main();
} catch (error) {
  const isInUse = error.code === 'EADDRINUSE';
  console.error(isInUse ? 'the port is taken; choose another one with --port' : error.message);
  if (String(error.code).startsWith('ERR_PARSE_ARGS')) console.error(usage);
  process.exitCode = 1;
}
