/**
 * An esbuild plugin that asks engines to compile the functions of the compiler when they are
 * loaded. Engines skip functions at first and read them again when they are called; those in
 * parentheses they take for functions that are called at once. Nearly all of these are, in the
 * first call of a compiled function, and reading them twice was a third of its time: now that is a
 * part of loading. Methods cannot stand in parentheses, but functions that classes make their
 * methods can.
 */
import { readFile } from 'node:fs/promises';
import { basename, dirname, relative } from 'node:path';
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

const { SyntaxKind } = ts;

/** Whether a node or one inside of it passes a test. */
const someNode = (node, test) =>
  test(node) || ts.forEachChild(node, (inner) => someNode(inner, test) || undefined) === true;
const hasModifier = ({ modifiers = [] }, kind) => modifiers.some((one) => one.kind === kind);

/** Whether a method or getter may be a function that the class is given. */
const isMovable = (method, { members }) =>
  (ts.isMethodDeclaration(method) || ts.isGetAccessorDeclaration(method)) &&
  method.body !== undefined &&
  method.asteriskToken === undefined &&
  (ts.isIdentifier(method.name) ||
    (ts.isPrivateIdentifier(method.name) && !ts.isGetAccessorDeclaration(method))) &&
  !hasModifier(method, SyntaxKind.StaticKeyword) &&
  !hasModifier(method, SyntaxKind.AsyncKeyword) &&
  !someNode(method, ({ kind }) => kind === SyntaxKind.SuperKeyword) &&
  // Not overloaded, and no other half of an accessor.
  members.filter(({ name }) => name?.text === method.name.text).length === 1;

/** The calls of a private method; undefined where it is used in another way, too. */
const callsOf = ({ name }, class_) => {
  const calls = [];
  const isOtherUse = someNode(class_, (node) => {
    if (!ts.isPrivateIdentifier(node) || node.text !== name.text || node === name) return false;
    const { parent } = node;
    const isCalled =
      ts.isPropertyAccessExpression(parent) &&
      parent.questionDotToken === undefined &&
      ts.isCallExpression(parent.parent) &&
      parent.parent.expression === parent &&
      parent.parent.questionDotToken === undefined &&
      [SyntaxKind.ThisKeyword, SyntaxKind.Identifier].includes(parent.expression.kind);
    if (isCalled) calls.push(parent.parent);
    return !isCalled;
  });
  return isOtherUse ? undefined : calls;
};

/** Makes methods functions in parentheses; returns the variables that hold the private ones. */
const moveMethods = (changed, source, class_) => {
  // Static fields might make instances before there are methods.
  const isStatic = (member) =>
    ts.isPropertyDeclaration(member) && hasModifier(member, SyntaxKind.StaticKeyword);
  if (class_.name === undefined || class_.members.some(isStatic)) return [];
  const variables = [];
  for (const method of class_.members) {
    if (!isMovable(method, class_)) continue;
    const { text } = method.name;
    const start = method.getStart(source);
    const key = `'${text}'`;
    // A function that is the value of a property has its name, and no variable of that name.
    if (ts.isPrivateIdentifier(method.name)) {
      const calls = callsOf(method, class_);
      if (calls === undefined) continue;
      const variable = `$${class_.name.text}_${text.slice(1)}`;
      variables.push(variable);
      changed.overwrite(
        start,
        method.name.getEnd(),
        `static { ${variable} = ({ ${key}: (function `,
      );
      changed.appendLeft(method.getEnd(), `) })[${key}]; }`);
      for (const call of calls) {
        const of = call.expression.expression;
        const comma = call.arguments.length > 0 ? ', ' : '';
        const head = `${variable}.call(${of.getText(source)}${comma}`;
        changed.overwrite(of.getStart(source), call.arguments.pos, head);
      }
    } else {
      const isGetter = ts.isGetAccessorDeclaration(method);
      const value = isGetter ? `get: made[${key}]` : `value: made[${key}], writable: true`;
      const define = 'Object.defineProperty(this.prototype';
      changed.overwrite(start, method.name.getEnd(), `static { const made = { ${key}: (function `);
      changed.appendLeft(
        method.getEnd(),
        `) }; ${define}, ${key}, { ${value}, configurable: true }); }`,
      );
    }
  }
  return variables;
};

/** A module of TypeScript with its functions in parentheses, and a map to what it was. */
export const withEagerFunctions = (text, name) => {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const changed = new MagicString(text);
  const variables = [];
  const visit = (node) => {
    if (ts.isArrowFunction(node) && !ts.isParenthesizedExpression(node.parent)) {
      changed.appendLeft(node.getStart(source), '(');
      changed.prependRight(node.getEnd(), ')');
    }
    if (ts.isClassDeclaration(node)) variables.push(...moveMethods(changed, source, node));
    ts.forEachChild(node, visit);
  };
  visit(source);
  // On the first line, so that all others stay where they are.
  if (variables.length > 0) changed.prepend(`let ${variables.join(', ')}; `);
  const map = changed.generateMap({
    source: basename(name),
    hires: 'boundary',
    includeContent: true,
  });
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
