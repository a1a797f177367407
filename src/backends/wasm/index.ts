/** The backend that compiles a plan to one WebAssembly module over one linear memory. */
import { ArgumentError, BackendError } from '../../ir/errors.ts';
import type { Target } from '../../ir/target.ts';
import type { TypedArray } from '../../ir/types.ts';
import type { Backend } from '../backend.ts';
import type { MemoryUse } from '../costs.ts';
import { checkArrayType } from '../host-storage.ts';
import type { WasmOptions } from '../init.ts';
import { hasRelaxedFma, hasVectors, hasWebAssembly } from './capabilities.ts';
import { keepsOrder as engineKeepsOrder } from './engine-version.ts';
import { compileProgram } from './executable.ts';
import { Heap } from './heap.ts';
import { Storages } from './storage.ts';
import { mostThreads } from './threads/control.ts';
import { machineThreads, whyNoSharing } from './threads/spawn.ts';
import { Threads } from './threads/threads.ts';
import { type ThreadTuning, usualTuning } from './threads/tuning.ts';

/** What the engine does, where that is not found out by itself. */
interface Engine {
  /** Whether it joins vectors: see turbo.ts. False unless given. */
  readonly isTurbo?: boolean | undefined;
  readonly keepsOrder?: boolean | undefined;
}

/**
 * Vectors of WebAssembly have 128 bits; compilers may use 15 registers for them. With turbo a
 * register holds two that lie side by side.
 */
const vectorTarget = ({ isTurbo = false, keepsOrder: given }: Engine): Target => {
  const fusesProducts = hasRelaxedFma();
  // Products and sums apart take more registers than loops that are written out leave.
  const keepsOrder = given ?? (fusesProducts && engineKeepsOrder());
  return isTurbo
    ? { lanes: 4, joined: 2, fusesProducts, tile: { rows: fusesProducts ? 6 : 4, vectors: 4 } }
    : { lanes: 4, joined: 1, fusesProducts, keepsOrder, tile: { rows: 2, vectors: 4 } };
};

/** A wasm backend: a memory of its own, and the threads that share it. */
export interface WasmBackend extends Backend {
  memory(): MemoryUse;
  /** Whether it computes in vectors. */
  readonly vectors: boolean;
  /** Whether the engine joins its vectors to longer ones: `init('wasm', { turbo: true })`. */
  readonly turbo: boolean;
  /** How many threads run its programs now, the calling one included. */
  readonly threads: number;
  /** Why there is one thread only, where more were asked for. */
  readonly whyOneThread?: string | undefined;
  /** Ends the other threads; programs run on the calling one from then on. */
  endThreads(): void;
}

const checkOptions = ({ mostBytes, threads, turbo = false }: WasmOptions): void => {
  if (!hasWebAssembly()) {
    throw new BackendError('wasm: there is no WebAssembly here', {
      hint: 'choose the backend js or reference',
    });
  }
  if (mostBytes !== undefined && !(Number.isSafeInteger(mostBytes) && mostBytes > 0)) {
    throw new ArgumentError("init: 'mostBytes' must be a positive integer", {
      got: String(mostBytes),
    });
  }
  if (typeof turbo !== 'boolean') {
    throw new ArgumentError("init: 'turbo' must be true or false", { got: String(turbo) });
  }
  if (threads === undefined || threads === 'auto') return;
  if (!(Number.isInteger(threads) && threads >= 1 && threads <= mostThreads)) {
    throw new ArgumentError(`init: 'threads' must be 'auto' or a number from 1 to ${mostThreads}`, {
      got: String(threads),
    });
  }
};

/** What a backend is made of besides its options. */
interface BackendParts {
  readonly heap: Heap;
  readonly engine: Engine;
  readonly threads?: Threads;
  readonly whyOneThread?: string;
}

const makeBackend = (
  { vectors = true }: WasmOptions,
  { heap, engine, threads, whyOneThread }: BackendParts,
): WasmBackend => {
  const isVector = vectors && hasVectors();
  const target = isVector ? vectorTarget(engine) : {};
  const storages = new Storages(heap);
  const read = (storage: Parameters<Backend['free']>[0]): TypedArray => storages.own(storage).copy;
  return {
    name: 'wasm',
    target,
    vectors: isVector,
    turbo: engine.isTurbo === true,
    get threads() {
      return threads?.ready ?? 1;
    },
    whyOneThread,
    endThreads: () => threads?.stop(),
    compile: (program) => compileProgram(storages, program, target, threads),
    upload: (data, dtype) => {
      checkArrayType('wasm', data, dtype);
      storages.begin([]);
      const storage = storages.make(dtype, data.length);
      storage.view.set(data);
      return storage;
    },
    download: async (storage) => read(storage),
    downloadSync: read,
    free: (storage) => storages.end(storages.own(storage)),
    memory: () => ({ inUse: storages.bytesInUse, reserved: heap.bytes, most: heap.mostBytes }),
  };
};

/** Opens a backend of one thread; throws BackendError where there is no WebAssembly. */
export const openWasm = (options: WasmOptions = {}, engine: Engine = {}): WasmBackend => {
  checkOptions(options);
  return makeBackend(options, { heap: new Heap(options.mostBytes), engine });
};

let hasWarned = false;

/**
 * Opens a backend of as many threads as the options say and the machine has; where threads cannot
 * share memory it has one, and a warning says so if a number was asked for.
 */
export const openWasmThreads = async (
  options: WasmOptions = {},
  { tuning = usualTuning, ...engine }: Engine & { readonly tuning?: ThreadTuning } = {},
): Promise<WasmBackend> => {
  checkOptions(options);
  const { threads: asked = 1, mostBytes } = options;
  const offered = machineThreads();
  const count = asked === 'auto' ? Math.min(offered, mostThreads) : asked;
  if (count === 1 && asked !== 'auto') return openWasm(options, engine);
  let why = offered === 1 ? 'the machine has one core' : whyNoSharing();
  if (why === undefined) {
    try {
      const heap = new Heap(mostBytes, true);
      const threads = await Threads.start(heap, count, tuning);
      if (typeof threads !== 'string') return makeBackend(options, { heap, engine, threads });
      why = `workers do not start: ${threads}`;
    } catch (error) {
      if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
      why = `there is no shared memory: ${error.message}`;
    }
  }
  if (asked !== 'auto' && !hasWarned) {
    hasWarned = true;
    const { console: log } = globalThis;
    log?.warn(`gradloom: wasm runs on one thread, not ${asked}: ${why}`);
  }
  const heap = new Heap(mostBytes);
  return makeBackend(options, { heap, engine, ...(why && { whyOneThread: why }) });
};
