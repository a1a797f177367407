/** Ten mistakes: what the editor says, and that the same call says the same at run time. */
import * as T from 'gradloom';
import { expect, test, vi } from 'vitest';
import { checkFile } from './checker.ts';

// The checker reads the declarations of the platform once, which takes a while on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const prelude = `import * as T from 'gradloom';
import type { Tensor } from 'gradloom';
interface Params { w1: Tensor<[784, 128]>; b1: Tensor<[128]>; w2: Tensor<[128, 10]>; b2: Tensor<[10]> }
declare const p: Params;
`;

/** The message of the error that `body` throws, its first line. */
const ruleOf = (body: () => unknown): string => {
  try {
    body();
  } catch (error) {
    if (error instanceof T.GradloomError) return error.rule;
    throw error;
  }
  throw new Error('nothing was thrown');
};

// At run time a shape is dynamic to the checker, so that the wrong calls below can be written.
const dynamic = (shape: number[], dtype: T.DType = 'f32'): T.Tensor<T.Dynamic, T.Dynamic> =>
  T.zeros(shape, { dtype });

interface Mistake {
  readonly what: string;
  readonly code: string;
  readonly run: () => unknown;
}
const mistakes: readonly Mistake[] = [
  {
    what: 'inner dimensions of a product',
    code: "export const m = (x: Tensor<['N', 785]>) => T.matmul(x, p.w1);",
    run: () => T.matmul(dynamic([32, 785]), dynamic([784, 128])),
  },
  {
    what: 'a bias of the wrong length',
    code: "export const m = (x: Tensor<['N', 784]>) => T.add(T.matmul(x, p.w1), p.b2);",
    run: () => T.add(dynamic([32, 128]), dynamic([10])),
  },
  {
    what: 'a reduction axis that does not exist',
    code: "export const m = (logits: Tensor<['N', 10]>) => T.sum(T.logSoftmax(logits), 2);",
    run: () => T.sum(T.logSoftmax(dynamic([32, 10])), 2),
  },
  {
    what: 'a reshape that changes the number of elements',
    code: "export const m = (x: Tensor<['N', 16, 7, 7]>) => T.reshape(x, [T.shape(x)[0], 768]);",
    run: () => T.reshape(dynamic([32, 16, 7, 7]), [32, 768]),
  },
  {
    what: 'integer labels where probabilities are needed',
    code: "export const m = (q: Tensor<['N', 10]>, y: Tensor<['N'], 'i32'>) => T.mul(q, y);",
    run: () => T.mul(dynamic([32, 10]), dynamic([32], 'i32')),
  },
  {
    what: 'a convolution on the wrong number of channels',
    code: "export const m = (x: Tensor<['N', 3, 28, 28]>) => T.conv2d(x, T.zeros([6, 1, 5, 5]));",
    run: () => T.conv2d(dynamic([32, 3, 28, 28]), T.zeros([6, 1, 5, 5])),
  },
  {
    what: 'an einsum with a wrong letter',
    code: `export const m = (q: Tensor<['B', 12, 'T', 64]>, k: Tensor<['B', 12, 'S', 64]>) =>
  T.einsum('bhtd,bhtd->bht', q, k);`,
    run: () => T.einsum('bhtd,bhtd->bht', dynamic([2, 12, 8, 64]), dynamic([2, 12, 9, 64])),
  },
  {
    what: 'a loss that is not a scalar',
    code: `const loss = (p: Params, x: Tensor<['N', 128]>) => T.sum(T.matmul(x, p.w2), -1);
export const m = T.grad(loss);`,
    run: () => {
      const loss: (w: T.Tensor, x: T.Tensor) => T.Tensor = (w, x) => T.sum(T.matmul(x, w), -1);
      T.grad(loss)(dynamic([128, 10]), dynamic([32, 128]));
    },
  },
  {
    what: 'two batch sizes in one call',
    code: `const loss = (p: Params, x: Tensor<['N', 784]>, y: Tensor<['N'], 'i32'>) =>
  T.mean(T.mul(T.logSoftmax(T.matmul(T.matmul(x, p.w1), p.w2)), T.oneHot(y, 10)));
