/**
 * Pointers that walk along with an innermost loop inside of lanes: products of matrices. Where the
 * engine allows it, several iterations are written one after the other.
 */
import { type Stmt, walkLoads } from '../../ir/kernel.ts';
import type { LaneStrides } from '../../ir/lane-strides.ts';
import type { ElementAddresses } from './element-addresses.ts';
import { planTogether, together, type Window } from './iterations-together.ts';
import type { LoopPointers, Walk } from './pointers.ts';
import type { Scope } from './scope.ts';

type For = Stmt & { readonly kind: 'for' };
/** Numbers of a vector, and bytes of one. */
const [lanes, wordBytes] = [4, 4];

/**
 * Pointers of one loop at most: with a counter and the address of the memory they fill the integer
 * registers of x64 that V8 gives away.
 */
const mostWalks = 9;

/** Writes how the pointers of a kernel's loops begin and go on. */
export class LoopWalkers {
  readonly #scope: Scope;
  readonly #addresses: ElementAddresses;
  readonly #keepsOrder: boolean;
  constructor(scope: Scope, addresses: ElementAddresses, keepsOrder: boolean) {
    this.#scope = scope;
    this.#addresses = addresses;
    this.#keepsOrder = keepsOrder;
  }
  #add(name: string, x?: number): void {
    this.#scope.code.add(name, x);
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
  /** Goes on with a loop: so many iterations further, until its index is not below a limit. */
  next(
    local: number,
    step: number,
    { walking }: LoopPointers,
    limit: () => void,
    iterations = 1,
  ): void {
    for (const { local: pointer, bytes } of walking.values()) {
      this.#add('local.get', pointer);
      this.#add('i32.const', bytes * iterations);
      this.#add('i32.add');
      this.#add('local.set', pointer);
    }
    this.#add('local.get', local);
    this.#add('i32.const', step * iterations);
    this.#add('i32.add');
    this.#add('local.tee', local);
    limit();
    this.#add('i32.lt_s');
    this.#add('br_if', 0);
    this.#add('end');
  }
  /**
   * Writes a loop several iterations at a time, and those that are left over behind it; `write`
   * writes one. Returns false, having written nothing, where that cannot be.
   */
  together(
    strides: LaneStrides,
    loop: For,
    local: number,
    pointers: LoopPointers,
    write: () => void,
  ): boolean {
    if (!this.#keepsOrder) return false;
    const plan = planTogether(loop, strides, this.#addresses, pointers);
    if (plan === undefined) return false;
    for (const walk of plan.walks) this.#addresses.startWalk(walk, pointers);
    const outside = this.#scope.loop;
    this.#scope.loop = pointers;
    const iterate = (count: number): void => {
      for (pointers.ahead = 0; pointers.ahead < count; pointers.ahead++) write();
      pointers.ahead = 0;
    };
    this.#add('loop');
    for (const window of plan.windows) this.#load(window, pointers);
    iterate(together);
    pointers.spread.clear();
    const { from, to, step } = loop;
    const iterations = Math.ceil((to - from) / step);
    const rest = iterations % together;
    const end = from + (iterations - rest) * step;
    this.next(local, step, pointers, () => this.#add('i32.const', end), together);
    iterate(rest);
    this.#scope.loop = outside;
    return true;
  }
  /** Loads a vector of numbers that will be spread. */
  #load({ key, offset }: Window, { walking, spread }: LoopPointers): void {
    const { code } = this.#scope;
    const vector = code.local('v128');
    const pointer = walking.get(key)?.local;
    this.#add('local.get', pointer);
    code.add('v128.load', 2, offset * wordBytes);
    this.#add('local.set', vector);
    for (let lane = 0; lane < lanes; lane++) {
      spread.set(`${key}+${offset + lane}`, { vector, lane });
    }
  }
}
