/**
 * Panels: copies of a factor of a contraction in the order in which tiles read it. For every folded
 * position the elements of one tile stand side by side, so element (tile, position, k) is at
 * `(tile * depth + position) * width + k`.
 */
import { indexes } from '../ir/expressions.ts';
import { constant, type Expr } from '../ir/kernel.ts';
import type { DType, Shape } from '../ir/types.ts';
import { sizeOf } from '../ir/types.ts';
import { Access, newIndexes, newLocal } from './access.ts';
import { type Emitter, integer } from './emitter.ts';
import { ReusedScratch } from './reused-scratch.ts';
import { plus } from './tile-steps.ts';

/** What is copied: some tiles of equal width, of which the last may be short. */
export interface PanelShape {
  readonly tiles: number;
  readonly width: number;
  /** Elements of the tile that there are, if it is one: the others are zeros. */
  readonly valid?: number | undefined;
  /** How far the last vector is read before its place; 0 unless given. */
  readonly back?: number | undefined;
  /** The folded positions. */
  readonly positions: Shape;
  /** The element that a tile begins with, given `tile * width`, which it is unless given. */
  readonly begin?: ((start: Expr) => Expr) | undefined;
}

/** Reads element k of the tile that begins at `start` (tile * width) at a folded position. */
export type PanelReader = (start: Expr, inner: readonly Expr[], k: Expr) => Expr;

/** Scratch memory of panels, and how they are written and read. */
export class Panels {
  readonly #emitter: Emitter;
  readonly #lanes: number;
  readonly #dtype: DType;
  /** Whether the elements of a tile are neighbours where they come from. */
  readonly #isInOrder: boolean;
  readonly #scratch: ReusedScratch;
  constructor(emitter: Emitter, dtype: DType, lanes: number, isInOrder: boolean) {
    this.#emitter = emitter;
    this.#dtype = dtype;
    this.#lanes = lanes;
    this.#isInOrder = isInOrder;
    this.#scratch = new ReusedScratch(emitter, dtype);
  }
  /**
   * Copies what `read` reads at an element (tile * width + k) and a folded position, and returns
   * how a panel is read at the begin of a tile (tile * width).
   */
  pack(shape: PanelShape, read: (element: Expr, inner: readonly Expr[]) => Expr): PanelReader {
    const emitter = this.#emitter;
    const { tiles, width, valid = width, back = 0, positions, begin = (start) => start } = shape;
    const depth = sizeOf(positions);
    const memory = this.#scratch.take(tiles * width * depth);
    const place = (start: Expr, inner: readonly Expr[]): Expr =>
      indexes.add(
        indexes.mul(start, integer(depth)),
        indexes.mul(Access.index(positions, inner).position, integer(width)),
      );
    const inner = newIndexes(positions);
    const forTiles = (body: (start: Expr) => void): void => {
      const each = newLocal('i32', [0, (tiles - 1) * width]);
      if (tiles === 1) body(integer(0));
      else emitter.range(each, 0, tiles * width, width, 'serial', () => body(each));
    };
    const forPositions = (body: () => void): void =>
      emitter.loops(inner, positions, 'serial', body);
    const copyVectors = (start: Expr, froms: readonly Expr[]): void => {
      const lane = newLocal('i32', [0, this.#lanes - 1]);
      const origin = begin(start);
      emitter.range(lane, 0, this.#lanes, 1, 'lanes', () => {
        const columns = froms.map((from) => indexes.add(from, lane));
        const values = columns.map((k, v) => {
          const own = v === froms.length - 1 ? plus(k, -back) : k;
          return read(indexes.add(origin, own), inner);
        });
        columns.forEach((k, v) => {
          emitter.store(memory, indexes.add(place(start, inner), k), values[v] as Expr);
        });
      });
    };
    const whole = valid - (valid % this.#lanes);
    const copyRest = (start: Expr): void => {
      for (let k = whole; k < width; k++) {
        const value = k < valid ? read(plus(begin(start), k), inner) : constant(0, this.#dtype);
        emitter.store(memory, plus(place(start, inner), k), value);
      }
    };
    if (this.#isInOrder) {
      const froms = Array.from({ length: whole / this.#lanes }, (_, v) => integer(v * this.#lanes));
      forPositions(() =>
        forTiles((start) => {
          if (whole > 0) copyVectors(start, froms);
          copyRest(start);
        }),
      );
    } else {
      // Few places in memory are in use at one time: neighbours may be a power of two apart, and
      // caches do not keep many of those.
      forTiles((start) => {
        const from = newLocal('i32', [0, Math.max(0, whole - this.#lanes)]);
        emitter.range(from, 0, whole, this.#lanes, 'serial', () =>
          forPositions(() => copyVectors(start, [from])),
        );
        if (whole < width) forPositions(() => copyRest(start));
      });
    }
    return (start, at, k) => emitter.loadHere(memory, indexes.add(place(start, at), k));
  }
}
