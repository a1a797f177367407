/**
 * The function `run` of a module: the steps of a plan. Its parameters are the addresses of the
 * inputs, then those of the outputs; where several threads run it, the number of the thread and of
 * all threads come behind.
 */
import {
  type BufferSlice,
  isIdleCopy,
  type Plan,
  type PlanBuffer,
  type Step,
} from '../../ir/plan.ts';
import { bytesOf } from '../../ir/types.ts';
import { FunctionCode } from './assembler/module.ts';
import type { LaunchParts } from './launch-parts.ts';
import { threadGlobal, threadsGlobal } from './threads/meeting.ts';
import type { SharedStep } from './threads/share-steps.ts';

/** A kernel's function as launches see it. */
export interface LaunchedFunction {
  readonly number: number;
  /** Where its scratch arrays are, and how far those of the next thread are. */
  readonly scratch: readonly { readonly offset: number; readonly perThread: number }[];
  /** Where it runs in parts: the function's last parameters say which one. */
  readonly parts?: LaunchParts | undefined;
}

/** How many outputs a plan writes. */
export const outputCount = ({ buffers }: Plan): number =>
  buffers.reduce(
    (count, { place }) => (place.kind === 'output' ? Math.max(count, place.index + 1) : count),
    0,
  );

/** The number of addresses that `run` takes. */
export const addressCount = (plan: Plan): number => plan.inputs.length + outputCount(plan);

