/** The optimizers for jax-js, written down: its own library of them is another package. */
import { type ArrayOf, sizeOf } from '../tasks/data.ts';
import type { OptimizerSpec } from '../tasks/models.ts';
import type { Jax, JaxArray, JaxTree } from './jax-models.ts';

/** State of an optimizer: trees by name, one array in each per parameter. */
export type JaxState = Record<string, JaxTree>;

/** The state before the first step. */
export const beginJax = (
  { numpy: np }: Jax,
  { kind }: OptimizerSpec,
  parameters: readonly (readonly [string, ArrayOf])[],
): JaxState => {
  const zeros = (): JaxTree =>
    Object.fromEntries(
      parameters.map(([name, { shape }]) => [
        name,
        np.array(new Float32Array(sizeOf(shape))).reshape([...shape]),
      ]),
    );
  if (kind === 'sgd') return {};
  if (kind === 'momentum') return { velocity: zeros() };
  return { mean: zeros(), square: zeros(), step: { count: np.array(new Float32Array(1)) } };
};

type Update = (p: JaxTree, gradients: JaxTree, state: JaxState) => [JaxTree, JaxState];
const [beta1, beta2, eps] = [0.9, 0.999, 1e-8];

/** The parameters and the state after a step; uses up all that it is given. */
export const stateUpdate = ({ numpy: np }: Jax, { kind, rate }: OptimizerSpec): Update => {
  const of = (tree: JaxTree | undefined, name: string): JaxArray => tree?.[name] as JaxArray;
  const each = (p: JaxTree, f: (name: string, parameter: JaxArray) => JaxArray): JaxTree =>
    Object.fromEntries(Object.entries(p).map(([name, parameter]) => [name, f(name, parameter)]));
  if (kind === 'sgd') {
    return (p, gradients) => [each(p, (name, x) => x.sub(of(gradients, name).mul(rate))), {}];
  }
  if (kind === 'momentum') {
    return (p, gradients, state) => {
      const velocity = each(gradients, (name, g) => of(state.velocity, name).mul(0.9).add(g));
      return [each(p, (name, x) => x.sub(of(velocity, name).ref.mul(rate))), { velocity }];
    };
  }
  return (p, gradients, state) => {
    const count = of(state.step, 'count').add(1);
    const correction = (beta: number): JaxArray =>
      np
        .exp(count.ref.mul(Math.log(beta)))
        .mul(-1)
        .add(1);
    const [first, second] = [correction(beta1), np.sqrt(correction(beta2))];
    const mean = each(gradients, (name, g) =>
      of(state.mean, name)
        .mul(beta1)
        .add(g.ref.mul(1 - beta1)),
    );
    const square = each(gradients, (name, g) =>
      of(state.square, name)
        .mul(beta2)
        .add(np.square(g).mul(1 - beta2)),
    );
    const next = each(p, (name, x) => {
      const deviation = np.sqrt(of(square, name).ref).div(second.ref).add(eps);
      return x.sub(of(mean, name).ref.div(deviation).div(first.ref).mul(rate));
    });
    first.dispose();
    second.dispose();
    return [next, { mean, square, step: { count } }];
  };
};
