/** A program that computes on two threads and ends without ending them: see the test of threads. */
import { init, jit, ones, toBackend } from 'gradloom';

const wasm = await init('wasm', { threads: 2 });
const x = await toBackend(ones([512, 512]), wasm);
const f = jit((v: typeof x) => v.matmul(v).sum());
console.log(wasm.threads, f(x).item());
