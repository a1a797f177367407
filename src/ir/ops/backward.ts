/**
 * Reverse mode: walks equations backwards and emits each op's `vjp`. Zeros are symbolic (null), so
 * what no cotangent reaches costs nothing. The gradient pass, forward mode and regions are all
 * built on this walk.
 */
import { currentBuilder, type Eqn, type Value, withSite } from '../graph.ts';
import type { Cotangents } from '../op.ts';
import { isDifferentiable, isHalf } from '../types.ts';
import { add } from './elementwise.ts';
import { cast } from './logic.ts';

/** The values that depend on `sources` through ops that can be differentiated. */
export const dependents = (eqns: readonly Eqn[], sources: readonly Value[]): Set<Value> => {
  const active = new Set(sources);
  for (const { op, inputs, outputs } of eqns) {
    if (op.vjp === 'zero' || !inputs.some((input) => active.has(input))) continue;
    for (const output of outputs) if (isDifferentiable(output.type.dtype)) active.add(output);
  }
  return active;
};

/** A value as sums take it: 16 bit floats are added in f32. */
export const wide = (value: Value): Value =>
  isHalf(value.type.dtype) ? cast(value, { dtype: 'f32' }) : value;

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
    total.set(value, sum === undefined ? cotangent : add(wide(sum), wide(cotangent)));
  };
  /** The sum so far in the dtype of the value; however many were added, it is rounded once. */
  const arrived = (value: Value): Value | null => {
    const sum = total.get(value) ?? null;
    const { dtype } = value.type;
    return sum === null || sum.type.dtype === dtype ? sum : cast(sum, { dtype });
  };
  outputs.forEach((output, i) => {
    accumulate(output, cotangents[i]);
  });
  for (let k = eqns.length - 1; k >= 0; k--) {
    const { op, inputs, outputs: results, params, site, role } = eqns[k] as Eqn;
    if (op.vjp === 'zero') continue;
    const rule = op.vjp;
    // What already has a role, a derivative for example, keeps it.
    const task = currentBuilder().role ?? `the gradient of ${role ?? op.name}`;
    const arriving = withSite(site, () => results.map(arrived), task);
    if (arriving.every((cotangent) => cotangent === null)) continue;
    const wanted = inputs.map((input) => active.has(input));
    const leaving = withSite(site, () => rule(arriving, inputs, results, params, wanted), task);
    inputs.forEach((input, i) => {
      accumulate(input, leaving[i]);
    });
  }
  return sources.map(arrived);
};
