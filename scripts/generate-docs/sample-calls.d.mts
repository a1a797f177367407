/** Types of `sample-calls.mjs`, for the test that imports it. */

/** What the sample of a function shows. */
interface SampleCall {
  /** The call with its tensors shown by their types, and what it gives. */
  readonly example: string;
  /** The call in TypeScript, the library being `T`. */
  readonly code: string;
  /** The types of the tensors in the result, by how each is reached. */
  readonly types: readonly { readonly access: string; readonly type: string }[];
}

/** The calls by the name of the function. */
export declare const sampleCalls: () => Promise<ReadonlyMap<string, SampleCall>>;
