/**
 * The names under which the tensors of a tree are saved: their paths, such as `conv1.w` and
 * `blocks.0.w`.
 */

/**
 * The name of a path: keys and indexes joined by dots; dots and backslashes in keys are escaped by
 * a backslash.
 */
export const parameterName = (path: readonly (string | number)[]): string =>
  path.map((step) => String(step).replaceAll(/[\\.]/g, '\\$&')).join('.');
