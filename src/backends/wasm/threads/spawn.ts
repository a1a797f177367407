/** Starting workers: with `node:worker_threads` where that is, else with `Worker` and a Blob. */
import { browserWorkerText, nodeWorkerText } from './worker-text.ts';

/** What a worker is told when it starts. */
export interface WorkerData {
  readonly memory: WebAssembly.Memory;
  /** The address of the control words. */
  readonly control: number;
  readonly place: number;
  readonly holder: number;
  readonly layout: Readonly<Record<string, number>>;
  /** How often it looks whether there is something to do before it sleeps. */
  readonly spins: number;
}

/** What happens to a worker. */
export interface WorkerEvents {
  ready(): void;
  /** It is no more, and writes to no memory. */
  ended(): void;
  /** It could not start, or what it ran failed. */
  failed(reason: string): void;
}

/** A worker that was started. */
export interface StartedWorker {
  /** Whether `ended` is called when it has ended: browsers do not say. */
  readonly saysEnd: boolean;
  terminate(): void;
  /** Lets the process end although the worker is there. */
  unref(): void;
}

interface NodeWorker {
  on(event: string, listener: (value: unknown) => void): void;
  terminate(): Promise<number>;
  unref(): void;
}
interface NodeModules {
  readonly 'node:worker_threads': {
    readonly Worker: new (text: string, options: object) => NodeWorker;
  };
  readonly 'node:os': { availableParallelism(): number };
}
interface ProcessLike {
  getBuiltinModule?<Name extends keyof NodeModules>(name: Name): NodeModules[Name] | undefined;
}

const builtin = <Name extends keyof NodeModules>(name: Name): NodeModules[Name] | undefined => {
  const { process } = globalThis as { process?: ProcessLike };
  return process?.getBuiltinModule?.(name);
};

const textOf = (error: unknown): string =>
  error instanceof Error ? error.message : String((error as { message?: unknown })?.message);

const startNode = (
  { Worker }: NodeModules['node:worker_threads'],
  data: WorkerData,
  events: WorkerEvents,
): StartedWorker => {
  // Flags of the process, such as loaders, are not for a worker that imports nothing.
  const options = { eval: true, workerData: data, execArgv: [], env: {}, name: 'gradloom' };
  const worker = new Worker(nodeWorkerText, options);
  worker.on('message', () => events.ready());
  worker.on('error', (error) => events.failed(textOf(error)));
  worker.on('exit', () => events.ended());
  return {
    saysEnd: true,
    terminate: () => void worker.terminate(),
    unref: () => worker.unref(),
  };
};

const startBrowser = (data: WorkerData, events: WorkerEvents): StartedWorker => {
  const url = URL.createObjectURL(new Blob([browserWorkerText], { type: 'text/javascript' }));
  const worker = new Worker(url);
  worker.onmessage = () => {
    URL.revokeObjectURL(url);
    events.ready();
  };
  worker.onerror = (event) => {
    event.preventDefault();
    events.failed(event.message ?? 'the page forbids workers made from text');
  };
  worker.postMessage(data);
  return { saysEnd: false, terminate: () => worker.terminate(), unref: () => {} };
};

/** Starts a worker; throws where there are none. */
export const startWorker = (data: WorkerData, events: WorkerEvents): StartedWorker => {
  const node = builtin('node:worker_threads');
  return node === undefined ? startBrowser(data, events) : startNode(node, data, events);
};

/** How many threads the machine offers; 1 where it does not say. */
export const machineThreads = (): number =>
  globalThis.navigator?.hardwareConcurrency ?? builtin('node:os')?.availableParallelism() ?? 1;

/** Why threads cannot share memory here; undefined where they can. */
export const whyNoSharing = (): string | undefined => {
  if (typeof SharedArrayBuffer === 'undefined' || globalThis.crossOriginIsolated === false) {
    return 'there is no shared memory: a page must be isolated from other origins';
  }
  if (builtin('node:worker_threads') === undefined && typeof Worker === 'undefined') {
    return 'there are no workers';
  }
  return undefined;
};

/** Whether this thread may sleep: that of a page may not. */
export const maySleep = (): boolean => {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
    return true;
  } catch {
    return false;
  }
};
