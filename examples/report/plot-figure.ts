/**
 * Draws a chart with Observable Plot at build time and wraps the SVG, with the data its tooltip
 * needs, for the page. Each chart is drawn twice, for wide and narrow windows, so that its text
 * never shrinks.
 */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { Html, html, jsonBlock } from './html.ts';

/**
 * One value a tooltip shows: its vertical place in data units, the colour's CSS variable and the
 * text.
 */
export interface TipValue {
  readonly y: number;
  readonly color: string;
  readonly text: string;
}

/** What the tooltip shows at one horizontal place. */
export interface Tip {
  readonly x: number;
  readonly title: string;
  readonly values: readonly TipValue[];
}

/** One drawing of a chart in pixels. */
export interface ChartSize {
  readonly width: number;
  readonly height: number;
  readonly narrow: boolean;
}

/** A chart that can be drawn at any size. */
export interface Chart {
  readonly wide: Pick<ChartSize, 'width' | 'height'>;
  /** What the picture shows, in one sentence, for readers who cannot see it. */
  readonly description: string;
  readonly options: (size: ChartSize) => Plot.PlotOptions;
  readonly tips: readonly Tip[];
}

// Plot writes coordinates with 15 digits; two decimals of a pixel are plenty. Only inside tags:
// tick labels stay.
const roundCoordinates = (svg: string): string =>
  svg.replace(/<[^>]*>/g, (tag) =>
    tag.replace(/-?\d+\.\d{3,}(?:e-?\d+)?/g, (number) => String(Number(Number(number).toFixed(2)))),
  );

const draw = (chart: Chart, size: ChartSize): Html => {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const figure = Plot.plot({
    document,
    width: size.width,
    height: size.height,
    ...chart.options(size),
  });
  figure.setAttribute('role', 'img');
  figure.setAttribute('aria-label', chart.description);
  const place = (name: 'x' | 'y', value: number): number => {
    const scale = figure.scale(name);
    return Math.round(Number(scale?.apply(value)) * 10) / 10;
  };
  const tips = chart.tips.map(({ x, title, values }) => [
    place('x', x),
    title,
    values.map(({ y, color, text }) => [place('y', y), color, text]),
  ]);
  const label = `${chart.description} The left and right arrow keys read the values.`;
  return html`
<div class="plot ${size.narrow ? 'narrow' : 'wide'}" tabindex="0" role="group"
 aria-label="${label}">
${new Html(roundCoordinates(figure.outerHTML))}
${jsonBlock({ width: size.width, height: size.height, tips })}
</div>`;
};

/** The chart at both sizes; the style sheet shows the one that fits the window. */
export const plotFigure = (chart: Chart): Html =>
  html`${draw(chart, { ...chart.wide, narrow: false })}${draw(chart, {
    width: 380,
    height: 300,
    narrow: true,
  })}`;

/** A legend entry: a CSS colour variable, the mark and its meaning. */
export interface LegendEntry {
  readonly color: string;
  readonly mark: 'line' | 'points' | 'line-dash';
  readonly text: string;
}

/** The legend above a chart. */
export const plotLegend = (entries: readonly LegendEntry[]): Html => html`
<ul class="legend">${entries.map(
  ({ color, mark, text }) => html`
<li><span class="mark ${mark}" style="--color: var(${color})"></span>${text}</li>`,
)}
</ul>`;
