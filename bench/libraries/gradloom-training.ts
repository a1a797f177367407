/** Training steps in Gradloom: one compiled function, which donates its state. */
import { jit, type Tensor, tensor, toBackend, valueAndGrad } from 'gradloom';
import { adam, momentum, sgd } from 'gradloom/optim';
import { firstParameters, madeArray, madeLabels, type Parameters } from '../tasks/data.ts';
import { type ModelName, models, type OptimizerSpec } from '../tasks/models.ts';
import { losses } from './gradloom-models.ts';
import { lossesOf, type Runner } from './library.ts';
import { memoryOf, type Watched } from './watched-backend.ts';

type Any = Tensor<any>;

/** Parameters by name as nested objects of tensors: `hidden.w` is part `w` of layer `hidden`. */
export const nested = (parameters: Parameters): unknown => {
  const tree: Record<string, unknown> = {};
  for (const [name, { data, shape }] of Object.entries(parameters)) {
    const leaf = tensor(data, { shape: [...shape] });
    const [layer = '', part] = name.split('.');
    if (part === undefined) tree[layer] = leaf;
    else tree[layer] = { ...(tree[layer] as object), [part]: leaf };
  }
  return tree;
};

interface Optimizer {
  init(params: unknown): unknown;
  update(params: unknown, gradients: unknown, state: unknown): [unknown, unknown];
}
const optimizerOf = ({ kind, rate }: OptimizerSpec): Optimizer =>
  ({ adam, momentum, sgd })[kind]({ rate }) as unknown as Optimizer;

/** Prepares the training step of a model. */
export const trainGradloom = async (watched: Watched, name: ModelName): Promise<Runner> => {
  const { backend } = watched;
  const spec = models[name];
  const optimizer = optimizerOf(spec.optimizer);
  const loss = losses[name];
  const differentiate = valueAndGrad as unknown as (
    f: typeof loss,
  ) => (p: unknown, ...inputs: Any[]) => [Any, unknown];
  const step = jit(
    ((p: unknown, state: unknown, ...inputs: Any[]) => {
      const [value, gradients] = differentiate(loss)(p, ...inputs);
      return [value, ...optimizer.update(p, gradients, state)];
    }) as never,
    { donate: [0, 1], backend },
  ) as unknown as (p: unknown, state: unknown, ...inputs: Any[]) => [Any, unknown, unknown];
  const targets = {
    none: () => [],
    classes: () => [tensor(madeLabels(spec.targetShape[0] as number)) as unknown as Any],
    array: () => {
      const { data, shape } = madeArray(spec.targetShape, 98);
      return [tensor(data, { shape: [...shape] }) as Any];
    },
  };
  const { data, shape } = madeArray(spec.input, 99);
  const inputs = [tensor(data, { shape: [...shape] }) as Any, ...targets[spec.target]()];
  const own = (await toBackend(inputs, backend)) as Any[];
  const begin = async (): Promise<[unknown, unknown]> => {
    const first = nested(firstParameters(spec.shapes));
    return (await toBackend([first, optimizer.init(first)] as never, backend)) as never;
  };
  let [parameters, state] = await begin();
  const once = (): number => {
    const [value, ...next] = step(parameters, state, ...own);
    [parameters, state] = next;
    const number = value.item() as number;
    value.dispose();
    return number;
  };
  return {
    run: () => {
      once();
    },
    result: async () => {
      [parameters, state] = await begin();
      return lossesOf(once);
    },
    memory: () => memoryOf(watched),
  };
};
