/**
 * Measures the accuracy of every function and writes docs/accuracy.md: `npm run accuracy`. Takes
 * some minutes; tests/functions/accuracy.test.ts checks the table with fewer points.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { bundle } from './bundle.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const POINTS = 100_000;

/** Measures one function after the other, as they are asked for. */
const work = async () => {
  const { measureAll } = await import(workerData);
  parentPort.on('message', (name) => {
    parentPort.postMessage([name, measureAll(name, POINTS)]);
  });
};

const showErrors = ({ worst, mean, at }) =>
  `${Math.ceil(worst * 100) / 100} | ${mean.toFixed(3)} | ${worst === 0 ? '' : at.join(', ')}`;
const showLine = (name, [single, reference, double]) => {
  const plain = Math.ceil(reference.worst * 100) / 100;
  return `| \`${name}\` | ${showErrors(single)} | ${plain} | ${showErrors(double)} |`;
};

const text = (names, results) => `# Accuracy

How far functions are from the truth, in ulp: the distance between two neighbouring numbers of the
dtype at the true value. 0.5 is the best that rounding can do. Written by \`npm run accuracy\`,
which asks every function at ${POINTS.toLocaleString('en')} points for each dtype: a quarter evenly
among all floats of the domain, a quarter evenly in the range of ordinary use, a quarter evenly
among the magnitudes there, and a quarter near places where formulas change or lose digits. A test
repeats the first of these points and the worst ones.

- The truth for \`f64\` is computed with 160 bits. The truth for \`f32\` is the \`f64\` result.
- The \`js\` backend computes \`f32\` in doubles and rounds when it stores: every function is within
  1 ulp. The reference backend rounds after each operation, and so do programs that store what is
  between; functions of one instruction give the same there.
- The \`wasm\` backend, the default, computes some functions of \`f32\` in vectors: its bounds
  are in [wasm.md](wasm.md). All others are those of \`js\`.
- In \`f64\` all of them compute the same. The functions of \`Math\` are those of V8.
- Errors of \`lgamma\`, \`digamma\` and \`logaddexp\` are in ulp of the result or of 1, whichever is
  larger: near some of their zeros only the absolute error is small.
- \`gelu\` with \`approximate: 'tanh'\` loses digits in \`f64\` where its result is tiny, because
  there the exponent is large.
- Parameters are the default ones, but alpha is 2 for \`celu\`.

| Function | f32 worst | mean | at | f32 reference | f64 worst | mean | at |
|---|---|---|---|---|---|---|---|
${names.map((name) => showLine(name, results.get(name))).join('\n')}
`;

const main = async () => {
  const [module] = await bundle([resolve(root, 'tests/accuracy/measure.ts')], 'accuracy');
  process.once('exit', () => rmSync(dirname(module), { recursive: true, force: true }));
  const url = pathToFileURL(module).href;
  const { measuredNames } = await import(url);
  const results = new Map();
  const waiting = [...measuredNames];
  const run = () =>
    new Promise((done, failed) => {
      const worker = new Worker(fileURLToPath(import.meta.url), { workerData: url });
      const next = () => {
        const name = waiting.shift();
        if (name !== undefined) worker.postMessage(name);
        else worker.terminate().then(done);
      };
      worker.on('error', failed);
      worker.on('message', ([name, errors]) => {
        results.set(name, errors);
        console.log(`${results.size} of ${measuredNames.length}: ${name}`);
        next();
      });
      next();
    });
  const workers = Math.min(4, availableParallelism());
  await Promise.all(Array.from({ length: workers }, run));
  writeFileSync(resolve(root, 'docs/accuracy.md'), text(measuredNames, results));
};

await (isMainThread ? main() : work());
