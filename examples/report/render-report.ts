/**
 * Renders a training run as one self-contained HTML page: no network, no other file, light and
 * dark. The parts of the page stand in the files beside this one; this is their order.
 */
import { createHash } from 'node:crypto';
import { accuracyChart } from './accuracy-chart.ts';
import { checkReport } from './check-report.ts';
import { confusionMatrix } from './confusion-matrix.ts';
import { filters } from './filters.ts';
import { Html, html } from './html.ts';
import { kernels } from './kernels.ts';
import { layers } from './layers.ts';
import { lossChart } from './loss-chart.ts';
import { mistakes } from './mistakes.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';
import { summaryTiles } from './summary-tiles.ts';
import type { TrainingReport } from './training-report.ts';

interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}

const section = ({ id, title, body }: Section): Html => html`
<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>${body}
</section>`;

// Even if some text slipped through unescaped, the browser would run nothing but our one script and
// load nothing.
const policy = (script: string): string => {
  const hash = createHash('sha256').update(script).digest('base64');
  const styles = "style-src 'unsafe-inline'";
  return `default-src 'none'; ${styles}; img-src data:; script-src 'sha256-${hash}'`;
};

/**
 * The whole page as text, ready to be written to a file.
 * Throws an `ArgumentError` that names the field when a value of the report makes no sense.
 */
export const renderReport = (report: TrainingReport): string => {
  checkReport(report);
  const sections: readonly Section[] = [
    { id: 'loss', title: 'Loss', body: lossChart(report) },
    { id: 'accuracy', title: 'Accuracy', body: accuracyChart(report.epochs) },
    {
      id: 'model',
      title: 'Model',
      body: html`<div class="columns pair">
${layers(report.layers)}${filters(report.filters)}</div>`,
    },
    { id: 'confusion', title: 'Confusion matrix', body: confusionMatrix(report.confusion) },
    { id: 'mistakes', title: 'Mistakes', body: mistakes(report) },
    { id: 'kernels', title: 'Kernels', body: kernels(report.kernels) },
  ];
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(pageScript)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${report.title}</title>
<style>${new Html(pageStyle)}</style>
</head>
<body>
<header>
<h1>${report.title}</h1>
<p class="subtitle">${report.subtitle}</p>
${summaryTiles(report)}
<nav aria-label="Contents"><ul>${sections.map(
    ({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`,
  )}</ul></nav>
</header>
<main>
${sections.map(section)}
</main>
<footer>${report.footer === undefined ? null : html`<p>${report.footer}</p>`}
<p>Made with Gradloom.</p></footer>
<script>${new Html(pageScript)}</script>
</body>
</html>
`;
  return page.text;
};
