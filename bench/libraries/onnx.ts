/**
 * onnxruntime-web as a contender, for inference: models are made here. It copies inputs in and
 * results out at every run; that is part of its times.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type * as Runtime from 'onnxruntime-web';
import { type ArrayOf, firstParameters, identity, madeArray } from '../tasks/data.ts';
import { models } from '../tasks/models.ts';
import type { Work } from '../tasks/task.ts';
import type { Library, Runner } from './library.ts';
import { type OnnxGraph, type OnnxNode, onnxModel } from './onnx-model.ts';

type Ort = typeof Runtime;
// The peers are installed beside this file, not with the library.
const require = createRequire(import.meta.url);

/** A graph with the data of its inputs. */
interface Prepared {
  readonly inputs: Readonly<Record<string, ArrayOf>>;
  readonly output: readonly number[];
  readonly constants?: OnnxGraph['constants'];
  readonly nodes: readonly OnnxNode[];
}

/** Operations in a chain from `x` to `y`; each reads the one before, then its own inputs. */
const chain = (
  links: readonly (readonly [
    op: string,
    others?: readonly string[],
    attributes?: OnnxNode['attributes'],
  ])[],
): OnnxNode[] =>
  links.map(([op, others = [], attributes = {}], k) => ({
    op,
    inputs: [k === 0 ? 'x' : `h${k}`, ...others],
    outputs: [k === links.length - 1 ? 'y' : `h${k + 1}`],
    attributes,
  }));

const rowNodes = (
  form: (Work & { kind: 'rows' })['form'],
  columns: number,
): Pick<Prepared, 'nodes' | 'constants'> => {
  switch (form) {
    case 'softmax':
      return { nodes: chain([['Softmax', [], { axis: { int: 1 } }]]) };
    case 'layerNorm':
      return {
        nodes: chain([
          [
            'LayerNormalization',
            ['scale', 'shift'],
            { axis: { int: 1 }, epsilon: { float: 1e-5 } },
          ],
        ]),
        constants: {
          scale: { data: new Float32Array(columns).fill(1), shape: [columns] },
          shift: { data: new Float32Array(columns), shape: [columns] },
        },
      };
    default:
      return {
        nodes: chain([['ReduceSum', ['axes'], { keepdims: { int: 0 } }]]),
        constants: {
          axes: { data: BigInt64Array.of(form === 'sumRows' ? 1n : 0n), shape: [1] },
        },
      };
  }
};

const prepare = (work: Work): Prepared => {
  switch (work.kind) {
    case 'matmul': {
      const { m, k, n } = work;
      return {
        inputs: { x: madeArray([m, k], 0), w: madeArray([k, n], 1) },
        output: [m, n],
        nodes: chain([['MatMul', ['w']]]),
      };
    }
    case 'elements': {
      const { count, form } = work;
      return {
        inputs: { x: madeArray([count], 0), w: madeArray([count], 1) },
        output: [count],
        nodes:
          form === 'add' ? chain([['Add', ['w']]]) : chain([['Tanh'], ['Mul', ['w']], ['Sigmoid']]),
      };
    }
    case 'rows': {
      const { form, rows, columns } = work;
      const outputs = { sumRows: [rows], sumColumns: [columns] } as Record<string, number[]>;
      return {
        inputs: { x: madeArray([rows, columns], 0) },
        output: outputs[form] ?? [rows, columns],
        ...rowNodes(form, columns),
      };
    }
    case 'conv': {
      const { batch, channels, side, withGradients } = work;
      if (withGradients) throw new Error('inference only: it has no gradients');
      return {
        inputs: { x: madeArray([batch, channels, side, side], 0) },
        output: [batch, channels, side, side],
        constants: { w: madeArray([channels, channels, 3, 3], 1) },
        nodes: chain([
          ['Conv', ['w'], { pads: { ints: [1, 1, 1, 1] }, kernel_shape: { ints: [3, 3] } }],
        ]),
      };
    }
    case 'forward': {
      const { shapes, input } = models[work.model];
      return {
        inputs: { x: madeArray(input, 99) },
        output: [input[0] as number, 10],
        constants: firstParameters(shapes),
        nodes: chain([
          ['MatMul', ['hidden1.w']],
          ['Add', ['hidden1.b']],
          ['Relu'],
          ['MatMul', ['hidden2.w']],
          ['Add', ['hidden2.b']],
          ['Relu'],
          ['MatMul', ['out.w']],
          ['Add', ['out.b']],
        ]),
      };
    }
    case 'tiny':
      return {
        inputs: { x: madeArray([16], 0), w: madeArray([16], 1) },
        output: [16],
        nodes: chain(
          Array.from({ length: 10 }, (_, k) => (k % 2 === 0 ? ['Mul', ['w']] : ['Tanh'])),
        ),
      };
    case 'launches':
      return {
        inputs: { x: madeArray([16, 16], 0), w: identity(16) },
        output: [16, 16],
        nodes: chain(Array.from({ length: work.count }, () => ['MatMul', ['w']])),
      };
    case 'train':
    case 'first':
      throw new Error('inference only: it does not train');
  }
};

const make = async (ort: Ort, work: Work): Promise<Runner> => {
  const { inputs, output, constants = {}, nodes } = prepare(work);
  const shapes = Object.fromEntries(Object.entries(inputs).map(([name, one]) => [name, one.shape]));
  const model = onnxModel({ inputs: shapes, outputs: { y: output }, constants, nodes });
  const session = await ort.InferenceSession.create(model, {
    executionProviders: ['wasm'],
    graphOptimizationLevel: 'all',
  });
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([name, { data, shape }]) => [
      name,
      new ort.Tensor('float32', data, [...shape]),
    ]),
  );
  return {
    run: async () => {
      await session.run(feeds);
    },
    result: async () => [((await session.run(feeds)).y as Runtime.Tensor).data as Float32Array],
  };
};

/** Opens onnxruntime-web on its WebAssembly backend. */
export const openOnnx = async (threads: number): Promise<Library> => {
  const path = require.resolve('onnxruntime-web/wasm').replace(/[^/\\]+$/, 'ort.node.min.mjs');
  const ort: Ort = await import(pathToFileURL(path).href);
  ort.env.wasm.numThreads = threads;
  ort.env.logLevel = 'error';
  const { version } = require('../node_modules/onnxruntime-web/package.json');
  return { version: `onnxruntime-web ${version}`, make: (work) => make(ort, work) };
};
