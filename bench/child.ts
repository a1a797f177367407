/** The process of a contender: does one request of the main process and ends. */
import process from 'node:process';
import { openLibrary } from './libraries/open.ts';
import { measureLimits } from './machine/measure-limits.ts';
import { sweep } from './machine/sweep.ts';
import { collectGarbage } from './running/collect-garbage.ts';
import { comparedResults } from './running/compared-results.ts';
import { inTurn } from './running/in-turn.ts';
import { firstLine, type Measurement, type Reply, type Request } from './running/messages.ts';
import { sample, shortened } from './running/sample.ts';
import { thinned } from './running/statistics.ts';

const measure = async (request: Request & { kind: 'measure' }): Promise<Measurement> => {
  const { contender, work, sampling } = request;
  const library = await openLibrary(contender);
  const runner = await library.make(work);
  collectGarbage();
  const startMemory = process.memoryUsage().rss;
  const begin = performance.now();
  await runner.run();
  const first = performance.now() - begin;
  const results = await comparedResults(runner);
  const samples =
    sampling === undefined ? [] : await sample(() => runner.run(), shortened(sampling, first));
  return {
    results,
    first,
    samples: thinned(samples, 201),
    count: samples.length,
    // In kilobytes.
    mostMemory: process.resourceUsage().maxRSS * 1024,
    startMemory,
    plan: runner.memory?.(),
  };
};

const answer = async (request: Request): Promise<unknown> => {
  switch (request.kind) {
    case 'open':
      return (await openLibrary(request.contender)).version;
    case 'measure':
      return measure(request);
    case 'limits':
      return measureLimits(request.sampling);
    case 'inTurn':
      return inTurn(request, openLibrary);
    case 'sweep':
      return sweep(await openLibrary(request.contender), request.sampling);
  }
};

const reply = async (request: Request): Promise<Reply<unknown>> => {
  try {
    return { kind: 'done', value: await answer(request) };
  } catch (error) {
    return { kind: 'refused', message: firstLine(error) };
  }
};

process.once('message', async (request: Request) => {
  const message = await reply(request);
  // Threads of libraries would keep the process alive.
  process.send?.(message, () => process.exit(0));
});
