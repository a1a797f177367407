/** What the test of threads runs in a page: a step of training, and how many threads ran it. */
import { init, jit, relu, type Tensor, tensor, toBackend, valueAndGrad } from 'gradloom';
import * as nn from 'gradloom/nn';
import * as random from 'gradloom/random';

type AnyTensor = Tensor<any>;
const numbers = (length: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length }, (_, k) => Math.sin(k * 0.7) * Math.cos(k * k * 0.01));

/** Runs the step on as many threads as there can be of two. */
export const runStep = async () => {
  const wasm = await init('wasm', { threads: 2 });
  const [k1, k2] = random.split(random.key(1), 2);
  const parameters = { hidden: nn.initDense(k1, 256, 128), out: nn.initDense(k2, 128, 10) };
  const dense = nn.dense as (p: unknown, x: unknown) => AnyTensor;
  const loss = (p: typeof parameters, x: AnyTensor, y: AnyTensor): unknown =>
    nn.crossEntropy(dense(p.out, relu(dense(p.hidden, x))) as never, y as never);
  const images = tensor(numbers(96 * 256), { shape: [96, 256] });
  const labels = tensor(Int32Array.from({ length: 96 }, (_, k) => (7 * k) % 10));
  const given = await toBackend([parameters, images, labels] as const, wasm);
  const step = jit(valueAndGrad(loss as never) as never, { backend: wasm }) as unknown as (
    ...all: unknown[]
  ) => [AnyTensor, typeof parameters];
  let results: number[] = [];
  const begin = performance.now();
  let longest = 0;
  for (let k = 0; k < 20; k++) {
    const before = performance.now();
    const [value, { hidden, out }] = step(...given);
    longest = Math.max(longest, performance.now() - before);
    const arrays = await Promise.all([value, hidden.w, out.w].map((x) => (x as AnyTensor).data()));
    results = arrays.flatMap((array) => [...(array as Float32Array)]);
    await new Promise((resolve) => setTimeout(resolve));
  }
  const { threads, whyOneThread } = wasm;
  wasm.endThreads();
  const isIsolated = globalThis.crossOriginIsolated;
  return { threads, whyOneThread, results, isIsolated, took: performance.now() - begin, longest };
};
Object.assign(globalThis, { runStep });
