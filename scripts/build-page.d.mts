/** Types of `build-page.mjs`, for the tests that import it. */

/** Bundles the browser example into `folder`, which is emptied first. */
export declare const buildPage: (folder: string) => Promise<void>;
