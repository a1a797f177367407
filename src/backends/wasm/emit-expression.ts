/**
 * Kernel expressions as WebAssembly. Floats are doubles between operations and are rounded when
 * stored, as on the `js` backend, and with the same bits; instructions whose result jumps
 * (comparisons, floor, remainders, casts to integers, bits) round f32 operands first.
 */
import { InternalError } from '../../ir/errors.ts';
import type { Expr, KernelBuffer } from '../../ir/kernel.ts';
import { type BinaryName, type CompareName, numbers, type UnaryName } from '../../ir/scalar.ts';
import { bytesOf, type DType, isDifferentiable, isHalf } from '../../ir/types.ts';
import type { FunctionCode } from './assembler/module.ts';
import { ElementAddresses } from './element-addresses.ts';
import { type Asked, halfCall, type OwnFunction, scalarCall, valueType } from './functions.ts';
import type { Scope } from './scope.ts';

/** Instructions of floats that WebAssembly has. */
const floatUnary: Readonly<Partial<Record<UnaryName, string>>> = {
  neg: 'f64.neg',
  abs: 'f64.abs',
  floor: 'f64.floor',
  ceil: 'f64.ceil',
  trunc: 'f64.trunc',
  round: 'f64.nearest',
  sqrt: 'f64.sqrt',
};
const floatBinary: Readonly<Partial<Record<BinaryName, string>>> = {
  add: 'f64.add',
  sub: 'f64.sub',
  mul: 'f64.mul',
  div: 'f64.div',
  min: 'f64.min',
  max: 'f64.max',
};
const integerBinary: Readonly<Partial<Record<BinaryName, string>>> = {
  add: 'i32.add',
  sub: 'i32.sub',
  mul: 'i32.mul',
  and: 'i32.and',
  or: 'i32.or',
  xor: 'i32.xor',
  shl: 'i32.shl',
};
const own: readonly string[] = ['sign', 'scale', 'unscale'] satisfies readonly OwnFunction[];
const jumping: readonly string[] = ['floor', 'ceil', 'round', 'trunc', 'sign', 'not', 'rem'];
const bitwise: readonly string[] = ['and', 'or', 'xor', 'shl', 'shr'];
const bools = numbers('bool');

const loads: Readonly<Record<DType, string>> = {
  f32: 'f32.load',
  f64: 'f64.load',
  i32: 'i32.load',
  u32: 'i32.load',
  bool: 'i32.load8_u',
  f16: 'i32.load16_u',
  bf16: 'i32.load16_u',
};
const stores: Readonly<Record<DType, string>> = {
  f32: 'f32.store',
  f64: 'f64.store',
  i32: 'i32.store',
  u32: 'i32.store',
  bool: 'i32.store8',
  f16: 'i32.store16',
  bf16: 'i32.store16',
};

