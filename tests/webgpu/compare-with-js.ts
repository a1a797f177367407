/** Runs functions of tensors on two backends and compares what they give. */
import * as g from 'gradloom';
import { expect } from 'vitest';
import { mismatch } from '../../src/testing/mismatch.ts';
import { programTolerance } from './tolerances.ts';

/** A tensor about whose type the checker knows nothing. */
export type AnyTensor = g.Tensor<g.Dynamic, any>;
/** A function of tensors, and the shapes of its arguments. */
export interface Call {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  readonly call: (...inputs: AnyTensor[]) => unknown;
  /** Positions of arguments whose memory may be taken over. */
  readonly donate?: readonly number[];
}

/** Distinct numbers around 0: multiples of the golden ratio modulo 1 are spread most evenly. */
export const filled = (shape: readonly number[], offset = 0): AnyTensor => {
  const length = shape.reduce((product, extent) => product * extent, 1);
  const data = new Float32Array(length);
  for (let k = 0; k < length; k++) {
    data[k] = (((k + 2 + 31 * offset) * 0.6180339887498949) % 1) * 2 - 1;
  }
  return g.tensor(data, { shape: [...shape] }) as unknown as AnyTensor;
};

const leaves = (result: unknown): AnyTensor[] =>
  Array.isArray(result) ? result.flatMap(leaves) : [result as AnyTensor];
const run = async ({ shapes, call, donate = [] }: Call, backend: g.Backend) => {
  const inputs = await g.toBackend(
    shapes.map((shape, k) => filled(shape, k)),
    backend,
  );
  g.setDefaultBackend(backend);
  try {
    const results = leaves(g.jit(call as never, { donate } as never)(...(inputs as never[])));
    return Promise.all(
      results.map(async (x) => ({ type: [x.dtype, ...x.shape], data: await x.data() })),
    );
  } finally {
    g.setDefaultBackend(g.js);
  }
};

/** Expects the results of a call on a backend to be those of js, up to rounding. */
export const expectSameAsJs = async (one: Call, backend: g.Backend): Promise<void> => {
  const [expected, actual] = [await run(one, g.js), await run(one, backend)];
  expect(actual.map(({ type }) => type)).toEqual(expected.map(({ type }) => type));
  expected.forEach(({ data }, k) => {
    const difference = mismatch(actual[k]!.data, data, programTolerance);
    expect(difference, `${one.name}, result ${k}`).toBeUndefined();
  });
};
