/** Types of `generate-docs.mjs`, for the test that imports it. */

/** What makes the text of one part from the words after its name. */
type Generator = (...words: string[]) => Promise<string>;

/** The parts of a document that are generated: their names and the lines of their marks. */
export declare const generatedParts: (
  path: string,
  markdown: string,
) => readonly { readonly name: string; readonly start: number; readonly end: number }[];

/** The document with its generated parts made anew. */
export declare const fillDocument: (
  path: string,
  markdown: string,
  make?: Readonly<Record<string, Generator>>,
) => Promise<string>;

/** The documents of the repository, paths from its root. */
export declare const documentPaths: () => readonly string[];
