/**
 * Tests of the tests: puts one deliberate fault after the other into a copy of the tree and demands
 * that the named tests find it. `npm run test:mutants`, or `node scripts/mutants.mjs WORD` for the
 * faults whose name or file contains a word.
 */
import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { compiler } from './mutants/compiler-faults.mjs';
import { loopFaults } from './mutants/loop-faults.mjs';
import { ops } from './mutants/op-faults.mjs';
import { parallelFaults } from './mutants/parallel-faults.mjs';

const faults = [...ops, ...compiler, ...loopFaults, ...parallelFaults];
/** Copies of the tree that are tested side by side. */
const workers = 2;
/** A test that runs this long (ms) has met an endless loop, which counts as found. */
const longest = 120_000;

const root = resolve(import.meta.dirname, '..');
const copied = ['src', 'tests', 'package.json', 'vitest.config.ts', 'tsconfig.json'];
const optional = ['tsconfig.base.json', 'tsconfig.src.json', 'tsup.config.ts'];

/** A copy of the tree in a temporary folder; installed packages are linked. */
const copyTree = () => {
  const folder = mkdtempSync(join(tmpdir(), 'gradloom-mutants-'));
  for (const path of [...copied, ...optional.filter((one) => existsSync(join(root, one)))]) {
    cpSync(join(root, path), join(folder, path), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
  return folder;
};

/** Runs test files in a copy: whether they passed, what they printed, and how long it took (ms). */
const runTests = (folder, tests, only) =>
  new Promise((done) => {
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const filter = only === undefined ? [] : ['-t', only];
    const flags = ['run', '--bail', '1', '--maxWorkers', '1', '--no-color', ...filter];
    const start = performance.now();
    const child = spawn(process.execPath, [vitest, ...flags, ...tests], {
      cwd: folder,
      env: { ...process.env, CI: '1', GRADLOOM_VERIFY: '1' },
    });
    let output = '';
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, longest);
    const collect = (data) => {
      output += data;
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('close', (code) => {
      clearTimeout(timer);
      done({ code, output, isLate, milliseconds: performance.now() - start });
    });
  });

/** The text with a fault in it; throws when what is to be replaced is not there exactly once. */
const withFault = (text, { file, find, replace, also = [] }) =>
  [{ find, replace }, ...also].reduce((current, edit) => {
    const count = current.split(edit.find).length - 1;
    if (count !== 1) throw new Error(`${file}: '${edit.find}' occurs ${count} times, not once`);
    return current.replace(edit.find, () => edit.replace);
  }, text);

/** What became of one fault: 'found', or why it does not count. */
const tryFault = async (folder, fault) => {
  const path = join(folder, fault.file);
  const text = readFileSync(path, 'utf8');
  try {
    writeFileSync(path, withFault(text, fault));
    const result = await runTests(folder, fault.tests, fault.only);
    const { code, output, isLate } = result;
    const isBroken = /SyntaxError|Transform failed|PARSE_ERROR|No test files found/.test(output);
    const ran = /Tests\s+.*\d+ (passed|failed)/.test(output);
    if (isBroken) return { ...result, verdict: 'the fault does not parse' };
    if (isLate) return { ...result, verdict: 'found' };
    if (!ran) return { ...result, verdict: 'no test ran' };
    return { ...result, verdict: code === 0 ? 'NOT FOUND' : 'found' };
  } catch (error) {
    return { verdict: error.message, milliseconds: 0, output: '' };
  } finally {
    writeFileSync(path, text);
  }
};

/** The tests of these faults must pass before a fault is in. */
const checkBaseline = async (folder, chosen) => {
  const tests = [...new Set(chosen.flatMap((fault) => fault.tests))];
  const { code, output } = await runTests(folder, tests);
  if (code === 0) return true;
  console.log(output.split('\n').slice(-60).join('\n'));
  console.log('The tests fail without any fault.');
  return false;
};

const main = async (word) => {
  const chosen = faults.filter(({ name, file }) => `${name} ${file}`.includes(word));
  const folders = Array.from({ length: workers }, copyTree);
  const waiting = chosen.map((fault, k) => ({ fault, k }));
  const results = [];
  try {
    const work = async (folder) => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        results[next.k] = await tryFault(folder, next.fault);
        const { verdict, milliseconds } = results[next.k];
        const seconds = (milliseconds / 1000).toFixed(1).padStart(5);
        console.log(`${seconds} s  ${verdict.padEnd(9)}  ${next.fault.file}: ${next.fault.name}`);
      }
    };
    const [first, ...others] = folders;
    const baseline = checkBaseline(first, chosen).then(async (isGreen) => {
      if (!isGreen) waiting.splice(0);
      await work(first);
      return isGreen;
    });
    const [isGreen] = await Promise.all([baseline, ...others.map(work)]);
    const passed = results.filter((result) => result?.verdict === 'found').length;
    const failed = chosen.length - passed;
    console.log(`${passed} passed, ${failed} failed`);
    process.exitCode = isGreen && failed === 0 && passed > 0 ? 0 : 1;
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
};

await main(process.argv[2] ?? '');
