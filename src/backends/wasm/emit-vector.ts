/**
 * Expressions of lanes loops as vector instructions: f32 and 32 bit integers in four lanes, bools
 * as masks of all bits. Every operation rounds to f32. What is the same in all lanes is computed
 * once by the scalar writer.
 */
import { expand, reachOf } from '../../ir/expansions.ts';
import { bindingExpressions } from '../../ir/expressions.ts';
import type { Expr, KernelBuffer, Local } from '../../ir/kernel.ts';
import type { LaneStrides, Stride } from '../../ir/lane-strides.ts';
import { type CompareName, numbers } from '../../ir/scalar.ts';
import type { DType } from '../../ir/types.ts';
import type { ExpressionWriter } from './emit-expression.ts';
import type { Scope } from './scope.ts';
import { VectorMemory } from './vector-memory.ts';

const lanes = [0, 1, 2, 3] as const;
const isInteger = (dtype: DType): boolean => dtype === 'i32' || dtype === 'u32';

const floatUnary: Readonly<Record<string, string>> = {
  neg: 'f32x4.neg',
  abs: 'f32x4.abs',
  floor: 'f32x4.floor',
  ceil: 'f32x4.ceil',
  trunc: 'f32x4.trunc',
  round: 'f32x4.nearest',
  sqrt: 'f32x4.sqrt',
};
const binaries: Readonly<Record<string, readonly string[]>> = {
  f32: ['add', 'sub', 'mul', 'div', 'min', 'max'],
  i32: ['add', 'sub', 'mul'],
  u32: ['add', 'sub', 'mul'],
};
const bitwise: readonly string[] = ['and', 'or', 'xor'];
const bools = numbers('bool');
/** Instructions of two masks by their truth tables. */
const truths: Readonly<Record<string, string>> = {
  '0001': 'v128.and',
  '0111': 'v128.or',
  '0110': 'v128.xor',
  '0010': 'v128.andnot',
};

const floatBits = new DataView(new ArrayBuffer(4));
const bitsOf = (value: number, dtype: DType): number => {
  if (dtype === 'bool') return value ? -1 : 0;
  if (dtype !== 'f32') return value | 0;
  floatBits.setFloat32(0, value);
  return floatBits.getInt32(0);
};

/** Locals that stand for values on their way; they have no place in the kernel. */
let nextTemporary = -1;

