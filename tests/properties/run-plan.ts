/**
 * A second reading of plans and kernels: statements are interpreted one by one, without a code
 * generator. Who is alive when is worked out from the loads and stores alone; everything else is
 * poisoned with NaN before each launch or copy, so that a plan that lets buffers share memory wrongly gives
 * wrong results.
 */
import { halfFormats } from '../../src/ir/half.ts';
import type { Expr, Kernel, KernelBuffer, Stmt } from '../../src/ir/kernel.ts';
import { expressionsOf, walkExpression, walkStatements } from '../../src/ir/kernel.ts';
import type { BufferSlice, Plan, PlanBuffer, Step } from '../../src/ir/plan.ts';
import { numbers } from '../../src/ir/scalar.ts';
import { allocate, bytesOf, type DType, isHalf, type TypedArray } from '../../src/ir/types.ts';

const views: Readonly<Record<DType, new (b: ArrayBuffer, at: number, n: number) => TypedArray>> = {
  f32: Float32Array,
  f64: Float64Array,
  i32: Int32Array,
  u32: Uint32Array,
  bool: Uint8Array,
  f16: Uint16Array,
  bf16: Uint16Array,
};

/** Fills an array with NaN, -1 or 4294967295. */
const poison = (array: TypedArray): TypedArray => {
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength).fill(0xff);
  return array;
};

