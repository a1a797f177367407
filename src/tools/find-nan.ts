/**
 * Runs programs equation by equation and stops at the first that makes NaN of operands without NaN:
 * what GRADLOOM_NAN=1 and `debug.nan` ask for. The reference interpreter does it, so that every
 * equation is one of the traced function and has its source line.
 */
import type { Backend, Executable, Storage } from '../backends/backend.ts';
import {
  type Holder,
  interpretGraph,
  type Observe,
} from '../backends/reference/interpret-graph.ts';
import { BackendError, NaNError } from '../ir/errors.ts';
import type { Eqn, Graph, Value } from '../ir/graph.ts';
import { decodeNumbers, encodeNumbers } from '../ir/half.ts';
import { graphsOf } from '../ir/op.ts';
import { sameShape, showShape, showType, stridesOf, type TypedArray } from '../ir/types.ts';
import { eliminateDeadCode } from '../passes/eliminate.ts';

/** The place of the first NaN, or -1. */
const placeOfNaN = (array: TypedArray): number =>
  array instanceof Float32Array || array instanceof Float64Array
    ? array.findIndex((x: number) => Number.isNaN(x))
    : -1;

const indexAt = ({ type }: Value, place: number): number[] =>
  stridesOf(type.shape).map((stride, axis) => {
    const extent = type.shape[axis] as number;
    return Math.floor(place / stride) % extent;
  });

/** NaN that stands in the program itself is meant. */
const isLiteral = ({ op, params }: Eqn): boolean =>
  op.kind === 'constant' || Number.isNaN(params.value);

/** `in step 3 of scan, in the gradient of log`. */
const circumstances = ({ role }: Eqn, holders: readonly Holder[]): string => {
  const steps = holders.map(({ eqn: { op }, step }) =>
    op.kind === 'scan' || op.kind === 'while' ? `in step ${step} of ${op.name}` : `in ${op.name}`,
  );
  const parts = [...steps.reverse(), ...(role === undefined ? [] : [`in ${role}`])];
  return parts.map((part) => `, ${part}`).join('');
};

/** The operands, and their elements in the place of the NaN where they stand in the same place. */
const describeOperands = (
  { op, inputs }: Eqn,
  arrays: readonly TypedArray[],
  output: Value,
  place: number,
): string => {
  const types = inputs.map(({ type }) => showType(type)).join(', ');
  const isThere =
    op.kind === 'elementwise' &&
    inputs.every(({ type }) => sameShape(type.shape, output.type.shape));
  if (!isThere) return types;
  const elements = arrays.map((array) => {
    const element = array[place] as number;
    return Object.is(element, -0) ? '-0' : String(element);
  });
  return `${types} (there ${elements.join(', ')})`;
};

const observer =
  (name: string): Observe =>
  (eqn, inputs, outputs, holders) => {
    // Equations inside of those that hold graphs have been seen already.
    if (isLiteral(eqn) || graphsOf(eqn.op, eqn.params).length > 0) return;
    if (inputs.some((array) => placeOfNaN(array) >= 0)) return;
    outputs.forEach((array, k) => {
      const place = placeOfNaN(array);
      if (place < 0) return;
      const output = eqn.outputs[k] as Value;
      const position = indexAt(output, place);
      const where = `NaN at ${showShape(position)} of ${showType(output.type)}`;
      const given = describeOperands(eqn, inputs, output, place);
      throw new NaNError(
        eqn.op.name,
        position,
        `${eqn.op.name}${circumstances(eqn, holders)}: NaN from operands without NaN`,
        {
          got: `${where} in ${name}, from ${given}`,
          hint: 'where NaN is meant, switch the search off: debug.nan = false',
          site: eqn.site,
        },
      );
    });
  };

/**
 * What runs instead of the program of `graph` while NaN is looked for. BackendError for machines
 * that cannot hand out data at once.
 */
export const findNaN = (
  source: Graph,
  backend: Backend,
  donated: readonly number[],
): Executable => {
  if (backend.downloadSync === undefined) {
    throw new BackendError(`debug: NaN cannot be looked for on ${backend.name}`, {
      hint: 'use a backend that hands out data at once, or switch the search off',
    });
  }
  // What nobody needs may well be NaN.
  const graph = eliminateDeadCode(source);
  const observe = observer(graph.name);
  let isDisposed = false;
  return {
    sources: [],
    run: (inputs) => {
      if (isDisposed) throw new BackendError('debug: the program was disposed of');
      const arrays = inputs.map((storage) =>
        decodeNumbers(storage.dtype, backend.downloadSync?.(storage) as TypedArray),
      );
      const results = interpretGraph(graph, arrays, 'exact', observe);
      for (const input of donated) backend.free(inputs[input] as Storage);
      return results.map((array, k) => {
        const { dtype } = (graph.outputs[k] as Value).type;
        return backend.upload(encodeNumbers(dtype, array), dtype);
      });
    },
    dispose: () => {
      isDisposed = true;
    },
  };
};
