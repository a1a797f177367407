/** `einsum`: sums of products written as letters per axis, as in NumPy. */
import { ArgumentError, ShapeError } from '../../ir/errors.ts';
import { broadcastShapes, type Shape, showShape } from '../../ir/types.ts';
import type { AnyTensor, Checked, DTypeOf, Einsum, Result } from '../../types/index.ts';
import { asTensor, describe } from '../tensor.ts';
import { contractLabels, takeDiagonals } from './contract-labels.ts';
import { applyOne, located, requireDomain, requireSameDType } from './operands.ts';

/**
 * The sum of products that a specification says: 'bij,bjk->bik' multiplies matrices, 'ii->' is the
 * trace, 'ij' alone keeps the letters that occur once, in alphabetical order. '...' stands for any
 * leading axes, which broadcast.
 */
export const einsum = <const Spec extends string, Ts extends readonly AnyTensor[]>(
  spec: Checked<Spec, Einsum<Spec, Ts>>,
  ...operands: Ts
): Result<Einsum<Spec, Ts>, DTypeOf<Ts[0]>> =>
  located(() => {
    if (typeof spec !== 'string') {
      throw new ArgumentError(`einsum: the spec must be a string, not ${describe(spec)}`);
    }
    const tensors = operands.map((operand) => asTensor('einsum', operand));
    const first = tensors[0];
    for (const { dtype } of tensors) requireSameDType('einsum', first?.dtype ?? dtype, dtype);
    const { terms, out } = resolve(
      spec,
      tensors.map(({ shape }) => shape),
    );
    if (first !== undefined) requireDomain('einsum', 'number', first.dtype);
    return applyOne('einsum', tensors, (values) =>
      contractLabels(
        values.map((value, k) => takeDiagonals(value, terms[k] as string[])),
        out,
      ),
    );
  });

/** The labels of the axes of the operands and of the result. */
interface Resolved {
  readonly terms: readonly string[][];
  readonly out: readonly string[];
}

/**
 * Splits a term into labels; '...' becomes one label per axis, numbered from the last, so that they
 * align at the end.
 */
const labelsOf = (term: string, stretch: number): string[] => {
  const [before, after, ...more] = term.split('...');
  const letters = (part: string): string[] => {
    const wrong = /[^A-Za-z]/.exec(part);
    if (wrong === null && more.length === 0) return part.split('');
    throw new ArgumentError(`einsum: '${wrong?.[0] ?? '...'}' in '${term}' is not an index`, {
      hint: "an index is one letter, and '...' may stand once per operand",
    });
  };
  if (after === undefined) return letters(before as string);
  const dots = Array.from({ length: Math.max(0, stretch) }, (_, k) => `.${stretch - 1 - k}`);
  return [...letters(before as string), ...dots, ...letters(after)];
};

const resolve = (spec: string, shapes: readonly Shape[]): Resolved => {
  const compact = spec.replaceAll(' ', '');
  const [left, right, ...more] = compact.split('->');
  if (more.length > 0) throw new ArgumentError(`einsum: '${spec}' has more than one '->'`);
  const parts = (left as string).split(',');
  if (parts.length !== shapes.length) {
    throw new ArgumentError('einsum: the spec and the operands differ in number', {
      got: `${parts.length} terms and ${shapes.length} operands`,
    });
  }
  const lengths = new Map<string, number>();
  let widest = 0;
  const terms = parts.map((term, k) => {
    const shape = shapes[k] as Shape;
    const named = labelsOf(term, 0).length;
    const stretch = term.includes('...') ? shape.length - named : 0;
    widest = Math.max(widest, stretch);
    const labels = labelsOf(term, stretch);
    if (stretch < 0 || labels.length !== shape.length) {
      throw new ShapeError(
        `einsum: '${term}' does not match operand ${k + 1} of shape ${showShape(shape)} ` +
          `(rank ${shape.length})`,
      );
    }
    bind(lengths, labels, shape, `operand ${k + 1} ('${term}' on ${showShape(shape)})`);
    return labels;
  });
  const out = right === undefined ? implicitOutput(terms, widest) : labelsOf(right, widest);
  const seen = new Set(terms.flat());
  out.forEach((label, k) => {
    if (!seen.has(label)) {
      throw new ArgumentError(`einsum: output index '${label}' is in no operand`);
    }
    if (out.indexOf(label) !== k) {
      throw new ArgumentError(`einsum: output index '${label}' is given twice`);
    }
  });
  return { terms, out };
};

/**
 * Binds labels to the lengths of the axes of an operand; those of '...' broadcast, letters must
 * agree.
 */
const bind = (
  lengths: Map<string, number>,
  labels: readonly string[],
  shape: Shape,
  where: string,
): void => {
  labels.forEach((label, axis) => {
    const length = shape[axis] as number;
    const known = lengths.get(label);
    if (label.startsWith('.')) {
      lengths.set(label, broadcastShapes('einsum', [known ?? 1], [length])[0] as number);
    } else if (known === undefined) lengths.set(label, length);
    else if (known !== length) {
      throw new ShapeError(`einsum: index '${label}' is ${known} but ${length} in ${where}`);
    }
  });
};

const implicitOutput = (terms: readonly string[][], widest: number): string[] => {
  const all = terms.flat();
  const once = [...new Set(all)].filter(
    (label) => !label.startsWith('.') && all.indexOf(label) === all.lastIndexOf(label),
  );
  return [...labelsOf('...', widest), ...once.sort()];
};
