/** Tables of numbers and labels from delimited text (RFC 4180). */
import { ArgumentError, FormatError } from '../../ir/errors.ts';
import { checkOptions, nearestWord } from '../../ir/options.ts';
import { type ArrayData, allocate } from './array-data.ts';
import { type CsvCell, type CsvRecord, csvRecords } from './csv-records.ts';

/** Options of readCsv. */
export interface CsvOptions {
  /** The one character between cells; a comma when absent. */
  readonly delimiter?: string;
  /**
   * Whether the first record holds the names of the columns (true when absent); without it they are
   * '0', '1', ...
   */
  readonly header?: boolean;
  /**
   * How many records to leave out at the start, before the header where there is one; 0 when
   * absent.
   */
  readonly skip?: number;
  /**
   * The columns to keep, in this order; all when absent. Cells of other columns are not read as
   * numbers.
   */
  readonly columns?: readonly string[];
  /** The columns whose cells are kept as text. */
  readonly labels?: readonly string[];
  /** Cells that read as NaN in number columns, for instance ['', 'NA']; none when absent. */
  readonly missing?: readonly string[];
}

/** A table: the numbers by row and by column, and the text columns. */
export interface CsvTable {
  /** The names of the number columns, in the order of `rows`. */
  readonly names: readonly string[];
  /** All numbers, [records, names.length]. */
  readonly rows: ArrayData<'f64'>;
  /** Each number column by its name. */
  readonly columns: ReadonlyMap<string, Float64Array>;
  /** Each text column by its name. */
  readonly labels: ReadonlyMap<string, readonly string[]>;
}

const optionNames = ['delimiter', 'header', 'skip', 'columns', 'labels', 'missing'];

// The digits stand in one way only, so that a long cell is refused in linear time.
const decimal = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;

const shown = (text: string): string =>
  text.length <= 40 ? JSON.stringify(text) : `${JSON.stringify(text.slice(0, 40))}...`;

const decodeInput = (input: string | Uint8Array): string => {
  if (typeof input === 'string') return input.startsWith('\ufeff') ? input.slice(1) : input;
  if (!(input instanceof Uint8Array)) {
    throw new ArgumentError('readCsv: expected a string or a Uint8Array', { got: typeof input });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(input.slice());
  } catch (fault) {
    throw new FormatError(
      'readCsv: the bytes are not UTF-8 text of a length that a string can have',
      {
        got: fault instanceof Error ? fault.message : String(fault),
      },
    );
  }
};

const checkCsvOptions = (options: CsvOptions): void => {
  checkOptions('readCsv', options, optionNames);
  const { delimiter = ',', header = true, skip = 0 } = options;
  if (typeof delimiter !== 'string' || delimiter.length !== 1 || /["\r\n]/.test(delimiter)) {
    throw new ArgumentError('readCsv: the delimiter is one character, no quote and no line end', {
      got: JSON.stringify(delimiter),
    });
  }
  if (typeof header !== 'boolean') {
    throw new ArgumentError('readCsv: the header is true or false', { got: String(header) });
  }
  if (!Number.isSafeInteger(skip) || skip < 0) {
    throw new ArgumentError("readCsv: 'skip' is a number of records", { got: String(skip) });
  }
  for (const name of ['columns', 'labels', 'missing'] as const) {
    const list = options[name];
    if (list === undefined) continue;
    if (!Array.isArray(list) || list.some((word) => typeof word !== 'string')) {
      throw new ArgumentError(`readCsv: '${name}' is a list of strings`, { got: String(list) });
    }
    if (new Set(list).size !== list.length) {
      throw new ArgumentError(`readCsv: '${name}' names something twice`, { got: list.join(', ') });
    }
  }
};

const checkNames = (names: readonly string[], line: number): void => {
  const seen = new Set<string>();
  names.forEach((name, i) => {
    if (seen.has(name)) {
      throw new FormatError(`readCsv: two columns have one name (line ${line}, column ${i + 1})`, {
        got: shown(name),
      });
    }
    seen.add(name);
  });
};

/** One column to keep: its name, its place in a record and what its cells become. */
interface KeptColumn {
  readonly name: string;
  readonly at: number;
  readonly isLabel: boolean;
}

const chooseColumns = (names: readonly string[], options: CsvOptions): KeptColumn[] => {
  const labels = new Set(options.labels);
  const place = new Map(names.map((name, at) => [name, at]));
  const wanted = options.columns ?? names;
  for (const name of [...wanted, ...labels]) {
    if (place.has(name)) continue;
    const near = nearestWord(name, names.slice(0, 1000));
    throw new ArgumentError(`readCsv: the file has no column ${shown(name)}`, {
      hint:
        near === undefined ? `its columns: ${shown(names.join(', '))}` : `did you mean '${near}'?`,
    });
  }
  const unkept = [...labels].find((name) => !wanted.includes(name));
  if (unkept !== undefined) {
    throw new ArgumentError(`readCsv: the label column ${shown(unkept)} is not among 'columns'`);
  }
  return wanted.map((name) => ({ name, at: place.get(name) as number, isLabel: labels.has(name) }));
};

/** Numbers of which nobody knows yet how many there will be. */
class NumberList {
  private store: Float64Array = new Float64Array(64);
  private length = 0;

  push(value: number): void {
    if (this.length === this.store.length) {
      const larger = allocate('readCsv', 'f64', 2 * this.length);
      larger.set(this.store);
      this.store = larger;
    }
    this.store[this.length++] = value;
  }

  /** The numbers so far, in memory of their own. */
  take(): Float64Array {
    return this.store.slice(0, this.length);
  }
}

const readNumber = (
  cell: CsvCell,
  missing: ReadonlySet<string>,
  column: KeptColumn,
  line: number,
): number => {
  if (missing.has(cell.text)) return Number.NaN;
  const text = cell.text.trim();
  const value = decimal.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(value)) return value;
  const where = `(line ${line}, column ${column.at + 1})`;
  const fault = Number.isNaN(value) ? 'not a number' : 'a number beyond double precision';
  throw new FormatError(`readCsv: ${fault} ${where}`, {
    got: `${shown(cell.text)} in column ${shown(column.name)}`,
    hint: "name text columns in 'labels', cells without a value in 'missing'",
  });
};

