/** The command line of the LeNet example. */
import { Command, InvalidArgumentError } from 'commander';

/** What the user asked for. */
export interface Options {
  /** Undefined for the one that the library chooses. */
  readonly backend?: 'wasm' | 'js' | 'reference';
  readonly epochs: number;
  readonly batch: number;
  readonly rate: number;
  readonly seed: number;
  /** A folder with IDX files as MNIST names them, or undefined for the digits that come along. */
  readonly data?: string;
  readonly out: string;
  readonly resume: boolean;
}

const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}`);
  };

const positive = (text: string): number => {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('expected a number above 0');
};

const backendName = (text: string): NonNullable<Options['backend']> => {
  if (text === 'wasm' || text === 'js' || text === 'reference') return text;
  throw new InvalidArgumentError("expected 'wasm', 'js' or 'reference'");
};

/**
 * Reads the arguments of the process; prints help or a message and ends it where that is asked for.
 */
export const readOptions = (argv: readonly string[]): Options =>
  new Command()
    .name('npm start --')
    .description('LeNet-5 learns handwritten digits and writes a report.')
    .option(
      '--backend <name>',
      "'wasm' (vectors), 'js' (generated JavaScript) or 'reference' (slow) (default: the best one)",
      backendName,
    )
    .option('--epochs <n>', 'passes over the training set', wholeNumber(1, 10_000), 25)
    .option('--batch <n>', 'samples per step', wholeNumber(1, 65_536), 32)
    .option('--rate <x>', 'learning rate of Adam', positive, 0.002)
    .option('--seed <n>', 'where all randomness comes from', wholeNumber(0, 2 ** 32 - 1), 1)
    .option('--data <folder>', 'IDX files named as those of MNIST (also .gz)')
    .option('--out <folder>', 'where report and parameters go', 'out/lenet')
    .option('--resume', 'go on from the parameters in --out', false)
    .allowExcessArguments(false)
    .parse(argv as string[])
    .opts<Options>();
