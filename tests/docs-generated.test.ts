/** The generated parts of the documentation are up to date, and what it shows of files is there. */
import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { documentPaths, fillDocument, generatedParts } from '../scripts/generate-docs.mjs';

const documents = documentPaths().map((path) => [path, readFileSync(path, 'utf8')] as const);
/** The text without its code blocks. */
const proseOf = (markdown: string): string => markdown.replaceAll(/^ *```[\s\S]*?^ *```/gm, '');
const mark = (name: string, body: string): string =>
  `# A\n\n<!-- generated: ${name} -->\n${body}\n<!-- /generated -->\n\nend\n`;

test('a generated part is replaced, and nothing else', async () => {
  const shout = { shout: async (word = ''): Promise<string> => word.toUpperCase() };
  const old = mark('shout abc', 'old');
  expect(await fillDocument('a.md', old, shout)).toBe(mark('shout abc', '\nABC\n'));
  const fresh = mark('shout abc', '\nABC\n');
  expect(await fillDocument('a.md', fresh, shout)).toBe(fresh);
});

test('a part without an end or without a generator is an error', async () => {
  expect(() => generatedParts('a.md', '\n<!-- generated: a -->\n')).toThrow("a.md:2: 'a' has no");
  const two = '<!-- generated: a -->\n<!-- generated: b -->\n<!-- /generated -->';
  expect(() => generatedParts('a.md', two)).toThrow("a.md:1: 'a' has no end");
  await expect(fillDocument('a.md', mark('none', ''))).rejects.toThrow("nothing generates 'none'");
});

describe('every document', () => {
  test.each(documents)('%s is up to date', { timeout: 120_000 }, async (path, markdown) => {
    // Where this fails: npm run docs.
    expect(await fillDocument(path, markdown)).toBe(markdown);
  });

  test.each(documents)('%s shows files in generated parts only', (path, markdown) => {
    const parts = generatedParts(path, markdown);
    markdown.split('\n').forEach((line, k) => {
      if (!/^\s*[`~]{3,}.*\sfile=/.test(line)) return;
      const isGenerated = parts.some(({ start, end }) => start < k && k < end);
      expect(isGenerated, `${path}:${k + 1}: the text is not compared with its file`).toBe(true);
    });
  });

  test.each(documents)('%s links to files that exist', (path, markdown) => {
    const prose = proseOf(markdown).replaceAll(/`[^`\n]*`/g, '');
    const targets = [...prose.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, to]) => to!);
    const broken = targets
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => !existsSync(posix.join(posix.dirname(path), target)));
    expect(broken).toEqual([]);
  });

  test.each(documents)('%s names files that exist', (_, markdown) => {
    const named = [
      ...proseOf(markdown).matchAll(/`((?:src|tests|examples|scripts|docs)\/[\w./-]+)`/g),
    ];
    expect(named.map(([, file]) => file!).filter((file) => !existsSync(file))).toEqual([]);
  });
});
