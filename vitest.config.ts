/** How the tests run: two worker processes, with every compiler stage verified. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // `gradloom` and its entry points are the sources, as `paths` in tsconfig.json says.
  resolve: { tsconfigPaths: true },
  test: {
    include: ['tests/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    maxConcurrency: 2,
    env: { GRADLOOM_VERIFY: '1' },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
