/**
 * Walks the steps of a plan as they run: checks what each is given, and finds out when every buffer
 * is in use. Part of the verifier, and independent of the memory planner.
 */
import {
  expressionsOf,
  type Kernel,
  type KernelBuffer,
  walkExpression,
  walkStatements,
} from './kernel.ts';
import {
  type BufferSlice,
  type Launch,
  type Plan,
  type PlanBuffer,
  type Step,
  stepsInside,
} from './plan.ts';

/** The moments between which a buffer holds something: inputs from -1 on, results to the end. */
export interface Life {
  first: number;
  last: number;
}
/** Something that happens at one moment: a launch, or a copy before the launch. */
export interface Moment {
  readonly launch: number;
  readonly inPlace: readonly (readonly [read: PlanBuffer, written: PlanBuffer])[];
}
/** Who reports what is wrong. */
export interface Reporter {
  fault(rule: string, launch?: number): never;
  show(buffer: PlanBuffer): string;
}

/** Whether a kernel loads from a buffer before it stores to it, in the order of its text. */
const loadsFirst = (kernel: Kernel, buffer: KernelBuffer): boolean => {
  let first: 'load' | 'store' | undefined;
  walkStatements(kernel.body, (stmt) => {
    for (const e of expressionsOf(stmt)) {
      walkExpression(e, (part) => {
        if (part.kind === 'load' && part.buffer.id === buffer.id) first ??= 'load';
      });
    }
    if (stmt.kind === 'store' && stmt.buffer.id === buffer.id) first ??= 'store';
  });
  return first === 'load';
};

