/** Finds what stands in bench/node_modules, and installs it where it is missing. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const folder = import.meta.dirname;

/** Whether the peers are installed as the lock file says. */
const areInstalled = (): boolean => {
  const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return Object.entries(dependencies as Record<string, string>).every(([name, version]) => {
    const file = join(folder, 'node_modules', name, 'package.json');
    return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).version === version;
  });
};

/** Installs the peers where they are missing; throws an Error where that fails. */
export const installPeers = (): void => {
  if (areInstalled()) return;
  process.stderr.write('the peers are missing: npm ci --prefix bench\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status, error } = spawnSync(npm, ['ci', '--prefix', folder], {
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`npm ci --prefix bench ended with ${status}`);
};

/** The Node.js that was asked for; throws an Error that says what to do where it is not there. */
export const findNode = (which: string): string => {
  if (which === 'current' || which === process.versions.node.split('.')[0]) return process.execPath;
  if (which !== '24') {
    if (existsSync(which)) return which;
    throw new Error(`--node: '${which}' is no file; known are '24' and 'current'`);
  }
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const binary = platform === 'win' ? 'node.exe' : 'node';
  const name = `node-${platform}-${process.arch}`;
  const path = join(folder, 'node_modules', name, 'bin', binary);
  if (existsSync(path)) return path;
  throw new Error(`--node: the package ${name} is not installed; give --node current or a path`);
};
