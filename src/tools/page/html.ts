/**
 * HTML by construction: the `html` template escapes every value that is not `Html` already, so no
 * part of the page can forget to. Attribute values must stand in double quotes.
 */

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

// Control characters, halves of surrogate pairs and marks that reorder text could hide what a line
// says.
const unprintable =
  /(?![\n\t])\p{Cc}|\p{Cs}|[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu;

/**
 * Text without what no terminal and no page should print: replaced by U+FFFD, so that it can be
 * seen.
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
      .map((part, k) => (k < values.length ? part + contentText(values[k] ?? '') : part))
      .join(''),
  );
