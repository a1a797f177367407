/** The list of public functions: how each is called and the first sentence of its documentation. */
import { readFileSync } from 'node:fs';
import { Node, Project } from 'ts-morph';

let parsed;
const projectOf = () => {
  parsed ??= new Project({ tsConfigFilePath: 'tsconfig.json', skipAddingFilesFromTsConfig: true });
  return parsed;
};

/** The source of an entry point such as `gradloom/nn`, as `paths` in tsconfig.json names it. */
const sourceOf = (entry) => {
  const { paths } = JSON.parse(readFileSync('tsconfig.json', 'utf8')).compilerOptions;
  const path = paths[entry]?.[0];
  if (path === undefined) throw new Error(`'${entry}' is no entry point`);
  const project = projectOf();
  return project.getSourceFile(path) ?? project.addSourceFileAtPath(path);
};

const docOf = (node) => {
  const holder = Node.isVariableDeclaration(node) ? node.getVariableStatement() : node;
  const docs = holder?.getJsDocs?.() ?? [];
  return docs.map((doc) => doc.getDescription().trim().replaceAll(/\s+/g, ' ')).join(' ');
};
/** Up to the first period that ends a sentence: not one in code, and not one after an initial. */
const firstSentence = (text) =>
  /^(?:`[^`]*`|[^`])*?(?<!\b[A-Z])\.(?=\s+[A-Z`]|$)/.exec(text)?.[0] ?? text;

/** A parameter as a reader calls it; options show their names. */
const showParameter = (symbol) => {
  const declaration = symbol.getValueDeclaration();
  const type = declaration.getType().getNonNullableType();
  const name = symbol.getName();
  const isRest = declaration.isRestParameter?.() ?? false;
  const isOptional = declaration.isOptional?.() ?? false;
  if (isRest) return `...${name}`;
  if (name !== 'options') return isOptional ? `${name}?` : name;
  const options = type.getProperties().map((property) => property.getName());
  if (options.length === 0 || options.length > 12) return isOptional ? 'options?' : 'options';
  const shown = `{ ${options.join(', ')} }`;
  return isOptional ? `${shown}?` : shown;
};

const signatureOf = (name, node) => {
  const signatures = node.getType().getCallSignatures();
  if (signatures.length === 0) return undefined;
  const all = signatures.map((signature) => signature.getParameters().map(showParameter));
  const named = all.filter((parameters) => !parameters.includes('...unnamed'));
  const overloads = named.length > 0 ? named : all;
  // Of overloads the longest; what another one leaves out is optional.
  const least = Math.min(...overloads.map((parameters) => parameters.length));
  const longest = overloads.reduce((best, one) => (one.length > best.length ? one : best));
  const shown = longest.map((text, k) => (k < least || text.endsWith('?') ? text : `${text}?`));
  return `${name}(${shown.join(', ')})`;
};

const headerOf = (source) =>
  firstSentence(
    /^\/\*\*([\s\S]*?)\*\//
      .exec(source.getFullText())?.[1]
      ?.replaceAll(/\s*\n\s*\*\s?/g, ' ')
      .trim() ?? '',
  );

/** The functions that an entry point exports, by the file that defines them. */
const functionsOf = (entry) => {
  const byFile = new Map();
  for (const [name, [node]] of sourceOf(entry).getExportedDeclarations()) {
    if (!Node.isVariableDeclaration(node) && !Node.isFunctionDeclaration(node)) continue;
    const signature = signatureOf(name, node);
    if (signature === undefined) continue;
    const overloads = Node.isFunctionDeclaration(node) ? node.getOverloads() : [];
    const doc = [node, ...overloads].map(docOf).find((text) => text !== '') ?? '';
    const source = node.getSourceFile();
    const list = byFile.get(source) ?? [];
    list.push({ name, signature, doc: firstSentence(doc) });
    byFile.set(source, list);
  }
  return byFile;
};

/** The file's name as words: `Convolution transpose`. */
const titleOf = (source) => {
  const words = source.getBaseNameWithoutExtension().replaceAll('-', ' ');
  return words[0].toUpperCase() + words.slice(1);
};

const escape = (text) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

/** A table per source file of an entry point. */
export const functionList = async (entry) =>
  [...functionsOf(entry)]
    .map(([source, list]) => {
      const rows = list
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map(({ signature, doc }) => `| \`${signature}\` | ${escape(doc)} |`);
      const head = [`### ${titleOf(source)}`, '', escape(headerOf(source)), ''];
      return [...head, '| Call | |', '|---|---|', ...rows].join('\n');
    })
    .join('\n\n');

/** How many functions an entry point exports. */
export const functionCount = async (entry) => {
  const count = [...functionsOf(entry).values()].reduce((sum, list) => sum + list.length, 0);
  return `\`${entry}\` exports ${count} functions.`;
};
