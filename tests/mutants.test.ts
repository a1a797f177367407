/** The deliberate faults of scripts/mutants.mjs can be put in: what each replaces is there, once. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Fault {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly tests: readonly string[];
}
const lists = ['compiler-faults', 'loop-faults', 'op-faults', 'parallel-faults'];
const modules = await Promise.all(
  lists.map((list) => import(new URL(`../scripts/mutants/${list}.mjs`, import.meta.url).href)),
);
const faults = modules.flatMap((module) => Object.values(module).flat()) as Fault[];

test('there are faults', () => {
  expect(faults.length).toBeGreaterThan(100);
});
test.each(faults)('$file: $name', ({ file, find, tests }) => {
  expect(readFileSync(file, 'utf8').split(find)).toHaveLength(2);
  for (const path of tests) expect(existsSync(path)).toBe(true);
});