const checkWidth = ({ cells, line }: CsvRecord, width: number): void => {
  if (cells.length === width) return;
  const column = Math.min(cells.length, width) + 1;
  throw new FormatError(`readCsv: a record has another length (line ${line}, column ${column})`, {
    got: `${cells.length} cells where the first record has ${width}`,
  });
};

const assemble = (
  kept: readonly KeptColumn[],
  values: Float64Array,
  count: number,
  labels: ReadonlyMap<string, readonly string[]>,
): CsvTable => {
  const names = kept.filter((column) => !column.isLabel).map((column) => column.name);
  const width = names.length;
  const columns = new Map(
    names.map((name, at) => {
      const column = allocate('readCsv', 'f64', count);
      for (let row = 0; row < count; row++) column[row] = values[row * width + at] as number;
      return [name, column] as const;
    }),
  );
  return { names, rows: { dtype: 'f64', shape: [count, width], data: values }, columns, labels };
};

/**
 * Reads a table. Cells are finite decimal numbers, spaces around them allowed, except in the
 * columns named in `labels` and the cells listed in `missing`. A byte order mark, empty lines and
 * all three line ends are understood. Throws a FormatError with line and column for faulty quotes,
 * records of unequal length, cells that are not numbers, a column name that comes twice, or a
 * missing header; an ArgumentError for a column that the file does not have.
 */
export const readCsv = (input: string | Uint8Array, options: CsvOptions = {}): CsvTable => {
  checkCsvOptions(options);
  const records = csvRecords(decodeInput(input), options.delimiter ?? ',');
  for (let left = options.skip ?? 0; left > 0 && !records.next().done; left--);
  const first = records.next();
  const hasHeader = options.header ?? true;
  if (first.done && hasHeader) {
    throw new FormatError('readCsv: the text is empty where a header should be (line 1, column 1)');
  }
  const opening: CsvRecord = first.done ? { line: 1, cells: [] } : first.value;
  const names = opening.cells.map((cell, i) => (hasHeader ? cell.text : String(i)));
  checkNames(names, opening.line);
  const kept = chooseColumns(names, options);
  const labels = new Map<string, string[]>();
  for (const { name, isLabel } of kept) if (isLabel) labels.set(name, []);
  const missing = new Set(options.missing);
  const values = new NumberList();
  let count = 0;

  const add = (record: CsvRecord): void => {
    checkWidth(record, names.length);
    for (const column of kept) {
      const cell = record.cells[column.at] as CsvCell;
      if (column.isLabel) labels.get(column.name)?.push(cell.text);
      else values.push(readNumber(cell, missing, column, record.line));
    }
    count++;
  };

  if (!hasHeader && !first.done) add(opening);
  for (const record of records) add(record);
  return assemble(kept, values.take(), count, labels);
};
