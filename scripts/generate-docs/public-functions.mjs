/** The public functions as the sources declare them: how each is called, and what is said of it. */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import process from 'node:process';
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

/** The text of the doc comments of a declaration, on one line. */
export const docOf = (node) => {
  const holder = Node.isVariableDeclaration(node) ? node.getVariableStatement() : node;
  const docs = holder?.getJsDocs?.() ?? [];
  return docs.map((doc) => doc.getDescription().trim().replaceAll(/\s+/g, ' ')).join(' ');
};
/** Up to the first period that ends a sentence: not one in code, and not one after an initial. */
export const firstSentence = (text) =>
  /^(?:`[^`]*`|[^`])*?(?<!\b[A-Z])\.(?=\s+[A-Z`]|$)/.exec(text)?.[0] ?? text;

/** The options of a parameter; types that the function's own type fills in are filled in. */
const optionsOf = (symbol, node) => {
  if (symbol.getName() !== 'options') return [];
  const type = symbol.getTypeAtLocation(node).getNonNullableType();
  const known = type.isTypeParameter() ? (type.getConstraint() ?? type) : type;
  return known.getProperties();
};

/** A parameter as a reader calls it; options show their names. */
const showParameter = (symbol, node) => {
  const declaration = symbol.getValueDeclaration();
  const name = symbol.getName();
  const isRest = declaration.isRestParameter?.() ?? false;
  const isOptional = declaration.isOptional?.() ?? false;
  if (isRest) return `...${name}`;
  if (name !== 'options') return isOptional ? `${name}?` : name;
  const options = optionsOf(symbol, node).map((property) => property.getName());
  if (options.length === 0 || options.length > 12) return isOptional ? 'options?' : 'options';
  const shown = `{ ${options.join(', ')} }`;
  return isOptional ? `${shown}?` : shown;
};

const overloadsOf = (node) => {
  const all = node.getType().getCallSignatures();
  const names = (signature) => signature.getParameters().map((one) => showParameter(one, node));
  const named = all.filter((signature) => !names(signature).includes('...unnamed'));
  return named.length > 0 ? named : all;
};
/** How a function is called, its parameters and its options; undefined for what is none. */
const describeCall = (name, node) => {
  const overloads = overloadsOf(node);
  if (overloads.length === 0) return undefined;
  const all = overloads.map((signature) => signature.getParameters());
  // Of overloads the longest; what another one leaves out is optional.
  const least = Math.min(...all.map((parameters) => parameters.length));
  const longest = all.reduce((best, one) => (one.length > best.length ? one : best));
  const shown = longest.map((symbol, k) => {
    const text = showParameter(symbol, node);
    return k < least || text.endsWith('?') ? text : `${text}?`;
  });
  return {
    signature: `${name}(${shown.join(', ')})`,
    parameters: longest.map((symbol) => symbol.getName()),
    options: longest
      .flatMap((symbol) => optionsOf(symbol, node))
      .map((property) => ({
        name: property.getName(),
        doc: docOf(property.getDeclarations()[0]),
      })),
  };
};

const read = (entry) => {
  const all = [];
  for (const [name, [node]] of sourceOf(entry).getExportedDeclarations()) {
    if (!Node.isVariableDeclaration(node) && !Node.isFunctionDeclaration(node)) continue;
    const call = describeCall(name, node);
    if (call === undefined) continue;
    const overloads = Node.isFunctionDeclaration(node) ? node.getOverloads() : [];
    const doc = [node, ...overloads].map(docOf).find((text) => text !== '') ?? '';
    const source = node.getSourceFile();
    const path = relative(process.cwd(), source.getFilePath());
    all.push({ name, ...call, doc, node, source, path });
  }
  return all;
};
const known = new Map();
/** The functions that an entry point exports: name, signature, options, doc, path and source. */
export const publicFunctions = (entry) => {
  if (!known.has(entry)) known.set(entry, read(entry));
  return known.get(entry);
};

/** Whether a function maps tensors to tensors: an array function or a loss. */
export const isOperation = ({ path }) =>
  path.startsWith('src/trace/functions/') || path.startsWith('src/stdlib/losses/');

/** The functions by the file that defines them. */
export const bySource = (functions) => {
  const groups = new Map();
  for (const one of functions) groups.set(one.source, [...(groups.get(one.source) ?? []), one]);
  for (const list of groups.values()) list.sort((a, b) => (a.name < b.name ? -1 : 1));
  return groups;
};

/** The first sentence of the comment at the top of a file. */
export const headerOf = (source) =>
  firstSentence(
    /^\/\*\*([\s\S]*?)\*\//
      .exec(source.getFullText())?.[1]
      ?.replaceAll(/\s*\n\s*\*\s?/g, ' ')
      .trim() ?? '',
  );
/** The file's name as words: `Convolution transpose`. */
export const titleOf = (source) => {
  const words = source.getBaseNameWithoutExtension().replaceAll('-', ' ');
  return words[0].toUpperCase() + words.slice(1);
};
/** Text that Markdown shows as it is. */
export const escapeText = (text) =>
  text
    .split(/(`[^`]*`)/)
    .map((part, k) => (k % 2 === 1 ? part : part.replaceAll('<', '&lt;').replaceAll('*', '\\*')))
    .join('');
/** The same for a cell of a table. */
export const escapeCell = (text) => escapeText(text).replaceAll('|', '\\|');
