/** Prints how long each task takes, as ratios: see bench/README.md. */
import { cpus } from 'node:os';
import process from 'node:process';
import Table from 'cli-table3';
import { compare, multiplyAddLimit } from './measure.ts';
import { makeTasks } from './tasks.ts';

const limit = multiplyAddLimit();
console.log(`Node ${process.version}, V8 ${process.versions.v8}, ${cpus()[0]?.model ?? 'unknown'}`);
console.log(`limit of one thread: ${(limit / 1e6).toFixed(2)} G multiply-adds per second\n`);
const table = new Table({
  head: ['task', 'by', 'median ms', 'least ms', 'times gradloom', 'of the limit'],
  colAligns: ['left', 'left', 'right', 'right', 'right', 'right'],
  style: { head: [], border: [] },
});
for (const task of await makeTasks()) {
  const timings = compare(task.contenders);
  const own = timings[0]?.median ?? Number.NaN;
  timings.forEach(({ name, median, least }, k) => {
    const share = task.multiplyAdds / least / limit;
    table.push([
      k === 0 ? task.name : '',
      name,
      median.toFixed(3),
      least.toFixed(3),
      (median / own).toFixed(2),
      task.multiplyAdds === 0 ? '' : `${(100 * share).toFixed(0)} %`,
    ]);
  });
}
console.log(table.toString());
