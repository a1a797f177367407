/** Types of `serve-folder.mjs`, for the tests that import it. */

/** A server that runs. */
export interface FolderServer {
  /** `http://localhost:8080/`. */
  readonly address: string;
  readonly close: () => Promise<void>;
}

/** Serves `folder` on this machine alone; port 0 takes any free one. */
export declare const serveFolder: (folder: string, port: number) => Promise<FolderServer>;