/** Writes expressions: each leaves its value on the stack. */
export class ExpressionWriter {
  readonly scope: Scope;
  readonly #code: FunctionCode;
  readonly addresses: ElementAddresses;
  constructor(scope: Scope) {
    this.scope = scope;
    this.#code = scope.code;
    this.addresses = new ElementAddresses(scope, (e) => this.value(e));
  }
  #call(asked: Asked): void {
    this.#code.add('call', this.scope.imported(asked));
  }
  /** The value of an expression. */
  value(e: Expr): void {
    switch (e.kind) {
      case 'const':
        this.#constant(e.value, e.dtype);
        return;
      case 'local': {
        const found = this.scope.local(e);
        if ('constant' in found) this.#code.add('i32.const', found.constant);
        else this.#code.add('local.get', found.index);
        return;
      }
      case 'load': {
        const dtype = this.scope.storedAs(e.buffer);
        const { offset } = this.addresses.own(e.buffer, e.at);
        this.#code.add(loads[dtype], Math.log2(bytesOf[dtype]), offset);
        if (dtype === 'f32') this.#code.add('f64.promote_f32');
        if (isHalf(dtype)) this.#call(halfCall(dtype, 'value'));
        return;
      }
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
        this.#code.add('select');
        return;
      case 'cast':
        this.#cast(e);
        return;
      case 'bitcast':
        this.#bitcast(e);
    }
  }
  /** Stores a value as an element. */
  store(buffer: KernelBuffer, at: Expr, value: Expr): void {
    const dtype = this.scope.storedAs(buffer);
    const { offset } = this.addresses.own(buffer, at);
    this.value(value);
    if (dtype === 'f32') this.#code.add('f32.demote_f64');
    if (isHalf(dtype)) this.#call(halfCall(dtype, 'bits'));
    this.#code.add(stores[dtype], Math.log2(bytesOf[dtype]), offset);
  }
  #constant(value: number, dtype: DType): void {
    const scalars = numbers(dtype);
    if (valueType(dtype) === 'i32') this.#code.add('i32.const', scalars.constant(value) | 0);
    else this.#code.add('f64.const', scalars.constant(value));
  }
  /** The value rounded to its dtype. */
  #rounded(e: Expr): void {
    this.value(e);
    if (this.scope.isSingle(e)) return;
    if (e.dtype === 'f32') {
      this.#code.add('f32.demote_f64');
      this.#code.add('f64.promote_f32');
    } else if (isHalf(e.dtype)) this.#call(halfCall(e.dtype, 'round'));
  }
  #unary(e: Expr & { kind: 'unary' }): void {
    if (e.dtype === 'bool') {
      const [whenFalse, whenTrue] = [bools[e.name](0), bools[e.name](1)];
      this.value(e.x);
      if (whenFalse === whenTrue) {
        this.#code.add('drop');
        this.#code.add('i32.const', whenTrue);
      } else if (whenFalse === 1) this.#code.add('i32.eqz');
      return;
    }
    if (!isDifferentiable(e.dtype)) {
      this.#integerUnary(e);
      return;
    }
    if (jumping.includes(e.name)) this.#rounded(e.x);
    else this.value(e.x);
    const native = floatUnary[e.name];
    if (native !== undefined) this.#code.add(native);
    else if (own.includes(e.name)) this.#code.add('call', this.scope.own(e.name as OwnFunction));
    else this.#call(scalarCall(e.name, e.dtype, 1));
  }
  #integerUnary(e: Expr & { kind: 'unary' }): void {
    switch (e.name) {
      case 'floor':
      case 'ceil':
      case 'round':
      case 'trunc':
        this.value(e.x);
        return;
      case 'neg':
        this.#code.add('i32.const', 0);
        this.value(e.x);
        this.#code.add('i32.sub');
        return;
      case 'not':
        this.value(e.x);
        this.#code.add('i32.const', -1);
        this.#code.add('i32.xor');
        return;
      default:
        this.value(e.x);
        this.#call(scalarCall(e.name, e.dtype, 1));
    }
  }
  #binary(e: Expr & { kind: 'binary' }): void {
    if (e.dtype === 'bool') {
      this.#truth(e.name, e.x, e.y);
      return;
    }
    if (!isDifferentiable(e.dtype)) {
      this.#integerBinary(e);
      return;
    }
    const jumps = jumping.includes(e.name) || bitwise.includes(e.name);
    for (const x of [e.x, e.y]) {
      if (jumps) this.#rounded(x);
      else this.value(x);
    }
    const native = floatBinary[e.name];
    if (native !== undefined) this.#code.add(native);
    else if (own.includes(e.name)) this.#code.add('call', this.scope.own(e.name as OwnFunction));
    else this.#call(scalarCall(e.name, e.dtype, 2));
  }
  #integerBinary(e: Expr & { kind: 'binary' }): void {
    this.value(e.x);
    this.value(e.y);
    const isSigned = e.dtype === 'i32';
    const sign = isSigned ? 's' : 'u';
    const native = integerBinary[e.name];
    if (native !== undefined) {
      this.#code.add(native);
      return;
    }
    switch (e.name) {
      case 'shr':
        this.#code.add(`i32.shr_${sign}`);
        return;
      case 'div':
      case 'rem': {
        const isPlain = e.y.kind === 'const' && e.y.value > 0;
        if (isPlain) this.#code.add(`i32.${e.name}_${sign}`);
        else this.#code.add('call', this.scope.own(`${e.name}_${sign}`));
        return;
      }
      case 'min':
      case 'max': {
        const [x, y] = [this.#code.local('i32'), this.#code.local('i32')];
        this.#code.add('local.set', y);
        this.#code.add('local.tee', x);
        this.#code.add('local.get', y);
        this.#code.add('local.get', x);
        this.#code.add('local.get', y);
        this.#code.add(`i32.${e.name === 'min' ? 'lt' : 'gt'}_${sign}`);
        this.#code.add('select');
        return;
      }
      default:
        this.#call(scalarCall(e.name, e.dtype, 2));
    }
  }
  /** An instruction of two bools: a row of its truth table, the result of (0, 0) lowest. */
  #truth(name: BinaryName | CompareName, x: Expr, y: Expr): void {
    const f = bools[name];
    const row = f(0, 0) + 2 * f(0, 1) + 4 * f(1, 0) + 8 * f(1, 1);
    const native = { 8: 'i32.and', 14: 'i32.or', 6: 'i32.xor', 9: 'i32.eq' }[row];
    if (native !== undefined) {
      this.value(x);
      this.value(y);
      this.#code.add(native);
      return;
    }
    this.#code.add('i32.const', row);
    this.value(x);
    this.#code.add('i32.const', 1);
    this.#code.add('i32.shl');
    this.value(y);
    this.#code.add('i32.or');
    this.#code.add('i32.shr_u');
    this.#code.add('i32.const', 1);
    this.#code.add('i32.and');
  }
  #compare({ name, x, y }: Expr & { kind: 'compare' }): void {
    if (x.dtype === 'bool') {
      this.#truth(name, x, y);
      return;
    }
    this.#rounded(x);
    this.#rounded(y);
    if (isDifferentiable(x.dtype)) this.#code.add(`f64.${name}`);
    else if (name === 'eq' || name === 'ne') this.#code.add(`i32.${name}`);
    else this.#code.add(`i32.${name}_${x.dtype === 'u32' ? 'u' : 's'}`);
  }
  #cast({ x, dtype: to }: Expr & { kind: 'cast' }): void {
    const from = x.dtype;
    // f32 stays a double; all other casts are of the rounded value.
    if (from === to || (to === 'f32' && isDifferentiable(from) && !isHalf(from))) {
      this.value(x);
      return;
    }
    this.#rounded(x);
    const isFloat = isDifferentiable(from);
    if (to === 'bool') {
      this.#constant(0, from);
      this.#code.add(isFloat ? 'f64.ne' : 'i32.ne');
    } else if (isDifferentiable(to)) {
      if (!isFloat) this.#code.add(`f64.convert_i32_${from === 'u32' ? 'u' : 's'}`);
    } else if (isFloat) this.#code.add(`i32.trunc_sat_f64_${to === 'u32' ? 'u' : 's'}`);
  }
  #bitcast({ x, dtype: to }: Expr & { kind: 'bitcast' }): void {
    const isWhole = (dtype: DType): boolean => dtype === 'i32' || dtype === 'u32';
    this.value(x);
    if (x.dtype === 'f32') this.#code.add('f32.demote_f64');
    else if (!isWhole(x.dtype)) this.#refuse(x.dtype, to);
    if (x.dtype === 'f32' && isWhole(to)) this.#code.add('i32.reinterpret_f32');
    else if (isWhole(x.dtype) && to === 'f32') this.#code.add('f32.reinterpret_i32');
    if (to === 'f32') this.#code.add('f64.promote_f32');
    else if (!isWhole(to)) this.#refuse(x.dtype, to);
  }
  #refuse(from: DType, to: DType): never {
    throw new InternalError('wasm', `no bitcast from ${from} to ${to}`);
  }
}
