/** Carries that change and branches that disagree: the editor and the run time say the same. */
import * as T from 'gradloom';
import { expect, test, vi } from 'vitest';
import { checkFile } from './checker.ts';

// The checker reads the declarations of the platform once, which takes a while on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

/** One wrong call per line, with v of [3], xs of [5, 3], a bool scalar `flag`, and the sentence. */
const mistakes = [
  [
    'T.scan((c: V) => [total(c), null], v, xs)',
    'scan: the carry is [3] f32 before and [] f32 after the step',
  ],
  [
    'T.scan(() => [{ h: { g: positive(v) } }, null], { h: { g: v } }, xs)',
    'scan: h.g in the carry is [3] f32 before and [3] bool after the step',
  ],
  ['T.scan(() => [{ c: v }, null], v, xs)', 'scan: the carry has another structure after the step'],
  [
    'T.foriLoop(0, 3, (_: V, c: V) => total(c), v)',
    'foriLoop: the carry is [3] f32 before and [] f32 after the step',
  ],
  [
    'T.whileLoop(() => flag, (c: V) => total(c), v)',
    'whileLoop: the carry is [3] f32 before and [] f32 after the step',
  ],
  ['T.cond(flag, () => v, () => total(v))', 'cond: the branches give [3] f32 and [] f32'],
  [
    'T.cond(flag, () => ({ a: v }), () => ({ a: total(v) }))',
    'cond: the branches give [3] f32 and [] f32 for a in the result',
  ],
] as const;
const prelude = `import * as T from 'gradloom';
type V = T.Tensor<[3]>;
declare const v: V;
declare const xs: T.Tensor<[5, 3]>;
declare const flag: T.Tensor<[], 'bool'>;
declare const total: (x: T.Tensor<[3]>) => T.Tensor<[]>;
declare const positive: (x: T.Tensor<[3]>) => T.Tensor<[3], 'bool'>;
`;

test('the same sentence twice', () => {
  const text = mistakes.map(([call]) => `${call};`).join('\n');
  const { diagnostics } = checkFile('tests/types/control-flow-mistakes.ts', prelude + text);
  const names = ['T', 'v', 'xs', 'flag', 'total', 'positive'];
  const total = (x: T.Tensor<[3]>): T.Tensor<[]> => T.sum(x);
  const positive = (x: T.Tensor<[3]>): T.Tensor<[3], 'bool'> => T.gt(x, 0);
  const values = [T, T.ones([3]), T.ones([5, 3]), T.tensor(true), total, positive];
  mistakes.forEach(([call, sentence], k) => {
    const run = new Function(...names, `return ${call.replaceAll(': V', '')}`);
    let rule = '';
    try {
      run(...values);
    } catch (error) {
      if (error instanceof T.GradloomError) rule = error.rule;
    }
    expect(rule, call).toBe(sentence);
    const own = diagnostics.filter((diagnostic) => diagnostic.startsWith(`${k + 8}: `));
    expect(own.join('\n'), call).toContain(`"${sentence}"`);
  });
  expect(diagnostics).toHaveLength(mistakes.length);
});
