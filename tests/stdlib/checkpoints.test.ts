/** Parameters saved and loaded: names, bytes, checks. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Tensor, tensor, tree, zeros } from '../../src/index.ts';
import {
  loadMetadata,
  loadParameters,
  parameterName,
  saveParameters,
} from '../../src/stdlib/checkpoints/index.ts';
import { readSafetensors } from '../../src/stdlib/data/index.ts';
import * as nn from '../../src/stdlib/nn/index.ts';
import * as random from '../../src/stdlib/random/index.ts';
import { errorText } from './error-text.ts';

const model = () => ({
  conv1: nn.initConv2d(random.key(1), 1, 2, 3),
  blocks: [{ w: tensor([1.5, -0, Number.NaN]) }, { w: zeros([0, 2], { dtype: 'f64' }) }],
  step: tensor(7, { dtype: 'i32' }),
  mask: tensor([true, false]),
  'layer.norm': { w: zeros([1]) },
  name: 'small',
  rate: 0.1,
  nothing: null,
});

test('a tree comes back, with its own names in the file', () => {
  const saved = model();
  const bytes = saveParameters(saved, { metadata: { epoch: '3' } });
  expect([...readSafetensors(bytes).tensors.keys()].sort()).toEqual([
    'blocks.0.w',
    'blocks.1.w',
    'conv1.b',
    'conv1.w',
    'layer\\.norm.w',
    'mask',
    'step',
  ]);
  const like = tree.map((x) => zeros(x.shape as number[], { dtype: x.dtype }), saved);
  const loaded = loadParameters(bytes, { ...like, name: 'other' });
  expect(loaded.name).toBe('other');
  expect(loaded.rate).toBe(0.1);
  const [found, wanted] = [tree.entries(loaded), tree.entries(saved)];
  expect(found.map(([path]) => path)).toEqual(wanted.map(([path]) => path));
  found.forEach(([, x], k) => {
    expect([x.dtype, x.shape]).toEqual([wanted[k]![1].dtype, wanted[k]![1].shape]);
    expect(x.dataSync()).toEqual(wanted[k]![1].dataSync());
  });
  expect(loadMetadata(bytes)).toEqual(new Map([['epoch', '3']]));
  expect(saveParameters(loaded, { metadata: { epoch: '3' } })).toEqual(bytes);
});

test('a tree that is one tensor', () => {
  const x: Tensor<[2]> = tensor([1, 2]);
  expect(loadParameters(saveParameters(x), zeros([2])).toArray()).toEqual([1, 2]);
});

test('different paths have different names', () => {
  /** Reads a name backwards: an escaped character belongs to a key, a plain dot ends one. */
  const pathOf = (name: string): string[] => {
    const keys = [''];
    for (const [text] of name.matchAll(/\\.|[^\\]/g)) {
      if (text === '.') keys.push('');
      else keys[keys.length - 1] += text.replace('\\', '') || '\\';
    }
    return keys;
  };
  const key = fc.string({ unit: fc.constantFrom('a', '.', '\\') });
  fc.assert(
    fc.property(fc.array(key, { minLength: 1, maxLength: 3 }), (path) => {
      expect(pathOf(parameterName(path))).toEqual(path);
    }),
  );
});

test('errors', () => {
  const bytes = saveParameters({ a: { w: zeros([2, 3]) }, b: zeros([1]) });
  const many = Object.fromEntries(Array.from({ length: 10 }, (_, k) => [`p${k}`, zeros([1])]));
  const texts = [
    () => loadParameters(bytes, { a: { w: zeros([3, 2]) }, b: zeros([1]) }),
    () => loadParameters(bytes, { a: { w: zeros([2, 3], { dtype: 'f64' }) }, b: zeros([1]) }),
    () => loadParameters(bytes, { a: { w: zeros([2, 3]) }, c: zeros([1]) }),
    () => loadParameters(bytes, many),
    () => loadParameters(bytes.slice(0, 20), {}),
    () => loadParameters('file' as never, {}),
    () => saveParameters({ a: zeros([1]) }, { meta: {} } as never),
    () => saveParameters({ a: new Map() }),
  ].map(errorText);
  expect(texts.join('\n')).toMatchInlineSnapshot(`
    "ShapeError: loadParameters: parameter "a.w" must have shape [3, 2], but the file has [2, 3]
    DTypeError: loadParameters: parameter "a.w" must be f64, but the file has f32
    FormatError: loadParameters: the file does not hold the parameters of the tree
      got: the file lacks "c"; the tree lacks "b"
    FormatError: loadParameters: the file does not hold the parameters of the tree
      got: the file lacks "p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7" and 2 more; the tree lacks "a.w", "b"
    FormatError: readSafetensors: the file ends at byte 20, inside its header
      got: a header of 120 bytes
    ArgumentError: readSafetensors: expected a Uint8Array
      got: String
      hint: new Uint8Array(await response.arrayBuffer())
    ArgumentError: saveParameters: unknown option 'meta'
      hint: valid options: metadata
    ArgumentError: saveParameters: a Map cannot be part of a tree
      got: a Map at a
      hint: use plain objects and arrays, or registerTreeClass for a class of your own"
  `);
});
