/** Running a translated plan: who owns which memory, and one command buffer per run. */
import { BackendError } from '../../ir/errors.ts';
import type { Plan } from '../../ir/plan.ts';
import { showType } from '../../ir/types.ts';
import type { Executable, Program } from '../backend.ts';
import { inputSpecs } from '../host-storage.ts';
import { packedResource, type Resource, scratchResource } from './bindings.ts';
import type { Device } from './device.ts';
import type { Shader } from './emit-shader.ts';
import { type Bound, type CounterRing, type Dispatch, Recorder } from './recorder.ts';
import { refuseDoubles } from './refuse-doubles.ts';
import { asGpuStorage, GpuStorage } from './storage.ts';
import { translatePlan, wordBytes } from './translate-plan.ts';

const checkSizes = (device: Device, plan: Plan): void => {
  const types = [...plan.inputs, ...plan.results.map(({ type }) => type)];
  for (const { type, length } of inputSpecs(types)) {
    device.checkSize(length * wordBytes, showType(type));
  }
};

/** The storages of a call's inputs; throws BackendError when they do not fit the program. */
const checkInputs = (
  device: Device,
  specs: ReturnType<typeof inputSpecs>,
  inputs: readonly Parameters<Executable['run']>[0][number][],
): GpuStorage[] => {
  if (inputs.length !== specs.length) {
    throw new BackendError(
      `webgpu: the program takes ${specs.length} inputs, not ${inputs.length}`,
    );
  }
  return specs.map(({ type, length }, k) => {
    const storage = asGpuStorage(device, inputs[k] as GpuStorage);
    if (storage.dtype !== type.dtype || storage.length !== length) {
      throw new BackendError(`webgpu: input ${k} does not fit the program`, {
        got: `${storage.dtype} of ${storage.length} elements for ${showType(type)}`,
      });
    }
    storage.check();
    return storage;
  });
};

