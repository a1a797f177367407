/**
 * Vectors whose lanes hold the same number, and those whose lanes count up. The scalar writer
 * computes what they are made of; a number is spread once in a stretch of code.
 */
import { linearOf } from '../../ir/affine.ts';
import { indexes } from '../../ir/expressions.ts';
import { type Expr, keyOf, type Local, constant as literal } from '../../ir/kernel.ts';
import { numbers } from '../../ir/scalar.ts';
import type { FunctionCode } from './assembler/module.ts';
import type { ExpressionWriter } from './emit-expression.ts';
import type { Scope } from './scope.ts';
import { bitsOf, isInteger } from './vector-instructions.ts';

/**
 * Spreads a number that vectors want right where it is defined, in a local of the function: the
 * vectors may be in a loop within.
 */
export const spreadLocal = (scope: Scope, local: Local, index: number): void => {
  if (local.dtype !== 'f32') return;
  const vector = scope.code.local('v128');
  scope.code.add('local.get', index);
  scope.code.add('f32.demote_f64');
  scope.code.add('f32x4.splat');
  scope.code.add('local.set', vector);
  scope.spread(local, vector);
};

/** Writes them. */
export class UniformVectors {
  readonly #scope: Scope;
  readonly #code: FunctionCode;
  readonly #scalar: ExpressionWriter;
  constructor(scope: Scope, scalar: ExpressionWriter) {
    this.#scope = scope;
    this.#code = scope.code;
    this.#scalar = scalar;
  }
  /** Leaves a vector of the same 32 bits in all lanes. */
  bits(bits: number): void {
    this.#constant(bits, bits, bits, bits);
  }
  #constant(...bits: readonly [number, number, number, number]): void {
    this.#code.add('local.get', this.#code.vectorConstant(...bits));
  }
  /** Leaves the value of an expression in all lanes. */
  value(e: Expr): void {
    if (e.kind === 'const') {
      this.bits(bitsOf(numbers(e.dtype).constant(e.value), e.dtype));
      return;
    }
    const is32 = e.dtype === 'f32' || isInteger(e.dtype);
    if (e.kind === 'load' && is32 && this.#scope.storedAs(e.buffer) !== 'f64') {
      const isWhole = this.#scalar.addresses.walking(e.buffer, e.at);
      const offset = isWhole ? 0 : this.#scalar.addresses.shared(e.buffer, e.at).offset;
      this.#code.add('v128.load32_splat', 2, offset);
      return;
    }
    const spread = e.kind === 'local' ? this.#scope.spreadOf(e) : undefined;
    if (spread !== undefined) {
      this.#code.add('local.get', spread);
      return;
    }
    const { splats } = this.#scope;
    const key = keyOf(e);
    const known = splats.find(key);
    if (known !== undefined) {
      this.#code.add('local.get', known.index);
      return;
    }
    if (e.dtype === 'bool') this.#code.add('i32.const', 0);
    this.#scalar.value(e);
    if (e.dtype === 'bool') this.#code.add('i32.sub');
    if (e.dtype === 'f32') this.#code.add('f32.demote_f64');
    this.#code.add(e.dtype === 'f32' ? 'f32x4.splat' : 'i32x4.splat');
    splats.keep(key, [e]);
  }
  /** Leaves an integer that grows by `stride` from lane to lane, from lane `first` on. */
  line(e: Expr, stride: number, first: number): void {
    // What is constant is in the vector of strides, so that neighbours spread the same number.
    const { constant } = linearOf(e);
    const rest = e.dtype === 'i32' ? indexes.sub(e, literal(constant, 'i32')) : e;
    const at = (lane: number): number => constant + (first + lane) * stride;
    this.value(rest);
    this.#constant(at(0), at(1), at(2), at(3));
    this.#code.add('i32x4.add');
  }
}
