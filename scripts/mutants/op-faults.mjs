/**
 * Deliberate faults in the ops, each with the tests that must find it. `find` occurs exactly
 * once in `file` and is replaced; `only` narrows the tests by name. Used by scripts/mutants.mjs.
 */

const coherence = 'tests/ops/coherence.test.ts';
const meaning = 'tests/ops/meaning.test.ts';
const byHand = 'tests/ops/structured-meaning.test.ts';
const subgradients = 'tests/ops/subgradients.test.ts';

/** Faults in what ops say about themselves. */
export const ops = [
  {
    name: 'the gradient of tan with the wrong sign',
    file: 'src/ir/ops/elementwise.ts',
    find: 'mul(ct, add(one(y), mul(y, y)))',
    replace: 'mul(ct, sub(one(y), mul(y, y)))',
    tests: [coherence],
    only: 'tan 0',
  },
  {
    name: 'the gradient of relu is 1 at 0',
    file: 'src/ir/ops/elementwise.ts',
    find: 'select(gt(y, constantLike(y, 0)), ct',
    replace: 'select(gt(add(y, one(y)), constantLike(y, 0)), ct',
    tests: [subgradients],
  },
  {
    name: 'equal maxima do not share the gradient',
    file: 'src/ir/ops/reductions.ts',
    find: 'const share = div(ct, reduceSum(weight, { axes }));',
    replace: 'const share = ct; reduceSum(weight, { axes });',
    tests: [subgradients],
  },
  {
    name: 'the position of the largest ignores NaN',
    file: 'src/ir/ops/reductions.ts',
    find: 'bool.and(s.ne(x, x), s.eq(b, b))',
    replace: 'bool.and(s.ne(x, x), s.ne(b, b))',
    tests: [meaning],
    only: 'special numbers',
  },
  {
    name: 'permute reads by the permutation instead of its inverse',
    file: 'src/ir/ops/views.ts',
    find: 'inverse(axes).map((k) => out[k]',
    replace: 'axes.map((k) => out[k]',
    tests: [byHand],
  },
  {
    name: 'the gradient of broadcast leaves axes in sorted order',
    file: 'src/ir/ops/views.ts',
    find: 'reshape(orderBy(summed, axes, repeated), { shape: input })',
    replace: 'reshape(summed, { shape: orderBy === undefined ? [] : input })',
    tests: [coherence],
    only: 'broadcast 1',
  },
  {
    name: 'the padding of an axis takes no notice of its end',
    file: 'src/ir/ops/views.ts',
    find: 'if ((params.high[axis] ?? 0) > 0) require(i.lt(shifted, i.constant(span)));',
    replace: '',
    tests: [byHand],
  },
  {
    name: 'windows overlap one place too far when their gradient is spread',
    file: 'src/ir/ops/views.ts',
    find: 'i.constant(((params.windows[k] ?? 0) - 1) * stride + 1)',
    replace: 'i.constant((params.windows[k] ?? 0) * stride + 1)',
    tests: [coherence],
    only: 'window',
  },
  {
    name: 'products in batches forget that the batch axis moved',
    file: 'src/ir/ops/contractions.ts',
    find: 'axes.map((axis) => (by.batched ? axis + 1 : axis))',
    replace: 'axes.map((axis) => axis)',
    tests: [coherence],
    only: 'dot 0',
  },
  {
    name: 'the gradient of a product lists its axes as they come',
    file: 'src/ir/ops/contractions.ts',
    find: 'x.type.shape.map((_, axis) => order.indexOf(axis))',
    replace: 'x.type.shape.map((_, axis) => axis + 0 * order.length)',
    tests: [coherence],
    only: 'dot 2',
  },
  {
    name: 'the gradient of a convolution does not turn the kernel',
    file: 'src/ir/ops/contractions.ts',
    find: 'permute(reverse(w, { axes }), {',
    replace: 'permute(axes.length < 0 ? reverse(w, { axes }) : w, {',
    tests: [coherence],
    only: 'conv 0',
  },
  {
    name: 'negative indexes do not count from the end',
    file: 'src/ir/ops/indexing.ts',
    find: 'i.add(index, i.constant(length)), index)',
    replace: 'i.add(index, i.constant(0 * length)), index)',
    tests: [byHand],
  },
  {
    name: 'updates that went nowhere get NaN as their gradient',
    file: 'src/ir/ops/indexing.ts',
    find: 'select(spread, taken, constantLike(taken, 0))',
    replace: 'select(spread, taken, taken)',
    tests: [coherence],
    only: 'scatterAdd 2',
  },
  {
    name: 'one rotation of the random words is off by one',
    file: 'src/ir/ops/random.ts',
    find: '[13, 15, 26, 6]',
    replace: '[13, 15, 25, 6]',
    tests: [byHand],
    only: 'threefry',
  },
  {
    name: 'cotangents that meet replace each other',
    file: 'src/ir/ops/backward.ts',
    find: 'sum === undefined ? cotangent : add(sum, cotangent)',
    replace: 'sum === undefined ? cotangent : add(cotangent, sub(sum, sum))',
    also: [
      {
        find: "import { add } from './elementwise.ts';",
        replace: "import { add, sub } from './elementwise.ts';",
      },
    ],
    tests: [coherence],
    only: 'derivatives of first',
  },
  {
    name: 'halves round away from zero',
    file: 'src/ir/scalar.ts',
    find: 'floor % 2 === 0 ? floor : floor + 1',
    replace: 'floor % 2 === 0 ? floor + 1 : floor + 1',
    tests: [meaning],
    only: 'round',
  },
];
