/** Generators of ops that move elements: views, gathers, scatters. */
import type { OpName } from '../../src/ir/ops/registry.ts';
import { isHalf, type Shape } from '../../src/ir/types.ts';
import type { Choices, Generator } from './generators.ts';
import { dtypeOf, type Node, shapeOf, type Workshop } from './workshop.ts';

type Moving =
  | 'broadcast'
  | 'permute'
  | 'reshape'
  | 'reverse'
  | 'slice'
  | 'pad'
  | 'concat'
  | 'window'
  | 'unwindow'
  | 'take'
  | 'scatterAdd'
  | 'scatterSet'
  | 'dynamicSlice'
  | 'dynamicUpdateSlice'
  | 'pick';

const ofRank =
  (least: number, most = 4) =>
  (node: Node): boolean => {
    const rank = shapeOf(node).length;
    return rank >= least && rank <= most;
  };
const without = (shape: Shape, axis: number): number[] => shape.filter((_, k) => k !== axis);
/** Index tensors: any integers, brought into range unless the choice says to leave them. */
const indexes = (w: Workshop, at: number, length: number, isWild: boolean): Node | undefined => {
  const found = w.of('i32', at);
  if (found === undefined || length === 0) return undefined;
  return isWild ? found : w.emit('fmod', [found, w.constant(length, found)]);
};

/** Updates of some places along an axis. */
const scattering =
  (name: OpName, isTaken: (node: Node) => boolean): Generator =>
  (w, { a, b, c, p }) => {
    const x = w.pick(a, (node) => ofRank(1, 3)(node) && isTaken(node));
    if (x === undefined) return;
    const shape = shapeOf(x);
    const axis = p[0] % shape.length;
    const ids = indexes(w, b, shape[axis]!, p[1] % 7 === 6);
    if (ids === undefined || shapeOf(ids).length > 2) return;
    const result = [...shape.slice(0, axis), ...shapeOf(ids), ...shape.slice(axis + 1)];
    const source = w.pick(c, (node) => dtypeOf(node) === dtypeOf(x))!;
    const updates = w.fit(source, result);
    if (updates !== undefined) w.emit(name, [x, ids, updates], { axis, batch: 0 });
  };
/** Starts for every axis of a shape, some of them outside of it. */
const startsFor = (w: Workshop, at: number, rank: number): Node | undefined => {
  const ids = w.of('i32', at);
  const small = ids && w.emit('fmod', [ids, w.constant(6, ids)]);
  return small && w.fit(small, [rank]);
};
/** A length for every axis, at most as long as the axis. */
const partOf = (shape: Shape, p: Choices['p']): number[] =>
  shape.map((length, axis) => Math.min(length, 1 + (p[axis % 4]! % 5)));

