/** How many lines an op takes, counted in the files that define ops. */
import { readdirSync, readFileSync } from 'node:fs';
import { Project } from 'ts-morph';

const folder = 'src/ir/ops';
const isOp = (declaration) =>
  /^(Plain|Param|Multi)Op\b/.test(declaration.getTypeNode()?.getText() ?? '');
const opsOf = (project, file) =>
  project
    .createSourceFile(file, readFileSync(`${folder}/${file}`, 'utf8'))
    .getVariableDeclarations()
    .filter((one) => one.isExported() && isOp(one)).length;

/** A row per file with its ops, its lines and its lines per op, and the sum of all files. */
export const opSizeTable = async () => {
  const project = new Project({ useInMemoryFileSystem: true, skipLoadingLibFiles: true });
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .map((file) => {
      const lines = readFileSync(`${folder}/${file}`, 'utf8').trimEnd().split('\n').length;
      return { file, lines, ops: opsOf(project, file) };
    });
  const defining = files.filter(({ ops }) => ops > 0);
  const others = files.filter(({ ops }) => ops === 0);
  const sum = (list, key) => list.reduce((total, one) => total + one[key], 0);
  const row = (name, ops, lines) =>
    `| ${name} | ${ops} | ${lines} | ${ops === 0 ? '' : (lines / ops).toFixed(1)} |`;
  return [
    '| File | ops | lines | lines per op |',
    '|---|--:|--:|--:|',
    ...defining.map(({ file, ops, lines }) => row(`\`${folder}/${file}\``, ops, lines)),
    row('all of these', sum(defining, 'ops'), sum(defining, 'lines')),
    row(`what they share, in ${others.length} other files`, 0, sum(others, 'lines')),
  ].join('\n');
};
