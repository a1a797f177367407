/** The backends on which control flow and derivatives of every kind are tested. */
import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { js } from '../../src/backends/js/index.ts';
import { reference } from '../../src/backends/reference/index.ts';
import { openWasm } from '../../src/backends/wasm/index.ts';
import { setDefaultBackend } from '../../src/trace/default-backend.ts';
import { tree } from '../../src/trace/tree.ts';
import { flat } from './dynamic.ts';

/** Every backend that runs loops and branches. */
export const backends: readonly Backend[] = [reference, js, openWasm()];

/** Runs tests once per backend, which is the default one meanwhile. */
export const onBackends = (tests: () => void): void => {
  describe.each(backends.map((backend) => [backend.name, backend] as const))('%s', (_, backend) => {
    beforeAll(() => setDefaultBackend(backend));
    afterAll(() => setDefaultBackend(js));
    tests();
  });
};

/** All elements of all tensors of a tree. */
export const numbersOf = (x: unknown): number[] => tree.leaves(x).flatMap(flat);

/** Expects two trees to hold nearly the same numbers in the same shapes. */
export const expectClose = (actual: unknown, expected: unknown, error = 1e-5): void => {
  const shapes = (x: unknown): unknown[] =>
    tree.leaves(x).map(({ shape, dtype }) => [shape, dtype]);
  expect(shapes(actual)).toEqual(shapes(expected));
  const [a, b] = [numbersOf(actual), numbersOf(expected)];
  const scale = Math.max(1, ...b.map(Math.abs));
  expect(b.some((x) => x !== 0) || b.length === 0, 'something to compare').toBe(true);
  a.forEach((x, k) => {
    expect(Math.abs(x - b[k]!), `element ${k}: ${x} instead of ${b[k]}`).toBeLessThan(
      error * scale,
    );
  });
};
