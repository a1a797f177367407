/**
 * Light colouring of generated source: comments, strings, numbers, keywords, types and calls. One
 * regular expression a language, read left to right; whatever it does not know stays plain text.
 */
import { type Html, html } from './html.ts';
import type { SourceLanguage } from './training-report.ts';

interface Grammar {
  /** Named groups become the classes of the pieces. */
  readonly pattern: RegExp;
  readonly keywords: ReadonlySet<string>;
  readonly types: ReadonlySet<string>;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

// An unterminated comment or string runs to the end, so that no input makes the search go back and
// forth.
const slashComment = String.raw`\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)`;
const hexadecimal = String.raw`\b0[xX][\da-fA-F]+(?:p[+-]?\d+)?[iufh]?\b`;
const decimal = String.raw`\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?[iufhn]?\b`;
const number = `${hexadecimal}|${decimal}`;

const grammar = (
  comment: string,
  string: string,
  word: string,
  keywords: string,
  types: string,
): Grammar => ({
  pattern: new RegExp(
    `(?<comment>${comment})|(?<string>${string})|(?<number>${number})|(?<word>${word})`,
    'g',
  ),
  keywords: words(keywords),
  types: words(types),
});

const grammars: Readonly<Record<Exclude<SourceLanguage, 'text'>, Grammar>> = {
  javascript: grammar(
    slashComment,
    String.raw`"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?`,
    String.raw`[A-Za-z_$][\w$]*`,
    'break case const continue else export for function if import let new return switch throw ' +
      'var while',
    'Math Float32Array Float64Array Int32Array Uint32Array Uint8Array Array Number Infinity NaN',
  ),
  wgsl: grammar(
    slashComment,
    '(?!)',
    String.raw`@?[A-Za-z_]\w*`,
    '@binding @builtin @compute @group @workgroup_size break const continue else enable fn for ' +
      'if let loop return struct var while',
    'array atomic bool f16 f32 i32 u32 mat4x4f ptr read read_write storage uniform vec2 vec2f ' +
      'vec3 vec3f vec3u vec4 vec4f vec4u workgroup',
  ),
  wat: grammar(
    String.raw`;;[^\n]*|\(;[\s\S]*?(?:;\)|$)`,
    String.raw`"(?:\\.|[^"\\\n])*"?`,
    String.raw`\$?[A-Za-z_][\w.$]*`,
    'module func param result local global memory export import data type block loop if then ' +
      'else end br br_if return call mut',
    'i32 i64 f32 f64 v128',
  ),
};

const classOfWord = (word: string, next: string, { keywords, types }: Grammar): string | null => {
  if (keywords.has(word)) return 'keyword';
  if (types.has(word)) return 'type';
  return next === '(' || word.includes('.') ? 'call' : null;
};

/** The source as markup whose text is exactly the source; every piece is escaped. */
export const highlightSource = (source: string, language: SourceLanguage): Html => {
  if (language === 'text') return html`${source}`;
  const rules = grammars[language];
  const pieces: (Html | string)[] = [];
  let end = 0;
  for (const match of source.matchAll(rules.pattern)) {
    const [text] = match;
    const kind = Object.entries(match.groups ?? {}).find(([, found]) => found !== undefined)?.[0];
    const after = source.charAt(match.index + text.length);
    const name = kind === 'word' ? classOfWord(text, after, rules) : (kind ?? null);
    if (name === null) continue;
    pieces.push(source.slice(end, match.index), html`<span class="${name}">${text}</span>`);
    end = match.index + text.length;
  }
  pieces.push(source.slice(end));
  return html`${pieces}`;
};
