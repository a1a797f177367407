/** Generators of ops that combine many elements: reductions, contractions, orders. */
import type { OpName } from '../../src/ir/ops/registry.ts';
import { isFloat, isHalf, sizeOf } from '../../src/ir/types.ts';
import type { Choices, Generator } from './generators.ts';
import {
  dtypeOf,
  mostProducts,
  type Node,
  shapeOf,
  sizeOfNumbers,
  type Workshop,
} from './workshop.ts';

type Combining =
  | 'reduceSum'
  | 'reduceMax'
  | 'reduceMin'
  | 'firstMax'
  | 'reduceProd'
  | 'reduceAnd'
  | 'reduceOr'
  | 'argMax'
  | 'argMin'
  | 'dot'
  | 'conv'
  | 'argSort';

/** One axis, two, or all. */
const axesOf = (node: Node, p: Choices['p']): number[] => {
  const all = shapeOf(node).map((_, k) => k);
  if (all.length === 0 || p[0] % 4 === 3) return all;
  const one = all.length - 1 - (p[1] % all.length);
  if (p[0] % 4 < 2) return [one];
  return [...new Set([one, p[2] % all.length])].sort((x, y) => x - y);
};
const fold =
  (name: OpName, fits: (node: Node) => boolean): Generator =>
  (w, { a, p }) => {
    const x = w.pick(a, fits);
    if (x !== undefined) w.emit(name, [x], { axes: axesOf(x, p) });
  };
const isNumber = (node: Node): boolean => dtypeOf(node) !== 'bool' && !isHalf(dtypeOf(node));
const isBool = (node: Node): boolean => dtypeOf(node) === 'bool';
const isExactNumber = (node: Node): boolean => isNumber(node) && node.isExact;

/** Keeps sums of products of floats small. */
const moderate = (w: Workshop, node: Node): Node =>
  isFloat(dtypeOf(node)) && sizeOfNumbers(node) > 20 ? w.tame(node, 20) : node;

/** The generators. */
export const combining: Readonly<Record<Combining & OpName, Generator>> = {
  reduceSum: fold('reduceSum', isNumber),
  reduceMax: fold('reduceMax', isNumber),
  reduceMin: fold('reduceMin', isNumber),
  firstMax: fold('firstMax', isNumber),
  reduceProd: (w, { a, p }) => {
    const x = w.pick(a, isNumber);
    if (x === undefined) return;
    const axes = axesOf(x, p);
    const count = axes.reduce((n, axis) => n * shapeOf(x)[axis]!, 1);
    const isFine = !isFloat(dtypeOf(x)) || count <= 9;
    if (isFine) w.emit('reduceProd', [isFloat(dtypeOf(x)) ? w.tame(x, 2) : x], { axes });
  },
  reduceAnd: fold('reduceAnd', isBool),
  reduceOr: fold('reduceOr', isBool),
  argMax: fold('argMax', isExactNumber),
  argMin: fold('argMin', isExactNumber),
  dot: (w, { a, b, p }) => {
    const first = w.pick(a, (node) => isNumber(node) && shapeOf(node).length <= 3);
    if (first === undefined) return;
    const x = moderate(w, first);
    const own = shapeOf(x);
    const axis = own.length - 1 - (p[0] % Math.max(1, own.length));
    const fits = (node: Node): boolean =>
      dtypeOf(node) === dtypeOf(x) &&
      shapeOf(node).length <= 3 &&
      (own.length === 0 || shapeOf(node).includes(own[axis]!));
    const y = moderate(w, w.pick(b, fits) ?? x);
    const other = shapeOf(y);
    const along = own.length === 0 ? [] : [other.indexOf(own[axis]!)];
    const contract = [own.length === 0 ? [] : [axis], along] as const;
    const batch: [number[], number[]] = [[], []];
    if (p[1] % 2 === 1) {
      const k = own.findIndex(
        (n, i) => i !== axis && other.some((m, j) => m === n && j !== along[0]),
      );
      const j = other.findIndex((m, i) => m === own[k] && i !== along[0]);
      if (k >= 0) {
        batch[0].push(k);
        batch[1].push(j);
      }
    }
    const shared = batch[0].length === 0 ? 1 : own[batch[0][0]!]!;
    const summed = own.length === 0 ? 1 : own[axis]!;
    const products = (sizeOf(own) * sizeOf(other)) / Math.max(1, summed * shared);
    if (products <= mostProducts) w.emit('dot', [x, y], { contract, batch });
  },
  conv: (w, { a, b, p }) => {
    const first = w.pick(a, (node) => isNumber(node) && [2, 3].includes(shapeOf(node).length));
    if (first === undefined) return;
    const x = moderate(w, first);
    const shape = shapeOf(x);
    // [C, n] is one image of one spatial axis, [C, h, w] one of two.
    const [channels, ...spatial] = shape as [number, ...number[]];
    const outputs = 1 + (p[0] % 5);
    const taps = spatial.map((_, k) => 1 + (p[1 + (k % 2)]! % 3));
    const stride = spatial.map((_, k) => 1 + ((p[3] >> k) % 2));
    const dilation = spatial.map((_, k) => 1 + ((p[3] >> (2 + k)) % 2));
    const source = w.pick(b, (node) => dtypeOf(node) === dtypeOf(x))!;
    if (sizeOf(shape) * outputs * taps.reduce((n, t) => n * t, 1) > mostProducts) return;
    const kernel = w.fit(moderate(w, source), [1, outputs, channels, ...taps]);
    const image = w.emit('reshape', [x], { shape: [1, 1, ...shape] });
    if (kernel !== undefined && image !== undefined) {
      w.emit('conv', [image, moderate(w, kernel)], { stride, dilation });
    }
  },
  argSort: (w, { a }) => {
    const sortable = (node: Node): boolean => node.isExact && !isHalf(dtypeOf(node));
    const x = w.pick(a, (node) => sortable(node) && shapeOf(node).length > 0);
    if (x !== undefined) w.emit('argSort', [x]);
  },
};
