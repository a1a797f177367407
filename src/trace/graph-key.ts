/**
 * A text that two graphs share exactly when they compute the same: same ops in the same order on
 * the same types with the same attributes. Compiled programs are cached under it.
 */
import type { Graph, Value } from '../ir/graph.ts';
import type { Params } from '../ir/op.ts';
import { showType } from '../ir/types.ts';
import { identityOf, keysOf, primitiveKey, valueKey } from './value-key.ts';
import { Visit } from './visit.ts';

const isGraph = (x: unknown): x is Graph =>
  typeof x === 'object' && x !== null && 'eqns' in x && 'inputs' in x && 'outputs' in x;

const graphIn = (x: unknown): string | undefined => (isGraph(x) ? `<${graphKey(x)}>` : undefined);

/** Whether the elements are numbers that a joined list tells apart. */
const areNumbers = (list: readonly unknown[]): boolean => {
  for (let k = 0; k < list.length; k++) {
    if (typeof list[k] !== 'number' || Object.is(list[k], -0)) return false;
  }
  return true;
};

const attributes = new Visit('key', 'the attributes of an equation');
/** The key of attributes. Nearly all are plain values and lists of numbers. */
const attributesKey = (params: Params): string => {
  const names = keysOf(params, attributes);
  let text = '';
  for (let k = 0; k < names.length; k++) {
    const name = names[k] as string;
    const x = params[name];
    const isList = Array.isArray(x) && areNumbers(x);
    const key = isList ? `[${x.join()}]` : (primitiveKey(x) ?? valueKey(x, graphIn));
    text += `${JSON.stringify(name)}:${key},`;
  }
  return text;
};

/** The key of `graph`; names of graphs and source lines do not matter. */
export const graphKey = (graph: Graph): string => {
  const numbers = new Map<Value, number>();
  const define = (value: Value): string => {
    numbers.set(value, numbers.size);
    return showType(value.type);
  };
  const parts = [graph.inputs.map(define).join(' ')];
  for (const { op, params, inputs, outputs } of graph.eqns) {
    const operands = inputs.map((input) => numbers.get(input)).join(',');
    const results = outputs.map(define).join(' ');
    parts.push(`${identityOf(op)}(${operands}){${attributesKey(params)}}${results}`);
  }
  parts.push(graph.outputs.map((output) => numbers.get(output)).join(','));
  return parts.join(';');
};
