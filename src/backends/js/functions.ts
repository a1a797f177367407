/**
 * The JavaScript functions that instructions are printed as: those of `Math`, and those that the
 * generated module is given as arguments under the name of their instruction.
 */
import type { BinaryName, UnaryName } from '../../ir/scalar.ts';
import { scalarFunctions } from '../../ir/scalar-functions.ts';

/** Instructions that are printed as calls. */
export type CalledName =
  | Exclude<UnaryName, 'neg' | 'not'>
  | Extract<BinaryName, keyof typeof scalarFunctions | 'atan2'>;

/** The function that an instruction calls. */
export const functionOf = (name: CalledName): string =>
  Object.hasOwn(scalarFunctions, name) ? name : `Math.${name}`;

/** Whether an instruction of two operands is printed as a call. */
export const isCalled = (name: BinaryName): name is BinaryName & CalledName =>
  name === 'atan2' || Object.hasOwn(scalarFunctions, name);
