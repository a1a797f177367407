/** Class numbers for text labels, as losses and metrics want them. */
import { ArgumentError } from '../../ir/errors.ts';
import type { ArrayData } from './array-data.ts';

/**
 * Numbers the distinct labels in sorted order (by UTF-16 code unit): `classes[codes.data[i]]` is
 * `labels[i]`. With `known` classes, for instance those of the training set, their order is kept
 * and a label outside is an ArgumentError.
 */
export const encodeLabels = (
  labels: readonly string[],
  known?: readonly string[],
): { readonly classes: readonly string[]; readonly codes: ArrayData<'i32'> } => {
  const classes = known ?? [...new Set(labels)].sort();
  const codeOf = new Map(classes.map((label, code) => [label, code]));
  if (codeOf.size !== classes.length) {
    throw new ArgumentError('encodeLabels: a known class comes twice', { got: classes.join(', ') });
  }
  const data = Int32Array.from(labels, (label, i) => {
    const code = codeOf.get(label);
    if (code !== undefined) return code;
    throw new ArgumentError(`encodeLabels: label ${i} is none of the known classes`, {
      got: JSON.stringify(label),
      hint: `known classes: ${classes.join(', ')}`,
    });
  });
  return { classes, codes: { dtype: 'i32', shape: [labels.length], data } };
};
