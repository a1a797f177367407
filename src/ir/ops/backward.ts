/**
 * Reverse mode: walks equations backwards and emits each op's `vjp`. Zeros are symbolic (null), so
 * what no cotangent reaches costs nothing. The gradient pass, forward mode and regions are all
 * built on this walk.
 */
import { type Eqn, type Value, withSite } from '../graph.ts';
import type { Cotangents } from '../op.ts';
import { isFloat } from '../types.ts';
import { add } from './elementwise.ts';

/** The values that depend on `sources` through ops that can be differentiated. */
export const dependents = (eqns: readonly Eqn[], sources: readonly Value[]): Set<Value> => {
  const active = new Set(sources);
  for (const { op, inputs, outputs } of eqns) {
    if (op.vjp === 'zero' || !inputs.some((input) => active.has(input))) continue;
    for (const output of outputs) if (isFloat(output.type.dtype)) active.add(output);
  }
  return active;
};

/**
 * Emits the cotangents of `sources` for the given cotangents of `outputs`. The equations must
 * already stand in the graph being built. null means zero, on the way in and on the way out.
 */
export const backward = (
  eqns: readonly Eqn[],
  outputs: readonly Value[],
  cotangents: Cotangents,
  sources: readonly Value[],
): (Value | null)[] => {
  const active = dependents(eqns, sources);
  const total = new Map<Value, Value>();
  const accumulate = (value: Value, cotangent: Value | null | undefined): void => {
    if (cotangent == null || !active.has(value)) return;
    const sum = total.get(value);
    total.set(value, sum === undefined ? cotangent : add(sum, cotangent));
  };
  outputs.forEach((output, i) => {
    accumulate(output, cotangents[i]);
  });
  for (let k = eqns.length - 1; k >= 0; k--) {
    const { op, inputs, outputs: results, params, site } = eqns[k] as Eqn;
    if (op.vjp === 'zero') continue;
    const rule = op.vjp;
    const arriving = results.map((result) => total.get(result) ?? null);
    if (arriving.every((cotangent) => cotangent === null)) continue;
    const leaving = withSite(site, () => rule(arriving, inputs, results, params));
    inputs.forEach((input, i) => {
      accumulate(input, leaving[i]);
    });
  }
  return sources.map((source) => total.get(source) ?? null);
};
