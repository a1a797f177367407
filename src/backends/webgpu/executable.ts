/** Compiling a plan for a device: shaders, pipelines, and what must fit before anything runs. */
import { BackendError } from '../../ir/errors.ts';
import { describeKernel } from '../../ir/kernel.ts';
import { arenasOf, type Plan } from '../../ir/plan.ts';
import { showType } from '../../ir/types.ts';
import type { Executable, Program } from '../backend.ts';
import { inputSpecs } from '../host-storage.ts';
import { placeResults } from '../place-results.ts';
import { arenaResource, packedBytes, packedResources, scratchResource } from './bindings.ts';
import type { Device } from './device.ts';
import type { Shader } from './emit-shader.ts';
import type { Purpose } from './memory-pool.ts';
import { type Purposes, purposesOf } from './purposes.ts';
import { type CounterRing, type Dispatch, labelOf } from './recorder.ts';
import { refuseDoubles } from './refuse-doubles.ts';
import { type Dispatches, Run, type RunnableProgram } from './run.ts';
import { SharedMemory, type SharedPart } from './shared-memory.ts';
import { asGpuStorage, bytesOn, GpuStorage } from './storage.ts';
import { wordBytes } from './target.ts';
import { translatePlan } from './translate-plan.ts';

const checkSizes = (device: Device, plan: Plan, { inputs, results }: Purposes): void => {
  const types = [...plan.inputs, ...plan.results.map(({ type }) => type)];
  const purposes = [...inputs, ...results];
  inputSpecs(types).forEach(({ type, length }, k) => {
    device.checkSize(bytesOn(device, type.dtype, length), purposes[k] as Purpose);
  });
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

/** The memory that the kernel which needs most of a kind needs. */
const largestPart = (
  resource: string,
  what: string,
  shaders: readonly Shader[],
  bytesOf: (shader: Shader) => number,
): SharedPart[] => {
  let largest: Shader | undefined;
  for (const shader of shaders) {
    if (largest === undefined || bytesOf(shader) > bytesOf(largest)) largest = shader;
  }
  if (largest === undefined) return [];
  const { kernel } = largest;
  const purpose = { what: `${what} of ${describeKernel(kernel)}`, site: kernel.origin?.site };
  return [{ resource, bytes: bytesOf(largest), purpose }];
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
  const purposes = purposesOf(plan);
  checkSizes(device, plan, purposes);
  const { steps, sources, shaders } = translatePlan(
    plan,
    device.gpu.limits.maxStorageBuffersPerShaderStage,
    device.hasHalf,
  );
  const arenas = arenasOf(plan).map(({ bytes }, k) => {
    return { resource: arenaResource(k), bytes, purpose: purposes.arenas[k] as Purpose };
  });
  const shared = new SharedMemory(device, [
    ...arenas,
    ...largestPart(
      scratchResource,
      'the scratch memory',
      shaders,
      ({ scratch }) => scratch * wordBytes,
    ),
    ...Object.values(packedResources).flatMap((resource) =>
      largestPart(resource, 'the memory for the arrays', shaders, ({ packed }) =>
        packedBytes(packed, resource),
      ),
    ),
  ]);
  const inputTypes = inputSpecs(plan.inputs);
  const resultTypes = inputSpecs(plan.results.map(({ type }) => type));
  const labels = shaders.map(({ kernel }) => [labelOf(kernel), kernel.origin?.site] as const);
  const runnable: RunnableProgram = {
    device,
    ring,
    steps,
    shared,
    donated,
    inputs: purposes.inputs,
    results: placeResults(plan, donated).map((place, k) => {
      return { place, purpose: purposes.results[k] as Purpose };
    }),
    siteIn: (message) => {
      const named = labels.filter(([label]) => message.includes(label));
      return named.sort(([a], [b]) => b.length - a.length)[0]?.[1];
    },
  };

  let dispatches: Dispatches | undefined;
  const pending = Promise.all(
    shaders.map(async (shader): Promise<[Shader, Dispatch]> => {
      const pipeline = await device.pipelines.of(shader).catch((cause: unknown) => {
        device.check();
        throw cause;
      });
      return [shader, { pipeline, layout: device.pipelines.layoutOf(shader), groups: new Map() }];
    }),
  ).then((entries) => {
    dispatches = new Map(entries);
    return dispatches;
  });
  pending.catch(() => {});

  let isDisposed = false;
  return {
    sources,
    run: (storages) => {
      device.check();
      if (isDisposed) throw new BackendError('webgpu: the program was disposed of');
      const inputs = checkInputs(device, inputTypes, storages);
      const results = resultTypes.map(
        ({ type, length }) => new GpuStorage(device, type.dtype, length),
      );
      for (const k of donated) inputs[k]?.release();
      const run = new Run(runnable, inputs, results);
      device.enqueue(() =>
        dispatches === undefined
          ? pending.then(
              (ready) => run.start(ready),
              (error: unknown) => run.fail(error),
            )
          : run.start(dispatches),
      );
      return results;
    },
    dispose: () => {
      if (isDisposed) return;
      isDisposed = true;
      device.enqueue(() => shared.release());
    },
  };
};
