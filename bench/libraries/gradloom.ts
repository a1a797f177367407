/** Gradloom as a contender: every task is one compiled function. */
import {
  add,
  conv2d,
  grad,
  init,
  jit,
  js,
  layerNorm,
  matmul,
  ones,
  sigmoid,
  softmax,
  square,
  sum,
  type Tensor,
  tanh,
  tensor,
  toBackend,
  zeros,
} from 'gradloom';
import { type ArrayOf, firstParameters, identity, madeArray } from '../tasks/data.ts';
import { models } from '../tasks/models.ts';
import type { Work } from '../tasks/task.ts';
import { mlpLogits } from './gradloom-models.ts';
import { nested, trainGradloom } from './gradloom-training.ts';
import type { Library, Runner } from './library.ts';
import { memoryOf, type Watched, watch } from './watched-backend.ts';

type Any = Tensor<any>;
type AnyFunction = (...inputs: Any[]) => Any | Any[];

/** A function of arrays, compiled. */
const compute = async (
  watched: Watched,
  f: AnyFunction,
  inputs: readonly ArrayOf[],
): Promise<Runner> => {
  const { backend } = watched;
  const compiled = jit(f as never, { backend }) as unknown as (...inputs: Any[]) => Any | Any[];
  const own = (await toBackend(
    inputs.map(({ data, shape }) => tensor(data, { shape: [...shape] })),
    backend,
  )) as Any[];
  const call = (): Any[] => {
    const results = compiled(...own);
    return Array.isArray(results) ? results : [results];
  };
  return {
    // Of a call that takes a fifth of a microsecond a list around its result is a large part.
    run: () => {
      const results = compiled(...own);
      if (Array.isArray(results)) for (const y of results) y.dispose();
      else results.dispose();
    },
    result: () => Promise.all(call().map(async (y) => (await y.data()) as Float32Array)),
    memory: () => memoryOf(watched),
  };
};

const rowFunctions: Readonly<Record<string, (columns: number) => AnyFunction>> = {
  softmax: () => (x) => softmax(x, 1),
  layerNorm: (columns) => (x) => layerNorm(x, ones([columns]) as Any, zeros([columns]) as Any),
  sumRows: () => (x) => sum(x, 1),
  sumColumns: () => (x) => sum(x, 0),
};

const convolve = (x: Any, w: Any): Any => conv2d(x, w, { padding: 1 }) as Any;

const make = async (watched: Watched, work: Work): Promise<Runner> => {
  switch (work.kind) {
    case 'matmul': {
      const { m, k, n } = work;
      return compute(watched, (x, y) => matmul(x, y), [madeArray([m, k], 0), madeArray([k, n], 1)]);
    }
    case 'elements': {
      const f: AnyFunction =
        work.form === 'add' ? (x, y) => add(x, y) : (x, y) => sigmoid(tanh(x).mul(y));
      return compute(watched, f, [madeArray([work.count], 0), madeArray([work.count], 1)]);
    }
    case 'rows': {
      const f = rowFunctions[work.form]?.(work.columns) as AnyFunction;
      return compute(watched, f, [madeArray([work.rows, work.columns], 0)]);
    }
    case 'conv': {
      const { batch, channels, side, withGradients } = work;
      const inputs = [
        madeArray([batch, channels, side, side], 0),
        madeArray([channels, channels, 3, 3], 1),
      ];
      if (!withGradients) return compute(watched, convolve, inputs);
      // The cotangent is the output itself: the output and both gradients are computed.
      const energy = (p: { x: Any; w: Any }): Tensor<[]> =>
        sum(square(convolve(p.x, p.w))).mul(0.5) as Tensor<[]>;
      const f = (x: Any, w: Any): Any[] => {
        const gradients = grad(energy)({ x, w });
        return [gradients.x, gradients.w];
      };
      return compute(watched, f, inputs);
    }
    case 'forward': {
      const first = nested(firstParameters(models[work.model].shapes));
      const p = (await toBackend(first as never, watched.backend)) as Parameters<
        typeof mlpLogits
      >[0];
      return compute(watched, (x) => mlpLogits(p, x) as Any, [
        madeArray(models[work.model].input, 99),
      ]);
    }
    case 'train':
    case 'first':
      return trainGradloom(watched, work.model);
    case 'tiny':
      return compute(
        watched,
        (x, y) => {
          let z = x;
          for (let k = 0; k < 5; k++) z = tanh(z.mul(y) as Any) as Any;
          return z;
        },
        [madeArray([16], 0), madeArray([16], 1)],
      );
    case 'launches':
      return compute(
        watched,
        (x, w) => {
          let z = x;
          for (let k = 0; k < work.count; k++) z = matmul(z, w) as Any;
          return z;
        },
        [madeArray([16, 16], 0), identity(16)],
      );
  }
};

/** Opens Gradloom on a backend. */
export const openGradloom = async (
  name: 'js' | 'wasm',
  options: Readonly<Record<string, unknown>> = {},
): Promise<Library> => {
  const watched = watch(name === 'js' ? js : await init('wasm', options as never));
  return { version: 'gradloom', make: (work) => make(watched, work) };
};
