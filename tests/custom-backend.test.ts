/** The backend of examples/custom-backend passes the conformance suite, and counts right. */
import { add, tensor, toBackend } from 'gradloom';
import { conformance } from 'gradloom/testing';
import { describe, expect, test } from 'vitest';
import { makeCountingBackend } from '../examples/custom-backend/counting-backend.ts';

describe('conformance', () => {
  for (const { name, run } of conformance(makeCountingBackend())) test(name, run);
});

test('loads, stores and flops are counted', async () => {
  const counting = makeCountingBackend();
  const [x, y] = await toBackend([tensor([1, 2, 3]), tensor([4, 5, 6])] as const, counting);
  expect(add(x, y).toArray()).toEqual([5, 7, 9]);
  expect(add(y, x).toArray()).toEqual([5, 7, 9]);
  const [launch] = counting.launches;
  expect(launch).toMatchObject({ kernel: 'map0', runs: 2, loads: 12, stores: 6, flops: 6 });
  counting.reset();
  expect(counting.launches).toEqual([]);
});
