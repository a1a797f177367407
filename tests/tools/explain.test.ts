/** `explain`: what it reports agrees with the program that would run, and its report reads well. */

import * as g from 'gradloom';
import { ArgumentError, explain, grad, init, jit, js, reference, tensor, zeros } from 'gradloom';
import { expect, test } from 'vitest';
import { bytesOf } from '../../src/ir/types.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { explainGraph } from '../../src/tools/explain-graph.ts';
import type { Explanation } from '../../src/tools/explanation.ts';
import type { Tensor } from '../../src/types/core.ts';
import { mlpStep } from './mlp-graph.ts';

/** The report with every time replaced, the only part that differs between runs. */
const withoutTimes = (text: string): string =>
  text.replaceAll(/ *\d+(?:\.\d+)? (?:µs|ms|s)\b/g, ' TIME');

const shifted = (x: Tensor<[2, 3]>, b: Tensor<[3]>): Tensor<[2, 3]> =>
  g.mul(g.relu(g.add(x, b)), 1);
const smallArguments = (): [Tensor<[2, 3]>, Tensor<[3]>] => [zeros([2, 3]), zeros([3])];

const stageNames = (explanation: Explanation): string[] =>
  explanation.stages.map(({ name }) => name);

test('the report of a small program', async () => {
  const text = explain(shifted, { backend: js })(...smallArguments()).text();
  await expect(withoutTimes(text)).toMatchFileSnapshot('golden/explain-shifted.txt');
});

test('what code costs and which memory is taken is there where the backend knows', async () => {
  const wasm = await init('wasm');
  const { code, memory, html } = explain(shifted, { backend: wasm })(...smallArguments());
  expect(code?.bytes).toBeGreaterThan(100);
  expect(code?.writing).toBeGreaterThan(0);
  expect(code?.loading).toBeGreaterThan(0);
  const { reserved, most } = wasm.memory();
  expect(memory).toMatchObject({ reserved, most });
  // The program was there when it was asked.
  expect(memory?.inUse).toBeGreaterThan(0);
  expect(html()).toContain('loaded in');
  const plain = explain(shifted, { backend: js })(...smallArguments());
  expect([plain.code, plain.memory]).toEqual([undefined, undefined]);
});

test('every stage is there, in order, with its text', () => {
  const explanation = explain(shifted)(...smallArguments());
  expect(stageNames(explanation)).toEqual([
    'traced',
    'simplify',
    'commonSubexpressions',
    'deadCode',
    'inlineRegions',
    'fuse',
    'lower',
    'schedule',
    'planMemory',
    'generate',
  ]);
  for (const { text, milliseconds } of explanation.stages) {
    expect(text).not.toBe('');
    expect(milliseconds).toBeGreaterThanOrEqual(0);
  }
});

test('what is counted agrees with the plan', () => {
  const graph = mlpStep({ rows: 6, widths: [5, 4, 3] });
  const donated = [0, 1, 2, 3];
  const plan = makeProgram(graph, { donated }).plan();
  const explanation = explainGraph(graph, js, { donated });
  expect(explanation.launches.map(({ name }) => name)).toEqual(
    plan.launches.map(({ kernel }) => kernel.name),
  );
  expect(explanation.launches.map(({ flops }) => flops)).toEqual(
    plan.launches.map(({ kernel }) => kernel.flops),
  );
  const whole = plan.launches.map(({ kernel, buffers }) => {
    const sum = (access: string): number =>
      buffers.reduce((total, { length, dtype }, k) => {
        const use = kernel.parameters[k]?.access;
        return total + (use === access || use === 'update' ? length * bytesOf[dtype] : 0);
      }, 0);
    return [sum('read'), sum('write')];
  });
  // All buffers are read whole but one: of the logits of a row the loss picks one.
  const picks = explanation.launches.findIndex(({ work }) => work.includes('pick'));
  (whole[picks] as number[])[0]! -= 6 * (3 - 1) * bytesOf.f32;
  expect(explanation.launches.map((launch) => [launch.bytesRead, launch.bytesWritten])).toEqual(
    whole,
  );
  expect(explanation.arenaBytes).toBe(plan.arenaBytes);
  expect(explanation.donations).toEqual(plan.donations);
  const arena = plan.buffers.filter(({ place }) => place.kind === 'arena');
  expect(explanation.arena).toHaveLength(arena.length);
  expect(explanation.stages[0]?.count).toBe(graph.eqns.length);
  expect(explanation.graph.launches).toBe(plan.launches.length);
  expect(explanation.launches.map(({ source }) => source)).toEqual(
    js.compile(makeProgram(graph, { donated })).sources,
  );
});

