/** Pointers that walk along with an innermost loop inside of lanes: products of matrices. */
import { type Stmt, walkLoads } from '../../ir/kernel.ts';
import type { LaneStrides } from '../../ir/lane-strides.ts';
import type { FunctionCode } from './assembler/module.ts';
import type { ElementAddresses } from './element-addresses.ts';
import type { LoopPointers, Walk } from './pointers.ts';

type For = Stmt & { readonly kind: 'for' };

/**
 * Pointers of one loop at most: with a counter and the address of the memory they fill the integer
 * registers of x64 that V8 gives away.
 */
const mostWalks = 9;

/** Writes how the pointers of a kernel's loops begin and go on. */
export class LoopWalkers {
  readonly #code: FunctionCode;
  readonly #addresses: ElementAddresses;
  constructor(code: FunctionCode, addresses: ElementAddresses) {
    this.#code = code;
    this.#addresses = addresses;
  }
  /** Starts the pointers of a loop in front of it. */
  start(strides: LaneStrides, loop: For, pointers: LoopPointers): void {
    const walks = new Map<string, Walk>();
    for (const stmt of loop.body) {
      walkLoads(stmt, (place) => {
        const stride = strides.of(place.at);
        if (stride !== 0 && stride !== 1) return;
        const walk = this.#addresses.walkOf(place, loop, pointers, stride === 0);
        if (walk !== undefined) walks.set(walk.key, walk);
      });
    }
    if (walks.size > mostWalks) return;
    for (const walk of walks.values()) this.#addresses.startWalk(walk, pointers);
  }
  /** Goes on with a loop, until its index is not below a limit. */
  next(local: number, step: number, { walking }: LoopPointers, limit: () => void): void {
    for (const { local: pointer, bytes } of walking.values()) {
      this.#code.add('local.get', pointer);
      this.#code.add('i32.const', bytes);
      this.#code.add('i32.add');
      this.#code.add('local.set', pointer);
    }
    this.#code.add('local.get', local);
    this.#code.add('i32.const', step);
    this.#code.add('i32.add');
    this.#code.add('local.tee', local);
    limit();
    this.#code.add('i32.lt_s');
    this.#code.add('br_if', 0);
    this.#code.add('end');
  }
}
