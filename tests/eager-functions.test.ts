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
test('every module of the library can be written so', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join('src', file), 'utf8'));
  expect(files.length).toBeGreaterThan(400);
  for (const text of files) {
    const changed = withEagerFunctions(text, 'a.ts').text;
    const { all, inParentheses } = countArrows(changed);
    expect(all).toBe(countArrows(text).all);
    expect(inParentheses).toBe(all);
    const source = ts.createSourceFile('a.ts', changed, ts.ScriptTarget.Latest);
    const { parseDiagnostics } = source as unknown as { readonly parseDiagnostics: unknown[] };
    expect(parseDiagnostics).toEqual([]);
  }
});

/** Methods of all kinds, and what they are and give. */
const classes = `
class Base {
  greet(name: string): string { return 'hello ' + name; }
}
class Counter<Step extends number> extends Base {
  #count = 0;
  readonly add = (n: Step): number => this.#plus(n);
  constructor() { super(); this.#reset(3); }
  #reset(to: number): void { this.#count = to; }
  #plus(n: Step, ...others: Step[]): number { this.#count += n + others.length; return this.#count; }
  #twice(): number { return 2 * this.#count; }
  get count(): number { return this.#count; }
  get half(): number { return this.#half; }
  set half(to: number) { this.#count = 2 * to; }
  get #half(): number { return this.#count / 2; }
  override greet(name: string): string { return super.greet(name) + '!'; }
  find<T>(list: readonly T[], test: (x: T) => boolean): T | undefined { return find(list, test); }
  both(other: Counter<Step>): number { return other.#plus(1 as Step, 2 as Step) + this.#plus(1 as Step); }
  later(): () => number { return () => this.#twice(); }
  over(x: number): number;
  over(x: string): string;
  over(x: unknown): unknown { return x; }
  async wait(): Promise<number> { return this.#count; }
  *each(): Generator<number> { yield this.#count; }
  static of(): Counter<number> { return new Counter(); }
}
class Plain {
  #x: number;
  constructor(x: number) { this.#x = x; }
  #get(): number { return this.#x; }
  #passed(): number { return this.#x + 1; }
  read(scale = 2): number { return scale * this.#get(); }
  same(other: Plain): boolean { return other.#get() === this.#get(); }
  reader(): () => number { return this.#passed.bind(this); }
}
class Early {
  static readonly first = new Early().#make();
  #make(): number { return 8; }
}
const find = <T>(list: readonly T[], test: (x: T) => boolean): T | undefined => list.find(test);
const [a, b] = [Counter.of(), new Counter()];
const p = new Plain(5);
const names = (c: { prototype: object }): unknown =>
  Object.entries(Object.getOwnPropertyDescriptors(c.prototype)).map(([name, { enumerable, writable, value, get, set }]) =>
    [name, enumerable, writable, typeof get, typeof set, typeof value === 'function' ? value.name : undefined, value?.length]).sort();
const results = [a.add(4), a.count, a.greet('x'), a.find([1, 2], (x) => x > 1), a.both(b), b.count, a.later()(),
  a.over('y'), await a.wait(), [...a.each()], p.read(), p.read(3), p.same(new Plain(5)), p.reader()(), Early.first, a.half, (a.half = 8), a.count,
  names(Counter), names(Plain), Object.keys(a), Object.keys(p)];
console.log(JSON.stringify(results));
`;

test('methods are what they were', () => {
  const run = (text: string): unknown => {
    const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
    const file = join(folder, `classes-${text.length}.mjs`);
    writeFileSync(file, ts.transpile(text, options));
    return JSON.parse(execFileSync(process.execPath, [file], { encoding: 'utf8' }));
  };
  const { text } = withEagerFunctions(classes, 'a.ts');
  expect(text.match(/static \{/g)?.length).toBeGreaterThan(3);
  expect(run(text)).toEqual(run(classes));
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
  expect(stack).toContain(`${join(folder, 'src/passes/failing.ts')}:2:${column}`);
});
