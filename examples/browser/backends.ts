/** The menu of backends: whoever adds one to the page adds it here and nowhere else. */
import { type Backend, init, js, reference } from 'gradloom';

/** An entry of the menu. */
export interface BackendChoice {
  readonly name: string;
  /** What the menu shows. */
  readonly title: string;
  /** The language of the code it generates, for colouring. */
  readonly language: 'javascript' | 'wat' | 'wgsl' | 'text';
  /** Whether this browser has what the backend needs. */
  readonly isAvailable: () => Promise<boolean>;
  readonly open: () => Promise<Backend>;
}

const always = async (): Promise<boolean> => true;
/** Whether there is WebGPU and an adapter: browsers may have the one without the other. */
const hasAdapter = async (): Promise<boolean> => {
  const gpu = (globalThis.navigator as { gpu?: { requestAdapter(): Promise<unknown> } }).gpu;
  try {
    return gpu !== undefined && (await gpu.requestAdapter()) !== null;
  } catch {
    return false;
  }
};

/** All backends of the page; the first available one is chosen when the page opens. */
export const backendChoices: readonly BackendChoice[] = [
  {
    name: 'wasm',
    title: 'wasm: WebAssembly with vectors',
    language: 'wat',
    isAvailable: async () => typeof WebAssembly === 'object',
    open: () => init('wasm'),
  },
  {
    name: 'js',
    title: 'js: generated JavaScript',
    language: 'javascript',
    isAvailable: always,
    open: async () => js,
  },
  {
    name: 'webgpu',
    title: 'webgpu: WGSL on the GPU',
    language: 'wgsl',
    isAvailable: hasAdapter,
    open: () => init('webgpu'),
  },
  {
    name: 'reference',
    title: 'reference: interpreter, slow',
    language: 'text',
    isAvailable: always,
    open: async () => reference,
  },
];
