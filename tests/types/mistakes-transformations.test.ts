/**
 * Wrong arguments of transformations: the editor and the run time say the same sentence, or both
 * name what is wrong.
 */
import * as T from 'gradloom';
import * as optim from 'gradloom/optim';
import { expect, test, vi } from 'vitest';
import { checkFile } from './checker.ts';

// The checker reads the declarations of the platform once, which takes a while on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

/** Calls about which both say the same sentence; all functions are called with v or with x. */
const alike = [
  'T.grad((x: T.Tensor<[3]>) => x)(v)',
  'T.grad((x: T.Tensor<[3]>) => T.gt(T.sum(x), 0))(v)',
  'T.grad((x: T.Tensor<[3], "i32">) => T.sum(T.cast(x, "f32")))(n)',
  'T.grad((x: T.Tensor<[3]>, k: T.Tensor<[3], "i32">) => T.sum(T.take(x, k)), { argnums: 1 })(v, n)',
  'T.grad((p: { w: T.Tensor<[3]>; k: typeof n }) => T.sum(T.take(p.w, p.k)))({ w: v, k: n })',
  'T.valueAndGrad((x: T.Tensor<[3]>) => T.square(x))(v)',
  'T.hessian((x: T.Tensor<[3]>) => T.square(x))(v)',
  'T.hessianVectorProduct((x: T.Tensor<[3]>) => T.square(x))(v, v)',
];
/** Calls whose mistake the editor shows in words of its own, and what these hold. */
const inOtherWords = [
  ['T.jvp((x: T.Tensor<[3]>) => T.sum(x), [v], [T.zeros([2])])', `'Tensor<[2], "f32">'`],
  ['T.jvp((x: T.Tensor<[3]>) => T.sum(x), [v], [])', '0 element(s) but target requires 1'],
  ['T.vjp((x: T.Tensor<[3]>) => T.square(x), v)[1](T.zeros([2]))', `'Tensor<[2], "f32">'`],
  ['T.vmap((x: T.Tensor<[3]>) => T.sum(x))(T.zeros([]))', 'type \'Tensor<[Dim, 3], "f32">\''],
  [
    'T.vmap((a: T.Tensor<[3]>, b: T.Tensor<[3]>) => T.add(a, b))(x, T.zeros([4, 3]))',
    'OneDimensionTwoSizes<2 | 4>',
  ],
  ['T.jit((x: T.Tensor<[3]>) => T.sum(x), { donates: [0] })', "Did you mean to write 'donate'?"],
  ['T.cond(v, () => v, () => v)', 'type \'boolean | Tensor<[], "bool">\''],
  ['T.switchCase(v, [() => v])', 'type \'number | Tensor<[], "i32">\''],
  [
    'T.scan((c: T.Tensor<[3]>, r: T.Tensor<[3]>) => [c.mul(r), null], v, T.zeros([5, 2]))',
    "Type '2' is not assignable to type '3'",
  ],
  ['sgd.update({ w: v }, { w: x }, sgd.init({ w: v }))', `'Tensor<[2, 3], "f32">'`],
] as const;

const prelude = `import * as T from 'gradloom';
import * as optim from 'gradloom/optim';
export const v = T.zeros([3]);
export const x = T.zeros([2, 3]);
export const n = T.zeros([3], { dtype: 'i32' });
export const sgd = optim.sgd({ rate: 0.1 });
`;
/** What the checker says about each call. */
const shown = (list: readonly string[]): string[] => {
  const lines = list.map((call, k) => `export const m${k} = ${call};`);
  const { diagnostics } = checkFile('tests/types/mistake.ts', prelude + lines.join('\n'));
  const first = prelude.split('\n').length;
  return list.map((_, k) =>
    diagnostics.filter((text) => text.startsWith(`${first + k}: `)).join('\n'),
  );
};
/** The sentence of the error that a call throws. */
const thrown = (call: string): string => {
  const plain = `return ${call};`.replaceAll(/(\w): (?:T\.Tensor<[^>]*>|\{[^}]*\})/g, '$1');
  const values = prelude.slice(prelude.indexOf('export')).replaceAll('export ', '');
  try {
    new Function('T', 'optim', `${values}${plain}`)(T, optim);
  } catch (error) {
    if (error instanceof T.GradloomError) return error.rule;
    throw error;
  }
  throw new Error(`${call} throws nothing`);
};

test('functions that cannot be differentiated: one sentence, twice', () => {
  const sentences = shown(alike).map((text) => /& "([a-z]\w+: [^"]*)"/i.exec(text)?.[1] ?? text);
  expect(sentences).toEqual(alike.map(thrown));
});

test('wrong arguments are named in both places', () => {
  const texts = shown(inOtherWords.map(([call]) => call));
  inOtherWords.forEach(([call, words], k) => {
    expect(texts[k], call).toContain(words);
  });
  expect(inOtherWords.map(([call]) => thrown(call))).toMatchInlineSnapshot(`
    [
      "jvp: the tangent must have shape [3]",
      "jvp: the tangent must have the structure of the value",
      "vjp: the cotangent must have shape [3]",
      "vmap: argument 0 is a scalar and has no axis 0",
      "vmap: batch sizes 2 and 4 differ",
      "jit: unknown option 'donates'",
      "cond: the predicate must be a bool scalar, not [3] f32",
      "switchCase: the index must be an i32 scalar, not [3] f32",
      "mul: cannot broadcast [3] with [2]: dimensions 3 and 2 differ",
      "sgd: the gradient must have shape [3]",
    ]
  `);
});
