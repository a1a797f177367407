/**
 * Counts the type instantiations that checking a file costs the compiler, and prints
 * `{file: count}` as JSON: `node scripts/measure-types.mjs [--built] FILE...`. `gradloom` means the
 * sources, or with `--built` the declarations in `dist`. A file with type errors has no meaningful
 * cost, so it fails.
 */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const built = process.argv.includes('--built');
const files = process.argv.slice(2).filter((flag) => flag !== '--built');

/** The compiler options of the repository, with the entry points in `dist` where asked for. */
const readOptions = () => {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} };
  const { options } = ts.getParsedCommandLineOfConfigFile(join(root, 'tsconfig.json'), {}, host);
  if (!built) return options;
  const names = Object.keys(options.paths);
  const declarations = names.map((name) => [
    name,
    [join(root, 'dist', `${name.split('/')[1] ?? 'index'}.d.ts`)],
  ]);
  const missing = declarations.map(([, [path]]) => path).filter((path) => !existsSync(path));
  if (missing.length > 0) throw new Error(`not built: ${missing.join(', ')}`);
  return { ...options, paths: Object.fromEntries(declarations) };
};

/** Instantiations made while checking `file` and nothing else. */
const measure = (file, options) => {
  const program = ts.createProgram([resolve(file)], options);
  const source = program.getSourceFile(resolve(file));
  if (source === undefined) throw new Error(`${file}: no such file`);
  const found = [
    ...program.getSyntacticDiagnostics(source),
    ...program.getSemanticDiagnostics(source),
  ];
  if (found.length > 0) {
    const format = { getCurrentDirectory: () => root, getCanonicalFileName: (name) => name };
    throw new Error(ts.formatDiagnostics(found, { ...format, getNewLine: () => '\n' }));
  }
  return program.getInstantiationCount();
};

try {
  if (files.length === 0)
    throw new Error('usage: node scripts/measure-types.mjs [--built] FILE...');
  const options = readOptions();
  const counts = files.map((file) => [file, measure(file, options)]);
  console.log(JSON.stringify(Object.fromEntries(counts), null, 2));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
