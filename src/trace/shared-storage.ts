/**
 * How many tensors hold a storage. A program may hand an argument back unchanged, so two tensors
 * can share memory, and it is freed early only when the last of them is disposed of. Tensors that
 * are collected never count down: then nothing is freed early, which is always safe.
 */
import type { Storage } from '../backends/backend.ts';

const holders = new WeakMap<Storage, number>();

/** One more tensor holds `storage`. */
export const retain = (storage: Storage): void => {
  holders.set(storage, (holders.get(storage) ?? 0) + 1);
};

/** One tensor fewer holds `storage`; true when it was the last. */
export const release = (storage: Storage): boolean => {
  const left = (holders.get(storage) ?? 1) - 1;
  holders.set(storage, left);
  return left === 0;
};

/** Whether more than one tensor may hold `storage`. */
export const isShared = (storage: Storage): boolean => (holders.get(storage) ?? 0) > 1;
