/** Reads the text of a plan back. */
import type { Kernel } from './kernel.ts';
import { readKernel } from './parse-kernel.ts';
import type { BufferSlice, Launch, Place, Plan, PlanBuffer, Step } from './plan.ts';
import { TextReader } from './text-reader.ts';

const readPlace = (reader: TextReader): Place => {
  if (reader.take('arena')) return { kind: 'arena', offset: reader.integer() };
  return readArgument(reader);
};
const readArgument = (reader: TextReader): { kind: 'input' | 'output'; index: number } => {
  for (const kind of ['input', 'output'] as const) {
    if (reader.take(kind)) return { kind, index: reader.integer() };
  }
  return reader.fail('expected input or output');
};

/**
 * The plan of a text made by `printPlan`. Throws FormatError, with line and column, for anything
 * else; `verifyPlan` should follow for texts of unknown origin.
 */
export const parsePlan = (text: string): Plan => {
  const reader = new TextReader('plan', text);
  reader.expect('plan');
  const name = reader.name();
  const inputs = reader.list(() => reader.type());
  reader.expect('arena');
  const arenaBytes = reader.integer();
  const elementBytes = reader.take('elements') ? reader.integer() : undefined;
  const cuts: number[] = [];
  if (reader.take('cut')) {
    do cuts.push(reader.integer());
    while (reader.take(','));
  }
  const results: Plan['results'][number][] = [];
  const donations: [number, number][] = [];
  const buffers: PlanBuffer[] = [];
  const kernels: Kernel[] = [];
  const launches: Launch[] = [];
  const steps: Step[] = [];
  const readBuffer = (): PlanBuffer => {
    const id = reader.numbered('p');
    if (id !== buffers.length) reader.fail(`expected the definition of p${buffers.length}`);
    reader.expect(':');
    const dtype = reader.dtype();
    reader.expect('[');
    const length = reader.integer();
    reader.expect(']');
    reader.expect('=');
    return { id, dtype, length, place: readPlace(reader) };
  };
  const readUse = (): PlanBuffer => {
    const id = reader.numbered('p');
    return buffers[id] ?? reader.fail(`p${id} is not defined`);
  };
  const seesLoop = (): boolean => reader.text[reader.place] === 't';
  const readLaunch = (): Launch => {
    const at = reader.place;
    const kernel = kernels[reader.integer()];
    const called = reader.name();
    if (kernel?.name !== called) return reader.fail(`there is no such kernel '${called}'`, at);
    const loops: number[] = [];
    const operands = reader.list(() => {
      if (!seesLoop()) return readUse();
      loops.push(reader.numbered('t'));
      return undefined;
    });
    const known = operands.filter((buffer) => buffer !== undefined);
    return { kernel, buffers: known, ...(loops.length === 0 ? {} : { loops }) };
  };
  const readSlice = (): BufferSlice => {
    const buffer = readUse();
    const strides: { loop: number; stride: number }[] = [];
    reader.expect('[');
    while (!reader.take(']')) {
      if (strides.length > 0) reader.expect('+');
      const loop = reader.numbered('t');
      reader.expect('*');
      strides.push({ loop, stride: reader.integer() });
    }
    return { buffer, strides };
  };
  const readSteps = (): Step[] => {
    const list: Step[] = [];
    reader.expect('{');
    while (!reader.take('}')) list.push(readStep());
    return list;
  };
  const readStep = (): Step => {
    if (reader.take('copy')) {
      const from = readSlice();
      reader.expect('->');
      const to = readSlice();
      reader.expect('length');
      return { kind: 'copy', from, to, length: reader.integer() };
    }
    if (reader.take('repeat')) {
      const loop = reader.numbered('t');
      reader.expect('in');
      const count = reader.integer();
      const reverse = reader.take('reverse');
      return { kind: 'repeat', loop, count, reverse, body: readSteps() };
    }
    if (reader.take('while')) {
      const test = readSteps();
      return { kind: 'while', test, condition: readSlice(), body: readSteps() };
    }
    if (reader.take('branch')) {
      const index = readSlice();
      const branches = [readSteps()];
      while (reader.text[reader.place] === '{') branches.push(readSteps());
      return { kind: 'branch', index, branches };
    }
    reader.expect('launch');
    launches.push(readLaunch());
    return { kind: 'launch', launch: launches.length - 1 };
  };
  reader.expect('{');
  while (!reader.take('}')) {
    if (reader.take('result')) {
      const type = reader.type();
      reader.expect('=');
      results.push({ type, source: readArgument(reader) });
    } else if (reader.take('donate')) {
      const input = reader.integer();
      reader.expect('->');
      donations.push([input, reader.integer()]);
    } else if (reader.take('buffer')) buffers.push(readBuffer());
    else if (reader.sees('kernel')) kernels.push(readKernel(reader));
    else steps.push(readStep());
  }
  reader.end();
  return {
    name,
    inputs,
    results,
    donations,
    buffers,
    launches,
    steps,
    arenaBytes,
    ...(cuts.length === 0 ? {} : { cuts }),
    ...(elementBytes === undefined ? {} : { elementBytes }),
  };
};
