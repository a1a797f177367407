/** Derivatives of derivatives as programs use them: per example, as penalties, of high order. */
import {
  add,
  at,
  grad,
  jit,
  js,
  log,
  matmul,
  mean,
  mul,
  neg,
  norm,
  reference,
  setDefaultBackend,
  sigmoid,
  sin,
  square,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
  valueAndGrad,
  vmap,
} from 'gradloom';
import { afterEach, describe, expect, test } from 'vitest';

afterEach(() => setDefaultBackend(js));
const backends = [
  ['js', js],
  ['reference', reference],
] as const;

const x = [
  [0.5, -1],
  [0.25, 2],
  [-0.75, 0.5],
];
const w1 = [
  [0.3, -0.6],
  [0.9, 0.1],
];
const b1 = [0.1, -0.2];
const w2 = [0.7, -0.4];

describe.each(backends)('on %s', (_, backend) => {
  test('derivatives of any order, element by element', () => {
    setDefaultBackend(backend);
    type Scalar = (v: Tensor<[]>) => Tensor<[]>;
    const f: Scalar = (v) => sin(mul(v, 2));
    let derivative: Scalar = f;
    for (let order = 0; order < 5; order++) derivative = grad(derivative) as Scalar;
    const found = vmap(derivative)(tensor([0, 0.5, 1])).toArray();
    [0, 0.5, 1].forEach((v, k) => {
      expect(found[k]).toBeCloseTo(32 * Math.cos(2 * v), 3);
    });
  });

  test('the gradients of every example', () => {
    setDefaultBackend(backend);
    const loss = (w: Tensor<[2]>, row: Tensor<[2]>): Tensor<[]> => square(sum(mul(w, row)));
    const each = jit(vmap(grad(loss), { inAxes: [null, 0] }));
    const w = tensor(w2 as [number, number]);
    const found = each(w, tensor(x) as Tensor<[3, 2]>).toArray();
    x.forEach((row, k) => {
      const product = row[0]! * w2[0]! + row[1]! * w2[1]!;
      row.forEach((v, j) => {
        expect(found[k]![j]).toBeCloseTo(2 * product * v, 5);
      });
    });
  });

  test('the gradient of a penalty on gradients', () => {
    setDefaultBackend(backend);
    const critic = (row: Tensor<[2]>, w: Tensor<[2, 2]>): Tensor<[]> =>
      sum(mul(tanh(add(matmul(w, row), tensor(b1) as Tensor<[2]>)), tensor(w2) as Tensor<[2]>));
    const penalty = (w: Tensor<[2, 2]>, rows: Tensor<[3, 2]>): Tensor<[]> => {
      const slopes = vmap(grad(critic), { inAxes: [0, null] })(rows, w);
      return mean(square(sub(norm(slopes, 1), 1)));
    };
    // The same by hand: dD/dx = W1^T (w2 (1 - tanh^2)).
    const byHand = (w: readonly (readonly number[])[]): number => {
      const each = x.map((row) => {
        const h = w.map((line, k) => Math.tanh(line[0]! * row[0]! + line[1]! * row[1]! + b1[k]!));
        const slope = [0, 1].map((j) =>
          h.reduce((total, t, k) => total + w[k]![j]! * w2[k]! * (1 - t * t), 0),
        );
        return (Math.hypot(...slope) - 1) ** 2;
      });
      return each.reduce((a, b) => a + b, 0) / each.length;
    };
    const [value, gradient] = valueAndGrad(penalty)(
      tensor(w1) as Tensor<[2, 2]>,
      tensor(x) as Tensor<[3, 2]>,
    );
    expect(value.item()).toBeCloseTo(byHand(w1), 5);
    const found = gradient.toArray();
    const h = 1e-5;
    w1.forEach((line, k) => {
      line.forEach((__, j) => {
        const moved = (by: number): number =>
          byHand(w1.map((one, a) => one.map((v, b) => (a === k && b === j ? v + by : v))));
        expect(found[k]![j]).toBeCloseTo((moved(h) - moved(-h)) / (2 * h), 4);
      });
    });
  });

  test('a logistic neuron', () => {
    setDefaultBackend(backend);
    const loss = (w: Tensor<[2]>, b: Tensor<[]>): Tensor<[]> => {
      const y = sigmoid(add(matmul(tensor(x) as Tensor<[3, 2]>, w), b));
      return neg(log(at(y, 0)));
    };
    const [value, [byWeights, byBias]] = valueAndGrad(loss, { argnums: [0, 1] })(
      tensor(w2) as Tensor<[2]>,
      tensor(0.5),
    );
    const p = 1 / (1 + Math.exp(-(0.5 * 0.7 + 0.4 + 0.5)));
    expect(value.item()).toBeCloseTo(-Math.log(p), 5);
    expect(byBias.item()).toBeCloseTo(p - 1, 5);
    expect(byWeights.toArray()[0]).toBeCloseTo((p - 1) * 0.5, 5);
    expect(byWeights.toArray()[1]).toBeCloseTo((p - 1) * -1, 5);
  });
});
