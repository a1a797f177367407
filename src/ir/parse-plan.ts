/** Reads the text of a plan back. */
import type { Kernel } from './kernel.ts';
import { readKernel } from './parse-kernel.ts';
import type { Launch, Place, Plan, PlanBuffer } from './plan.ts';
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
  const results: Plan['results'][number][] = [];
  const donations: [number, number][] = [];
  const buffers: PlanBuffer[] = [];
  const kernels: Kernel[] = [];
  const launches: Launch[] = [];
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
  const readLaunch = (): Launch => {
    const at = reader.place;
    const kernel = kernels[reader.integer()];
    const called = reader.name();
    if (kernel?.name !== called) return reader.fail(`there is no such kernel '${called}'`, at);
    const operands = reader.list(() => {
      const id = reader.numbered('p');
      return buffers[id] ?? reader.fail(`p${id} is not defined`);
    });
    return { kernel, buffers: operands };
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
    else {
      reader.expect('launch');
      launches.push(readLaunch());
    }
  }
  reader.end();
  return { name, inputs, results, donations, buffers, launches, arenaBytes };
};
