/**
 * What a worker runs, as text: it imports nothing and is the same in browsers and in Node.js. A
 * worker sleeps on the gate, joins the call that is open, runs its part and sleeps again. It never
 * comes back to its event loop; everything it is told stands in the shared memory.
 */
import { waitImport } from './meeting.ts';

const body = `
const serve = ({ memory, control, place, holder, layout: at, spins }, say) => {
  const words = new Int32Array(memory.buffer, control);
  const load = (k) => Atomics.load(words, k);
  const line = place * at.line;
  const bit = 1 << place;
  const left = {};
  const programs = new Map();
  let all = new Int32Array(memory.buffer);
  let pages = load(at.pages);
  let epoch = load(at.epoch);
  /** The memory as it is now: it may have grown. */
  const view = () => {
    if (load(at.pages) !== pages) {
      pages = load(at.pages);
      memory.grow(0);
      all = new Int32Array(memory.buffer);
    }
    return all;
  };
  const wait = (number) => {
    Atomics.add(words, at.sleepers, 1);
    while (number >= 0 && load(at.meeting) === number) Atomics.wait(words, at.meeting, number);
    Atomics.sub(words, at.sleepers, 1);
    if (load(at.meeting) < 0) throw left;
  };
  const refuse = () => {
    throw new Error('a function of the first thread was called');
  };
  const instantiate = (bytes) => {
    const module = new WebAssembly.Module(bytes);
    const functions = {};
    for (const { module: from, name } of WebAssembly.Module.imports(module)) {
      if (from === 'functions') functions[name] = name === '${waitImport.name}' ? wait : refuse;
    }
    return new WebAssembly.Instance(module, { memory: { memory }, functions }).exports.run;
  };
  /** The function of the program that is called, or nothing where there is none. */
  const prepare = () => {
    if (load(at.epoch) !== epoch) {
      epoch = load(at.epoch);
      programs.clear();
    }
    let bytes;
    let id;
    Atomics.store(words, at.reading + line, 1);
    const program = load(at.program) / 4;
    if (program > 0) {
      const now = view();
      id = now[program];
      if (!programs.has(id)) {
        const from = 4 * (program + at.descriptorWords + now[program + 2]);
        bytes = new Uint8Array(now.buffer, from, now[program + 1]).slice();
      }
    }
    Atomics.store(words, at.reading + line, 0);
    Atomics.notify(words, at.reading + line);
    if (bytes !== undefined) programs.set(id, instantiate(bytes));
    return id === undefined ? undefined : programs.get(id);
  };
  const count = (bits) => {
    let n = 0;
    for (let rest = bits; rest > 0; rest >>= 1) n += rest & 1;
    return n;
  };
  const fail = (error) => {
    if (Atomics.compareExchange(words, at.failed, 0, 1) === 0) {
      const text = String(error).slice(0, at.messageLength);
      words[at.message] = text.length;
      for (let k = 0; k < text.length; k++) words[at.message + 1 + k] = text.charCodeAt(k);
    }
    Atomics.store(words, at.meeting, -1);
    Atomics.notify(words, at.meeting);
  };
  /** The gate once it is another, and whether it changed before the patience was over. */
  const changed = (gate) => {
    for (let k = 0; k < spins; k++) if (load(at.gate) !== gate) return;
    while (load(at.gate) === gate) Atomics.wait(words, at.gate, gate);
  };
  say('ready');
  for (;;) {
    const gate = load(at.gate);
    if (gate < 0 || load(at.holder + line) !== holder) return;
    if ((gate & at.closed) !== 0) {
      changed(gate);
      continue;
    }
    let run;
    try {
      run = prepare();
    } catch (error) {
      // Whoever cannot load a program does not join; the others do without.
      programs.clear();
    }
    if (run === undefined) {
      changed(gate);
      continue;
    }
    if (Atomics.compareExchange(words, at.gate, gate, gate | bit) !== gate) continue;
    let now;
    while (((now = load(at.gate)) & at.closed) === 0) changed(now);
    const bits = now & (at.closed - 1);
    const program = load(at.program) / 4 + at.descriptorWords;
    const given = view().slice(program, program + all[program - 1]);
    try {
      run(...given, 1 + count(bits & (bit - 1)), 1 + count(bits));
    } catch (error) {
      if (error !== left) fail(error);
    }
    Atomics.store(words, at.ended + line, now >> 8);
    Atomics.add(words, at.done, 1);
    if (load(at.isAwaited) !== 0) Atomics.notify(words, at.done);
  }
};
`;

/** The program of a worker of Node.js. */
export const nodeWorkerText: string = `'use strict';${body}
const { parentPort, workerData } = require('node:worker_threads');
serve(workerData, (text) => parentPort.postMessage(text));
`;

/** The program of a worker of a browser: it is told where to work by its first message. */
export const browserWorkerText: string = `'use strict';${body}
onmessage = ({ data }) => serve(data, (text) => postMessage(text));
`;
