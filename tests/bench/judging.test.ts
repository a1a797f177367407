/** What the benchmarks make of answers: nobody who computes something else gets a time. */
import { expect, test } from 'vitest';
import { leastArenaBytes } from '../../bench/libraries/plan-memory.ts';
import { watch } from '../../bench/libraries/watched-backend.ts';
import { outcomeOf } from '../../bench/running/measure-task.ts';
import type { Measurement, Reply } from '../../bench/running/messages.ts';
import { chosenElements, firstParameters, made } from '../../bench/tasks/data.ts';
import { tasks } from '../../bench/tasks/list.ts';
import { jit, js, matmul, type Tensor, tensor, toBackend, transpose } from '../../src/index.ts';

const done = (
  results: number[][],
  samples: number[] = [3, 1, 2],
  first = 9,
): Reply<Measurement> => ({
  kind: 'done',
  value: { results, first, samples, count: samples.length, mostMemory: 2, startMemory: 1 },
});
const task = { work: { kind: 'train', model: 'mlp' }, tolerance: 1e-3 } as const;
const peer = { library: 'tfjs' } as const;

test('times of processes are pooled', () => {
  const outcome = outcomeOf(peer, task, [done([[1]]), done([[1]], [7, 8], 11)], done([[1]]));
  expect(outcome).toMatchObject({ kind: 'timed', times: { count: 5, median: 3 }, first: 10 });
});

test('the first calls are what is timed where that is the task', () => {
  const first = { work: { kind: 'first', model: 'mlp' }, tolerance: 1e-3 } as const;
  const replies = [done([[1]], [], 30), done([[1]], [], 20)];
  const outcome = outcomeOf(peer, first, replies, done([[1]]));
  expect(outcome).toMatchObject({ kind: 'timed', times: { count: 2, median: 25, least: 20 } });
});

test('other results get no time, NaN neither, not even in one process of several', () => {
  expect(outcomeOf(peer, task, [done([[1.01]])], done([[1]])).kind).toBe('differs');
  const nan = done([[null as unknown as number]]);
  expect(outcomeOf(peer, task, [nan], done([[1]])).kind).toBe('differs');
  expect(outcomeOf(peer, task, [done([[1]]), done([[2]])], done([[1]])).kind).toBe('differs');
  expect(outcomeOf(peer, task, [done([[1], [2]])], done([[1]])).kind).toBe('differs');
});

test('a refusal of a peer is its limit, a refusal of Gradloom and a lost process are faults', () => {
  const refused: Reply<Measurement> = { kind: 'refused', message: 'no' };
  const lost: Reply<Measurement> = { kind: 'lost', message: 'gone' };
  expect(outcomeOf(peer, task, [refused], done([[1]]))).toEqual({
    kind: 'not supported',
    message: 'no',
  });
  expect(outcomeOf({ library: 'gradloom' }, task, [refused], done([[1]])).kind).toBe('failed');
  expect(outcomeOf(peer, task, [lost], done([[1]])).kind).toBe('failed');
  expect(outcomeOf(peer, task, [done([[1]])], refused).kind).toBe('failed');
});

test('names of tasks are their own, and targets name tasks', () => {
  const names = tasks.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { target } of tasks) if (target?.times) expect(names).toContain(target.times.of);
});

test('data is the same at every run', () => {
  expect([...made(3, 1)].map((x) => x.toFixed(4))).toEqual(['-0.6819', '0.5542', '-0.2098']);
  const { w, 'norm.scale': scale, b } = firstParameters({ w: [4, 2], 'norm.scale': [2], b: [2] });
  expect(Math.max(...(w?.data ?? []))).toBeLessThanOrEqual(0.5);
  expect([...(scale?.data ?? []), ...(b?.data ?? [])]).toEqual([1, 1, 0, 0]);
  expect(chosenElements(3)).toEqual([0, 1, 2]);
  expect(chosenElements(100, 4)).toEqual([0, 25, 50, 75]);
});

test('the least arena counts what is alive at once', async () => {
  const watched = watch(js);
  type Square = Tensor<[16, 16]>;
  // Of the products in between only the last is alive with the next one.
  const chain = jit(
    (x: Square): Square => {
      let y = x;
      for (let k = 0; k < 5; k++) y = matmul(y, x);
      return y;
    },
    { backend: watched.backend },
  );
  const zeros = tensor(new Float32Array(256), { shape: [16, 16] });
  const square = (await toBackend(zeros, watched.backend)) as Square;
  chain(square);
  const plan = watched.plan();
  expect(leastArenaBytes(plan!)).toBe(2 * 1024);
  expect(plan!.arenaBytes).toBeGreaterThanOrEqual(2 * 1024);
  // All of these are alive together until they are joined.
  const fan = jit(
    (x: Square): Square => {
      const parts = [1, 2, 3].map((k) => matmul(x.mul(k), transpose(x)));
      return matmul(matmul(parts[0]!, parts[1]!), parts[2]!);
    },
    { backend: watched.backend },
  );
  fan(square);
  expect(leastArenaBytes(watched.plan()!)).toBeGreaterThanOrEqual(3 * 1024);
});
