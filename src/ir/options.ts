/** Checks of option objects: an unknown option is an error that names the nearest valid one. */
import { ArgumentError } from './errors.ts';

/** Edit distance (Levenshtein 1966) of two short words. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, change));
    }
    row = next;
  }
  return row[b.length] ?? 0;
};

/** The valid word nearest to `word`, or undefined when none is near. */
export const nearestWord = (word: string, valid: readonly string[]): string | undefined => {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(word.length / 2)) + 1;
  for (const candidate of valid) {
    const d = distance(word.toLowerCase(), candidate.toLowerCase());
    if (d < least) {
      least = d;
      best = candidate;
    }
  }
  return best;
};

/**
 * Throws an ArgumentError when `options` is not a plain object or has a key that is not in `valid`:
 * "conv2d: unknown option 'strides'", hint "did you mean 'stride'?".
 */
export const checkOptions = (
  name: string,
  options: object | undefined,
  valid: readonly string[],
): void => {
  if (options === undefined) return;
  if (options === null || typeof options !== 'object' || Array.isArray(options)) {
    const got = options === null ? 'null' : Array.isArray(options) ? 'an array' : typeof options;
    throw new ArgumentError(`${name}: the options must be a plain object`, { got });
  }
  for (const key of Reflect.ownKeys(options)) {
    if (typeof key === 'string' && valid.includes(key)) continue;
    const word = String(key);
    const near = nearestWord(word, valid);
    throw new ArgumentError(`${name}: unknown option '${word}'`, {
      hint:
        near === undefined
          ? `valid options: ${valid.join(', ') || 'none'}`
          : `did you mean '${near}'?`,
    });
  }
};
