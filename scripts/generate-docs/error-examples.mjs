/**
 * One program per error class that throws it. They are shown in docs/errors.md, where the tests of
 * the documentation run them, and their messages are taken from a run.
 */

/** What each example imports, and its statements; the last one throws. */
export const errorExamples = {
  ShapeError: {
    imports: [['gradloom', 'matmul, zeros']],
    lines: ['matmul(zeros([32, 785]), zeros([784, 128]));'],
  },
  DTypeError: {
    imports: [['gradloom', 'add, tensor']],
    lines: ["const steps = tensor([1, 2], { dtype: 'i32' });", 'add(tensor([0.5, 0.5]), steps);'],
  },
  ArgumentError: {
    imports: [['gradloom', 'sum, zeros']],
    lines: [
      'const options: { [name: string]: boolean } = JSON.parse(\'{ "keepDim": true }\');',
      'sum(zeros([2, 3]), 0, options);',
    ],
  },
  TraceError: {
    imports: [['gradloom', 'jit, type Tensor, tensor']],
    lines: [
      'const clip = jit((x: Tensor<[]>) => (x > tensor(1) ? tensor(1) : x));',
      'clip(tensor(2));',
    ],
  },
  DifferentiationError: {
    imports: [['gradloom', 'grad, square, type Tensor, tensor']],
    lines: ['grad((x: Tensor) => square(x))(tensor([1, 2]));'],
  },
  DisposedError: {
    imports: [['gradloom', 'jit, tensor']],
    lines: [
      'const x = tensor([1, 2]);',
      'const double = jit((v: typeof x) => v.mul(2), { donate: [0] });',
      'double(x);',
      'x.add(1);',
    ],
  },
  FormatError: {
    imports: [['gradloom/data', 'readSafetensors']],
    lines: ['readSafetensors(new Uint8Array([1, 2, 3]));'],
  },
  BackendError: {
    imports: [['gradloom', 'jit, js, reference, setDefaultBackend, tensor']],
    lines: [
      'setDefaultBackend(js);',
      'const f = jit((x: ReturnType<typeof tensor>) => x, { backend: reference });',
      'f(tensor([1, 2])); // lives on the default backend',
    ],
  },
};
