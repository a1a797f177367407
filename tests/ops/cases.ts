/**
 * Expands the samples: every sample in every dtype that its op takes, as a graph with data for its
 * inputs.
 */
import { DTypeError } from '../../src/ir/errors.ts';
import { buildGraph, emit, type Graph } from '../../src/ir/graph.ts';
import { encodeNumbers } from '../../src/ir/half.ts';
import { graphsOf, type Op, type Params } from '../../src/ir/op.ts';
import { registry } from '../../src/ir/ops/registry.ts';
import {
  type DType,
  dtypes,
  isDifferentiable,
  isFloat,
  type TensorType,
  type TypedArray,
} from '../../src/ir/types.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import { type Sample, type SampleInput, samples } from './samples.ts';

/** One op with attributes on inputs of given types. */
export interface Case {
  readonly label: string;
  readonly op: Op;
  readonly params: Params;
  readonly types: readonly TensorType[];
  readonly sample: Sample;
  /** Whether the sample stands in its own dtype rather than in another one the op takes too. */
  readonly isOriginal: boolean;
}

/**
 * The dtype that is replaced to make other cases: that of the floats, or else of the first input.
 */
const mainDType = ({ inputs, params }: Sample): DType => {
  const all = inputs.map(({ dtype = 'f32' }) => dtype);
  return all.find(isFloat) ?? all[0] ?? (params?.dtype as DType);
};

const accepts = (op: Op, types: readonly TensorType[], params: Params): boolean => {
  try {
    op.type(types, params);
    return true;
  } catch (error) {
    if (error instanceof DTypeError) return false;
    throw error;
  }
};

const listOf = (entry: Sample | readonly Sample[]): readonly Sample[] =>
  Array.isArray(entry) ? entry : [entry as Sample];

const expand = (name: string, op: Op, sample: Sample, number: number): Case[] => {
  const main = mainDType(sample);
  const found: Case[] = [];
  for (const dtype of dtypes) {
    const isOriginal = dtype === main;
    if (!isOriginal && graphsOf(op, sample.params ?? {}).length > 0) continue;
    const types = sample.inputs.map(({ shape, dtype: own = 'f32' }) => ({
      dtype: own === main ? dtype : own,
      shape,
    }));
    const params: Params =
      sample.inputs.length === 0 ? { ...sample.params, dtype } : (sample.params ?? {});
    if (!isOriginal && !accepts(op, types, params)) continue;
    const variant = `${name} ${number} ${dtype}`;
    found.push({ label: variant, op, params, types, sample, isOriginal });
  }
  return found;
};

/** All cases of all ops. */
export const cases: readonly Case[] = Object.entries(samples).flatMap(([name, entry]) =>
  listOf(entry).flatMap((sample, k) => {
    const op = registry[name as keyof typeof registry];
    return expand(name, op, sample, k);
  }),
);

/** Data for one input; ranges and values count for the dtype the sample names. */
const dataFor = (spec: SampleInput, type: TensorType, seed: number): TypedArray => {
  const isOwn = isDifferentiable(type.dtype) === isFloat(spec.dtype ?? 'f32');
  const data = sampleData(type, seed, isOwn && type.dtype !== 'bool' ? spec : {});
  if (spec.values !== undefined) {
    data.set(encodeNumbers(type.dtype, spec.values.slice(0, data.length)));
  }
  return data;
};

/** Data for the inputs of a case; other seeds give other data. */
export const caseData = ({ sample, types }: Case, seed: number = 0): TypedArray[] =>
  sample.inputs.map((spec, k) => dataFor(spec, types[k] as TensorType, seed * 17 + k + 1));

/** A graph of nothing but the op. */
export const caseGraph = ({ op, params, types }: Case): Graph =>
  buildGraph(op.name, types, (values) => emit(op, params, values));

/** The positions of the values whose dtype can carry a derivative. */
export const floatPositions = (values: readonly { readonly type: TensorType }[]): number[] =>
  values.flatMap(({ type }, k) => (isDifferentiable(type.dtype) ? [k] : []));
