/**
 * The workers of a backend: who is there, who is asked to a call, who has to be replaced. Holds
 * nothing that keeps the backend alive.
 */
import { BackendError } from '../../../ir/errors.ts';
import { callNumbers, closed, layout, type Word, wordOf, workerWord } from './control.ts';
import { maySleep, type StartedWorker, startWorker } from './spawn.ts';
import type { ThreadTuning } from './tuning.ts';

/** How a worker is. */
type State = 'starting' | 'ready' | 'ending' | 'gone';

interface Place {
  readonly number: number;
  state: State;
  worker?: StartedWorker | undefined;
  /** Who has the place: a number that no other worker had. */
  holder: number;
  /** How many calls it has missed since it was last there, and when the first of them was (ms). */
  missed: number;
  missedSince: number;
  /** How many calls it is not asked to. */
  pause: number;
  /** How often a worker of this place has ended before it was ready. */
  failures: number;
}

/** A worker that cannot start so often is not started again. */
const mostFailures = 3;
/** Workers that miss calls are asked again after 1, 1, 2, 4 and so on calls, this power at most. */
const mostDoublings = 6;
/** Workers forget the programs that they know when so many have ended. */
const forgottenTogether = 32;
/** Sleeping threads wake up this often to look at the clock (ms). */
const nap = 250;

/** Thrown by those who leave a meeting because another thread failed. */
class LeftMeeting extends Error {}

/** A program that threads run. */
export interface CalledProgram {
  /** The address of its descriptor, behind which the arguments stand. */
  readonly descriptor: number;
  run(...values: number[]): void;
}