/** Compiles a program for a device. Pipelines are compiled meanwhile; the first run waits. */
export const compileProgram = (
  device: Device,
  ring: CounterRing,
  { graph, donated, plan: makePlan }: Program,
): Executable => {
  device.check();
  refuseDoubles(graph);
  const plan = makePlan(device.target);
  const { steps, sources, arenaBytes, shaders } = translatePlan(
    plan,
    device.gpu.limits.maxStorageBuffersPerShaderStage,
  );
  checkSizes(device, plan);
  device.checkSize(arenaBytes, `the memory between the kernels of ${plan.name}`);
  const scratchBytes = Math.max(0, ...shaders.map(({ scratch }) => scratch * wordBytes));
  device.checkSize(scratchBytes, `the scratch memory of ${plan.name}`);
  const packedWords = shaders.map(({ packed }) => packed.reduce((n, { length }) => n + length, 0));
  const packedBytes = Math.max(0, ...packedWords) * wordBytes;
  device.checkSize(packedBytes, `the arrays of one kernel of ${plan.name}`);
  const inputTypes = inputSpecs(plan.inputs);
  const results = plan.results.map(({ type, source }) => ({
    source,
    dtype: type.dtype,
    length: inputSpecs([type])[0]?.length ?? 0,
  }));
  const takenOver = new Map(plan.donations.map(([input, output]) => [output, input]));
  const overwritten = new Set(plan.donations.map(([input]) => input));
  const isDonated = new Set(donated);

  let dispatches: ReadonlyMap<Shader, Dispatch> | undefined;
  const pending = Promise.all(
    shaders.map(async (shader): Promise<[Shader, Dispatch]> => {
      const pipeline = await device.pipelineOf(shader);
      return [shader, { pipeline, layout: device.layoutOf(shader), groups: new Map() }];
    }),
  ).then((entries) => {
    dispatches = new Map(entries);
    return dispatches;
  });
  pending.catch(() => {});

  const shared = new Map<Resource, Bound>();
  const share = (resource: Resource, bytes: number): void => {
    if (bytes > 0 && !shared.has(resource)) {
      shared.set(resource, { buffer: device.acquire(bytes), bytes });
    }
  };

  /** Records and submits one run, and says which buffer each result is in. */
  const execute = (
    ready: ReadonlyMap<Shader, Dispatch>,
    inputs: readonly GpuStorage[],
    finish: (buffers: readonly GPUBuffer[]) => void,
  ): void | Promise<void> => {
    share('arena', arenaBytes);
    share(scratchResource, scratchBytes);
    share(packedResource, packedBytes);
    const resources = new Map<Resource, Bound>(shared);
    const recorder = new Recorder(device, ring, ready, resources);
    const fresh = (bytes: number, from?: GPUBuffer): GPUBuffer => {
      const buffer = device.acquire(bytes);
      if (from !== undefined) recorder.copy(from, buffer, bytes);
      return buffer;
    };
    const originals = inputs.map(({ buffer }) => buffer as GPUBuffer);
    const arrays = [...originals];
    const owned = new Set(donated.map((k) => originals[k] as GPUBuffer));
    // One tensor may be given for several inputs; it must not be overwritten for one of them.
    if (donated.length > 0 && new Set(originals).size < originals.length) {
      for (const k of donated) {
        arrays[k] = fresh(inputs[k]?.bytes ?? 0, originals[k]);
        owned.add(arrays[k] as GPUBuffer);
      }
    }
    inputTypes.forEach(({ length }, k) => {
      resources.set(`input ${k}`, { buffer: arrays[k] as GPUBuffer, bytes: length * wordBytes });
    });
    const outputs: GPUBuffer[] = [];
    const moved = new Set<number>();
    const buffers = results.map(({ source: { kind, index }, length }) => {
      const bytes = length * wordBytes;
      if (kind === 'input') {
        const array = arrays[index] as GPUBuffer;
        const isMoved = isDonated.has(index) && !overwritten.has(index) && !moved.has(index);
        if (!isMoved) return fresh(bytes, array);
        moved.add(index);
        return array;
      }
      if (outputs[index] !== undefined) return undefined;
      const input = takenOver.get(index);
      const buffer = input === undefined ? fresh(bytes) : (arrays[input] as GPUBuffer);
      outputs[index] = buffer;
      resources.set(`output ${index}`, { buffer, bytes });
      return buffer;
    });
    const end = (): void => {
      // An output that is a result twice is copied the second time.
      const all = buffers.map(
        (buffer, k) =>
          buffer ??
          fresh((results[k]?.length ?? 0) * wordBytes, outputs[results[k]?.source.index ?? 0]),
      );
      recorder.submit();
      for (const buffer of owned) if (!all.includes(buffer)) device.release(buffer);
      finish(all);
    };
    const walk = recorder.steps(steps, new Map());
    const begin = walk.next();
    if (begin.done === true) return end();
    const goOn = async (): Promise<void> => {
      let at: typeof begin | IteratorReturnResult<void> = begin;
      while (at.done !== true) at = walk.next(await recorder.read(...at.value));
      end();
    };
    return goOn();
  };

  let isDisposed = false;
  return {
    sources,
    run: (storages) => {
      device.check();
      if (isDisposed) throw new BackendError('webgpu: the program was disposed of');
      const inputs = checkInputs(device, inputTypes, storages);
      const made = results.map(({ dtype, length }) => new GpuStorage(device, dtype, length));
      for (const k of donated) inputs[k]?.release();
      const fail = (error: unknown): void => {
        for (const storage of made) storage.failure = error;
      };
      const finish = (buffers: readonly GPUBuffer[]): void => {
        made.forEach((storage, k) => {
          storage.buffer = buffers[k];
        });
      };
      const job = (ready: ReadonlyMap<Shader, Dispatch>): void | Promise<void> => {
        const failed = inputs.find(({ failure }) => failure !== undefined);
        if (failed !== undefined) {
          fail(failed.failure);
          return;
        }
        try {
          const running = execute(ready, inputs, finish);
          return running?.catch(fail);
        } catch (error) {
          fail(error);
        }
      };
      device.queue.add(() =>
        dispatches === undefined ? pending.then(job).catch(fail) : job(dispatches),
      );
      return made;
    },
    dispose: () => {
      if (isDisposed) return;
      isDisposed = true;
      device.queue.add(() => {
        for (const { buffer } of shared.values()) device.release(buffer);
        shared.clear();
      });
    },
  };
};
