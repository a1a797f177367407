/**
 * Wrong layers, losses, products, look-ups and options: the editor and the run time say the same
 * sentence.
 */
import * as T from 'gradloom';
import { expect, test, vi } from 'vitest';
import { checkFile } from './checker.ts';

// The checker reads the declarations of the platform once, which takes a while on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

/** One wrong call per line, with x [4, 6], v [6], m [3, 3], ids i32 [4] and sequences s [5, 2, 3]. */
const calls = [
  // Normalisations
  'T.layerNorm(x, T.ones([5]))',
  'T.layerNorm(x, T.ones([6]), T.ones([4]))',
  'T.layerNorm(x, v, v, { naxes: 2 })',
  'T.rmsNorm(x, T.ones([4]))',
  'T.batchNorm(x, T.ones([4]), v, v, v)',
  'T.groupNorm(image, T.ones([6]), T.ones([6]), { groups: 4 })',
  'T.instanceNorm(x)',
  'T.softmax(x, 2)',
  // Attention and recurrence
  'T.attention(s, T.zeros([5, 2, 4]), s)',
  'T.attention(s, s, T.zeros([5, 3, 3]))',
  'T.attention(s, T.zeros([4, 2, 3]), s)',
  'T.multiHeadAttention(s, s, m, m, m, m, w, w, w, w, { heads: 2 })',
  'T.multiHeadAttention(s, s, x, m, m, m, w, w, w, w, { heads: 3 })',
  'T.rope(s)',
  'T.gru(s, T.zeros([2, 4]), T.zeros([11, 3]), T.zeros([12, 4]), T.zeros([12]), T.zeros([12]))',
  'T.gruCell(x, T.zeros([4, 2]), T.zeros([6, 5]), T.zeros([6, 2]), T.zeros([6]), T.zeros([6]))',
  'T.lstmCell(x, h, h, T.zeros([8, 6]), T.zeros([8, 2]), T.zeros([8]), T.zeros([6]))',
  'T.lstm(x, h, h, T.zeros([8, 6]), T.zeros([8, 2]), T.zeros([8]), T.zeros([8]))',
  'T.rnnCell(x, T.zeros([5, 2]), T.zeros([2, 6]), T.zeros([2, 2]), T.zeros([2]), T.zeros([2]))',
  // Losses
  'T.crossEntropy(x, T.zeros([6], { dtype: "i32" }))',
  'T.crossEntropy(image, T.zeros([1, 6], { dtype: "i32" }))',
  'T.crossEntropy(x, T.zeros([4, 5]))',
  'T.crossEntropy(x, T.zeros([4], { dtype: "bool" }))',
  'T.nllLoss(x, v)',
  'T.mseLoss(x, v)',
  'T.klDiv(x, ids)',
  'T.ctcLoss(x, T.zeros([4, 2], { dtype: "i32" }))',
  'T.cosineSimilarity(x, T.zeros([4, 5]))',
  'T.tripletMarginLoss(x, x, v)',
  // Products
  'T.matmul(T.zeros([2, 4, 6]), T.zeros([3, 6, 5]))',
  'T.matmul(x, T.zeros([]))',
  'T.dot(v, T.zeros([5]))',
  'T.outer(x, v)',
  'T.linear(x, T.zeros([3, 5]))',
  'T.linear(x, T.zeros([3, 6]), T.zeros([2]))',
  'T.einsum("ij,jk", x, x)',
  'T.einsum("ijk->i", x)',
  'T.einsum("ij->k", x)',
  'T.einsum("ij,jk->ik", x)',
  'T.cholesky(x)',
  // Look-ups
  'T.take(x, ids, 2)',
  'T.takeAlongAxis(x, ids, 0)',
  'T.takeAlongAxis(x, T.zeros([5, 6], { dtype: "i32" }), 1)',
  'T.scatterAdd(x, T.zeros([4, 2], { dtype: "i32" }), T.zeros([4, 3]), 1)',
  'T.indexAdd(x, ids, T.zeros([4, 5]))',
  'T.reshape(x, [5, -1])',
  'T.squeeze(x, 0)',
  'T.permute(x, [0, 0])',
  'T.broadcastTo(x, [4, 5])',
  // Dtypes
  'T.exp(ids)',
  'T.mean(ids)',
  'T.take(x, v)',
  'T.embedding(x, T.zeros([4]))',
  'T.takeAlongAxis(x, x, 1)',
  'T.scatter(x, T.gt(x, 0), x, 0)',
  'T.oneHot(v, 3)',
  'T.where(x, x, x)',
  'T.bitwiseAnd(x, x)',
  'T.sqrt(ids)',
  'T.add(ids, 0.5)',
  'T.div(ids, ids)',
  'T.shiftLeft(flags, flags)',
  'T.max(flags)',
  'T.sub(T.cast(ids, "u32"), -1)',
  'ids.mean()',
  'ids.div(2)',
];
/** Calls whose mistake the editor shows in words of its own: what these hold, among others. */
const inOtherWords = [
  ['T.sum(x, 0, { keepdims: true })', "Did you mean to write 'keepDims'?"],
  ['T.conv2d(image, image, { strides: 2 })', "Did you mean to write 'stride'?"],
  ['T.crossEntropy(x, ids, { reduce: "sum" })', "'reduce' does not exist"],
  ['T.mseLoss(x, x, { reduction: "total" })', `'"total"' is not assignable`],
  ['T.pad(x, [[1, 1], [0, 0]], { mode: "mirror" })', `'"mirror"' is not assignable`],
] as const;

