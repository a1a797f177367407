/**
 * How random programs use each op: a generator picks arguments that the op takes, with attributes
 * made from four numbers. An elementwise op of one float needs nothing
 * said: its sample tells where it may be drawn.
 */
import { buildGraph } from '../../src/ir/graph.ts';
import { mul, sigmoid } from '../../src/ir/ops/elementwise.ts';
import { type OpName, registry } from '../../src/ir/ops/registry.ts';
import { isDifferentiable, isFloat, isHalf, isInteger, sizeOf } from '../../src/ir/types.ts';
import { samples } from '../ops/samples.ts';
import { blocks } from './generators-blocks.ts';
import { combining } from './generators-combining.ts';
import { holding } from './generators-loops.ts';
import { moving } from './generators-moving.ts';
import { dtypeOf, type Node, shapeOf, type Workshop } from './workshop.ts';

/** The numbers that one step of a random program has to spend; 0 is the simplest choice. */
export interface Choices {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly p: readonly [number, number, number, number];
}
/** Emits an op, and what it needs, in the workshop; or does nothing when no node fits. */
export type Generator = (w: Workshop, choices: Choices) => void;

/** A function of floats whose argument is kept below a limit. */
const smooth =
  (name: OpName, limit = 20): Generator =>
  (w, { a }) => {
    const x = w.float(a);
    if (x !== undefined) w.emit(name, [w.tame(x, limit)]);
  };
/** The same for arguments above 0. */
const onPositive =
  (name: OpName): Generator =>
  (w, { a }) => {
    const x = w.float(a);
    if (x !== undefined) w.emit(name, [w.positive(x)]);
  };
/** A function that jumps: only of floats that no rounding has touched. */
const jumping =
  (name: OpName): Generator =>
  (w, { a }) => {
    const x = w.float(a, true);
    if (x !== undefined) w.emit(name, [x]);
  };
const pair = (
  w: Workshop,
  { a, b }: Choices,
  fits: (node: Node) => boolean,
): readonly [Node, Node] | undefined => {
  const x = w.pick(a, fits);
  const other = x && w.pick(b, (node) => fits(node) && dtypeOf(node) === dtypeOf(x));
  const y = x && other && w.fit(other, shapeOf(x));
  return x === undefined || y === undefined ? undefined : [x, y];
};
const isNumber = (node: Node): boolean => dtypeOf(node) !== 'bool' && !isHalf(dtypeOf(node));
const isBits = (node: Node): boolean => !isDifferentiable(dtypeOf(node));
const isExact = (node: Node): boolean => node.isExact;

const arithmetic =
  (name: OpName, limit: number): Generator =>
  (w, choices) => {
    const both = pair(w, choices, isNumber);
    if (both === undefined) return;
    const tamed = isFloat(dtypeOf(both[0])) ? both.map((node) => w.tame(node, limit)) : both;
    w.emit(name, tamed);
  };
const floating =
  (name: OpName, limit: number): Generator =>
  (w, choices) => {
    const both = pair(w, choices, (node) => isFloat(dtypeOf(node)));
    if (both !== undefined)
      w.emit(
        name,
        both.map((node) => w.tame(node, limit)),
      );
  };
/** Quotients and rests jump: only of numbers that no rounding has touched. */
const quotient =
  (name: OpName): Generator =>
  (w, choices) => {
    const both = pair(w, choices, (node) => isNumber(node) && isExact(node));
    if (both !== undefined) w.emit(name, both);
  };
const comparison =
  (name: OpName): Generator =>
  (w, choices) => {
    const takesAll = name === 'eq' || name === 'ne';
    const both = pair(w, choices, (node) => isExact(node) && (takesAll || isNumber(node)));
    if (both !== undefined) w.emit(name, both);
  };
const bitwise =
  (name: OpName, fits: (node: Node) => boolean): Generator =>
  (w, choices) => {
    const both = pair(w, choices, fits) ?? pair(w, choices, isBits);
    if (both?.every(fits)) w.emit(name, both);
  };

