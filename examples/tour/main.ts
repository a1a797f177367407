/** The tour's program: fits sin(3x) with two dense layers; the whole training step is one graph. */
import { compile } from './generate.ts';
import { grad } from './grad.ts';
import { inline, print, trace } from './graph.ts';
import { add, dense, like, meanSquare, mul, sum, tanh } from './ops.ts';

// One function, traced, differentiated and compiled: the sum of the squares of three numbers.
const square = trace([[3]], (x) => [sum(mul(x, x), [0])]);
const both = grad(square, 1);
console.log(`${print(square)}\n\n${print(both)}\n\n${compile(both).sources.join('\n')}`);
console.log(
  `\nvalue and gradient at 1, 2, 3: ${compile(both)
    .run([Float64Array.of(1, 2, 3)])
    .join(' and ')}`,
);

// The model: 1 -> 16 -> 1. Parameters come first, so that they are what `grad` differentiates by.
const hidden = 16;
const points = 32;
const parameterShapes = [[1, hidden], [hidden], [hidden, 1], [1]];
const shapes = [...parameterShapes, [points, 1], [points, 1]];
const loss = trace(shapes, (w1, b1, w2, b2, x, y) => [
  meanSquare(dense(tanh(dense(x!, w1!, b1!)), w2!, b2!), y!),
]);

// Loss, gradients and the new parameters in one graph.
const rate = 0.2;
const step = trace(shapes, (...inputs) => {
  const [value, ...gradients] = inline(grad(loss, parameterShapes.length), inputs).outputs;
  const next = gradients.map((g, k) => add(inputs[k]!, mul(like(g, -rate), g)));
  return [value!, ...next];
});
const { run, sources } = compile(step);
console.log(`\n${step.eqns.length} equations, ${sources.length} kernels; the first one:\n`);
console.log(`${sources[0]}\n`);

const x = Float64Array.from({ length: points }, (_, k) => (2 * k) / (points - 1) - 1);
const y = x.map((t) => Math.sin(3 * t));
let parameters: Float64Array[] = parameterShapes.map((shape, which) => {
  const length = shape.reduce((product, extent) => product * extent, 1);
  return Float64Array.from({ length }, (_, k) => Math.sin(7 * k + which));
});
for (let k = 0; k <= 1000; k++) {
  const [value, ...next] = run([...parameters, x, y]);
  if (k % 250 === 0) console.log(`step ${k}: loss ${value![0]!.toFixed(4)}`);
  parameters = next;
}
