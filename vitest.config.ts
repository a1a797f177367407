/**
 * How the tests run: two worker processes, with every compiler stage verified. Most files share
 * their process with others, whose compiler is loaded and warm, on WebGPU with their shaders, too;
 * those have one of their own that change the process or start programs and browsers.
 */
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files with a process of their own; the first ones take longest, and begin first. */
const alone = [
  'tests/browser/page.test.ts',
  'tests/lenet.test.ts',
  'tests/docs.test.ts',
  'tests/docs-generated.test.ts',
  'tests/bench/*.test.ts',
  'tests/browser/*.test.ts',
  'tests/package.test.ts',
  'tests/custom-backend.test.ts',
  'tests/tools/find-nan.test.ts',
  'tests/trace/bounded-memory.test.ts',
  'tests/trace/default-backend.test.ts',
  'tests/wasm/capabilities.test.ts',
  'tests/wasm/functions.test.ts',
  'tests/wasm/memory.test.ts',
  'tests/wasm/threads-failures.test.ts',
  'tests/wasm/turbo.test.ts',
];
/** Files that run on Dawn, which stays in a process for good. */
const webgpu = [
  'tests/webgpu/edges.test.ts',
  'tests/webgpu/coherence.test.ts',
  'tests/webgpu/rows.test.ts',
  'tests/webgpu/bounds.test.ts',
  'tests/webgpu/*.test.ts',
];
/** Files that switch products with sums in one instruction on, for good. */
const fused = [
  'tests/wasm/contractions.test.ts',
  'tests/wasm/random-programs.test.ts',
  'tests/wasm/coherence.test.ts',
  'tests/wasm/conformance.test.ts',
];
const names = ['alone', 'webgpu', 'fused', 'together'];

/** Files of one kind after those of the other, as processes are shared by neighbours. */
class KindByKind extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId, project }: TestSpecification): number => {
      const first = [...alone, ...webgpu, ...fused].findIndex((path) => moduleId.endsWith(path));
      return names.indexOf(project.name) * 1000 + (first < 0 ? 999 : first);
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

// `gradloom` and its entry points are the sources, as `paths` in tsconfig.json says.
const resolve = { tsconfigPaths: true };
const usual = {
  pool: 'forks',
  maxConcurrency: 2,
  env: { GRADLOOM_VERIFY: '1' },
  testTimeout: 30_000,
  hookTimeout: 60_000,
} as const;
const shared = { ...usual, isolate: false, setupFiles: ['tests/shared-process.ts'] };
const together = { include: ['tests/**/*.test.ts'], exclude: [...alone, ...webgpu, ...fused] };

export default defineConfig({
  test: {
    // Not in the projects, where it would be stronger than --maxWorkers.
    maxWorkers: 2,
    sequence: { sequencer: KindByKind },
    projects: [
      { resolve, test: { ...usual, name: 'alone', include: alone } },
      { resolve, test: { ...shared, name: 'webgpu', include: webgpu } },
      { resolve, test: { ...shared, name: 'fused', include: fused } },
      { resolve, test: { ...shared, name: 'together', ...together } },
    ],
  },
});
