/** Type checks, bundles and runs code blocks of the documentation, each one as a program. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { bundle } from '../../scripts/bundle.mjs';
import type { CodeBlock } from './code-blocks.ts';

/** The longest that one block may run, in milliseconds. */
const LIMIT = 30_000;

/** The compiler options of the repository; an example may declare what it does not use. */
const readOptions = (): ts.CompilerOptions => {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (): void => {} };
  const config = ts.getParsedCommandLineOfConfigFile(
    join(process.cwd(), 'tsconfig.json'),
    {},
    host,
  );
  if (config === undefined) throw new Error('tsconfig.json cannot be read');
  return { ...config.options, noUnusedLocals: false, noUnusedParameters: false };
};

/** The messages of the compiler for `file`, with lines of the document. */
const typeErrors = (program: ts.Program, file: string, block: CodeBlock): string[] => {
  const source = program.getSourceFile(file)!;
  const found = [
    ...program.getSyntacticDiagnostics(source),
    ...program.getSemanticDiagnostics(source),
  ];
  return found.map(({ messageText, start }) => {
    const { line } = source.getLineAndCharacterOfPosition(start ?? 0);
    const text = ts.flattenDiagnosticMessageText(messageText, '\n');
    return `${block.document}:${block.line + line}: ${text}`;
  });
};

/** Runs a bundle in an empty folder; gives what it wrote as errors, or undefined where it ended well. */
const runProgram = (path: string): Promise<string | undefined> => {
  const folder = mkdtempSync(join(tmpdir(), 'block-'));
  return new Promise((resolve) => {
    const flags = ['--enable-source-maps', path];
    execFile(process.execPath, flags, { cwd: folder, timeout: LIMIT }, (error, _out, errors) => {
      rmSync(folder, { recursive: true, force: true });
      if (error === null) resolve(undefined);
      else resolve(error.killed === true ? `ran longer than ${LIMIT} ms` : errors || error.message);
    });
  });
};

/** Prepared blocks, ready to be checked one by one. */
export interface BlockChecker {
  /** Undefined where the block does what it says, else what is wrong. */
  readonly check: (block: CodeBlock) => Promise<string | undefined>;
  /** Removes the bundles. */
  readonly close: () => void;
}

/** Type checks all `blocks` at once and bundles those that have no type error. */
export const prepareBlocks = async (blocks: readonly CodeBlock[]): Promise<BlockChecker> => {
  if (blocks.length === 0) throw new Error('there is no code block to check');
  const folder = join(process.cwd(), 'node_modules/.cache/gradloom', `blocks-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const files = new Map(blocks.map((block, i) => [block, join(folder, `block-${i}.ts`)]));
  for (const [block, file] of files) writeFileSync(file, block.text);

  const program = ts.createProgram([...files.values()], readOptions());
  const errors = new Map(
    [...files].map(([block, file]) => [block, typeErrors(program, file, block)]),
  );
  const sound = blocks.filter((block) => errors.get(block)!.length === 0);
  const paths = sound.map((block) => files.get(block)!);
  const bundled = paths.length === 0 ? [] : await bundle(paths, `docs-${process.pid}`);
  const programs = new Map(sound.map((block, i) => [block, bundled[i]!]));
  rmSync(folder, { recursive: true, force: true });

  const check = async (block: CodeBlock): Promise<string | undefined> => {
    const found = errors.get(block);
    if (found === undefined) throw new Error('this block was not prepared');
    const path = programs.get(block);
    const failure = path === undefined ? found.join('\n') : await runProgram(path);
    if (block.expectedError === undefined) return failure;
    if (failure === undefined) return `did not fail with: ${block.expectedError}`;
    if (failure.includes(block.expectedError)) return undefined;
    return `failed without '${block.expectedError}':\n${failure}`;
  };
  const close = (): void => {
    if (bundled[0] !== undefined) rmSync(dirname(bundled[0]), { recursive: true, force: true });
  };
  return { check, close };
};
