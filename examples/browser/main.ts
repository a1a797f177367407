/** The page: hands what the user does to the worker and shows what the worker reports. */
import { formatCount, formatLoss, formatShare } from '../report/format-number.ts';
import { DrawPad } from './draw-pad.ts';
import { showKernels } from './kernel-list.ts';
import { LearningCurves } from './learning-curves.ts';
import type { Report, Request } from './messages.ts';
import { PredictionView } from './prediction-view.ts';
import { raster } from './raster.ts';

const find = <T extends HTMLElement>(id: string, type: new () => T): T => {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`the page has no ${type.name} '${id}'`);
  return element;
};
const text = (id: string): HTMLElement => find(id, HTMLElement);
const canvas = (id: string): HTMLCanvasElement => find(id, HTMLCanvasElement);
const button = (id: string): HTMLButtonElement => find(id, HTMLButtonElement);

const [toggle, reset, sample] = [button('toggle'), button('reset'), button('sample')];
const menu = find('backend', HTMLSelectElement);
const curves = new LearningCurves(canvas('loss-chart'), canvas('accuracy-chart'));
const view = new PredictionView({
  seen: canvas('seen'),
  bars: text('bars'),
  answer: text('answer'),
});

let isRunning = false;
let stepsPerEpoch = 1;
/** The picture on the pad and, for a picture of the test set, its class. */
let shown: { readonly pixels: Float32Array; readonly label?: number } | undefined;

const worker = new Worker('worker.js', { type: 'module' });
const ask = (request: Request): void => worker.postMessage(request);
const complain = (message: string): void => {
  const place = text('error');
  place.hidden = false;
  place.textContent = message;
};

/** One question at a time: a slow backend would otherwise fall behind the pen. */
let isAsked = false;
let isOutdated = false;
const predict = (): void => {
  if (shown === undefined) return;
  isOutdated = isAsked;
  if (!isAsked) ask({ kind: 'predict', pixels: shown.pixels });
  isAsked = true;
};
const answered = (): void => {
  isAsked = false;
  if (isOutdated) predict();
};
const look = (pixels: Float32Array, label?: number): void => {
  shown = label === undefined ? { pixels } : { pixels, label };
  view.showPicture(pixels);
  predict();
};
const pad = new DrawPad(canvas('pad'), (strokes) => look(raster(strokes)));

const showState = (status: string): void => {
  toggle.textContent = isRunning ? 'Pause' : 'Start';
  text('status').textContent = status;
};
const clearNumbers = (): void => {
  for (const id of ['accuracy', 'loss', 'throughput']) text(id).textContent = '–';
  for (const id of ['epoch', 'steps']) text(id).textContent = '0';
};

const receive = (report: Report): void => {
  switch (report.kind) {
    case 'ready': {
      stepsPerEpoch = report.stepsPerEpoch;
      menu.replaceChildren(...report.backends.map(({ name, title }) => new Option(title, name)));
      const [train, test] = [formatCount(report.train), formatCount(report.test)];
      text('data-note').textContent = `${train} digits to learn from, ${test} to test on.`;
      showState('Compiling the training step');
      return;
    }
    case 'kernels':
      for (const element of [toggle, reset, sample, menu]) element.disabled = false;
      showKernels(text('kernels'), text('kernel-summary'), report.backend, report.kernels);
      if (!isRunning) showState('Ready');
      predict();
      return;
    case 'state':
      isRunning = report.isRunning;
      showState(isRunning ? 'Training' : report.isFinished ? 'Finished' : 'Paused');
      return;
    case 'progress':
      curves.addLosses(report.step, report.losses);
      text('loss').textContent = formatLoss(curves.loss);
      text('steps').textContent = formatCount(report.step);
      text('epoch').textContent = String(Math.ceil(report.step / stepsPerEpoch));
      text('throughput').textContent = formatCount(report.throughput);
      return;
    case 'accuracy':
      curves.addAccuracy(report.epoch, report.accuracy);
      text('accuracy').textContent = formatShare(report.accuracy, 1);
      predict();
      return;
    case 'cleared':
      curves.clear();
      clearNumbers();
      showState('Ready');
      predict();
      return;
    case 'prediction':
      if (shown !== undefined) view.showProbabilities(report.probabilities, shown.label);
      answered();
      return;
    case 'sample':
      pad.show(report.pixels);
      look(report.pixels, report.label);
      return;
    case 'error':
      complain(report.message);
      isOutdated = false;
      answered();
      return;
  }
};

worker.addEventListener('message', ({ data }: MessageEvent<Report>) => receive(data));
worker.addEventListener('error', ({ message }) => complain(message || 'the worker cannot start'));
toggle.addEventListener('click', () => ask({ kind: isRunning ? 'pause' : 'start' }));
reset.addEventListener('click', () => ask({ kind: 'reset' }));
sample.addEventListener('click', () => ask({ kind: 'sample' }));
menu.addEventListener('change', () => {
  showState(`Compiling for '${menu.value}'`);
  ask({ kind: 'choose', backend: menu.value });
});
button('clear').addEventListener('click', () => {
  shown = undefined;
  pad.clear();
  view.clear();
});
