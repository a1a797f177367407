/**
 * An esbuild plugin that asks engines to compile the functions of the compiler when they are
 * loaded. Engines skip functions at first and read them again when they are called; those in
 * parentheses they take for functions that are called at once. Nearly all of these are, in the
 * first call of a compiled function, and reading them twice was a fifth of its time.
 */
import { readFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import MagicString from 'magic-string';
import ts from 'typescript';

/** Where many functions run in a first call: not in tools, nor in other backends. */
const folders = [
  'src/passes',
  'src/ir',
  'src/ir/ops',
  'src/trace',
  'src/trace/functions',
  'src/trace/transformations',
  'src/stdlib/losses',
  'src/stdlib/nn',
  'src/stdlib/optim',
  'src/backends',
  'src/backends/wasm',
  'src/backends/wasm/assembler',
];

/** A module of TypeScript with its arrow functions in parentheses, and a map to what it was. */
export const withEagerFunctions = (text, name) => {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const changed = new MagicString(text);
  const visit = (node) => {
    if (ts.isArrowFunction(node) && !ts.isParenthesizedExpression(node.parent)) {
      changed.appendLeft(node.getStart(source), '(');
      changed.prependRight(node.getEnd(), ')');
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  const map = changed.generateMap({ source: name, hires: 'boundary', includeContent: true });
  return { text: changed.toString(), map };
};

/** The plugin; `root` is the folder of the repository. */
export const eagerFunctions = (root) => ({
  name: 'eager-functions',
  setup(context) {
    context.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const name = relative(root, path);
      if (!folders.includes(dirname(name).replaceAll('\\', '/'))) return undefined;
      const { text, map } = withEagerFunctions(await readFile(path, 'utf8'), name);
      return { contents: `${text}\n//# sourceMappingURL=${map.toUrl()}`, loader: 'ts' };
    });
  },
});
