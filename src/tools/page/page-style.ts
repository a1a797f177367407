/** The style sheet of the explanation page. Colours are variables with a light and a dark value. */

/** Plain CSS, placed once in the page's head. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --page: #f5f6f4; --card: #ffffff; --sunken: #fafaf8; --line: #e1e3de; --strong: #c8ccc4;
  --ink: #191d1f; --muted: #5b646b; --accent: #1f55b5; --soft: #e7eefb; --mark: #ffe9a8;
  --read: #6f9be0; --written: #1f55b5; --flops: #d0652a;
  --plus: #14713a; --plus-soft: #e2f4e7; --minus: #a93226; --minus-soft: #fbe8e5;
  --input: #e7eefb; --input-line: #9db9ea; --output: #e2f3e6; --output-line: #90c6a1;
  --comment: #666e75; --number: #9a410c; --keyword: #7a2ca6; --type: #08686d; --call: #1f55b5;
  --string: #7a4a00; --value: #1d4a9a;
  --shadow: 0 1px 2px rgb(20 24 40 / 5%), 0 8px 24px rgb(20 24 40 / 4%);
  --text: system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans',
    sans-serif;
  --mono: ui-monospace, 'SF Mono', 'Cascadia Code', Menlo, Consolas, 'DejaVu Sans Mono',
    'Liberation Mono', monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #101315; --card: #181c1f; --sunken: #13171a; --line: #2a3036; --strong: #414a52;
    --ink: #e7eaec; --muted: #98a2aa; --accent: #8fb6ff; --soft: #1f2b42; --mark: #5b4a12;
    --read: #47679c; --written: #8fb6ff; --flops: #f09058;
    --plus: #7fd79d; --plus-soft: #16301f; --minus: #ff9d90; --minus-soft: #3a1d1b;
    --input: #1e2a41; --input-line: #41639f; --output: #17301f; --output-line: #3f7a54;
    --comment: #8b959d; --number: #f2a477; --keyword: #d3a2f2; --type: #71cfd0; --call: #9dbdff;
    --string: #e3c07b; --value: #a9c6ff; --shadow: none;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 64px; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 var(--text); }
body::before { content: ''; display: block; height: 4px;
  background: linear-gradient(90deg, var(--accent), var(--flops)); }
:root { --side: clamp(14px, 3vw, 36px); }
.top, main { max-width: 1240px; margin: 0 auto; padding: 0 var(--side); }
.top { padding-top: clamp(26px, 4vw, 48px); }
.kicker { margin: 0; color: var(--muted); font-size: .86rem; letter-spacing: .02em; }
h1 { margin: 4px 0 0; font: 680 clamp(1.9rem, 4.6vw, 2.9rem)/1.12 var(--mono);
  letter-spacing: -.03em; overflow-wrap: anywhere; }
h2 { margin: 0 0 4px; font-size: 1.5rem; letter-spacing: -.015em; line-height: 1.2; }
h3 { margin: 0; font: 660 1.1rem/1.3 var(--mono); letter-spacing: -.01em; }
h4 { margin: 0 0 8px; font-size: .84rem; font-weight: 600; color: var(--muted); }
section { padding-top: 44px; }
.lead { margin: 0 0 18px; max-width: 50em; color: var(--muted); }
a { color: var(--accent); text-underline-offset: 3px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 6px; }
code { font: .88em var(--mono); }
[hidden] { display: none !important; }

.tiles { display: grid; grid-template-columns: repeat(5, minmax(0, 1fr)); gap: 12px;
  margin: 26px 0 0; }
.tile { padding: 14px 16px; background: var(--card); border: 1px solid var(--line);
  border-radius: 12px; box-shadow: var(--shadow); min-width: 0; }
.tile dt { font-size: .82rem; color: var(--muted); }
.tile dd { margin: 2px 0 0; }
.value { display: block; font-size: 1.5rem; line-height: 1.25; font-weight: 660;
  letter-spacing: -.02em; font-variant-numeric: tabular-nums; }
.note { display: block; margin-top: 3px; color: var(--muted); font-size: .8rem;
  line-height: 1.35; }

.toolbar { position: sticky; top: 0; z-index: 5; display: flex; flex-wrap: wrap; gap: 6px 22px;
  align-items: center; margin-top: 26px; background: var(--page);
  padding: 9px max(var(--side), calc(50vw - 620px + var(--side)));
  border-bottom: 1px solid var(--line); }
.toolbar nav { display: flex; gap: 18px; font-size: .95rem; }
.toolbar a { text-decoration: none; }
.toolbar a:hover { text-decoration: underline; }
.filter { display: flex; align-items: center; gap: 8px; margin-left: auto; color: var(--muted);
  font-size: .88rem; }
.filter input { width: 200px; padding: 5px 10px; font: inherit; color: var(--ink);
  background: var(--card); border: 1px solid var(--strong); border-radius: 8px; }
.filter output { order: -1; font-variant-numeric: tabular-nums; }

.steps { display: grid; grid-template-columns: repeat(auto-fit, minmax(104px, 1fr)); gap: 6px;
  margin: 0 0 14px; padding: 0; list-style: none; }
.step { display: block; height: 100%; padding: 8px 7px; color: inherit; text-decoration: none;
  background: var(--card); border: 1px solid var(--line); border-radius: 9px;
  font-size: .74rem; line-height: 1.4; }
.step b { display: block; font-size: .68rem; font-weight: 660; line-height: 1.3;
  letter-spacing: -.03em; min-height: 2.6em; overflow-wrap: anywhere; }
.step span { display: block; color: var(--muted); font-variant-numeric: tabular-nums; }
.step .time { height: 4px; margin: 5px 0 2px; border-radius: 2px; background: var(--line); }
.step .time i { display: block; height: 100%; border-radius: 2px; background: var(--accent); }
.step:hover { border-color: var(--strong); }
.step.idle b, .step.idle span { opacity: .62; }
.step[aria-current] { border-color: var(--accent); background: var(--soft);
  box-shadow: inset 0 0 0 1px var(--accent); }
.step .hits { color: var(--accent); font-weight: 600; }
.stage, .card { background: var(--card); border: 1px solid var(--line); border-radius: 12px;
  box-shadow: var(--shadow); }
.stage { margin-bottom: 14px; padding: 16px; }
.stage > header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 12px; }
.facts { margin-left: auto; color: var(--muted); font-size: .86rem;
  font-variant-numeric: tabular-nums; }
.story { margin: 4px 0 12px; color: var(--muted); max-width: 54em; }
.empty { margin: 0; padding: 16px; border: 1px dashed var(--strong); border-radius: 9px;
  color: var(--muted); }
.badge { padding: 1px 9px; border-radius: 20px; background: var(--sunken);
  border: 1px solid var(--line); font-size: .78rem; font-variant-numeric: tabular-nums; }
.badge.none { color: var(--muted); }
.badge.new { color: var(--accent); background: var(--soft); border-color: transparent; }
.plus { color: var(--plus); }
.minus { color: var(--minus); }

.code { max-height: min(68vh, 720px); overflow: auto; padding: 10px 0; background: var(--sunken);
  border: 1px solid var(--line); border-radius: 9px; font: 12.5px/1.6 var(--mono); tab-size: 2; }
.code > *, .fold > .l { width: max-content; min-width: 100%; }
.l { padding: 0 14px; white-space: pre; }
.diff .l { padding-left: 30px; position: relative; }
.diff .l::before { position: absolute; left: 12px; color: var(--muted); }
.l.added { background: var(--plus-soft); }
.l.removed { background: var(--minus-soft); }
.diff .added::before { content: '+'; color: var(--plus); }
.diff .removed::before { content: '−'; color: var(--minus); }
.fold > summary { padding: 1px 14px 1px 30px; color: var(--muted); background: var(--page);
  cursor: pointer; list-style: none; font-family: var(--text); position: sticky; left: 0; }
.fold > summary::before { content: '⋯ '; }
.fold[open] > summary::before { content: '▾ '; }
.more { margin-top: 10px; }
.more > summary { color: var(--accent); cursor: pointer; width: max-content; max-width: 100%;
  font-size: .92rem; }
.more[open] > summary { margin-bottom: 10px; }
.signature { margin-top: 14px; }
.l i { font-style: normal; }
.l .c { color: var(--comment); }
.l .s { color: var(--string); }
.l .n { color: var(--number); }
.l .k { color: var(--keyword); }
.l .t { color: var(--type); }
.l .f { color: var(--call); }
.l .v { color: var(--value); cursor: pointer; border-radius: 3px; }
.followed { background: var(--mark) !important; box-shadow: 0 0 0 1px var(--mark); }

.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .9rem;
  font-variant-numeric: tabular-nums; }
th, td { padding: 8px 10px; border-bottom: 1px solid var(--line); text-align: left;
  vertical-align: top; }
thead th { font-size: .8rem; font-weight: 600; color: var(--muted); white-space: nowrap; }
.number { text-align: right; white-space: nowrap; }
.launches { background: var(--card); border: 1px solid var(--line); border-radius: 12px;
  border-spacing: 0; border-collapse: separate; overflow: hidden; box-shadow: var(--shadow); }
.launches tbody tr:last-child > * { border-bottom: 0; }
.launches tbody tr:hover { background: var(--sunken); }
.launches tbody th { font-weight: 400; min-width: 13em; }
.launches tbody th a { font: 640 .86rem var(--mono); text-decoration: none; }
.launches tbody th a:hover { text-decoration: underline; }
.work { display: block; color: var(--muted); font-size: .84rem; overflow-wrap: anywhere; }
.sites { display: block; font: .74rem var(--mono); color: var(--muted); opacity: .85; }
.cost { white-space: nowrap; }
.bar { display: inline-flex; width: clamp(70px, 10vw, 130px); height: 9px; margin-right: 9px;
  border-radius: 5px; overflow: hidden; background: var(--line); vertical-align: middle; }
.bar i { display: block; height: 100%; }
.flops { background: var(--flops); }
.read { background: var(--read); }
.written { background: var(--written); }
.key { display: inline-block; width: 9px; height: 9px; margin: 0 4px 0 8px; border-radius: 3px; }
.launch-source { margin-top: 8px; background: var(--card); border: 1px solid var(--line);
  border-radius: 10px; }
.launch-source > summary { display: flex; align-items: baseline; gap: 12px; padding: 9px 14px;
  cursor: pointer; list-style: none; }
.launch-source > summary::-webkit-details-marker { display: none; }
.launch-source > summary::after { content: '+'; color: var(--muted); }
.launch-source[open] > summary::after { content: '−'; }
.launch-source b { font: 640 .88rem var(--mono); }
.launch-source .work { flex: 1; min-width: 0; white-space: nowrap; overflow: hidden;
  text-overflow: ellipsis; }
.index { min-width: 1.5em; color: var(--muted); font-variant-numeric: tabular-nums; }
.sides { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 14px; }
.sides > :only-child { grid-column: 1 / -1; }
.launch-source .sides { padding: 4px 14px 14px; }
.launch-source .code { max-height: 520px; }
.values { background: var(--card); }
.values th { font: .84rem var(--mono); overflow-wrap: anywhere; min-width: 6em; }
.values td:last-child { color: var(--muted); font-size: .84rem; }

.card { position: relative; margin: 0; padding: 14px; }
.arena { display: block; width: 100%; min-width: 620px; height: auto; font: 11px var(--mono); }
.arena line { stroke: var(--line); }
.arena .cut { stroke: var(--muted); stroke-dasharray: 4 3; }
.arena .tick { fill: var(--muted); text-anchor: middle; font-family: var(--text); }
.arena .byte { text-anchor: end; }
.buffer text { fill: var(--ink); text-anchor: middle; pointer-events: none; }
.buffer rect { stroke: var(--card); stroke-width: 1; fill: color-mix(in oklab,
  var(--shade) 55%, var(--card)); }
.shade0 { --shade: #5b8ee6; } .shade1 { --shade: #e39a5b; } .shade2 { --shade: #5fb58a; }
.shade3 { --shade: #b182d8; } .shade4 { --shade: #d9798f; } .shade5 { --shade: #5fb3c4; }
.buffer.followed rect { stroke: var(--ink); stroke-width: 2; }
.canvas { max-height: min(86vh, 980px); overflow: auto; }
.drawing { display: block; margin: 0 auto; width: 100%; height: auto; font: 10.2px var(--mono); }
.fitted .drawing { min-width: 0 !important; }
.button { padding: 3px 11px; font: .84rem/1.5 var(--text); color: var(--ink);
  background: var(--card); border: 1px solid var(--strong); border-radius: 8px; cursor: pointer; }
.button[aria-pressed="true"] { background: var(--soft); border-color: var(--accent); }
.fit { position: absolute; top: 12px; right: 12px; z-index: 2; }
.diff.entire .removed, .diff.entire .fold > summary { display: none; }
.diff.entire .added { background: none; }
.box { fill: var(--sunken); stroke: var(--strong); }
.drawing .title { font-weight: 660; font-size: 12px; fill: var(--ink); }
.drawing .cost { fill: var(--muted); font-family: var(--text); font-size: 11px; }
.node rect { fill: var(--card); stroke: var(--strong); }
.node text { text-anchor: middle; fill: var(--ink); pointer-events: none; }
.node tspan { fill: var(--muted); }
.node.input rect { fill: var(--input); stroke: var(--input-line); }
.node.output rect { fill: var(--output); stroke: var(--output-line); }
.node.port rect { fill: var(--soft); stroke: var(--accent); }
.node.port { cursor: pointer; font-size: 9.6px; }
.line, .flow { fill: none; stroke-width: 1;
  stroke: color-mix(in oklab, var(--muted) 60%, var(--card)); }
.flow { stroke: color-mix(in oklab, var(--accent) 72%, var(--card)); stroke-width: 1.6; }
.drawing marker path { fill: var(--muted); }
.node.followed { box-shadow: none; background: none !important; }
.node.followed rect { fill: var(--mark); }
.line.followed, .flow.followed { stroke: var(--flops); stroke-width: 2.6; }
.launch.dim { opacity: .25; }
main { padding-bottom: 70px; }

@media (max-width: 900px) {
  .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .tile:last-child:nth-child(odd) { grid-column: 1 / -1; }
  .sides { grid-template-columns: minmax(0, 1fr); }
}
@media (max-width: 640px) {
  .launches, .launches tbody { display: block; }
  .launches thead { display: none; }
  .launches tr { display: grid; grid-template-columns: 2.2em repeat(2, minmax(0, 1fr));
    padding: 9px 10px; border-bottom: 1px solid var(--line); }
  .launches tr > * { padding: 2px 4px; border: 0; }
  .launches tr > .index { text-align: left; }
  .launches tbody th { grid-column: 2 / -1; min-width: 0; }
  .launches .cost, .launches td[data-label] { grid-column: 2 / -1; text-align: left; }
  .launches td[data-label]::before { content: attr(data-label); display: inline-block;
    width: 7.4em; color: var(--muted); font-size: .8rem; }
  body { font-size: 15px; }
  .toolbar { gap: 6px 14px; }
  .toolbar nav { gap: 14px; }
  .filter { margin-left: 0; width: 100%; }
  .filter > span { display: none; }
  .filter input { flex: 1; width: auto; font-size: 16px; }
  .filter output:empty { display: none; }
  .steps { display: flex; overflow-x: auto; padding-bottom: 6px; }
  .step { width: 116px; }
  .stage { padding: 12px; }
  .facts { margin-left: 0; }
  .launch-source .facts { white-space: nowrap; }
  .code { font-size: 11.5px; }
  .value { font-size: 1.25rem; }
  html { scroll-padding-top: 96px; }
}
@media print {
  .toolbar, .button { display: none; }
  .code, .canvas { max-height: none; overflow: visible; }
  .l { white-space: pre-wrap; }
}
`;
