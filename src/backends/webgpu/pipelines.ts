/** Compiled shaders of one device. Shaders with the same text are one pipeline. */
import { BackendError, type GradloomError, InternalError } from '../../ir/errors.ts';
import { describeKernel } from '../../ir/kernel.ts';
import type { Shader } from './emit-shader.ts';

/** Compiled pipelines that are kept. */
const mostPipelines = 4096;
/** Stages that see a binding: compute. */
const compute = 4;

/** Why a text is no pipeline. */
class Rejection {
  /** What the compiler says of the text; empty where it is not to blame. */
  readonly messages: string;
  readonly cause: unknown;
  constructor(messages: string, cause: unknown) {
    this.messages = messages;
    this.cause = cause;
  }
}

/** The error of a shader that was rejected: it names the user's ops and line. */
const explain = ({ kernel, text }: Shader, { messages, cause }: Rejection): GradloomError => {
  const what = describeKernel(kernel);
  const site = kernel.origin?.site;
  const isTooMuch = (cause as { reason?: string } | undefined)?.reason === 'internal';
  if (messages === '' && isTooMuch) {
    return new BackendError(`webgpu: the driver cannot make a pipeline of ${what}`, {
      got: (cause as Error).message,
      hint: 'choose the backend js for this program, or update the driver',
      site,
    });
  }
  const rule = `${what} does not compile: ${messages || String(cause)}`;
  return new InternalError('webgpu', rule, { got: text, site });
};

/** The pipelines of one device. */
export class Pipelines {
  readonly #gpu: GPUDevice;
  readonly #pipelines = new Map<string, Promise<GPUComputePipeline>>();
  readonly #layouts = new Map<string, GPUBindGroupLayout>();
  constructor(gpu: GPUDevice) {
    this.#gpu = gpu;
  }
  /** The layout for a shader's bindings. */
  layoutOf({ bindings, hasCounters }: Shader): GPUBindGroupLayout {
    const kinds = bindings.map(({ isWritten }) => (isWritten ? 'w' : 'r'));
    const key = `${kinds.join('')}${hasCounters ? 'u' : ''}`;
    let layout = this.#layouts.get(key);
    if (layout === undefined) {
      const entries: GPUBindGroupLayoutEntry[] = bindings.map(({ isWritten }, binding) => ({
        binding,
        visibility: compute,
        buffer: { type: isWritten ? 'storage' : 'read-only-storage' },
      }));
      if (hasCounters) {
        entries.push({
          binding: bindings.length,
          visibility: compute,
          buffer: { type: 'uniform', hasDynamicOffset: true },
        });
      }
      layout = this.#gpu.createBindGroupLayout({ entries });
      this.#layouts.set(key, layout);
    }
    return layout;
  }
  /**
   * The pipeline of a shader. Rejects with InternalError when the text does not compile, and with
   * BackendError when the driver cannot make a pipeline of it.
   */
  of(shader: Shader): Promise<GPUComputePipeline> {
    const { text } = shader;
    let pipeline = this.#pipelines.get(text);
    if (pipeline === undefined) {
      pipeline = this.#compile(shader);
      if (this.#pipelines.size >= mostPipelines) {
        const [oldest] = this.#pipelines.keys();
        if (oldest !== undefined) this.#pipelines.delete(oldest);
      }
      this.#pipelines.set(text, pipeline);
    }
    return pipeline.catch((cause: unknown) => {
      this.#pipelines.delete(text);
      throw cause instanceof Rejection ? explain(shader, cause) : cause;
    });
  }
  async #compile(shader: Shader): Promise<GPUComputePipeline> {
    const gpu = this.#gpu;
    const label = shader.kernel.name;
    // A module tells of its faults twice; the rejection of the pipeline is the one that is heard.
    gpu.pushErrorScope('validation');
    const module = gpu.createShaderModule({ label, code: shader.text });
    const layout = gpu.createPipelineLayout({ bindGroupLayouts: [this.layoutOf(shader)] });
    gpu.popErrorScope().catch(() => {});
    try {
      const stage = { module, entryPoint: 'main' };
      return await gpu.createComputePipelineAsync({ label, layout, compute: stage });
    } catch (cause) {
      const { messages } = await module.getCompilationInfo();
      const faults = messages.filter(({ type }) => type === 'error');
      const lines = faults.map((one) => `${one.lineNum}:${one.linePos} ${one.message}`);
      throw new Rejection(lines.join('\n'), cause);
    }
  }
}
