/** Types of `bundle.mjs`, for the tests that import it. */

import type { Plugin } from 'esbuild';

/** The folder of the repository. */
export declare const root: string;

/** Resolves `gradloom` and its entry points to the sources. */
export declare const entryPoints: Plugin;

/** Bundles `files` (absolute paths) into the cache folder `name`; gives the bundles in order. */
export declare const bundle: (
  files: readonly string[],
  name: string,
  plugins?: readonly Plugin[],
) => Promise<string[]>;
