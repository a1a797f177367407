/** What equations that hold graphs compute: regions, loops and branches. */
import type { Eqn, Graph } from '../../ir/graph.ts';
import type { ScanLoop, WhileLoop } from '../../ir/op.ts';
import type { Precision } from '../../ir/scalar.ts';
import { sizeOf, type TypedArray } from '../../ir/types.ts';
import { arrayFor } from './interpret-equation.ts';

/** The arrays of a graph's outputs for those of its inputs. */
export type RunGraph = (graph: Graph, arrays: readonly TypedArray[]) => TypedArray[];

const interpretScan = (
  { body, length, reverse, constants, carries }: ScanLoop,
  eqn: Eqn,
  arrays: readonly TypedArray[],
  precision: Precision,
  run: RunGraph,
): TypedArray[] => {
  const fixed = arrays.slice(0, constants);
  const sequences = arrays.slice(constants + carries);
  let carried = arrays.slice(constants, constants + carries);
  const stacked = eqn.outputs
    .slice(carries)
    .map(({ type }) => arrayFor(type.dtype, sizeOf(type.shape), precision));
  for (let step = 0; step < length; step++) {
    const place = reverse ? length - 1 - step : step;
    const slices = sequences.map((array) => {
      const size = array.length / length;
      return array.slice(place * size, (place + 1) * size);
    });
    const results = run(body, [...fixed, ...carried, ...slices]);
    carried = results.splice(0, carries);
    results.forEach((slice, k) => {
      stacked[k]?.set(slice, place * slice.length);
    });
  }
  return [...carried, ...stacked];
};

const interpretWhile = (
  { condition, body, conditionConstants, bodyConstants }: WhileLoop,
  arrays: readonly TypedArray[],
  run: RunGraph,
): TypedArray[] => {
  const forCondition = arrays.slice(0, conditionConstants);
  const forBody = arrays.slice(conditionConstants, conditionConstants + bodyConstants);
  let carried = arrays.slice(conditionConstants + bodyConstants);
  while (run(condition, [...forCondition, ...carried])[0]?.[0] === 1) {
    carried = run(body, [...forBody, ...carried]);
  }
  return carried;
};

/** The outputs of an equation that holds graphs; undefined for every other one. */
export const interpretHeld = (
  eqn: Eqn,
  arrays: readonly TypedArray[],
  precision: Precision,
  run: RunGraph,
): TypedArray[] | undefined => {
  const { op, params } = eqn;
  switch (op.kind) {
    case 'region':
      return run(op.graph(params), arrays);
    case 'scan':
      return interpretScan(op.loop(params), eqn, arrays, precision, run);
    case 'while':
      return interpretWhile(op.loop(params), arrays, run);
    case 'branch': {
      const [index, ...inputs] = arrays;
      const branches = op.branches(params);
      const which = Math.min(Math.max(index?.[0] ?? 0, 0), branches.length - 1);
      return run(branches[which] as Graph, inputs);
    }
    default:
      return undefined;
  }
};
