/** What the page and the worker that trains say to each other. */

/** An entry of the menu of backends. */
export interface BackendEntry {
  readonly name: string;
  readonly title: string;
}

/** One kernel of the training step, or one step of a backend that generates no code. */
export interface KernelEntry {
  readonly name: string;
  /** The ops the kernel computes: `dot · add · relu`. */
  readonly work: string;
  /** Floating point operations of a step. */
  readonly flops: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly source: string;
  readonly language: 'javascript' | 'wat' | 'wgsl' | 'text';
}

/** What the page asks for. */
export type Request =
  | { readonly kind: 'choose'; readonly backend: string }
  | { readonly kind: 'start' | 'pause' | 'reset' | 'sample' }
  /** Classify one picture of 64 values in [0, 1]. */
  | { readonly kind: 'predict'; readonly pixels: Float32Array };

/** What the worker reports. */
export type Report =
  | {
      readonly kind: 'ready';
      readonly backends: readonly BackendEntry[];
      /** Pictures to learn from and to test on. */
      readonly train: number;
      readonly test: number;
      readonly stepsPerEpoch: number;
    }
  /** The backend is in use; its kernels. */
  | { readonly kind: 'kernels'; readonly backend: string; readonly kernels: readonly KernelEntry[] }
  | { readonly kind: 'state'; readonly isRunning: boolean; readonly isFinished: boolean }
  | {
      readonly kind: 'progress';
      /** Finished steps. */
      readonly step: number;
      /** The losses since the report before. */
      readonly losses: readonly number[];
      /** Pictures learned from per second of training. */
      readonly throughput: number;
    }
  /** The share of right answers on the test set, 0 to 1, after an epoch. */
  | { readonly kind: 'accuracy'; readonly epoch: number; readonly accuracy: number }
  /** Everything learned was thrown away. */
  | { readonly kind: 'cleared' }
  | { readonly kind: 'prediction'; readonly probabilities: Float32Array }
  /** A picture of the test set. */
  | { readonly kind: 'sample'; readonly pixels: Float32Array; readonly label: number }
  | { readonly kind: 'error'; readonly message: string };
