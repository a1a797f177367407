/**
 * Loads and stores of lanes loops: neighbours as vectors, and elements among those of two vectors
 * out of these; all else lane by lane.
 */
import type { Expr, KernelBuffer } from '../../ir/kernel.ts';
import type { Stride } from '../../ir/lane-strides.ts';
import { bytesOf } from '../../ir/types.ts';
import type { FunctionCode } from './assembler/module.ts';
import type { ExpressionWriter } from './emit-expression.ts';
import type { Scope } from './scope.ts';

const lanes = [0, 1, 2, 3] as const;

/** What writing to and from memory needs of the writer of expressions. */
export interface VectorContext {
  readonly scope: Scope;
  readonly scalar: ExpressionWriter;
  /** Leaves the value of an expression in all lanes. */
  value(e: Expr): void;
  strideOf(e: Expr): Stride;
  /** The number of the first lane of the vector being written. */
  firstLane(): number;
}

/**
 * How the elements of four lanes come out of two vectors of neighbours, none of which lies before
 * the first element or behind the last: where the vectors begin, in elements from that of the first
 * lane on, and the places of the elements in both.
 */
const picks: ReadonlyMap<
  Stride,
  { readonly from: readonly [number, number]; readonly of: Places }
> = new Map([
  [2, { from: [0, 3], of: [0, 2, 5, 7] }],
  [-1, { from: [-3, -3], of: [3, 2, 1, 0] }],
]);
type Places = readonly [number, number, number, number];
/** The bytes of an element at a place of two vectors, as a number. */
const bytesAt = (place: number): number =>
  [3, 2, 1, 0].reduce((sum, byte) => sum * 256 + 4 * place + byte, 0);

/** Writes loads and stores of one lanes loop. */
export class VectorMemory {
  readonly #context: VectorContext;
  readonly #code: FunctionCode;
  constructor(context: VectorContext) {
    this.#context = context;
    this.#code = context.scope.code;
  }
  /** A fresh local that holds the vector on the stack. */
  #keep(): number {
    const local = this.#code.local('v128');
    this.#code.add('local.set', local);
    return local;
  }
  /** Leaves the address of the first lane's element, up to an offset that is returned. */
  #address(buffer: KernelBuffer, at: Expr, stride: number): number {
    const { offset } = this.#context.scalar.addresses.shared(buffer, at);
    return offset + this.#context.firstLane() * stride * bytesOf[buffer.dtype];
  }
  /** Leaves the element of each lane. */
  load({ buffer, at, dtype }: Expr & { kind: 'load' }): void {
    const stride = this.#context.strideOf(at);
    if (stride === 1) {
      const offset = this.#address(buffer, at, stride);
      if (dtype !== 'bool') {
        this.#code.add('v128.load', 2, offset);
        return;
      }
      this.#code.add('v128.load32_zero', 0, offset);
      this.#code.add('i16x8.extend_low_i8x16_u');
      this.#code.add('i32x4.extend_low_i16x8_u');
      this.#code.add('i32x4.neg');
      return;
    }
    const address = this.#code.local('i32');
    const pick = picks.get(stride);
    if (pick !== undefined && dtype !== 'bool') {
      const offset = this.#address(buffer, at, stride as number);
      const [first, second] = pick.from.map((from) => offset + 4 * from) as [number, number];
      // Offsets of instructions are never negative.
      const back = Math.max(0, -first);
      if (back > 0) {
        this.#code.add('i32.const', back);
        this.#code.add('i32.sub');
      }
      this.#code.add('local.tee', address);
      this.#code.add('v128.load', 2, first + back);
      if (second === first) {
        const vector = this.#code.local('v128');
        this.#code.add('local.tee', vector);
        this.#code.add('local.get', vector);
      } else {
        this.#code.add('local.get', address);
        this.#code.add('v128.load', 2, second + back);
      }
      this.#code.add(
        'i8x16.shuffle',
        ...(pick.of.map(bytesAt) as [number, number, number, number]),
      );
      return;
    }
    const result = this.#code.local('v128');
    this.#forPlaces(buffer, at, stride, address, (lane, offset) => {
      this.#code.add('local.get', address);
      if (lane === 0) this.#code.add('v128.load32_zero', 2, offset);
      else {
        this.#code.add('local.get', result);
        this.#code.add('v128.load32_lane', 2, offset, lane);
      }
      this.#code.add('local.set', result);
    });
    this.#code.add('local.get', result);
  }
  /** Puts the address of each lane's element into a local, up to an offset. */
  #forPlaces(
    buffer: KernelBuffer,
    at: Expr,
    stride: Stride,
    address: number,
    body: (lane: number, offset: number) => void,
  ): void {
    if (stride !== 'varying' && stride > 0) {
      const offset = this.#address(buffer, at, stride);
      this.#code.add('local.set', address);
      for (const lane of lanes) body(lane, offset + lane * stride * bytesOf[buffer.dtype]);
      return;
    }
    this.#context.value(at);
    const indexes = this.#keep();
    for (const lane of lanes) {
      this.#code.add('local.get', this.#context.scope.base(buffer.id));
      this.#code.add('local.get', indexes);
      this.#code.add('i32x4.extract_lane', lane);
      this.#code.add('i32.const', Math.log2(bytesOf[buffer.dtype]));
      this.#code.add('i32.shl');
      this.#code.add('i32.add');
      this.#code.add('local.set', address);
      body(lane, 0);
    }
  }
  /** Stores the value of each lane. */
  store(buffer: KernelBuffer, at: Expr, value: Expr): void {
    const stride = this.#context.strideOf(at);
    if (stride === 1) {
      const offset = this.#address(buffer, at, stride);
      this.#context.value(value);
      if (buffer.dtype !== 'bool') {
        this.#code.add('v128.store', 2, offset);
        return;
      }
      this.#code.add('local.get', this.#code.vectorConstant(1, 1, 1, 1));
      this.#code.add('v128.and');
      const bytes = this.#keep();
      this.#code.add('local.get', bytes);
      this.#code.add('local.get', bytes);
      this.#code.add('i16x8.narrow_i32x4_u');
      const pairs = this.#keep();
      this.#code.add('local.get', pairs);
      this.#code.add('local.get', pairs);
      this.#code.add('i8x16.narrow_i16x8_u');
      this.#code.add('v128.store32_lane', 0, offset, 0);
      return;
    }
    this.#context.value(value);
    const result = this.#keep();
    const address = this.#code.local('i32');
    this.#forPlaces(buffer, at, stride, address, (lane, offset) => {
      this.#code.add('local.get', address);
      this.#code.add('local.get', result);
      this.#code.add('v128.store32_lane', 2, offset, lane);
    });
  }
}