test('a stage that changes nothing says so', () => {
  const { stages, text } = explain((x: Tensor<[4]>) => g.exp(x))(zeros([4]));
  const byName = new Map(stages.map((stage) => [stage.name, stage]));
  expect(byName.get('simplify')?.isUnchanged).toBe(true);
  expect(byName.get('fuse')?.isUnchanged).toBe(false);
  expect(text()).toContain('deadCode  ');
  expect(text()).toMatch(/deadCode +\S+ \S+ +1 equation, nothing changed/);
});

test('values keep their numbers where a stage leaves them alone', () => {
  const f = (x: Tensor<[4]>, y: Tensor<[4]>) => g.mul(g.exp(g.mul(x, 1)), g.exp(y));
  const { stages } = explain(f)(zeros([4]), zeros([4]));
  const lines = (name: string): string[] =>
    stages.find((stage) => stage.name === name)?.text.split('\n') ?? [];
  expect(lines('traced')).toContain('  %5: f32[4] = exp(%1)');
  expect(lines('simplify')).toContain('  %5: f32[4] = exp(%1)');
  expect(lines('simplify')).toContain('  %4: f32[4] = exp(%0)');
  expect(lines('fuse')).toContain('  %6: f32[4] = mul(%4, %5)');
});

test('a compiled function is explained under its own options, which others replace', () => {
  const step = jit((p: Tensor<[8]>, x: Tensor<[8]>) => g.sub(p, x), { donate: [0] });
  const p = zeros([8]);
  expect(explain(step)(p, zeros([8])).donations).toEqual([[0, 0]]);
  expect(explain(step, { donate: [] })(p, zeros([8])).donations).toEqual([]);
  // Nothing ran: the donated tensor is alive.
  expect(p.toArray()).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
});

test('functions that name dimensions are explained like others', () => {
  const f = (x: Tensor<['N', 3]>, w: Tensor<[3, 2]>) => g.relu(g.matmul(x, w));
  const explanation: Explanation = explain(f)(zeros([4, 3]), zeros([3, 2]));
  expect(explanation.outputs).toEqual([{ name: 'result', type: 'f32[4,2]' }]);
  expect(explain(jit(f))(zeros([7, 3]), zeros([3, 2])).outputs[0]?.type).toBe('f32[7,2]');
  // @ts-expect-error A dimension that does not fit is an error in the editor, and when called.
  expect(() => explain(f)(zeros([4, 3]), zeros([4, 2]))).toThrow('matmul');
});

test('static arguments, captured tensors and numbers are what they are for jit', () => {
  const captured = tensor([1, 2, 3]);
  const f = (x: Tensor<[3]>, mode: { twice: boolean }, by: number) => {
    const y = g.mul(g.add(x, captured), by);
    return { y: mode.twice ? g.add(y, y) : y };
  };
  const explanation = explain(f, { static: [1] })(zeros([3]), { twice: true }, 2);
  expect(explanation.inputs).toEqual([
    { name: 'arg0', type: 'f32[3]' },
    { name: 'captured0', type: 'f32[3]' },
  ]);
  expect(explanation.outputs).toEqual([{ name: 'result.y', type: 'f32[3]' }]);
});

test('gradients are part of what is traced, and arguments have the names of their places', () => {
  type Layer = { w: Tensor<[3, 2]>; b: Tensor<[2]> };
  const loss = (p: Layer[], x: Tensor<[4, 3]>) => {
    const [layer] = p as [Layer];
    return g.mean(g.add(g.matmul(x, layer.w), layer.b));
  };
  const explanation = explain(grad(loss))([{ w: zeros([3, 2]), b: zeros([2]) }], zeros([4, 3]));
  expect(explanation.inputs.map(({ name }) => name)).toEqual(['arg0[0].b', 'arg0[0].w', 'arg1']);
  expect(explanation.outputs.map(({ name }) => name)).toEqual(['result[0].b', 'result[0].w']);
});

test('stages can be left out', () => {
  const together = explain(shifted)(...smallArguments());
  const apart = explain(shifted, { switches: { fuse: false, simplify: false } })(
    ...smallArguments(),
  );
  expect(stageNames(apart)).not.toContain('simplify');
  expect(apart.launches.length).toBeGreaterThan(together.launches.length);
});

