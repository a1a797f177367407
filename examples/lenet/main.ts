/** LeNet-5 learns handwritten digits: `npm start`, or `npm start -- --help` for its flags. */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import process from 'node:process';
import {
  type Backend,
  defaultBackendChoice,
  GradloomError,
  init,
  js,
  reference,
  setDefaultBackend,
} from 'gradloom';
import * as random from 'gradloom/random';
import { writeReport } from '../report/write-report.ts';
import { layerTable } from '../terminal/layer-table.ts';
import { loadDigits } from './digits.ts';
import { evaluate } from './evaluate.ts';
import { initLenet, layers } from './model.ts';
import { type Options, readOptions } from './options.ts';
import { makeReport } from './report.ts';
import { train } from './train.ts';
import { loadState, newState, saveState } from './training-state.ts';

const openBackend = async (name: Options['backend']): Promise<Backend> => {
  if (name === 'wasm') return init('wasm');
  if (name === 'js') return js;
  if (name === 'reference') return reference;
  const { backend, passedOver } = defaultBackendChoice();
  for (const other of passedOver) console.log(`not on ${other.name}: ${other.why}`);
  return backend;
};

const main = async (): Promise<void> => {
  const options = readOptions(process.argv);
  const backend = await openBackend(options.backend);
  setDefaultBackend(backend);
  const dataset = await loadDigits(options.data, options.seed);
  const settings = {
    seed: options.seed,
    batch: options.batch,
    rate: options.rate,
    dataset: dataset.name,
  };
  const path = join(options.out, 'lenet.safetensors');
  const fresh = newState(initLenet(random.key(options.seed)));
  const state = options.resume ? await loadState(path, fresh, settings) : fresh;

  console.log(
    `LeNet-5 on ${dataset.name}: ${dataset.train.labels.data.length} pictures to learn from,`,
  );
  console.log(`${dataset.test.labels.data.length} to test on, backend ${backend.name}`);
  console.log(layerTable(layers(state.parameters)));

  await mkdir(options.out, { recursive: true });
  const finished = await train(state, dataset, options);
  await saveState(path, state, settings);
  const result = evaluate(state.parameters, dataset.test);
  const report = await makeReport({ state, dataset, options, result, backend });
  const page = await writeReport(join(options.out, 'report.html'), report);
  if (!finished) console.log('\nstopped early; --resume goes on from here');
  console.log(`\ntest accuracy ${(100 * result.accuracy).toFixed(2)} %`);
  console.log(`parameters    ${resolve(path)}`);
  console.log(`report        ${page}`);
};

try {
  await main();
} catch (error) {
  // A mistake of the user's needs a sentence, not a stack.
  const isExpected =
    error instanceof GradloomError || (error instanceof Error && /^--/.test(error.message));
  console.error(isExpected ? error.message : error);
  process.exitCode = 1;
}
