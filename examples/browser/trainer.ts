/**
 * The training loop of the page: it works in bursts of a few steps, so that messages are answered
 * while it runs. It lives in the worker and knows nothing of the page.
 */
import { type Backend, explain, js, setDefaultBackend, tensor, toBackend } from 'gradloom';
import { batches, gatherRows, stratifiedSplit } from 'gradloom/data';
import type { SmallDigits } from '../data/read-digits.ts';
import { type BackendChoice, backendChoices } from './backends.ts';
import type { KernelEntry, Report } from './messages.ts';
import {
  batchSize,
  countCorrect,
  initNetwork,
  type Network,
  type OptimizerState,
  optimizer,
  probabilities,
  step,
} from './model.ts';

const seed = 1;
/** A burst ends after so many milliseconds or steps, whichever comes first. */
const burst = { milliseconds: 30, steps: 16 };
/** Training stops by itself after so many epochs; the next start goes on for as many. */
const epochsPerStart = 30;

/** Lets waiting messages through; `setTimeout` would wait 4 ms each time. */
const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });

interface Learned {
  parameters: Network;
  state: OptimizerState;
  /** Finished steps. */
  steps: number;
  /** Milliseconds spent on steps, and the steps they were spent on. */
  milliseconds: number;
  timedSteps: number;
}

const imagesOf = (digits: SmallDigits) =>
  tensor(digits.images.data, { shape: [digits.labels.data.length, 1, 8, 8] });
const labelsOf = ({ labels }: SmallDigits) => tensor(labels.data, { shape: [labels.data.length] });
const pick = ({ images, labels }: SmallDigits, rows: Int32Array): SmallDigits => ({
  images: gatherRows(images, rows),
  labels: gatherRows(labels, rows),
});

/** Trains the network on 80 % of the digits and says through `report` what happens. */
export class Trainer {
  private readonly train: SmallDigits;
  private readonly test: SmallDigits;
  private readonly report: (message: Report) => void;
  private backend: Backend = js;
  private learned: Learned;
  private isRunning = false;
  /** The loop that goes on, or one that has ended. */
  private loop: Promise<void> = Promise.resolve();
  private order: Int32Array[] = [];

  constructor(digits: SmallDigits, report: (message: Report) => void) {
    const parts = stratifiedSplit(digits.labels.data, { fraction: 0.2, seed });
    this.train = pick(digits, parts.train);
    this.test = pick(digits, parts.test);
    this.report = report;
    this.learned = this.fresh();
  }

  /** Pictures to learn from, pictures to test on and steps of an epoch. */
  get sizes(): { readonly train: number; readonly test: number; readonly stepsPerEpoch: number } {
    const train = this.train.labels.data.length;
    const stepsPerEpoch = Math.floor(train / batchSize);
    return { train, test: this.test.labels.data.length, stepsPerEpoch };
  }

  private fresh(): Learned {
    const parameters = initNetwork(seed);
    const state = optimizer.init(parameters);
    return { parameters, state, steps: 0, milliseconds: 0, timedSteps: 0 };
  }

  /** Goes on with another backend: what was learned moves there. */
  async choose(name: string): Promise<void> {
    const choice = backendChoices.find((entry) => entry.name === name);
    if (choice === undefined) throw new Error(`there is no backend '${name}'`);
    const wasRunning = this.isRunning;
    await this.pause();
    this.backend = await choice.open();
    setDefaultBackend(this.backend);
    const { parameters, state, steps } = this.learned;
    const moved = await toBackend({ parameters, state }, this.backend);
    this.learned = { ...moved, steps, milliseconds: 0, timedSteps: 0 };
    this.report({ kind: 'kernels', backend: name, kernels: this.kernels(choice) });
    if (wasRunning) this.start();
  }

  /** The kernels of one step, as the compiler makes them for the backend in use. */
  private kernels({ language }: BackendChoice): KernelEntry[] {
    const rows = Int32Array.from({ length: batchSize }, (_, k) => k);
    const some = pick(this.train, rows);
    const { parameters, state } = this.learned;
    const shown = explain(step, { backend: this.backend })(
      parameters,
      state,
      imagesOf(some),
      labelsOf(some),
    );
    return shown.launches.map((launch) => ({
      name: launch.name,
      work: launch.work,
      flops: launch.flops * launch.runs,
      bytesRead: launch.bytesRead * launch.runs,
      bytesWritten: launch.bytesWritten * launch.runs,
      source: launch.source || launch.kernel,
      language: launch.source ? language : 'text',
    }));
  }

