/** Wrong parts, look-ups and windows: the editor and the run time say the same sentence. */
import * as T from 'gradloom';
import { expect, test, vi } from 'vitest';
import { checkFile } from './checker.ts';

// The checker reads the declarations of the platform once, which takes a while on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

/** One wrong call per line, with x of [4, 6], an image of [1, 6, 8, 8] and a scalar index i. */
const calls = [
  'T.slice(x, [4])',
  'T.pad(x, [[-3, -2], [0, 0]])',
  'T.pad(x, [[1, 1]])',
  'T.unsqueeze(x, [0, 4])',
  'T.moveAxis(x, 2, 0)',
  'T.roll(x, 1, [0, 2])',
  'T.split(x, 4, 1)',
  'T.split(x, [1, 2])',
  'T.repeat(x, 2, 2)',
  'T.stack([x, image])',
  'T.topk(x, 7)',
  'T.topk(x, 1, -3)',
  'T.dynamicSlice(x, [i, 0], [5, 1])',
  'T.dynamicSlice(x, [i, 0], [5])',
  'T.dynamicUpdateSlice(x, T.zeros([1, 7]), [i, 0])',
  'T.dynamicUpdateSlice(x, T.zeros([7]), [i, 0])',
  'T.maxPool2d(image, 3, { dilation: 4 })',
  'T.maxPool3d(image, 3)',
  'T.avgPool2d(image, [9, 1])',
  'T.adaptiveAvgPool2d(image, [1, 2, 3])',
  'T.adaptiveMaxPool1d(image, 2)',
  'T.globalMaxPool(x)',
  'T.im2col(image, 9)',
  'T.col2im(T.zeros([1, 7, 4]), [2, 2], 2)',
  'T.pixelShuffle(image, 2)',
  'T.pixelUnshuffle(image, 3)',
  'T.resize(image, { size: [4] })',
  'T.conv2d(image, T.zeros([5, 3, 1, 1]), { groups: 2 })',
  'T.convTranspose2d(image, T.zeros([5, 3, 1, 1]))',
  'T.convTranspose2d(image, T.zeros([6, 3, 1, 1]), { groups: 4 })',
  'T.convTranspose2d(image, T.zeros([6, 3, 1, 1]), { padding: 4 })',
  'T.convTranspose3d(image, T.zeros([6, 3, 1, 1]))',
];

const prelude = `import * as T from 'gradloom';
const x = T.zeros([4, 6]);
const image = T.zeros([1, 6, 8, 8]);
const i = T.zeros([], { dtype: 'i32' });
`;
/** The sentence of the error that a call throws. */
const thrown = (call: string): string => {
  const run = new Function('T', `${prelude.slice(prelude.indexOf('const'))} return ${call};`) as (
    library: typeof T,
  ) => unknown;
  try {
    run(T);
  } catch (error) {
    if (error instanceof T.GradloomError) return error.rule;
    throw error;
  }
  throw new Error(`${call} throws nothing`);
};

test('wrong calls say one sentence, in the editor and at run time', () => {
  const lines = calls.map((call) => `export const m${calls.indexOf(call)} = ${call};`);
  const { diagnostics } = checkFile('tests/types/mistake.ts', prelude + lines.join('\n'));
  const first = prelude.split('\n').length;
  const said = new Map<number, string[]>();
  for (const diagnostic of diagnostics) {
    const [, line, text] = /^(\d+): (.*)/s.exec(diagnostic) as unknown as [string, string, string];
    const sentence = /"(\w+: [^"]*)"/.exec(text)?.[1] ?? text;
    said.set(Number(line), [...(said.get(Number(line)) ?? []), sentence]);
  }
  const editor = calls.map((call, k) => `${call}: ${(said.get(first + k) ?? []).join(' | ')}`);
  expect(editor).toEqual(calls.map((call) => `${call}: ${thrown(call)}`));
});
