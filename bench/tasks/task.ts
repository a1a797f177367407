/** What is measured: a description that every library understands, and what is known about it. */
import type { ModelName } from './models.ts';

/** What a contender has to do; plain data, because it goes to another process. */
export type Work =
  | { readonly kind: 'matmul'; readonly m: number; readonly k: number; readonly n: number }
  | { readonly kind: 'elements'; readonly form: 'add' | 'chain'; readonly count: number }
  | {
      readonly kind: 'rows';
      readonly form: 'softmax' | 'layerNorm' | 'sumRows' | 'sumColumns';
      readonly rows: number;
      readonly columns: number;
    }
  | {
      readonly kind: 'conv';
      readonly batch: number;
      readonly channels: number;
      readonly side: number;
      readonly withGradients: boolean;
    }
  | { readonly kind: 'forward'; readonly model: 'mlp' }
  | { readonly kind: 'train'; readonly model: ModelName }
  /** The same as `train`; the time of the very first step in a process is taken. */
  | { readonly kind: 'first'; readonly model: ModelName }
  /** Ten operations on 16 elements. */
  | { readonly kind: 'tiny' }
  /** Products of 16 x 16 matrices, each with the result of the one before. */
  | { readonly kind: 'launches'; readonly count: number };

/** What the times of a task are held against. */
export interface Target {
  /** The most milliseconds of gradloom on wasm. */
  readonly milliseconds?: number;
  /** The most times that another task, by name, takes. */
  readonly times?: { readonly factor: number; readonly of: string };
}

/** A task. */
export interface Task {
  readonly name: string;
  readonly group: string;
  readonly work: Work;
  /** Floating point operations of products; 0 where they are not what it costs. */
  readonly flops: number;
  /** Bytes that must be read and written; 0 where they are not what it costs. */
  readonly bytes: number;
  /** How far results may be apart, relative to the largest element. */
  readonly tolerance: number;
  readonly target?: Target;
}
