/**
 * Looks at an op without generating code: where a value is read when everything between is computed
 * on demand, and what computing it costs.
 */
import { bindingExpressions } from '../ir/expressions.ts';
import type { Eqn, Value } from '../ir/graph.ts';
import type { Expr } from '../ir/kernel.ts';
import { newMemo } from '../ir/memo.ts';
import { type ElementOp, isElement, type Params } from '../ir/op.ts';
import { type DType, sameShape } from '../ir/types.ts';
import { Access, newIndexes, newLocal } from './access.ts';
import { type ElementReader, evaluateElement } from './evaluate-element.ts';

/** A place at which a value is read. */
export interface Read {
  readonly value: Value;
  readonly access: Access;
}

const opaque = bindingExpressions((e) => newLocal(e.dtype));

/**
 * Reads the operands of an elementwise op: all of them where it writes. Whether its result is
 * unknown, whatever the op computes: literals alone, or of a condition, may decide it.
 */
const readsUnknown = ({ inputs }: Eqn, place: Access, reader: ElementReader): boolean => {
  const shape = inputs[0]?.type.shape;
  if (shape === undefined || !(shape === place.shape || sameShape(shape, place.shape)))
    return false;
  let isUnknown = false;
  let isDecided = false;
  for (let k = 0; k < inputs.length; k++) {
    const operand = reader.read(inputs[k] as Value, place);
    if (operand.kind !== 'const') isUnknown = true;
    else if (operand.dtype === 'bool') isDecided = true;
  }
  return isUnknown && !isDecided;
};

/** The equations that define values. */
export type Producers = ReadonlyMap<Value, Eqn>;

/**
 * The values and places read to compute `value` at `access`; `isStored` says which values are not
 * computed on demand.
 */
export const probe = (
  value: Value,
  access: Access,
  producers: Producers,
  isStored: (value: Value) => boolean,
): Read[] => {
  const reads: Read[] = [];
  const results = new Map<string, Expr>();
  const reader: ElementReader = {
    scalars: opaque,
    read: (input, place) => {
      const key = `${input.id}@${place.key}`;
      const known = results.get(key);
      if (known !== undefined) return known;
      const eqn = producers.get(input);
      if (eqn === undefined || isStored(input) || !('element' in eqn.op)) {
        reads.push({ value: input, access: place });
        const result = newLocal(input.type.dtype);
        results.set(key, result);
        return result;
      }
      if (eqn.op.kind === 'elementwise' && readsUnknown(eqn, place, reader)) {
        const result = newLocal(input.type.dtype);
        results.set(key, result);
        return result;
      }
      const outputs = evaluateElement(eqn, eqn.op, place, reader);
      for (let k = 0; k < outputs.length; k++) {
        const output = eqn.outputs[k] as Value;
        results.set(output === input ? key : `${output.id}@${place.key}`, outputs[k] as Expr);
      }
      return results.get(key) as Expr;
    },
    bounded: (_, length) => newLocal('i32', [0, length - 1]),
    when: (_, body, otherwise) => {
      body();
      return newLocal(otherwise.dtype);
    },
  };
  reader.read(value, access);
  return reads;
};

/**
 * What an equation reads from memory or from anchors, with its own element at `access`: for a
 * reduction that of its input. Contractions, scatters and algorithms read their inputs at places of
 * their own; only what they read matters.
 */
export const readsAt = (
  { op, inputs, outputs }: Eqn,
  access: Access,
  producers: Producers,
  anchors: ReadonlySet<Value>,
): Read[] => {
  const isStored = (value: Value): boolean => anchors.has(value);
  if (op.kind === 'reduce') return probe(inputs[0] as Value, access, producers, isStored);
  if (isElement(op)) {
    const here = (value: Value): boolean => isStored(value) && value !== outputs[0];
    return probe(outputs[0] as Value, access, producers, here);
  }
  return inputs.flatMap((input) => {
    const { shape } = input.type;
    return probe(input, Access.index(shape, newIndexes(shape)), producers, isStored);
  });
};

const costs: Readonly<Record<string, number>> = { div: 3, rem: 3, pow: 20, sqrt: 4, round: 4 };
const cheapUnary = new Set(['neg', 'abs', 'not', 'floor', 'ceil', 'trunc', 'sign']);
const costOf = (e: Expr): number => {
  if (e.kind === 'unary') return cheapUnary.has(e.name) ? 1 : (costs[e.name] ?? 12);
  return e.kind === 'binary' ? (costs[e.name] ?? 1) : 1;
};

const weights = newMemo<Eqn, number>();
/** Of elementwise ops without attributes, by the dtype that they compute in. */
const weightsOfOps = newMemo<object, Map<DType, number>>();
/** What one element of an element op costs on its own, in units of an addition. */
export const weightOf = (eqn: Eqn): number => {
  const { op, params, inputs, outputs } = eqn;
  if (!isElement(op)) return 0;
  // Plain views compute indexes alone, which are not counted.
  if (op.kind === 'view' && op.guarded !== true) return 0;
  return weights.of(eqn, () => {
    if (op.kind !== 'elementwise' || Object.keys(params).length > 0) return measureWeight(eqn, op);
    const { dtype } = ((inputs[0] ?? outputs[0]) as Value).type;
    const known = weightsOfOps.of(op, () => new Map());
    const weight = known.get(dtype) ?? measureWeight(eqn, op);
    known.set(dtype, weight);
    return weight;
  });
};
const measureWeight = (eqn: Eqn, op: ElementOp<Params>): number => {
  let weight = 0;
  const counting = bindingExpressions((e) => {
    weight += costOf(e);
    return newLocal(e.dtype);
  });
  const shape = eqn.outputs[0]?.type.shape ?? [];
  evaluateElement(eqn, op, Access.index(shape, newIndexes(shape)), {
    scalars: counting,
    read: (value) => newLocal(value.type.dtype),
    bounded: (_, length) => newLocal('i32', [0, length - 1]),
    when: (_, body, otherwise) => {
      weight += 2;
      body();
      return newLocal(otherwise.dtype);
    },
  });
  return weight;
};