/** Writes `run`. */
export class RunWriter {
  readonly #plan: Plan;
  readonly #functions: readonly LaunchedFunction[];
  /** Where the arena is; scratch arrays are behind it. */
  readonly #memory: number;
  readonly #loops = new Map<number, number>();
  readonly code: FunctionCode;
  /** `functions` has one per launch. */
  constructor(
    plan: Plan,
    functions: readonly LaunchedFunction[],
    memory: number,
    isThreaded: boolean,
  ) {
    this.#plan = plan;
    this.#functions = functions;
    this.#memory = memory;
    const count = addressCount(plan) + (isThreaded ? 2 : 0);
    this.code = new FunctionCode({ parameters: Array.from({ length: count }, () => 'i32') });
    if (!isThreaded) return;
    this.code.add('local.get', count - 2);
    this.code.add('global.set', threadGlobal);
    this.code.add('local.get', count - 1);
    this.code.add('global.set', threadsGlobal);
  }
  #address({ place }: PlanBuffer): void {
    if (place.kind === 'arena') this.code.add('i32.const', this.#memory + place.offset);
    else {
      const first = place.kind === 'input' ? 0 : this.#plan.inputs.length;
      this.code.add('local.get', first + place.index);
    }
  }
  /** The address of the first element of a slice. */
  #begin({ buffer, strides }: BufferSlice): void {
    this.#address(buffer);
    for (const { loop, stride } of strides) {
      this.code.add('local.get', this.#loop(loop));
      this.code.add('i32.const', stride * bytesOf[buffer.dtype]);
      this.code.add('i32.mul');
      this.code.add('i32.add');
    }
  }
  #loop(loop: number): number {
    const known = this.#loops.get(loop);
    if (known !== undefined) return known;
    const local = this.code.local('i32');
    this.#loops.set(loop, local);
    return local;
  }
  /** What one thread does that has no others. */
  steps(steps: readonly Step[]): void {
    for (const step of steps) this.#step(step);
  }
  /** What one of several threads does; `meet` is the number of the function where they meet. */
  shared(steps: readonly SharedStep[], meet: number): void {
    const { code } = this;
    for (const shared of steps) {
      const inside = (body: readonly SharedStep[]) => (): void => this.shared(body, meet);
      switch (shared.kind) {
        case 'meet':
          code.add('call', meet);
          break;
        case 'one':
          code.add('global.get', threadGlobal);
          code.add('i32.eqz');
          code.add('if');
          this.steps(shared.steps);
          code.add('end');
          break;
        case 'divide':
          this.#step(shared.step);
          break;
        case 'repeat':
          this.#repeat(shared.step, inside(shared.body));
          break;
        case 'while':
          this.#while(shared.step, inside(shared.test), inside(shared.body));
          break;
        case 'branch':
          this.#branch(shared.step, shared.branches.map(inside));
      }
    }
  }
  #step(step: Step): void {
    const { code } = this;
    switch (step.kind) {
      case 'launch':
        this.#launch(step.launch);
        return;
      case 'copy':
        if (isIdleCopy(this.#plan, step)) return;
        this.#begin(step.to);
        this.#begin(step.from);
        code.add('i32.const', step.length * bytesOf[step.from.buffer.dtype]);
        code.add('memory.copy');
        return;
      case 'repeat':
        this.#repeat(step, () => this.steps(step.body));
        return;
      case 'while':
        this.#while(
          step,
          () => this.steps(step.test),
          () => this.steps(step.body),
        );
        return;
      case 'branch':
        this.#branch(
          step,
          step.branches.map((branch) => () => this.steps(branch)),
        );
    }
  }
  #launch(launch: number): void {
    const { parts } = this.#functions[launch] as LaunchedFunction;
    if (parts === undefined) this.#call(launch, () => {});
    else this.#inParts(parts, (range) => this.#call(launch, range));
  }
  #call(launch: number, range: () => void): void {
    const { code } = this;
    const { buffers, loops = [] } = this.#plan.launches[launch] as Plan['launches'][0];
    const { number, scratch } = this.#functions[launch] as LaunchedFunction;
    for (const buffer of buffers) this.#address(buffer);
    const first = this.#memory + this.#plan.arenaBytes;
    for (const { offset, perThread } of scratch) {
      code.add('i32.const', first + offset);
      if (perThread === 0) continue;
      code.add('global.get', threadGlobal);
      code.add('i32.const', perThread);
      code.add('i32.mul');
      code.add('i32.add');
    }
    for (const loop of loops) code.add('local.get', this.#loop(loop));
    range();
    code.add('call', number);
  }
  /** Launches until all iterations of a loop are done. */
  #inParts({ outer, loop, distance }: LaunchParts, launch: (range: () => void) => void): void {
    const { code } = this;
    const around = code.local('i32');
    code.add('i32.const', outer?.from ?? 0);
    code.add('local.set', around);
    code.add('loop');
    this.#partsOfLoop(loop, distance, (range) =>
      launch(() => {
        if (outer !== undefined) code.add('local.get', around);
        range();
      }),
    );
    code.add('local.get', around);
    code.add('i32.const', outer?.step ?? 1);
    code.add('i32.add');
    code.add('local.tee', around);
    code.add('i32.const', outer?.to ?? 0);
    code.add('i32.lt_s');
    code.add('br_if', 0);
    code.add('end');
  }
  #partsOfLoop(
    loop: LaunchParts['loop'],
    distance: number,
    launch: (range: () => void) => void,
  ): void {
    const { code } = this;
    const [from, to] = [code.local('i32'), code.local('i32')];
    code.add('i32.const', loop.from);
    code.add('local.set', from);
    code.add('loop');
    launch(() => {
      code.add('local.get', from);
      code.add('local.get', from);
      code.add('i32.const', distance);
      code.add('i32.add');
      code.add('local.tee', to);
      code.add('i32.const', loop.to);
      code.add('local.get', to);
      code.add('i32.const', loop.to);
      code.add('i32.lt_s');
      code.add('select');
    });
    code.add('local.get', to);
    code.add('local.tee', from);
    code.add('i32.const', loop.to);
    code.add('i32.lt_s');
    code.add('br_if', 0);
    code.add('end');
  }
  #while({ condition }: Step & { kind: 'while' }, test: () => void, body: () => void): void {
    const { code } = this;
    code.add('block');
    code.add('loop');
    test();
    this.#begin(condition);
    code.add('i32.load8_u', 0, 0);
    code.add('i32.eqz');
    code.add('br_if', 1);
    body();
    code.add('br', 0);
    code.add('end');
    code.add('end');
  }
  #repeat({ loop, count, reverse }: Step & { kind: 'repeat' }, body: () => void): void {
    const { code } = this;
    if (count === 0) return;
    const at = this.#loop(loop);
    code.add('i32.const', reverse ? count - 1 : 0);
    code.add('local.set', at);
    code.add('loop');
    body();
    code.add('local.get', at);
    code.add('i32.const', reverse ? -1 : 1);
    code.add('i32.add');
    code.add('local.tee', at);
    code.add('i32.const', reverse ? 0 : count);
    code.add(reverse ? 'i32.ge_s' : 'i32.lt_s');
    code.add('br_if', 0);
    code.add('end');
  }
  #branch({ index }: Step & { kind: 'branch' }, branches: readonly (() => void)[]): void {
    const { code } = this;
    const last = branches.length - 1;
    branches.forEach((branch, k) => {
      if (k < last) {
        this.#begin(index);
        code.add('i32.load', 2, 0);
        code.add('i32.const', k);
        code.add('i32.le_s');
        code.add('if');
      }
      branch();
      if (k < last) code.add('else');
    });
    for (let k = 0; k < last; k++) code.add('end');
  }
}
