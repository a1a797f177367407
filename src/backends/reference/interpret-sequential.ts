/** Runs the algorithms of sequential ops on JavaScript numbers, one block after the other. */
import { InternalError } from '../../ir/errors.ts';
import type { Eqn, Value } from '../../ir/graph.ts';
import type { Machine } from '../../ir/machine.ts';
import type { Params, SequentialOp } from '../../ir/op.ts';
import { compareNames, numbers, type Precision, type Scalars } from '../../ir/scalar.ts';
import {
  allocate,
  type DType,
  showShape,
  sizeOf,
  stridesOf,
  type TypedArray,
} from '../../ir/types.ts';

/** The elements of one block of an array, by index; indexes outside of the block are an error. */
class Block {
  readonly array: TypedArray;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly size: number;
  /** Where the block starts. */
  start = 0;
  constructor(array: TypedArray, { type }: Value, leading: number) {
    this.array = array;
    this.shape = type.shape.slice(leading);
    this.strides = stridesOf(this.shape);
    this.size = sizeOf(this.shape);
  }
  position(name: string, at: readonly number[]): number {
    const isInside =
      at.length === this.shape.length &&
      at.every((index, axis) => index >= 0 && index < (this.shape[axis] as number));
    if (!isInside) {
      const what = `index ${showShape(at)} is outside of ${showShape(this.shape)}`;
      throw new InternalError('reference', `${name}: ${what}`);
    }
    const offset = at.reduce((sum, index, axis) => sum + index * (this.strides[axis] as number), 0);
    return this.start + offset;
  }
}

/** Arithmetic in doubles; comparisons see what is left of them in single precision. */
const wide = (dtype: DType, precision: Precision): Scalars<number> => {
  const s = numbers(dtype, 'double');
  if (dtype !== 'f32' || precision === 'double') return s;
  const compare = (name: (typeof compareNames)[number]) => (x: number, y: number) =>
    s[name](Math.fround(x), Math.fround(y));
  return { ...s, ...Object.fromEntries(compareNames.map((name) => [name, compare(name)])) };
};

/** Fills the results of an equation whose op is sequential; values in between are doubles. */
export const interpretSequential = (
  op: SequentialOp<Params>,
  { inputs, outputs, params }: Eqn,
  arrays: readonly TypedArray[],
  results: readonly TypedArray[],
  precision: Precision,
): void => {
  const types = inputs.map(({ type }) => type);
  const first = inputs[0] as Value;
  const leading = first.type.shape.length - op.rank;
  const ins = inputs.map((value, k) => new Block(arrays[k] as TypedArray, value, leading));
  const outs = outputs.map((value, k) => new Block(results[k] as TypedArray, value, leading));
  const i = numbers('i32');
  const machine: Machine<number> = {
    s: wide(first.type.dtype, precision),
    i,
    read: (input, at) => {
      const block = ins[input] as Block;
      return block.array[block.position(op.name, at)] as number;
    },
    write: (output, at, value) => {
      const block = outs[output] as Block;
      block.array[block.position(op.name, at)] = value;
    },
    cells: (dtype, length) => {
      const array = allocate(dtype === 'f32' ? 'f64' : dtype, length);
      const place = (at: number): number => {
        if (at >= 0 && at < length) return at;
        throw new InternalError('reference', `${op.name}: there are ${length} cells and no ${at}`);
      };
      return {
        load: (at) => array[place(at)] as number,
        store: (at, value) => {
          array[place(at)] = value;
        },
      };
    },
    variable: (init) => {
      let value = init;
      return {
        get: () => value,
        set: (next) => {
          value = next;
        },
      };
    },
    loop: (length, body) => {
      for (let index = 0; index < length; index++) body(index);
    },
    when: (condition, body, otherwise) => {
      if (condition) body();
      else otherwise?.();
    },
    bounded: (index) => index,
  };
  const blocks = sizeOf(first.type.shape.slice(0, leading));
  for (let block = 0; block < blocks; block++) {
    for (const one of [...ins, ...outs]) one.start = block * one.size;
    op.run(machine, types, params);
  }
};