export const m = T.jit(T.grad(loss))(p, T.zeros([32, 784]), T.zeros([64], { dtype: 'i32' }));`,
    run: () => {
      const loss = (x: T.Tensor, y: T.Tensor<T.Dynamic, 'i32'>): T.Tensor =>
        T.mean(T.mul(T.logSoftmax(x), T.oneHot(y, 10)));
      T.jit(T.grad(loss))(dynamic([32, 10]), dynamic([64], 'i32'));
    },
  },
  {
    what: 'a skip connection at the wrong level',
    code: `export const m = (a: Tensor<['N', 32, 64, 64]>, b: Tensor<['N', 32, 128, 128]>) =>
  T.concat([a, b], 1);`,
    run: () => T.concat([dynamic([2, 32, 64, 64]), dynamic([2, 32, 128, 128])], 1),
  },
];

const checked = new Map<string, readonly string[]>();
const diagnosticsOf = ({ what, code }: Mistake): readonly string[] => {
  const known =
    checked.get(what) ?? checkFile('tests/types/mistake.ts', prelude + code).diagnostics;
  checked.set(what, known);
  return known;
};

test('the editor says what is wrong in one sentence', () => {
  const messages = mistakes.map(
    (mistake) => `${mistake.what}\n${diagnosticsOf(mistake).join('\n')}`,
  );
  expect(messages.join('\n\n')).toMatchInlineSnapshot(`
    "inner dimensions of a product
    5: Argument of type 'Tensor<[784, 128], "f32">' is not assignable to parameter of type '"matmul: inner dimensions 785 and 784 differ ([N, 785] @ [784, 128])"'.

    a bias of the wrong length
    5: Argument of type 'Tensor<[10], "f32">' is not assignable to parameter of type '"add: cannot broadcast [N, 128] with [10]: dimensions 128 and 10 differ"'.

    a reduction axis that does not exist
    5: Argument of type '2' is not assignable to parameter of type '"sum: axis 2 is out of range for shape [N, 10] (rank 2)"'.

    a reshape that changes the number of elements
    5: Argument of type 'number[]' is not assignable to parameter of type '"reshape: [N, 16, 7, 7] has 784*N elements but [N, 768] has 768*N"'.

    integer labels where probabilities are needed
    5: Argument of type 'Tensor<["N"], "i32">' is not assignable to parameter of type '"mul: dtypes f32 and i32 differ; convert one with cast"'.

    a convolution on the wrong number of channels
    5: Argument of type 'Tensor<[6, 1, 5, 5], "f32">' is not assignable to parameter of type '"conv2d: input has 3 channels but the kernel expects 1 (input [N, 3, 28, 28] NCHW, kernel [6, 1, 5, 5] OIHW)"'.

    an einsum with a wrong letter
    6: Argument of type '"bhtd,bhtd->bht"' is not assignable to parameter of type '"einsum: index 't' is T but S in operand 2 ('bhtd' on [B, 12, S, 64])"'.

    a loss that is not a scalar
    6: Argument of type '(p: Params, x: Tensor<["N", 128]>) => T.Tensor<["N"], "f32">' is not assignable to parameter of type '(p: Params, x: Tensor<["N", 128], "f32">) => Tensor<["N"], "f32"> & "grad: the function must return a float scalar, not [N] f32"'.
      Type 'Tensor<["N"], "f32">' is not assignable to type 'Tensor<["N"], "f32"> & "grad: the function must return a float scalar, not [N] f32"'.
        Type 'Tensor<["N"], "f32">' is not assignable to type '"grad: the function must return a float scalar, not [N] f32"'.

    two batch sizes in one call
    7: Argument of type 'Tensor<[64], "i32">' is not assignable to parameter of type 'Tensor<[32], "i32">'.
      Types of property '[shapeKey]' are incompatible.
        Type '[64]' is not assignable to type '[32]'.
          Type '64' is not assignable to type '32'.

    a skip connection at the wrong level
    6: Argument of type '1' is not assignable to parameter of type '"concat: [N, 32, 64, 64] and [N, 32, 128, 128] differ at axis 2 (64 and 128), only axis 1 may differ"'."
  `);
});

test('the same call says the same at run time', () => {
  const messages = mistakes.map(({ run }) => ruleOf(run));
  expect(messages.join('\n')).toMatchInlineSnapshot(`
    "matmul: inner dimensions 785 and 784 differ ([32, 785] @ [784, 128])
    add: cannot broadcast [32, 128] with [10]: dimensions 128 and 10 differ
    sum: axis 2 is out of range for shape [32, 10] (rank 2)
    reshape: [32, 16, 7, 7] has 25088 elements but [32, 768] has 24576
    mul: dtypes f32 and i32 differ; convert one with cast
    conv2d: input has 3 channels but the kernel expects 1 (input [32, 3, 28, 28] NCHW, kernel [6, 1, 5, 5] OIHW)
    einsum: index 't' is 8 but 9 in operand 2 ('bhtd' on [2, 12, 9, 64])
    grad: the function must return a float scalar, not [32] f32
    mul: cannot broadcast [32, 10] with [64, 10]: dimensions 32 and 64 differ
    concat: [2, 32, 64, 64] and [2, 32, 128, 128] differ at axis 2 (64 and 128), only axis 1 may differ"
  `);
});

/** The sentence in a message of the checker. */
const sentenceOf = (diagnostic: string): string | undefined =>
  /"((?:[a-z]\w+): [^"]*)"/.exec(diagnostic)?.[1];

test.each(mistakes)('only names differ between the two: $what', (mistake) => {
  const { what, run } = mistake;
  const diagnostics = diagnosticsOf(mistake);
  expect(diagnostics).toHaveLength(1);
  const sentence = sentenceOf(diagnostics[0] as string);
  // Named dimensions are unified by the checker alone: the run time has no names to compare.
  if (what === 'two batch sizes in one call') return expect(sentence).toBeUndefined();
  const shapeless = (text: string): string =>
    text.replaceAll(/\b(?:\d+\*)?(?:N|B|T|S|\d+)\b/g, '#');
  expect(shapeless(sentence as string)).toBe(shapeless(ruleOf(run)));
});
