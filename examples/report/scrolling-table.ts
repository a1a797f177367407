/**
 * The frame of every wide table: it scrolls sideways in a narrow window, also with the keyboard.
 */
import { type Html, html } from './html.ts';

/** Wraps a table in a region that scrolls and that a screen reader can name. */
export const scrollingTable = (label: string, table: Html): Html => html`
<div class="scroll" role="region" aria-label="${label}" tabindex="0">${table}</div>`;
