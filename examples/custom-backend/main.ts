/** Trains a small model on the counting backend and prints what every launch did. */
import { jit, mean, square, type Tensor, toBackend, tree, valueAndGrad } from 'gradloom';
import * as nn from 'gradloom/nn';
import * as random from 'gradloom/random';
import { type LaunchCounts, makeCountingBackend } from './counting-backend.ts';

const counting = makeCountingBackend();

interface Model {
  readonly hidden: nn.Dense<4, 8>;
  readonly out: nn.Dense<8, 1>;
}

const loss = (model: Model, x: Tensor<['N', 4]>, y: Tensor<['N', 1]>) =>
  mean(square(nn.dense(model.out, nn.dense(model.hidden, x).relu()).sub(y)));

const step = jit(
  (model: Model, x: Tensor<['N', 4]>, y: Tensor<['N', 1]>) => {
    const [value, gradients] = valueAndGrad(loss)(model, x, y);
    return [value, tree.map((p, g) => p.sub(g.mul(0.05)), model, gradients)] as const;
  },
  { backend: counting, donate: [0] },
);

/** A table with right-aligned numbers. */
const show = (launches: readonly LaunchCounts[]): string => {
  const rows = launches.map(({ kernel, runs, loads, stores, flops }) => [
    kernel,
    ...[runs, loads / runs, stores / runs, flops / runs].map(String),
  ]);
  const table = [['kernel', 'runs', 'loads', 'stores', 'flops'], ...rows];
  return table
    .map(([name = '', ...numbers]) => name.padEnd(12) + numbers.map((n) => n.padStart(8)).join(''))
    .join('\n');
};

const [k1, k2, k3] = random.split(random.key(0), 3);
const first = { hidden: nn.initDense(k1, 4, 8), out: nn.initDense(k2, 8, 1) };
const inputs = random.normal(k3, [16, 4]);
const targets = inputs.sum(1, { keepDims: true });

let [model, x, y] = await toBackend([first, inputs, targets] as const, counting);
counting.reset();
for (let k = 0; k <= 40; k++) {
  const [value, next] = step(model, x, y);
  model = next;
  if (k % 10 === 0) console.log(`step ${k}: loss ${value.item().toFixed(4)}`);
}
console.log(`\nper run of each launch:\n\n${show(counting.launches)}`);
