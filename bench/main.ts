/** Times Gradloom and its peers on the same work: see bench/README.md. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import type * as Bundling from '../scripts/bundle.mjs';
import {
  baselineContender,
  type Contender,
  contenders,
  needsPeers,
  referenceContender,
} from './contenders.ts';
import { findNode, installPeers } from './install-peers.ts';
import { matching, readOptions } from './options.ts';
import { markdownReport } from './report/markdown.ts';
import { ask, type Processes } from './running/ask.ts';
import { measureTask } from './running/measure-task.ts';
import type { Measurement } from './running/messages.ts';
import type { Report, TaskResult } from './running/results.ts';
import { fullSampling, quickSampling } from './running/sample.ts';
import { tasks } from './tasks/list.ts';

const options = readOptions(process.argv);
const progress = (text: string): void => void process.stderr.write(`${text}\n`);

const chosenTasks = matching(tasks, options.only, ({ name, group }) => [name, group]);
const asked = matching(contenders, options.contender, ({ name }) => [name]);
if (options.list) {
  for (const { name, group } of chosenTasks) console.log(`${group}: ${name}`);
  for (const { name } of asked) console.log(name);
  process.exit(0);
}
if (chosenTasks.length === 0) throw new Error(`--only: no task matches '${options.only}'`);
if (asked.length === 0) throw new Error(`--contender: none matches '${options.contender}'`);

if (options.node === '24' || asked.some(needsPeers)) installPeers();
const sampling = options.quick ? quickSampling : fullSampling;
// Not bundled with this program: it finds the repository from where it stands.
const bundling = pathToFileURL(resolve(import.meta.dirname, '../scripts/bundle.mjs')).href;
const { bundle }: typeof Bundling = await import(bundling);
const [program] = (await bundle(
  [resolve(import.meta.dirname, 'child.ts')],
  `bench-${process.pid}`,
)) as [string];
process.once('exit', () => rmSync(dirname(program), { recursive: true, force: true }));
const processes: Processes = {
  node: findNode(options.node),
  program,
  patience: options.quick ? 60_000 : 180_000,
};

/** Opens every contender once: who cannot is left out, loudly. */
const versions: [string, string][] = [];
const leftOut: [string, string][] = [];
const ready: Contender[] = [];
for (const contender of asked) {
  const reply = await ask<string>(processes, { kind: 'open', contender });
  if (reply.kind === 'done') {
    ready.push(contender);
    versions.push([contender.name, reply.value]);
  } else {
    leftOut.push([contender.name, reply.message]);
    progress(`LEFT OUT: ${contender.name}: ${reply.message}`);
  }
}

const results: TaskResult[] = [];
for (const task of chosenTasks) {
  results.push(
    await measureTask(task, {
      contenders: ready,
      reference: referenceContender,
      sampling,
      rounds: options.quick ? 1 : 2,
      firstRounds: options.quick ? 2 : 5,
      ask: (request) => ask<Measurement>(processes, request),
      progress,
    }),
  );
}

const node = execFileSync(processes.node, ['-p', 'process.version + ", V8 " + process.versions.v8'])
  .toString()
  .trim();
const report: Report = {
  date: new Date().toISOString(),
  command: `npm run bench -- ${process.argv.slice(2).join(' ')}`.trim(),
  machine: [
    ['machine', `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores`],
    ['memory', `${Math.round(totalmem() / 2 ** 30)} GiB`],
    ['system', `${process.platform} ${process.arch}`],
    ['Node.js', node],
    ['samples', options.quick ? 'few (--quick)' : 'all'],
  ],
  versions,
  leftOut,
  limits: [],
  baseline: baselineContender.name,
  results,
};
mkdirSync(options.out, { recursive: true });
const markdown = markdownReport(report);
writeFileSync(join(options.out, 'results.md'), markdown);
writeFileSync(join(options.out, 'results.json'), `${JSON.stringify(report, null, 1)}\n`);
console.log(markdown);
progress(`written to ${resolve(options.out)}`);
