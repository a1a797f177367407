/**
 * Splits delimited text into records of cells by the rules of RFC 4180; the numbers are `readCsv`'s
 * business.
 */
import { FormatError } from '../../ir/errors.ts';

/** One cell: its text without quotes, and whether it was quoted. */
export interface CsvCell {
  readonly text: string;
  readonly quoted: boolean;
}

/** One record: its cells and the line, from 1, on which it starts. */
export interface CsvRecord {
  readonly line: number;
  readonly cells: readonly CsvCell[];
}

const quote = '"';

/** How many lines end in `text`: CR LF, LF and CR each end one. */
const countLineEnds = (text: string): number => {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '\n' || (character === '\r' && text[i + 1] !== '\n')) count++;
  }
  return count;
};

const failAt = (rule: string, line: number, column: number): never => {
  throw new FormatError(`readCsv: ${rule} (line ${line}, column ${column})`);
};

/**
 * Yields the records of `text` one after another. Lines end with LF, CR LF or CR; empty lines are
 * left out; a cell in double quotes may hold delimiters, line ends and, doubled, quotes. Throws a
 * FormatError with line and column (the number of the cell, from 1) for a quote without end, text
 * after a closing quote, or a quote inside a bare cell.
 */
export function* csvRecords(text: string, delimiter: string): Generator<CsvRecord> {
  let at = 0;
  let line = 1;
  let cells: CsvCell[] = [];
  let recordLine = 1;

  const quotedCell = (): string => {
    const parts: string[] = [];
    let start = at + 1;
    for (;;) {
      const close = text.indexOf(quote, start);
      if (close < 0) failAt('a quote without end', line, cells.length + 1);
      parts.push(text.slice(start, close));
      if (text[close + 1] !== quote) {
        at = close + 1;
        break;
      }
      start = close + 2;
    }
    const cell = parts.join(quote);
    line += countLineEnds(cell);
    return cell;
  };

  const bareCell = (): string => {
    const start = at;
    for (; at < text.length; at++) {
      const character = text[at];
      if (character === delimiter || character === '\n' || character === '\r') break;
      if (character === quote) failAt('a quote inside a cell', line, cells.length + 1);
    }
    return text.slice(start, at);
  };

  while (at < text.length) {
    const quoted = text[at] === quote;
    const cellLine = line;
    const cell = quoted ? quotedCell() : bareCell();
    if (cells.length === 0) recordLine = cellLine;
    const next = text[at];
    if (next !== undefined && next !== delimiter && next !== '\n' && next !== '\r') {
      failAt('text after a closing quote', line, cells.length + 1);
    }
    cells.push({ text: cell, quoted });
    at++;
    if (next === delimiter) {
      // A delimiter at the very end of the text is followed by one more, empty cell.
      if (at < text.length) continue;
      cells.push({ text: '', quoted: false });
    }
    if (next === '\r' && text[at] === '\n') at++;
    if (cells.length > 1 || quoted || cell !== '') yield { line: recordLine, cells };
    cells = [];
    line++;
  }
}
