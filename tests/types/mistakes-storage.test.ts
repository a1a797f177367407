/** Arithmetic on f16 and bf16: the editor and the run time say the same sentence. */
import * as T from 'gradloom';
import { expect, test, vi } from 'vitest';
import { checkFile } from './checker.ts';

// The checker reads the declarations of the platform once, which takes a while on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

/** One wrong call per line, with h of [2, 2] in f16 and b in bf16. */
const calls = [
  'T.add(h, h)',
  'T.mul(b, 2)',
  'T.lt(h, h)',
  'T.neg(b)',
  'T.square(h)',
  'T.sum(h)',
  'T.mean(b, 0)',
  'T.argmax(h)',
  'T.matmul(h, h)',
  'T.lerp(h, h, 0.5)',
  'T.exp(h)',
  'T.sigmoid(b)',
  'T.logsumexp(h)',
  'T.div(h, h)',
  'T.bitwiseAnd(b, b)',
  'h.add(h)',
  'h.exp()',
  'b.sum()',
  'h.matmul(h)',
  'h.softmax()',
] as const;
const prelude = `import * as T from 'gradloom';
declare const h: T.Tensor<[2, 2], 'f16'>;
declare const b: T.Tensor<[2, 2], 'bf16'>;
`;

test('the same sentence twice', () => {
  const text = calls.map((call) => `${call};`).join('\n');
  const { diagnostics } = checkFile('tests/types/storage-mistakes.ts', prelude + text);
  const run = new Function('T', 'h', 'b', 'call', 'return eval(call)');
  const h = T.zeros([2, 2], { dtype: 'f16' });
  const b = T.zeros([2, 2], { dtype: 'bf16' });
  calls.forEach((call, k) => {
    let rule = '';
    try {
      run(T, h, b, call);
    } catch (error) {
      if (error instanceof T.GradloomError) rule = error.rule;
    }
    expect(rule, call).toMatch(/^\w+: b?f16 is a storage type; compute in f32 with cast/);
    const own = diagnostics.filter((diagnostic) => diagnostic.startsWith(`${k + 4}: `));
    expect(own, call).toHaveLength(1);
    expect(own[0], call).toContain(`"${rule}"`);
  });
  expect(diagnostics).toHaveLength(calls.length);
});