/** The generators. */
export const moving: Readonly<Record<Moving & OpName, Generator>> = {
  broadcast: (w, { a, b, p }) => {
    const x = w.pick(a, ofRank(0, 3));
    const like = w.pick(b);
    if (x === undefined || like === undefined) return;
    const own = shapeOf(x);
    const extent = shapeOf(like)[p[0] % Math.max(1, shapeOf(like).length)] ?? 2;
    const at = p[1] % (own.length + 1);
    const shape = [...own.slice(0, at), extent, ...own.slice(at)];
    const axes = own.map((_, k) => (k < at ? k : k + 1));
    // Axes of length 1 repeat too.
    w.emit('broadcast', [x], {
      shape: shape.map((n, k) => (n === 1 && k !== at ? 1 + (p[2] % 3) : n)),
      axes,
    });
  },
  permute: (w, { a, p }) => {
    const x = w.pick(a, ofRank(2));
    if (x === undefined) return;
    const axes = shapeOf(x).map((_, k) => k);
    const [moved] = axes.splice(1 + (p[0] % (axes.length - 1)), 1);
    axes.splice(p[1] % axes.length, 0, moved!);
    w.emit('permute', [x], { axes });
  },
  reshape: (w, { a, p }) => {
    const x = w.pick(a, ofRank(1));
    if (x === undefined) return;
    const shape = [...shapeOf(x)];
    const axis = p[1] % shape.length;
    const n = shape[axis]!;
    if (p[0] % 3 === 0 && shape.length > 1) {
      const k = axis === 0 ? 0 : axis - 1;
      shape.splice(k, 2, shape[k]! * shape[k + 1]!);
    } else if (p[0] % 3 === 1) {
      const divisor = [5, 4, 3, 2, 1].find((d) => n % d === 0)!;
      shape.splice(axis, 1, n / divisor, divisor);
    } else shape.splice(axis, 0, 1);
    w.emit('reshape', [x], { shape });
  },
  reverse: (w, { a, p }) => {
    const x = w.pick(a, ofRank(1));
    if (x === undefined) return;
    const axes = shapeOf(x).map((_, k) => k);
    w.emit('reverse', [x], { axes: p[0] % 2 === 0 ? [p[1] % axes.length] : axes });
  },
  slice: (w, { a, p }) => {
    const x = w.pick(a, ofRank(1));
    if (x === undefined) return;
    const shape = shapeOf(x);
    const axis = p[0] % shape.length;
    const n = shape[axis]!;
    const first = p[1] % (n + 1);
    const by = 1 + (p[2] % 3);
    const count = Math.max(0, Math.ceil((n - first) / by) - (p[3] % 2));
    w.emit('slice', [x], {
      start: shape.map((_, k) => (k === axis ? first : 0)),
      size: shape.map((extent, k) => (k === axis ? count : extent)),
      step: shape.map((_, k) => (k === axis ? by : 1)),
    });
  },
  pad: (w, { a, p }) => {
    const x = w.pick(a, ofRank(1));
    if (x === undefined) return;
    const shape = shapeOf(x);
    const axis = p[0] % shape.length;
    const on = (n: number): number[] => shape.map((_, k) => (k === axis ? n : 0));
    const value = dtypeOf(x) === 'bool' ? p[1] % 2 : p[1] % 5;
    w.emit('pad', [x], { low: on(p[1] % 3), high: on(p[2] % 4), interior: on(p[3] % 3), value });
  },
  concat: (w, { a, b, p }) => {
    const x = w.pick(a, ofRank(1));
    if (x === undefined) return;
    const shape = shapeOf(x);
    const axis = p[0] % shape.length;
    const joins = (node: Node): boolean =>
      dtypeOf(node) === dtypeOf(x) &&
      shapeOf(node).length === shape.length &&
      without(shapeOf(node), axis).join() === without(shape, axis).join();
    const y = w.pick(b, joins)!;
    w.emit('concat', p[1] % 3 === 2 ? [x, y, x] : [x, y], { axis });
  },
  window: (w, { a, p }) => {
    const x = w.pick(a, ofRank(1, 3));
    const shape = x && shapeOf(x);
    const length = shape?.[shape.length - 1] ?? 0;
    const [offsets, stride, dilation] = [1 + (p[0] % 3), 1 + (p[1] % 3), 1 + (p[2] % 2)];
    const reach = (offsets - 1) * dilation;
    if (x === undefined || shape === undefined || reach >= length) return;
    const windows = Math.floor((length - 1 - reach) / stride) + 1;
    const repeated = w.emit('broadcast', [x], {
      shape: [...shape, offsets],
      axes: shape.map((_, k) => k),
    });
    if (repeated === undefined) return;
    w.emit('window', [repeated], {
      leading: shape.length - 1,
      length: [length],
      windows: [windows],
      stride: [stride],
      dilation: [dilation],
    });
  },
  unwindow: (w, { a, p }) => {
    const x = w.pick(a, (node) => ofRank(2, 4)(node) && shapeOf(node).at(-1)! <= 5);
    if (x === undefined) return;
    const shape = shapeOf(x);
    const [windows, offsets] = [shape.at(-2)!, shape.at(-1)!];
    const [stride, dilation] = [1 + (p[0] % 3), 1 + (p[1] % 2)];
    const needed =
      windows === 0 || offsets === 0 ? 0 : (windows - 1) * stride + (offsets - 1) * dilation + 1;
    w.emit('unwindow', [x], {
      leading: shape.length - 2,
      length: [needed + (p[2] % 3)],
      windows: [windows],
      stride: [stride],
      dilation: [dilation],
    });
  },
  take: (w, { a, b, p }) => {
    const x = w.pick(a, ofRank(1, 3));
    if (x === undefined) return;
    const shape = shapeOf(x);
    const axis = p[0] % shape.length;
    const ids = indexes(w, b, shape[axis]!, p[1] % 7 === 6);
    if (ids === undefined) return;
    const own = shapeOf(ids);
    const shared = axis > 0 && own[0] === shape[0] ? p[2] % 2 : 0;
    if (own.length - shared + shape.length <= 5) w.emit('take', [x, ids], { axis, batch: shared });
  },
  scatterAdd: scattering(
    'scatterAdd',
    (node) => dtypeOf(node) !== 'bool' && !isHalf(dtypeOf(node)),
  ),
  scatterSet: scattering('scatterSet', () => true),
  dynamicSlice: (w, { a, b, p }) => {
    const x = w.pick(a, ofRank(1, 3));
    const starts = x && startsFor(w, b, shapeOf(x).length);
    if (x === undefined || starts === undefined) return;
    w.emit('dynamicSlice', [x, starts], { sizes: partOf(shapeOf(x), p), batch: 0 });
  },
  dynamicUpdateSlice: (w, { a, b, c, p }) => {
    const x = w.pick(a, ofRank(1, 3));
    const starts = x && startsFor(w, b, shapeOf(x).length);
    const source = x && w.pick(c, (node) => dtypeOf(node) === dtypeOf(x));
    const part = source && w.fit(source, partOf(shapeOf(x), p));
    if (x === undefined || starts === undefined || part === undefined) return;
    w.emit('dynamicUpdateSlice', [x, part, starts], { batch: 0 });
  },
  pick: (w, { a, b, p }) => {
    const x = w.pick(a, ofRank(1));
    if (x === undefined) return;
    const rows = shapeOf(x).slice(0, -1);
    const ids = indexes(w, b, shapeOf(x).at(-1)!, p[0] % 7 === 6);
    const fitted = ids && w.fit(ids, rows);
    if (fitted !== undefined) w.emit('pick', [x, fitted]);
  },
};
