/** What plans for a device are made for. */
import type { Target } from '../../ir/target.ts';

/** The limits that plans depend on. */
export interface WorkgroupLimits {
  readonly maxComputeInvocationsPerWorkgroup: number;
  readonly maxComputeWorkgroupStorageSize: number;
}

/** More invocations or memory than every device has would leave less room for other workgroups. */
const mostInvocations = 256;
const mostMemory = 16384;
/** WebGPU does not say how many workgroups run at a time; large GPUs run one or two hundred. */
const busyGroups = 128;

/** The target that a device with these limits is. */
export const targetOf = (limits: WorkgroupLimits): Target => ({
  workgroup: {
    invocations: Math.min(mostInvocations, limits.maxComputeInvocationsPerWorkgroup),
    memory: Math.min(mostMemory, limits.maxComputeWorkgroupStorageSize),
    busy: busyGroups,
  },
});

/** The target of a device that offers what every device with WebGPU does. */
export const leastTarget: Target = targetOf({
  maxComputeInvocationsPerWorkgroup: mostInvocations,
  maxComputeWorkgroupStorageSize: mostMemory,
});
