/** jax-js as a contender, on its WebAssembly backend: every task is one function in `jit`. */
import { createRequire } from 'node:module';
import { type ArrayOf, firstParameters, identity, madeArray, madeLabels } from '../tasks/data.ts';
import { type ModelName, models } from '../tasks/models.ts';
import type { Work } from '../tasks/task.ts';
import { type Jax, type JaxArray, type JaxTree, jaxLosses, jaxMlp } from './jax-models.ts';
import { beginJax, stateUpdate } from './jax-optimizers.ts';
import { type Library, lossesOf, type Runner } from './library.ts';

// The peers are installed beside this file, not with the library.
const require = createRequire(import.meta.url);

const upload = ({ numpy }: Jax, { data, shape }: ArrayOf): JaxArray =>
  numpy.array(data.slice()).reshape([...shape]);

/** A compiled function of arrays, which are kept. */
const compute = (
  jax: Jax,
  f: (...inputs: JaxArray[]) => JaxArray | JaxArray[],
  arrays: readonly ArrayOf[],
): Runner => {
  const compiled = jax.jit(f as never) as unknown as (...inputs: JaxArray[]) => JaxArray;
  const own = arrays.map((array) => upload(jax, array));
  const call = (): JaxArray[] => [compiled(...own.map((x) => x.ref))].flat();
  return {
    run: async () => {
      for (const y of call()) {
        await y.blockUntilReady();
        y.dispose();
      }
    },
    result: () => Promise.all(call().map(async (y) => (await y.data()) as Float32Array)),
  };
};

const targetOf = (jax: Jax, name: ModelName): JaxArray[] => {
  const { target, targetShape } = models[name];
  if (target === 'none') return [];
  if (target === 'array') return [upload(jax, madeArray(targetShape, 98))];
  const labels = madeLabels(targetShape[0] as number);
  const chosen = new Float32Array(labels.length * 10);
  for (const [k, label] of labels.entries()) chosen[10 * k + label] = 1;
  return [upload(jax, { data: chosen, shape: [labels.length, 10] })];
};

type Differentiated = (p: JaxTree, ...data: JaxArray[]) => [JaxArray, JaxTree];
const train = (jax: Jax, name: ModelName): Runner => {
  const spec = models[name];
  const loss = jaxLosses(jax)[name];
  const update = stateUpdate(jax, spec.optimizer);
  const inputs = [upload(jax, madeArray(spec.input, 99)), ...targetOf(jax, name)];
  const step = jax.jit(((p: JaxTree, state: Record<string, JaxTree>, ...data: JaxArray[]) => {
    const copies = jax.tree.ref(p as never) as unknown as JaxTree;
    const differentiated = jax.valueAndGrad(loss as never) as unknown as Differentiated;
    const [value, gradients] = differentiated(copies, ...data);
    return [value, ...update(p, gradients, state)];
  }) as never) as unknown as (
    p: JaxTree,
    state: Record<string, JaxTree>,
    ...data: JaxArray[]
  ) => [JaxArray, JaxTree, Record<string, JaxTree>];
  const begin = () => {
    const first = Object.entries(firstParameters(spec.shapes));
    const parameters = Object.fromEntries(first.map(([part, array]) => [part, upload(jax, array)]));
    return { parameters, state: beginJax(jax, spec.optimizer, first) };
  };
  let { parameters, state } = begin();
  const once = async (): Promise<number> => {
    const [value, ...next] = step(parameters, state, ...inputs.map((x) => x.ref));
    [parameters, state] = next;
    const [number = Number.NaN] = await value.data();
    return number;
  };
  return {
    run: async () => {
      await once();
    },
    result: () => {
      ({ parameters, state } = begin());
      return lossesOf(once);
    },
  };
};

const rows =
  (jax: Jax, form: (Work & { kind: 'rows' })['form']) =>
  (x: JaxArray): JaxArray => {
    if (form === 'softmax') return jax.nn.softmax(x, 1);
    if (form === 'layerNorm') return jax.nn.standardize(x, 1);
    return x.sum(form === 'sumRows' ? 1 : 0);
  };

const make = (jax: Jax, work: Work): Runner => {
  const { lax, nn, numpy: np } = jax;
  switch (work.kind) {
    case 'matmul': {
      const { m, k, n } = work;
      const arrays = [madeArray([m, k], 0), madeArray([k, n], 1)];
      return compute(jax, (x, y) => np.matmul(x as JaxArray, y as JaxArray), arrays);
    }
    case 'elements': {
      const arrays = [madeArray([work.count], 0), madeArray([work.count], 1)];
      return work.form === 'add'
        ? compute(jax, (x, y) => np.add(x as JaxArray, y as JaxArray), arrays)
        : compute(jax, (x, y) => nn.sigmoid(np.tanh(x as JaxArray).mul(y as JaxArray)), arrays);
    }
    case 'rows': {
      const f = rows(jax, work.form);
      return compute(jax, (x) => f(x as JaxArray), [madeArray([work.rows, work.columns], 0)]);
    }
    case 'conv': {
      const { batch, channels, side, withGradients } = work;
      const arrays = [
        madeArray([batch, channels, side, side], 0),
        madeArray([channels, channels, 3, 3], 1),
      ];
      const convolve = (x: JaxArray, w: JaxArray): JaxArray => lax.conv(x, w, [1, 1], 'SAME');
      if (!withGradients) {
        return compute(jax, (x, w) => convolve(x as JaxArray, w as JaxArray), arrays);
      }
      const energy = ({ x, w }: JaxTree): JaxArray =>
        np
          .square(convolve(x as JaxArray, w as JaxArray))
          .sum()
          .mul(0.5);
      const gradient = jax.grad(energy as never) as unknown as (p: JaxTree) => JaxTree;
      return compute(
        jax,
        (x, w) => {
          const both = gradient({ x: x as JaxArray, w: w as JaxArray });
          return [both.x as JaxArray, both.w as JaxArray];
        },
        arrays,
      );
    }
    case 'forward': {
      const { shapes, input } = models[work.model];
      const first = firstParameters(shapes);
      const names = Object.keys(first);
      return compute(
        jax,
        (x, ...parts) =>
          jaxMlp(
            jax,
            Object.fromEntries(names.map((name, k) => [name, parts[k] as JaxArray])),
            x as JaxArray,
          ),
        [madeArray(input, 99), ...Object.values(first)],
      );
    }
    case 'train':
    case 'first':
      return train(jax, work.model);
    case 'tiny':
      return compute(
        jax,
        (x, y) => {
          let z = x as JaxArray;
          for (let k = 0; k < 5; k++) z = np.tanh(z.mul((y as JaxArray).ref));
          (y as JaxArray).dispose();
          return z;
        },
        [madeArray([16], 0), madeArray([16], 1)],
      );
    case 'launches':
      return compute(
        jax,
        (x, w) => {
          let z = x as JaxArray;
          for (let k = 0; k < work.count; k++) z = np.matmul(z, (w as JaxArray).ref);
          (w as JaxArray).dispose();
          return z;
        },
        [madeArray([16, 16], 0), identity(16)],
      );
  }
};

/** Opens jax-js on a backend. */
export const openJax = async (backend: 'wasm' | 'cpu'): Promise<Library> => {
  const jax: Jax = require('@jax-js/jax');
  const started = await jax.init(backend);
  if (!started.includes(backend)) throw new Error(`jax-js: no backend '${backend}'`);
  jax.defaultDevice(backend);
  const { version } = require('../node_modules/@jax-js/jax/package.json');
  return { version: `@jax-js/jax ${version}`, make: (work) => make(jax, work) };
};
