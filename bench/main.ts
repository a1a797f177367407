/** Times Gradloom and its peers on the same work: see bench/README.md. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import {
  baselineContender,
  contenders,
  needsPeers,
  referenceContender,
  sharesProcess,
} from './contenders.ts';
import { findNode, installPeers } from './install-peers.ts';
import type { Sweep } from './machine/sweep.ts';
import { matching, type Options, readOptions } from './options.ts';
import { inTurnReport, type TaskTurns } from './report/in-turn-report.ts';
import { markdownReport } from './report/markdown.ts';
import { pageOf } from './report/page.ts';
import { sweepReport } from './report/sweep-report.ts';
import { ask, type Processes } from './running/ask.ts';
import type { Turns } from './running/in-turn.ts';
import { measureTask } from './running/measure-task.ts';
import type { Measurement } from './running/messages.ts';
import { describeRun, type Field, openAll, prepareProcesses } from './running/prepare.ts';
import type { Limit, Report, TaskResult } from './running/results.ts';
import { fullSampling, quickSampling, sweepSampling } from './running/sample.ts';
import { tasks } from './tasks/list.ts';

const isGradloom = (contender: string): boolean => contender.startsWith('gradloom');

const progress = (text: string): void => void process.stderr.write(`${text}\n`);

const write = (folder: string, files: Readonly<Record<string, string>>): void => {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
};

const filesOf = (report: Report) => ({
  'results.md': markdownReport(report),
  'results.html': pageOf(report),
  'results.json': `${JSON.stringify(report, null, 1)}\n`,
});

const runSweep = async (processes: Processes, field: Field, options: Options): Promise<void> => {
  const facts = describeRun(processes, options.quick);
  for (const contender of field.ready) {
    progress(`sweep: ${contender.name}`);
    const reply = await ask<Sweep>(
      { ...processes, patience: 3_600_000 },
      { kind: 'sweep', contender, sampling: options.quick ? quickSampling : sweepSampling },
    );
    if (reply.kind !== 'done') throw new Error(`${contender.name}: ${reply.message}`);
    const text = sweepReport(facts, contender.name, reply.value);
    const isOnly = field.ready.length === 1;
    const suffix = isOnly ? '' : `-${contender.name.replaceAll(/[^a-z0-9]+/gi, '-')}`;
    write(options.out, { [`sweep${suffix}.md`]: text });
    progress(`written to ${resolve(options.out)}`);
    console.log(text);
  }
};

const runInTurn = async (processes: Processes, field: Field, options: Options): Promise<void> => {
  const chosen = matching(tasks, options.only, ({ name, group }) => [name, group]).filter(
    ({ work }) => work.kind !== 'first',
  );
  if (chosen.length === 0) throw new Error(`--only: no task matches '${options.only}'`);
  const contenders = field.ready.filter(sharesProcess);
  const others = field.ready.filter((contender) => !sharesProcess(contender));
  for (const { name } of others) progress(`${name}: cannot be called in turn with others`);
  if (contenders.length === 0) throw new Error('no contender can be called in turn');
  const sampling = options.quick ? quickSampling : fullSampling;
  const seen: TaskTurns[] = [];
  let text = '';
  for (const { name: task, work, tolerance } of chosen) {
    progress(`${task}: in turn`);
    const patience = processes.patience * contenders.length;
    const shared = { contenders, reference: referenceContender, work, tolerance, sampling };
    const request = { kind: 'inTurn', ...shared } as const;
    const reply = await ask<Turns[]>({ ...processes, patience }, request);
    if (reply.kind !== 'done') progress(`${task}: ${reply.message}`);
    else seen.push({ task, turns: reply.value });
    text = inTurnReport(describeRun(processes, options.quick), seen);
    write(options.out, { 'in-turn.md': text });
  }
  console.log(text);
  progress(`written to ${resolve(options.out)}`);
  const isWrong = seen.some(({ turns }) =>
    turns.some(({ contender, refused }) => refused !== undefined && isGradloom(contender)),
  );
  if (isWrong || seen.length < chosen.length) process.exitCode = 1;
};

const runTasks = async (processes: Processes, field: Field, options: Options): Promise<void> => {
  const sampling = options.quick ? quickSampling : fullSampling;
  const chosen = matching(tasks, options.only, ({ name, group }) => [name, group]);
  if (chosen.length === 0) throw new Error(`--only: no task matches '${options.only}'`);
  const begin = loadavg()[0];
  progress('limits of the machine');
  const limits = await ask<Limit[]>(processes, { kind: 'limits', sampling });
  if (limits.kind !== 'done') throw new Error(`limits of the machine: ${limits.message}`);
  const results: TaskResult[] = [];
  const report = (): Report => {
    const { machine, ...facts } = describeRun(processes, options.quick);
    const loads = [begin, loadavg()[0]].map((load) => load?.toFixed(1)).join(' and ');
    return {
      ...facts,
      machine: [...machine, ['load', `${loads} processes at the beginning and at the end`]],
      versions: field.versions,
      leftOut: field.leftOut,
      limits: limits.value,
      baseline: baselineContender.name,
      results,
    };
  };
  let markdown = '';
  for (const task of chosen) {
    results.push(
      await measureTask(task, {
        contenders: field.ready,
        reference: referenceContender,
        sampling,
        rounds: options.quick ? 1 : 2,
        firstRounds: options.quick ? 2 : 5,
        ask: (request) => ask<Measurement>(processes, request),
        progress,
      }),
    );
    // After every task: who loses patience keeps what was seen so far.
    const files = filesOf(report());
    markdown = files['results.md'];
    write(options.out, files);
  }
  console.log(markdown);
  progress(`written to ${resolve(options.out)}`);
  const faults = results.flatMap(({ rows }) =>
    rows.filter(
      ({ contender, outcome: { kind } }) =>
        isGradloom(contender) && (kind === 'failed' || kind === 'differs'),
    ),
  );
  if (faults.length > 0) process.exitCode = 1;
};

const main = async (): Promise<void> => {
  const options = readOptions(process.argv);
  const pattern = options.contender ?? (options.sweep ? `^${baselineContender.name}$` : undefined);
  const asked = matching(contenders, pattern, ({ name }) => [name]);
  if (asked.length === 0) throw new Error(`--contender: none matches '${options.contender}'`);
  if (options.list) {
    for (const { name, group } of matching(tasks, options.only, (task) => [
      task.name,
      task.group,
    ])) {
      console.log(`${group}: ${name}`);
    }
    for (const { name } of asked) console.log(name);
    return;
  }
  if (options.node === '24' || asked.some(needsPeers)) installPeers();
  const patience = options.quick ? 60_000 : 300_000;
  const processes = await prepareProcesses(findNode(options.node), patience);
  const field = await openAll(processes, asked, progress);
  if (field.ready.length === 0) throw new Error('no contender can run here');
  const run = options.sweep ? runSweep : options.inTurn ? runInTurn : runTasks;
  await run(processes, field, options);
};

try {
  await main();
} catch (error) {
  // A mistake of the user's needs a sentence, not a stack.
  const isExpected = error instanceof Error && /^(--|npm ci|no contender)/.test(error.message);
  console.error(isExpected ? error.message : error);
  process.exitCode = 1;
}
