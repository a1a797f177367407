/** Measures the error of functions in units of the last place. */
import * as g from 'gradloom';
import { abs, type Big, big, exponentOf, sub, toNumber } from './big-float.ts';
import { type Measured, measuredFunctions } from './measured-functions.ts';
import { pointsOf } from './points.ts';

/** The dtypes that are measured. */
export type Float = 'f32' | 'f64';
/** What was found at some points. */
export interface Errors {
  /** The largest error in ulp. */
  readonly worst: number;
  readonly mean: number;
  /** The operands where it is. */
  readonly at: readonly number[];
}

const formats = {
  f32: { bits: 23, least: -126 },
  f64: { bits: 52, least: -1022 },
} as const;

/** The distance of a result from the truth, in ulp of the larger of the truth and `floor`. */
export const ulpError = (result: number, truth: Big | number, dtype: Float, floor = 0): number => {
  const exact = typeof truth === 'number' ? truth : toNumber(truth);
  const nearest = dtype === 'f32' ? Math.fround(exact) : exact;
  if (!Number.isFinite(result) || !Number.isFinite(nearest)) {
    return Object.is(result, nearest) ? 0 : Number.POSITIVE_INFINITY;
  }
  const { bits, least } = formats[dtype];
  const wide = typeof truth === 'number' ? big(truth) : truth;
  const size = wide.m === 0n ? least : exponentOf(wide);
  const exponent = Math.max(size, least, floor === 0 ? least : Math.log2(floor));
  const distance = abs(sub(big(result), wide));
  // Scaled first, because the distance itself may be too small for a double.
  return distance.m === 0n ? 0 : toNumber({ m: distance.m, e: distance.e - exponent + bits });
};

/** The results of a function on a backend. */
export const resultsOf = (
  { call }: Measured,
  points: readonly Float64Array[],
  dtype: Float,
  backend: g.Backend,
): ArrayLike<number> => {
  g.setDefaultBackend(backend);
  const arrays = points.map((xs) =>
    g.tensor(dtype === 'f32' ? Float32Array.from(xs) : xs, { dtype }),
  );
  return (call(...(arrays as never[])) as g.AnyTensor).dataSync() as ArrayLike<number>;
};

const summary = (errors: Float64Array, points: readonly Float64Array[]): Errors => {
  let [worst, sum] = [0, 0];
  errors.forEach((error, k) => {
    if (error > (errors[worst] as number)) worst = k;
    sum += error;
  });
  return {
    worst: errors[worst] as number,
    mean: sum / errors.length,
    at: points.map((xs) => xs[worst] as number),
  };
};

/**
 * The errors of a function at given points. Those of f32 are measured against the f64 results of
 * the js backend, whose own errors are measured against arbitrary precision.
 */
export const errorsAt = (
  name: string,
  points: readonly Float64Array[],
  dtype: Float,
  backend: g.Backend,
): Errors => {
  const measured = measuredFunctions[name] as Measured;
  const results = resultsOf(measured, points, dtype, backend);
  const wide = dtype === 'f32' ? resultsOf(measured, points, 'f64', g.js) : undefined;
  const errors = Float64Array.from(results, (result, k) => {
    const truth = wide?.[k] ?? measured.truth(...points.map((xs) => big(xs[k] as number)));
    return ulpError(result, truth, dtype, measured.floor);
  });
  return summary(errors, points);
};
/** The errors of a function at the first `count` of its points. */
export const measure = (name: string, dtype: Float, backend: g.Backend, count: number): Errors =>
  errorsAt(name, pointsOf(name, measuredFunctions[name] as Measured, dtype, count), dtype, backend);

/** One line of the table: f32 on js, f32 on the reference, f64. */
export const measureAll = (name: string, count: number): readonly [Errors, Errors, Errors] => [
  measure(name, 'f32', g.js, count),
  measure(name, 'f32', g.reference, count),
  measure(name, 'f64', g.js, count),
];
/** The names of what is measured. */
export const measuredNames: readonly string[] = Object.keys(measuredFunctions);
