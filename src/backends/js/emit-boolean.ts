/** Bools as JavaScript booleans: instructions of two bools are printed from their truth table. */
import { type BinaryName, type CompareName, numbers, type UnaryName } from '../../ir/scalar.ts';
import { type Code, infix, level, primary, within } from './code.ts';

const not = (x: Code): Code => ({ text: `!${within(x, level.unary)}`, level: level.unary });
const bools = numbers('bool');

/** A bool instruction of one operand. */
export const unaryTruth = (name: UnaryName, x: Code): Code => {
  const [whenFalse, whenTrue] = [bools[name](0), bools[name](1)];
  if (whenFalse === whenTrue) return primary(String(whenTrue !== 0));
  return whenTrue ? x : not(x);
};

/** By the results for (0,0), (0,1), (1,0), (1,1), first one highest. */
const truthTable: readonly ((x: Code, y: Code) => Code)[] = [
  () => primary('false'),
  (x, y) => infix(x, '&&', y, level.and),
  (x, y) => infix(x, '&&', not(y), level.and),
  (x) => x,
  (x, y) => infix(not(x), '&&', y, level.and),
  (_, y) => y,
  (x, y) => infix(x, '!==', y, level.equality),
  (x, y) => infix(x, '||', y, level.or),
  (x, y) => not(infix(x, '||', y, level.or)),
  (x, y) => infix(x, '===', y, level.equality),
  (_, y) => not(y),
  (x, y) => infix(x, '||', not(y), level.or),
  (x) => not(x),
  (x, y) => infix(not(x), '||', y, level.or),
  (x, y) => not(infix(x, '&&', y, level.and)),
  () => primary('true'),
];

/** A bool instruction or comparison of two bools. */
export const binaryTruth = (name: BinaryName | CompareName, x: Code, y: Code): Code => {
  const f = bools[name];
  const row = f(0, 0) * 8 + f(0, 1) * 4 + f(1, 0) * 2 + f(1, 1);
  return (truthTable[row] as (typeof truthTable)[0])(x, y);
};