/** Runs one kernel on arrays for its parameters. Out-of-range accesses are errors. */
export const runKernel = (
  kernel: Kernel,
  arrays: readonly TypedArray[],
  counters: readonly number[] = [],
): void => {
  const memory = new Map<number, TypedArray>();
  kernel.parameters.forEach(({ buffer }, k) => {
    memory.set(buffer.id, arrays[k]!);
  });
  /** Arrays that each iteration of a workgroup loop has for itself, and those that it shares. */
  let own = new Map<number, TypedArray>();
  const shared: TypedArray[] = [];
  let locals = new Map(kernel.counters?.map(({ id }, k) => [id, counters[k]!]));
  const element = (buffer: KernelBuffer, at: number): TypedArray => {
    const array = own.get(buffer.id) ?? memory.get(buffer.id);
    if (array === undefined) throw new Error(`${kernel.name}: buffer ${buffer.id} has no memory`);
    if (!(Number.isInteger(at) && at >= 0 && at < buffer.length)) {
      throw new Error(`${kernel.name}: index ${at} leaves buffer of ${buffer.length}`);
    }
    return array;
  };
  /** What computes an expression, made once: loops ask for the same ones again and again. */
  const prepare = (e: Expr): (() => number) => {
    // Intermediate floats are doubles, as kernels compute; only stores round.
    const scalars = numbers(e.dtype, 'double');
    switch (e.kind) {
      case 'const': {
        const value = scalars.constant(e.value);
        return () => value;
      }
      case 'local':
        return () => {
          const value = locals.get(e.id);
          if (value === undefined) throw new Error(`${kernel.name}: local ${e.id} has no value`);
          return value;
        };
      case 'load': {
        const place = ready(e.at);
        const values = isHalf(e.dtype) ? halfFormats[e.dtype].values : undefined;
        return () => {
          const at = place();
          const stored = element(e.buffer, at)[at]!;
          return values === undefined ? stored : values[stored]!;
        };
      }
      case 'unary': {
        const [apply, x] = [scalars[e.name], jumps.has(e.name) ? rounded(e.x) : ready(e.x)];
        return () => apply(x());
      }
      case 'binary': {
        const operand = e.name === 'rem' ? rounded : ready;
        const [apply, x, y] = [scalars[e.name], operand(e.x), operand(e.y)];
        return () => apply(x(), y());
      }
      case 'compare': {
        const [apply, x, y] = [numbers(e.x.dtype)[e.name], rounded(e.x), rounded(e.y)];
        return () => apply(x(), y());
      }
      case 'select': {
        const [condition, x, y] = [ready(e.condition), ready(e.x), ready(e.y)];
        return () => (condition() ? x() : y());
      }
      case 'cast': {
        const isFloating = e.dtype === 'f32' || e.dtype === 'f64';
        const from = isFloating ? numbers(e.x.dtype, 'double') : numbers(e.x.dtype);
        const x = e.dtype === 'f32' ? ready(e.x) : rounded(e.x);
        return () => from.cast(x(), e.dtype);
      }
      case 'bitcast': {
        const [from, x] = [numbers(e.x.dtype), rounded(e.x)];
        return () => from.bitcast(x(), e.dtype);
      }
    }
  };
  const prepared = new Map<Expr, () => number>();
  const ready = (e: Expr): (() => number) => {
    const known = prepared.get(e);
    if (known !== undefined) return known;
    const made = prepare(e);
    prepared.set(e, made);
    return made;
  };
  const rounded = (e: Expr): (() => number) => {
    const x = ready(e);
    return e.dtype === 'f32' ? () => Math.fround(x()) : x;
  };
  const evaluate = (e: Expr): number => ready(e)();
  const runAll = (body: readonly Stmt[]): void => {
    for (const stmt of body) run(stmt);
  };
  const endOf = ({ to, below }: Stmt & { kind: 'for' }): number =>
    below === undefined ? to : Math.min(to, evaluate(below));
  /** The iteration of a workgroup loop that is running, and what each hands to another. */
  let position = 0;
  const handed = new Map<number, number>();
  /** The iterations of a workgroup loop in turn, each up to its next barrier or shuffle. */
  const runTogether = ({ index, from, to, step, body }: Stmt & { kind: 'for' }): void => {
    const outside = { locals, own };
    const members: (typeof outside & { position: number; steps: Generator<void> })[] = [];
    // What another workgroup has left there is nothing to rely on.
    for (const array of shared) poison(array);
    handed.clear();
    for (let k = from; k < to; k += step) {
      members.push({
        position: k,
        locals: new Map(locals).set(index.id, k),
        own: new Map([...own].map(([id, array]) => [id, poison(array.slice())])),
        steps: untilBarriers(body),
      });
    }
    for (;;) {
      const ended = members.map((member) => {
        ({ locals, own, position } = member);
        return member.steps.next().done === true;
      });
      if (ended.every((end) => end)) break;
      if (ended.some((end) => end)) throw new Error(`${kernel.name}: some missed a barrier`);
    }
    ({ locals, own } = outside);
  };
  function* untilBarriers(body: readonly Stmt[]): Generator<void> {
    for (const stmt of body) {
      let waits = false;
      walkStatements([stmt], ({ kind }) => {
        waits ||= kind === 'barrier' || kind === 'shuffle';
      });
      if (!waits) run(stmt);
      else if (stmt.kind === 'barrier') yield;
      else if (stmt.kind === 'shuffle') {
        handed.set(position, evaluate(stmt.value));
        yield;
        const value = handed.get(position ^ stmt.distance);
        if (value === undefined) throw new Error(`${kernel.name}: nobody is ${stmt.distance} away`);
        locals.set(stmt.local.id, value);
        yield;
      } else if (stmt.kind === 'for') {
        const end = endOf(stmt);
        for (let index = stmt.from; index < end; index += stmt.step) {
          locals.set(stmt.index.id, index);
          yield* untilBarriers(stmt.body);
        }
      } else if (stmt.kind === 'if') {
        yield* untilBarriers(evaluate(stmt.condition) ? stmt.consequent : stmt.otherwise);
      }
    }
  }
  const run = (stmt: Stmt): void => {
    switch (stmt.kind) {
      case 'barrier':
      case 'shuffle':
        throw new Error(`${kernel.name}: a ${stmt.kind} outside of a workgroup loop`);
      case 'for': {
        if (stmt.loop === 'workgroup') {
          runTogether(stmt);
          return;
        }
        const end = endOf(stmt);
        for (let index = stmt.from; index < end; index += stmt.step) {
          locals.set(stmt.index.id, index);
          runAll(stmt.body);
        }
        return;
      }
      case 'let':
      case 'set':
        locals.set(stmt.local.id, evaluate(stmt.value));
        return;
      case 'var':
        locals.set(stmt.local.id, evaluate(stmt.init));
        return;
      case 'store': {
        const at = evaluate(stmt.at);
        const { dtype } = stmt.buffer;
        const value = evaluate(stmt.value);
        element(stmt.buffer, at)[at] = isHalf(dtype) ? halfFormats[dtype].encode(value) : value;
        return;
      }
      case 'alloc': {
        const { dtype, length, id } = stmt.buffer;
        const array = allocate(dtype === 'f32' ? 'f64' : dtype, length);
        if (stmt.scope === 'workgroup') shared.push(array);
        (stmt.scope === 'private' ? own : memory).set(id, array);
        return;
      }
      case 'if':
        runAll(evaluate(stmt.condition) ? stmt.consequent : stmt.otherwise);
        return;
    }
  };
  runAll(kernel.body);
};
const jumps = new Set(['floor', 'ceil', 'round', 'trunc', 'sign', 'not']);