test('kernels are timed on request', () => {
  const plain = explain(shifted)(...smallArguments());
  const timed = explain(shifted, { measure: true })(...smallArguments());
  expect(plain.launches.map(({ milliseconds }) => milliseconds)).toEqual([undefined]);
  expect(timed.launches[0]?.milliseconds).toBeGreaterThanOrEqual(0);
  expect(timed.text()).toMatch(/# +launch +time +share +of limit +FLOP/);
  expect(plain.text()).toMatch(/# +launch +FLOP/);
});

test('a backend that generates no code is explained without it', () => {
  const explanation = explain(shifted, { backend: reference, measure: true })(...smallArguments());
  expect(stageNames(explanation)).not.toContain('generate');
  expect(explanation.launches.map(({ source }) => source)).toEqual(['']);
  expect(explanation.html()).not.toContain('Generated code');
});

test('a program with nothing to compute has a report and a page', () => {
  const explanation = explain((x: Tensor<[2]>) => x)(zeros([2]));
  expect(explanation.launches).toEqual([]);
  expect(explanation.text()).toContain('0 launches');
  expect(explanation.html()).toContain('Nothing to compute');
});

test('wrong options are errors', () => {
  const options = { switchs: {} } as never;
  expect(() => explain(shifted, options)).toThrow("unknown option 'switchs'");
  const switches = { switches: { fusee: true } } as never;
  expect(() => explain(shifted, switches)).toThrow("did you mean 'fuse'?");
  expect(() => explain(3 as never)).toThrow(ArgumentError);
  expect(() => explain(shifted, { donate: [2] })(...smallArguments())).toThrow(
    'donate must be an array of argument indexes',
  );
});

test('a value that goes takes its number with it', () => {
  const f = (x: Tensor<[2]>) => g.add(g.div(g.full([2], 1), 3), g.div(g.mul(x, 1), 3));
  const { stages } = explain(f)(zeros([2]));
  const quotients = (name: string): string[] =>
    stages
      .find((stage) => stage.name === name)
      ?.text.split('\n')
      .filter((line) => line.includes('div')) ?? [];
  expect(quotients('traced')).toEqual(['  %3: f32[2] = div(%1, %2)', '  %7: f32[2] = div(%5, %6)']);
  // The quotient of constants became a constant; the other one reads x itself and is still %7.
  expect(quotients('simplify')).toEqual(['  %7: f32[2] = div(%0, %6)']);
});

test('what a kernel moves is what one run reaches, and a call moves it once per run', () => {
  const f = (h: Tensor<[8]>, xs: Tensor<[50, 8]>): [Tensor<[8]>, Tensor<[50, 8]>] =>
    g.scan(
      (carry: Tensor<[8]>, x: Tensor<[8]>): [Tensor<[8]>, Tensor<[8]>] => {
        const next = g.tanh(g.add(g.mul(carry, 0.5), x));
        return [next, next];
      },
      h,
      xs,
    );
  const { launches, text } = explain(f)(zeros([8]), zeros([50, 8]));
  // A state and one row are read, one row is written: 8 elements each.
  expect(launches.map((one) => [one.runs, one.bytesRead, one.bytesWritten])).toEqual([
    [50, 64, 32],
  ]);
  expect(text()).toContain('3.20 kB read, 1.60 kB written');
});

test('rows that are looked up count, not the table they come from', () => {
  const f = (table: Tensor<[1000, 16]>, rows: Tensor<[3], 'i32'>) => g.take(table, rows, 0);
  const { launches } = explain(f)(zeros([1000, 16]), zeros([3], { dtype: 'i32' }));
  const read = launches.reduce((sum, { bytesRead }) => sum + bytesRead, 0);
  expect(read).toBeLessThanOrEqual(3 * 16 * (4 + 4));
  expect(read).toBeGreaterThanOrEqual(3 * 16 * 4);
});

test('loops show as what they are, and their launches with how often they run', () => {
  const f = (h: Tensor<[3]>, xs: Tensor<[5, 3]>): Tensor<[3]> => {
    const step = (carry: Tensor<[3]>, x: Tensor<[3]>): [Tensor<[3]>, Tensor<[3]>] => {
      const next = g.tanh(g.add(g.mul(carry, 0.5), x));
      return [next, next];
    };
    const [, all] = g.scan(step, h, xs);
    return g.sum(g.exp(all), 0);
  };
  const explanation = explain(f, { measure: true })(zeros([3]), zeros([5, 3]));
  expect(stageNames(explanation)).toContain('hoistInvariants');
  expect(explanation.launches.map(({ runs }) => runs)).toEqual([5, 1]);
  expect(explanation.launches.every(({ milliseconds }) => milliseconds! >= 0)).toBe(true);
  const text = explanation.text();
  expect(text).toContain('repeat t0 in 5 {');
  expect(text).toContain('map0 ×5');
  expect(explanation.dot()).toContain('scan');
  expect(explanation.html()).toContain('×5');
  expect(explanation.graph.nodes.some(({ label }) => label.startsWith('scan'))).toBe(true);
});