const prelude = `import * as T from 'gradloom';
export const x = T.zeros([4, 6]);
export const v = T.zeros([6]);
export const w = T.zeros([3]);
export const m = T.zeros([3, 3]);
export const h = T.zeros([4, 2]);
export const s = T.zeros([5, 2, 3]);
export const image = T.zeros([1, 6, 8, 8]);
export const ids = T.zeros([4], { dtype: 'i32' });
export const flags = T.zeros([4], { dtype: 'bool' });
`;
/** The sentence of the error that a call throws. */
const thrown = (call: string): string => {
  const consts = prelude.slice(prelude.indexOf('export')).replaceAll('export ', '');
  const run = new Function('T', `${consts} return ${call};`) as (library: typeof T) => unknown;
  try {
    run(T);
  } catch (error) {
    if (error instanceof T.GradloomError) return error.rule;
    throw error;
  }
  return 'nothing was thrown';
};

/** What the checker says about each call, by its place in the list. */
const shown = (list: readonly string[]): string[][] => {
  const lines = list.map((call, k) => `export const m${k} = ${call};`);
  const { diagnostics } = checkFile('tests/types/mistake.ts', prelude + lines.join('\n'));
  const first = prelude.split('\n').length;
  const said = list.map((): string[] => []);
  for (const diagnostic of diagnostics) {
    const [, line, text] = /^(\d+): (.*)/s.exec(diagnostic) as unknown as [string, string, string];
    said[Number(line) - first]!.push(text);
  }
  return said;
};

test('wrong calls say one sentence, in the editor and at run time', () => {
  const sentence = (text: string): string =>
    /"(\w+(?: \([a-z ]+\))?: [^"]*)"/.exec(text)?.[1] ?? text;
  const editor = shown(calls).map((texts, k) => `${calls[k]}: ${texts.map(sentence).join(' | ')}`);
  expect(editor).toEqual(calls.map((call) => `${call}: ${thrown(call)}`));
});

test('wrong options are named in both places', () => {
  const texts = shown(inOtherWords.map(([call]) => call));
  inOtherWords.forEach(([call, words], k) => {
    expect(texts[k]!.join('\n'), call).toContain(words);
  });
  expect(inOtherWords.map(([call]) => thrown(call))).toMatchInlineSnapshot(`
    [
      "sum: unknown option 'keepdims'",
      "conv2d: unknown option 'strides'",
      "crossEntropy: unknown option 'reduce'",
      "mseLoss: reduction must be 'mean', 'sum' or 'none', not 'total'",
      "pad: no mode 'mirror'",
    ]
  `);
});
