/** Prints how long steps and kernels take on a GPU, beside jax-js: see bench/README.md. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import process from 'node:process';
import Table from 'cli-table3';
import { compareOnGpu } from './gpu-contender.ts';
import { copyBandwidth, fullSizes, kernelTasks, loadJax, smallSizes } from './gpu-tasks.ts';
import { hostFaults, hostTimes } from './host-time.ts';
import { openMachine } from './open-gpu.ts';
import { trainingTasks } from './training-tasks.ts';

const flags = new Set(process.argv.slice(2));
const known = ['--small', '--full', '--host-time'];
const unknown = [...flags].filter((flag) => !known.includes(flag));
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(' ')}; known: ${known.join(' ')}`);
  process.exit(2);
}

const machine = await openMachine();
const isSmall = flags.has('--small') || (machine.isSoftware && !flags.has('--full'));
const sizes = isSmall ? smallSizes : fullSizes;
const packageOf = (path: string): string =>
  JSON.parse(readFileSync(createRequire(import.meta.url).resolve(path), 'utf8')).version;
const jaxVersion = packageOf('./node_modules/@jax-js/jax/package.json');
const dawnVersion = packageOf('../node_modules/webgpu/package.json');
console.log(machine.title);
console.log(`${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}, webgpu ${dawnVersion}\n`);

const tableOf = (head: string[]): Table.Table =>
  new Table({
    head,
    colAligns: head.map((_, k) => (k < 2 && head[1] === 'by' ? 'left' : 'right')),
    style: { head: [], border: [] },
  });

const host = tableOf(['launches', 'dispatches', 'ahead', 'call ms', 'us per dispatch', 'total ms']);
const times = await hostTimes(machine);
for (const { launches, dispatches, ahead, call, total } of times) {
  host.push([
    launches,
    dispatches,
    ahead,
    call.toFixed(3),
    ((1000 * call) / dispatches).toFixed(2),
    total.toFixed(3),
  ]);
}
console.log(`The time of calls of a step, by steps between two readings\n${host.toString()}\n`);
const faults = hostFaults(times);
for (const fault of faults) console.log(`FAULT: ${fault}`);

if (!flags.has('--host-time')) {
  const jax = await loadJax();
  const bandwidth = await copyBandwidth(machine, sizes.elements);
  console.log(`copies of the device: ${(bandwidth / 1e6).toFixed(1)} GB/s, read and written`);
  console.log(`jax-js ${jaxVersion} in the same process${isSmall ? '; small sizes' : ''}`);
  const table = tableOf(['task', 'by', 'median ms', 'least ms', 'GFLOP/s', 'of copies']);
  const tasks = [...kernelTasks(machine, jax, sizes), ...trainingTasks(machine, jax, sizes)];
  for (const task of tasks) {
    process.stderr.write(`${task.name}\n`);
    const timings = await compareOnGpu(task, isSmall ? 9 : 15);
    timings.forEach(({ name, median, least, error }, k) => {
      const flops = (2 * task.multiplyAdds) / least / 1e6;
      const share = task.bytes / least / bandwidth;
      table.push([
        k === 0 ? task.name : '',
        name,
        error === undefined ? median.toFixed(3) : { content: error, colSpan: 4 },
        ...(error === undefined
          ? [
              least.toFixed(3),
              task.multiplyAdds === 0 ? '' : flops.toFixed(1),
              task.bytes === 0 ? '' : `${(100 * share).toFixed(0)} %`,
            ]
          : []),
      ]);
    });
  }
  console.log(table.toString());
}
process.exit(faults.length > 0 ? 1 : 0);