/** Writes the expressions of one lanes loop. */
export class VectorWriter {
  readonly #scope: Scope;
  readonly #scalar: ExpressionWriter;
  readonly #strides: LaneStrides;
  readonly #memory: VectorMemory;
  /** Locals that an expression on the way stands for. */
  readonly #temporaries = new Map<number, number>();
  readonly #fusesProducts: boolean;
  constructor(
    scope: Scope,
    scalar: ExpressionWriter,
    strides: LaneStrides,
    fusesProducts: boolean,
  ) {
    this.#scope = scope;
    this.#fusesProducts = fusesProducts;
    this.#scalar = scalar;
    this.#strides = strides;
    this.#memory = new VectorMemory({
      scope,
      scalar,
      value: (e) => this.value(e),
      strideOf: (e) => this.#strideOf(e),
    });
  }
  #add(name: string, x?: number, y?: number): void {
    this.#scope.code.add(name, x, y);
  }
  #strideOf(e: Expr): Stride {
    return e.kind === 'local' && this.#temporaries.has(e.id) ? 'varying' : this.#strides.of(e);
  }
  /** The value of an expression in all lanes. */
  value(e: Expr): void {
    if (e.kind === 'local' && this.#temporaries.has(e.id)) {
      this.#add('local.get', this.#temporaries.get(e.id) as number);
      return;
    }
    const stride = this.#mentionsTemporary(e) ? 'varying' : this.#strides.of(e);
    if (stride === 0) this.#uniform(e);
    else if (stride !== 'varying') this.#line(e, stride);
    else this.#varying(e);
  }
  /** The next value of a mutable local; a product that is added to it may be rounded with it. */
  update(local: Local, next: Expr): void {
    const isSum =
      next.kind === 'binary' &&
      next.name === 'add' &&
      next.x.kind === 'local' &&
      next.x.id === local.id;
    const product = isSum ? next.y : undefined;
    const isProduct = product?.kind === 'binary' && product.name === 'mul';
    if (!this.#fusesProducts || next.dtype !== 'f32' || !isProduct) {
      this.value(next);
      return;
    }
    this.value(product.x);
    this.value(product.y);
    this.value(local);
    this.#add('f32x4.relaxed_madd');
  }
  #mentionsTemporary(e: Expr): boolean {
    if (this.#temporaries.size === 0) return false;
    if (e.kind === 'local') return this.#temporaries.has(e.id);
    if (e.kind === 'load') return this.#mentionsTemporary(e.at);
    return (
      ('x' in e && this.#mentionsTemporary(e.x)) ||
      ('y' in e && this.#mentionsTemporary(e.y)) ||
      (e.kind === 'select' && this.#mentionsTemporary(e.condition))
    );
  }
  #constant(x: number, y: number, z: number, w: number): void {
    this.#add('local.get', this.#scope.code.vectorConstant(x, y, z, w));
  }
  #uniform(e: Expr): void {
    if (e.kind === 'const') {
      const bits = bitsOf(numbers(e.dtype).constant(e.value), e.dtype);
      this.#constant(bits, bits, bits, bits);
      return;
    }
    const is32 = e.dtype === 'f32' || isInteger(e.dtype);
    if (e.kind === 'load' && is32 && this.#scope.storedAs(e.buffer) !== 'f64') {
      const { offset } = this.#scalar.address(e.buffer, e.at);
      this.#add('v128.load32_splat', 2, offset);
      return;
    }
    if (e.dtype === 'bool') this.#add('i32.const', 0);
    this.#scalar.value(e);
    if (e.dtype === 'bool') this.#add('i32.sub');
    if (e.dtype === 'f32') this.#add('f32.demote_f64');
    this.#add(e.dtype === 'f32' ? 'f32x4.splat' : 'i32x4.splat');
  }
  /** An integer that grows by `stride` from lane to lane. */
  #line(e: Expr, stride: number): void {
    this.#scalar.value(e);
    this.#add('i32x4.splat');
    this.#constant(0, stride, 2 * stride, 3 * stride);
    this.#add('i32x4.add');
  }
  #varying(e: Expr): void {
    switch (e.kind) {
      case 'const':
        return;
      case 'local': {
        const found = this.#scope.local(e);
        if ('index' in found) this.#add('local.get', found.index);
        return;
      }
      case 'load':
        this.#memory.load(e);
        return;
      case 'unary':
        this.#unary(e);
        return;
      case 'binary':
        this.#binary(e);
        return;
      case 'compare':
        this.#compare(e);
        return;
      case 'select':
        this.value(e.x);
        this.value(e.y);
        this.value(e.condition);
        this.#add('v128.bitselect');
        return;
      case 'cast':
        this.#cast(e);
        return;
      case 'bitcast':
        this.value(e.x);
    }
  }
  /** A fresh local that holds the vector on the stack. */
  #keep(): number {
    const local = this.#scope.code.local('v128');
    this.#add('local.set', local);
    return local;
  }
  /** Stores the value of each lane. */
  store(buffer: KernelBuffer, at: Expr, value: Expr): void {
    this.#memory.store(buffer, at, value);
  }
  #unary(e: Expr & { kind: 'unary' }): void {
    if (e.dtype === 'bool') {
      const [whenFalse, whenTrue] = [bools[e.name](0), bools[e.name](1)];
      this.value(e.x);
      if (whenFalse === whenTrue) {
        this.#add('drop');
        this.#constant(-whenTrue, -whenTrue, -whenTrue, -whenTrue);
      } else if (whenFalse === 1) this.#add('v128.not');
      return;
    }
    if (isInteger(e.dtype)) {
      if (['floor', 'ceil', 'round', 'trunc'].includes(e.name)) this.value(e.x);
      else if (e.name === 'neg' || (e.name === 'abs' && e.dtype === 'i32')) {
        this.value(e.x);
        this.#add(`i32x4.${e.name}`);
      } else if (e.name === 'not') {
        this.value(e.x);
        this.#add('v128.not');
      } else this.#apart(e, [e.x]);
      return;
    }
    const native = floatUnary[e.name];
    if (native !== undefined) {
      this.value(e.x);
      this.#add(native);
      return;
    }
    if (!this.#expanded(e)) this.#apart(e, [e.x]);
  }
  /** Writes an instruction as arithmetic, every step of it kept in a local. */
  #expanded(e: Expr & { kind: 'unary' }): boolean {
    const products = new Map<number, Expr & { kind: 'binary' }>();
    const scalars = bindingExpressions((step) => {
      this.#step(step, products);
      const local = this.#temporary(step.dtype);
      if (step.kind === 'binary' && step.name === 'mul') products.set(local.id, step);
      return local;
    });
    const isKnown = expand(e.name, numbers('f32'), 0) !== undefined;
    if (!isKnown) return false;
    this.value(e.x);
    const x = this.#temporary('f32');
    const result = expand(e.name, scalars('f32'), x) as Expr;
    this.value(result);
    const reach = reachOf(e.name);
    if (reach !== undefined) this.#beyond({ ...e, x }, reach);
    return true;
  }
  /**
   * A step of an instruction written as arithmetic. Sums with products are one instruction where
   * the machine has it; the product alone is still there for whoever else wants it.
   */
  #step(step: Expr, products: ReadonlyMap<number, Expr & { kind: 'binary' }>): void {
    const productOf = (e: Expr): (Expr & { kind: 'binary' }) | undefined =>
      e.kind === 'local' && e.dtype === 'f32' ? products.get(e.id) : undefined;
    if (this.#fusesProducts && step.kind === 'binary') {
      const { name, x, y } = step;
      const last = name === 'add' || name === 'sub' ? productOf(y) : undefined;
      const product = last ?? (name === 'add' ? productOf(x) : undefined);
      if (product !== undefined) {
        this.value(product.x);
        this.value(product.y);
        this.value(last === undefined ? y : x);
        this.#add(name === 'add' ? 'f32x4.relaxed_madd' : 'f32x4.relaxed_nmadd');
        return;
      }
    }
    this.value(step);
  }
  /** Where a lane is out of the reach of the vector on the stack, all are computed apart. */
  #beyond(e: Expr & { kind: 'unary' }, reach: number): void {
    const result = this.#keep();
    const bits = bitsOf(reach, 'f32');
    this.value(e.x);
    this.#add('f32x4.abs');
    this.#constant(bits, bits, bits, bits);
    this.#add('f32x4.le');
    this.#add('v128.not');
    this.#add('v128.any_true');
    this.#add('if');
    this.#apart(e, [e.x]);
    this.#add('local.set', result);
    this.#add('end');
    this.#add('local.get', result);
  }
  /** A local for the vector on the stack, as an expression. */
  #temporary(dtype: DType): Local {
    const local: Local = { kind: 'local', id: nextTemporary--, dtype };
    this.#temporaries.set(local.id, this.#keep());
    return local;
  }
  /** Computes an instruction lane by lane. */
  #apart(e: Expr & { kind: 'unary' | 'binary' }, operands: readonly Expr[]): void {
    const vectors = operands.map((operand) => {
      this.value(operand);
      return this.#keep();
    });
    const isFloat = e.dtype === 'f32';
    const shape = isFloat ? 'f32x4' : 'i32x4';
    const result = this.#scope.code.local('v128');
    const single = vectors.map(() => this.#scope.code.local(isFloat ? 'f64' : 'i32'));
    const names = single.map((index): Local => {
      const local: Local = { kind: 'local', id: nextTemporary--, dtype: e.dtype };
      this.#scope.bind(local, { index });
      return local;
    });
    const [x, y] = names as [Local, Local];
    const here: Expr = e.kind === 'unary' ? { ...e, x } : { ...e, x, y };
    for (const lane of lanes) {
      vectors.forEach((vector, k) => {
        this.#add('local.get', vector);
        this.#add(`${shape}.extract_lane`, lane);
        if (isFloat) this.#add('f64.promote_f32');
        this.#add('local.set', single[k] as number);
      });
      this.#add('local.get', result);
      this.#scalar.value(here);
      if (isFloat) this.#add('f32.demote_f64');
      this.#add(`${shape}.replace_lane`, lane);
      this.#add('local.set', result);
    }
    this.#add('local.get', result);
  }
  #binary(e: Expr & { kind: 'binary' }): void {
    const { name, dtype, x, y } = e;
    if (dtype === 'bool') {
      this.#truth(name, x, y);
      return;
    }
    const shape = dtype === 'f32' ? 'f32x4' : 'i32x4';
    const pair = (instruction: string): void => {
      this.value(x);
      this.value(y);
      this.#add(instruction);
    };
    // Beside a number that is neither 0 nor NaN one short instruction does the same.
    const isPlain = y.kind === 'const' && y.value !== 0 && !Number.isNaN(y.value);
    if (dtype === 'f32' && isPlain && (name === 'min' || name === 'max')) pair(`f32x4.p${name}`);
    else if (binaries[dtype]?.includes(name)) pair(`${shape}.${name}`);
    else if (isInteger(dtype) && bitwise.includes(name)) pair(`v128.${name}`);
    else if (isInteger(dtype) && (name === 'min' || name === 'max')) {
      pair(`i32x4.${name}_${dtype === 'u32' ? 'u' : 's'}`);
    } else if (isInteger(dtype) && (name === 'shl' || name === 'shr') && this.#isUniform(y)) {
      this.value(x);
      this.#scalar.value(y);
      this.#add(name === 'shl' ? 'i32x4.shl' : `i32x4.shr_${dtype === 'u32' ? 'u' : 's'}`);
    } else if (dtype === 'f32' && (name === 'scale' || name === 'unscale')) this.#zeroWins(e);
    else this.#apart(e, [x, y]);
  }
  #isUniform(e: Expr): boolean {
    return !this.#mentionsTemporary(e) && this.#strides.of(e) === 0;
  }
  /** A product or quotient that is 0 where it is NaN and x, or of a product also y, is 0. */
  #zeroWins({ name, x, y }: Expr & { kind: 'binary' }): void {
    this.value(x);
    const first = this.#keep();
    this.value(y);
    const second = this.#keep();
    const isZero = (local: number): void => {
      this.#add('local.get', local);
      this.#constant(0, 0, 0, 0);
      this.#add('f32x4.eq');
    };
    this.#add('local.get', first);
    this.#add('local.get', second);
    this.#add(name === 'scale' ? 'f32x4.mul' : 'f32x4.div');
    const result = this.#keep();
    this.#add('local.get', result);
    this.#add('local.get', result);
    this.#add('local.get', result);
    this.#add('f32x4.ne');
    isZero(first);
    if (name === 'scale') {
      isZero(second);
      this.#add('v128.or');
    }
    this.#add('v128.and');
    this.#add('v128.andnot');
  }
  /** An instruction of two masks: where its truth table says so, for each row of the table. */
  #truth(name: keyof typeof bools & string, x: Expr, y: Expr): void {
    const f = bools[name as CompareName];
    const native = truths[`${f(0, 0)}${f(0, 1)}${f(1, 0)}${f(1, 1)}`];
    if (native !== undefined) {
      this.value(x);
      this.value(y);
      this.#add(native);
      return;
    }
    this.value(x);
    const first = this.#keep();
    this.value(y);
    const second = this.#keep();
    const mask = (local: number, isTrue: number): void => {
      this.#add('local.get', local);
      if (isTrue === 0) this.#add('v128.not');
    };
    let isFirst = true;
    for (const a of [0, 1]) {
      for (const b of [0, 1]) {
        if (f(a, b) === 0) continue;
        mask(first, a);
        mask(second, b);
        this.#add('v128.and');
        if (!isFirst) this.#add('v128.or');
        isFirst = false;
      }
    }
    if (isFirst) this.#constant(0, 0, 0, 0);
  }
  #compare({ name, x, y }: Expr & { kind: 'compare' }): void {
    if (x.dtype === 'bool') {
      this.#truth(name, x, y);
      return;
    }
    this.value(x);
    this.value(y);
    if (x.dtype === 'f32') this.#add(`f32x4.${name}`);
    else if (name === 'eq' || name === 'ne') this.#add(`i32x4.${name}`);
    else this.#add(`i32x4.${name}_${x.dtype === 'u32' ? 'u' : 's'}`);
  }
  #cast({ x, dtype: to }: Expr & { kind: 'cast' }): void {
    const from = x.dtype;
    this.value(x);
    if (from === to) return;
    if (to === 'bool') {
      this.#constant(0, 0, 0, 0);
      this.#add(from === 'f32' ? 'f32x4.ne' : 'i32x4.ne');
    } else if (from === 'bool') {
      const one = bitsOf(1, to);
      this.#constant(one, one, one, one);
      this.#add('v128.and');
    } else if (to === 'f32') this.#add(`f32x4.convert_i32x4_${from === 'u32' ? 'u' : 's'}`);
    else if (from === 'f32') this.#add(`i32x4.trunc_sat_f32x4_${to === 'u32' ? 'u' : 's'}`);
  }
}