  /** Trains until `pause` or the last epoch; does nothing when it trains already. */
  start(): void {
    if (this.isRunning) return;
    this.isRunning = true;
    this.report({ kind: 'state', isRunning: true, isFinished: false });
    this.loop = this.run().catch((error: unknown) => {
      this.isRunning = false;
      this.report({ kind: 'error', message: String(error) });
      this.report({ kind: 'state', isRunning: false, isFinished: false });
    });
  }

  /** Stops after the burst that goes on. */
  async pause(): Promise<void> {
    const wasRunning = this.isRunning;
    this.isRunning = false;
    await this.loop;
    if (wasRunning) this.report({ kind: 'state', isRunning: false, isFinished: false });
  }

  /** Stops and forgets everything learned. */
  async reset(): Promise<void> {
    await this.pause();
    this.learned = this.fresh();
    this.report({ kind: 'cleared' });
  }

  private async run(): Promise<void> {
    const { stepsPerEpoch } = this.sizes;
    const last = this.learned.steps + epochsPerStart * stepsPerEpoch;
    while (this.isRunning && this.learned.steps < last) {
      await this.burst(stepsPerEpoch);
      if (this.learned.steps % stepsPerEpoch === 0) await this.evaluate(stepsPerEpoch);
      await nextTurn();
    }
    if (!this.isRunning) return;
    this.isRunning = false;
    this.report({ kind: 'state', isRunning: false, isFinished: true });
  }

  /** A few steps, never past the end of an epoch, and one report about them. */
  private async burst(stepsPerEpoch: number): Promise<void> {
    const { learned } = this;
    const values: { data(): Promise<Iterable<number>> }[] = [];
    const begin = performance.now();
    do {
      const place = learned.steps % stepsPerEpoch;
      if (place === 0 || this.order.length === 0) {
        const epoch = Math.floor(learned.steps / stepsPerEpoch);
        const count = this.train.labels.data.length;
        this.order = batches(count, batchSize, { seed, epoch, dropLast: true });
      }
      const batch = pick(this.train, this.order[place] as Int32Array);
      const [parameters, state, value] = step(
        learned.parameters,
        learned.state,
        imagesOf(batch),
        labelsOf(batch),
      );
      Object.assign(learned, { parameters, state, steps: learned.steps + 1 });
      values.push(value);
    } while (
      values.length < burst.steps &&
      learned.steps % stepsPerEpoch !== 0 &&
      performance.now() - begin < burst.milliseconds
    );
    // Losses are read after the burst: a GPU would otherwise be waited for at each step.
    const losses = (await Promise.all(values.map((value) => value.data()))).map(([x]) => x ?? NaN);
    learned.milliseconds += performance.now() - begin;
    learned.timedSteps += values.length;
    const throughput = (1000 * learned.timedSteps * batchSize) / learned.milliseconds;
    this.report({ kind: 'progress', step: learned.steps, losses, throughput });
  }

  private async evaluate(stepsPerEpoch: number): Promise<void> {
    const { parameters, steps } = this.learned;
    const correct = countCorrect(parameters, imagesOf(this.test), labelsOf(this.test));
    const [right = 0] = await correct.data();
    this.report({
      kind: 'accuracy',
      epoch: Math.round(steps / stepsPerEpoch),
      accuracy: right / this.test.labels.data.length,
    });
  }

  /** The probabilities of the ten classes for one picture of 64 values. */
  async predict(pixels: Float32Array): Promise<void> {
    const picture = tensor(pixels, { shape: [1, 1, 8, 8] });
    const row = await probabilities(this.learned.parameters, picture).data();
    this.report({ kind: 'prediction', probabilities: Float32Array.from(row) });
  }

  /** Picks a picture of the test set. */
  sample(): void {
    const row = Math.floor(Math.random() * this.test.labels.data.length);
    const pixels = this.test.images.data.slice(row * 64, (row + 1) * 64);
    this.report({ kind: 'sample', pixels, label: this.test.labels.data[row] ?? 0 });
  }
}