/** Functions with rules of their own: those of the samples, on two tensors of f32. */
const custom =
  (name: 'customVjp' | 'customJvp'): Generator =>
  (w, { a, b }) => {
    const sample = [samples[name]].flat()[0]!;
    const inputs = sample.inputs.map(({ shape }, k) => {
      const node = w.pick([a, b][k % 2]!, (one) => dtypeOf(one) === 'f32');
      return node && w.fit(node, shape);
    });
    if (inputs.some((node) => node === undefined)) return;
    w.emitAll(
      name,
      inputs.map((node) => w.tame(node!, 20)),
      sample.params,
    );
  };

/** Ops that need more than a tame float. */
const particular: Readonly<Partial<Record<OpName, Generator>>> = {
  ...moving,
  ...combining,
  ...holding,
  ...blocks,
  full: (w, { a, p }) => {
    const like = w.pick(a, isNumber);
    if (like !== undefined)
      w.constant(isFloat(dtypeOf(like)) ? (p[0] % 9) / 4 - 1 : p[0] % 9, like);
  },
  iota: (w, { a, p }) => {
    const like = w.pick(a, (node) => shapeOf(node).length > 0);
    if (like === undefined) return;
    const shape = shapeOf(like);
    w.emit('iota', [], { shape, axis: p[0] % shape.length, dtype: p[1] % 2 === 0 ? 'i32' : 'f32' });
  },
  neg: (w, { a }) => {
    const x = w.pick(a, isNumber);
    if (x !== undefined) w.emit('neg', [x]);
  },
  abs: (w, { a }) => {
    const x = w.pick(a, isNumber);
    if (x !== undefined) w.emit('abs', [x]);
  },
  sign: jumping('sign'),
  floor: jumping('floor'),
  ceil: jumping('ceil'),
  round: jumping('round'),
  trunc: jumping('trunc'),
  sqrt: onPositive('sqrt'),
  exp: smooth('exp', 3),
  expm1: smooth('expm1', 3),
  log: onPositive('log'),
  log2: onPositive('log2'),
  log10: onPositive('log10'),
  lgamma: onPositive('lgamma'),
  acosh: (w, { a }) => {
    const x = w.float(a);
    const above = x && w.positive(w.tame(x, 20));
    if (above !== undefined) w.emit('acosh', [w.emit('add', [above, w.constant(1, above)])!]);
  },
  polygamma: (w, { a, p }) => {
    const x = w.float(a);
    if (x !== undefined) w.emit('polygamma', [w.positive(w.tame(x, 20))], { order: p[0] % 3 });
  },
  log1p: onPositive('log1p'),
  sin: smooth('sin'),
  cos: smooth('cos'),
  tan: smooth('tan', 1.2),
  tanh: smooth('tanh'),
  atan: smooth('atan'),
  erf: smooth('erf'),
  erfInv: (w, { a }) => {
    const x = w.float(a);
    if (x === undefined) return;
    const small = w.emit('mul', [w.emit('tanh', [x])!, w.constant(0.75, x)]);
    if (small !== undefined) w.emit('erfInv', [small]);
  },
  relu: smooth('relu', 1e4),
  sigmoid: smooth('sigmoid'),
  softplus: smooth('softplus'),
  stopGradient: (w, { a }) => {
    const x = w.pick(a);
    if (x !== undefined) w.emit('stopGradient', [x]);
  },
  add: arithmetic('add', 1e4),
  sub: arithmetic('sub', 1e4),
  mul: arithmetic('mul', 50),
  div: (w, choices) => {
    const both = pair(w, choices, (node) => isFloat(dtypeOf(node)));
    if (both !== undefined) w.emit('div', [both[0], w.positive(both[1])]);
  },
  pow: (w, choices) => {
    const both = pair(w, choices, (node) => isFloat(dtypeOf(node)));
    if (both !== undefined) w.emit('pow', [w.positive(w.tame(both[0], 4)), w.tame(both[1], 3)]);
  },
  maximum: arithmetic('maximum', 1e4),
  minimum: arithmetic('minimum', 1e4),
  hypot: floating('hypot', 1e4),
  logaddexp: floating('logaddexp', 50),
  scale: floating('scale', 50),
  unscale: (w, choices) => {
    const both = pair(w, choices, (node) => isFloat(dtypeOf(node)));
    if (both !== undefined) w.emit('unscale', [both[0], w.positive(both[1])]);
  },
  fmod: quotient('fmod'),
  remainder: quotient('remainder'),
  truncDivide: quotient('truncDivide'),
  floorDivide: quotient('floorDivide'),
  atan2: (w, choices) => {
    const both = pair(w, choices, (node) => isFloat(dtypeOf(node)) && isExact(node));
    if (both !== undefined) w.emit('atan2', both);
  },
  eq: comparison('eq'),
  ne: comparison('ne'),
  lt: comparison('lt'),
  le: comparison('le'),
  gt: comparison('gt'),
  ge: comparison('ge'),
  and: bitwise('and', isBits),
  or: bitwise('or', isBits),
  xor: bitwise('xor', isBits),
  not: (w, { a }) => {
    const x = w.pick(a, isBits);
    if (x !== undefined) w.emit('not', [x]);
  },
  shiftLeft: bitwise('shiftLeft', (node) => isInteger(dtypeOf(node))),
  shiftRight: bitwise('shiftRight', (node) => isInteger(dtypeOf(node))),
  select: (w, choices) => {
    const both = pair(w, choices, () => true);
    const condition = w.of('bool', choices.c);
    const fitted = both && condition && w.fit(condition, shapeOf(both[0]));
    if (both !== undefined && fitted !== undefined) w.emit('select', [fitted, ...both]);
  },
  cast: (w, { a, p }) => {
    const x = w.pick(a, isExact);
    const dtype = (['i32', 'f32', 'bool', 'u32', 'f64', 'f16', 'bf16'] as const)[p[0] % 7];
    if (x !== undefined) w.emit('cast', [x], { dtype });
  },
  bitcast: (w, { a, p }) => {
    // Numbers from the bits of integers would be out of all proportion.
    const x = w.pick(a, (node) => {
      const isWord = isInteger(dtypeOf(node)) || dtypeOf(node) === 'f32';
      return isWord && isExact(node) && !node.array.some(Number.isNaN);
    });
    if (x !== undefined) w.emit('bitcast', [x], { dtype: p[0] % 2 === 0 ? 'i32' : 'u32' });
  },
  threefry2x32: (w, { a, b, c, p }) => {
    const x = w.of('u32', a);
    const rest = x && [b, c, p[0]].map((k) => w.fit(w.of('u32', k)!, shapeOf(x)));
    if (x !== undefined && rest?.every((node) => node !== undefined)) {
      w.emitAll('threefry2x32', [x, ...rest]);
    }
  },
  customVjp: custom('customVjp'),
  customJvp: custom('customJvp'),
  checkpoint: (w, { a }) => {
    const x = w.float(a);
    if (x === undefined || sizeOf(shapeOf(x)) > 500) return;
    const graph = buildGraph('held', [x.value.type], ([value]) => [
      mul(value!, sigmoid(value!)),
      sigmoid(value!),
    ]);
    w.emitAll('checkpoint', [x], { graph });
  },
};

/** A function of one float is drawn on the range of its sample when nothing else is said of it. */
const fromSample = (name: OpName): Generator | undefined => {
  const sample = [samples[name]].flat()[0];
  const { inputs: [input, ...others] = [], params } = sample ?? {};
  if (registry[name].kind !== 'elementwise' || input === undefined || others.length > 0) return;
  const { low = -2, high = 2, dtype = 'f32' } = input;
  const limit = Math.min(-low, high);
  if (!isFloat(dtype) || limit <= 0) return undefined;
  return (w, { a }) => {
    const x = w.float(a);
    // tanh alone reaches 1, which may be outside.
    const small = x && (limit > 1 ? w.tame(x, limit) : w.emit('tanh', [x]));
    const inside = small && (limit > 1 ? small : w.emit('mul', [small, w.constant(limit, small)]));
    if (inside !== undefined) w.emit(name, [inside], params);
  };
};

/** The generators by op. */
export const generators: ReadonlyMap<OpName, Generator> = new Map(
  ([...new Set([...Object.keys(particular), ...Object.keys(registry)])] as OpName[]).flatMap(
    (name) => {
      const generator = particular[name] ?? fromSample(name);
      return generator === undefined ? [] : [[name, generator] as const];
    },
  ),
);