/** Which parameters a kernel loads from and stores to, by walking its statements. */
const touched = (kernel: Kernel): { loads: Set<number>; stores: Set<number> } => {
  const loads = new Set<number>();
  const stores = new Set<number>();
  walkStatements(kernel.body, (stmt) => {
    if (stmt.kind === 'store') stores.add(stmt.buffer.id);
    for (const e of expressionsOf(stmt)) {
      walkExpression(e, (part) => {
        if (part.kind === 'load') loads.add(part.buffer.id);
      });
    }
  });
  return { loads, stores };
};

/** What happens to buffers at one moment. */
interface Event {
  readonly reads: ReadonlySet<PlanBuffer>;
  readonly writes: ReadonlySet<PlanBuffer>;
  /** Buffers that it fills from end to end. */
  readonly fills: ReadonlySet<PlanBuffer>;
}
const reading = (buffer: PlanBuffer): Event => ({
  reads: new Set([buffer]),
  writes: new Set(),
  fills: new Set(),
});

/** What a launch or copy does to buffers, from its loads and stores alone. */
const eventOf = (plan: Plan, step: Step & { readonly kind: 'launch' | 'copy' }): Event => {
  if (step.kind === 'copy') {
    const { from, to, length } = step;
    const fills = length === to.buffer.length ? [to.buffer] : [];
    return { reads: new Set([from.buffer]), writes: new Set([to.buffer]), fills: new Set(fills) };
  }
  const { kernel, buffers, loops = [] } = plan.launches[step.launch]!;
  const { loads, stores } = touched(kernel);
  const which = (ids: ReadonlySet<number>): Set<PlanBuffer> =>
    new Set(buffers.filter((_, k) => ids.has(kernel.parameters[k]!.buffer.id)));
  const writes = which(stores);
  return { reads: which(loads), writes, fills: loops.length > 0 ? new Set() : writes };
};

/** Whether data decide which steps are taken. */
const mayDecide = (steps: readonly Step[]): boolean =>
  steps.some(
    (step) =>
      step.kind === 'while' ||
      step.kind === 'branch' ||
      (step.kind === 'repeat' && mayDecide(step.body)),
  );

/**
 * Runs a plan on copies of `inputs`, twice: the first run shows in which order things happen. In
 * the second one, before each event every byte of the arena that no buffer holds for a later read
 * is overwritten with 0xff: NaN, -1, 4294967295.
 */
