/** What plans for a device are made for. */
import type { Target } from '../../ir/target.ts';

/** The limits that plans depend on. */
export interface DeviceLimits {
  readonly maxComputeInvocationsPerWorkgroup: number;
  readonly maxComputeWorkgroupStorageSize: number;
  readonly maxStorageBufferBindingSize: number;
  readonly maxBufferSize: number;
}

/** The longest array that a kernel can be given, in bytes. */
export const largestBinding = ({
  maxStorageBufferBindingSize,
  maxBufferSize,
}: Pick<DeviceLimits, 'maxStorageBufferBindingSize' | 'maxBufferSize'>): number =>
  Math.min(maxStorageBufferBindingSize, maxBufferSize);

/** The bytes of one element in the arena, whatever its dtype. */
export const wordBytes = 4;

/** More invocations or memory than every device has would leave less room for other workgroups. */
const mostInvocations = 256;
const mostMemory = 16384;
/** WebGPU does not say how many workgroups run at a time; large GPUs run one or two hundred. */
const busyGroups = 128;

/** The target that a device with these limits, and subgroups of at least some size, is. */
export const targetOf = (limits: DeviceLimits, subgroup?: number): Target => ({
  workgroup: {
    invocations: Math.min(mostInvocations, limits.maxComputeInvocationsPerWorkgroup),
    memory: Math.min(mostMemory, limits.maxComputeWorkgroupStorageSize),
    busy: busyGroups,
    subgroup,
  },
  largestArena: largestBinding(limits),
  elementBytes: wordBytes,
});

/** The target of a device that offers what every device with WebGPU does. */
export const leastTarget: Target = targetOf({
  maxComputeInvocationsPerWorkgroup: mostInvocations,
  maxComputeWorkgroupStorageSize: mostMemory,
  maxStorageBufferBindingSize: 128 * 2 ** 20,
  maxBufferSize: 256 * 2 ** 20,
});
