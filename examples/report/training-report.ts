/**
 * The plain data a training run leaves behind for its report page. Whoever trains a model fills one
 * `TrainingReport`; `renderReport` turns it into a page. Nothing here knows about tensors.
 */

/** The numbers shown as tiles at the top of the page. */
export interface RunSummary {
  /** Share of test samples classified correctly, 0 to 1. */
  readonly testAccuracy: number;
  /** Number of passes over the training set. */
  readonly epochs: number;
  /** Number of optimizer steps in all. */
  readonly steps: number;
  /** Training throughput in samples per second. */
  readonly samplesPerSecond: number;
  /** Time spent in training, in seconds, without evaluation. */
  readonly trainingSeconds: number;
  /** Number of trainable scalars. */
  readonly parameters: number;
  /** The seed every random number came from. */
  readonly seed: number;
  /** The backend that ran the plan, such as `wasm`. */
  readonly backend: string;
  /** Kernel launches of one training step. */
  readonly launchesPerStep: number;
  /** Size of the arena of the training step, in bytes. */
  readonly arenaBytes: number;
}

/** One layer of the model, in the order of the forward pass. */
export interface LayerRow {
  readonly name: string;
  /** Output shape, with a letter for a named dimension: `['N', 6, 28, 28]`. */
  readonly outputShape: readonly (number | string)[];
  /** Number of trainable scalars; 0 for an activation or a pooling. */
  readonly parameters: number;
}

/** The state at the end of one epoch. */
export interface EpochRow {
  /** 1 for the first epoch. */
  readonly epoch: number;
  /** Mean loss of the epoch's steps. */
  readonly loss: number;
  /** Share of training samples classified correctly, 0 to 1. */
  readonly trainAccuracy: number;
  /** Share of test samples classified correctly, 0 to 1. */
  readonly testAccuracy: number;
}

/** How the test samples of each class were classified. */
export interface ConfusionCounts {
  /** The name of each class. */
  readonly classes: readonly string[];
  /** `counts[t][p]`: samples of true class `t` that were classified as `p`. */
  readonly counts: readonly (readonly number[])[];
}

/** One misclassified test picture. */
export interface Mistake {
  /** `width * height` grey values in [0, 1], row by row; 1 is ink. */
  readonly pixels: Float32Array;
  readonly width: number;
  readonly height: number;
  /** The name of the true class. */
  readonly truth: string;
  /** The name of the predicted class. */
  readonly predicted: string;
  /** Probability the model gave to its prediction, 0 to 1. */
  readonly confidence: number;
}

/** One learned filter with a single input channel. */
export interface Filter {
  /** `width * height` weights, row by row. */
  readonly weights: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** The language of a generated source, which decides its colouring. */
export type SourceLanguage = 'javascript' | 'wat' | 'wgsl' | 'text';

/** One launch of a generated kernel within the training step. */
export interface KernelRow {
  /** Position in the plan, from 1. */
  readonly launch: number;
  readonly name: string;
  /** What kind of op drives the kernel: `contract`, `elementwise`, ... */
  readonly kind: string;
  /** Floating point operations of one launch. */
  readonly flop: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** Share of the step's time, 0 to 1, where it was measured. */
  readonly share?: number;
  readonly source: string;
  readonly language: SourceLanguage;
}

/** Everything the report page shows. */
export interface TrainingReport {
  readonly title: string;
  /** One sentence under the title: what was trained, on which data. */
  readonly subtitle: string;
  readonly summary: RunSummary;
  readonly layers: readonly LayerRow[];
  /** What the loss is and its unit, such as `cross-entropy (nats)`. */
  readonly lossName: string;
  /** Loss of every step in order; NaN and infinities are counted and left out of the curve. */
  readonly losses: Float32Array;
  readonly epochs: readonly EpochRow[];
  readonly confusion: ConfusionCounts;
  readonly mistakes: readonly Mistake[];
  /** Filters of the first layer, all of one size. */
  readonly filters: readonly Filter[];
  /** The launches of one training step, in order. */
  readonly kernels: readonly KernelRow[];
  /** A closing line, such as the machine and the runtime it ran on. */
  readonly footer?: string;
}
