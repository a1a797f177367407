/**
 * HTML by construction: the `html` template escapes every value that is not already `Html`, so no
 * part of the page can forget to. Attribute values must stand in double quotes.
 */

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

// Control characters, half surrogate pairs and marks that reorder text: no page may carry them, and
// shown as U+FFFD they are at least visible.
const unprintable = /(?![\n\t])\p{Cc}|\p{Cs}|[\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu;

/**
 * Replaces what no terminal and no page should print (control characters, broken surrogates) by
 * U+FFFD.
 */
export const printable = (text: string): string =>
  text.replace(/\r\n?/g, '\n').replace(unprintable, '\ufffd');

/** Text made safe for element content and for quoted attribute values. */
export const escapeText = (text: string): string =>
  printable(text).replace(/[&<>"']/g, (character) => entities[character] ?? '');

/** A piece of finished markup. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/**
 * What may stand in an `html` template: markup as it is, text and numbers escaped, lists joined,
 * null as nothing.
 */
export type Content = Html | string | number | null | readonly Content[];

const contentText = (content: Content): string => {
  if (content === null) return '';
  if (content instanceof Html) return content.text;
  if (typeof content === 'object') return content.map(contentText).join('');
  return escapeText(String(content));
};

/** Builds markup from a template whose values are escaped unless they are `Html`. */
export const html = (parts: TemplateStringsArray, ...values: Content[]): Html =>
  new Html(
    parts
      .map((part, i) => (i < values.length ? part + contentText(values[i] ?? '') : part))
      .join(''),
  );

/**
 * Data for the page's script, in a block no browser executes; `<` is written so that no tag can end
 * it early.
 */
export const jsonBlock = (data: unknown): Html =>
  new Html(
    `<script type="application/json">${JSON.stringify(data).replace(/</g, '\\u003c')}</script>`,
  );
