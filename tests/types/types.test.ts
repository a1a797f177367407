/** The static types hold: positive and negative cases, and what checking three models costs. */
import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { checkFile } from './checker.ts';

// The checker reads the declarations of the platform once, which takes a while on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

test.each([
  'arith',
  'arith-random',
  'control-flow',
  'matrices',
  'layers',
  'operations',
  'operations-windows',
  'storage-dtypes',
  'transformations',
])('the type tests in %s.test-d.ts hold', (name) => {
  expect(checkFile(`tests/types/${name}.test-d.ts`).diagnostics).toEqual([]);
});

test('a type test that does not hold is found', () => {
  const text =
    "import { type Tensor, zeros } from 'gradloom';\nexport const x: Tensor<[3]> = zeros([2]);\n";
  const { diagnostics } = checkFile('tests/types/wrong.test-d.ts', text);
  expect(diagnostics).toHaveLength(1);
  expect(diagnostics[0]).toContain('2: Type \'Tensor<[2], "f32">\' is not assignable to');
});

// Instantiations are what keeps an editor fast or slow. When a change is worth its cost, write the
// new number into instantiations.json, so that the price shows in review.
const recorded: Record<string, number> = JSON.parse(
  readFileSync('tests/types/instantiations.json', 'utf8'),
);
test.each(Object.keys(recorded))(
  'the model %s checks without a cast, at its known cost',
  (name) => {
    const { diagnostics, instantiations } = checkFile(`tests/types/models/${name}.ts`);
    expect(diagnostics).toEqual([]);
    expect(instantiations).toBe(recorded[name]);
  },
);
