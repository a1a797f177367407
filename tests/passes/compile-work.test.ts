/**
 * What compiling costs, in counts that do not depend on the machine: twice the layers must be about
 * twice the work.
 */
import { describe, expect, test } from 'vitest';
import { emitModule } from '../../src/backends/wasm/emit-module.ts';
import { newValue } from '../../src/ir/graph.ts';
import { walkStatements } from '../../src/ir/kernel.ts';
import { newLocal } from '../../src/passes/access.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { of } from './models.ts';
import { parametersOf, trainingStep } from './training-step.ts';

interface Work {
  /** Values that passes made. */
  readonly values: number;
  /** Locals that were made: one per step of an op's meaning, in kernels and while looking ahead. */
  readonly locals: number;
  readonly statements: number;
  readonly bytes: number;
}
const workOf = (layers: number): Work => {
  const widths = Array.from({ length: layers + 1 }, () => 24);
  const graph = trainingStep(widths, 32, 0.1);
  const [firstLocal, firstValue] = [newLocal('i32').id, newValue(of([])).id];
  const plan = makeProgram(graph, { donated: parametersOf(widths) }).plan({ lanes: 4 });
  const locals = newLocal('i32').id - firstLocal;
  const values = newValue(of([])).id - firstValue;
  let statements = 0;
  for (const { kernel } of plan.launches) {
    walkStatements(kernel.body, () => {
      statements++;
    });
  }
  const { bytes } = emitModule(plan, { lanes: 4 }, { place: () => 64 });
  return { values, locals, statements, bytes: bytes.length };
};

describe('a training step of dense layers', () => {
  test.each([
    [6, 12],
    [12, 24],
  ])('%i and %i layers', (few, many) => {
    const [small, large] = [workOf(few), workOf(many)];
    for (const name of ['values', 'locals', 'statements', 'bytes'] as const) {
      expect(large[name] / small[name], name).toBeLessThan(2.3);
    }
  });

  test('passes make few locals and values that do not stay', () => {
    const { locals, values, statements } = workOf(12);
    expect(locals / statements).toBeLessThan(2.5);
    expect(values).toBeLessThan(100);
  });
});
