/** Random programs about 16 bit floats: moved, chosen, compared and converted. */
import type fc from 'fast-check';
import { type ProgramOptions, randomProgram } from './random-program.ts';
import type { RandomProgram } from './workshop.ts';

const options: ProgramOptions = {
  dtypes: ['f16', 'bf16', 'f16', 'bf16', 'f32', 'f64', 'i32', 'bool'],
  ops: [
    ...['cast', 'cast', 'cast', 'cast', 'select', 'eq', 'ne', 'stopGradient', 'full'],
    ...['broadcast', 'permute', 'reshape', 'reverse', 'slice', 'pad', 'concat', 'window'],
    ...['unwindow', 'take', 'pick', 'add', 'mul', 'neg', 'abs', 'maximum', 'reduceSum', 'dot'],
  ],
};

/** Programs with arithmetic in f32 between 16 bit floats. */
export const halfPrograms = (): fc.Arbitrary<RandomProgram> => randomProgram(options);
