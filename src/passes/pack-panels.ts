/**
 * Panels: copies of a factor of a contraction in the order in which tiles read it. For every folded
 * position the elements of one tile stand side by side, so element (tile, position, k) is at
 * `(tile * depth + position) * width + k`.
 */
import { indexes } from '../ir/expressions.ts';
import { constant, type Expr, type KernelBuffer } from '../ir/kernel.ts';
import type { DType, Shape } from '../ir/types.ts';
import { sizeOf } from '../ir/types.ts';
import { Access, newIndexes, newLocal } from './access.ts';
import { type Emitter, integer } from './emitter.ts';
import { plus } from './tile-steps.ts';

/** What is copied: some tiles of equal width, of which the last may be short. */
export interface PanelShape {
  readonly tiles: number;
  readonly width: number;
  /** Elements of the tile that there are, if it is one: the others are zeros. */
  readonly valid?: number | undefined;
}

/** Reads element k of the tile that begins at `start` (tile * width) at a folded position. */
export type PanelReader = (start: Expr, inner: readonly Expr[], k: Expr) => Expr;

/** Scratch memory of panels, and how they are written and read. */
export class Panels {
  readonly #emitter: Emitter;
  readonly #inner: Shape;
  readonly #depth: number;
  readonly #lanes: number;
  readonly #dtype: DType;
  #free: KernelBuffer | undefined;
  constructor(emitter: Emitter, inner: Shape, dtype: DType, lanes: number) {
    this.#emitter = emitter;
    this.#inner = inner;
    this.#depth = sizeOf(inner);
    this.#dtype = dtype;
    this.#lanes = lanes;
  }
  /** Memory for so many elements; the same for whoever asks next, while it is large enough. */
  #memory(length: number): KernelBuffer {
    if (this.#free === undefined || this.#free.length < length) {
      this.#free = this.#emitter.alloc(this.#dtype, length);
    }
    return this.#free;
  }
  /**
   * Copies what `read` reads at an element (tile * width + k) and a folded position, and returns
   * how a panel is read at the begin of a tile (tile * width).
   */
  pack(shape: PanelShape, read: (element: Expr, inner: readonly Expr[]) => Expr): PanelReader {
    const emitter = this.#emitter;
    const { tiles, width, valid = width } = shape;
    const memory = this.#memory(tiles * width * this.#depth);
    const place = (start: Expr, inner: readonly Expr[]): Expr =>
      indexes.add(
        indexes.mul(start, integer(this.#depth)),
        indexes.mul(Access.index(this.#inner, inner).position, integer(width)),
      );
    const inner = newIndexes(this.#inner);
    emitter.loops(inner, this.#inner, 'serial', () => {
      const copy = (start: Expr): void => {
        const to = place(start, inner);
        const whole = valid - (valid % this.#lanes);
        if (whole > 0) {
          const lane = newLocal('i32', [0, this.#lanes - 1]);
          const vectors = Array.from({ length: whole / this.#lanes }, (_, v) => v * this.#lanes);
          emitter.range(lane, 0, this.#lanes, 1, 'lanes', () => {
            const values = vectors.map((v) => read(indexes.add(plus(start, v), lane), inner));
            vectors.forEach((v, k) => {
              emitter.store(memory, indexes.add(plus(to, v), lane), values[k] as Expr);
            });
          });
        }
        for (let k = whole; k < width; k++) {
          const value = k < valid ? read(plus(start, k), inner) : constant(0, this.#dtype);
          emitter.store(memory, plus(to, k), value);
        }
      };
      const each = newLocal('i32', [0, (tiles - 1) * width]);
      if (tiles === 1) copy(integer(0));
      else emitter.range(each, 0, tiles * width, width, 'serial', () => copy(each));
    });
    return (start, at, k) => emitter.loadHere(memory, indexes.add(place(start, at), k));
  }
}
