/**
 * Writes the generated parts of the documentation, which stand between the comments
 * `generated: NAME` and `/generated`: `node scripts/generate-docs.mjs`. With `--check` nothing is
 * written, and the exit code says whether the documents are up to date.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { decisionList } from './generate-docs/decision-list.mjs';
import { errorList } from './generate-docs/error-list.mjs';
import { functionCount, functionList } from './generate-docs/function-list.mjs';
import { opSizeTable } from './generate-docs/op-sizes.mjs';
import { operationList } from './generate-docs/operations.mjs';
import { otherEntryTable } from './generate-docs/other-entries.mjs';
import { showDefinition, showFile, showLine, showOutput } from './generate-docs/sources.mjs';
import { showStage } from './generate-docs/stages.mjs';
import { switchTable } from './generate-docs/switches.mjs';

/** Makes the text of one part from the words after its name. */
const generators = {
  decisions: decisionList,
  errors: errorList,
  functions: functionList,
  'function-count': functionCount,
  file: showFile,
  definition: showDefinition,
  line: showLine,
  output: showOutput,
  stage: showStage,
  switches: switchTable,
  operations: operationList,
  'other-entries': otherEntryTable,
  'op-sizes': opSizeTable,
};

const OPENING = /^<!-- generated: (.+?) -->$/;
const CLOSING = '<!-- /generated -->';

/** The parts of a document that are generated: their names and the lines between their marks. */
export const generatedParts = (path, markdown) => {
  const lines = markdown.split('\n');
  const parts = [];
  lines.forEach((line, start) => {
    const name = OPENING.exec(line)?.[1];
    if (name === undefined) return;
    const end = lines.indexOf(CLOSING, start);
    const next = lines.findIndex((other, k) => k > start && OPENING.test(other));
    if (end < 0 || (next >= 0 && next < end)) {
      throw new Error(`${path}:${start + 1}: '${name}' has no end`);
    }
    parts.push({ name, start, end });
  });
  return parts;
};

/** The document with its generated parts made anew. */
export const fillDocument = async (path, markdown, make = generators) => {
  const lines = markdown.split('\n');
  for (const { name, start, end } of generatedParts(path, markdown).reverse()) {
    const [kind, ...words] = name.split(' ');
    const generate = make[kind];
    if (generate === undefined)
      throw new Error(`${path}:${start + 1}: nothing generates '${kind}'`);
    const text = await generate(...words);
    lines.splice(start + 1, end - start - 1, ...['', ...text.trimEnd().split('\n'), '']);
  }
  return lines.join('\n');
};

/** The documents of the repository, paths from its root. */
export const documentPaths = () => [
  ...['README.md', 'CONTRIBUTING.md'].filter((path) => existsSync(path)),
  ...readdirSync('docs', { recursive: true })
    .map((name) => `docs/${name}`)
    .filter((path) => path.endsWith('.md'))
    .sort(),
];

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const isCheck = process.argv.includes('--check');
  for (const path of documentPaths()) {
    const markdown = readFileSync(path, 'utf8');
    const filled = await fillDocument(path, markdown);
    if (filled === markdown) continue;
    console.log(isCheck ? `${path} is not up to date: npm run docs` : `${path} written`);
    if (isCheck) process.exitCode = 1;
    else writeFileSync(path, filled);
  }
}
