/**
 * The terminal's side of a training run: the layer table, and progress on a terminal and on a pipe.
 */
import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { layerTable } from '../../examples/terminal/layer-table.ts';
import { trainingProgress } from '../../examples/terminal/training-progress.ts';

class Screen extends Writable {
  text = '';
  readonly isTTY: boolean;
  readonly columns: number;
  constructor(isTTY: boolean, columns = 120) {
    super();
    this.isTTY = isTTY;
    this.columns = columns;
  }
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** Two epochs of three steps, half a second a step. */
const train = (stream: Screen): void => {
  let time = 0;
  const progress = trainingProgress({
    epochs: 2,
    stepsPerEpoch: 3,
    batchSize: 64,
    stream,
    now: () => time,
  });
  for (let epoch = 1; epoch <= 2; epoch += 1) {
    for (let step = 1; step <= 3; step += 1) {
      time += 500;
      progress.step({ epoch, step, loss: 1 / step, accuracy: 0.5 });
    }
    progress.epoch({ epoch, loss: 0.25 / epoch, trainAccuracy: 0.9, testAccuracy: 0.875 });
  }
  progress.stop();
};

const lines = [
  'epoch 1/2  loss 0.2500  train  90.00 %  test  87.50 %  128 samples/s  1.5 s left\n',
  'epoch 2/2  loss 0.1250  train  90.00 %  test  87.50 %  128 samples/s  done\n',
].join('');

describe('training progress', () => {
  test('on a pipe: one plain line for each epoch', () => {
    const screen = new Screen(false);
    train(screen);
    expect(screen.text).toBe(lines);
  });

  test('on a terminal: a line redrawn in place, cleared before each lasting line', () => {
    const screen = new Screen(true);
    train(screen);
    const text = stripVTControlCharacters(screen.text);
    expect(text).toContain('epoch 1/2  step 1/3  loss 1.000  accuracy 50.0 %  128 samples/s');
    expect(text).toContain('1.5 s left');
    expect(text).toMatch(/[━─]{6,}/);
    expect(text.match(/\n/g)).toHaveLength(2);
    // Each lasting line starts in the first column of a line just cleared.
    const clearedLine = '\u001b[1G\u001b[2K';
    for (const line of lines.trimEnd().split('\n')) {
      expect(screen.text).toContain(`${line}\n`);
    }
    expect(screen.text).toContain(`${clearedLine}epoch 1/2  loss`);
  });

  test('on a narrow terminal no drawn line is wider than the window', () => {
    const screen = new Screen(true, 40);
    train(screen);
    const drawn = stripVTControlCharacters(screen.text.replaceAll('\u001b[0K', '\n'));
    expect(drawn).toContain('step 3/3');
    for (const line of drawn.split('\n')) {
      if (line.includes('step')) expect(line.length).toBeLessThanOrEqual(40);
    }
  });

  test('nothing is written before the first step, and stop may be called twice', () => {
    const screen = new Screen(true);
    const progress = trainingProgress({
      epochs: 1,
      stepsPerEpoch: 1,
      batchSize: 1,
      stream: screen,
    });
    progress.stop();
    progress.stop();
    expect(screen.text).toBe('');
  });
});

test('the layer table has a row for each layer and the total', () => {
  const table = layerTable([
    { name: 'conv 5×5', outputShape: ['N', 6, 28, 28], parameters: 156 },
    { name: 'dense', outputShape: ['N', 10], parameters: 850_000 },
  ]);
  expect(table).toBe(
    [
      '┌──────────┬─────────────────┬────────────┐',
      '│ Layer    │ Output shape    │ Parameters │',
      '├──────────┼─────────────────┼────────────┤',
      '│ conv 5×5 │ N × 6 × 28 × 28 │        156 │',
      '│ dense    │ N × 10          │    850,000 │',
      '│ Total                      │    850,156 │',
      '└────────────────────────────┴────────────┘',
    ].join('\n'),
  );
});

test('a hostile layer name cannot drive the terminal or tear the table', () => {
  const table = layerTable([{ name: '\u001b[2Jx\ny\u0007', outputShape: [], parameters: 1 }]);
  expect(table).not.toMatch(/(?!\n)\p{Cc}/u);
  expect(table.split('\n')).toHaveLength(6);
});
