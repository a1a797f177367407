/** Runs every code block of the documentation; the checks are also shown to fail on wrong blocks. */
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BlockChecker, prepareBlocks } from './docs/block-checker.ts';
import { type CodeBlock, findCodeBlocks } from './docs/code-blocks.ts';
import { readFiles } from './structure/source-tree.ts';

const documents = [
  ...['README.md', 'CONTRIBUTING.md'].filter((path) => existsSync(path)),
  ...(existsSync('docs') ? readFiles('.', ['docs'], ['.md']).keys() : []),
];
const written = documents.flatMap((path) => findCodeBlocks(path, readFileSync(path, 'utf8')));

const fence = '```';
const block = (...lines: string[]): CodeBlock =>
  findCodeBlocks('example.md', [`${fence}ts`, ...lines, fence].join('\n'))[0]!;

const EXAMPLES: readonly (readonly [string, CodeBlock, string | undefined])[] = [
  [
    'a right program',
    block('const a: number = await Promise.resolve(1);', 'export { a };'),
    undefined,
  ],
  ['a type error', block("const a: number = 'a';"), "example.md:2: Type 'string'"],
  ['a wrong import', block("import { none } from 'gradloom/none';"), "module 'gradloom/none'"],
  ['an error at run time', block("throw new RangeError('far out');"), 'far out'],
  ['a bad exit code', block('process.exitCode = 3;'), 'Command failed'],
  [
    'an expected type error',
    block('// expect-error: to type', "const a: number = 'a';"),
    undefined,
  ],
  ['an expected throw', block('// expect-error: far', "throw new RangeError('far');"), undefined],
  ['a missing error', block('// expect-error: far', 'export {};'), 'did not fail with: far'],
  ['another type error', block('// expect-error: far', "const a: number = 'a';"), 'without'],
  ['another throw', block('// expect-error: far', "throw new Error('near');"), "without 'far'"],
];

test('the documentation has code blocks', () => {
  expect(written.length).toBeGreaterThan(0);
});

test('blocks are found with their line, indentation and expected error', () => {
  const markdown = `# A\n\n- b\n  ${fence}ts\n  // expect-error: x y\n    f();\n  ${fence}\n~~~sh\nls\n~~~\n`;
  expect(findCodeBlocks('a.md', markdown)).toEqual([
    { document: 'a.md', line: 5, text: '// expect-error: x y\n  f();\n', expectedError: 'x y' },
  ]);
});

test('a block that would escape the check is an error', async () => {
  expect(() => findCodeBlocks('a.md', `${fence}ts\nf();\n`)).toThrow(
    'a.md:1: the code block has no',
  );
  expect(() => findCodeBlocks('a.md', `${fence}js\nf();\n${fence}`)).toThrow("write 'ts'");
  await expect(prepareBlocks([])).rejects.toThrow('no code block');
});

describe('every block', () => {
  let checker: BlockChecker | undefined;
  const check = (one: CodeBlock): Promise<string | undefined> => checker!.check(one);
  beforeAll(async () => {
    checker = await prepareBlocks([...EXAMPLES.map(([, example]) => example), ...written]);
  });
  afterAll(() => checker?.close());

  test.concurrent.each(EXAMPLES)('example: %s', async (_, example, message) => {
    const failure = await check(example);
    if (message === undefined) expect(failure).toBeUndefined();
    else expect(failure).toContain(message);
  });

  const named = written.map((one) => [`${one.document}:${one.line}`, one] as const);
  test.concurrent.each(named)('%s runs', async (_, one) => {
    expect(await check(one)).toBeUndefined();
  });
});
