/** The misclassified pictures of the report, the most confident mistakes first. */
import { countErrors } from './confusion-matrix.ts';
import { pngAddress } from './encode-png.ts';
import { formatCount } from './format-number.ts';
import { type Html, html } from './html.ts';
import type { Mistake, TrainingReport } from './training-report.ts';

/** At most this many pictures are shown. */
export const maximumMistakes = 40;

const picture = ({ pixels, width, height, truth, predicted, confidence }: Mistake): Html => {
  const caption = `true ${truth}, predicted ${predicted} (${confidence.toFixed(2)})`;
  return html`
<li><figure class="mistake"><span class="frame">
<img src="${pngAddress(pixels, width, height)}" width="${width}" height="${height}"
 alt="A test picture: ${caption}"></span>
<figcaption><span class="line">true <b class="truth">${truth}</b>, </span>
<span class="line">predicted <b class="predicted">${predicted}</b> (${confidence.toFixed(2)})</span>
</figcaption></figure></li>`;
};

/** Up to 40 mistakes with their captions, or a friendly line when there are none. */
export const mistakes = (report: TrainingReport): Html => {
  const total = Math.max(countErrors(report.confusion), report.mistakes.length);
  if (total === 0) {
    return html`<p class="empty">None. Every test sample was classified correctly.</p>`;
  }
  if (report.mistakes.length === 0) {
    return html`<p class="empty">${formatCount(total)} test samples were classified wrongly; no
picture of them was kept.</p>`;
  }
  const shown = report.mistakes
    .toSorted((a, b) => b.confidence - a.confidence)
    .slice(0, maximumMistakes);
  const extent =
    shown.length === total
      ? `All ${formatCount(total)} mistakes`
      : `${formatCount(shown.length)} of ${formatCount(total)} mistakes`;
  return html`
<p class="lead">${extent} on the test set, the most confident first. In brackets: the probability
the model gave to its prediction.</p>
<ul class="pictures">${shown.map(picture)}</ul>`;
};
