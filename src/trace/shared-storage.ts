/**
 * How many tensors hold a storage. A program may hand an argument back unchanged, so two tensors
 * can share memory, and it is freed early only when the last of them is disposed of. Tensors that
 * are collected never count down: then nothing is freed early, which is always safe.
 */
import type { Storage } from '../backends/backend.ts';

/** Counts for storages that have no room for one. */
const holders = new WeakMap<Storage, number>();

const countOf = (storage: Storage): number | undefined => storage.holders ?? holders.get(storage);
const setCount = (storage: Storage, count: number): void => {
  if (storage.holders === undefined) holders.set(storage, count);
  else storage.holders = count;
};

/** One more tensor holds `storage`. */
export const retain = (storage: Storage): void => setCount(storage, (countOf(storage) ?? 0) + 1);

/** One tensor fewer holds `storage`; true when it was the last. */
export const release = (storage: Storage): boolean => {
  const left = (countOf(storage) ?? 1) - 1;
  setCount(storage, left);
  return left === 0;
};

/** Whether more than one tensor may hold `storage`. */
export const isShared = (storage: Storage): boolean => (countOf(storage) ?? 0) > 1;
