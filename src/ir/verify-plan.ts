/**
 * Checks that a plan's launches only ever read what is there: places, accesses, and who shares
 * memory when.
 */

import { followSteps, type Life, type Moment } from './follow-steps.ts';
import { arenasOf, bytesInArena, type Plan, type PlanBuffer } from './plan.ts';
import { printPlanLines } from './print-plan.ts';
import { showType, sizeOf, type TensorType } from './types.ts';
import { reportFault } from './verify-fault.ts';
import { verifyKernel } from './verify-kernel.ts';

const fitsType = (buffer: PlanBuffer, type: TensorType | undefined): boolean =>
  type !== undefined && buffer.dtype === type.dtype && buffer.length === sizeOf(type.shape);

class PlanVerifier {
  readonly plan: Plan;
  readonly stage: string;
  #lives = new Map<PlanBuffer, Life>();
  #moments: readonly Moment[] = [];
  constructor(plan: Plan, stage: string) {
    this.plan = plan;
    this.stage = stage;
  }
  /** Reports a fault, at the line of a launch where there is one. */
  fault(rule: string, launch?: number): never {
    const { lines, starts } = printPlanLines(this.plan);
    const line = launch === undefined ? 0 : (starts[launch] ?? 0);
    return reportFault(this.stage, `plan: ${rule}`, lines, line);
  }
  /** A buffer as the plan's text names it. */
  show(buffer: PlanBuffer): string {
    const number = this.plan.buffers.indexOf(buffer);
    return `p${number < 0 ? '?' : number} ${buffer.dtype}[${buffer.length}]`;
  }
  verify(): void {
    this.#verifyPlaces();
    this.#verifyResults();
    for (const kernel of new Set(this.plan.launches.map((launch) => launch.kernel))) {
      verifyKernel(kernel, this.stage);
    }
    const { lives, moments } = followSteps(this.plan, this);
    this.#lives = lives;
    this.#moments = moments;
    this.#verifyWritten();
    this.#verifySharing();
  }
  #verifyPlaces(): void {
    const { buffers, inputs, arenaBytes } = this.plan;
    this.#verifyCuts();
    const ids = new Set<number>();
    const outputs = new Set<number>();
    for (const buffer of buffers) {
      const { place } = buffer;
      if (ids.has(buffer.id)) this.fault(`two buffers have the id ${buffer.id}`);
      ids.add(buffer.id);
      if (place.kind === 'input' && !fitsType(buffer, inputs[place.index])) {
        this.fault(`buffer ${this.show(buffer)} does not fit input ${place.index}`);
      }
      if (place.kind === 'output') {
        if (outputs.has(place.index)) this.fault(`output ${place.index} has two buffers`);
        outputs.add(place.index);
      }
      if (place.kind !== 'arena') continue;
      if (!(place.offset >= 0 && place.offset % 64 === 0)) {
        this.fault(`buffer ${this.show(buffer)} is at offset ${place.offset}, no multiple of 64`);
      }
      const end = place.offset + bytesInArena(this.plan, buffer);
      if (end > arenaBytes) {
        this.fault(
          `buffer ${this.show(buffer)} at ${place.offset} leaves the arena of ${arenaBytes} bytes`,
        );
      }
      const cut = this.plan.cuts?.find((at) => place.offset < at && at < end);
      if (cut !== undefined) {
        this.fault(`buffer ${this.show(buffer)} reaches across the cut at ${cut}`);
      }
    }
  }
  #verifyCuts(): void {
    const { cuts = [], elementBytes = 1 } = this.plan;
    if (![1, 2, 4, 8].includes(elementBytes)) {
      this.fault(`elements of ${elementBytes} bytes: there are 1, 2, 4 and 8`);
    }
    const isCut = arenasOf(this.plan).every(({ start, bytes }) => start % 64 === 0 && bytes > 0);
    if (cuts.length > 0 && !isCut) {
      this.fault(`cuts ${cuts.join(', ')}: they must be growing multiples of 64 inside the arena`);
    }
  }
  #outputBuffer(index: number): PlanBuffer | undefined {
    return this.plan.buffers.find(({ place }) => place.kind === 'output' && place.index === index);
  }
  #verifyResults(): void {
    const { results, donations, inputs } = this.plan;
    results.forEach(({ type, source: { kind, index } }, k) => {
      const given = inputs[index];
      const output = this.#outputBuffer(index);
      const fits =
        kind === 'input'
          ? given !== undefined && showType(given) === showType(type)
          : output === undefined
            ? sizeOf(type.shape) === 0
            : fitsType(output, type);
      if (!fits) this.fault(`result ${k} ${showType(type)} does not fit ${kind} ${index}`);
    });
    for (const [input, output] of donations) {
      const buffer = this.#outputBuffer(output);
      const isRepeated = donations.filter(([i, o]) => i === input || o === output).length > 1;
      if (isRepeated) this.fault(`donation ${input} -> ${output} names something twice`);
      if (buffer === undefined || !fitsType(buffer, inputs[input])) {
        this.fault(`donation ${input} -> ${output}: the two do not fit each other`);
      }
    }
  }
  #verifyWritten(): void {
    for (const { source } of this.plan.results) {
      const end = this.#moments.length;
      if (source.kind === 'input') {
        // Handed back unchanged, so it has to stay what it was.
        for (const [buffer, life] of this.#lives) {
          const { place } = buffer;
          if (place.kind === 'input' && place.index === source.index) life.last = end;
        }
        if (this.plan.donations.some(([input]) => input === source.index)) {
          this.fault(`input ${source.index} is a result but another output takes its memory`);
        }
        continue;
      }
      const buffer = this.#outputBuffer(source.index);
      if (buffer === undefined) continue;
      const life = this.#lives.get(buffer);
      if (life !== undefined) life.last = end;
      else if (buffer.length > 0) this.fault(`output ${source.index} is never written`);
    }
  }
  /** Whether two buffers share memory, and whether they begin at the same place. */
  #meet(a: PlanBuffer, b: PlanBuffer): 'apart' | 'same' | 'overlap' {
    const [p, q] = [a.place, b.place];
    if (p.kind === 'arena' && q.kind === 'arena') {
      const ends = [p.offset + bytesInArena(this.plan, a), q.offset + bytesInArena(this.plan, b)];
      if (p.offset >= (ends[1] as number) || q.offset >= (ends[0] as number)) return 'apart';
      return p.offset === q.offset ? 'same' : 'overlap';
    }
    if (p.kind === 'arena' || q.kind === 'arena') return 'apart';
    if (p.kind === q.kind) return p.index === q.index ? 'same' : 'apart';
    const [input, output] = p.kind === 'input' ? [p.index, q.index] : [q.index, p.index];
    return this.plan.donations.some(([i, o]) => i === input && o === output) ? 'same' : 'apart';
  }
  #verifySharing(): void {
    const lives = [...this.#lives].filter(([buffer]) => buffer.length > 0);
    lives.sort(([, a], [, b]) => a.first - b.first);
    lives.forEach(([later, { first }], k) => {
      for (const [earlier, { last }] of lives.slice(0, k)) {
        if (last < first) continue;
        const meeting = this.#meet(earlier, later);
        if (
          meeting === 'apart' ||
          (meeting === 'same' && this.#isInPlace(earlier, later, first, last))
        ) {
          continue;
        }
        const both = `${this.show(earlier)} and ${this.show(later)}`;
        const at = this.#moments[Math.max(0, first)]?.launch ?? 0;
        this.fault(`buffers ${both} share memory while both are in use`, at);
      }
    });
  }
  /** Whether `earlier` ends where `later` begins, and what happens there may work in place. */
  #isInPlace(earlier: PlanBuffer, later: PlanBuffer, first: number, last: number): boolean {
    // Two buffers of one input are one array that nobody writes, unless it is donated.
    if (earlier.place.kind === 'input' && later.place.kind === 'input') return first < 0;
    const pairs = last === first ? (this.#moments[first]?.inPlace ?? []) : [];
    return pairs.some(([read, written]) => read === earlier && written === later);
  }
}

/**
 * Throws an InternalError that names `stage` when buffers leave the arena or do not fit what they
 * stand for, a launch reads what nothing has written, inputs are written though not donated, or
 * buffers share memory while both are in use (but for pairs that a kernel allows). The kernels are
 * checked as well.
 */
export const verifyPlan = (plan: Plan, stage: string): void => {
  new PlanVerifier(plan, stage).verify();
};
