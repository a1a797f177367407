/** What goes wrong with threads: workers that are killed, trap, never answer or cannot start. */
import { spawn } from 'node:child_process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import workerThreads from 'node:worker_threads';
import { init, jit, type Tensor, tensor, toBackend } from 'gradloom';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FunctionCode, ModuleBuilder } from '../../src/backends/wasm/assembler/module.ts';
import { Heap } from '../../src/backends/wasm/heap.ts';
import { openWasmThreads, type WasmBackend } from '../../src/backends/wasm/index.ts';
import {
  meetFunction,
  threadGlobal,
  threadsGlobal,
  waitImport,
} from '../../src/backends/wasm/threads/meeting.ts';
import { Threads } from '../../src/backends/wasm/threads/threads.ts';
import { usualTuning } from '../../src/backends/wasm/threads/tuning.ts';
import { eager, openThreads } from './threaded-backends.ts';

/** The workers that were started in a test. */
let workers: workerThreads.Worker[] = [];
const original = workerThreads.Worker;
beforeEach(() => {
  workers = [];
  workerThreads.Worker = class extends original {
    constructor(...given: ConstructorParameters<typeof original>) {
      super(...given);
      workers.push(this);
    }
  };
});
afterEach(async () => {
  workerThreads.Worker = original;
  vi.unstubAllGlobals();
  await Promise.all(workers.map((worker) => worker.terminate()));
});

/** Calls a program of a matrix product and expects the right result. */
const expectWorks = async (backend: WasmBackend): Promise<void> => {
  const x = (await toBackend(
    tensor(new Float32Array(96 * 96).fill(2), { shape: [96, 96] }),
    backend,
  )) as Tensor<[96, 96]>;
  const data = await jit((v: typeof x) => v.matmul(v), { backend })(x).data();
  expect(new Set(data)).toEqual(new Set([4 * 96]));
};
const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
};

describe('a worker that is killed', () => {
  test('between calls is replaced, and calls go on without it', async () => {
    const backend = await openThreads(3, {}, { tuning: { ...eager, patience: 20 } });
    await expectWorks(backend);
    await workers[0]?.terminate();
    expect(backend.threads).toBe(2);
    await expectWorks(backend);
    await until(() => backend.threads === 3);
    expect(workers).toHaveLength(3);
    await expectWorks(backend);
  });
  test('is replaced by one that may join calls before it is known to be there', async () => {
    const backend = await openThreads(3, {}, { tuning: { ...eager, patience: 20 } });
    const x = await toBackend(tensor(new Float32Array(999).fill(2)), backend);
    const double = jit((v: Tensor<[number]>) => v.add(v), { backend });
    await workers[0]?.terminate();
    const end = Date.now() + 1500;
    // No message arrives meanwhile, but the new worker starts.
    while (Date.now() < end) {
      const data = double(x as never).dataSync();
      expect(data.every((value) => value === 4)).toBe(true);
    }
    expect(workers).toHaveLength(3);
    await until(() => backend.threads === 3);
    await expectWorks(backend);
  });
  test('and of which nobody knows yet does not come, and is not waited for', async () => {
    const backend = await openThreads(2, {}, { tuning: { ...eager, patience: 20 } });
    const ending = workers[0]?.terminate();
    await expectWorks(backend);
    await ending;
    await expectWorks(backend);
    await until(() => backend.threads === 2);
    await expectWorks(backend);
  });
});

/** A module whose threads do what `body` writes and then meet; it is given the thread's number. */
const program = (threads: Threads, body: (code: FunctionCode) => void) => {
  const builder = new ModuleBuilder(true);
  builder.hasGlobals = true;
  const wait = builder.import(waitImport.name, waitImport.signature);
  const meet = builder.function(meetFunction(threads.control, wait, 100));
  const code = new FunctionCode({ parameters: ['i32', 'i32'] });
  code.add('local.get', 0);
  code.add('global.set', threadGlobal);
  code.add('local.get', 1);
  code.add('global.set', threadsGlobal);
  body(code);
  code.add('call', meet);
  builder.export('run', builder.function(code));
  const bytes = builder.encode();
  return (memory: WebAssembly.Memory) => {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
      memory: { memory },
      functions: { [waitImport.name]: threads.wait },
    });
    return threads.program(bytes, 0, exports.run as (...values: number[]) => void);
  };
};
/** So many threads over a memory of their own. */
const startThreads = async (
  count: number,
  limit: number,
  patience = eager.patience,
): Promise<[Threads, Heap]> => {
  const heap = new Heap(2 ** 22, true);
  const threads = await Threads.start(heap, count, { ...eager, limit, patience });
  if (typeof threads === 'string') throw new Error(threads);
  return [threads, heap];
};
/** Code for one thread alone. */
const onlyIn = (thread: number, body: (code: FunctionCode) => void) => (code: FunctionCode) => {
  code.add('local.get', 0);
  code.add('i32.const', thread);
  code.add('i32.eq');
  code.add('if');
  body(code);
  code.add('end');
};
const trap = (code: FunctionCode): void => {
  code.add('i32.const', 1);
  code.add('i32.const', 0);
  code.add('i32.div_s');
  code.add('drop');
};
const hang = (code: FunctionCode): void => {
  code.add('loop');
  code.add('br', 0);
  code.add('end');
};

