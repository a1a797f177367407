/** A report of the benchmarks with every kind of outcome, for the tests of its writers. */
import type { Outcome, Report } from '../../bench/running/results.ts';
import type { Task } from '../../bench/tasks/task.ts';

const timed = (median: number): Outcome => ({
  kind: 'timed',
  times: { count: 9, least: median / 2, lower: median, median, upper: 2 * median },
  first: 10 * median,
  mostMemory: 300 * 2 ** 20,
  startMemory: 100 * 2 ** 20,
  plan: { arena: 3 * 2 ** 20, leastArena: 2 ** 20 },
});

const product: Task = {
  name: 'matmul 100',
  group: 'products',
  work: { kind: 'matmul', m: 100, k: 100, n: 100 },
  flops: 2e6,
  bytes: 0,
  tolerance: 1e-4,
  target: { milliseconds: 3 },
};
const step: Task = {
  name: 'a step',
  group: 'training steps',
  work: { kind: 'train', model: 'mlp' },
  flops: 0,
  bytes: 4e6,
  tolerance: 1e-3,
  target: { times: { factor: 3, of: 'matmul 100' } },
};

/** The report. */
export const smallReport: Report = {
  date: '2030-01-02T03:04:05.000Z',
  command: 'npm run bench -- --only "a|b"',
  machine: [['machine', 'a <fast> one & more']],
  versions: [['gradloom wasm', 'gradloom']],
  leftOut: [['PyTorch cpu', "No module named 'torch'"]],
  limits: [
    { name: 'multiply-adds', unit: 'GFLOP/s', value: 10 },
    { name: 'copies', unit: 'GB/s', message: 'this engine cannot' },
  ],
  baseline: 'gradloom wasm',
  results: [
    {
      task: product,
      rows: [
        { contender: 'gradloom wasm', outcome: timed(2) },
        { contender: 'gradloom js', outcome: timed(40) },
        { contender: 'wrong', outcome: { kind: 'differs', by: 0.25 } },
        { contender: 'poor', outcome: { kind: 'not supported', message: 'no <op> | none' } },
        { contender: 'broken', outcome: { kind: 'failed', message: 'it ended' } },
      ],
    },
    { task: step, rows: [{ contender: 'gradloom wasm', outcome: timed(8) }] },
  ],
};
