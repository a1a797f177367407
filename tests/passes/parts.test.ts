/** Slices move to where less is computed, and keep every bit. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reference } from '../../src/backends/reference/index.ts';
import { buildGraph, type Graph, type Value } from '../../src/ir/graph.ts';
import { conv } from '../../src/ir/ops/contractions.ts';
import { neg } from '../../src/ir/ops/elementwise.ts';
import { pad, slice } from '../../src/ir/ops/views.ts';
import { sizeOf } from '../../src/ir/types.ts';
import { eliminateDeadCode } from '../../src/passes/eliminate.ts';
import { simplify } from '../../src/passes/simplify.ts';
import { mismatch } from '../../src/testing/mismatch.ts';
import { interpret } from '../../src/testing/run-graph.ts';
import { longTest, settings } from '../properties/random-program.ts';

const small = fc.integer({ min: 0, max: 3 });
const positive = fc.integer({ min: 1, max: 3 });
/** One spatial axis; the part is chosen by fractions of what there is. */
const axis = fc.record({
  length: fc.integer({ min: 1, max: 6 }),
  low: small,
  high: small,
  taps: positive,
  stride: positive,
  dilation: positive,
  from: fc.double({ min: 0, max: 0.99, noNaN: true }),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
});
const program = fc.record({
  axes: fc.array(axis, { minLength: 1, maxLength: 2 }),
  lengths: fc.record({ n: positive, g: positive, c: positive, o: positive }),
});
type Case = typeof program extends fc.Arbitrary<infer T> ? T : never;

/** A slice of a convolution of a padded array; with all of it a result too if `isKept`. */
const graphOf = ({ axes, lengths: { n, g, c, o } }: Case, isKept: boolean): Graph => {
  const image = { dtype: 'f32' as const, shape: [n, g, c, ...axes.map(({ length }) => length)] };
  const kernel = { dtype: 'f32' as const, shape: [g, o, c, ...axes.map(({ taps }) => taps)] };
  return buildGraph('f', [image, kernel], ([x, w]) => {
    const none = [0, 0, 0];
    const padded = pad(x as Value, {
      low: [...none, ...axes.map(({ low }) => low)],
      high: [...none, ...axes.map(({ high }) => high)],
      interior: [...none, ...axes.map(() => 0)],
      value: 0.5,
    });
    const whole = conv([padded, w as Value], {
      stride: axes.map(({ stride }) => stride),
      dilation: axes.map(({ dilation }) => dilation),
    });
    const { shape } = whole.type;
    const start = axes.map(({ from }, k) => Math.floor(from * (shape[3 + k] as number)));
    const size = axes.map(({ share }, k) =>
      Math.ceil(share * ((shape[3 + k] as number) - (start[k] as number))),
    );
    const part = slice(whole, {
      start: [...none, ...start],
      size: [...shape.slice(0, 3), ...size],
      step: shape.map(() => 1),
    });
    return isKept ? [part, neg(whole)] : [part];
  });
};
const largestConvolution = (graph: Graph): number =>
  Math.max(
    0,
    ...graph.eqns
      .filter(({ op }) => op.name === 'conv')
      .map(({ outputs }) => sizeOf((outputs[0] as Value).type.shape)),
  );
const numbersFor = ({ inputs }: Graph): Float32Array[] =>
  inputs.map(({ type }) =>
    Float32Array.from({ length: sizeOf(type.shape) }, (_, k) => (k % 7) - 3),
  );

test('parts of convolutions and of padding', longTest, () => {
  let smaller = 0;
  fc.assert(
    fc.property(program, fc.boolean(), (given, isKept) => {
      const graph = graphOf(given, isKept);
      const after = eliminateDeadCode(simplify(graph));
      const arrays = numbersFor(graph);
      const expected = interpret(reference, graph, arrays);
      interpret(reference, after, arrays).forEach((array, k) => {
        expect(mismatch(array, expected[k]!), `output ${k}`).toBeUndefined();
      });
      const size = sizeOf((graph.outputs[0] as Value).type.shape);
      if (size === 0) return;
      const largest = largestConvolution(after);
      // All of it is computed once where it is wanted, and no more than is wanted elsewhere.
      expect(largest).toBe(isKept ? largestConvolution(graph) : size);
      if (!isKept && largest < largestConvolution(graph)) smaller++;
      expect(after.eqns.filter(({ op }) => op.name === 'conv').length).toBe(1);
    }),
    settings(150),
  );
  expect(smaller).toBeGreaterThan(20);
});
