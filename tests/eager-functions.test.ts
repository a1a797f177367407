/** The functions of the compiler are written so that engines compile them when they load them. */
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import ts from 'typescript';
import { afterAll, expect, test } from 'vitest';
import { eagerFunctions, withEagerFunctions } from '../scripts/eager-functions.mjs';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'eager-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The arrow functions of a program, and how many of them are in parentheses. */
const countArrows = (text: string): { all: number; inParentheses: number } => {
  const count = { all: 0, inParentheses: 0 };
  const visit = (node: ts.Node): void => {
    if (ts.isArrowFunction(node)) {
      count.all++;
      if (ts.isParenthesizedExpression(node.parent)) count.inParentheses++;
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('a.ts', text, ts.ScriptTarget.Latest, true));
  return count;
};
const withoutParentheses = (text: string): string => text.replaceAll(/[()]/g, '');

test('every arrow function of the library can stand in parentheses, and nothing else changes', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join('src', file), 'utf8'));
  expect(files.length).toBeGreaterThan(400);
  for (const text of files) {
    const changed = withEagerFunctions(text, 'a.ts').text;
    const { all, inParentheses } = countArrows(changed);
    expect(all).toBe(countArrows(text).all);
    expect(inParentheses).toBe(all);
    expect(withoutParentheses(changed)).toBe(withoutParentheses(text));
  }
});

test('the bundler keeps the parentheses of the compiler, and adds none elsewhere', async () => {
  const root = resolve('.');
  const bundled = async (file: string): Promise<string> => {
    const { outputFiles } = await build({
      entryPoints: [file],
      absWorkingDir: root,
      plugins: [eagerFunctions(root)],
      write: false,
    });
    return outputFiles[0]?.text ?? '';
  };
  const compiler = countArrows(await bundled('src/passes/fuse.ts'));
  expect(compiler.all).toBeGreaterThan(5);
  expect(compiler.inParentheses).toBe(compiler.all);
  const others = countArrows(await bundled('src/backends/webgpu/pipelines.ts'));
  expect(others.all).toBeGreaterThan(5);
  expect(others.inParentheses).toBe(0);
});

test('errors show the lines and columns of the sources', async () => {
  mkdirSync(join(folder, 'src/passes'), { recursive: true });
  const text = `const twice = (x: number): number => x * 2;
const fail = (): never => { const y = [1].map((x) => twice(x)); throw new Error(String(y)); };
fail();
`;
  writeFileSync(join(folder, 'src/passes/failing.ts'), text);
  await build({
    entryPoints: [join(folder, 'src/passes/failing.ts')],
    outfile: join(folder, 'out/failing.mjs'),
    plugins: [eagerFunctions(folder)],
    format: 'esm',
    sourcemap: true,
  });
  const script = `import('./out/failing.mjs').catch((error) => console.log(error.stack))`;
  const stack = execFileSync(process.execPath, ['--enable-source-maps', '-e', script], {
    cwd: folder,
    encoding: 'utf8',
  });
  const column = (text.split('\n')[1] ?? '').indexOf('new Error') + 1;
  expect(stack).toContain(`failing.ts:2:${column}`);
});
