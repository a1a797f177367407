/**
 * Static types are complete: for one call of every array function the checker computes the same
 * shapes and dtypes that the call has when it runs.
 */
import { expect, test, vi } from 'vitest';
import { sampleCalls } from '../../scripts/generate-docs/sample-calls.mjs';
import { checkFile } from './checker.ts';

// The checker reads the declarations of the platform once, which takes a while on a busy machine.
vi.setConfig({ testTimeout: 240_000 });

const prelude = `import type { Equal } from 'gradloom';
import * as T from 'gradloom';
declare function is<X>(): <Y>(y: Y, ...err: Equal<X, Y> extends true ? [] : [got: Y]) => void;
`;

test('the checker knows the shape that every example has', async () => {
  const calls = [...(await sampleCalls())].filter(([name]) => name !== 'pick');
  expect(calls.length).toBeGreaterThan(200);
  const lines = calls.map(([, { code, types }], k) => {
    const checks = types.map(({ access, type }) => `is<${type}>()(r${k}${access});`);
    return `const r${k} = ${code}; ${checks.join(' ')}`;
  });
  const { diagnostics } = checkFile('tests/types/examples.ts', prelude + lines.join('\n'));
  const first = prelude.split('\n').length;
  const wrong = diagnostics.map((text) => {
    const [, line, message] = /^(\d+): (.*)/.exec(text) as unknown as [string, string, string];
    return `${calls[Number(line) - first]?.[1].example}: ${message}`;
  });
  expect(wrong).toEqual([]);
});
