/** The style of the page of results: it stands alone and follows the scheme of its reader. */
export const pageStyle = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #5b6570; --line: #d8dde3;
  --paper: #ffffff; --own: #0b6e6e; --kin: #6fb3b0; --other: #a9b2bd; --warn: #a33b00; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ed; --soft: #9aa5b1; --line: #343b44; --paper: #15181c; --own: #35b8b0;
    --kin: #1f6f6c; --other: #4d5762; --warn: #ff9a5c; }
}
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; }
h2::first-letter { text-transform: uppercase; }
h3 { font-size: 1rem; margin: 1.4rem 0 0.3rem; }
table { border-collapse: collapse; margin: 0.5rem 0; }
td, th { text-align: left; padding: 0.15rem 1rem 0.15rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; }
.note { color: var(--soft); margin: 0.2rem 0; } .warn { color: var(--warn); }
.row { display: grid; grid-template-columns: 13rem 1fr 21rem; gap: 0.6rem; align-items: center; }
.row > span { overflow-wrap: anywhere; }
.bar { height: 0.9rem; background: var(--other); min-width: 2px; border-radius: 0 2px 2px 0; }
.bar.own { background: var(--own); } .bar.kin { background: var(--kin); }
.bar.cut { border-right: 4px dotted var(--paper); border-radius: 0; }
.value { font-variant-numeric: tabular-nums; }
@media (max-width: 45rem) { .row { grid-template-columns: 1fr; gap: 0; margin-bottom: 0.5rem; } }
`;
