/**
 * What the samples of the array functions show when they are run: the types of one call, what it is
 * differentiable by, and that both backends compute the same.
 */
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import ts from 'typescript';
import { load } from './library.mjs';

const samplesPath = 'tests/functions/samples.ts';
const isTensor = (x) => typeof x === 'object' && x !== null && 'dtype' in x && 'shape' in x;

/** A TypeScript module of the tests, with the library replaced by the given functions. */
const runModule = (path, library) => {
  const { outputText } = ts.transpileModule(readFileSync(path, 'utf8'), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  });
  const require = (name) => {
    if (name === 'gradloom' || name.startsWith('../../src/')) return library;
    return runModule(posix.join(posix.dirname(path), name), library);
  };
  const exports = {};
  new Function('require', 'exports', outputText)(require, exports);
  return exports;
};

/** Functions that tell `seen` of each call: its name, arguments and result. */
const recording = (library, seen) =>
  Object.fromEntries(
    Object.entries(library).map(([name, value]) => {
      if (typeof value !== 'function') return [name, value];
      const recorded = (...args) => {
        const result = value(...args);
        seen.list.push({ name, args, result });
        return result;
      };
      return [name, recorded];
    }),
  );

/** Numbers of the interval that lie far from each other, the same at every run. */
const inputsOf = ({ tensor }, { shapes, interval: [low, high] = [0.3, 1.7] }) => {
  let k = 1;
  return shapes.map((shape) => {
    const size = shape.reduce((a, b) => a * b, 1);
    // Multiples of the golden ratio modulo 1 are spread most evenly.
    const data = Array.from({ length: size }, () => {
      k++;
      return low + (high - low) * ((k * 0.6180339887498949) % 1);
    });
    return tensor(data, { shape });
  });
};

/** The tensors in arguments or results with their paths, in order. */
const tensorsIn = (x, path = []) => {
  if (isTensor(x)) return [{ path, tensor: x }];
  if (typeof x !== 'object' || x === null) return [];
  return Object.entries(x).flatMap(([key, value]) => tensorsIn(value, [...path, key]));
};
const replaced = (x, [key, ...rest], value) => {
  if (key === undefined) return value;
  if (Array.isArray(x))
    return x.map((one, k) => (String(k) === key ? replaced(one, rest, value) : one));
  return { ...x, [key]: replaced(x[key], rest, value) };
};

/** Arguments and results as they are shown: tensors by their types. */
const show = (x) => {
  if (isTensor(x)) return `${x.dtype === 'f32' ? '' : `${x.dtype} `}[${x.shape.join(', ')}]`;
  if (typeof x === 'string') return `'${x}'`;
  if (Array.isArray(x)) return `[${x.map(show).join(', ')}]`;
  if (typeof x !== 'object' || x === null) return String(x);
  const entries = Object.entries(x).map(([key, value]) => `${key}: ${show(value)}`);
  return `{ ${entries.join(', ')} }`;
};

/** Arguments as TypeScript in which tensors are zeros of the same type. */
const codeOf = (x) => {
  if (isTensor(x)) return `T.zeros([${x.shape.join(', ')}], { dtype: '${x.dtype}' })`;
  if (Array.isArray(x)) return `[${x.map(codeOf).join(', ')}]`;
  if (typeof x !== 'object' || x === null) return show(x);
  return `{ ${Object.entries(x)
    .map(([key, value]) => `${key}: ${codeOf(value)}`)
    .join(', ')} }`;
};
/** The types of the tensors in a result, by how each is reached: `[0]` or `.sign`. */
const typesOf = (result) =>
  tensorsIn(result).map(({ path, tensor: { shape, dtype } }) => ({
    access: path.map((key) => (/^\d/.test(key) ? `[${key}]` : `.${key}`)).join(''),
    type: `T.Tensor<[${shape.join(', ')}], '${dtype}'>`,
  }));
const isSame = (a, b) =>
  a.shape.join() === b.shape.join() &&
  a.dtype === b.dtype &&
  a.dataSync().every((x, k) => {
    const y = b.dataSync()[k];
    return Object.is(x, y) || Math.abs(x - y) <= 1e-5 * Math.max(1, Math.abs(y));
  });

/** A number that depends on every float element of a result; undefined when it has none. */
const weigh = (library, result) => {
  const parts = tensorsIn(result).filter(({ tensor }) => /^b?f\d/.test(tensor.dtype));
  const terms = parts.map(({ tensor }) => {
    const size = tensor.shape.reduce((a, b) => a * b, 1);
    const data = Array.from({ length: size }, (_, k) => 0.7 + 0.3 * Math.sin(k));
    const weights = library.tensor(data, { shape: tensor.shape, dtype: tensor.dtype });
    return library.cast(library.sum(library.mul(tensor, weights)), 'f64');
  });
  return terms.length === 0 ? undefined : terms.reduce((a, b) => library.add(a, b));
};

/** By which float arguments of a call the result can be differentiated, and how often. */
const derivativesOf = (library, f, { args, result }) => {
  if (weigh(library, result) === undefined) return 'none';
  const floats = tensorsIn(args).filter(({ tensor }) => /^f\d/.test(tensor.dtype));
  return floats.map(({ path, tensor }) => {
    const loss = (x) => weigh(library, f(...replaced(args, path, x)));
    const gradient = library.grad(loss)(tensor);
    const twice = library.grad((x) => {
      const once = library.cast(library.grad(loss)(x), 'f64');
      return library.sum(library.mul(once, once));
    })(tensor);
    if (!twice.dataSync().every(Number.isFinite))
      throw new Error('a second derivative is infinite');
    return { path, isZero: gradient.dataSync().every((x) => x === 0) };
  });
};

const runSamples = async () => {
  const library = await load('src/index.ts');
  const internal = await load('src/trace/functions/index.ts');
  const seen = { list: [] };
  const { samples } = runModule(samplesPath, recording({ ...internal, ...library }, seen));
  const facts = new Map();
  for (const sample of samples) {
    const name = sample.name.split(' ')[0];
    if (facts.has(name)) continue;
    const [reference, js] = [library.reference, library.js].map((backend) => {
      library.setDefaultBackend(backend);
      seen.list = [];
      sample.call(...inputsOf(library, sample));
      const call = seen.list.find((one) => one.name === name);
      if (call === undefined)
        throw new Error(`${samplesPath}: '${sample.name}' calls no '${name}'`);
      return call;
    });
    const [a, b] = [tensorsIn(reference.result), tensorsIn(js.result)];
    if (a.length !== b.length || !a.every(({ tensor }, k) => isSame(tensor, b[k].tensor))) {
      throw new Error(`${name}: the backends differ`);
    }
    const f = library[name] ?? internal[name];
    let derivatives;
    facts.set(name, {
      example: `${name}(${js.args.map(show).join(', ')}) -> ${show(js.result)}`,
      code: `T.${name}(${js.args.map(codeOf).join(', ')})`,
      types: typesOf(js.result),
      // They take most of the time, and not everybody asks for them.
      get derivatives() {
        // Interpreting such small derivatives is faster than compiling them.
        library.setDefaultBackend(library.reference);
        derivatives ??= derivativesOf(library, f, reference);
        library.setDefaultBackend(library.js);
        return derivatives;
      },
    });
  }
  return facts;
};
let facts;
/** The facts by function; made once. */
export const sampleCalls = async () => {
  facts ??= runSamples();
  return facts;
};
