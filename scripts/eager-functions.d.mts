/** Types of `eager-functions.mjs`, for the configuration of the build and the tests. */

import type { Plugin } from 'esbuild';
import type { SourceMap } from 'magic-string';

/** A module of TypeScript with its arrow functions in parentheses, and a map to what it was. */
export declare const withEagerFunctions: (
  text: string,
  name: string,
) => { readonly text: string; readonly map: SourceMap };

/** The plugin; `root` is the folder of the repository. */
export declare const eagerFunctions: (root: string) => Plugin;
