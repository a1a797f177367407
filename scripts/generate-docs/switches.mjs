/** What stages of the compiler are worth on the training step of LeNet, as it counts itself. */
import { load } from './library.mjs';

const rows = [
  [undefined, 'everything on'],
  ['deadCode', 'without `deadCode`'],
  ['fuse', 'without `fuse`'],
  ['planMemory', 'without `planMemory`'],
];
const sum = (launches, amount) => launches.reduce((total, launch) => total + amount(launch), 0);
const thousands = (count) => Math.round(count / 1000).toLocaleString('en-US');

/** A table with a row per stage switched off. */
export const switchTable = async () => {
  const { explain, tensor, zeros } = await load('src/index.ts');
  const { key } = await load('src/stdlib/random/index.ts');
  const { initLenet } = await load('examples/lenet/model.ts');
  const { step } = await load('examples/lenet/train.ts');
  const { optimizer } = await load('examples/lenet/training-state.ts');
  const parameters = initLenet(key(1));
  const state = optimizer.init(parameters);
  const labels = zeros([32], { dtype: 'i32' });
  const values = [parameters, state, zeros([32, 1, 32, 32]), labels, tensor(0.001)];
  const lines = rows.map(([name, title]) => {
    const switches = name === undefined ? {} : { [name]: false };
    const { launches, arenaBytes } = explain(step, { switches })(...values);
    const moved = sum(launches, (launch) => launch.bytesRead + launch.bytesWritten);
    const flops = sum(launches, (launch) => launch.flops);
    const numbers = [launches.length, ...[arenaBytes, moved, flops].map(thousands)];
    return `| ${title} | ${numbers.join(' | ')} |`;
  });
  const head = '| | launches | arena, kB | read and written, kB | kFLOP |';
  return [head, '|---|--:|--:|--:|--:|', ...lines].join('\n');
};
