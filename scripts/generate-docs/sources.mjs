/** Parts of the documentation that show sources of the repository, and what its programs print. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { promisify } from 'node:util';
import { Project } from 'ts-morph';

/** A fenced block. */
export const fence = (language, text) => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;

/** A whole file. */
export const showFile = async (path) => fence(`ts file=${path}`, readFileSync(path, 'utf8'));

/** The statements of a file that declare the given names, with their comments. */
export const showDefinition = async (path, ...names) => {
  const project = new Project({ useInMemoryFileSystem: true, skipLoadingLibFiles: true });
  const source = project.createSourceFile(path, readFileSync(path, 'utf8'));
  const texts = names.map((name) => {
    const statement = source.getStatements().find((one) => {
      const declared = one.getDeclarations?.() ?? [one];
      return declared.some((declaration) => declaration.getName?.() === name);
    });
    if (statement === undefined) throw new Error(`${path}: nothing called '${name}'`);
    return statement.getText(true);
  });
  return fence(`ts file=${path}`, texts.join('\n'));
};

/** The lines of a file that hold a text. */
export const showLine = async (path, ...words) => {
  const lines = readFileSync(path, 'utf8').split('\n');
  const found = lines.filter((line) => line.includes(words.join(' ')));
  if (found.length === 0) throw new Error(`${path}: no line holds '${words.join(' ')}'`);
  return fence(`ts file=${path}`, found.map((line) => line.trim()).join('\n'));
};

const run = promisify(execFile);
const outputs = new Map();
const outputOf = (path) => {
  if (!outputs.has(path)) outputs.set(path, run(process.execPath, ['scripts/run.mjs', path]));
  return outputs.get(path);
};

/** What a program of the repository prints, or of that paragraphs `first` to `last`, from 1. */
export const showOutput = async (path, first, last = first) => {
  const { stdout } = await outputOf(path);
  if (first === undefined) return fence('text', stdout);
  const paragraphs = stdout.trimEnd().split(/\n\n+/);
  if (Number(last) > paragraphs.length)
    throw new Error(`${path} prints ${paragraphs.length} paragraphs`);
  return fence('text', paragraphs.slice(Number(first) - 1, Number(last)).join('\n\n'));
};
