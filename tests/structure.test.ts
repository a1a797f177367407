/** The layers and budgets of the repository; each rule is also shown to fail on a wrong example. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { wrongArrows } from './structure/arrows.ts';
import {
  forbiddenWords,
  MOST_MEDIAN,
  medianLines,
  overBudget,
  withoutHeader,
  wrongNames,
} from './structure/budgets.ts';
import { defaultExports, undocumentedAny, withoutDoc } from './structure/exports.ts';
import { namedOps } from './structure/op-names.ts';
import { readFiles, type SourceTree, treeOf } from './structure/source-tree.ts';

const root = process.cwd();
const present = (...folders: string[]): string[] => folders.filter((folder) => existsSync(folder));
const code = readFiles(root, present('src', 'examples', 'bench', 'scripts'), ['.ts', '.mjs']);
const library = new Map([...code].filter(([path]) => path.startsWith('src/')));
const tests = readFiles(root, ['tests'], ['.ts', '.mjs']);
const documents = new Map([
  ...readFiles(root, present('docs', '.ci', 'examples'), ['.md', 'run', '.html']),
  ...['README.md', 'CONTRIBUTING.md', 'package.json', 'package-lock.json', '.npmrc']
    .filter((path) => existsSync(path))
    .map((path): [string, string] => [path, readFileSync(path, 'utf8')]),
]);
const tree = treeOf(library);

/** A tree of wrong examples, by path. */
const wrong = (files: Record<string, string>): SourceTree => treeOf(new Map(Object.entries(files)));
const one = (path: string, text: string): Map<string, string> => new Map([[path, text]]);

test('the library is there to be looked at', () => {
  expect(library.size).toBeGreaterThan(50);
});

test('dependencies point one way', () => {
  expect(wrongArrows(tree)).toEqual([]);
});

test.each([
  ['src/ir/graph.ts', "import { a } from './ops/a.ts';", 'ir must not import src/ir/ops/a.ts'],
  ['src/ir/graph.ts', "export * from '../passes/a.ts';", 'ir must not import src/passes/a.ts'],
  ['src/ir/graph.ts', "export type A = import('../trace/a.ts').A;", 'ir must not import'],
  ['src/types/tree.ts', "import { a } from '../ir/a.ts';", 'types must not import src/ir/a.ts'],
  ['src/passes/fuse.ts', "import { a } from '../trace/a.ts';", 'passes must not import'],
  ['src/backends/js/a.ts', "import { a } from '../../ir/ops/a.ts';", 'backends must not import'],
  ['src/trace/a.ts', "import { a } from '../stdlib/a.ts';", 'trace must not import'],
  ['src/stdlib/nn/a.ts', "import { a } from '../../tools/a.ts';", 'stdlib must not import'],
  ['src/trace/a.ts', "const a = await import('../tools/a.ts');", 'trace must not import'],
  ['src/tools/a.ts', "import { readFile } from 'node:fs';", "not 'node:fs'"],
  ['src/tools/a.ts', "import { a } from './missing.ts';", "no file 'src/tools/missing.ts'"],
  ['src/other/a.ts', '', 'stands in no layer'],
])('a wrong import in %s is found: %s', (path, text, message) => {
  expect(wrongArrows(wrong({ [path]: text })).join('\n')).toContain(message);
});

test('types may name types of the ir', () => {
  const files = { 'src/types/a.ts': "import type { A } from '../ir/a.ts';", 'src/ir/a.ts': '' };
  expect(wrongArrows(wrong(files))).toEqual([]);
});

test('files and lines keep their budgets', () => {
  expect(overBudget(code)).toEqual([]);
  expect(medianLines(library)).toBeLessThan(MOST_MEDIAN);
});

test('a file, a line or a backend interface that is too long is found', () => {
  expect(overBudget(one('src/a.ts', '\n'.repeat(401)))).toEqual([
    'src/a.ts: 401 lines, at most 400',
  ]);
  expect(overBudget(one('src/a.ts', '\n'.repeat(400)))).toEqual([]);
  expect(overBudget(one('src/a.ts', 'x'.repeat(101)))).toEqual(['src/a.ts:1: 101 columns']);
  expect(overBudget(one('src/backends/backend.ts', '\n'.repeat(80)))).toHaveLength(1);
  const lengths = [1, 2, 9].map((n): [string, string] => [`${n}`, '\n'.repeat(n)]);
  expect(medianLines(new Map(lengths))).toBe(2);
});

