/**
 * Expressions of lanes loops as vector instructions: f32 and 32 bit integers in four lanes, bools
 * as masks of all bits. Every operation rounds to f32. What is the same in all lanes is computed
 * once by the scalar writer.
 */
import { expand, expandPower, reachOf } from '../../ir/expansions.ts';
import { bindingExpressions, expressions } from '../../ir/expressions.ts';
import type { Expr, KernelBuffer, Local, Stmt } from '../../ir/kernel.ts';
import type { LaneStrides } from '../../ir/lane-strides.ts';
import { numbers } from '../../ir/scalar.ts';
import type { DType } from '../../ir/types.ts';
import type { FunctionCode } from './assembler/module.ts';
import type { ExpressionWriter } from './emit-expression.ts';
import { comparedWith, ExtremeFolds } from './extreme-folds.ts';
import { asFusedSum, asProduct, type FusedSum, mapFactors, type Product } from './fused-sums.ts';
import { type Instruction, writeLaneByLane } from './lane-by-lane.ts';
import type { Scope } from './scope.ts';
import { newTemporary, Temporaries } from './temporaries.ts';
import { UniformVectors } from './uniform-vectors.ts';
import {
  addCast,
  addTruth,
  addTruthOf,
  addZeroWins,
  binaryInstruction,
  bitsOf,
  compareInstruction,
  isInteger,
  unaryInstruction,
  type VectorCode,
} from './vector-instructions.ts';
import { VectorMemory } from './vector-memory.ts';

