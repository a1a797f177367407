/** The methods of tensors are the functions of the same names. */
import * as g from 'gradloom';
import { beforeAll, expect, test } from 'vitest';

beforeAll(() => g.setDefaultBackend(g.reference));

const x = (): g.Tensor<[2, 2]> =>
  g.tensor([
    [1, 2],
    [3, 4],
  ]);

type Case = readonly [string, g.AnyTensor, g.AnyTensor];
const cases = (): readonly Case[] => {
  const [a, b] = [x(), g.tensor([0.5, 2])];
  return [
    ['add', a.add(b), g.add(a, b)],
    ['sub', a.sub(1), g.sub(a, 1)],
    ['mul', a.mul(b), g.mul(a, b)],
    ['div', a.div(b), g.div(a, b)],
    ['pow', a.pow(2), g.pow(a, 2)],
    ['neg', a.neg(), g.neg(a)],
    ['exp', a.exp(), g.exp(a)],
    ['log', a.log(), g.log(a)],
    ['sqrt', a.sqrt(), g.sqrt(a)],
    ['relu', a.sub(2).relu(), g.relu(g.sub(a, 2))],
    ['tanh', a.tanh(), g.tanh(a)],
    ['sigmoid', a.sigmoid(), g.sigmoid(a)],
    ['cast', a.cast('i32'), g.cast(a, 'i32')],
    ['matmul', a.matmul(b), g.matmul(a, b)],
    ['sum', a.sum(0), g.sum(a, 0)],
    ['mean', a.mean(-1, { keepDims: true }), g.mean(a, -1, { keepDims: true })],
    ['max', a.max(), g.max(a)],
    ['min', a.min(1), g.min(a, 1)],
    ['argmax', a.argmax(0), g.argmax(a, 0)],
    ['softmax', a.softmax(), g.softmax(a)],
    ['logSoftmax', a.logSoftmax(0), g.logSoftmax(a, 0)],
    ['reshape', a.reshape([-1]), g.reshape(a, [-1])],
    ['transpose', a.transpose(), g.transpose(a)],
    ['permute', a.permute([1, 0]), g.permute(a, [1, 0])],
    ['slice', a.slice([null, [0, 1]]), g.slice(a, [null, [0, 1]])],
    ['at', a.at(-1), g.at(a, -1)],
  ];
};

test('each method gives what its function gives', () => {
  for (const [name, method, call] of cases()) {
    expect(method.dtype, name).toBe(call.dtype);
    expect(method.shape, name).toEqual(call.shape);
    expect(method.toArray(), name).toEqual(call.toArray());
  }
});

test('the list of methods is complete', () => {
  const own = 'constructor rank typeText data dataSync item toArray toJSON dispose toString'.split(
    ' ',
  );
  const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(x()));
  expect(methods.filter((name) => !own.includes(name)).sort()).toEqual(
    cases()
      .map(([name]) => name)
      .sort(),
  );
});
