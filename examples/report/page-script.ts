/**
 * The only script of the report page: tooltips of the charts for mouse, touch and keyboard, and
 * opening the source a link points to. Without it the page still shows everything else.
 */

/** Plain JavaScript; it puts text on the page through `textContent` only. */
export const pageScript = `
'use strict';
const add = (parent, tag, name) => {
  const element = document.createElement(tag);
  element.className = name;
  parent.append(element);
  return element;
};
const percent = (value) => value + '%';
for (const plot of document.querySelectorAll('.plot')) {
  const { width, height, tips } = JSON.parse(plot.querySelector('script').textContent);
  const svg = plot.querySelector('svg');
  let parts = [];
  let current = -1;
  const hide = () => {
    for (const part of parts) part.remove();
    parts = [];
    current = -1;
  };
  const show = (index) => {
    if (index === current || tips.length === 0) return;
    hide();
    current = index;
    const [x, title, values] = tips[index];
    const line = add(plot, 'div', 'tip-line');
    line.style.cssText = 'left:' + percent((100 * x) / width) + ';top:8%;bottom:10%';
    const tip = add(plot, 'div', 'tip');
    tip.setAttribute('role', 'status');
    add(tip, 'b', '').textContent = title;
    parts = [line, tip];
    for (const [y, color, text] of values) {
      const row = add(tip, 'div', '');
      add(row, 'i', '').style.background = 'var(' + color + ')';
      row.append(text);
      const dot = add(plot, 'div', 'tip-dot');
      dot.style.left = percent((100 * x) / width);
      dot.style.top = percent((100 * y) / height);
      dot.style.background = 'var(' + color + ')';
      parts.push(dot);
    }
    const left = (x / width) * plot.clientWidth;
    const room = plot.clientWidth - tip.offsetWidth;
    const beside = left + 16 <= room ? left + 16 : left - tip.offsetWidth - 16;
    tip.style.left = Math.max(0, Math.min(room, beside)) + 'px';
    tip.style.top = '14%';
  };
  const nearest = (x) => {
    let best = 0;
    tips.forEach((tip, i) => {
      if (Math.abs(tip[0] - x) < Math.abs(tips[best][0] - x)) best = i;
    });
    return best;
  };
  const follow = (event) => {
    const box = svg.getBoundingClientRect();
    show(nearest(((event.clientX - box.left) / box.width) * width));
  };
  plot.addEventListener('pointermove', follow);
  plot.addEventListener('pointerdown', follow);
  plot.addEventListener('pointerleave', hide);
  plot.addEventListener('blur', hide);
  plot.addEventListener('keydown', (event) => {
    const move = { ArrowLeft: -1, ArrowRight: 1, PageUp: -20, PageDown: 20 }[event.key];
    if (event.key === 'Escape') hide();
    if (move === undefined) return;
    event.preventDefault();
    const from = current < 0 ? (move > 0 ? -1 : tips.length) : current;
    show(Math.max(0, Math.min(tips.length - 1, from + move)));
  });
}
const openTarget = () => {
  const target = document.getElementById(location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) target.open = true;
};
addEventListener('hashchange', openTarget);
openTarget();
`;
