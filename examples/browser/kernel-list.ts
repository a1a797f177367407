/** The list of kernels: one line each, with the generated code to unfold. */
import { formatBytes, formatCount, formatLarge } from '../report/format-number.ts';
import { highlightSource } from '../report/highlight-source.ts';
import type { KernelEntry } from './messages.ts';

const span = (className: string, text: string): HTMLElement => {
  const element = document.createElement('span');
  element.className = className;
  element.textContent = text;
  return element;
};

const item = (kernel: KernelEntry, k: number): HTMLElement => {
  const details = document.createElement('details');
  const summary = document.createElement('summary');
  summary.append(
    span('index', String(k + 1)),
    span('work', kernel.work || kernel.name),
    span('cost', `${formatLarge(kernel.flops)} FLOP`),
    span('cost memory', formatBytes(kernel.bytesRead + kernel.bytesWritten)),
  );
  details.append(summary);
  // The code is coloured when somebody wants to see it.
  details.addEventListener(
    'toggle',
    () => {
      const pre = document.createElement('pre');
      pre.tabIndex = 0;
      const code = document.createElement('code');
      code.innerHTML = highlightSource(kernel.source, kernel.language).text;
      pre.append(code);
      details.append(pre);
    },
    { once: true },
  );
  const element = document.createElement('li');
  element.append(details);
  return element;
};

/** Shows the kernels in `list` and says in `summary` what they are. */
export const showKernels = (
  list: HTMLElement,
  summary: HTMLElement,
  backend: string,
  kernels: readonly KernelEntry[],
): void => {
  const flops = kernels.reduce((sum, kernel) => sum + kernel.flops, 0);
  const isCode = kernels.some(({ language }) => language !== 'text');
  const what = isCode
    ? `Open one to see the code that '${backend}' runs.`
    : `'${backend}' generates no code: it interprets the graph these kernels are fused from.`;
  summary.textContent = `${formatCount(kernels.length)} kernels, ${formatLarge(flops)} floating \
point operations for a batch of 32 digits. ${what}`;
  list.replaceChildren(...kernels.map(item));
};
