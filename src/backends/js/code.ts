/**
 * Pieces of JavaScript with the strength of their outermost operator, so that parentheses stand
 * only where needed.
 */

/** How strongly operators bind, weakest first. */
export const level = {
  sequence: 0,
  conditional: 1,
  or: 2,
  and: 3,
  bitOr: 4,
  bitXor: 5,
  bitAnd: 6,
  equality: 7,
  relation: 8,
  shift: 9,
  sum: 10,
  product: 11,
  unary: 12,
  primary: 13,
} as const;

/** A piece of an expression. */
export interface Code {
  readonly text: string;
  readonly level: number;
}

/** A name, a call, an element access. */
export const primary = (text: string): Code => ({ text, level: level.primary });
/** The text of a piece where at least `least` is needed. */
export const within = (code: Code, least: number): string =>
  code.level >= least ? code.text : `(${code.text})`;
/** `x operator y` of a left-associative operator. */
export const infix = (x: Code, operator: string, y: Code, at: number): Code => ({
  text: `${within(x, at)} ${operator} ${within(y, at + 1)}`,
  level: at,
});
/** `f(x, y)`. */
export const call = (name: string, ...codes: readonly Code[]): Code =>
  primary(`${name}(${codes.map((code) => within(code, level.conditional)).join(', ')})`);
/** `condition ? x : y`. */
export const conditional = (condition: Code, x: Code, y: Code): Code => {
  const choices = `${within(x, level.conditional)} : ${within(y, level.conditional)}`;
  return { text: `${within(condition, level.or)} ? ${choices}`, level: level.conditional };
};
/** `x | 0`, the signed 32 bit integer. */
export const signed = (x: Code): Code => infix(x, '|', primary('0'), level.bitOr);
/** `x >>> 0`, the unsigned 32 bit integer. */
export const unsigned = (x: Code): Code => infix(x, '>>>', primary('0'), level.shift);
