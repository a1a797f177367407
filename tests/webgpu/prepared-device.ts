/** A backend on a device of its own that a test can reach, and change before the backend sees it. */
import { type Backend, init } from 'gradloom';

/** A backend and its device. */
export interface Prepared {
  readonly backend: Backend;
  readonly device: GPUDevice;
}

/** Opens a device of `dawn`, hands it to `prepare`, and makes a backend on it. */
export const openPrepared = async (
  dawn: object,
  prepare: (device: GPUDevice) => void = () => {},
): Promise<Prepared> => {
  let device: GPUDevice | undefined;
  const gpu = {
    requestAdapter: async () => {
      const adapter = (await (dawn as GPU).requestAdapter()) as GPUAdapter;
      const requestDevice = async (options: GPUDeviceDescriptor): Promise<GPUDevice> => {
        device = await adapter.requestDevice(options);
        prepare(device);
        return device;
      };
      const { limits, features, info } = adapter;
      return { limits, features, info, requestDevice };
    },
  };
  const backend = await init('webgpu', { gpu });
  if (device === undefined) throw new Error('the backend opened no device');
  return { backend, device };
};

/** What a device was told to do. */
export interface WorkCounts {
  dispatches: number;
  submits: number;
}

/** Counts what a device is told from now on. */
export const countWork = (device: GPUDevice): WorkCounts => {
  const counts: WorkCounts = { dispatches: 0, submits: 0 };
  const createEncoder = device.createCommandEncoder.bind(device);
  device.createCommandEncoder = (description) => {
    const encoder = createEncoder(description);
    const beginPass = encoder.beginComputePass.bind(encoder);
    encoder.beginComputePass = (descriptionOfPass) => {
      const pass = beginPass(descriptionOfPass);
      const dispatch = pass.dispatchWorkgroups.bind(pass);
      pass.dispatchWorkgroups = (...groups) => {
        counts.dispatches++;
        dispatch(...groups);
      };
      return pass;
    };
    return encoder;
  };
  const submit = device.queue.submit.bind(device.queue);
  device.queue.submit = (commands) => {
    counts.submits++;
    submit(commands);
  };
  return counts;
};
