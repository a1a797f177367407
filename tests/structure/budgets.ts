/** The budgets of a source file: its length, its line length, its name and its header. */
import { posix } from 'node:path';

/** Files may be this long, half of those in `src` shorter than the second number, in lines. */
export const MOST_LINES = 400;
export const MOST_MEDIAN = 150;
/** Columns of the longest line. */
export const MOST_COLUMNS = 100;
/** Lines of the interface that a backend implements. */
export const MOST_BACKEND_LINES = 80;

// `common-subexpressions` is a good name; `common` and `graph-helpers` are not.
const VAGUE = /(^|-)(utils?|utility|utilities|helpers?|common|misc)$/;
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*$/;

const lineCount = (text: string): number => text.split('\n').length - (text.endsWith('\n') ? 1 : 0);

/** Files over the budget of lines, and lines over the budget of columns. */
export const overBudget = (files: ReadonlyMap<string, string>): string[] => {
  const wrong: string[] = [];
  for (const [path, text] of files) {
    const lines = lineCount(text);
    if (lines > MOST_LINES) wrong.push(`${path}: ${lines} lines, at most ${MOST_LINES}`);
    if (path === 'src/backends/backend.ts' && lines >= MOST_BACKEND_LINES) {
      wrong.push(`${path}: ${lines} lines, fewer than ${MOST_BACKEND_LINES} wanted`);
    }
    text.split('\n').forEach((line, i) => {
      const columns = [...line].length;
      if (columns > MOST_COLUMNS) wrong.push(`${path}:${i + 1}: ${columns} columns`);
    });
  }
  return wrong;
};

/** The median number of lines of `files`. */
export const medianLines = (files: ReadonlyMap<string, string>): number => {
  const sorted = [...files.values()].map(lineCount).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) throw new Error('no file to take a median of');
  return sorted.length % 2 === 1 ? upper : (upper + sorted[middle - 1]!) / 2;
};

/** File and folder names that are not kebab-case or say nothing. */
export const wrongNames = (files: ReadonlyMap<string, string>): string[] => {
  const wrong: string[] = [];
  for (const path of files.keys()) {
    for (const part of path.split('/')) {
      const stem = posix.basename(part).split('.')[0]!;
      if (part.startsWith('.')) continue;
      if (!KEBAB.test(stem)) wrong.push(`${path}: '${part}' is not kebab-case`);
      else if (VAGUE.test(stem)) {
        wrong.push(`${path}: '${part}' says nothing about its content`);
      }
    }
  }
  return wrong;
};

/** Files that do not start with a comment saying what they are. */
export const withoutHeader = (files: ReadonlyMap<string, string>): string[] => {
  const header = /^(#![^\n]*\n)?(\/\*\*?\s[\s\S]*?\*\/|\/\/ [^\n]+)/;
  return [...files]
    .filter(([, text]) => (header.exec(text)?.[2] ?? '').replaceAll(/[/*\s]/g, '').length < 20)
    .map(([path]) => `${path}: no header comment`);
};

const MARKS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:TODO|FIXME|HACK|XXX)\b/, 'a mark of unfinished work'],
  [/\bnot (?:yet )?implemented\b/i, 'something unfinished'],
  [/(?:^|[\s'"`(=])\/(?:home|root|Users|work)\/\w/, 'a path of one machine'],
  [/\bregistry\.[a-z]+js\.\w+/, 'the host of a package registry'],
  [/\b(?:test|it|describe)(?:\.\w+)*\.(?:skip|only|todo)\b/, 'a test that does not run'],
  [/@ts-(?:ignore|nocheck)\b|\beslint-disable\b/, 'a silenced check'],
];

/** Words that have no place in the repository, line by line. */
export const forbiddenWords = (files: ReadonlyMap<string, string>): string[] => {
  const wrong: string[] = [];
  for (const [path, text] of files) {
    text.split('\n').forEach((line, i) => {
      for (const [mark, what] of MARKS)
        if (mark.test(line)) wrong.push(`${path}:${i + 1}: ${what}`);
    });
  }
  return wrong;
};
