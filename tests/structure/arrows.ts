/** The rule that dependencies point one way: which layer of `src` may import which. */
import { posix } from 'node:path';
import { type SourceFile, SyntaxKind } from 'ts-morph';
import { pathOf, type SourceTree } from './source-tree.ts';

/** One layer: its files, and what they may import beside themselves. */
interface Layer {
  readonly name: string;
  readonly files: RegExp;
  readonly imports: readonly RegExp[];
  readonly typeImports?: readonly RegExp[];
}

const IR = /^src\/ir\/(?!ops\/)/;
const OPS = /^src\/ir\/ops\//;
const TYPES = /^src\/types\//;

// The first layer whose `files` match is the file's own.
const LAYERS: readonly Layer[] = [
  { name: 'ir/parse', files: /^src\/ir\/parse\.ts$/, imports: [IR, OPS] },
  { name: 'ir', files: IR, imports: [IR] },
  { name: 'ir/ops', files: OPS, imports: [IR, OPS] },
  { name: 'types', files: TYPES, imports: [TYPES], typeImports: [IR] },
  { name: 'passes', files: /^src\/passes\//, imports: [IR, OPS, /^src\/passes\//] },
  { name: 'backends', files: /^src\/backends\//, imports: [IR, /^src\/backends\//] },
  {
    name: 'trace',
    files: /^src\/trace\//,
    imports: [IR, OPS, TYPES, /^src\/(passes|backends|trace)\//],
  },
  {
    name: 'stdlib',
    files: /^src\/stdlib\//,
    imports: [IR, OPS, TYPES, /^src\/(trace|stdlib)\//],
  },
  {
    name: 'tools',
    files: /^src\/tools\//,
    imports: [IR, OPS, TYPES, /^src\/(passes|backends|trace|stdlib|tools)\//],
  },
  { name: 'public', files: /^src\/((index|testing)\.ts$|testing\/)/, imports: [/^src\//] },
];

interface Import {
  readonly target: string;
  readonly typeOnly: boolean;
  readonly line: number;
}

/** Static imports and exports, `import('...')` calls and import types of a file. */
const importsOf = (source: SourceFile): Import[] => {
  const found: Import[] = [];
  for (const node of source.getImportDeclarations()) {
    const named = node.getNamedImports();
    const typeOnly =
      node.isTypeOnly() ||
      (named.length > 0 &&
        node.getDefaultImport() === undefined &&
        named.every((name) => name.isTypeOnly()));
    const line = node.getStartLineNumber();
    found.push({ target: node.getModuleSpecifierValue(), typeOnly, line });
  }
  for (const node of source.getExportDeclarations()) {
    const target = node.getModuleSpecifierValue();
    if (target === undefined) continue;
    found.push({ target, typeOnly: node.isTypeOnly(), line: node.getStartLineNumber() });
  }
  for (const node of source.getDescendantsOfKind(SyntaxKind.ImportType)) {
    const target = node.getArgument().getText().slice(1, -1);
    found.push({ target, typeOnly: true, line: node.getStartLineNumber() });
  }
  for (const node of source.getDescendantsOfKind(SyntaxKind.CallExpression)) {
    if (node.getExpression().getKind() !== SyntaxKind.ImportKeyword) continue;
    const target = node.getArguments()[0]?.asKind(SyntaxKind.StringLiteral)?.getLiteralValue();
    // An import of a name known only at run time cannot be placed, and no bundler follows it.
    found.push({ target: target ?? '', typeOnly: false, line: node.getStartLineNumber() });
  }
  return found;
};

/** The one module that imports a package, by a name that no bundler follows: an optional peer. */
const PEER_IMPORTER = 'src/backends/webgpu/index.ts';

/** Imports in `src` that leave the repository, point upwards, or belong to no layer. */
export const wrongArrows = (tree: SourceTree): string[] => {
  const wrong: string[] = [];
  for (const source of tree.sources) {
    const path = pathOf(source);
    if (!path.startsWith('src/')) continue;
    const layer = LAYERS.find(({ files }) => files.test(path));
    if (layer === undefined) {
      wrong.push(`${path}: stands in no layer of src`);
      continue;
    }
    for (const { target, typeOnly, line } of importsOf(source)) {
      const at = `${path}:${line}`;
      if (target === '' && path === PEER_IMPORTER) continue;
      if (!target.startsWith('.')) {
        wrong.push(`${at}: the library imports nothing but itself, not '${target}'`);
        continue;
      }
      const resolved = posix.join(posix.dirname(path), target);
      if (!tree.files.has(resolved)) wrong.push(`${at}: no file '${resolved}'`);
      const allowed = [...layer.imports, ...(typeOnly ? (layer.typeImports ?? []) : [])];
      if (!allowed.some((pattern) => pattern.test(resolved))) {
        wrong.push(`${at}: ${layer.name} must not import ${resolved}`);
      }
    }
  }
  return wrong;
};
