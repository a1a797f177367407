/** Many steps: a training loop that compiles once, keeps nothing, and computes what the plain formula says. */
import { expect, test } from 'vitest';
import { clearPrograms, programCounters } from '../../src/trace/execute.ts';
import { add, matmul, mean, mul, sub, tensor } from '../../src/trace/functions/index.ts';
import { compiled, jit, valueAndGrad } from '../../src/trace/transformations/index.ts';
import { tree } from '../../src/trace/tree.ts';
import { type AnyLeaf, flat } from './dynamic.ts';

interface Line {
  w: AnyLeaf;
  b: AnyLeaf;
}
const loss = (p: Line, x: AnyLeaf, y: AnyLeaf): AnyLeaf => {
  const error = sub(add(matmul(x, p.w), p.b), y) as AnyLeaf;
  return mean(mul(error, error)) as AnyLeaf;
};
const x = tensor([[-1], [0], [1], [2]]) as AnyLeaf;
const y = tensor([[-1], [1], [3], [5]]) as AnyLeaf;
const start = (): Line => ({ w: tensor([[0]]) as AnyLeaf, b: tensor([0]) as AnyLeaf });

const step = (p: Line, inputs: AnyLeaf, targets: AnyLeaf): { p: Line; value: AnyLeaf } => {
  const [value, g] = valueAndGrad(loss)(p, inputs, targets);
  return { p: tree.map((leaf, d) => sub(leaf, mul(d, 0.1)), p, g), value };
};

test.each([
  ['compiled', {}],
  ['compiled with donation', { donate: [0] }],
])('a thousand steps, %s: one program, and the line is found', (_, options) => {
  clearPrograms();
  const before = programCounters();
  const compiledStep = jit(step, options);
  let p = start();
  for (let k = 0; k < 1000; k++) p = compiledStep(p, x, y).p;
  expect(flat(p.w)[0]).toBeCloseTo(2, 5);
  expect(flat(p.b)[0]).toBeCloseTo(1, 5);
  expect(compiled(compiledStep).stats()).toMatchObject({ calls: 1000, hits: 999, misses: 1 });
  expect(programCounters().misses - before.misses).toBe(1);
});

test('the same steps without jit give the same numbers, and compile a handful of programs', () => {
  clearPrograms();
  const before = programCounters();
  const compiledStep = jit(step);
  let [p, q] = [start(), start()];
  for (let k = 0; k < 20; k++) [p, q] = [compiledStep(p, x, y).p, step(q, x, y).p];
  flat(p.w).forEach((value, k) => {
    expect(value).toBeCloseTo(flat(q.w)[k] as number, 5);
  });
  expect(programCounters().misses - before.misses).toBeLessThan(10);
});