export const runPlan = (plan: Plan, inputs: readonly TypedArray[]): TypedArray[] => {
  const events: Event[] = [];
  // Where no data decide, nothing has to be computed for that.
  new PlanRun(plan, inputs, mayDecide(plan.steps)).run((event) => events.push(event));
  const run = new PlanRun(plan, inputs);
  const bytes = new Uint8Array(run.arena).fill(0xff);
  const written = new Set<PlanBuffer>();
  /** Whether a buffer is read from event `time` on before something fills it again. */
  const isNeeded = (buffer: PlanBuffer, time: number): boolean => {
    const next = events
      .slice(time)
      .find(({ reads, fills }) => reads.has(buffer) || fills.has(buffer));
    return next?.reads.has(buffer) ?? false;
  };
  let time = 0;
  run.run((event) => {
    const alive = new Uint8Array(plan.arenaBytes);
    for (const buffer of written) {
      const { place } = buffer;
      if (place.kind !== 'arena' || !isNeeded(buffer, time)) continue;
      alive.fill(1, place.offset, place.offset + buffer.length * bytesOf[buffer.dtype]);
    }
    for (let k = 0; k < alive.length; k++) if (alive[k] === 0) bytes[k] = 0xff;
    for (const buffer of event.writes) written.add(buffer);
    time++;
  });
  return run.results();
};

class PlanRun {
  readonly plan: Plan;
  readonly arena: ArrayBuffer;
  readonly #given: TypedArray[];
  readonly #outputs = new Map<number, TypedArray>();
  readonly #steps = new Map<number, number>();
  readonly #computes: boolean;
  constructor(plan: Plan, inputs: readonly TypedArray[], computes = true) {
    this.plan = plan;
    this.#computes = computes;
    this.arena = new ArrayBuffer(plan.arenaBytes);
    this.#given = inputs.map((array) => array.slice());
    for (const [input, output] of plan.donations) this.#outputs.set(output, this.#given[input]!);
  }
  #arrayOf({ place, dtype, length }: PlanBuffer): TypedArray {
    if (place.kind === 'input') return this.#given[place.index]!;
    if (place.kind === 'arena') return new views[dtype](this.arena, place.offset, length);
    let array = this.#outputs.get(place.index);
    if (array === undefined) {
      array = allocate(dtype, length);
      this.#outputs.set(place.index, array);
    }
    return array;
  }
  #offset({ strides }: BufferSlice): number {
    return strides.reduce((sum, { loop, stride }) => sum + this.#steps.get(loop)! * stride, 0);
  }
  #element(slice: BufferSlice): number {
    return this.#arrayOf(slice.buffer)[this.#offset(slice)]!;
  }
  run(before: (event: Event) => void, steps: readonly Step[] = this.plan.steps): void {
    for (const step of steps) this.#run(step, before);
  }
  #run(step: Step, before: (event: Event) => void): void {
    switch (step.kind) {
      case 'launch': {
        before(eventOf(this.plan, step));
        if (!this.#computes) return;
        const { kernel, buffers, loops = [] } = this.plan.launches[step.launch]!;
        const counters = loops.map((loop) => this.#steps.get(loop)!);
        runKernel(
          kernel,
          buffers.map((buffer) => this.#arrayOf(buffer)),
          counters,
        );
        return;
      }
      case 'copy': {
        before(eventOf(this.plan, step));
        if (!this.#computes) return;
        const [from, at] = [this.#offset(step.from), this.#offset(step.to)];
        const source = this.#arrayOf(step.from.buffer).slice(from, from + step.length);
        this.#arrayOf(step.to.buffer).set(source, at);
        return;
      }
      case 'repeat':
        for (let k = 0; k < step.count; k++) {
          this.#steps.set(step.loop, step.reverse ? step.count - 1 - k : k);
          this.run(before, step.body);
        }
        return;
      case 'while':
        for (;;) {
          this.run(before, step.test);
          before(reading(step.condition.buffer));
          if (this.#element(step.condition) === 0) return;
          this.run(before, step.body);
        }
      case 'branch': {
        const last = step.branches.length - 1;
        before(reading(step.index.buffer));
        const index = Math.min(Math.max(this.#element(step.index), 0), last);
        this.run(before, step.branches[index]!);
      }
    }
  }
  results(): TypedArray[] {
    return this.plan.results.map(({ source, type }) => {
      if (source.kind === 'input') return this.#given[source.index]!.slice();
      const found = this.#outputs.get(source.index);
      const length = type.shape.reduce((n, extent) => n * extent, 1);
      return (found ?? allocate(type.dtype, length)).slice();
    });
  }
}