/** The workers. */
export class Crew {
  readonly #memory: WebAssembly.Memory;
  readonly #control: number;
  readonly #words: Int32Array;
  readonly #tuning: ThreadTuning;
  readonly #places: Place[];
  readonly #maySleep: boolean = maySleep();
  #holders = 0;
  #call = 0;
  #forgotten = 0;
  #isStopped = false;
  /** Why the last worker that did not start has not. */
  reason: string | undefined;
  constructor(memory: WebAssembly.Memory, control: number, threads: number, tuning: ThreadTuning) {
    this.#memory = memory;
    this.#control = control;
    this.#tuning = tuning;
    this.#words = new Int32Array(memory.buffer, control);
    this.#set('gate', closed);
    this.#places = Array.from({ length: threads - 1 }, (_, number) => ({
      number,
      state: 'gone',
      holder: 0,
      missed: 0,
      missedSince: 0,
      pause: 0,
      failures: 0,
    }));
  }
  #set(word: Word, value: number): void {
    Atomics.store(this.#words, wordOf(word), value);
  }
  #get(word: Word): number {
    return Atomics.load(this.#words, wordOf(word));
  }
  #notify(word: Word): void {
    Atomics.notify(this.#words, wordOf(word));
  }
  /** How many workers are ready. */
  get ready(): number {
    return this.#places.filter(({ state }) => state === 'ready').length;
  }

  /** Starts workers at all free places; `changed` is called when one is ready or given up. */
  start(changed: () => void = () => {}): void {
    for (const place of this.#places) {
      if (place.state === 'gone' && place.failures < mostFailures) this.#start(place, changed);
    }
  }
  #start(place: Place, changed: () => void): void {
    const holder = ++this.#holders;
    Atomics.store(this.#words, workerWord('holder', place.number), holder);
    Object.assign(place, { holder, state: 'starting', missed: 0, pause: 0 });
    const isOwn = (): boolean => place.holder === holder;
    const leave = (reason?: string): void => {
      if (!isOwn() || place.state === 'gone') return;
      if (place.state === 'starting') place.failures++;
      if (reason !== undefined) this.reason = reason;
      place.state = 'gone';
      place.worker = undefined;
      changed();
    };
    try {
      const worker = startWorker(
        {
          memory: this.#memory,
          control: this.#control,
          place: place.number,
          holder,
          layout,
          spins: this.#tuning.idleSpins,
        },
        {
          ready: () => {
            if (!isOwn() || place.state !== 'starting') return;
            Object.assign(place, { state: 'ready', failures: 0 });
            worker.unref();
            changed();
          },
          ended: () => leave(),
          failed: (reason) => leave(reason),
        },
      );
      place.worker = worker;
    } catch (error) {
      leave(error instanceof Error ? error.message : String(error));
    }
  }
  /** Waits until every worker is ready or given up, so long at most (ms). */
  async settled(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      const look = (): void => {
        if (this.#places.some(({ state }) => state === 'starting')) return;
        clearTimeout(timer);
        resolve();
      };
      this.start(look);
      look();
    });
    for (const place of this.#places) if (place.state === 'starting') this.#dismiss(place);
  }
  /** Ends a worker that is not in a call. */
  #dismiss(place: Place): void {
    Atomics.store(this.#words, workerWord('holder', place.number), 0);
    place.failures++;
    place.state = 'gone';
    place.worker?.terminate();
    place.worker = undefined;
  }
  /** Ends all workers; calls run on the calling thread alone from then on. */
  stop(): void {
    this.#isStopped = true;
    this.#set('gate', -1);
    this.#notify('gate');
    for (const place of this.#places) {
      place.worker?.terminate();
      place.worker = undefined;
      if (place.state !== 'ending') place.state = 'gone';
    }
  }

  /** Runs a program whose arguments stand behind its descriptor and are given here as well. */
  call({ descriptor, run }: CalledProgram, values: readonly number[], pages: number): void {
    if (this.#places.some(({ state }) => state === 'ending')) {
      throw new BackendError('wasm: a lost thread may still write to the memory', {
        hint: 'wait until it has ended, or open another backend',
      });
    }
    if (!this.#isStopped) this.start();
    const asked = this.#places.filter((place) => place.state === 'ready' && this.#isDue(place));
    if (this.#isStopped || asked.length === 0) {
      run(...values, 0, 1);
      return;
    }
    const joined = this.#gather(asked, descriptor, pages);
    let failure: { readonly error: unknown } | undefined;
    try {
      run(...values, 0, joined.length + 1);
    } catch (error) {
      failure = { error };
      this.#breakMeetings();
    }
    const lost = this.#awaitEnd(joined);
    if (lost.length > 0) {
      for (const place of lost) this.#lose(place);
      throw new BackendError('wasm: a thread was lost while the program ran', {
        got: `${lost.length} of ${joined.length + 1} threads did not answer`,
        hint: 'what the program wrote is lost; call it again on other tensors',
      });
    }
    if (this.#get('failed') !== 0) {
      throw new BackendError('wasm: a thread failed while the program ran', {
        got: this.#message(),
      });
    }
    if (failure === undefined) return;
    if (!(failure.error instanceof LeftMeeting)) throw failure.error;
    throw new BackendError('wasm: a thread took too long while the program ran', {
      got: `another waited for ${this.#tuning.limit} ms`,
    });
  }
  /** Opens the gate for those asked and says who came. */
  #gather(asked: readonly Place[], descriptor: number, pages: number): Place[] {
    for (const word of ['done', 'arrived', 'meeting', 'sleepers', 'failed', 'isAwaited'] as const) {
      this.#set(word, 0);
    }
    this.#set('program', descriptor);
    this.#set('pages', pages);
    this.#call = (this.#call + 1) % callNumbers;
    const open = this.#call << 8;
    this.#set('gate', open);
    this.#notify('gate');
    const everybody = asked.reduce((bits, { number }) => bits | (1 << number), 0);
    const begin = performance.now();
    while ((this.#get('gate') & everybody) !== everybody) {
      if (performance.now() - begin > this.#tuning.patience) break;
    }
    let gate: number;
    do gate = this.#get('gate');
    while (Atomics.compareExchange(this.#words, wordOf('gate'), gate, gate | closed) !== gate);
    this.#notify('gate');
    const hasJoined = ({ number }: Place): boolean => (gate & (1 << number)) !== 0;
    for (const place of asked) {
      if (hasJoined(place)) place.missed = 0;
      else this.#miss(place);
    }
    // A worker that has just started may come before its message does.
    return this.#places.filter(hasJoined);
  }
  /**
   * Whether a worker is asked to a call. Where the other cores are busy, workers wake up late again
   * and again, and waiting for them in vain at every call would cost more than they save.
   */
  #isDue(place: Place): boolean {
    if (place.pause === 0) return true;
    place.pause--;
    return false;
  }
  /** A worker that misses calls for long is replaced. */
  #miss(place: Place): void {
    const now = performance.now();
    if (place.missed++ === 0) place.missedSince = now;
    else if (now - place.missedSince > this.#tuning.limit) this.#dismiss(place);
    // The first time it may have had to load the program.
    place.pause = 2 ** Math.min(Math.max(0, place.missed - 2), mostDoublings) - 1;
  }
  #breakMeetings(): void {
    this.#set('meeting', -1);
    this.#notify('meeting');
  }
  /** What modules import: waits until a meeting is over, and throws where a thread has failed. */
  readonly wait = (number: number): void => {
    const begin = performance.now();
    Atomics.add(this.#words, wordOf('sleepers'), 1);
    while (number >= 0 && this.#get('meeting') === number) {
      if (this.#maySleep) Atomics.wait(this.#words, wordOf('meeting'), number, nap);
      if (performance.now() - begin < this.#tuning.limit) continue;
      const at = wordOf('meeting');
      if (Atomics.compareExchange(this.#words, at, number, -1) === number) this.#notify('meeting');
    }
    Atomics.sub(this.#words, wordOf('sleepers'), 1);
    if (this.#get('meeting') < 0) throw new LeftMeeting();
  };
  /** Waits until those who joined have ended the call; gives those who have not. */
  #awaitEnd(joined: readonly Place[]): readonly Place[] {
    const isDone = (): boolean => this.#get('done') === joined.length;
    for (let k = 0; k < this.#tuning.idleSpins; k++) if (isDone()) return [];
    this.#set('isAwaited', 1);
    const begin = performance.now();
    for (;;) {
      const done = this.#get('done');
      if (done === joined.length) return [];
      if (this.#maySleep) Atomics.wait(this.#words, wordOf('done'), done, nap);
      if (performance.now() - begin < this.#tuning.limit) continue;
      return joined.filter(
        ({ number }) => Atomics.load(this.#words, workerWord('ended', number)) !== this.#call,
      );
    }
  }
  /** Ends a worker that may still be running the program. */
  #lose(place: Place): void {
    place.state = 'ending';
    Atomics.store(this.#words, workerWord('holder', place.number), 0);
    place.worker?.terminate();
  }
  #message(): string {
    const [length = 0, ...codes] = this.#words.subarray(layout.message);
    return String.fromCharCode(...codes.slice(0, length));
  }
  /**
   * Waits until no worker reads the descriptor of a program; it may be freed then, unless this is
   * false.
   */
  forget(descriptor: number): boolean {
    if (this.#get('program') === descriptor) this.#set('program', 0);
    if (++this.#forgotten % forgottenTogether === 0) {
      Atomics.add(this.#words, wordOf('epoch'), 1);
    }
    const begin = performance.now();
    return this.#places.every(({ number, state }) => {
      if (state === 'gone') return true;
      const at = workerWord('reading', number);
      while (Atomics.load(this.#words, at) !== 0) {
        if (performance.now() - begin > this.#tuning.patience) return false;
      }
      return true;
    });
  }
}
