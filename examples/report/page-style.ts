/**
 * The style sheet of the report page. Colours are variables with a light and a dark value; blue is
 * right and positive, orange wrong and negative, which stay apart for every kind of colour vision.
 */

/** Plain CSS, placed once in the page's head. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --page: #f6f6f3; --surface: #ffffff; --sunken: #f0f0ec; --line: #e2e2dc; --ink: #1b1e23;
  --muted: #5d646e; --accent: #2450b8; --accent-soft: #e8edf9;
  --train: #5b7fd6; --train-strong: #2450b8; --test: #c2571a;
  --hit: #2450b8; --on-hit: #ffffff; --hero: #2450b8; --miss: #d9622b; --positive: #2450b8;
  --negative: #c9541a;
  --warning: #a03a00; --haze: 0.2;
  --shadow: 0 1px 2px rgb(20 24 40 / 5%), 0 6px 20px rgb(20 24 40 / 4%);
  --code-comment: #6a7178; --code-string: #7a4a00; --code-number: #a0410d; --code-keyword: #7b2fa8;
  --code-type: #0b6a6f; --code-call: #2450b8;
  --text: system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans',
  sans-serif;
  --mono: ui-monospace, 'SF Mono', 'Cascadia Code', Menlo, Consolas, 'DejaVu Sans Mono', monospace;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #111317; --surface: #191c21; --sunken: #14161a; --line: #2c3038; --ink: #e9ebef;
    --muted: #9ba3ae; --accent: #9dbdff; --accent-soft: #222b3f;
    --train: #7c9fe8; --train-strong: #8fb4ff; --test: #ffa868;
    --hit: #84abf8; --on-hit: #0e1420; --hero: #264892; --miss: #c7602b; --positive: #84abf8;
    --negative: #f08a4b;
    --warning: #ffb37d; --haze: 0.26; --shadow: none;
    --code-comment: #8a929d; --code-string: #e3c07b; --code-number: #f2a477;
    --code-keyword: #d3a2f2;
    --code-type: #74cfcf; --code-call: #9dbdff;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink); font: 17px/1.6 var(--text); }
body::before { content: ''; display: block; height: 5px;
  background: linear-gradient(90deg, var(--positive), color-mix(in oklab, var(--positive),
    var(--negative)), var(--negative)); }
header, main, footer { max-width: 1152px; margin: 0 auto; padding: 0 clamp(16px, 4vw, 40px); }
header { padding-top: clamp(36px, 7vw, 76px); }
h1 { margin: 0; font-size: clamp(2.1rem, 5.4vw, 3.5rem); line-height: 1.08;
  letter-spacing: -0.028em; font-weight: 720; overflow-wrap: anywhere; text-wrap: balance; }
h2 { margin: 0 0 20px; font-size: 1.62rem; line-height: 1.2; letter-spacing: -0.017em;
  font-weight: 680; }
h3 { margin: 40px 0 6px; font-size: 1.16rem; }
.subtitle { margin: 16px 0 0; max-width: 46em; font-size: clamp(1.05rem, 2vw, 1.25rem);
  color: var(--muted); overflow-wrap: anywhere; text-wrap: pretty; }
.lead { margin: 0 0 22px; max-width: 46em; color: var(--muted); }
.empty { margin: 0; padding: 26px; border: 1px dashed var(--line); border-radius: 12px;
  color: var(--muted); }
.warning { color: var(--warning); }
.note { color: var(--muted); font-size: 0.84rem; }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 3px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 6px; }
section { margin: clamp(44px, 6vw, 72px) 0 0; scroll-margin-top: 12px; }
figure { margin: 0; }
figcaption { margin-top: 14px; max-width: 56em; color: var(--muted); font-size: 0.92rem;
  line-height: 1.5; }
code { font-family: var(--mono); font-size: 0.88em; }

.tiles { margin: 40px 0 0; display: grid; gap: 14px;
  grid-template-columns: minmax(0, 1.75fr) repeat(3, minmax(0, 1fr)); }
.tile { min-width: 0; padding: 16px 18px 15px; background: var(--surface);
  border: 1px solid var(--line); border-radius: 14px; box-shadow: var(--shadow); }
.tile dt { font-size: 0.84rem; color: var(--muted); }
.tile dd { margin: 4px 0 0; }
.tile .value { display: block; font-size: 1.42rem; line-height: 1.25; font-weight: 640;
  letter-spacing: -0.015em; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.tile .note { display: block; line-height: 1.35; margin-top: 3px; }
.hero { grid-row: span 3; padding: 24px 28px; display: flex; flex-direction: column;
  justify-content: space-between; background: var(--hero); border-color: transparent; }
.hero dt, .hero .note, .hero .value { color: #ffffff; }
.hero dt { font-size: 1rem; }
.hero .value { font-size: clamp(2.6rem, 5.4vw, 4rem); line-height: 1.1; font-weight: 720;
  white-space: nowrap; letter-spacing: -0.035em; }
.hero dd { flex: 1; display: flex; flex-direction: column; justify-content: flex-end; }
.spark { flex: 1; min-height: 0; width: 100%; height: 84px; margin: 14px 0; overflow: visible;
  fill: none; stroke: #ffffff; stroke-width: 2.5; stroke-linejoin: round; stroke-linecap: round;
  opacity: 0.75; }
nav { margin: 34px 0 0; padding: 13px 0; border-block: 1px solid var(--line); }
nav ul { display: flex; flex-wrap: wrap; gap: 6px 26px; margin: 0; padding: 0; list-style: none;
  font-size: 0.95rem; }
nav a { text-decoration: none; }
nav a:hover { text-decoration: underline; }

.haze { fill: none; stroke: var(--train); stroke-width: 2.6; stroke-linecap: round;
  stroke-opacity: var(--haze); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 24px; margin: 0 0 8px; padding: 0;
  list-style: none; font-size: 0.92rem; }
.legend li { display: flex; align-items: center; gap: 9px; }
.mark { width: 26px; height: 3px; border-radius: 2px; background: var(--color); }
.mark.line-dash { border-radius: 0;
  background: repeating-linear-gradient(90deg, var(--color) 0 7px, transparent 7px 11px); }
.mark.points { height: 5px;
  background: radial-gradient(circle, var(--color) 0 2px, transparent 2.4px) 0 / 9px 5px; }
.plot { position: relative; padding: 0; touch-action: pan-y; }
.plot.narrow { display: none; }
.plot > svg { width: 100%; height: auto; overflow: visible; font-family: var(--text); }
.plot .tip-line { position: absolute; width: 1px; background: var(--muted); opacity: 0.45;
  pointer-events: none; }
.plot .tip-dot { position: absolute; width: 11px; height: 11px; margin: -5.5px 0 0 -5.5px;
  border-radius: 50%; border: 2px solid var(--surface); pointer-events: none; }
.plot .tip { position: absolute; z-index: 2; padding: 9px 13px; border-radius: 10px;
  background: var(--surface); border: 1px solid var(--line);
  box-shadow: 0 6px 24px rgb(10 14 30 / 16%); font-size: 0.86rem; line-height: 1.5;
  white-space: nowrap; pointer-events: none; font-variant-numeric: tabular-nums; }
.plot .tip b { display: block; }
.plot .tip i { display: inline-block; width: 9px; height: 9px; margin-right: 8px;
  border-radius: 50%; }

.columns { display: grid; gap: 36px; align-items: start; }
.chart-and-table { grid-template-columns: minmax(0, 1.9fr) minmax(0, 1fr); }
.matrix-and-list { grid-template-columns: minmax(0, 2.9fr) minmax(0, 1fr); }
.pair { grid-template-columns: minmax(0, 1.45fr) minmax(0, 1fr); gap: 64px; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 0.95rem;
  font-variant-numeric: tabular-nums; }
caption { padding: 0 0 10px; text-align: left; color: var(--muted); font-size: 0.92rem; }
th, td { padding: 9px 12px; border-bottom: 1px solid var(--line); text-align: left;
  vertical-align: baseline; }
thead th { font-size: 0.86rem; font-weight: 600; color: var(--muted); white-space: nowrap; }
tbody th { font-weight: 560; overflow-wrap: break-word; }
tfoot th, tfoot td { border-bottom: 0; font-weight: 680; }
th:first-child, td:first-child { padding-left: 2px; }
.number, .numbers th, .numbers td { text-align: right; white-space: nowrap; }
.numbers th:first-child { text-align: left; }
.numbers th, .numbers td { padding: 6px 9px; }
.zero { color: var(--muted); }
.shape { white-space: nowrap; }

.filters { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 16px;
  max-width: 480px; margin: 0; padding: 0; list-style: none; }
.filter svg { display: block; width: 100%; border-radius: 8px; border: 1px solid var(--line); }
.filter figcaption { margin-top: 5px; text-align: center; font-size: 0.84rem; }
.filter rect { shape-rendering: crispEdges; }
.positive { fill: color-mix(in oklab, var(--positive) var(--strength), var(--surface)); }
.negative { fill: color-mix(in oklab, var(--negative) var(--strength), var(--surface)); }
.scale { display: flex; align-items: center; gap: 12px; margin: 20px 0 26px; max-width: 480px;
  font-size: 0.88rem; font-variant-numeric: tabular-nums; }
.ramp { flex: 1; height: 12px; border-radius: 6px; border: 1px solid var(--line);
  position: relative;
  background: linear-gradient(90deg in oklab, var(--negative), var(--surface), var(--positive)); }
.ramp::after { content: '0'; position: absolute; left: 50%; top: 11px; transform: translateX(-50%);
  color: var(--muted); font-size: 0.8rem; }

.confusion { table-layout: fixed; min-width: 600px; border-collapse: separate;
  border-spacing: 3px; }
.confusion td, .confusion th { padding: 0; height: 2.9em; border: 0; text-align: center;
  vertical-align: middle; border-radius: 6px; }
.confusion thead th { height: 1.8em; color: var(--ink); }
.confusion tr > :first-child { position: sticky; left: 0; z-index: 1; background: var(--page);
  overflow: hidden; text-overflow: ellipsis; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.confusion .axis { color: var(--muted); font-weight: 500; }
.confusion .hit { background: color-mix(in oklab, var(--hit) var(--strength), var(--surface));
  font-weight: 640; }
.confusion .strong { color: var(--on-hit); }
.confusion .miss { background: color-mix(in oklab, var(--miss) var(--strength), var(--surface)); }
.confusion .none { background: var(--sunken);
  color: color-mix(in oklab, var(--muted) 60%, var(--sunken)); }
.confusion .recall { color: var(--muted); font-size: 0.86rem; white-space: nowrap; }
.key { display: inline-block; width: 0.8em; height: 0.8em; margin: 0 4px 0 6px;
  border-radius: 3px; }
.key.hit { background: var(--hit); }
.key.miss { background: var(--miss); }

.mixups { margin: 0; padding: 0; list-style: none; }
.mixups li { display: flex; align-items: baseline; gap: 10px; padding: 7px 2px;
  border-bottom: 1px solid var(--line); font-variant-numeric: tabular-nums; }
.mixups li > :last-child { margin-left: auto; color: var(--muted); }
.aside h3 { margin: 0 0 8px; font-size: 1rem; }
.pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(112px, 1fr));
  gap: 24px 18px; margin: 0; padding: 0; list-style: none; }
.mistake .frame { display: block; border: 1px solid var(--line); border-radius: 10px;
  overflow: hidden; }
.mistake img { display: block; width: 100%; height: auto; image-rendering: pixelated;
  filter: invert(1); }
.mistake figcaption { margin-top: 7px; font-size: 0.8rem; line-height: 1.4;
  overflow-wrap: anywhere; }

.line { display: block; }
.truth { color: var(--accent); }
.predicted { color: var(--test); }

.kernels { min-width: 780px; }
.kernels code, .kind { max-width: 24em; overflow: hidden; text-overflow: ellipsis;
  white-space: nowrap; vertical-align: bottom; }
.kernels code { display: inline-block; }
.kind { display: inline-block; padding: 1px 9px; border-radius: 20px;
  background: var(--accent-soft); color: var(--accent); font-size: 0.8rem; line-height: 1.5; }
.share span:last-child { display: inline-block; min-width: 4.4em; }
.bar { display: inline-block; vertical-align: middle; width: 84px; height: 8px; border-radius: 4px;
  background: linear-gradient(90deg, var(--train-strong) var(--share), var(--line) var(--share)); }
details { margin: 0 0 10px; border: 1px solid var(--line); border-radius: 12px;
  background: var(--surface); scroll-margin-top: 12px; }
summary { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 12px; padding: 12px 18px;
  cursor: pointer; list-style: none; overflow-wrap: anywhere; }
summary::-webkit-details-marker { display: none; }
summary::after { content: '+'; margin-left: auto; color: var(--muted); font-size: 1.2rem;
  line-height: 1; }
details[open] > summary::after { content: '−'; }
summary .launch { min-width: 1.6em; color: var(--muted); font-variant-numeric: tabular-nums; }
summary code { font-weight: 600; }
details .note { padding: 0; }
details > p.note { margin: 0; padding: 12px 18px; }
pre { margin: 0; padding: 18px; overflow: auto; max-height: 34em; border-top: 1px solid var(--line);
  background: var(--sunken); border-radius: 0 0 12px 12px; line-height: 1.55; tab-size: 2; }
pre code { font-size: 0.84rem; }
.comment { color: var(--code-comment); font-style: italic; }
.string { color: var(--code-string); }
pre .number { color: var(--code-number); }
.keyword { color: var(--code-keyword); }
.type { color: var(--code-type); }
.call { color: var(--code-call); }
footer { margin-top: 72px; padding-top: 22px; padding-bottom: 48px; color: var(--muted);
  font-size: 0.9rem; }
footer p { margin: 0 0 4px; }

@media screen and (prefers-color-scheme: dark) {
  .mistake img { filter: none; }
}
@media screen and (max-width: 980px) {
  .tiles { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  .hero { grid-row: auto; grid-column: 1 / -1; }
  .chart-and-table, .matrix-and-list, .pair { grid-template-columns: minmax(0, 1fr); }
}
@media screen and (max-width: 680px) {
  body { font-size: 16px; }
  .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 10px; }
  .tile { padding: 13px 14px; }
  .hero { padding: 18px 18px; }
  .tile:last-child { grid-column: 1 / -1; }
  .hero .value { font-size: 3rem; }
  table { font-size: 0.88rem; }
  th, td { padding: 9px 7px; }
  .layers th { min-width: 7em; }
  .layers thead th { min-width: 0; }
  .plot.wide { display: none; }
  .plot.narrow { display: block; }
  .pictures { grid-template-columns: repeat(auto-fill, minmax(92px, 1fr)); }
}
@media (prefers-reduced-motion: reduce) {
  html { scroll-behavior: auto; }
}
@page { margin: 14mm; }
@media print {
  :root { color-scheme: light; --page: #ffffff; --shadow: none; }
  body { font-size: 10.5pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  header, main, footer { max-width: none; padding-inline: 0; }
  header { padding-top: 12px; }
  nav, .tip, .tip-line, .tip-dot { display: none; }
  section { margin-top: 30px; }
  figure, .tile, tr, .filter, .mistake { break-inside: avoid; }
  h2, h3, caption { break-after: avoid; }
  .scroll { overflow: visible; }
  table, caption, figcaption { font-size: 8.5pt; }
  th, td, .numbers th, .numbers td { padding: 4px 6px; }
  .pair, .chart-and-table, .matrix-and-list { gap: 22px; }
  .chart-and-table { grid-template-columns: minmax(0, 1.5fr) minmax(0, 1fr); }
  .confusion { min-width: 0; font-size: 8.5pt; }
  .kernels { font-size: 8.5pt; min-width: 0; }
  .kernels th, .kernels td { padding: 5px 6px; }
  .pictures { grid-template-columns: repeat(8, 1fr); gap: 12px 10px; }
  .mistake figcaption { font-size: 7pt; }
  pre { max-height: none; white-space: pre-wrap; overflow: visible; }
  summary::after { content: none; }
}
`;
