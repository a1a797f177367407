/**
 * Random programs in WebAssembly against the interpreter, within the effect of rounding, with the
 * same bits on one, two and three threads; scalar code has the bits of the js backend.
 */
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { js } from '../../src/backends/js/index.ts';
import { openWasm } from '../../src/backends/wasm/index.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { mismatch } from '../../src/testing/mismatch.ts';
import { runProgramSync } from '../../src/testing/run-graph.ts';
import { excess, expectationsOf } from '../properties/accuracy.ts';
import { differentiablePrograms, gradientProgram } from '../properties/differentiable-programs.ts';
import { halfPrograms } from '../properties/half-programs.ts';
import { longTest, randomProgram, settings } from '../properties/random-program.ts';
import type { RandomProgram } from '../properties/workshop.ts';
import { endFamilies, openFamilies, runFamily } from './backend-families.ts';
import { openThreads } from './threaded-backends.ts';

const families = await openFamilies();
const scalar = openWasm({ vectors: false });
const scalarThreads = await openThreads(3, { vectors: false });
afterAll(() => {
  endFamilies(families);
  scalarThreads.endThreads();
});

const fused = { fuse: true };
/** What is expected takes longer to find out than a family takes to run, and is the same for all. */
const expectRight = (made: RandomProgram, all = [fused]): void => {
  const expected = expectationsOf(made);
  for (const switches of all) {
    const program = makeProgram(made.graph, { verify: true, switches });
    for (const family of families) {
      runFamily(family, program, made.arrays).forEach((array, k) => {
        expect(excess(array, expected[k]!), `${family.name}, output ${k}`).toBeLessThanOrEqual(1);
      });
    }
  }
};

describe('results are within the effect of rounding', () => {
  test('of all ops', longTest, () => {
    fc.assert(
      fc.property(randomProgram(), fc.boolean(), (made, isUnfusedToo) => {
        expectRight(made, isUnfusedToo ? [fused, { fuse: false }] : [fused]);
      }),
      settings(120),
    );
  });

  test('about 16 bit floats', longTest, () => {
    const check = (made: RandomProgram): void => expectRight(made);
    fc.assert(fc.property(halfPrograms(), check), settings(50));
  });

  test('gradients', longTest, () => {
    let checked = 0;
    fc.assert(
      fc.property(differentiablePrograms(false), (made) => {
        const gradient = gradientProgram(made);
        if (gradient === undefined) return;
        expectRight(gradient);
        checked++;
      }),
      settings(60),
    );
    expect(checked).toBeGreaterThan(10);
  });
});

test('without vectors every result has the bits of the js backend', longTest, () => {
  fc.assert(
    fc.property(randomProgram(), fc.boolean(), ({ graph, arrays }, fuse) => {
      const program = makeProgram(graph, { verify: true, switches: { fuse } });
      const expected = runProgramSync(js, program, arrays);
      for (const backend of [scalar, scalarThreads]) {
        runProgramSync(backend, program, arrays).forEach((array, k) => {
          expect(mismatch(array, expected[k]!), `output ${k}`).toBeUndefined();
        });
      }
    }),
    settings(70),
  );
});
