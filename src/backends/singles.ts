/**
 * Which float expressions of a kernel are numbers of their dtype. JavaScript kernels keep doubles
 * between operations; only instructions whose result jumps (comparisons, floor, casts to integers,
 * bits) need the rounded operand, and here stands where it is rounded already, so that
 * `Math.fround` is rare.
 */
import { boundsOf } from '../ir/bounds.ts';
import {
  type Expr,
  type Kernel,
  type KernelBuffer,
  type Stmt,
  walkStatements,
} from '../ir/kernel.ts';
import { isHalf } from '../ir/types.ts';

/**
 * Whether an expression of f32 is a single precision number as it stands, or one of a 16 bit float
 * a number of that.
 */
export type IsSingle = (e: Expr) => boolean;

/** Results of these are single precision numbers because their operands are rounded first. */
const rounded: readonly string[] = ['floor', 'ceil', 'round', 'trunc', 'sign', 'rem'];
const keeping: readonly string[] = ['neg', 'abs', 'min', 'max'];

const tester = (
  isSingleLocal: (id: number) => boolean,
  isScratch: (b: KernelBuffer) => boolean,
): IsSingle => {
  const test = (e: Expr): boolean => {
    switch (e.kind) {
      case 'const':
      case 'bitcast':
        return true;
      case 'local':
        return isSingleLocal(e.id);
      case 'load':
        return !isScratch(e.buffer);
      case 'unary':
        return rounded.includes(e.name) || (keeping.includes(e.name) && test(e.x));
      case 'binary':
        return rounded.includes(e.name) || (keeping.includes(e.name) && test(e.x) && test(e.y));
      case 'select':
        return test(e.x) && test(e.y);
      case 'cast': {
        if (e.x.dtype === 'bool') return true;
        if (isHalf(e.dtype)) return false;
        // Operands of casts are rounded, and single precision holds all 16 bit floats.
        if (isHalf(e.x.dtype)) return true;
        const bounds = boundsOf(e.x);
        return bounds !== undefined && Math.max(-bounds[0], bounds[1]) <= 2 ** 24;
      }
      default:
        return false;
    }
  };
  return test;
};

type Assignment = Stmt & { readonly kind: 'let' | 'set' | 'var' };

/**
 * The test for one kernel. Locals are single when every value they take is: the largest consistent
 * set.
 */
export const singlesOf = (
  kernel: Kernel,
  isScratch: (buffer: KernelBuffer) => boolean,
): IsSingle => {
  let doubles: ReadonlySet<number> | undefined;
  // Most kernels of vectors never ask.
  return tester((id) => {
    doubles ??= doublesIn(kernel, isScratch);
    return !doubles.has(id);
  }, isScratch);
};

/** The locals that are not single. */
const doublesIn = (
  kernel: Kernel,
  isScratch: (buffer: KernelBuffer) => boolean,
): ReadonlySet<number> => {
  const assignments: Assignment[] = [];
  walkStatements(kernel.body, (stmt) => {
    if (stmt.kind === 'let' || stmt.kind === 'set' || stmt.kind === 'var') assignments.push(stmt);
  });
  const doubles = new Set<number>();
  const test = tester((id) => !doubles.has(id), isScratch);
  let before: number;
  do {
    before = doubles.size;
    for (let k = 0; k < assignments.length; k++) {
      const stmt = assignments[k] as Assignment;
      const { id } = stmt.local;
      const value = stmt.kind === 'var' ? stmt.init : stmt.value;
      const isRounded = value.dtype === 'f32' || isHalf(value.dtype);
      if (isRounded && !doubles.has(id) && !test(value)) doubles.add(id);
    }
  } while (doubles.size > before);
  return doubles;
};
