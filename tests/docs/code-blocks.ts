/** Finds the fenced code blocks of a Markdown text; the tests of the documentation run them. */

/** One block of TypeScript: where it stands, and the text that it must fail with, if any. */
export interface CodeBlock {
  readonly document: string;
  /** The line of the document that the block's first line stands on, from 1. */
  readonly line: number;
  readonly text: string;
  readonly expectedError: string | undefined;
}

const EXPECTED = /^\/\/ expect-error:\s*(.+?)\s*$/;
const UNCHECKED = new Set(['typescript', 'js', 'javascript', 'mjs', 'mts', 'tsx', 'jsx']);

/** The `ts` blocks of a document. Other fences of the language throw: they would not be checked. */
export const findCodeBlocks = (document: string, markdown: string): CodeBlock[] => {
  const blocks: CodeBlock[] = [];
  const lines = markdown.split(/\r?\n/);
  for (let i = 0; i < lines.length; i++) {
    const opening = /^(\s*)(`{3,}|~{3,})\s*(\w*)/.exec(lines[i]!);
    if (opening === null) continue;
    const [, indent, fence, language] = opening as unknown as [string, string, string, string];
    const start = i + 1;
    const isEnd = (line: string): boolean =>
      line.trim().startsWith(fence) && line.trim().replaceAll(fence[0]!, '') === '';
    do i++;
    while (i < lines.length && !isEnd(lines[i]!));
    if (i === lines.length) throw new Error(`${document}:${start}: the code block has no end`);
    if (UNCHECKED.has(language.toLowerCase())) {
      throw new Error(`${document}:${start}: write 'ts' instead of '${language}'`);
    }
    // Shown from a file of the repository; docs-generated.test.ts compares it with that file.
    if (language !== 'ts' || /\sfile=\S/.test(lines[start - 1]!)) continue;
    const body = lines.slice(start, i);
    const plain = body.map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
    const expectedError = EXPECTED.exec(plain[0] ?? '')?.[1];
    blocks.push({ document, line: start + 1, text: `${plain.join('\n')}\n`, expectedError });
  }
  return blocks;
};
