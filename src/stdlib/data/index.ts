/**
 * `gradloom/data`: file formats, batches, splits and metrics over plain arrays; it runs without the
 * compiler.
 */
export {
  accuracy,
  type ClassQuality,
  confusionMatrix,
  precisionRecall,
} from '../metrics/index.ts';
export type { ArrayData, StorageArrays, StorageDType } from './array-data.ts';
export { type BatchOptions, batches } from './batches.ts';
export { type CsvOptions, type CsvTable, readCsv } from './csv.ts';
export { encodeLabels } from './encode-labels.ts';
export { gatherRows } from './gather-rows.ts';
export { type GunzipOptions, gunzip } from './gunzip.ts';
export { type IdxDType, type IdxType, readIdx, writeIdx } from './idx.ts';
export { readSafetensors, type Safetensors } from './read-safetensors.ts';
export { type ResizeMethod, resizeImages } from './resize-images.ts';
export { type SplitOptions, stratifiedSplit } from './stratified-split.ts';
export { type Named, writeSafetensors } from './write-safetensors.ts';
