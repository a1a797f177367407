/**
 * Rotary position embedding: pairs of features are turned by an angle that grows with the place.
 */
import { ArgumentError, ShapeError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { add, mul, sub } from '../../ir/ops/elementwise.ts';
import { concat, slice } from '../../ir/ops/views.ts';
import { checkOptions } from '../../ir/options.ts';
import { allocate, type DType, showShape } from '../../ir/types.ts';
import type { Checked, Dynamic, Rotated, ShapeOf } from '../../types/index.ts';
import { fromData, type TensorImplementation } from '../tensor.ts';
import type { FloatTensor } from './function-types.ts';
import { applyOne, broadcastValue, located, requireNumber } from './operands.ts';
import { requireFloatTensor } from './parameters.ts';

/** What `rope` takes. */
export interface RopeOptions {
  /** The slowest angle is about 1 / base per place; 10000 by default. */
  readonly base?: number;
}

/**
 * A function of the angles of `count` places and `pairs` pairs, computed here in double precision:
 * the sine of a large angle in f32 would be off by the rounding of the angle.
 */
const table = (
  f: (angle: number) => number,
  [count, pairs, base]: readonly [number, number, number],
  x: TensorImplementation,
): TensorImplementation => {
  const data = allocate(x.dtype as DType, count * pairs);
  for (let k = 0; k < pairs; k++) {
    const frequency = base ** (-k / pairs);
    for (let t = 0; t < count; t++) data[t * pairs + k] = f(t * frequency);
  }
  const backend = x.life.kind === 'concrete' ? x.life.backend : undefined;
  return fromData(data, x.dtype, [count, pairs], backend);
};

const half = (x: Value, from: number): Value => {
  const { shape } = x.type;
  const last = shape.length - 1;
  return slice(x, {
    start: shape.map((_, k) => (k === last ? from : 0)),
    size: shape.map((n, k) => (k === last ? n / 2 : n)),
    step: shape.map(() => 1),
  });
};

/**
 * The pairs (x[k], x[k + D / 2]) of the features of x [..., T, D] at place t turned by the angle t
 * * base^(-2k / D), so that products of queries and keys depend on distances alone; D is even. J.
 * Su et al., "RoFormer: enhanced transformer with rotary position embedding" (2021).
 */
export const rope = <X extends FloatTensor>(
  x: Checked<X, Rotated<ShapeOf<X>>>,
  options?: RopeOptions,
): X =>
  located((): Dynamic => {
    checkOptions('rope', options, ['base']);
    const base = requireNumber('rope', 'base', options?.base ?? 10000);
    if (!(base > 0 && Number.isFinite(base))) {
      throw new ArgumentError(`rope: base must be a positive number, not ${base}`);
    }
    const tensor = requireFloatTensor('rope', x);
    const { shape } = tensor;
    if (shape.length < 2) {
      throw new ShapeError(`rope: expected an input [..., T, D], got ${showShape(shape)}`);
    }
    const [count, features] = shape.slice(-2) as [number, number];
    if (features % 2 !== 0) throw new ShapeError(`rope: ${features} features are not pairs`);
    const size = [count, features / 2, base] as const;
    const tables = [table(Math.cos, size, tensor), table(Math.sin, size, tensor)];
    return applyOne('rope', [tensor, ...tables], ([value, cosines, sines]) => {
      const [first, second] = [half(value!, 0), half(value!, features / 2)];
      const wide = (angles: Value): Value => broadcastValue(angles, first.type.shape);
      const turned = [
        sub(mul(first, wide(cosines!)), mul(second, wide(sines!))),
        add(mul(first, wide(sines!)), mul(second, wide(cosines!))),
      ];
      return concat(turned, { axis: shape.length - 1 });
    });
  });
