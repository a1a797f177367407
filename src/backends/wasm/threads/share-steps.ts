/**
 * How threads share the steps of a plan. Every thread runs the loops and branches that hold a
 * divided kernel; whole stretches without one are left to the first thread. They meet where what
 * one of them wrote matters to another, so kernels that are independent share one meeting.
 */
import { walkStatements } from '../../../ir/kernel.ts';
import {
  type BufferSlice,
  bytesInArena,
  type Plan,
  type PlanBuffer,
  type Step,
  stepsInside,
} from '../../../ir/plan.ts';
import { bytesOf } from '../../../ir/types.ts';

/** What threads do, one after the other. */
export type SharedStep =
  /** Every thread waits for all others. */
  | { readonly kind: 'meet' }
  /** The first thread runs these steps alone. */
  | { readonly kind: 'one'; readonly steps: readonly Step[] }
  /** Every thread runs its part of a launch. */
  | { readonly kind: 'divide'; readonly step: Step & { readonly kind: 'launch' } }
  | {
      readonly kind: 'repeat';
      readonly step: Step & { readonly kind: 'repeat' };
      readonly body: readonly SharedStep[];
    }
  | {
      readonly kind: 'while';
      readonly step: Step & { readonly kind: 'while' };
      readonly test: readonly SharedStep[];
      readonly body: readonly SharedStep[];
    }
  | {
      readonly kind: 'branch';
      readonly step: Step & { readonly kind: 'branch' };
      readonly branches: readonly (readonly SharedStep[])[];
    };

/** Bytes of one of the memories of a call. */
interface Range {
  readonly memory: string;
  readonly from: number;
  readonly to: number;
}
/** What a step touches, and whether the first thread does so alone. */
interface Use {
  readonly isAlone: boolean;
  readonly reads: readonly Range[];
  readonly writes: readonly Range[];
}

const kernelScratch: Range = { memory: 'scratch', from: 0, to: 1 };

const meets = (a: readonly Range[], b: readonly Range[]): boolean =>
  a.some((x) => b.some((y) => x.memory === y.memory && x.from < y.to && y.from < x.to));

class StepSharer {
  readonly #plan: Plan;
  readonly #isDivided: (launch: number) => boolean;
  /** Uses since the threads met. */
  #pending: Use[] = [];
  constructor(plan: Plan, isDivided: (launch: number) => boolean) {
    this.#plan = plan;
    this.#isDivided = isDivided;
  }
  #range(buffer: PlanBuffer): Range {
    const { place, dtype, length } = buffer;
    if (place.kind === 'arena') {
      const to = place.offset + bytesInArena(this.#plan, buffer);
      return { memory: 'arena', from: place.offset, to };
    }
    const donation = this.#plan.donations.find(([, output]) => output === place.index);
    const isTakenOver = place.kind === 'output' && donation !== undefined;
    const memory = isTakenOver ? `input ${donation[0]}` : `${place.kind} ${place.index}`;
    return { memory, from: 0, to: length * bytesOf[dtype] };
  }
  #useOf(step: Step): Use {
    const [reads, writes]: [Range[], Range[]] = [[], []];
    const read = ({ buffer }: BufferSlice): void => {
      reads.push(this.#range(buffer));
    };
    const visit = (inner: Step): void => {
      if (inner.kind === 'launch') {
        const { kernel, buffers } = this.#plan.launches[inner.launch] as Plan['launches'][0];
        kernel.parameters.forEach(({ buffer, access }, k) => {
          if (buffer.length === 0) return;
          const range = this.#range(buffers[k] as PlanBuffer);
          if (access !== 'write') reads.push(range);
          if (access !== 'read') writes.push(range);
        });
        // Launches of one function have the same scratch memory.
        walkStatements(kernel.body, (stmt) => {
          if (stmt.kind === 'alloc' && stmt.scope === 'kernel') writes.push(kernelScratch);
        });
      }
      if (inner.kind === 'copy') {
        read(inner.from);
        writes.push(this.#range(inner.to.buffer));
      }
      if (inner.kind === 'while') read(inner.condition);
      if (inner.kind === 'branch') read(inner.index);
      for (const body of stepsInside(inner)) for (const one of body) visit(one);
    };
    visit(step);
    return { isAlone: !this.#holdsDivided(step), reads, writes };
  }
  #holdsDivided(step: Step): boolean {
    if (step.kind === 'launch') return this.#isDivided(step.launch);
    return stepsInside(step).some((body) => body.some((inner) => this.#holdsDivided(inner)));
  }
  #meet(to: SharedStep[]): void {
    if (this.#pending.length > 0) to.push({ kind: 'meet' });
    this.#pending = [];
  }
  /** Lets the threads meet before a use that earlier ones matter to. */
  #before(use: Use, to: SharedStep[]): void {
    const waits = this.#pending.some(
      (one) =>
        !(one.isAlone && use.isAlone) &&
        (meets(one.writes, use.reads) ||
          meets(one.writes, use.writes) ||
          meets(one.reads, use.writes)),
    );
    if (waits) this.#meet(to);
    this.#pending.push(use);
  }
  /** What all threads read to decide where to go. */
  #decide(slice: BufferSlice, to: SharedStep[]): void {
    this.#before({ isAlone: false, reads: [this.#range(slice.buffer)], writes: [] }, to);
  }
  steps(steps: readonly Step[], to: SharedStep[] = []): SharedStep[] {
    for (const step of steps) {
      if (!this.#holdsDivided(step)) {
        this.#before(this.#useOf(step), to);
        const last = to[to.length - 1];
        if (last?.kind === 'one') to[to.length - 1] = { ...last, steps: [...last.steps, step] };
        else to.push({ kind: 'one', steps: [step] });
      } else if (step.kind === 'launch') {
        this.#before(this.#useOf(step), to);
        to.push({ kind: 'divide', step });
      } else this.#control(step, to);
    }
    return to;
  }
  #control(step: Step, to: SharedStep[]): void {
    switch (step.kind) {
      case 'repeat': {
        this.#meet(to);
        to.push({ kind: 'repeat', step, body: this.#whole(step.body) });
        return;
      }
      case 'while': {
        this.#meet(to);
        const test = this.steps(step.test);
        this.#decide(step.condition, test);
        const after = this.#pending.slice();
        const body = this.#whole(step.body);
        to.push({ kind: 'while', step, test, body });
        this.#pending = after;
        return;
      }
      case 'branch': {
        this.#decide(step.index, to);
        const before = this.#pending;
        const branches = step.branches.map((branch) => {
          this.#pending = before.slice();
          return this.#whole(branch);
        });
        to.push({ kind: 'branch', step, branches });
        this.#pending = [];
      }
    }
  }
  /** A body after which nothing is pending. */
  #whole(body: readonly Step[]): SharedStep[] {
    const made = this.steps(body);
    this.#meet(made);
    return made;
  }
}

/** Shares the steps of a plan whose launches are divided where `isDivided` says so. */
export const shareSteps = (
  plan: Plan,
  isDivided: (launch: number) => boolean,
): readonly SharedStep[] => new StepSharer(plan, isDivided).steps(plan.steps);
