/**
 * readCsv: quoting, line ends, labels, missing cells, every refusal with its line and column, and
 * random text.
 */
import fc from 'fast-check';
import { type CsvOptions, encodeLabels, readCsv } from 'gradloom/data';
import { describe, expect, test } from 'vitest';
import { ArgumentError, FormatError } from '../../src/ir/errors.ts';
import { formatErrorOf, valueOrFormatError } from './fuzz.ts';

const numbers = (
  text: string,
  options?: CsvOptions,
): { shape: readonly number[]; values: number[] } => {
  const { rows } = readCsv(text, options);
  return { shape: rows.shape, values: [...rows.data] };
};

describe('readCsv', () => {
  test('gives names, rows and columns', () => {
    const table = readCsv('a,b\n1,2\n-3.5e1,.25\n');
    expect(table.names).toEqual(['a', 'b']);
    expect(table.rows).toEqual({
      dtype: 'f64',
      shape: [2, 2],
      data: Float64Array.of(1, 2, -35, 0.25),
    });
    expect(table.columns.get('a')).toEqual(Float64Array.of(1, -35));
    expect(table.columns.get('b')).toEqual(Float64Array.of(2, 0.25));
    expect(table.labels.size).toBe(0);
  });

  test('understands all line ends, empty lines, byte order marks and spaces around numbers', () => {
    const expected = { shape: [2, 2], values: [1, 2, 3, 4] };
    for (const end of ['\n', '\r\n', '\r']) {
      const text = ['a,b', '1,2', '', '3 ,\t4'].join(end);
      expect(numbers(text)).toEqual(expected);
      expect(numbers(end + text + end + end)).toEqual(expected);
      expect(numbers(`\ufeff${text}`)).toEqual(expected);
      expect(readCsv(`\ufeff${text}`).names).toEqual(['a', 'b']);
      const bytes = new TextEncoder().encode(`\ufeff${text}`);
      expect([...readCsv(bytes).columns.keys()]).toEqual(['a', 'b']);
    }
  });

  test('reads quoted cells with delimiters, quotes and line ends', () => {
    const text = 'id,"say ""it"", please"\n"1","a ""b"",\r\nc"\n2,""\n';
    const name = 'say "it", please';
    const table = readCsv(text, { labels: [name] });
    expect(table.labels.get(name)).toEqual(['a "b",\r\nc', '']);
    expect([...table.rows.data]).toEqual([1, 2]);
  });

  test('a line that holds only quotes is a record', () => {
    expect(readCsv('a\n""\n\nx', { labels: ['a'] }).labels.get('a')).toEqual(['', 'x']);
  });

  test('other delimiters, no header, chosen columns in their order', () => {
    const text = '5;x;6\n7;y;8';
    const options = { delimiter: ';', header: false, columns: ['2', '1', '0'], labels: ['1'] };
    const table = readCsv(text, options);
    expect(table.names).toEqual(['2', '0']);
    expect([...table.rows.data]).toEqual([6, 5, 8, 7]);
    expect(table.labels.get('1')).toEqual(['x', 'y']);
    expect(numbers('a,b\nsome text,3', { columns: ['b'] })).toEqual({ shape: [1, 1], values: [3] });
  });

  test('records to skip come before the header and need not have its length', () => {
    expect(numbers('a comment\n\na,b\n1,2', { skip: 1 })).toEqual({
      shape: [1, 2],
      values: [1, 2],
    });
    const text = '150,4,setosa\n1,2\n3,4';
    const options = { skip: 1, header: false };
    expect(numbers(text, options)).toEqual({ shape: [2, 2], values: [1, 2, 3, 4] });
    expect(numbers(text, { skip: 9e15, header: false }).shape).toEqual([0, 0]);
    expect(() => readCsv(text, { skip: -1 })).toThrow(ArgumentError);
    expect(() => readCsv(text, { skip: 0.5 })).toThrow(ArgumentError);
  });

  test('missing cells become NaN where they are announced', () => {
    const text = 'a,b\n,1\nNA,2\n3,';
    expect(numbers(text, { missing: ['', 'NA'] })).toEqual({
      shape: [3, 2],
      values: [Number.NaN, 1, Number.NaN, 2, 3, Number.NaN],
    });
    expect(formatErrorOf(() => readCsv(text)).message).toContain('(line 2, column 1)');
  });

  test('tables without records', () => {
    expect(numbers('a,b')).toEqual({ shape: [0, 2], values: [] });
    expect(numbers('', { header: false })).toEqual({ shape: [0, 0], values: [] });
    expect(formatErrorOf(() => readCsv('\n\n')).message).toContain('empty where a header');
  });

  test('more records than the first memory holds', () => {
    const values = Array.from({ length: 1000 }, (_, i) => i - 500);
    expect(numbers(values.join('\n'), { header: false })).toEqual({ shape: [1000, 1], values });
  });

  test.each([
    ['a short record', 'a,b\n1,2\n\n3', 'another length (line 4, column 2)'],
    ['a long record', 'a,b\r\n1,2,3', 'another length (line 2, column 3)'],
    ['a delimiter at the end', 'a,b\n1,2,', 'another length (line 2, column 3)'],
    ['text', 'a,b\n1,x', 'not a number (line 2, column 2)\n  got: "x" in column "b"'],
    ['an empty cell', 'a,b\n1,', 'not a number (line 2, column 2)'],
    ['spaces', 'a\n  ', 'not a number (line 2, column 1)'],
    ['hexadecimal', 'a\n0x10', 'not a number'],
    ['NaN', 'a\nNaN', 'not a number'],
    ['infinity', 'a\nInfinity', 'not a number'],
    ['overflow', 'a\n1e400', 'beyond double precision (line 2, column 1)'],
    ['a decimal comma', 'a;b\n1', 'another length'],
    ['an underscore', 'a\n1_000', 'not a number'],
    ['a lone sign', 'a\n-', 'not a number'],
    ['a lone point', 'a\n.', 'not a number'],
    ['an open quote', 'a,b\n1,"2\n3', 'a quote without end (line 2, column 2)'],
    ['an open quote after a doubled one', 'a\n"""', 'a quote without end (line 2, column 1)'],
    ['text after a quote', 'a,b\n"1"2,3', 'text after a closing quote (line 2, column 1)'],
    ['a quote inside', 'a,b\n1,2"3"', 'a quote inside a cell (line 2, column 2)'],
    ['one name twice', '\na,b,a\n', 'one name (line 2, column 3)'],
    ['a fault after a cell of two lines', 'a,b\n"1\n2",3', 'not a number (line 2, column 1)'],
    ['a line number after quoted line ends', 'a\n"1\r\n"\r\n"\n2"\nx', 'line 6, column 1'],
  ])('refuses %s', (_what, text, message) => {
    const read = (): unknown => readCsv(text, text.includes(';') ? { delimiter: ';' } : {});
    expect(formatErrorOf(read).message).toContain(message);
  });

  test('refuses bytes that are not UTF-8', () => {
    expect(() => readCsv(Uint8Array.of(0x61, 0x0a, 0xff))).toThrow(FormatError);
  });

  test('refuses options that make no sense', () => {
    const read = (options: object): (() => unknown) => {
      return () => readCsv('width,height\n1,2', options as CsvOptions);
    };
    expect(read({ delimiter: ',,' })).toThrow(ArgumentError);
    expect(read({ delimiter: '"' })).toThrow(ArgumentError);
    expect(read({ delimiter: '\n' })).toThrow(ArgumentError);
    expect(read({ header: 'yes' })).toThrow(ArgumentError);
    expect(read({ columns: 'width' })).toThrow(ArgumentError);
    expect(read({ columns: ['width', 'width'] })).toThrow('twice');
    expect(read({ columns: ['widht'] })).toThrow("did you mean 'width'?");
    expect(read({ labels: ['name'] })).toThrow('no column "name"');
    expect(read({ columns: ['width'], labels: ['height'] })).toThrow("not among 'columns'");
    expect(read({ delimeter: ';' })).toThrow("did you mean 'delimiter'?");
    expect(() => readCsv(3 as unknown as string)).toThrow(ArgumentError);
  });

  test('names like __proto__ are ordinary', () => {
    const table = readCsv('__proto__,constructor\n1,2');
    expect(table.columns.get('__proto__')).toEqual(Float64Array.of(1));
    expect(Object.hasOwn(Object.prototype, '0')).toBe(false);
  });

  test('a long cell that is nearly a number is refused in linear time', () => {
    const start = performance.now();
    const cell = `${'1'.repeat(300_000)}x`;
    expect(() => readCsv(`a\n${cell}`)).toThrow(FormatError);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  test('reading undoes writing', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é', '') });
    const record = fc.tuple(cell, fc.double({ noNaN: true, noDefaultInfinity: true }));
    const write = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(fc.array(record), fc.constantFrom('\n', '\r\n', '\r'), (records, end) => {
        const lines = records.map(
          ([text, value]) => `${write(text)},${Object.is(value, -0) ? '-0' : value}`,
        );
        const table = readCsv(['text,value', ...lines].join(end), { labels: ['text'] });
        expect(table.labels.get('text')).toEqual(records.map(([text]) => text));
        expect([...table.rows.data]).toEqual(records.map(([, value]) => value));
      }),
    );
  });

  test('random text gives a whole table or a FormatError', () => {
    const unit = fc.constantFrom('1', '2', ',', '"', '\n', '\r', '.', '-', 'e', 'x', ' ');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 40 }), fc.boolean(), (text, header) => {
        const table = valueOrFormatError(() => readCsv(text, { header }));
        if (table === undefined) return;
        const [records, width] = table.rows.shape as [number, number];
        expect(table.rows.data.length).toBe(records * width);
        expect(table.names.length).toBe(width);
        expect(table.rows.data.every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 3000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        valueOrFormatError(() => readCsv(bytes));
      }),
    );
  });
});

describe('encodeLabels', () => {
  test('numbers the sorted classes', () => {
    const { classes, codes } = encodeLabels(['b', 'a', 'b', '__proto__']);
    expect(classes).toEqual(['__proto__', 'a', 'b']);
    expect(codes).toEqual({ dtype: 'i32', shape: [4], data: Int32Array.of(2, 1, 2, 0) });
  });

  test('keeps known classes and refuses others', () => {
    expect([...encodeLabels(['x', 'y'], ['y', 'x']).codes.data]).toEqual([1, 0]);
    expect(() => encodeLabels(['z'], ['y', 'x'])).toThrow('label 0 is none of the known classes');
    expect(() => encodeLabels([], ['y', 'y'])).toThrow('twice');
  });
});
