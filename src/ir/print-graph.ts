/**
 * Graphs as text. Values are numbered from 0 in order of appearance and call sites are left out, so
 * graphs of equal name and structure give equal text: it serves people, golden tests and cache
 * keys.
 */
import { InternalError } from './errors.ts';
import type { Eqn, Graph, Value } from './graph.ts';
import { showName, showNumber } from './text-reader.ts';
import { showType } from './types.ts';

/** Whether an attribute is a graph. */
export const isGraph = (value: object): value is Graph =>
  'eqns' in value && 'inputs' in value && 'outputs' in value;

const printAttribute = (value: unknown, indent: string): string => {
  if (typeof value === 'number') return showNumber(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'boolean' || value === null) return String(value);
  if (Array.isArray(value)) {
    return `[${value.map((item) => printAttribute(item, indent)).join(', ')}]`;
  }
  if (typeof value === 'object' && !ArrayBuffer.isView(value)) {
    return isGraph(value)
      ? printLines(value, indent).lines.join('\n').trimStart()
      : printRecord(value, indent);
  }
  throw new InternalError('print', `an attribute cannot be a ${typeof value}`);
};
const printRecord = (record: object, indent: string): string => {
  const entries = Object.entries(record).filter(([, value]) => value !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  const texts = entries.map(([key, value]) => `${showName(key)}: ${printAttribute(value, indent)}`);
  return `{${texts.join(', ')}}`;
};

/** The lines of a graph's text; `starts[k]` is the line of equation k. */
export interface GraphLines {
  readonly lines: readonly string[];
  readonly starts: readonly number[];
}

/**
 * Prints a graph line by line; values that are not defined where they are used show as `%?` and
 * their id.
 */
export const printLines = (graph: Graph, indent: string = ''): GraphLines => {
  const numbers = new Map<Value, number>();
  const define = (value: Value): string => {
    const number = numbers.size;
    numbers.set(value, number);
    return `%${number}: ${showType(value.type)}`;
  };
  const use = (value: Value): string => {
    const number = numbers.get(value);
    return number === undefined ? `%?${value.id}` : `%${number}`;
  };
  const inner = `${indent}  `;
  const printEqn = ({ op, params, inputs, outputs }: Eqn): string => {
    const operands = inputs.map(use).join(', ');
    const attributes = printRecord(params, inner);
    const call = `${op.name}(${operands})${attributes === '{}' ? '' : ` ${attributes}`}`;
    return `${inner}${outputs.map(define).join(', ')} = ${call}`;
  };
  const inputs = graph.inputs.map(define).join(', ');
  const lines = [`${indent}graph ${showName(graph.name)}(${inputs}) {`];
  const starts: number[] = [];
  for (const eqn of graph.eqns) {
    starts.push(lines.length);
    const text = printEqn(eqn);
    if (text.includes('\n')) lines.push(...text.split('\n'));
    else lines.push(text);
  }
  lines.push(`${inner}return ${graph.outputs.map(use).join(', ')}`.trimEnd(), `${indent}}`);
  return { lines, starts };
};

/** The canonical text of a graph. */
export const printGraph = (graph: Graph): string => printLines(graph).lines.join('\n');