/** Writes the expressions of one lanes loop. */
export class VectorWriter {
  readonly #scope: Scope;
  readonly #code: FunctionCode;
  readonly #scalar: ExpressionWriter;
  readonly #strides: LaneStrides;
  readonly #memory: VectorMemory;
  readonly #uniform: UniformVectors;
  /** How many vectors stand side by side. */
  readonly #count: number;
  /** Which of them is being written. */
  #part = 0;
  readonly #temporaries: Temporaries;
  readonly #instructions: VectorCode = {
    add: (name, x, y) => this.#code.add(name, x, y),
    constant: (bits) => this.#uniform.bits(bits),
    keep: () => this.#keep(),
  };
  readonly #fusesProducts: boolean;
  readonly #extremes: ExtremeFolds;
  constructor(
    scope: Scope,
    scalar: ExpressionWriter,
    strides: LaneStrides,
    { count = 1, fusesProducts = false }: { count?: number; fusesProducts?: boolean },
  ) {
    this.#scope = scope;
    this.#code = scope.code;
    this.#count = count;
    this.#fusesProducts = fusesProducts;
    this.#extremes = new ExtremeFolds(scope, strides);
    this.#scalar = scalar;
    this.#strides = strides;
    this.#temporaries = new Temporaries(strides);
    this.#uniform = new UniformVectors(scope, scalar);
    this.#memory = new VectorMemory({
      scope,
      scalar,
      value: (e) => this.value(e),
      strideOf: (e) => this.#strides.of(e),
      firstLane: () => this.#part * 4,
    });
  }
  /** Fresh locals for a value of all lanes; the number of the first. */
  allocate(): number {
    const index = this.#code.local('v128');
    for (let part = 1; part < this.#count; part++) this.#code.local('v128');
    return index;
  }
  /** Puts the value of an expression in all lanes into locals. */
  assign(index: number, e: Expr): void {
    if (this.#count === 1) {
      this.value(e);
      this.#code.add('local.set', index);
      return;
    }
    const value = this.#ready(e);
    this.#each(() => {
      this.value(value);
      this.#code.add('local.set', index + this.#part);
    });
  }
  /**
   * Puts what a mutable local is at first into its locals. Each gets a literal of its own: where
   * one began both joined vectors and others, V8 would forget the upper half of it.
   */
  begin(index: number, e: Expr): void {
    if (e.kind !== 'const') {
      this.assign(index, e);
      return;
    }
    const bits = bitsOf(numbers(e.dtype).constant(e.value), e.dtype);
    this.#each(() => {
      this.#code.add('v128.const', bits, bits, bits, bits);
      this.#code.add('local.set', index + this.#part);
    });
  }
  /** Begins what a loop keeps the extremes of; what is returned ends it. */
  beginExtremes(loop: Stmt & { readonly kind: 'for' }): () => void {
    return this.#extremes.begin(loop, this.#count);
  }
  /** Assigns a mutable local; a product that is added to it may be rounded with the sum. */
  update(index: number, local: Local, next: Expr): void {
    if (this.#extremes.has(local)) {
      const other = comparedWith(local, next) as Expr;
      const ready = other.kind === 'load' || this.#count === 1 ? other : this.#fetched(other);
      this.#each(() => {
        this.value(ready);
        this.#extremes.fold(local, this.#part, index + this.#part, this.#keep());
      });
      return;
    }
    const sum = this.#fusesProducts ? asFusedSum(next, asProduct) : undefined;
    if (sum?.z.kind !== 'local' || sum.z.id !== local.id) {
      this.assign(index, next);
      return;
    }
    if (this.#count === 1) {
      this.#fused(sum);
      this.#code.add('local.set', index);
      return;
    }
    const ready = mapFactors(sum, (e) => this.#fetched(e));
    this.#each(() => {
      this.#fused(ready);
      this.#code.add('local.set', index + this.#part);
    });
  }
  #fused({ name, product, z }: FusedSum): void {
    this.value(product.x);
    this.value(product.y);
    this.value(z);
    this.#code.add(name === 'add' ? 'f32x4.relaxed_madd' : 'f32x4.relaxed_nmadd');
  }
  #each(body: () => void): void {
    for (this.#part = 0; this.#part < this.#count; this.#part++) body();
    this.#part = 0;
  }
  /**
   * The expression with operands that need no more work than to be fetched: all vectors take each
   * step together, so that none waits for the steps of another.
   */
  #ready(e: Expr): Expr {
    if (this.#isFunction(e)) return this.#fetched(e);
    const child = (x: Expr): Expr => this.#fetched(x);
    switch (e.kind) {
      case 'const':
      case 'local':
        return e;
      case 'load':
        return this.#strides.of(e.at) === 'varying' ? { ...e, at: child(e.at) } : e;
      case 'unary':
      case 'cast':
      case 'bitcast':
        return { ...e, x: child(e.x) };
      case 'binary': {
        const isShift = (e.name === 'shl' || e.name === 'shr') && this.#strides.of(e.y) === 0;
        return { ...e, x: child(e.x), y: isShift ? e.y : child(e.y) };
      }
      case 'compare':
        return { ...e, x: child(e.x), y: child(e.y) };
      case 'select':
        return { ...e, condition: child(e.condition), x: child(e.x), y: child(e.y) };
    }
  }
  #isFunction(e: Expr): e is Expr & { kind: 'unary' } {
    if (e.kind !== 'unary' || e.dtype !== 'f32' || this.#strides.of(e) === 0) return false;
    return expand(e.name, numbers('f32'), 0) !== undefined;
  }
  /** The expression where it is a literal or in vectors already, else a local that holds it. */
  #fetched(e: Expr): Expr {
    if (e.kind === 'const') return e;
    if (this.#strides.of(e) === 0) {
      this.value(e);
      return this.#temporary(e.dtype);
    }
    if (e.kind === 'local' && this.#strides.of(e) === 'varying') return e;
    if (this.#strides.of(e) !== 'varying') return this.#evaluated(e);
    if (this.#isFunction(e)) return this.#expansion({ ...e, x: this.#fetched(e.x) });
    return this.#evaluated(this.#ready(e));
  }
  /** A local that holds an expression whose operands are ready. */
  #evaluated(e: Expr, write = (): void => this.value(e)): Local {
    const index = this.allocate();
    this.#each(() => {
      write();
      this.#code.add('local.set', index + this.#part);
    });
    return this.#temporaries.name(e.dtype, { index, isShared: false });
  }
  /** The value of an expression in the lanes of a vector. */
  value(e: Expr): void {
    if (e.kind === 'local') {
      const known = e.id < 0 ? this.#temporaries.find(e) : undefined;
      const isVector = known !== undefined || this.#strides.local(e) === 'varying';
      const found = known ?? (isVector ? this.#scope.local(e) : undefined);
      if (found !== undefined && 'index' in found) {
        this.#code.add('local.get', found.index + (known?.isShared === true ? 0 : this.#part));
        return;
      }
    }
    const stride = this.#strides.of(e);
    if (stride === 0) this.#uniform.value(e);
    else if (stride !== 'varying') this.#uniform.line(e, stride, this.#part * 4);
    else this.#varying(e);
  }
  #varying(e: Expr): void {
    switch (e.kind) {
      case 'const':
      case 'local':
        return;
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
        this.#code.add('v128.bitselect');
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
    const local = this.#code.local('v128');
    this.#code.add('local.set', local);
    return local;
  }
  /** Stores the value of each lane. */
  store(buffer: KernelBuffer, at: Expr, value: Expr): void {
    const isWide = this.#count > 1;
    const place = isWide && this.#strides.of(at) === 'varying' ? this.#fetched(at) : at;
    const stored = isWide ? this.#fetched(value) : value;
    // Of two neighbours the second first, as `LateStores` has them.
    for (let k = 0; k < this.#count; k++) {
      this.#part = isWide ? k ^ 1 : k;
      this.#memory.store(buffer, place, stored);
    }
    this.#part = 0;
  }
  /** Computes the value of each lane; what is returned stores it. */
  laterStore(buffer: KernelBuffer, at: Expr, value: Expr): () => void {
    const isReady = value.kind === 'const' || value.kind === 'local';
    const stored = isReady ? value : this.#evaluated(value);
    return () => this.store(buffer, at, stored);
  }
  #unary(e: Expr & { kind: 'unary' }): void {
    if (e.dtype === 'bool') {
      this.value(e.x);
      addTruthOf(this.#instructions, e.name);
      return;
    }
    const native = unaryInstruction(e.name, e.dtype);
    if (native !== undefined) {
      this.value(e.x);
      if (native !== '') this.#code.add(native);
      return;
    }
    if (isInteger(e.dtype) || !this.#expanded(e)) this.#apart(e, [e.x]);
  }
  /** Writes an instruction as arithmetic, every step of it kept in a local. */
  #expanded(e: Expr & { kind: 'unary' }): boolean {
    if (expand(e.name, numbers('f32'), 0) === undefined) return false;
    this.value(e.x);
    this.value(this.#expansion({ ...e, x: this.#temporary('f32') }));
    return true;
  }
  /** The local that holds the result of a function of what is in vectors already. */
  #expansion(e: Expr & { kind: 'unary' }): Expr {
    // Sums with products are one instruction where the machine has it; the product alone is still
    // there for whoever else wants it.
    const products = new Map<number, Product>();
    const productOf = (operand: Expr): Product | undefined =>
      operand.kind === 'local' ? products.get(operand.id) : undefined;
    const scalars = bindingExpressions((step) => {
      const sum = this.#fusesProducts ? asFusedSum(step, productOf) : undefined;
      const local = this.#evaluated(step, () => (sum ? this.#fused(sum) : this.value(step)));
      const product = asProduct(step);
      if (product !== undefined) products.set(local.id, product);
      return local;
    });
    const result = expand(e.name, scalars('f32'), e.x) as Expr;
    const reach = reachOf(e.name);
    if (reach === undefined) return result;
    const index = this.allocate();
    this.#each(() => {
      this.value(result);
      this.#beyond(e, reach);
      this.#code.add('local.set', index + this.#part);
    });
    return this.#temporaries.name(e.dtype, { index, isShared: false });
  }
  /** Where a lane is out of the reach of the vector on the stack, all are computed apart. */
  #beyond(e: Expr & { kind: 'unary' }, reach: number): void {
    const result = this.#keep();
    this.value(e.x);
    this.#code.add('f32x4.abs');
    this.#uniform.value({ kind: 'const', value: reach, dtype: 'f32' });
    this.#code.add('f32x4.le');
    this.#code.add('v128.not');
    this.#code.add('v128.any_true');
    this.#code.add('if');
    this.#apart(e, [e.x]);
    this.#code.add('local.set', result);
    this.#code.add('end');
    this.#code.add('local.get', result);
  }
  /** A local for the vector on the stack, as an expression. */
  #temporary(dtype: DType): Local {
    return this.#temporaries.name(dtype, { index: this.#keep(), isShared: true });
  }
  /** Computes an instruction lane by lane. */
  #apart(e: Instruction, operands: readonly Expr[]): void {
    const vectors = operands.map((operand) => {
      this.value(operand);
      return this.#keep();
    });
    writeLaneByLane(this.#scope, this.#scalar, e, vectors, () => newTemporary(e.dtype));
  }
  #binary(e: Expr & { kind: 'binary' }): void {
    const { name, dtype, x, y } = e;
    if (dtype === 'bool') {
      addTruth(this.#instructions, name, ...this.#pair(x, y));
      return;
    }
    // Beside a number that is neither 0 nor NaN one short instruction does the same.
    const isPlain = y.kind === 'const' && y.value !== 0 && !Number.isNaN(y.value);
    const native = binaryInstruction(name, dtype, isPlain);
    if (native !== undefined) {
      this.value(x);
      this.value(y);
      this.#code.add(native);
    } else if (
      isInteger(dtype) &&
      (name === 'shl' || name === 'shr') &&
      this.#strides.of(y) === 0
    ) {
      this.value(x);
      this.#scalar.value(y);
      this.#code.add(name === 'shl' ? 'i32x4.shl' : `i32x4.shr_${dtype === 'u32' ? 'u' : 's'}`);
    } else if (dtype === 'f32' && (name === 'scale' || name === 'unscale'))
      addZeroWins(this.#instructions, name === 'scale', ...this.#pair(x, y));
    else if (!this.#isPower(e)) this.#apart(e, [x, y]);
  }
  /** Writes a power as products, where its exponent is a small literal. */
  #isPower({ name, dtype, x, y }: Expr & { kind: 'binary' }): boolean {
    if (name !== 'pow' || dtype !== 'f32' || y.kind !== 'const') return false;
    if (expandPower(numbers('f32'), 1, y.value) === undefined) return false;
    this.value(x);
    const base: Expr = this.#temporary('f32');
    this.value(expandPower(expressions('f32'), base, y.value) as Expr);
    return true;
  }
  #pair(x: Expr, y: Expr): [number, number] {
    this.value(x);
    const first = this.#keep();
    this.value(y);
    return [first, this.#keep()];
  }
  #compare({ name, x, y }: Expr & { kind: 'compare' }): void {
    if (x.dtype === 'bool') {
      addTruth(this.#instructions, name, ...this.#pair(x, y));
      return;
    }
    this.value(x);
    this.value(y);
    this.#code.add(compareInstruction(name, x.dtype));
  }
  #cast({ x, dtype: to }: Expr & { kind: 'cast' }): void {
    this.value(x);
    addCast(this.#instructions, x.dtype, to);
  }
}
