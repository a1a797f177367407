/**
 * Light colouring of IR texts and generated code: one regular expression for all of them, read left
 * to right. Whatever it does not know stays plain text, and the text of the markup is always
 * exactly the text given.
 */
import { type Html, html } from './html.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const keywords = words(
  'graph kernel plan group launch buffers inputs results arena parallel serial unrolled for let ' +
    'var if else set store load alloc in out const continue break function return while new fn ' +
    'struct loop param local result module func block end then switch case default export import ' +
    'true false bind read write update repeat input output donated',
);
const types = words(
  'f32 f64 i32 u32 bool i64 v128 Math Float32Array Float64Array Int32Array Uint32Array ' +
    'Uint8Array array vec2 vec3 vec4 f16 ptr',
);
const decimal = String.raw`\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?:_(?:f32|f64|i32|u32|bool)\b)?`;

// An unterminated comment or string runs to the end, so that no text makes the search go back and
// forth.
const pattern = new RegExp(
  [
    String.raw`(?<comment>\/\/[^\n]*|;;[^\n]*|\/\*[\s\S]*?(?:\*\/|$))`,
    String.raw`(?<string>"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)`,
    String.raw`(?<value>%\d+\b)`,
    String.raw`(?<type>\b(?:f32|f64|i32|u32|bool)\[[\d,]*\])`,
    String.raw`(?<number>\b0[xX][\da-fA-F]+\b|${decimal})`,
    String.raw`(?<word>[A-Za-z_$@][\w$]*)`,
  ].join('|'),
  'g',
);

/** The class of each kind of piece; short, because a page holds tens of thousands of them. */
const classes: Readonly<Record<string, string>> = {
  comment: 'c',
  string: 's',
  value: 'v',
  type: 't',
  number: 'n',
};

const classOf = (kind: string, text: string, next: string): string | null => {
  if (kind !== 'word') return classes[kind] ?? null;
  if (keywords.has(text)) return 'k';
  if (types.has(text)) return 't';
  return next === '(' ? 'f' : null;
};

const withValues = (text: string): (Html | string)[] =>
  text.split(/(%\d+)/).map((part, k) => (k % 2 === 1 ? html`<i class="v">${part}</i>` : part));

/**
 * The text as markup; every piece is escaped. Values (`%12`) can be pointed at by the script of the
 * page.
 */
export const highlight = (text: string): Html => {
  const pieces: (Html | string)[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const [found] = match;
    const kind = Object.entries(match.groups ?? {}).find(([, group]) => group !== undefined)?.[0];
    const name = classOf(kind ?? 'word', found, text.charAt(match.index + found.length));
    if (name === null) continue;
    pieces.push(
      text.slice(end, match.index),
      html`<i class="${name}">${name === 'c' ? withValues(found) : found}</i>`,
    );
    end = match.index + found.length;
  }
  pieces.push(text.slice(end));
  return html`${pieces}`;
};
