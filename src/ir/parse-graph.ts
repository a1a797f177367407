/** Reads the text of a graph back. */
import { type Eqn, type Graph, newValue, type Value } from './graph.ts';
import type { Op, Params } from './op.ts';
import { registry } from './ops/registry.ts';
import { TextReader } from './text-reader.ts';

const ops: Readonly<Record<string, Op>> = registry;

const readAttribute = (reader: TextReader): unknown =>
  reader.nested(() => {
    if (reader.sees('graph')) return readGraph(reader);
    if (reader.sees('{')) return readRecord(reader);
    if (reader.take('[')) {
      const items: unknown[] = [];
      if (reader.take(']')) return items;
      do items.push(readAttribute(reader));
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

const readRecord = (reader: TextReader): Params => {
  const record: Record<string, unknown> = {};
  reader.expect('{');
  if (reader.take('}')) return record;
  do {
    const at = reader.place;
    const key = reader.name();
    if (key === '__proto__' || Object.hasOwn(record, key)) reader.fail(`attribute '${key}'`, at);
    reader.expect(':');
    record[key] = readAttribute(reader);
  } while (reader.take(','));
  reader.expect('}');
  return record;
};

const readGraph = (reader: TextReader): Graph => {
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
    const params = reader.sees('{') ? readRecord(reader) : {};
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

/**
 * The graph of a text made by `printGraph`. Throws FormatError, with line and column, for anything
 * else; types are taken as they stand, so `verifyGraph` should follow for texts of unknown origin.
 */
export const parseGraph = (text: string): Graph => {
  const reader = new TextReader('graph', text);
  const graph = readGraph(reader);
  reader.end();
  return graph;
};
