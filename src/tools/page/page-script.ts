/**
 * The script of the explanation page: stepping through stages, following a value, the filter.
 * Without it the page shows everything one below the other.
 */

/** Plain JavaScript; it sets text through `textContent` only. */
export const pageScript = `
'use strict';
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const steps = all('.step');
const panels = all('.stage');
let current = 0;
const show = (index) => {
  current = Math.max(0, Math.min(panels.length - 1, index));
  panels.forEach((panel, k) => { panel.hidden = k !== current; });
  steps.forEach((step, k) => {
    if (k === current) step.setAttribute('aria-current', 'step');
    else step.removeAttribute('aria-current');
  });
};
steps.forEach((step, k) => {
  step.addEventListener('click', (event) => {
    event.preventDefault();
    show(k);
  });
  step.addEventListener('keydown', (event) => {
    const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (move === undefined) return;
    event.preventDefault();
    show(k + move);
    steps[current].focus();
  });
});
const stageInHash = /^#stage-([0-9]+)$/.exec(location.hash);
if (panels.length > 0) show(stageInHash === null ? 0 : Number(stageInHash[1]));

let followed = '';
const namesIn = (element) =>
  (element.dataset.value ?? element.textContent).split(/[\\s,]+/).filter((name) => name[0] === '%');
const follow = (name) => {
  followed = name === followed ? '' : name;
  for (const element of all('.l .v, [data-value]')) {
    const isIt = followed !== '' && namesIn(element).includes(followed);
    element.classList.toggle('followed', isIt);
  }
};
document.addEventListener('click', (event) => {
  const target = event.target instanceof Element && event.target.closest('.l .v, [data-value]');
  if (!target) return;
  const [name] = namesIn(target);
  if (name !== undefined) follow(name);
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && followed !== '') follow(followed);
});

const input = document.querySelector('.filter input');
const output = document.querySelector('.filter output');
const folds = new Set();
const contains = (element, word) => element.textContent.toLowerCase().includes(word);
const filter = () => {
  const word = input.value.trim().toLowerCase();
  let hits = 0;
  panels.forEach((panel, k) => {
    let own = 0;
    for (const line of all('.l', panel)) {
      const fits = word === '' || contains(line, word);
      line.hidden = !fits;
      if (fits) own++;
    }
    for (const fold of all('.fold', panel)) {
      const fits = all('.l', fold).some((line) => !line.hidden);
      fold.hidden = !fits;
      if (word !== '' && fits && !fold.open) { fold.open = true; folds.add(fold); }
    }
    steps[k].querySelector('.hits')?.remove();
    if (word === '') return;
    hits += own;
    const note = document.createElement('span');
    note.className = 'hits';
    note.textContent = own === 1 ? '1 line' : own + ' lines';
    steps[k].append(note);
  });
  if (word === '') {
    for (const fold of folds) fold.open = false;
    folds.clear();
  }
  const fitting = new Set();
  for (const source of all('.launch-source')) {
    const fits = word === '' || contains(source, word);
    source.hidden = !fits;
    if (fits) fitting.add(source.dataset.launch);
  }
  for (const row of all('tr[data-launch]')) {
    row.hidden = !fitting.has(row.dataset.launch) && !contains(row, word);
  }
  for (const launch of all('.drawing .launch')) {
    launch.classList.toggle('dim', word !== '' && !contains(launch, word));
  }
  output.textContent = word === '' ? '' : hits === 1 ? '1 line' : hits + ' lines';
};
let waiting = 0;
input.addEventListener('input', () => {
  clearTimeout(waiting);
  waiting = setTimeout(filter, 120);
});

const open = () => {
  const target = document.getElementById(location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) target.open = true;
};
addEventListener('hashchange', open);
open();
for (const canvas of all('.canvas')) {
  canvas.scrollLeft = (canvas.scrollWidth - canvas.clientWidth) / 2;
}
for (const button of all('.whole')) {
  button.addEventListener('click', () => {
    const code = button.closest('.stage').querySelector('.diff');
    const isEntire = code.classList.toggle('entire');
    for (const fold of all('.fold', code)) fold.open = isEntire;
    button.setAttribute('aria-pressed', String(isEntire));
  });
}
for (const button of all('.fit')) {
  button.addEventListener('click', () => {
    const isFitted = button.parentElement.classList.toggle('fitted');
    button.setAttribute('aria-pressed', String(isFitted));
  });
}
`;
