/**
 * Runs a kernel without generating code: every statement and expression becomes a closure once, and
 * calling the outermost one runs the kernel. Counts what it does on the way.
 */
import {
  type DType,
  type Expr,
  halfFormats,
  isHalf,
  type Kernel,
  numbers,
  type Stmt,
  type TypedArray,
} from 'gradloom';

/** What a kernel did. */
export interface Counts {
  /** Elements read from parameters and scratch. */
  loads: number;
  /** Elements written. */
  stores: number;
  /** Floating point instructions. */
  flops: number;
}

/** The memory that one launch works on: `locals` by slot, `arrays` by the id of a buffer. */
interface Frame {
  readonly locals: Float64Array;
  readonly arrays: Map<number, TypedArray>;
}
type Evaluate = (frame: Frame) => number;
type Execute = (frame: Frame) => void;

const makeArray: Readonly<Record<DType, (length: number) => TypedArray>> = {
  f32: (length) => new Float32Array(length),
  f64: (length) => new Float64Array(length),
  i32: (length) => new Int32Array(length),
  u32: (length) => new Uint32Array(length),
  bool: (length) => new Uint8Array(length),
  f16: (length) => new Uint16Array(length),
  bf16: (length) => new Uint16Array(length),
};

/** A zeroed array for elements of a dtype. */
export const allocate = (dtype: DType, length: number): TypedArray => makeArray[dtype](length);

// Values stay doubles inside a kernel. Instructions whose result jumps must decide as they would on
// rounded values, so they round f32 operands first.
const jumping: ReadonlySet<string> = new Set(['floor', 'ceil', 'round', 'trunc', 'sign', 'rem']);
const rounded = (e: Expr, evaluate: Evaluate): Evaluate =>
  e.dtype === 'f32' ? (frame) => Math.fround(evaluate(frame)) : evaluate;
const isFloat = (dtype: DType): boolean => dtype === 'f32' || dtype === 'f64';

/** A kernel made of closures; it gets one array per parameter and one number per loop step. */
export const prepareKernel = (
  kernel: Kernel,
  counts: Counts,
): ((parameters: readonly TypedArray[], steps: readonly number[]) => void) => {
  const slots = new Map<number, number>();
  const slotOf = (id: number): number => {
    const slot = slots.get(id) ?? slots.size;
    slots.set(id, slot);
    return slot;
  };

  const expression = (e: Expr): Evaluate => {
    switch (e.kind) {
      case 'const': {
        const value = numbers(e.dtype).constant(e.value);
        return () => value;
      }
      case 'local': {
        const slot = slotOf(e.id);
        return ({ locals }) => locals[slot] as number;
      }
      case 'load': {
        const at = expression(e.at);
        // Arrays of 16 bit floats hold bits.
        const values = isHalf(e.dtype) ? halfFormats[e.dtype].values : undefined;
        return (frame) => {
          counts.loads++;
          const element = frame.arrays.get(e.buffer.id)?.[at(frame)] as number;
          return values === undefined ? element : (values[element] as number);
        };
      }
      case 'unary': {
        const instruction = numbers(e.dtype, 'double')[e.name];
        const x = jumping.has(e.name) ? rounded(e.x, expression(e.x)) : expression(e.x);
        return counted(e.dtype, (frame) => instruction(x(frame)));
      }
      case 'binary': {
        const instruction = numbers(e.dtype, 'double')[e.name];
        const ready = (x: Expr): Evaluate =>
          jumping.has(e.name) ? rounded(x, expression(x)) : expression(x);
        const [x, y] = [ready(e.x), ready(e.y)];
        return counted(e.dtype, (frame) => instruction(x(frame), y(frame)));
      }
      case 'compare': {
        const instruction = numbers(e.x.dtype, 'double')[e.name];
        const [x, y] = [rounded(e.x, expression(e.x)), rounded(e.y, expression(e.y))];
        return counted(e.x.dtype, (frame) => instruction(x(frame), y(frame)));
      }
      case 'select': {
        const [condition, x, y] = [expression(e.condition), expression(e.x), expression(e.y)];
        return (frame) => (condition(frame) ? x(frame) : y(frame));
      }
      case 'cast': {
        const { cast } = numbers(e.x.dtype, 'double');
        const x = e.dtype === 'f32' ? expression(e.x) : rounded(e.x, expression(e.x));
        return (frame) => cast(x(frame), e.dtype);
      }
      case 'bitcast': {
        const { bitcast } = numbers(e.x.dtype);
        const x = expression(e.x);
        return (frame) => bitcast(x(frame), e.dtype);
      }
    }
  };
  const counted = (dtype: DType, evaluate: Evaluate): Evaluate =>
    isFloat(dtype)
      ? (frame) => {
          counts.flops++;
          return evaluate(frame);
        }
      : evaluate;

  const block = (body: readonly Stmt[]): Execute => {
    const statements = body.map(statement);
    return (frame) => {
      for (const execute of statements) execute(frame);
    };
  };
  const assign = (id: number, value: Expr): Execute => {
    const slot = slotOf(id);
    const evaluate = expression(value);
    return (frame) => {
      frame.locals[slot] = evaluate(frame);
    };
  };
  const statement = (stmt: Stmt): Execute => {
    switch (stmt.kind) {
      case 'for': {
        // Whatever a loop may be (parallel, unrolled), running it in order is right.
        const { from, to, step } = stmt;
        const slot = slotOf(stmt.index.id);
        const below = stmt.below === undefined ? () => to : expression(stmt.below);
        const body = block(stmt.body);
        return (frame) => {
          const end = Math.min(to, below(frame));
          for (let index = from; index < end; index += step) {
            frame.locals[slot] = index;
            body(frame);
          }
        };
      }
      case 'let':
      case 'set':
        return assign(stmt.local.id, stmt.value);
      case 'var':
        return assign(stmt.local.id, stmt.init);
      case 'store': {
        const [at, value] = [expression(stmt.at), expression(stmt.value)];
        const { dtype } = stmt.buffer;
        // The typed array rounds to its dtype; bits are made here.
        const stored = isHalf(dtype) ? halfFormats[dtype].encode : (x: number) => x;
        return (frame) => {
          counts.stores++;
          (frame.arrays.get(stmt.buffer.id) as TypedArray)[at(frame)] = stored(value(frame));
        };
      }
      case 'alloc': {
        const { id, dtype, length } = stmt.buffer;
        return ({ arrays }) => {
          arrays.set(id, allocate(dtype, length));
        };
      }
      case 'barrier':
      case 'shuffle':
        throw new Error(`only plans for targets with workgroups have a ${stmt.kind}`);
      case 'if': {
        const condition = expression(stmt.condition);
        const [then, otherwise] = [block(stmt.consequent), block(stmt.otherwise)];
        return (frame) => (condition(frame) ? then(frame) : otherwise(frame));
      }
    }
  };

  const counters = (kernel.counters ?? []).map(({ id }) => slotOf(id));
  const body = block(kernel.body);
  return (parameters, steps) => {
    const arrays = new Map(
      kernel.parameters.map(({ buffer }, k) => [buffer.id, parameters[k] as TypedArray]),
    );
    const locals = new Float64Array(slots.size);
    counters.forEach((slot, k) => {
      locals[slot] = steps[k] as number;
    });
    body({ locals, arrays });
  };
};
