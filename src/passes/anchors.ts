/**
 * Decides which values exist in memory or in registers of a kernel of their own (anchors); all
 * others are computed on demand where they are read. A value is an anchor only if otherwise
 * something expensive would be computed again, or its readers need it in a pattern its producer
 * cannot serve.
 */
import type { Eqn, Graph, Value } from '../ir/graph.ts';
import { graphsOf, isElement } from '../ir/op.ts';
import { isDifferentiable, sizeOf } from '../ir/types.ts';
import { type Producers, weightOf } from './probe.ts';

/** Beyond this cost (in additions) a value is not computed twice. */
const cheap = 6;
/** Beyond this cost a chain is cut even for one reader, so that generated functions stay small. */
const longest = 400;

/** Values grouped by what the anchors need to know about them. */
interface Uses {
  readonly producers: Producers;
  readonly readers: ReadonlyMap<Value, readonly Eqn[]>;
}

/** Who defines and who reads each value. */
export const usesOf = (graph: Graph): Uses => {
  const producers = new Map<Value, Eqn>();
  const readers = new Map<Value, Eqn[]>();
  for (const eqn of graph.eqns) {
    for (const output of eqn.outputs) producers.set(output, eqn);
    for (const input of eqn.inputs) {
      const list = readers.get(input);
      if (list === undefined) readers.set(input, [eqn]);
      else if (list[list.length - 1] !== eqn) list.push(eqn);
    }
  }
  return { producers, readers };
};

const isPlainView = (eqn: Eqn): boolean =>
  isElement(eqn.op) && eqn.op.kind === 'view' && eqn.op.guarded !== true;

/** The value a chain of plain views reads. */
const throughViews = (value: Value, producers: Producers): Value => {
  let current = value;
  for (;;) {
    const eqn = producers.get(current);
    if (eqn === undefined || !isPlainView(eqn)) return current;
    current = eqn.inputs[0] as Value;
  }
};

/**
 * Follows a contraction's result through cheap elementwise ops that are its only readers: storing
 * the last of them instead keeps bias and activation in the contraction's epilogue however many
 * read the activation.
 */
const endOfEpilogue = (result: Value, { readers }: Uses, outputs: ReadonlySet<Value>): Value => {
  let current = result;
  let end = result;
  while (!outputs.has(current)) {
    const [reader, ...others] = readers.get(current) ?? [];
    const next = reader?.outputs[0];
    if (reader === undefined || next === undefined || others.length > 0) break;
    if (!isElement(reader.op) || sizeOf(next.type.shape) !== sizeOf(current.type.shape)) break;
    if (reader.op.kind === 'elementwise') end = next;
    else if (!isPlainView(reader)) break;
    current = next;
  }
  return end;
};

/** The anchors of a graph. */
export const findAnchors = (graph: Graph, uses: Uses): Set<Value> => {
  const { producers, readers } = uses;
  const anchors = new Set<Value>();
  const outputs = new Set(graph.outputs);
  const store = (value: Value): void => {
    const eqn = producers.get(value);
    if (eqn !== undefined) anchors.add(value);
  };
  const storeIfShared = (input: Value): void => {
    const source = throughViews(input, producers);
    const eqn = producers.get(source);
    if (eqn === undefined || !isElement(eqn.op) || eqn.op.kind !== 'elementwise') return;
    const { dtype } = source.type;
    if (isDifferentiable(dtype) && (readers.get(source) ?? []).length > 1) store(source);
  };
  for (const output of graph.outputs) store(output);
  for (const { op, params, inputs, outputs: results } of graph.eqns) {
    if (isElement(op)) {
      for (const input of op.exact === true ? inputs : []) storeIfShared(input);
      continue;
    }
    for (const result of results) store(result);
    // Loops and branches read what is in memory.
    if (graphsOf(op, params).length > 0) for (const input of inputs) store(input);
    if (op.kind === 'sequential' && op.exact === true) inputs.forEach(storeIfShared);
    // Contractions read each element many times, in an order of their own.
    if (op.kind === 'contract') {
      for (const input of inputs) {
        const source = throughViews(input, producers);
        const eqn = producers.get(source);
        if (eqn !== undefined && isElement(eqn.op) && eqn.op.kind !== 'constant') store(source);
      }
    }
    if (op.kind === 'contract') {
      for (const result of results) store(endOfEpilogue(result, uses, outputs));
    }
  }
  const inlineCost = new Map<Value, number>();
  for (const eqn of graph.eqns) {
    if (!isElement(eqn.op)) continue;
    const cost = eqn.inputs.reduce(
      (sum, input) => sum + (anchors.has(input) ? 0 : (inlineCost.get(input) ?? 0)),
      weightOf(eqn),
    );
    for (const output of eqn.outputs) {
      const all = readers.get(output) ?? [];
      const isRepeated = all.some(
        (reader) =>
          isElement(reader.op) &&
          (sizeOf(reader.outputs[0]?.type.shape ?? []) > sizeOf(output.type.shape) ||
            reader.op.kind === 'gather'),
      );
      const isConstant = eqn.op.kind === 'constant';
      if (!isConstant && ((cost > cheap && (all.length > 1 || isRepeated)) || cost > longest)) {
        anchors.add(output);
      }
      inlineCost.set(output, cost);
    }
  }
  return anchors;
};
