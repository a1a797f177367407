/**
 * Installs a packed tarball into an empty folder without network, imports every entry point,
 * type checks a program that uses them, lets the backends of the package pass the conformance
 * suite, and trains with it: `node scripts/smoke-package.mjs FILE.tgz`.
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

/** What is published is not written as the sources are, so it has to compute, too. */
const computing = `
import { init, jit, js, square, tensor, toBackend, valueAndGrad } from '${name}';
import { adam } from '${name}/optim';
import { conformance } from '${name}/testing';

const wasm = await init('wasm');
for (const backend of [js, wasm]) {
  // Vectors hold single precision.
  const checks = conformance(backend, { tolerance: { relative: 4e-6, scaled: 2e-6 } });
  for (const { run } of checks) await run();
  console.log(backend.name + ' passes ' + checks.length + ' checks');
}
const optimizer = adam({ rate: 0.05 });
const x = tensor(Float32Array.from({ length: 64 }, (_, k) => Math.sin(k)), { shape: [32, 2] });
const y = x.sum(1).reshape([32, 1]);
const loss = (w, x, y) => square(x.matmul(w.up).tanh().matmul(w.down).sub(y)).mean();
const step = jit((w, state, x, y) => {
  const [value, gradients] = valueAndGrad(loss)(w, x, y);
  return [value, ...optimizer.update(w, gradients, state)];
});
const losses = [];
for (const backend of [js, wasm]) {
  const numbers = (length) => Float32Array.from({ length }, (_, k) => Math.cos(7 * k) / 2);
  const first = {
    up: tensor(numbers(16), { shape: [2, 8] }),
    down: tensor(numbers(8), { shape: [8, 1] }),
  };
  let [w, state, ...data] = await toBackend([first, optimizer.init(first), x, y], backend);
  let value;
  for (let k = 0; k < 60; k++) [value, w, state] = step(w, state, ...data);
  losses.push(value.item());
}
if (!(losses[0] < 0.05 && Math.abs(losses[0] - losses[1]) < 1e-3)) throw new Error(String(losses));
console.log('training on js and on wasm ends at a loss of ' + losses[0].toExponential(2));
`;

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
  writeFileSync(join(folder, 'compute.mjs'), computing);
  run(process.execPath, 'compute.mjs');

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
