/** The entries of ops.json that are no functions of tensors, and what stands for them. */
import { readFileSync } from 'node:fs';
import { definitions } from './operations.mjs';
import { escapeCell, publicFunctions } from './public-functions.mjs';

/**
 * What covers an entry: functions by their entry point, and the title of a test in a file. All of
 * them are checked to exist.
 */
export const otherEntries = {
  program: {
    functions: { gradloom: ['jit'] },
    test: ['tests/properties/compiled.test.ts', 'compiled'],
  },
  jacobian: {
    functions: { gradloom: ['jacobian'] },
    test: ['tests/trace/jacobian.test.ts', 'the shorter side is chosen'],
  },
  hessian: {
    functions: { gradloom: ['hessian', 'hessianVectorProduct'] },
    test: ['tests/trace/jacobian.test.ts', 'hessians, and products without them'],
  },
  nth_derivative: {
    words: '`grad` of `grad`, as often as needed, under `vmap`',
    functions: { gradloom: ['grad', 'vmap'] },
    test: ['tests/trace/derived-programs.test.ts', 'derivatives of any order'],
  },
  per_example_grads: {
    words: '`vmap(grad(loss))`',
    functions: { gradloom: ['vmap', 'grad'] },
    test: ['tests/trace/derived-programs.test.ts', 'the gradients of every example'],
  },
  mlp_gradient_penalty: {
    words: '`grad` of a loss that holds `vmap(grad(f))`',
    functions: { gradloom: ['grad', 'vmap'] },
    test: ['tests/trace/derived-programs.test.ts', 'the gradient of a penalty on gradients'],
  },
  optimizer: {
    functions: { 'gradloom/optim': ['sgd', 'momentum', 'adam', 'adamW', 'adagrad', 'rmsProp'] },
    test: ['tests/stdlib/optimizers.test.ts', 'ten steps'],
  },
  train: {
    functions: { gradloom: ['jit', 'valueAndGrad'] },
    test: [
      'tests/stdlib/training.test.ts',
      'a network learns which points lie outside of a circle',
    ],
  },
  lr_schedule: {
    functions: {
      'gradloom/optim': [
        'stepDecay',
        'exponentialDecay',
        'cosineDecay',
        'linearWarmup',
        'oneCycle',
      ],
    },
    test: ['tests/stdlib/schedules.test.ts', 'a schedule of the step of the state drives'],
  },
  clip_by_global_norm: {
    functions: { 'gradloom/optim': ['clipByGlobalNorm', 'globalNorm'] },
    test: ['tests/stdlib/schedules.test.ts', 'by the norm of all'],
  },
  initializer: {
    words: '`nn.init`: `xavierUniform`, `xavierNormal`, `heUniform`, `heNormal`, `zeros`, `ones`',
    functions: { 'gradloom/nn': ['initDense'] },
    test: ['tests/stdlib/init.test.ts', 'the gain scales'],
  },
  prng_block: {
    functions: { 'gradloom/random': ['key', 'split', 'bits'] },
    test: ['tests/stdlib/random-vectors.test.ts', 'what is exact'],
  },
  logistic_neuron: {
    functions: { gradloom: ['sigmoid', 'valueAndGrad'] },
    test: ['tests/trace/derived-programs.test.ts', 'a logistic neuron'],
  },
};

const requireTest = (entry, [path, title]) => {
  if (readFileSync(path, 'utf8').includes(title)) return;
  throw new Error(`${entry}: ${path} has no test '${title}'`);
};
const requireFunctions = (entry, functions) => {
  for (const [module, names] of Object.entries(functions)) {
    const exported = new Set(publicFunctions(module).map(({ name }) => name));
    const missing = names.filter((name) => !exported.has(name));
    if (missing.length > 0) throw new Error(`${entry}: ${module} has no ${missing.join(', ')}`);
  }
};
const wordsOf = ({ words, functions }) =>
  words ??
  Object.entries(functions)
    .map(([module, names]) => `${names.map((name) => `\`${name}\``).join(', ')} of \`${module}\``)
    .join('; ');

/** A row per entry that is no function. */
export const otherEntryTable = async () => {
  const rows = Object.entries(otherEntries).map(([entry, covered]) => {
    if (definitions[entry] === undefined) throw new Error(`ops.json has no '${entry}'`);
    requireFunctions(entry, covered.functions);
    requireTest(entry, covered.test);
    const [path] = covered.test;
    const meaning = escapeCell(definitions[entry]);
    return `| ${entry} | ${meaning} | ${wordsOf(covered)} | \`${path}\` |`;
  });
  return ['| Entry | Meaning | Covered by | Tested in |', '|---|---|---|---|', ...rows].join('\n');
};