test('names say what a file holds', () => {
  expect(wrongNames(new Map([...code, ...tests]))).toEqual([]);
  expect(wrongNames(one('src/passes/common-subexpressions.ts', ''))).toEqual([]);
});

test.each(['src/ir/utils.ts', 'src/helpers/a.ts', 'src/ir/parse-misc.ts', 'src/ir/aB.ts'])(
  'the name %s is found',
  (path) => {
    expect(wrongNames(one(path, ''))).toHaveLength(1);
  },
);

test('every file starts with a comment that says what it is', () => {
  expect(withoutHeader(new Map([...code, ...tests]))).toEqual([]);
});

test('a missing or empty header is found', () => {
  expect(withoutHeader(one('a.ts', 'export const a = 1;'))).toHaveLength(1);
  expect(withoutHeader(one('a.ts', '/** */\nexport const a = 1;'))).toHaveLength(1);
});

test('exports are named', () => {
  expect(defaultExports(tree)).toEqual([]);
  expect(defaultExports(wrong({ 'a.ts': 'export default 1;' }))).toHaveLength(1);
});

test('every export is documented', () => {
  expect(withoutDoc(tree)).toEqual([]);
});

test('an export without a doc comment is found', () => {
  const text = 'const b = 1;\n/** Documented well. */\nexport const a = 1;\nexport { b };\n';
  expect(withoutDoc(wrong({ 'a.ts': text }))).toEqual(["a.ts:1: 'b' has no doc comment"]);
  expect(withoutDoc(wrong({ 'a.ts': 'export interface A {}' }))).toHaveLength(1);
});

test('no exported signature holds any, but for dynamic shapes', () => {
  expect(undocumentedAny(tree)).toEqual([]);
});

test.each([
  ['export const a: any = 1;', 1],
  ['export type A<T> = T extends string ? any : T;', 1],
  ['export const f = (x: any): void => {};', 1],
  ['export function f(): Map<string, any> { return new Map(); }', 1],
  ['export class A { x: any; }', 1],
  ['export type A = any; // a dynamic shape', 0],
  ['/** Any dynamic shape. */\nexport type A = any;', 0],
  ['export type A<F extends (x: any) => any> = F extends (x: any) => infer R ? R : never;', 0],
  ['export const f = (x: unknown): void => { const y: any = x; g(y); };', 0],
  ['type A = any;', 0],
])('any in a signature is found: %s', (text, count) => {
  expect(undocumentedAny(wrong({ 'a.ts': text }))).toHaveLength(count);
});

test('passes never name an op', () => {
  expect(namedOps(tree)).toEqual([]);
});

test.each([
  ["if (eqn.op.name === 'add') f();", 1],
  ["if ('add' !== op.name) f();", 1],
  ['if (eqn.op === add) f();', 1],
  ['switch (eqn.op.name) {}', 1],
  ['RULES.get(eqn.op.name);', 1],
  ['RULES[eqn.op.name];', 1],
  ["const { name } = eqn!.op; if (name === 'add') f();", 1],
  ["if (stage.name === 'fuse') f();", 0],
  ["eqn.op.name.startsWith('reduce');", 1],
  ["if (eqn.op.kind === 'view' && a.op === b.op) f(`$" + '{eqn.op.name}`);', 0],
])('a pass that names an op is found: %s', (text, count) => {
  expect(namedOps(wrong({ 'src/passes/a.ts': text }))).toHaveLength(count);
});

test('nothing unfinished or bound to one machine is left', () => {
  const own = new Set(['tests/structure.test.ts', 'tests/structure/budgets.ts']);
  const all = [...code, ...tests, ...documents].filter(([path]) => !own.has(path));
  expect(forbiddenWords(new Map(all))).toEqual([]);
});

test.each([
  '// TODO: later',
  "throw new Error('not implemented');",
  "readFile('/home/me/x')",
  "test.skip('x')",
  'https://registry.npmjs.org/x',
  '// @ts-ignore',
])('a forbidden mark is found: %s', (line) => {
  expect(forbiddenWords(one('a.ts', line))).toHaveLength(1);
});
