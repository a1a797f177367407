/** Type-checks files, real ones or texts, against the sources of the library; parsed files are shared by all programs. */
import { join, resolve } from 'node:path';
import ts from 'typescript';

const root = process.cwd();
const host = ts.createCompilerHost({});
const parsed = new Map<string, ts.SourceFile | undefined>();

const readOptions = (): ts.CompilerOptions => {
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  return ts.parseJsonConfigFileContent(config.config, ts.sys, root).options;
};
const options = readOptions();

/** What checking one file says and costs. */
export interface Checked {
  /** `line: message`, the lines of one message joined by line breaks. */
  readonly diagnostics: readonly string[];
  /** Type instantiations made for the file and what it uses; the same on every machine. */
  readonly instantiations: number;
}

/** Checks the file at `path`, whose text may be given instead of being read. */
export const checkFile = (path: string, text?: string): Checked => {
  const target = resolve(root, path);
  const own = text && ts.createSourceFile(target, text, ts.ScriptTarget.ES2023, true);
  const program = ts.createProgram([target], options, {
    ...host,
    fileExists: (name) => (own && name === target) || host.fileExists(name),
    getSourceFile: (name, languageVersion) => {
      if (own && name === target) return own;
      if (!parsed.has(name)) parsed.set(name, host.getSourceFile(name, languageVersion));
      return parsed.get(name);
    },
  });
  const source = program.getSourceFile(target);
  if (source === undefined) throw new Error(`${path}: no such file`);
  const found = [
    ...program.getSyntacticDiagnostics(source),
    ...program.getSemanticDiagnostics(source),
  ];
  const diagnostics = found.map((one) => {
    const line = source.getLineAndCharacterOfPosition(one.start ?? 0).line + 1;
    return `${line}: ${ts.flattenDiagnosticMessageText(one.messageText, '\n')}`;
  });
  return { diagnostics, instantiations: program.getInstantiationCount() };
};