describe('a thread that fails', () => {
  test.each([1, 2])('worker %i: the call is an error, and the next one works', async (thread) => {
    const [threads, { memory }] = await startThreads(3, 60_000);
    const bad = program(threads, onlyIn(thread, trap))(memory);
    const good = program(threads, () => {})(memory);
    good.run([]);
    for (let k = 0; k < 3; k++) {
      expect(() => bad.run([])).toThrow(/a thread failed while the program ran\n.*zero/);
      good.run([]);
    }
    expect(threads.ready).toBe(3);
  });
  test('the calling thread: the others leave the meeting', async () => {
    const [threads, { memory }] = await startThreads(3, 60_000);
    const bad = program(threads, onlyIn(0, trap))(memory);
    expect(() => bad.run([])).toThrow(WebAssembly.RuntimeError);
    program(threads, () => {})(memory).run([]);
    expect(threads.ready).toBe(3);
  });
  test('a worker that never answers is an error until it is gone', async () => {
    const [threads, { memory }] = await startThreads(3, 300);
    const good = program(threads, () => {})(memory);
    const endless = program(threads, onlyIn(1, hang))(memory);
    expect(() => endless.run([])).toThrow('a thread was lost while the program ran');
    // It may still be running: whatever it writes to must not be used by others yet.
    expect(() => good.run([])).toThrow('a lost thread may still write to the memory');
    await until(() => {
      try {
        good.run([]);
        return threads.ready === 3;
      } catch {
        return false;
      }
    });
    expect(workers).toHaveLength(3);
  });
  test('a module that workers cannot load runs on the calling thread', async () => {
    const [threads, { memory }] = await startThreads(2, 60_000, 500);
    const run = vi.fn();
    const broken = threads.program(new Uint8Array([0, 1, 2, 3]), 0, run);
    broken.run([]);
    expect(run).toHaveBeenCalledWith(0, 1);
    program(threads, () => {})(memory).run([]);
  });
});

test('the workers end when nobody holds the backend, and when they are told to', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const ended = new Set<workerThreads.Worker>();
  const open = async (): Promise<number> => (await openThreads(2)).threads;
  expect(await open()).toBe(2);
  const [first] = workers;
  first?.on('exit', () => ended.add(first));
  await until(() => {
    collect();
    return ended.size === 1;
  });
  const backend = await openThreads(2);
  const [, second] = workers;
  second?.on('exit', () => ended.add(second));
  backend.endThreads();
  await until(() => ended.size === 2);
  expect(backend.threads).toBe(1);
  await expectWorks(backend);
});

test('a program that ends does not wait for its threads', async () => {
  const child = spawn('node', ['scripts/run.mjs', 'tests/wasm/exiting-program.ts']);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part: Buffer) => {
      said += part.toString();
    });
  }
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(said).toBe(`2 ${512 ** 3}\n`);
  expect(code).toBe(0);
}, 60_000);

describe('the memory', () => {
  test('grows under the threads', async () => {
    const backend = await openThreads(3);
    const step = jit((x: Tensor<[number]>) => x.add(1).mul(2), { backend });
    const kept: Tensor<[number]>[] = [];
    for (const length of [10, 100_000, 300_000, 1_000_000, 3_000_000]) {
      const x = await toBackend(tensor(new Float32Array(length).fill(length)), backend);
      const y = step(x as never);
      kept.push(x as never, y);
      const data = await y.data();
      expect(data[0]).toBe(2 * (length + 1));
      expect(data.every((value) => value === data[0])).toBe(true);
    }
    expect(kept).toHaveLength(10);
  });
  test('stays the same over ten thousand steps', async () => {
    const backend = await openThreads(
      2,
      { mostBytes: 2 ** 21 },
      { tuning: { ...eager, patience: 0.2 } },
    );
    const step = jit((x: Tensor<[number]>) => x.mul(0.5).add(1), { donate: [0] });
    let x = (await toBackend(tensor(new Float32Array(10_000)), backend)) as Tensor<[number]>;
    for (let k = 0; k < 10_000; k++) x = step(x);
    expect((await x.data())[0]).toBe(2);
  }, 120_000);
});

describe('where there cannot be several', () => {
  const warnings = (): string[] => {
    const found: string[] = [];
    vi.spyOn(console, 'warn').mockImplementation((text: string) => void found.push(text));
    return found;
  };
  test('one thread computes the same, and says why', async () => {
    const found = warnings();
    vi.stubGlobal('SharedArrayBuffer', undefined);
    const quiet = await openWasmThreads({ threads: 'auto' });
    expect(quiet.threads).toBe(1);
    expect(quiet.whyOneThread).toMatch(/no shared memory|one core/);
    expect(found).toEqual([]);
    const asked = await openWasmThreads({ threads: 2 });
    await openWasmThreads({ threads: 2 });
    expect(asked.threads).toBe(1);
    await expectWorks(asked);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain('wasm runs on one thread, not 2');
    vi.restoreAllMocks();
  });
  test('a machine with one core has one thread', async () => {
    vi.stubGlobal('navigator', { hardwareConcurrency: 1 });
    const backend = await openWasmThreads({ threads: 4 }, { tuning: usualTuning });
    expect([backend.threads, backend.whyOneThread]).toEqual([1, 'the machine has one core']);
  });
  test('workers that do not start are named', async () => {
    workerThreads.Worker = class {
      constructor() {
        throw new Error('workers are forbidden');
      }
    } as never;
    const backend = await openWasmThreads({ threads: 4 });
    expect(backend.whyOneThread).toBe('workers do not start: workers are forbidden');
    await expectWorks(backend);
  });
  test.each([0, 9, 1.5, 'two'])('threads: %s is refused', async (threads) => {
    await expect(init('wasm', { threads: threads as number })).rejects.toThrow(
      "init: 'threads' must be 'auto' or a number from 1 to 8",
    );
  });
});
