/** The list of error classes: code, meaning, an example and its message. */
import { readFileSync } from 'node:fs';
import { Project } from 'ts-morph';
import ts from 'typescript';
import { errorExamples } from './error-examples.mjs';
import { load } from './library.mjs';
import { fence } from './sources.mjs';

const path = 'src/ir/errors.ts';
const sources = { gradloom: 'src/index.ts', 'gradloom/data': 'src/stdlib/data/index.ts' };

/** The classes in the order in which they are declared, with their codes and comments. */
const errorClasses = () => {
  const project = new Project({ useInMemoryFileSystem: true, skipLoadingLibFiles: true });
  const source = project.createSourceFile(path, readFileSync(path, 'utf8'));
  return source.getClasses().flatMap((node) => {
    if (node.getExtends()?.getText() !== 'GradloomError') return [];
    const code = /'(GL_[A-Z]+)'/.exec(node.getText())?.[1];
    const doc = node.getJsDocs()[0]?.getDescription().trim().replaceAll(/\s+/g, ' ');
    return [{ name: node.getName(), code, doc }];
  });
};

/** The message that an example ends with, without the line that says where it was called. */
const messageOf = async (name, { imports, lines }) => {
  const modules = await Promise.all(imports.map(([entry]) => load(sources[entry])));
  const scope = Object.assign({}, ...modules);
  const { outputText } = ts.transpileModule(lines.join('\n'), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: false },
  });
  // Not all that the library exports can be the name of a parameter: `var` cannot.
  const keys = Object.keys(scope).filter((key) =>
    imports.some(([, names]) => names.split(/[\s,]+/).includes(key)),
  );
  try {
    new Function(...keys, outputText)(...keys.map((key) => scope[key]));
  } catch (error) {
    if (error.constructor.name === name || error.name === name) {
      return error.message.replace(/\n {2}at: .*/, '');
    }
    throw error;
  }
  throw new Error(`the example of ${name} does not throw`);
};

const section = async ({ name, code, doc }) => {
  const head = [`## ${name}`, '', `Code \`${code}\`. ${doc}`];
  const example = errorExamples[name];
  if (example === undefined) return head.join('\n');
  const message = await messageOf(name, example);
  const program = [
    `// expect-error: ${message.split('\n')[0]}`,
    ...example.imports.map(([entry, names]) => `import { ${names} } from '${entry}';`),
    '',
    ...example.lines,
  ];
  return [...head, '', fence('ts', program.join('\n')), '', fence('text', message)].join('\n');
};

/** A section per class. */
export const errorList = async () => {
  const known = errorClasses();
  const unknown = Object.keys(errorExamples).filter((name) => !known.some((k) => k.name === name));
  if (unknown.length > 0) throw new Error(`no error class is called ${unknown.join(', ')}`);
  return (await Promise.all(known.map(section))).join('\n\n');
};
