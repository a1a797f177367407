/**
 * A second reading of plans and kernels: statements are interpreted one by one, without a code
 * generator. Who is alive when is worked out from the loads and stores alone; everything else is
 * poisoned with NaN before each launch, so that a plan that lets buffers share memory wrongly gives
 * wrong results.
 */
import type { Expr, Kernel, KernelBuffer, Stmt } from '../../src/ir/kernel.ts';
import { expressionsOf, walkExpression, walkStatements } from '../../src/ir/kernel.ts';
import type { Launch, Plan, PlanBuffer } from '../../src/ir/plan.ts';
import { numbers } from '../../src/ir/scalar.ts';
import { allocate, bytesOf, type DType, type TypedArray } from '../../src/ir/types.ts';

const views: Readonly<Record<DType, new (b: ArrayBuffer, at: number, n: number) => TypedArray>> = {
  f32: Float32Array,
  f64: Float64Array,
  i32: Int32Array,
  u32: Uint32Array,
  bool: Uint8Array,
};

/** Runs one kernel on arrays for its parameters. Out-of-range accesses are errors. */
export const runKernel = (kernel: Kernel, arrays: readonly TypedArray[]): void => {
  const memory = new Map<number, TypedArray>();
  kernel.parameters.forEach(({ buffer }, k) => {
    memory.set(buffer.id, arrays[k]!);
  });
  const locals = new Map<number, number>();
  const element = (buffer: KernelBuffer, at: number): TypedArray => {
    const array = memory.get(buffer.id);
    if (array === undefined) throw new Error(`${kernel.name}: buffer ${buffer.id} has no memory`);
    if (!(Number.isInteger(at) && at >= 0 && at < buffer.length)) {
      throw new Error(`${kernel.name}: index ${at} leaves buffer of ${buffer.length}`);
    }
    return array;
  };
  const evaluate = (e: Expr): number => {
    // Intermediate floats are doubles, as kernels compute; only stores round.
    const scalars = numbers(e.dtype, 'double');
    switch (e.kind) {
      case 'const':
        return scalars.constant(e.value);
      case 'local': {
        const value = locals.get(e.id);
        if (value === undefined) throw new Error(`${kernel.name}: local ${e.id} has no value`);
        return value;
      }
      case 'load': {
        const at = evaluate(e.at);
        return element(e.buffer, at)[at]!;
      }
      case 'unary':
        return scalars[e.name](jumps.has(e.name) ? rounded(e.x) : evaluate(e.x));
      case 'binary':
        return e.name === 'rem'
          ? scalars.rem(rounded(e.x), rounded(e.y))
          : scalars[e.name](evaluate(e.x), evaluate(e.y));
      case 'compare':
        return numbers(e.x.dtype)[e.name](rounded(e.x), rounded(e.y));
      case 'select':
        return evaluate(e.condition) ? evaluate(e.x) : evaluate(e.y);
      case 'cast':
        return e.dtype === 'f32' || e.dtype === 'f64'
          ? numbers(e.x.dtype, 'double').cast(
              e.dtype === 'f64' ? rounded(e.x) : evaluate(e.x),
              e.dtype,
            )
          : numbers(e.x.dtype).cast(rounded(e.x), e.dtype);
      case 'bitcast':
        return numbers(e.x.dtype).bitcast(rounded(e.x), e.dtype);
    }
  };
  const rounded = (e: Expr): number => (e.dtype === 'f32' ? Math.fround(evaluate(e)) : evaluate(e));
  const runAll = (body: readonly Stmt[]): void => {
    for (const stmt of body) run(stmt);
  };
  const run = (stmt: Stmt): void => {
    switch (stmt.kind) {
      case 'for':
        for (let index = stmt.from; index < stmt.to; index += stmt.step) {
          locals.set(stmt.index.id, index);
          runAll(stmt.body);
        }
        return;
      case 'let':
      case 'set':
        locals.set(stmt.local.id, evaluate(stmt.value));
        return;
      case 'var':
        locals.set(stmt.local.id, evaluate(stmt.init));
        return;
      case 'store': {
        const at = evaluate(stmt.at);
        element(stmt.buffer, at)[at] = evaluate(stmt.value);
        return;
      }
      case 'alloc': {
        const { dtype, length, id } = stmt.buffer;
        memory.set(id, allocate(dtype === 'f32' ? 'f64' : dtype, length));
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

/** The launches after which a buffer is not read any more; results live to the end. */
const lastReads = (launches: readonly Launch[]): Map<PlanBuffer, number> => {
  const last = new Map<PlanBuffer, number>();
  launches.forEach(({ kernel, buffers }, time) => {
    const { loads, stores } = touched(kernel);
    kernel.parameters.forEach(({ buffer }, k) => {
      const own = buffers[k]!;
      if (loads.has(buffer.id) || stores.has(buffer.id)) last.set(own, time);
      if (own.place.kind === 'output') last.set(own, Number.POSITIVE_INFINITY);
    });
  });
  return last;
};

/**
 * Runs a plan on copies of `inputs`. Before launch t every byte of the arena that no buffer alive
 * at t or later needs is overwritten with 0xff: NaN, -1, 4294967295.
 */
export const runPlan = (plan: Plan, inputs: readonly TypedArray[]): TypedArray[] => {
  const arena = new ArrayBuffer(plan.arenaBytes);
  const bytes = new Uint8Array(arena).fill(0xff);
  const given = inputs.map((array) => array.slice());
  const outputs = new Map<number, TypedArray>();
  for (const [input, output] of plan.donations) outputs.set(output, given[input]!);
  const arrayOf = ({ place, dtype, length }: PlanBuffer): TypedArray => {
    if (place.kind === 'input') return given[place.index]!;
    if (place.kind === 'arena') return new views[dtype](arena, place.offset, length);
    let array = outputs.get(place.index);
    if (array === undefined) {
      array = allocate(dtype, length);
      outputs.set(place.index, array);
    }
    return array;
  };
  const last = lastReads(plan.launches);
  const written = new Set<PlanBuffer>();
  plan.launches.forEach(({ kernel, buffers }, time) => {
    const alive = new Uint8Array(plan.arenaBytes);
    for (const buffer of written) {
      const { place } = buffer;
      if (place.kind !== 'arena' || (last.get(buffer) ?? -1) < time) continue;
      alive.fill(1, place.offset, place.offset + buffer.length * bytesOf[buffer.dtype]);
    }
    for (let k = 0; k < alive.length; k++) if (alive[k] === 0) bytes[k] = 0xff;
    runKernel(kernel, buffers.map(arrayOf));
    const { stores } = touched(kernel);
    kernel.parameters.forEach(({ buffer }, k) => {
      if (stores.has(buffer.id)) written.add(buffers[k]!);
    });
  });
  return plan.results.map(({ source, type }) => {
    if (source.kind === 'input') return given[source.index]!.slice();
    const found = outputs.get(source.index);
    const length = type.shape.reduce((n, extent) => n * extent, 1);
    return (found ?? allocate(type.dtype, length)).slice();
  });
};
