/** The conformance suite on our own backends; and on wrong ones, which it must find out. */
import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { js } from '../../src/backends/js/index.ts';
import { reference } from '../../src/backends/reference/index.ts';
import { type ConformanceCase, conformance } from '../../src/testing.ts';

describe.each([
  ['js', js],
  ['reference', reference],
] as const)('%s', (_, backend) => {
  test.each(conformance(backend).map((one) => [one.name, one] as const))(
    '%s',
    async (_name, one) => {
      await one.run();
    },
  );
});

const failures = async (backend: Backend): Promise<string[]> => {
  const names: string[] = [];
  const check = async ({ name, run }: ConformanceCase): Promise<void> => {
    try {
      await run();
    } catch {
      names.push(name);
    }
  };
  for (const one of conformance(backend)) await check(one);
  return names;
};

describe('wrong backends are found out', () => {
  test('names are unique', () => {
    const names = conformance(js).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(150);
  });

  test('one that keeps the uploaded array', async () => {
    const shared = { ...reference };
    const wrong: Backend = {
      ...shared,
      upload: (data, dtype) => {
        const storage = reference.upload(data, dtype);
        return Object.create(storage, {
          data: { get: () => data },
          length: { value: data.length },
          dtype: { value: dtype },
        });
      },
    };
    expect(await failures(wrong)).toContain('keeps every bit of f32');
  });

  test('one whose sums are a little wrong', async () => {
    const wrong: Backend = {
      ...reference,
      compile: (program) => {
        const executable = reference.compile(program);
        return {
          ...executable,
          run: (inputs) => {
            const results = executable.run(inputs);
            return results.map((storage) => {
              if (storage.dtype !== 'f32') return storage;
              const data = reference.downloadSync!(storage);
              return reference.upload(
                data.map((x: number) => x * (1 + 1e-5)) as Float32Array,
                'f32',
              );
            });
          },
        };
      },
    };
    expect((await failures(wrong)).length).toBeGreaterThan(80);
  });

  test('one that runs every launch once', async () => {
    const wrong: Backend = {
      ...js,
      compile: (program) => {
        const plan = program.plan();
        const steps = plan.launches.map((_, launch) => ({ kind: 'launch', launch }) as const);
        const launches = plan.launches.map(({ kernel, buffers }) => ({
          buffers,
          kernel: { ...kernel, counters: [], body: kernel.counters ? [] : kernel.body },
        }));
        return js.compile({ ...program, plan: () => ({ ...plan, launches, steps }) });
      },
    };
    const found = await failures(wrong);
    expect(found).toContain('computes a loop in a loop');
    expect(found).toContain('computes branch -3 of three');
    expect(found).toContain('computes a loop that ends by itself');
    expect(found).not.toContain('computes constants of every dtype');
  });

  test('one that forgets donation, disposal or fresh results', async () => {
    const wrong: Backend = {
      ...reference,
      compile: (program) => {
        const executable = reference.compile({ ...program, donated: [] });
        return { ...executable, dispose: () => {} };
      },
    };
    expect(await failures(wrong)).toEqual([
      'takes donated inputs over, and nothing else',
      'refuses to run a program that was disposed of',
    ]);
  });
});