class Follower {
  readonly plan: Plan;
  readonly reporter: Reporter;
  readonly moments: Moment[] = [];
  readonly lives = new Map<PlanBuffer, Life>();
  /** The moments at which each buffer is used, and the ranges of the loops. */
  readonly #uses = new Map<PlanBuffer, number[]>();
  readonly #loops: Life[] = [];
  /** The loops that run: their lengths by number. */
  readonly #running = new Map<number, number>();
  readonly #known: ReadonlySet<PlanBuffer>;
  #launch = 0;
  /** How many launches have run: each stands in the steps once, in order. */
  #next = 0;
  constructor(plan: Plan, reporter: Reporter) {
    this.plan = plan;
    this.reporter = reporter;
    this.#known = new Set(plan.buffers);
    for (const buffer of plan.buffers) {
      if (buffer.place.kind === 'input') this.#uses.set(buffer, [-1]);
    }
  }
  #fault(rule: string): never {
    return this.reporter.fault(rule, this.#launch);
  }
  #read(buffer: PlanBuffer, who: string): void {
    if (!this.#uses.has(buffer) && buffer.length > 0) {
      const shown = this.reporter.show(buffer);
      this.#fault(`${who} reads buffer ${shown} before anything is written to it`);
    }
  }
  #write({ place }: PlanBuffer, who: string): void {
    if (place.kind !== 'input') return;
    if (!this.plan.donations.some(([input]) => input === place.index)) {
      this.#fault(`${who} writes to input ${place.index}, which is not donated`);
    }
  }
  #use(buffer: PlanBuffer): void {
    if (!this.#known.has(buffer)) {
      this.#fault(`buffer ${this.reporter.show(buffer)} is not one of the plan`);
    }
    const uses = this.#uses.get(buffer) ?? [];
    uses.push(this.moments.length);
    this.#uses.set(buffer, uses);
  }
  #verifySlice({ buffer, strides }: BufferSlice, length: number, who: string): void {
    const farthest = strides.reduce((sum, { loop, stride }) => {
      const count = this.#running.get(loop);
      if (count === undefined) this.#fault(`${who} names t${loop}, which does not run`);
      return sum + (count - 1) * stride;
    }, length);
    if (farthest > buffer.length) this.#fault(`${who} leaves ${this.reporter.show(buffer)}`);
  }

  steps(steps: readonly Step[]): void {
    for (const step of steps) this.#step(step);
  }
  #step(step: Step): void {
    switch (step.kind) {
      case 'launch': {
        const launch = this.plan.launches[step.launch];
        this.#launch = step.launch;
        if (launch === undefined || step.launch !== this.#next) {
          this.#fault(`the steps run launch ${step.launch} where launch ${this.#next} is due`);
        }
        this.#next++;
        this.#verifyLaunch(launch);
        return;
      }
      case 'copy':
        this.#copy(step);
        return;
      case 'branch':
        this.#read(step.index.buffer, 'branch');
        this.#verifySlice(step.index, 1, 'branch');
        this.#use(step.index.buffer);
        this.moments.push({ launch: this.#launch, inPlace: noPairs });
        for (const branch of step.branches) this.steps(branch);
        return;
      default:
        this.#loop(step);
    }
  }
  #loop(step: Step & { readonly kind: 'repeat' | 'while' }): void {
    const first = this.moments.length;
    if (step.kind === 'repeat') {
      if (this.#running.has(step.loop)) this.#fault(`t${step.loop} runs inside of itself`);
      this.#running.set(step.loop, step.count);
    }
    stepsInside(step).forEach((body, k) => {
      this.steps(body);
      if (step.kind !== 'while' || k > 0) return;
      this.#read(step.condition.buffer, 'while');
      this.#verifySlice(step.condition, 1, 'while');
      this.#use(step.condition.buffer);
      this.moments.push({ launch: this.#launch, inPlace: noPairs });
    });
    if (step.kind === 'repeat') this.#running.delete(step.loop);
    this.#loops.push({ first, last: this.moments.length - 1 });
  }
  #copy({ from, to, length }: Step & { readonly kind: 'copy' }): void {
    this.#read(from.buffer, 'copy');
    this.#write(to.buffer, 'copy');
    this.#verifySlice(from, length, 'copy');
    this.#verifySlice(to, length, 'copy');
    if (from.buffer.dtype !== to.buffer.dtype) this.#fault('copy changes the dtype');
    if (from.buffer === to.buffer) this.#fault('copy stays within one buffer');
    this.#use(from.buffer);
    this.#use(to.buffer);
    const isWhole =
      from.strides.length + to.strides.length === 0 &&
      from.buffer.length === length &&
      to.buffer.length === length;
    const inPlace = isWhole ? ([[from.buffer, to.buffer]] as const) : noPairs;
    this.moments.push({ launch: this.#launch, inPlace });
  }
  #verifyLaunch({ kernel, buffers, loops = [] }: Launch): void {
    const { parameters, counters = [] } = kernel;
    if (buffers.length !== parameters.length) {
      this.#fault(`${kernel.name} takes ${parameters.length} buffers, not ${buffers.length}`);
    }
    if (loops.length !== counters.length) {
      this.#fault(`${kernel.name} takes ${counters.length} steps of loops, not ${loops.length}`);
    }
    loops.forEach((loop, k) => {
      const count = this.#running.get(loop);
      if (count === undefined) this.#fault(`${kernel.name} names t${loop}, which does not run`);
      if (counters[k]?.range?.[1] !== count - 1) {
        this.#fault(`${kernel.name} is not made for the ${count} steps of t${loop}`);
      }
    });
    const inPlace = kernel.inPlace.map(
      ([read, written]) => [buffers[read], buffers[written]] as [PlanBuffer, PlanBuffer],
    );
    parameters.forEach(({ buffer: parameter, access }, k) => {
      const buffer = buffers[k] as PlanBuffer;
      if (!this.#known.has(buffer)) {
        this.#fault(`buffer ${this.reporter.show(buffer)} is not one of the plan`);
      }
      if (buffer.dtype !== parameter.dtype || buffer.length !== parameter.length) {
        const wanted = `${parameter.dtype}[${parameter.length}]`;
        const shown = this.reporter.show(buffer);
        this.#fault(`parameter ${k} of ${kernel.name} is ${wanted}, not ${shown}`);
      }
      const needs = access === 'read' || (access === 'update' && loadsFirst(kernel, parameter));
      if (needs) this.#read(buffer, kernel.name);
      if (access === 'read') return;
      this.#write(buffer, kernel.name);
      const isShared = buffers.some(
        (other, j) =>
          other === buffer && j !== k && !kernel.inPlace.some(([r, w]) => r === j && w === k),
      );
      if (isShared) this.#fault(`${kernel.name} is given a buffer twice and writes to it`);
    });
    for (const buffer of buffers) this.#use(buffer);
    this.moments.push({ launch: this.#launch, inPlace });
  }

  /** What is used inside of a loop and outside of it must last for all of the loop. */
  finish(): void {
    if (this.#next < this.plan.launches.length) this.#fault(`launch ${this.#next} never runs`);
    for (const [buffer, uses] of this.#uses) {
      const life = { first: Math.min(...uses), last: Math.max(...uses) };
      for (const { first, last } of this.#loops) {
        const inside = uses.filter((use) => use >= first && use <= last).length;
        if (inside === 0 || inside === uses.length) continue;
        life.first = Math.min(life.first, first);
        life.last = Math.max(life.last, last);
      }
      this.lives.set(buffer, life);
    }
  }
}
const noPairs: Moment['inPlace'] = [];

/** Follows the steps of a plan; faults go to the reporter. */
export const followSteps = (
  plan: Plan,
  reporter: Reporter,
): { readonly lives: Map<PlanBuffer, Life>; readonly moments: readonly Moment[] } => {
  const follower = new Follower(plan, reporter);
  follower.steps(plan.steps);
  follower.finish();
  return follower;
};
