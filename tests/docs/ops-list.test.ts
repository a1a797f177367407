/** The list of operations is complete: each has a function, an entry and a sample, and no more. */
import { readFileSync } from 'node:fs';
import * as g from 'gradloom';
import * as data from 'gradloom/data';
import * as nn from 'gradloom/nn';
import * as optim from 'gradloom/optim';
import * as random from 'gradloom/random';
import * as testing from 'gradloom/testing';
import { expect, test } from 'vitest';
import { samples } from '../functions/samples.ts';

const page = readFileSync('docs/ops.md', 'utf8');
const definitions: Readonly<Record<string, string>> = JSON.parse(
  readFileSync('scripts/generate-docs/ops.json', 'utf8'),
);
/** The part of the page under a heading of the second level. */
const sectionOf = (title: string): string => {
  const parts = page.split(/^## /m).filter((part) => part.startsWith(`${title}\n`));
  expect(parts, `sections called '${title}'`).toHaveLength(1);
  return parts[0]!;
};
const matches = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, name]) => name!);

const entries = sectionOf('Array functions and losses');
const entryNames = matches(entries, /^#### (\w+)$/gm);
const otherNames = matches(
  sectionOf('Entries that are no functions of tensors'),
  /^\| ([a-z]\w*) \|/gm,
);
const listed = (title: string): string[] => matches(sectionOf(title), /^\| `(\w+)\(/gm);

/** `take_along_axis` is `takeAlongAxis`; `var` stands for itself too, but its entry is this one. */
const functionOf = (name: string): string =>
  name === 'var' ? 'variance' : name.replaceAll(/_([a-z0-9])/g, (_, one) => one.toUpperCase());
const operations = Object.keys(definitions).filter((name) => !otherNames.includes(name));

/** The functions of an entry point; classes of errors are in errors.md. */
const functionsIn = (library: object): string[] =>
  Object.entries(library).flatMap(([name, value]) => {
    const isClass = typeof value === 'function' && /^class\b/.test(String(value));
    return typeof value === 'function' && !isClass ? [name] : [];
  });

test('every operation is a function with an entry, or stands in the table of others', () => {
  expect(operations.length).toBeGreaterThan(200);
  const wrong = operations.map(functionOf).filter((name) => {
    return !functionsIn(g).includes(name) || !entryNames.includes(name);
  });
  expect(wrong).toEqual([]);
  expect(otherNames.filter((name) => definitions[name] === undefined)).toEqual([]);
  const misplaced = otherNames.filter((name) => entryNames.includes(functionOf(name)));
  expect(misplaced).toEqual([]);
});

test('every entry shows what it must', () => {
  const parts = entries.split(/^#### /m).slice(1);
  const definedNames = new Set(operations.map(functionOf));
  const lacking = parts.flatMap((part) => {
    const name = part.slice(0, part.indexOf('\n'));
    const wanted = [
      '- Shape: ',
      '- Example: ',
      '- Gradient: ',
      '- Backends: `wasm`, `js`, `reference`',
    ];
    if (definedNames.has(name)) wanted.push('- Definition: ');
    const missing = wanted.filter((line) => !part.includes(`\n${line}`));
    return missing.length === 0 ? [] : [`${name}: ${missing.join(' ')}`];
  });
  // `shape` gives numbers, so there is nothing to differentiate or to run on a backend.
  expect(lacking).toEqual([
    'shape: - Example:  - Gradient:  - Backends: `wasm`, `js`, `reference`',
  ]);
});

test('every operation has a sample, by which all of its rules are checked', () => {
  const sampled = new Set(samples.map(({ name }) => name.split(' ')[0]));
  expect(operations.map(functionOf).filter((name) => !sampled.has(name))).toEqual([]);
});

test('what gradloom exports is documented once, and nothing else is', () => {
  const documented = [...entryNames, ...listed('gradloom')];
  expect([...documented].sort()).toEqual([...new Set(documented)].sort());
  expect([...documented].sort()).toEqual(functionsIn(g).sort());
});

test.each([
  ['gradloom/nn', nn],
  ['gradloom/optim', optim],
  ['gradloom/random', random],
  ['gradloom/data', data],
  ['gradloom/testing', testing],
])('what %s exports is documented, and nothing else is', (entry, library) => {
  expect(listed(entry).sort()).toEqual(functionsIn(library).sort());
});
