/** What comes before measuring: the processes that contenders run in, and who can run at all. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname, resolve } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import type * as Bundling from '../../scripts/bundle.mjs';
import type * as Eager from '../../scripts/eager-functions.mjs';
import type { Contender } from '../contenders.ts';
import { ask, type Processes } from './ask.ts';
import type { Report } from './results.ts';

/** Bundles the program of contenders; the bundle is removed when this process ends. */
export const prepareProcesses = async (node: string, patience: number): Promise<Processes> => {
  // Not bundled with this program: they find the repository from where they stand.
  const script = (name: string): string =>
    pathToFileURL(resolve(import.meta.dirname, '../../scripts', name)).href;
  const { bundle, root }: typeof Bundling = await import(script('bundle.mjs'));
  const { eagerFunctions }: typeof Eager = await import(script('eager-functions.mjs'));
  const child = resolve(import.meta.dirname, '../child.ts');
  // As in the published package.
  const plugins = [eagerFunctions(root)];
  const [program] = (await bundle([child], `bench-${process.pid}`, plugins)) as [string];
  process.once('exit', () => rmSync(dirname(program), { recursive: true, force: true }));
  return { node, program, patience };
};

/** Who runs, in which version, and who is left out and why. */
export interface Field {
  readonly ready: readonly Contender[];
  readonly versions: Report['versions'];
  readonly leftOut: Report['leftOut'];
}

/** Opens every contender once: who cannot run is left out, loudly. */
export const openAll = async (
  processes: Processes,
  asked: readonly Contender[],
  progress: (text: string) => void,
): Promise<Field> => {
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
  return { ready, versions, leftOut };
};

/** The machine, the engine, the date and the command, for the head of a report. */
export const describeRun = (
  { node }: Processes,
  isQuick: boolean,
): Pick<Report, 'date' | 'command' | 'machine'> => ({
  date: new Date().toISOString(),
  command: `npm run bench -- ${process.argv.slice(2).join(' ')}`.replace(/ -- $/, ''),
  machine: [
    ['machine', `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores`],
    ['memory', `${Math.round(totalmem() / 2 ** 30)} GiB`],
    ['system', `${process.platform} ${process.arch}`],
    [
      'Node.js',
      execFileSync(node, ['-p', 'process.version + ", V8 " + process.versions.v8'])
        .toString()
        .trim(),
    ],
    ['samples', isQuick ? 'few (--quick)' : 'all'],
  ],
});
