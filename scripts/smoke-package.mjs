/**
 * Installs a packed tarball into an empty folder without network, imports every entry point and
 * type checks a program that uses them: `node scripts/smoke-package.mjs FILE.tgz`.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const tarball = resolve(process.argv[2]);
const { name, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const entries = Object.keys(exports)
  .filter((key) => !key.endsWith('.json'))
  .map((key) => name + key.slice(1));

const folder = mkdtempSync(join(tmpdir(), 'package-'));
const run = (command, ...flags) =>
  execFileSync(command, flags, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
try {
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  run('npm', 'install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', tarball);

  const imports = entries.map((entry, i) => `import * as entry${i} from '${entry}';`);
  const all = entries.map((_, i) => `entry${i}`).join(', ');
  const program = [
    ...imports,
    `for (const [i, entry] of [${all}].entries()) {`,
    '  const count = Object.keys(entry).length;',
    "  if (count === 0) throw new Error('entry point ' + i + ' exports nothing');",
    "  console.log('entry point ' + i + ' exports ' + count + ' names');",
    '}',
    '',
  ].join('\n');
  writeFileSync(join(folder, 'main.mjs'), program);
  run(process.execPath, 'main.mjs');

  writeFileSync(join(folder, 'main.ts'), program);
  const compilerOptions = {
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable', 'dom'],
    module: 'nodenext',
    strict: true,
    noEmit: true,
    types: [],
  };
  const config = { compilerOptions, files: ['main.ts'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  run(process.execPath, join(root, 'node_modules/typescript/bin/tsc'), '-p', folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
