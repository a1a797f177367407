/** Reads a folder of sources into memory; the rules of the structure tests work on this value. */
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { Project, type SourceFile } from 'ts-morph';

/** Every file of the tree with its text, and the parsed TypeScript ones; paths from the root. */
export interface SourceTree {
  readonly files: ReadonlyMap<string, string>;
  readonly sources: readonly SourceFile[];
}

/** The path of a parsed file, from the root of its tree. */
export const pathOf = (source: SourceFile): string => source.getFilePath().slice(1);

/** Parses the TypeScript files among `files` (path from the root, text). */
export const treeOf = (files: ReadonlyMap<string, string>): SourceTree => {
  const project = new Project({ useInMemoryFileSystem: true, skipLoadingLibFiles: true });
  const sources = [...files]
    .filter(([path]) => path.endsWith('.ts'))
    .map(([path, text]) => project.createSourceFile(`/${path}`, text));
  return { files, sources };
};

/** Reads the files under `folders` of `root` whose names end in one of `endings`. */
export const readFiles = (
  root: string,
  folders: readonly string[],
  endings: readonly string[],
): Map<string, string> => {
  const files = new Map<string, string>();
  for (const folder of folders) {
    for (const name of readdirSync(posix.join(root, folder), { recursive: true })) {
      const path = posix.join(folder, String(name));
      if (!endings.some((ending) => path.endsWith(ending))) continue;
      if (path.includes('node_modules/')) continue;
      files.set(path, readFileSync(posix.join(root, path), 'utf8'));
    }
  }
  return files;
};
