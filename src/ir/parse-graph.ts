/** Reads the text of a graph back. */
import { type Eqn, type Graph, newValue, type Value } from './graph.ts';
import type { Op, Params } from './op.ts';
import { TextReader } from './text-reader.ts';

/** The ops a text may name. */
export type OpTable = Readonly<Record<string, Op>>;

const readAttribute = (reader: TextReader, ops: OpTable): unknown =>
  reader.nested(() => {
    if (reader.sees('graph')) return readGraph(reader, ops);
    if (reader.sees('{')) return readRecord(reader, ops);
    if (reader.take('[')) {
      const items: unknown[] = [];
      if (reader.take(']')) return items;
      do items.push(readAttribute(reader, ops));
      while (reader.take(','));
      reader.expect(']');
      return items;
    }
    for (const [word, value] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const) {
      if (reader.take(word)) return value;
    }
    return reader.maybeString() ?? reader.maybeNumber() ?? reader.fail('expected an attribute');
  });

const readRecord = (reader: TextReader, ops: OpTable): Params => {
  const record: Record<string, unknown> = {};
  reader.expect('{');
  if (reader.take('}')) return record;
  do {
    const at = reader.place;
    const key = reader.name();
    if (key === '__proto__') reader.fail(`'${key}' cannot be an attribute`, at);
    if (Object.hasOwn(record, key)) reader.fail(`attribute '${key}' is given twice`, at);
    reader.expect(':');
    record[key] = readAttribute(reader, ops);
  } while (reader.take(','));
  reader.expect('}');
  return record;
};

const readGraph = (reader: TextReader, ops: OpTable): Graph => {
  reader.expect('graph');
  const name = reader.name();
  const values = new Map<number, Value>();
  const define = (): Value => {
    const at = reader.place;
    const number = reader.numbered('%');
    reader.expect(':');
    if (values.has(number)) reader.fail(`%${number} is defined twice`, at);
    const value = newValue(reader.type());
    values.set(number, value);
    return value;
  };
  const use = (): Value => {
    const at = reader.place;
    const number = reader.numbered('%');
    return values.get(number) ?? reader.fail(`%${number} is not defined`, at);
  };
  const inputs = reader.list(define);
  const eqns: Eqn[] = [];
  reader.expect('{');
  while (!reader.take('return')) {
    const outputs = [define()];
    while (reader.take(',')) outputs.push(define());
    reader.expect('=');
    const at = reader.place;
    const word = reader.word('the name of an op');
    const op = Object.hasOwn(ops, word) ? ops[word] : undefined;
    if (op === undefined) return reader.fail(`there is no op '${word}'`, at);
    const operands = reader.list(use);
    if (operands.some((operand) => outputs.includes(operand))) {
      reader.fail('an equation uses its own output', at);
    }
    const params = reader.sees('{') ? readRecord(reader, ops) : {};
    eqns.push({ op, params, inputs: operands, outputs });
  }
  const outputs: Value[] = [];
  if (!reader.sees('}')) {
    do outputs.push(use());
    while (reader.take(','));
  }
  reader.expect('}');
  return { name, inputs, eqns, outputs };
};

/** The graph of a text that names ops of a table; see `parseGraph`. */
export const parseGraphWith = (ops: OpTable, text: string): Graph => {
  const reader = new TextReader('graph', text);
  const graph = readGraph(reader, ops);
  reader.end();
  return graph;
};
