/** Who is measured: a library, a way of opening it, and where it runs. */

/** One contender; plain data, because it goes to another process. */
export interface Contender {
  readonly name: string;
  readonly library: 'gradloom' | 'tfjs' | 'jax-js' | 'onnx' | 'pytorch' | 'jax';
  /** The backend of the library. */
  readonly backend: string;
  /** Options of `init` of Gradloom. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly threads?: number;
}

const gradloom = (name: string, options: Contender['options'] = {}): Contender => ({
  name: `gradloom ${name}`,
  library: 'gradloom',
  backend: name.split(' ')[0] as string,
  options,
});

/** Whose results are right, and who is run for that even where it is not asked for. */
export const referenceContender: Contender = gradloom('js');
/** To whom times are compared. */
export const baselineContender: Contender = gradloom('wasm');

/** All contenders. */
export const contenders: readonly Contender[] = [
  baselineContender,
  gradloom('wasm, 2 threads', { threads: 2 }),
  gradloom('wasm, turbo', { turbo: true }),
  gradloom('wasm, turbo, 2 threads', { turbo: true, threads: 2 }),
  referenceContender,
  { name: 'jax-js wasm', library: 'jax-js', backend: 'wasm' },
  { name: 'tfjs wasm', library: 'tfjs', backend: 'wasm' },
  { name: 'tfjs cpu', library: 'tfjs', backend: 'cpu' },
  { name: 'onnxruntime-web', library: 'onnx', backend: 'wasm', threads: 1 },
  { name: 'onnxruntime-web, 2 threads', library: 'onnx', backend: 'wasm', threads: 2 },
  { name: 'PyTorch cpu', library: 'pytorch', backend: 'cpu', threads: 1 },
  { name: 'PyTorch cpu, 2 threads', library: 'pytorch', backend: 'cpu', threads: 2 },
  { name: 'JAX cpu', library: 'jax', backend: 'cpu', threads: 1 },
  { name: 'JAX cpu, 2 threads', library: 'jax', backend: 'cpu', threads: 2 },
];

/** Whether the contender needs the peers to be installed. */
export const needsPeers = ({ library }: Contender): boolean =>
  library === 'tfjs' || library === 'jax-js' || library === 'onnx';

/** Whether the contender leaves others in its process as they are; turbo is for all of it. */
export const sharesProcess = ({ library, options }: Contender): boolean =>
  library !== 'pytorch' && library !== 'jax' && options?.turbo !== true;
