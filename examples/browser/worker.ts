/** The worker of the page: loads the digits and obeys its messages, one after the other. */
import { readDigits } from '../data/read-digits.ts';
import { backendChoices } from './backends.ts';
import type { Report, Request } from './messages.ts';
import { Trainer } from './trainer.ts';

const report = (message: Report): void => self.postMessage(message);
const complain = (error: unknown): void =>
  report({ kind: 'error', message: error instanceof Error ? error.message : String(error) });

const load = async (): Promise<Trainer> => {
  const answer = await fetch('optdigits.csv.gz');
  if (!answer.ok) throw new Error(`optdigits.csv.gz: the server answers ${answer.status}`);
  return new Trainer(await readDigits(new Uint8Array(await answer.arrayBuffer())), report);
};

const obey = async (trainer: Trainer, request: Request): Promise<void> => {
  switch (request.kind) {
    case 'choose':
      return trainer.choose(request.backend);
    case 'predict':
      return trainer.predict(request.pixels);
    default:
      return trainer[request.kind]();
  }
};

const open = async (): Promise<Trainer> => {
  const trainer = await load();
  const available = await Promise.all(backendChoices.map((choice) => choice.isAvailable()));
  const backends = backendChoices.filter((_, k) => available[k]);
  report({
    kind: 'ready',
    backends: backends.map(({ name, title }) => ({ name, title })),
    ...trainer.sizes,
  });
  const first = backends[0];
  if (first === undefined) throw new Error('this browser can run none of the backends');
  await trainer.choose(first.name);
  return trainer;
};

const opened = open();
opened.catch(complain);
/** What was asked for before, so that two changes never overlap. */
let queue: Promise<unknown> = opened;
self.addEventListener('message', ({ data }: MessageEvent<Request>) => {
  queue = queue.then(async () => obey(await opened, data)).catch(complain);
});
